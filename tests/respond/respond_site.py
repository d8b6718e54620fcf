"""An application with one open round, and a form that has an item of every type."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient
from page_text import text_of
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from bench.clock import NOON, Clock
from instruments.load import load
from instruments.model import Answer
from survey.answering import tokens
from survey.answering.box import open_box
from survey.answering.codes import new_code
from survey.answering.keys import KeyFolder
from survey.answering.round_keys import RoundKeyFolder
from survey.app import create_app
from survey.config import Settings, settings_from
from survey.database import session_factory
from survey.models import Base, Card, Invitation, OrganisationUnit, Round, RoundUnit, Study, UrnBox

EVERY_TYPE = """\
id: every-type
version: "2026.1"
languages: [sv, en]
title: {sv: Alla sorter, en: Every type}
introduction: {sv: Några frågor., en: A few questions.}
minutes: 2
provenance:
  wording: own
  sources: [Made for this test.]
  licence: CC0
  notice: {sv: Egna ord., en: Own words.}
answer_sets:
  - id: steps
    options:
      - {value: 1, text: {sv: Nej, en: "No"}}
      - {value: 2, text: {sv: Kanske, en: Perhaps}}
      - {value: 3, text: {sv: Ja, en: "Yes"}}
sections:
  - id: first
    title: {sv: Början, en: Beginning}
    intro: {sv: Så är det., en: So it is.}
    items:
      - {id: a, text: {sv: Första frågan?, en: First question?}, answer_set: steps, may_decline: true}
      - {id: b, text: {sv: Andra frågan?, en: Second question?}, answer_set: steps, help: {sv: Tänk efter., en: Think.}}
      - {id: c, text: {sv: Följdfråga?, en: More?}, answer_set: steps, visible_if: {op: is, item: a, value: 3}}
  - id: second
    title: {sv: Mitten, en: Middle}
    items:
      - {id: told, type: statement, text: {sv: Nu kommer annat., en: Now for something else.}}
      - {id: many, type: multiple_choice, text: {sv: Vilka?, en: Which?}, answer_set: steps, may_decline: true}
      - {id: years, type: number, text: {sv: Hur många år?, en: How many years?}, minimum: 0, maximum: 60}
      - {id: born, type: year, text: {sv: Vilket år?, en: Which year?}, minimum: 1900, maximum: 2026}
  - id: third
    title: {sv: Slutet, en: End}
    items:
      - id: how
        type: slider
        text: {sv: Hur nöjd?, en: How content?}
        minimum: 0
        maximum: 10
        low_label: {sv: inte alls, en: not at all}
        high_label: {sv: helt, en: wholly}
      - {id: word, type: short_text, text: {sv: Ett ord?, en: One word?}}
      - {id: why, type: long_text, text: {sv: Varför?, en: Why?}, may_decline: true}
"""

FIRST = {"a_a": "2", "a_b": "1"}
SECOND = {"a_many": ["1", "3"], "a_years": "4,5", "a_born": "1980"}
THIRD = {"a_how": "7", "a_word": "lugnt", "a_why": "<script>alert(1)</script> & \N{GRINNING FACE}"}
STORED: dict[str, Answer] = {
    "a": 2,
    "b": 1,
    "many": (1, 3),
    "years": 4.5,
    "born": 1980,
    "how": 7,
    "word": "lugnt",
    "why": "<script>alert(1)</script> & \N{GRINNING FACE}",
}


@dataclass
class Site:
    """The application and what leads into it. `open` and `card` are codes."""

    app: Flask
    engine: Engine
    keys: KeyFolder
    clock: Clock
    round_id: int
    study_id: int
    open: str
    card: str
    languages: dict[str, str] = field(default_factory=lambda: {"Accept-Language": "sv"})

    def client(self) -> FlaskClient:
        """A browser of its own."""
        return self.app.test_client()

    def tab_of(self, client: FlaskClient) -> FlaskClient:
        """Another tab of the same browser: cookies that are its own from here on."""
        tab = self.client()
        for cookie in client._cookies.values():
            tab.set_cookie(cookie.key, cookie.value, path=cookie.path)
        return tab

    def session(self) -> Session:
        return session_factory(self.engine)()

    def change_round(self, **values: object) -> None:
        with self.session() as session:
            round_ = session.get_one(Round, self.round_id)
            for name, value in values.items():
                setattr(round_, name, value)
            session.commit()

    def close(self) -> None:
        self.change_round(state="closed", closed_at=self.clock.now)

    def count(self, table: str) -> int:
        with self.session() as session:
            return session.scalar(select(func.count()).select_from(Base.metadata.tables[table])) or 0

    def sealed(self) -> list[dict[str, Answer]]:
        """The answers in the urn, opened with the round's key."""
        key = RoundKeyFolder(self.keys.path / "rounds").private_key(self.round_id)
        with self.session() as session:
            return [dict(open_box(box, key).answers) for box in session.scalars(select(UrnBox.box))]


