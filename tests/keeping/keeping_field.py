"""A study with a sealed round, texts and a count: what the chores find."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from lawful import LAW
from sqlalchemy.orm import Session

from survey.fieldwork.studies import create_study
from survey.models import FreeText, LiveCount, OrganisationUnit, Round, RoundState

SEALED = datetime(2026, 3, 1, 10, tzinfo=UTC)
DAYS = 90


def sealed_round(session: Session, slug: str, decision: str = "", *, simulated: bool = False) -> Round:
    """A sealed round with three texts and a live count left behind."""
    law = replace(LAW, deletion_decision=decision, free_text_days=DAYS)
    study = create_study(
        session, slug=slug, title=slug, instrument="ebp-thermometer", owner_code="23", law=law, simulated=simulated
    )
    round_ = Round(
        study=study,
        name="1",
        instrument_version="2024.1",
        instrument_digest="d",
        public_key=bytes(32),
        state=RoundState.SEALED,
        opened_at=SEALED - timedelta(days=30),
        closed_at=SEALED - timedelta(days=1),
        sealed_at=SEALED,
    )
    session.add(round_)
    session.flush()
    unit = session.query(OrganisationUnit).filter_by(code="2309").one()
    session.add_all(FreeText(round_id=round_.id, unit_id=unit.id, item="own_words", text="Bra") for _ in range(3))
    session.add(LiveCount(round_id=round_.id, unit_id=unit.id, shown=5, counted_at=SEALED))
    session.flush()
    return round_
