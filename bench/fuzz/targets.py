"""What is fuzzed: every reader of a file from a stranger. It reads, or refuses in words; nothing else may happen."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping

import xlsxwriter  # type: ignore[import-untyped]

from instruments.check import check_document
from instruments.document import parse_document
from instruments.exchange.contract import NotRead
from instruments.exchange.formats import MODULES, export_instrument, import_instrument
from instruments.exchange.frame import Frame
from instruments.load import catalogue
from instruments.overlay import FaultyOverlay, lay_over, read_rows
from instruments.save import to_yaml

FRAME = Frame("frame", "2030.1")
_CELL, _ROW, _SHEET = b"\x00", b"\x01", b"\x02"


def read_yaml(content: bytes) -> None:
    instrument, faults = check_document(parse_document(content))
    if (instrument is None) != bool(faults):
        raise AssertionError("neither an instrument nor a fault")


def read_overlay(content: bytes) -> None:
    try:
        lay_over(catalogue()[0], read_rows(content), "other")
    except FaultyOverlay as error:
        if not error.faults:
            raise AssertionError("refused without a fault") from None


def reader(name: str) -> Callable[[bytes], None]:
    def read(content: bytes) -> None:
        try:
            import_instrument(content, name, FRAME)
        except NotRead as error:
            if not error.faults:
                raise AssertionError("refused without a fault") from None

    return read


def read_cells(content: bytes) -> None:
    """A sound workbook with hostile cells: a changed byte of a zip file seldom gets further than its checksum."""
    reader("xlsform")(workbook(content))


def workbook(content: bytes) -> bytes:
    """Bytes as cells, rows and sheets of a workbook, told apart by bytes that no cell can hold."""
    written = io.BytesIO()
    book = xlsxwriter.Workbook(written, {"in_memory": True})
    for name, sheet in zip(("survey", "choices", "settings"), content.split(_SHEET), strict=False):
        page = book.add_worksheet(name)
        for row, line in enumerate(sheet.split(_ROW)[:200]):
            for column, cell in enumerate(line.split(_CELL)[:40]):
                page.write_string(row, column, cell.decode("utf-8", "replace")[:30_000])
    book.close()
    return written.getvalue()


TARGETS: Mapping[str, Callable[[bytes], None]] = {
    "yaml": read_yaml,
    "overlay": read_overlay,
    **{name: reader(name) for name in MODULES},
    "xlsform cells": read_cells,
}


def seeds(target: str) -> list[bytes]:
    """Sound files to begin from."""
    loaded = catalogue()
    if target == "yaml":
        return [to_yaml(one.instrument).encode() for one in loaded]
    if target == "overlay":
        base = loaded[0].instrument
        lines = [f"{item.id},{code},Text" for item in base.scored_items or base.items for code in base.languages]
        return ["\n".join(["item,language,text", *lines]).encode()]
    if target == "xlsform cells":
        return [_cells(export_instrument(one.instrument, "xlsform").content) for one in loaded]
    return [export_instrument(one.instrument, target).content for one in loaded]


def _cells(content: bytes) -> bytes:
    import openpyxl

    book = openpyxl.load_workbook(io.BytesIO(content), read_only=True)
    pages = (book[name].iter_rows(values_only=True) for name in ("survey", "choices", "settings"))
    return _SHEET.join(
        _ROW.join(_CELL.join(str("" if cell is None else cell).encode() for cell in row) for row in rows)
        for rows in pages
    )
