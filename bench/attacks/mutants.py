"""T5 Mutants: the real code with one promise taken out. An attack that sees none of them would prove nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from itertools import count
from typing import Any
from unittest.mock import patch

from sqlalchemy import Engine, delete, false, select, text, update
from sqlalchemy.orm import Session

from instruments.model import Answer, Instrument
from survey.answering import mixing, responses, submit
from survey.answering.box import Submission
from survey.answering.entry import Entry
from survey.answering.round_keys import RoundKeyFolder
from survey.answering.shuffling import SHUFFLE
from survey.models import Base, random_id

_DRAFT = Base.metadata.tables["draft"]
_INVITATION = Base.metadata.tables["invitation"]
Mutant = Callable[[], AbstractContextManager[object]]


@contextmanager
def time_on_answers() -> Iterator[None]:
    """Each answer keeps the moment at which it was sent in."""
    moments, storable = count(1_772_452_800), submit.storable

    def timed(instrument: Instrument, answers: Mapping[str, Answer]) -> dict[str, Answer]:
        return storable(instrument, answers) | {"sent_at": next(moments)}

    with patch.object(submit, "storable", timed):
        yield


@contextmanager
def serial_ids() -> Iterator[None]:
    """Mixed all right, but each response has the number that its box had in the urn."""
    numbers: list[int] = []

    def shuffle(rows: list[Any]) -> None:
        place = {id(row): number for number, row in enumerate(rows)}
        SHUFFLE(rows)
        if rows and isinstance(rows[0], Submission) and not numbers:
            numbers.extend(place[id(row)] for row in rows)

    def next_id() -> bytes:
        return numbers.pop(0).to_bytes(16) if numbers else random_id()

    with _shuffled_by(shuffle), patch.object(responses, "random_id", next_id):
        yield


def no_mixing() -> AbstractContextManager[object]:
    """Everything is written as it came out of the urn."""
    return _shuffled_by(_as_it_is)


@contextmanager
def many_transactions() -> Iterator[None]:
    """Not mixed, and each response committed by itself."""

    def insert_one_by_one(session: Session, table: Any, rows: Sequence[dict[str, Any]]) -> None:
        for row in rows:
            session.execute(table.insert(), [row])
            session.commit()

    with no_mixing(), patch.object(responses, "insert_many", insert_one_by_one):
        yield


def key_kept() -> AbstractContextManager[object]:
    """The round's keys stay where they are."""
    return patch.object(RoundKeyFolder, "destroy", lambda _folder, _round_id: True)


def invitations_as_they_were() -> AbstractContextManager[object]:
    """Contacts and link codes are erased, and the rows left in their places."""

    def erase(session: Session, round_id: int, _shuffle: object) -> None:
        here = _INVITATION.c.round_id == round_id
        session.execute(update(_INVITATION).where(here).values(contact=None, link_code=None))

    return patch.object(mixing, "_rewrite_invitations", erase)


@contextmanager
def link_code_left() -> Iterator[None]:
    """The link code that an answer came with stays on its invitation."""
    claimed, rewrite = submit._claimed, mixing._rewrite_invitations
    codes: dict[bytes, bytes | None] = {}

    def noted(session: Session, entry: Entry) -> bool:
        codes[entry.lookup or b""] = entry.link_code
        return claimed(session, entry)

    def left(session: Session, round_id: int, shuffle: Any) -> None:
        rewrite(session, round_id, shuffle)
        for lookup, code in codes.items():
            session.execute(update(_INVITATION).where(_INVITATION.c.lookup == lookup).values(link_code=code))

    with patch.object(submit, "_claimed", noted), patch.object(mixing, "_rewrite_invitations", left):
        yield


@contextmanager
def draft_left() -> Iterator[None]:
    """What was saved on the way stays when it has been sent in, and after sealing."""

    def spare_drafts(table: Any) -> Any:
        return delete(table).where(false()) if table is _DRAFT else delete(table)

    with patch.object(submit, "DROP", select(_DRAFT.c.id)), patch.object(mixing, "delete", spare_drafts):
        yield


MUTANTS: Mapping[str, Mutant] = {
    "a time on each answer": time_on_answers,
    "serial ids": serial_ids,
    "no mixing": no_mixing,
    "one transaction an answer, in the urn's order": many_transactions,
    "a key that is kept": key_kept,
    "invitations not rewritten": invitations_as_they_were,
    "a link code left on the invitation": link_code_left,
    "a draft left behind": draft_left,
}
"""Of the code: each is played like the real one."""

SCHEMA_MUTANTS: Mapping[str, str] = {
    "a time column on response": "ALTER TABLE response ADD COLUMN created_at TIMESTAMP",
    "a serial column on response": "ALTER TABLE response ADD COLUMN number INTEGER",
    "a key from response to invitation": "ALTER TABLE response ADD COLUMN came_by {bytes} REFERENCES invitation (id)",
    "a table of who answered when": "CREATE TABLE visit (lookup {bytes} PRIMARY KEY, seen TIMESTAMP)",
}
"""Of the tables: one statement each."""


def mutate(engine: Engine, statement: str) -> None:
    """Change the tables."""
    kind = "BLOB" if engine.dialect.name == "sqlite" else "BYTEA"
    with engine.begin() as connection:
        connection.execute(text(statement.format(bytes=kind)))


def _as_it_is(_rows: list[Any]) -> None:
    """No shuffle."""


def _shuffled_by(shuffle: Callable[[list[Any]], None]) -> AbstractContextManager[object]:
    return patch.dict(mixing.mix.__kwdefaults__, shuffle=shuffle)
