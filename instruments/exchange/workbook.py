"""An XLSX file from a stranger -> its sheets as tables of text. Refused before it can hurt.

Read part by part with a parser that stops at the first document type, at a cap on elements and at a cap on what is
unpacked: a program for whole workbooks builds millions of cells before anybody can say no. Formulas are never worked
out: what the file keeps as their last value is read. Links to other files are not followed. Numbers are read as they
stand, whole ones without a point.

Parts and elements: ECMA-376 part 1, chapters 12 (packages) and 18 (SpreadsheetML).
"""

from __future__ import annotations

import posixpath
import re
import zipfile
import zlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any, Protocol

from lxml import etree

from instruments.exchange.contract import NotRead
from instruments.exchange.found import Found
from instruments.exchange.limits import check_size
from instruments.exchange.tables import MAX_CELLS, MAX_COLUMNS, MAX_ROWS, Table, table

MAX_ENTRIES = 500
MAX_UNPACKED = 40_000_000
"""Of all parts together, in bytes: what is packed well beyond that is a bomb, not a questionnaire."""
MAX_ELEMENTS = 600_000
MAX_TEXT = 100_000
"""Characters in one cell; spreadsheets hold 32,767."""
MAX_TEXTS = 5_000_000
"""Characters in all cells of a part. In memory each may take four bytes, in more than one copy."""
_CHUNK = 1 << 16
_LONGEST_TAG = 16
"""Chunks without a `<`: a tag is held whole before it is told, and may have a million attributes."""
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_REFERENCE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")


class _Refused(Exception):
    """Why a part is not read on: code, message, remedy."""

    def __init__(self, code: str, message: str, remedy: str) -> None:
        super().__init__(message)
        self.said = (code, message, remedy)


_TOO_LARGE = ("too_large", f"more than {MAX_ROWS} rows, {MAX_COLUMNS} columns or {MAX_CELLS} cells", "remove the rest")
_NOT_A_WORKBOOK = "save it as an Excel workbook (.xlsx) without a password"


def read_workbook(content: bytes, wanted: Collection[str], found: Found) -> Mapping[str, Table]:
    """The sheets whose names (in any case) are among `wanted`, by that name. Raises NotRead."""
    check_size(content)
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            return _sheets(_Package(archive), {name.lower(): name for name in wanted}, found)
    except _Refused as refused:
        code, message, remedy = refused.said
        raise found.stop(code, message, remedy) from refused
    except NotRead:
        raise
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, OSError, ValueError) as error:
        raise found.stop("not_a_workbook", "the file is not a sound Excel workbook", _NOT_A_WORKBOOK) from error


class _Package:
    """A zip archive that has been looked over before anything in it is unpacked."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        entries = archive.infolist()
        if len(entries) > MAX_ENTRIES:
            raise _Refused("too_large", f"the workbook has more than {MAX_ENTRIES} parts", "save it anew")
        if any(entry.flag_bits & 1 for entry in entries):
            raise _Refused("encrypted", "the workbook has a password", "save it without one")
        if sum(entry.file_size for entry in entries) > MAX_UNPACKED:
            raise _too_much()
        self._archive = archive
        self._names = {entry.filename.lower(): entry for entry in entries}
        self._left = MAX_UNPACKED

    def has(self, name: str) -> bool:
        return name.lower() in self._names

    def parse(self, name: str, target: _Target) -> None:
        """Hands a part's elements to the target. An entry's stated size is not believed: what comes out is counted."""
        entry = self._names.get(name.lower())
        if entry is None:
            raise _Refused("not_a_workbook", f"the workbook lacks its part {name}", _NOT_A_WORKBOOK)
        guard: Any = _Guard(target)  # hears what it needs, not all that lxml's own protocol lists
        parser = etree.XMLParser(target=guard, resolve_entities=False, no_network=True, load_dtd=False)
        try:
            since = 0
            with self._archive.open(entry) as part:
                while chunk := part.read(_CHUNK):
                    self._left -= len(chunk)
                    since = 0 if b"<" in chunk else since + 1
                    if self._left < 0 or since > _LONGEST_TAG:
                        raise _too_much()
                    parser.feed(chunk)
                parser.close()
        except etree.XMLSyntaxError as error:
            message = f"the workbook's part {name} is not sound XML"
            raise _Refused("not_a_workbook", message, "save the workbook anew") from error


def _too_much() -> _Refused:
    message = f"the workbook unpacks to more than {MAX_UNPACKED // 1_000_000} MB"
    return _Refused("too_large", message, "keep only the instrument's sheets")


class _Target(Protocol):
    def start(self, tag: str, attributes: Mapping[str, str]) -> None: ...
    def end(self, tag: str) -> None: ...
    def data(self, text: str) -> None: ...


class _Guard:
    """Between the parser and what listens: names without their namespace, no document type, and not without end."""

    def __init__(self, target: _Target) -> None:
        self._target = target
        self._elements = 0
        self._text = 0
        self._texts = 0

    def doctype(self, *_said: object) -> None:
        raise _Refused("doctype", "the workbook's XML declares a document type", "save the workbook anew")

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        self._elements += 1
        if self._elements > MAX_ELEMENTS:
            raise _Refused(*_TOO_LARGE)
        self._text = 0
        self._target.start(tag.rpartition("}")[2], attributes)

    def end(self, tag: str) -> None:
        self._target.end(tag.rpartition("}")[2])

    def data(self, text: str) -> None:
        self._text += len(text)
        if self._text > MAX_TEXT:
            raise _Refused("too_large", f"a cell holds more than {MAX_TEXT} characters", "shorten it")
        self._texts += len(text)
        if self._texts > MAX_TEXTS:
            raise _Refused("too_large", f"the cells hold more than {MAX_TEXTS} characters", "shorten them")
        self._target.data(text)

    def close(self) -> None:
        """Nothing is left to hand over."""


@dataclass
class _Attributes:
    """The attributes of every element of one name."""

    tag: str
    found: list[dict[str, str]] = field(default_factory=list)

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        if tag == self.tag:
            if len(self.found) >= MAX_ENTRIES:
                raise _Refused("too_large", f"the workbook has more than {MAX_ENTRIES} sheets", "keep the survey's own")
            self.found.append({name.rpartition("}")[2]: value for name, value in attributes.items()})

    def end(self, tag: str) -> None:
        """Attributes are all that is wanted."""

    def data(self, text: str) -> None:
        """Attributes are all that is wanted."""


def _sheets(package: _Package, wanted: Mapping[str, str], found: Found) -> dict[str, Table]:
    book, links = _Attributes("sheet"), _Attributes("Relationship")
    package.parse("xl/workbook.xml", book)
    package.parse("xl/_rels/workbook.xml.rels", links)
    parts = {link.get("Id", ""): link.get("Target", "") for link in links.found}
    texts = _Texts()
    if package.has("xl/sharedStrings.xml"):
        package.parse("xl/sharedStrings.xml", texts)
    tables: dict[str, Table] = {}
    for sheet in book.found:
        name = wanted.get(sheet.get("name", "").strip().lower())
        if name is None or name in tables:
            continue
        cells = _Cells(texts.found)
        package.parse(_part_name(parts.get(sheet.get("id", ""), "")), cells)
        tables[name] = table(name, cells.lines(), found)
    return tables


def _part_name(target: str) -> str:
    """Relationships are relative to the workbook, or count from the package's root."""
    return target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join("xl", target))


