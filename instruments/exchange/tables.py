"""Rows and columns from a stranger: tables whose cells know their place, everything capped."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from instruments.exchange.found import Found
from instruments.exchange.limits import CONTROL, check_size, clean

MAX_ROWS = 20_000
MAX_LINES = 200_000
MAX_COLUMNS = 600
MAX_CELLS = 300_000
MAX_QUESTIONS = 1_000
"""Questions of a file; an instrument for people has some dozens."""
MAX_OPTIONS = 100


@dataclass(frozen=True)
class Row:
    """One row under a header. `number` is the line or row in the file, from 1."""

    table: str
    number: int
    cells: dict[str, str]
    columns: dict[str, int]
    """Header -> column, from 0."""

    def get(self, column: str) -> str:
        return self.cells.get(column, "")

    def place(self, column: str) -> str:
        """As spreadsheets name it: survey!C12; column C of a text file is C12."""
        cell = f"{letters(self.columns[column])}{self.number}" if column in self.columns else f"row {self.number}"
        return f"{self.table}!{cell}" if self.table else cell


@dataclass(frozen=True)
class Table:
    name: str
    header: tuple[str, ...] = ()
    rows: tuple[Row, ...] = ()
    header_line: int = 1


def letters(column: int) -> str:
    """0 -> A, 26 -> AA."""
    said = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        said = chr(ord("A") + rest) + said
    return said


def _cell(text: str) -> str:
    """Without what no text can hold, nor the mark of byte order; line ends as one character, nothing around it."""
    return CONTROL.sub("", clean(text)).replace("\ufeff", "").strip()


def table(name: str, lines: Iterable[tuple[int, Mapping[int, str]]], found: Found) -> Table:
    """A table from numbered lines of cells by column. The first line with content is the header; empty ones go."""
    header: tuple[str, ...] = ()
    header_line = 1
    rows: list[Row] = []
    columns: dict[str, int] = {}
    headings: dict[int, str] = {}
    for number, cells in lines:
        cleaned = {at: text for at, cell in cells.items() if (text := _cell(cell))}
        if not cleaned:
            continue
        if not header:
            columns = _columns(name, cleaned, number, found)
            headings = {at: heading for heading, at in columns.items()}
            header, header_line = tuple(columns), number
            continue
        values = {headings[at]: text for at, text in cleaned.items() if at in headings}
        if values:
            rows.append(Row(name, number, values, columns))
    return Table(name, header, tuple(rows), header_line)


def _columns(name: str, header: Mapping[int, str], number: int, found: Found) -> dict[str, int]:
    columns: dict[str, int] = {}
    for at, heading in sorted(header.items()):
        if heading in columns:
            place = f"{name}!{letters(at)}{number}" if name else f"{letters(at)}{number}"
            found.add("duplicate_column", number, place, f"the column {heading!r} stands twice", "keep one of them")
        else:
            columns[heading] = at
    return columns


def read_delimited(content: bytes, delimiter: str, found: Found) -> Table:
    """A CSV or tab-separated file: UTF-8, or UTF-16 with its mark. Raises NotRead."""
    text = _decoded(content, found)
    rows: list[tuple[int, Mapping[int, str]]] = []
    cells = line = 0
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    while True:
        start = line + 1
        try:
            row = next(reader)
        except StopIteration:
            return table("", rows, found)
        except csv.Error as error:
            raise found.stop("syntax", f"the row cannot be read: {error}", "check its quotes", line=start) from error
        line = reader.line_num
        filled = {at: cell for at, cell in enumerate(row[: MAX_COLUMNS + 1]) if cell}
        cells += len(filled)
        if line > MAX_LINES or len(rows) >= MAX_ROWS or len(row) > MAX_COLUMNS or cells > MAX_CELLS:
            message = f"more than {MAX_ROWS} rows, {MAX_COLUMNS} columns or {MAX_CELLS} cells"
            raise found.stop("too_large", message, "keep only the instrument's rows", line=start)
        if filled:
            rows.append((start, filled))


def _decoded(content: bytes, found: Found) -> str:
    check_size(content)
    utf_16 = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    try:
        text = content.decode("utf-16" if utf_16 else "utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise found.stop("encoding", "the file is not UTF-8", "save it as UTF-8 (Unicode)", line=line) from error
    if "\x00" in text:
        raise found.stop("encoding", "the file holds zero bytes: it is no text", "save it as text, in UTF-8")
    return text
