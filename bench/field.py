"""An open round of the EBP thermometer for measurements: one open link, and as many cards as are wanted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from urllib.parse import urlencode

from flask import Flask
from sqlalchemy import Engine

from instruments.load import load
from survey.answering import tokens
from survey.answering.codes import new_code
from survey.app import create_app
from survey.config import settings_from
from survey.migrate import upgrade
from survey.models import Card, Invitation, OrganisationUnit, Round, RoundUnit, Study
from survey.services import services_from
from survey.web.respond.forms import field_name

INSTRUMENT = "ebp-thermometer"


@dataclass(frozen=True)
class Field:
    """An open round with one open link and as many cards as there are flows."""

    app: Flask
    engine: Engine
    open_code: str
    cards: list[str]
    form: bytes
    first: bytes
    """The answer to the first item alone."""


def prepare(home: Path, cards: int, database_url: str = "") -> Field:
    """A database (SQLite in `home` by default) with one round of the EBP thermometer."""
    settings = settings_from({"TERMOMETERN_HOME": str(home), "TERMOMETERN_DATABASE": database_url})
    services = services_from(settings)
    upgrade(services.engine)
    loaded = load(INSTRUMENT)
    now = datetime.now(UTC)
    open_code, codes = new_code(), [new_code() for _ in range(cards)]
    with services.sessions.begin() as session:
        nation = OrganisationUnit(kind="nation", code="SE", name="Sverige", short_name="Sverige", valid_from=date.min)
        session.add(nation)
        session.flush()
        study = Study(slug="bench", title="Bench", instrument=INSTRUMENT, owner_id=nation.id, k=7)
        session.add(study)
        session.flush()
        round_ = Round(
            study_id=study.id,
            name="bench",
            instrument_version=loaded.instrument.version,
            instrument_digest=loaded.digest,
        )
        session.add(round_)
        session.flush()
        round_.public_key = services.round_keys.make(round_.id)
        round_.state, round_.opened_at = "open", now
        session.add(RoundUnit(round_id=round_.id, unit_id=nation.id, invited=cards, open_code=open_code))
        pepper = services.keys.study_pepper(study.id)
        lookups = [tokens.card_lookup_under(pepper, code) for code in codes]
        session.add_all(Card(study_id=study.id, unit_id=nation.id, lookup=lookup) for lookup in lookups)
        session.add_all(
            Invitation(round_id=round_.id, unit_id=nation.id, way="card", lookup=lookup) for lookup in lookups
        )
    instrument = loaded.instrument
    answers = {field_name(item.id): str(instrument.options(item)[0].value) for item in instrument.items}
    form = urlencode(answers | {"go": "send"}).encode()
    first = urlencode(dict([*answers.items()][:1])).encode()
    return Field(create_app(settings), services.engine, open_code, codes, form, first)
