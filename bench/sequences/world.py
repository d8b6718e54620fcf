"""An installation where round after round can be played: one application, and for each play a round of its own."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import Engine, event, func, select
from sqlalchemy.orm import Session

from bench.clock import Clock
from instruments.load import load
from survey.answering import tokens
from survey.answering.codes import new_code
from survey.answering.keys import KeyFolder
from survey.answering.mixing import mix
from survey.answering.round_keys import RoundKeyFolder
from survey.app import create_app
from survey.config import settings_from
from survey.database import session_factory
from survey.models import Base, Card, FreeText, Invitation, OrganisationUnit, Response, Round, RoundUnit, Study
from survey.services import Services
from survey.web import EXTENSION

# A user survey, so that its pages have the button for leaving; branches, an order of each person's own, and texts.
INSTRUMENT = """\
id: user-survey-sequences
version: "2026.1"
languages: [sv, en]
variants: [standard, easy]
title: {sv: Följder, en: Sequences}
introduction: {sv: Några frågor., en: A few questions.}
easy_introduction: {sv: Några frågor., en: A few questions.}
minutes: 1
provenance:
  wording: own
  sources: [Made for this play.]
  licence: CC0
  notice: {sv: Egna ord., en: Own words.}
answer_sets:
  - id: steps
    options:
      - {value: 1, text: {sv: Nej, en: "No"}}
      - {value: 2, text: {sv: Kanske, en: Perhaps}}
      - {value: 3, text: {sv: Ja, en: "Yes"}}
sections:
  - id: one
    title: {sv: Ett, en: One}
    items:
      - {id: a, text: {sv: Första?, en: First?}, easy: {sv: Första?, en: First?}, answer_set: steps}
      - id: c
        text: {sv: Följdfråga?, en: More?}
        easy: {sv: Följdfråga?, en: More?}
        answer_set: steps
        visible_if: {op: is, item: a, value: 3}
      - id: mark
        type: number
        text: {sv: Hur många?, en: How many?}
        easy: {sv: Hur många?, en: How many?}
        minimum: 0
        maximum: 900000000
  - id: two
    title: {sv: Två, en: Two}
    random_order: true
    items:
      - {id: x, text: {sv: Kors?, en: Cross?}, easy: {sv: Kors?, en: Cross?}, answer_set: steps, may_decline: true}
      - {id: y, text: {sv: Bock?, en: Tick?}, easy: {sv: Bock?, en: Tick?}, answer_set: steps}
      - {id: z, text: {sv: Ring?, en: Ring?}, easy: {sv: Ring?, en: Ring?}, answer_set: steps}
  - id: three
    title: {sv: Tre, en: Three}
    items:
      - id: many
        type: multiple_choice
        text: {sv: Vilka?, en: Which?}
        easy: {sv: Vilka?, en: Which?}
        answer_set: steps
      - {id: why, type: long_text, text: {sv: Varför?, en: Why?}, easy: {sv: Varför?, en: Why?}, may_decline: true}
