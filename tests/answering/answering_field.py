"""A small open round: one municipality with three units, and an instrument that branches and takes a long text."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from instruments.model import Answer
from survey.answering import tokens
from survey.answering.entry import Entry, Purpose, find_entry
from survey.answering.keys import KeyFolder
from survey.answering.round_keys import RoundKeyFolder
from survey.answering.submit import submit
from survey.database import session_factory
from survey.models import Base, Invitation, Round

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
INSTRUMENT = """\
id: tiny
version: "2026.1"
languages: [sv]
title: {sv: Liten}
introduction: {sv: Några frågor.}
minutes: 1
provenance:
  wording: own
  sources: [Made for this test.]
  licence: CC0
  notice: {sv: Egna ord.}
answer_sets:
  - id: steps
    options:
      - {value: 1, text: {sv: Nej}}
      - {value: 2, text: {sv: Kanske}}
      - {value: 3, text: {sv: Ja}}
sections:
  - id: all
    title: {sv: Allt}
    items:
      - {id: a, text: {sv: Första}, answer_set: steps}
      - {id: b, text: {sv: Andra}, answer_set: steps}
      - {id: why, type: long_text, text: {sv: Varför?}, visible_if: {op: is, item: a, value: 3}}
      - {id: many, type: multiple_choice, text: {sv: Vilka?}, answer_set: steps}
      - {id: years, type: number, text: {sv: Hur många år?}, minimum: 0, maximum: 60}
scales:
  - id: s
    title: {sv: Skala}
    description: {sv: En skala.}
    items: [{item: a, reversed: false}, {item: b, reversed: false}]
    minimum: 1
    maximum: 3
    missing: half
"""


@dataclass
class Field:
    """An open round and its ways in."""

    engine: Engine
    keys: KeyFolder
    round_keys: RoundKeyFolder
    folder: Path
    round_id: int
    study_id: int
    municipality: int
    units: tuple[int, int, int]
    open_codes: tuple[str, str, str]
    cards: dict[str, int]
    """Code -> unit."""

    def session(self) -> Session:
        return session_factory(self.engine)()

    def enter(
        self,
        session: Session,
        code: str,
        *,
        now: datetime = NOON,
        purpose: Purpose = Purpose.ANSWER,
        nonce: bytes | None = None,
    ) -> Entry:
        return find_entry(session, self.keys, code, now, purpose=purpose, nonce=nonce, folders=[self.folder])

    def close(self, at: datetime = NOON) -> None:
        with self.session() as session:
            round_ = session.get_one(Round, self.round_id)
            round_.state, round_.closed_at = "closed", at
            session.commit()

    def send(self, code: str, answers: dict[str, Answer], *, nonce: bytes | None = None, now: datetime = NOON) -> str:
        """One whole submission, as a request makes it. Returns the receipt."""
        with self.session() as session:
            entry = self.enter(session, code, now=now, purpose=Purpose.SUBMIT, nonce=nonce)
            receipt = submit(session, self.keys, entry, answers, variant="standard", language="sv")
            session.commit()
            return receipt

    def count(self, table: str) -> int:
        with self.session() as session:
            return session.scalar(select(func.count()).select_from(Base.metadata.tables[table])) or 0

    def invitation(self, session: Session, code: str) -> Invitation:
        lookup = tokens.card_lookup(self.keys, self.study_id, code)
        row = select(Invitation).where(Invitation.round_id == self.round_id, Invitation.lookup == lookup)
        return session.scalars(row).one()

    def invite(self, session: Session, round_id: int, unit: int, code: str) -> None:
        lookup = tokens.card_lookup(self.keys, self.study_id, code)
        session.add(Invitation(round_id=round_id, unit_id=unit, way="card", lookup=lookup))
