"""Live counts in the ledger: what was told last, once, in the transaction that mixes."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from reports.ledger import LiveUnit, from_text
from survey.models import LedgerEntry, LiveCount, Round, RoundUnit
from survey.releases.live import enter_live_counts

NOW = datetime(2026, 4, 1, tzinfo=UTC)


def test_what_was_told_last_is_entered_once(session: Session, sealed: Any) -> None:
    round_ = session.get_one(Round, sealed.now)
    ids = session.scalars(select(RoundUnit.unit_id).where(RoundUnit.round_id == round_.id).order_by(RoundUnit.unit_id))
    for unit_id, shown in zip(ids.all(), (20, 25, 0), strict=True):
        session.add(LiveCount(round_id=round_.id, unit_id=unit_id, shown=shown, counted_at=NOW))
    session.add(LiveCount(round_id=round_.id, unit_id=0, shown=45, counted_at=NOW))
    session.flush()
    enter_live_counts(session, round_, NOW)
    enter_live_counts(session, round_, NOW)
    entry = session.scalars(select(LedgerEntry)).one()
    assert (entry.kind, entry.release_id, entry.study_id) == ("live_counts", None, sealed.study)
    told = from_text(entry.cells)
    assert set(told.live) == {LiveUnit("2303", 20), LiveUnit("2309", 25), LiveUnit("2313", 0)}


def test_where_nobody_looked_nothing_was_told(session: Session, sealed: Any) -> None:
    enter_live_counts(session, session.get_one(Round, sealed.now), NOW)
    assert session.scalars(select(LedgerEntry)).all() == []