"""
ITEMS = ("a", "c", "mark", "x", "y", "z", "many", "why")


@dataclass(frozen=True)
class Ways:
    """The codes that lead into one round."""

    round_id: int
    card: str
    invitation: str
    open: str


@dataclass
class World:
    app: Flask
    engine: Engine
    keys: KeyFolder
    round_keys: RoundKeyFolder
    clock: Clock
    units: tuple[int, ...]
    digest: str
    """Of the instrument."""
    rounds: int = field(default=0)

    def session(self) -> Session:
        return session_factory(self.engine)()

    def new_round(self) -> Ways:
        """An open round of a study of its own; the clock goes on a day."""
        self.clock.pass_time(days=1)
        self.rounds += 1
        card, invitation, open_code = new_code(), new_code(), new_code()
        unit = self.units[-1]
        with self.session() as session:
            study = Study(
                slug=f"s{self.rounds}", title="Följder", instrument="user-survey-sequences", owner_id=self.units[0], k=5
            )
            session.add(study)
            session.flush()
            round_ = Round(study_id=study.id, name="en", instrument_version="2026.1", instrument_digest=self.digest)
            session.add(round_)
            session.flush()
            round_.public_key = self.round_keys.make(round_.id)
            round_.state, round_.opened_at = "open", self.clock.now
            lookup = tokens.card_lookup(self.keys, study.id, card)
            personal = tokens.invitation_lookup(self.keys, invitation)
            session.add_all(
                [
                    RoundUnit(round_id=round_.id, unit_id=unit, invited=20, open_code=open_code),
                    Card(study_id=study.id, unit_id=unit, lookup=lookup),
                    Invitation(round_id=round_.id, unit_id=unit, way="card", lookup=lookup),
                    Invitation(round_id=round_.id, unit_id=unit, way="invitation", lookup=personal),
                ]
            )
            session.commit()
            return Ways(round_.id, card, invitation, open_code)

    def close(self, round_id: int) -> None:
        with self.session() as session:
            round_ = session.get_one(Round, round_id)
            round_.state, round_.closed_at = "closed", self.clock.now
            session.commit()

    def seal(self, round_id: int) -> None:
        """Mix, and leave the old pages where they are: clearing them takes long, and is looked at elsewhere."""
        with self.engine.connect() as connection, Session(connection, expire_on_commit=False) as session:
            mix(session, self.round_keys, round_id, self.clock.now, drop_drafts=True)
            connection.commit()

    def traces(self, round_id: int) -> tuple[Any, ...]:
        """Every row that a respondent could change."""
        tables = Base.metadata.tables
        with self.session() as session:
            return tuple(
                tuple(session.execute(select(table).where(table.c.round_id == round_id).order_by(table.c.id)))
                for table in (tables["draft"], tables["urn"], tables["invitation"])
            )

    def rows(self) -> dict[str, int]:
        """How many rows each table of the database has."""
        with self.session() as session:
            return {
                name: session.scalar(select(func.count()).select_from(table)) or 0
                for name, table in Base.metadata.tables.items()
            }

    def mixed(self, round_id: int) -> tuple[list[tuple[str, str, str, dict[str, object]]], list[str]]:
        """(way, variant, language, answers) of every response, and every free text."""
        with self.session() as session:
            responses = session.scalars(select(Response).where(Response.round_id == round_id))
            told = [(one.way, one.variant, one.language, one.answers) for one in responses]
            texts = session.scalars(select(FreeText.text).where(FreeText.round_id == round_id))
            return told, list(texts)


def make_world(home: Path, engine: Engine) -> World:
    """`engine` leads to a migrated, empty database."""
    folder = home / "instruments"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "user-survey-sequences.yaml").write_text(INSTRUMENT, encoding="utf-8")
    url = engine.url.render_as_string(hide_password=False)
    settings = settings_from({"TERMOMETERN_HOME": str(home), "TERMOMETERN_DATABASE": url})
    clock = Clock()
    units: list[int] = []
    with session_factory(engine)() as session:
        for kind, code in (("nation", "SE"), ("county", "23"), ("municipality", "2309"), ("unit", "2309-a")):
            unit = OrganisationUnit(
                parent_id=units[-1] if units else None,
                kind=kind,
                code=code,
                name=code,
                short_name=code,
                valid_from=date(2020, 1, 1),
            )
            session.add(unit)
            session.flush()
            units.append(unit.id)
        session.commit()
    app = create_app(settings, clock)
    services: Services = app.extensions[EXTENSION]
    for opened in {engine, services.engine, services.reading}:
        if opened.dialect.name == "sqlite":
            # Nobody pulls the plug here: without waiting for the disk a play takes a third of the time.
            event.listen(opened, "connect", lambda connection, _record: connection.execute("PRAGMA synchronous=OFF"))
    digest = load("user-survey-sequences", folders=[folder]).digest
    keys = KeyFolder(settings.keys)
    return World(app, engine, keys, RoundKeyFolder(settings.round_keys, clock), clock, tuple(units), digest)
