"""Two sealed rounds of the EBP thermometer in one county: three municipalities, one of them with too few answers."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import UTC, date, datetime

import pytest
from sqlalchemy.orm import Session

from instruments.load import load
from survey.models import OrganisationUnit, Response, Round, RoundUnit, Study

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
ANSWERED = {"2303": 24, "2309": 30, "2313": 3}


@dataclass(frozen=True)
class Sealed:
    before: int
    now: int
    study: int


@pytest.fixture
def sealed(session: Session) -> Sealed:
    nation = _unit(session, None, "nation", "SE")
    county = _unit(session, nation, "county", "23")
    _unit(session, county, "municipality", "2305")
    units = {code: _unit(session, county, "municipality", code) for code in ANSWERED}
    study = Study(slug="ebp", title="EBP i länet", instrument="ebp-thermometer", k=5, owner_id=county)
    session.add(study)
    session.flush()
    before = _round(session, study.id, "2025", units, seed=1)
    now = _round(session, study.id, "2026", units, seed=2)
    now.before_id = before.id
    session.commit()
    return Sealed(before.id, now.id, study.id)


def _round(session: Session, study_id: int, name: str, units: dict[str, int], seed: int) -> Round:
    loaded = load("ebp-thermometer")
    round_ = Round(
        study_id=study_id,
        name=name,
        instrument_version=loaded.instrument.version,
        instrument_digest=loaded.digest,
        public_key=bytes(32),
        state="sealed",
        opened_at=NOON,
        closed_at=NOON,
        sealed_at=NOON,
    )
    session.add(round_)
    session.flush()
    draw = random.Random(seed)  # noqa: S311 - made-up answers
    for code, count in ANSWERED.items():
        session.add(RoundUnit(round_id=round_.id, unit_id=units[code], invited=40))
        for _ in range(count):
            answers = {item.id: draw.randint(1, 5) for item in loaded.instrument.scored_items}
            session.add(
                Response(
                    round_id=round_.id,
                    unit_id=units[code],
                    instrument_digest=loaded.digest,
                    way="open",
                    variant="standard",
                    language="sv",
                    answers=answers,
                )
            )
    return round_


def _unit(session: Session, parent: int | None, kind: str, code: str) -> int:
    unit = OrganisationUnit(
        parent_id=parent, kind=kind, code=code, name=f"Kommun {code}", short_name=code, valid_from=date(2026, 1, 1)
    )
    session.add(unit)
    session.flush()
    return unit.id