def _unescaped(text: str) -> str:
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)


class _Texts:
    """The shared strings: runs joined, phonetic readings left out."""

    def __init__(self) -> None:
        self.found: list[str] = []
        self._pieces: list[str] = []
        self._open = False
        self._phonetic = False

    def start(self, tag: str, _attributes: Mapping[str, str]) -> None:
        if tag == "si":
            self._pieces = []
        elif tag == "rPh":
            self._phonetic = True
        elif tag == "t":
            self._open = not self._phonetic

    def data(self, text: str) -> None:
        if self._open:
            self._pieces.append(text)

    def end(self, tag: str) -> None:
        if tag == "t":
            self._open = False
        elif tag == "rPh":
            self._phonetic = False
        elif tag == "si":
            self.found.append(_unescaped("".join(self._pieces)))
            if len(self.found) > MAX_CELLS:
                raise _Refused(*_TOO_LARGE)


class _Cells:
    """One sheet's cells, row by row."""

    def __init__(self, texts: list[str]) -> None:
        self._texts = texts
        self._rows: dict[int, dict[int, str]] = {}
        self._row = 0
        self._column = -1
        self._kind = "n"
        self._pieces: list[str] = []
        self._open = False
        self._count = 0

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        if tag == "row":
            number = attributes.get("r", "")
            self._row = int(number) if number.isdecimal() and len(number) < 8 else self._row + 1
            self._column = -1
        elif tag == "c":
            self._start_cell(attributes)
        elif tag in ("v", "t"):
            self._open = True

    def _start_cell(self, attributes: Mapping[str, str]) -> None:
        self._column += 1
        if where := _REFERENCE.fullmatch(attributes.get("r", "")):
            self._column, self._row = _column(where[1]), int(where[2])
        self._kind = attributes.get("t", "n")
        self._pieces = []

    def data(self, text: str) -> None:
        if self._open:
            self._pieces.append(text)

    def end(self, tag: str) -> None:
        if tag in ("v", "t"):
            self._open = False
        elif tag == "c" and self._pieces and (text := self._text("".join(self._pieces))):
            self._count += 1
            if self._count > MAX_CELLS or self._row > MAX_ROWS or self._column >= MAX_COLUMNS:
                raise _Refused(*_TOO_LARGE)
            self._rows.setdefault(self._row, {})[self._column] = text

    def _text(self, written: str) -> str:
        if self._kind == "s":
            place = int(written) if written.isdecimal() and len(written) < 8 else -1
            return self._texts[place] if 0 <= place < len(self._texts) else ""
        if self._kind == "b":
            return "TRUE" if written == "1" else "FALSE"
        if self._kind in ("inlineStr", "str"):
            return _unescaped(written)
        return _number(written) if self._kind == "n" else ""

    def lines(self) -> list[tuple[int, dict[int, str]]]:
        return sorted(self._rows.items())


def _column(name: str) -> int:
    at = 0
    for letter in name:
        at = at * 26 + ord(letter) - ord("A") + 1
    return at - 1


def _number(written: str) -> str:
    """1.0 -> 1, as spreadsheets show it."""
    try:
        value = float(written)
    except ValueError:
        return written.strip()
    return str(int(value)) if value.is_integer() and abs(value) < 1e15 else written.strip()
