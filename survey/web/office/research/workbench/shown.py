"""What a view hands back: figures, each with its table, how to read it, and what its files hold."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import NamedTuple

from reports import wording
from reports.charts.sketch import Chart
from reports.findings import Estimate, Verdict
from reports.wording import Unit

Value = str | int | float | None


class Cell(NamedTuple):
    """One cell of a table: what the page says, and what the file holds of it."""

    text: str
    values: tuple[Value, ...]
    """One for each of the column's heads in a file."""
    style: str = ""
    """A verdict's style, as `.verdict` knows it; empty for plain text."""


@dataclass(frozen=True)
class Column:
    head: str
    number: bool = False
    in_file: tuple[str, ...] = ()
    """The heads in a file, where one column of the page is several there; else `head`."""

    @property
    def file_heads(self) -> tuple[str, ...]:
        return self.in_file or (self.head,)


@dataclass(frozen=True)
class Table:
    """The first cell of each row is its head. The file has the same rows in the same order."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    rest: Callable[[], Iterable[tuple[Cell, ...]]] = tuple
    """Rows that follow in the file alone, where they are too many for a page: made when the file is asked for."""

    def file_rows(self) -> list[tuple[Value, ...]]:
        """The table as a file has it, heads first: numbers as numbers, an interval as its two ends."""
        heads = tuple(head for column in self.columns for head in column.file_heads)
        rows = (*self.rows, *self.rest())
        return [heads, *(tuple(value for cell in row for value in cell.values) for row in rows)]


@dataclass(frozen=True)
class Figure:
    """One chart and all that belongs to it."""

    name: str
    """In the address of its files: small letters, digits and hyphens."""
    title: str
    table: Table
    how_to_read: str
    codes: frozenset[str]
    """The groups whose numbers stand in it: its files are for who may have all of them as files."""
    draw: Callable[[], Chart] | None = None
    """None where a table says it better, or there is nothing to draw."""
    says: tuple[str, ...] = ()
    """Above the chart: what can be read from it, in words."""
    notes: tuple[str, ...] = ()
    """Below the chart: what it rests on."""
    open_table: bool = False
    """Whether the table stands open: where it is the thing itself."""


@dataclass(frozen=True)
class Shown:
    """A view's answer. With no figure at all, `says` tells why."""

    figures: tuple[Figure, ...]
    says: tuple[str, ...] = ()


def text(said: str, style: str = "") -> Cell:
    return Cell(said, (said,), style)


def count(value: int | None) -> Cell:
    return Cell("–" if value is None else str(value), (value,))


def number(value: float | None, language: str, decimals: int = 2) -> Cell:
    return Cell(wording.number(value, language, decimals), (value,))


def level(estimate: Estimate, language: str, unit: Unit) -> Cell:
    """The value, or the reason why there is none."""
    if estimate.value is None:
        said = wording.reason(estimate.reason, language)
        return Cell(said, (said,))
    return Cell(wording.level(estimate.value, language, unit), (estimate.value,))


def interval(estimate: Estimate, language: str, unit: Unit) -> Cell:
    """The 95 % interval; a column of it has two heads in a file."""
    return Cell(wording.level_interval(estimate, language, unit) or "–", (estimate.low, estimate.high))


def change(estimate: Estimate | None, language: str, unit: Unit) -> Cell:
    """The difference with its interval; a column of it has three heads in a file."""
    if estimate is None:
        return Cell("–", (None, None, None))
    said = wording.change_estimate(estimate, language, unit)
    return Cell(said, (estimate.value if estimate.value is not None else said, estimate.low, estimate.high))


def verdict(found: Verdict | None, language: str) -> Cell:
    if found is None:
        return text("–")
    return text(wording.verdict(found, language), found.value)
