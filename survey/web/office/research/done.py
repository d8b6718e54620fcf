"""What was done between two rounds: signed entries, which are open, beside the change. Nothing says that one made the
other."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from instruments.model import Instrument, in_language
from survey.accounts.roles import Action
from survey.models import RecordEntry, Round
from survey.records.entries import record_instruments
from survey.records.overview import counted_items, done_between, headline_of
from survey.web import current_services
from survey.web.office import access
from survey.web.office.database import reading
from survey.web.office.layout import figure, page_language

MOST_SHOWN = 30


@dataclass(frozen=True)
class DoneRow:
    entry: RecordEntry
    what: str
    figures: tuple[str, ...]


@dataclass(frozen=True)
class Done:
    """The activities of one group and what lies below it, between the last days of two rounds."""

    title: str
    after: date
    until: date
    heads: tuple[str, ...]
    rows: list[DoneRow]
    more: int
    """How many there are besides those shown."""


def done_between_rounds(round_: Round, code: str) -> list[Done]:
    """One table for each instrument that counts activities; none without an earlier round, or the right to read."""
    after, until = last_day(round_.before), last_day(round_)
    if after is None or until is None:
        return []
    found = done_in(code, after, until)
    instruments = record_instruments(current_services().instrument_folders)
    tables = (_table(loaded.instrument, found, after, until) for loaded in instruments.values())
    return [table for table in tables if table is not None]


def done_in(code: str, after: date, until: date) -> list[RecordEntry]:
    """The entries of one group and what lies below it, oldest first; none without the right to read them."""
    person = access.person()
    node = person.tree.by_code.get(code)
    if node is None or not person.may(Action.SEE_RECORDS, node.id):
        return []
    return done_between(reading(), [one.id for one in person.tree.descendants(node.id)], after, until)


def _table(instrument: Instrument, found: list[RecordEntry], after: date, until: date) -> Done | None:
    items, language = counted_items(instrument), page_language()
    mine = [entry for entry in found if entry.instrument == instrument.id]
    if not items or not mine:
        return None
    rows = [
        DoneRow(entry, _what(entry, language), tuple(figure(_number(entry, item.id)) for item in items))
        for entry in mine[:MOST_SHOWN]
    ]
    heads = tuple(in_language(item.label or item.text, language) for item in items)
    title = in_language(instrument.title, language)
    return Done(title, after, until, heads, rows, len(mine) - len(rows))


def _what(entry: RecordEntry, language: str) -> str:
    return headline_of(entry, language, current_services().instrument_folders)


def _number(entry: RecordEntry, item_id: str) -> float | None:
    value = entry.answers.get(item_id)
    return value if isinstance(value, int | float) else None


def last_day(round_: Round | None) -> date | None:
    """The last day to answer, as it was told; else the day that the round closed."""
    if round_ is None:
        return None
    return round_.closes_on or (round_.closed_at.date() if round_.closed_at else None)
