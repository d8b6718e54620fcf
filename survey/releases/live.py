"""What was told while the round was open becomes an entry in the ledger, when it is sealed."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from reports.ledger import LIVE_COUNTS, Entry, LiveUnit, to_text
from survey.models import LedgerEntry, LiveCount, Round
from survey.releases.ledger import enter

LIVE_LABEL = ": live counts"
"""Ends the entry's label; pages say it in the reader's language."""


def enter_live_counts(session: Session, round_: Round, now: datetime) -> None:
    """The counts as they were shown last, once; nothing if nobody has looked. Part of the mixing's transaction.

    The round's total is left out: it is made so that it tells nothing more (`fieldwork.counts.total_told`).
    """
    told = select(LedgerEntry.id).where(LedgerEntry.round_id == round_.id, LedgerEntry.kind == LIVE_COUNTS)
    if session.execute(told).first() is not None:
        return
    shown = {
        row.unit_id: row.shown for row in session.scalars(select(LiveCount).where(LiveCount.round_id == round_.id))
    }
    live = tuple(LiveUnit(row.unit.code, shown[row.unit_id]) for row in round_.units if row.unit_id in shown)
    if not live:
        return
    label = f"{round_.name}{LIVE_LABEL}"
    cells = to_text(Entry(label, LIVE_COUNTS, round_.id, live=live))
    enter(session, round_, kind=LIVE_COUNTS, label=label, cells=cells, batch=0, now=now)
