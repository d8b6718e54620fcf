"""A CSV file as a heading and rows: comma, semicolon or tab; UTF-8 with or without byte order mark, or Latin-1."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from instruments.faults import Fault

DELIMITERS = (";", ",", "\t")
LONGEST_CELL = 100_000
LARGEST_FILE = 20_000_000
"""Bytes: a hundred thousand responses to a long form. What is larger is not a file of responses."""
MOST_COLUMNS = 2000


@dataclass(frozen=True)
class Row:
    """`number` is the row as a spreadsheet shows it; the heading is row 1."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Table:
    heading: tuple[str, ...]
    rows: tuple[Row, ...]
    faults: tuple[Fault, ...]


def read_table(path: Path) -> Table:
    """Heading and rows, cells stripped, empty rows left out. Raises OSError if the file cannot be opened."""
    with path.open("rb") as file:
        raw = file.read(LARGEST_FILE + 1)
    if len(raw) > LARGEST_FILE:
        message = f"the file is larger than {LARGEST_FILE // 1_000_000} MB"
        return _unread(Fault("file_too_large", None, "", message, "split it into several files"))
    if b"\0" in raw:
        remedy = "save the file as CSV with UTF-8"
        return _unread(Fault("file_not_text", None, "", "the file is not text in UTF-8 or Latin-1", remedy))
    text = _decoded(raw)
    csv.field_size_limit(LONGEST_CELL)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text))
    rows: list[Row] = []
    faults: list[Fault] = []
    heading: tuple[str, ...] = ()
    number = 0
    try:
        for number, cells in enumerate(reader, start=1):
            stripped = tuple(cell.strip() for cell in cells)
            if number == 1:
                heading = stripped
                if len(heading) > MOST_COLUMNS:
                    message = f"the heading has {len(heading)} columns; at most {MOST_COLUMNS} are read"
                    return _unread(Fault("too_many_columns", 1, "", message, "remove those that hold no answers"))
            elif any(stripped):
                rows.append(Row(number, stripped))
    except csv.Error as error:
        faults.append(Fault("row_unreadable", number + 1, "", f"the row cannot be read ({error})", "close its quotes"))
    faults += _faults(heading, rows)
    return Table(heading, tuple(row for row in rows if len(row.cells) == len(heading)), tuple(faults))


def _unread(fault: Fault) -> Table:
    """What is left of a file that is not read any further."""
    return Table((), (), (fault,))


def _decoded(raw: bytes) -> str:
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def _delimiter(text: str) -> str:
    """The one that the heading has most of, outside quotes; a comma if it has none."""
    # As the rows are read: a line may end with CR alone.
    heading = io.StringIO(text, newline="").readline()
    return max(DELIMITERS, key=lambda one: (_cells(heading, one), one == ","))


def _cells(heading: str, delimiter: str) -> int:
    """How many cells the heading has, were that its delimiter; none if it cannot be read so."""
    try:
        return len(next(csv.reader([heading], delimiter=delimiter), []))
    except csv.Error:
        return 0


def _faults(heading: Sequence[str], rows: Sequence[Row]) -> list[Fault]:
    faults = []
    for position, name in enumerate(heading):
        if not name:
            faults.append(Fault("column_unnamed", 1, f"column {position + 1}", "the column has no name", "name it"))
        elif name in heading[:position]:
            faults.append(Fault("column_twice", 1, name, "two columns have that name", "rename or remove one of them"))
    if not rows:
        faults.append(Fault("no_rows", None, "", "the file has no rows under its heading", "write one row a response"))
    for row in rows:
        if len(row.cells) != len(heading):
            message = f"the row has {len(row.cells)} cells and the heading {len(heading)}"
            remedy = "put quotes around cells that have a separator or a line break in them"
            faults.append(Fault("row_length", row.number, "", message, remedy))
    return faults
