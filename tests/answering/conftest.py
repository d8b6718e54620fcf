"""Fixtures: an open round in a fresh database, once on each kind."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
from answering_field import INSTRUMENT, NOON, Field
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from instruments.check import check_document
from instruments.document import parse_document
from instruments.load import load_file
from instruments.model import Instrument
from survey.answering import tokens
from survey.answering.codes import new_code
from survey.answering.keys import KeyFolder
from survey.answering.round_keys import RoundKeyFolder
from survey.database import session_factory
from survey.models import Card, Invitation, OrganisationUnit, Round, RoundUnit, Study


@pytest.fixture(scope="session")
def instrument() -> Instrument:
    """The one of `field`."""
    found, faults = check_document(parse_document(INSTRUMENT.encode()))
    assert found is not None, faults
    return found


@pytest.fixture
def keys(tmp_path: Path) -> KeyFolder:
    return KeyFolder(tmp_path / "keys")


@pytest.fixture
def round_keys(tmp_path: Path) -> RoundKeyFolder:
    return RoundKeyFolder(tmp_path / "keys" / "rounds")


@pytest.fixture
def make_field(engine: Engine, keys: KeyFolder, round_keys: RoundKeyFolder, tmp_path: Path) -> Callable[..., Field]:
    def make(*, linked: bool = False, cards: tuple[int, int, int] = (2, 2, 2)) -> Field:
        folder = tmp_path / "instruments"
        folder.mkdir(exist_ok=True)
        path = folder / "tiny.yaml"
        path.write_text(INSTRUMENT, encoding="utf-8")
        digest = load_file(path).digest
        with session_factory(engine)() as session:
            nation = _unit(session, None, "nation", "SE")
            county = _unit(session, nation, "county", "23")
            municipality = _unit(session, county, "municipality", "2309")
            units = tuple(_unit(session, municipality, "unit", f"2309-{letter}") for letter in "abc")
            study = Study(slug="s", title="S", instrument="tiny", linked=linked, owner_id=municipality)
            session.add(study)
            session.flush()
            round_ = Round(study_id=study.id, name="r", instrument_version="2026.1", instrument_digest=digest)
            session.add(round_)
            session.flush()
            round_.public_key = round_keys.make(round_.id)
            round_.state, round_.opened_at = "open", NOON - timedelta(days=7)
            open_codes = (new_code(), new_code(), new_code())
            made: dict[str, int] = {}
            for unit, open_code, count in zip(units, open_codes, cards, strict=True):
                session.add(RoundUnit(round_id=round_.id, unit_id=unit, invited=20, open_code=open_code))
                for code in (new_code() for _ in range(count)):
                    made[code] = unit
                    lookup = tokens.card_lookup(keys, study.id, code)
                    session.add(Card(study_id=study.id, unit_id=unit, lookup=lookup))
                    session.add(Invitation(round_id=round_.id, unit_id=unit, way="card", lookup=lookup))
            session.commit()
            return Field(engine, keys, round_keys, folder, round_.id, study.id, municipality, units, open_codes, made)

    return make


@pytest.fixture
def field(make_field: Callable[..., Field]) -> Field:
    return make_field()


def _unit(session: Session, parent: int | None, kind: str, code: str) -> int:
    unit = OrganisationUnit(
        parent_id=parent, kind=kind, code=code, name=code, short_name=code, valid_from=date(2026, 1, 1)
    )
    session.add(unit)
    session.flush()
    return unit.id
