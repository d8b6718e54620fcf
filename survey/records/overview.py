"""What the entries say together: lists, sums by year and municipality, and what was done between two days."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sqlalchemy import Select, extract, select
from sqlalchemy.orm import Session, aliased, joinedload

from instruments.columns import columns_of
from instruments.model import CHOICE_TYPES, Instrument, Item, ItemType, in_language
from reports.sheets import csv_text
from survey.errors import Refusal
from survey.models import OrganisationKind, RecordEntry
from survey.organisation.snapshot import OrganisationTree, TreeNode
from survey.records.entries import instrument_of

Cell = str | int | float | None


@dataclass(frozen=True)
class Filter:
    """What a list is narrowed to; None takes all."""

    unit_ids: frozenset[int]
    """The units that may be read, and no others."""
    instrument: str | None = None
    year: int | None = None


def entries(session: Session, chosen: Filter, *, history: bool = False, most: int | None = None) -> list[RecordEntry]:
    """Newest day first. With `history` also what has been corrected or taken back, and the taking back itself."""
    query = (
        select(RecordEntry)
        .options(joinedload(RecordEntry.unit))
        .where(RecordEntry.unit_id.in_(chosen.unit_ids))
        .order_by(RecordEntry.happened_on.desc(), RecordEntry.id.desc())
    )
    if chosen.instrument is not None:
        query = query.where(RecordEntry.instrument == chosen.instrument)
    if chosen.year is not None:
        query = query.where(extract("year", RecordEntry.happened_on) == chosen.year)
    return list(session.scalars((query if history else _standing(query)).limit(most)))


def years(session: Session, unit_ids: Collection[int]) -> list[int]:
    """The years that there are entries of, newest first."""
    year = extract("year", RecordEntry.happened_on)
    query = select(year).where(RecordEntry.unit_id.in_(unit_ids)).distinct().order_by(year.desc())
    return [int(one) for one in session.scalars(query)]


def done_between(session: Session, unit_ids: Collection[int], after: date, until: date) -> list[RecordEntry]:
    """Standing entries of the days after `after` up to and with `until`, oldest first."""
    days = RecordEntry.happened_on > after, RecordEntry.happened_on <= until
    query = select(RecordEntry).options(joinedload(RecordEntry.unit)).where(RecordEntry.unit_id.in_(unit_ids), *days)
    return list(session.scalars(_standing(query).order_by(RecordEntry.happened_on, RecordEntry.id)))


def _standing(query: Select[RecordEntry]) -> Select[RecordEntry]:
    later = aliased(RecordEntry)
    replaced = select(later.id).where(later.replaces_id == RecordEntry.id).exists()
    return query.where(~replaced, ~RecordEntry.retracted)


@dataclass(frozen=True)
class SumRow:
    """One year of one municipality (or of what stands above municipalities)."""

    year: int
    place: TreeNode
    entries: int
    sums: tuple[float | None, ...]
    """Of each counted item; None where nobody wrote a number."""


def counted_items(instrument: Instrument) -> tuple[Item, ...]:
    """The items that can be added up: numbers without decimals or ends of a scale."""
    return tuple(item for item in instrument.items if item.type is ItemType.NUMBER)


def sums(found: Iterable[RecordEntry], items: Sequence[Item], tree: OrganisationTree) -> list[SumRow]:
    """Entries and sums by year (newest first) and municipality (by code)."""
    cells: dict[tuple[int, str], list[RecordEntry]] = {}
    for entry in found:
        cells.setdefault((entry.happened_on.year, _place(tree, entry.unit_id).code), []).append(entry)
    return [
        SumRow(year, tree.by_code[code], len(of), tuple(_total(of, item) for item in items))
        for (year, code), of in sorted(cells.items(), key=lambda cell: (-cell[0][0], cell[0][1]))
    ]


def _place(tree: OrganisationTree, unit_id: int) -> TreeNode:
    """The municipality that a unit belongs to; what belongs to none stands for itself."""
    above = (tree.by_id[unit_id], *tree.ancestors(unit_id))
    return next((node for node in above if node.kind is OrganisationKind.MUNICIPALITY), above[0])


def _total(found: Iterable[RecordEntry], item: Item) -> float | None:
    given = [value for entry in found if isinstance(value := entry.answers.get(item.id), int | float)]
    return sum(given) if given else None


def said(instrument: Instrument, item: Item, answers: Mapping[str, object], language: str) -> str:
    """One answer in words; "" where there is none."""
    value = answers.get(item.id)
    if item.type in CHOICE_TYPES:
        chosen = value if isinstance(value, list | tuple) else (value,)
        options = instrument.options(item)
        return ", ".join(in_language(option.text, language) for option in options if option.value in chosen)
    if isinstance(value, float):
        return f"{value:g}".replace(".", ",") if language == "sv" else f"{value:g}"
    return "" if value is None else str(value)


def headline(instrument: Instrument, answers: Mapping[str, object], language: str) -> str:
    """What an entry is about, on one line: its first choice, else the beginning of its first text."""
    for item in instrument.items:
        if text := " ".join(said(instrument, item, answers, language).split()):
            return text if len(text) <= HEADLINE else f"{text[: HEADLINE - 1].rstrip()}…"
    return ""


HEADLINE = 120


def headline_of(entry: RecordEntry, language: str, folders: Sequence[Path]) -> str:
    """What an entry is about; its version in brackets where that file is gone, so that no entry stops a list."""
    try:
        return headline(instrument_of(entry, folders), entry.answers, language)
    except Refusal as refusal:
        if refusal.code != "instrument_changed":
            raise
        return f"({entry.instrument} {entry.instrument_version})"


ENTRY_COLUMNS = (
    "entry", "date", "unit", "unit_name", "version", "signed_by", "signed_at", "replaces", "retracted", "reason",
)  # fmt: skip


def to_csv(found: Iterable[RecordEntry], instrument: Instrument) -> str:
    """Every entry with its history, one row each, in the columns of the instrument's newest version."""
    columns = [column for column in columns_of(instrument) if column.item is not None]
    rows: list[list[Cell]] = [[*ENTRY_COLUMNS, *(column.name for column in columns)]]
    for entry in found:
        cells: list[Cell] = []
        for column in columns:
            value = entry.answers.get(column.item.id) if column.item else None
            if column.option is not None:
                chosen = value if isinstance(value, list) else []
                cells.append(None if value is None else int(column.option.value in chosen))
            else:
                cells.append(value if isinstance(value, str | int | float) else None)
        rows.append([*_about(entry), *cells])
    return csv_text(rows)


def _about(entry: RecordEntry) -> list[Cell]:
    return [
        entry.id,
        entry.happened_on.isoformat(),
        entry.unit.code,
        entry.unit.name,
        entry.instrument_version,
        entry.signed_name,
        f"{entry.signed_at:%Y-%m-%d %H:%M}Z",
        entry.replaces_id,
        int(entry.retracted),
        entry.reason,
    ]