def settings_for(home: Path, database_url: str) -> Settings:
    return settings_from({"TERMOMETERN_HOME": str(home), "TERMOMETERN_DATABASE": database_url})


def make_site(
    home: Path,
    engine: Engine,
    *,
    instrument: str = "every-type",
    simulated: bool = False,
    linked: bool = False,
    code_questions: list[str] | None = None,
    pace: str = "section",
    content: str = EVERY_TYPE,
) -> Site:
    """An open round of `instrument` in one municipality with one unit, an open link and a card."""
    folder = home / "instruments"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "every-type.yaml").write_text(content + f"pace: {pace}\n", encoding="utf-8")
    loaded = load(instrument, folders=[folder])
    settings = settings_for(home, engine.url.render_as_string(hide_password=False))
    clock = Clock()
    app = create_app(settings, clock)
    keys = KeyFolder(settings.keys)
    open_code, card = new_code(), new_code()
    with session_factory(engine)() as session:
        parent = None
        for kind, code, name in (
            ("nation", "SE", "Sverige"),
            ("county", "23", "Jämtlands län"),
            ("municipality", "2309", "Krokoms kommun"),
            ("unit", "2309-a", "Barn och familj"),
        ):
            unit = OrganisationUnit(
                parent_id=parent, kind=kind, code=code, name=name, short_name=name, valid_from=date(2020, 1, 1)
            )
            session.add(unit)
            session.flush()
            parent = unit.id
        study = Study(
            slug="s",
            title="Våren 2026",
            instrument=loaded.instrument.id,
            owner_id=unit.parent_id,
            k=7,
            linked=linked,
            code_questions=code_questions or [],
            simulated=simulated,
        )
        session.add(study)
        session.flush()
        round_ = Round(
            study_id=study.id,
            name="våren 2026",
            instrument_version=loaded.instrument.version,
            instrument_digest=loaded.digest,
            opens_on=date(2026, 3, 1),
            closes_on=date(2026, 3, 31),
        )
        session.add(round_)
        session.flush()
        round_.public_key = RoundKeyFolder(settings.round_keys).make(round_.id)
        round_.state, round_.opened_at = "open", NOON - timedelta(days=1)
        session.add(RoundUnit(round_id=round_.id, unit_id=unit.id, invited=20, open_code=open_code))
        lookup = tokens.card_lookup(keys, study.id, card)
        session.add(Card(study_id=study.id, unit_id=unit.id, lookup=lookup))
        session.add(Invitation(round_id=round_.id, unit_id=unit.id, way="card", lookup=lookup))
        session.commit()
        return Site(app, engine, keys, clock, round_.id, study.id, open_code, card)


def begin(client: FlaskClient, code: str, **form: str) -> str:
    """Press Start; the address that it leads to."""
    response = client.post(f"/s/{code}/borja", data={"lang": "sv"} | form)
    assert response.status_code == 303, text_of(response)
    return response.location


def send_part(client: FlaskClient, address: str, answers: dict[str, object], go: str = "next") -> TestResponse:
    return client.post(address, data=answers | {"go": go, "noticed": "1"})


def fill_in(client: FlaskClient, code: str) -> str:
    """Begin and answer every section; the address of the review."""
    address = begin(client, code)
    for answers in (FIRST, SECOND, THIRD):
        response = send_part(client, address, dict(answers))
        assert response.status_code == 303, text_of(response)
        address = response.location
    return address
