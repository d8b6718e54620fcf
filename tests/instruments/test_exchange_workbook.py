"""Workbooks and text tables from strangers: what other programs save is read, what hurts is refused in time."""

from __future__ import annotations

import io
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter

from instruments.exchange.contract import MAX_BYTES, NotRead
from instruments.exchange.found import Found
from instruments.exchange.redcap_write import COLUMNS
from instruments.exchange.tables import Table, letters, read_delimited
from instruments.exchange.workbook import MAX_ENTRIES, read_workbook

CONTENT = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
BOOK = (
    f'<workbook xmlns="{CONTENT}" xmlns:r="{LINKS}">'
    '<sheets><sheet name="survey" sheetId="1" r:id="r1"/></sheets></workbook>'
)
BOOK_LINKS = '<Relationships><Relationship Id="r1" Target="worksheets/sheet1.xml"/></Relationships>'


def raw(sheet: bytes | str, strings: bytes | str = "", **more: bytes) -> bytes:
    """A workbook put together by hand, part by part."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        archive.writestr("xl/workbook.xml", BOOK)
        archive.writestr("xl/_rels/workbook.xml.rels", BOOK_LINKS)
        archive.writestr("xl/worksheets/sheet1.xml", sheet)
        if strings:
            archive.writestr("xl/sharedStrings.xml", strings)
        for name, content in more.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def survey(content: bytes) -> Table:
    found = Found()
    sheets = read_workbook(content, ["survey"], found)
    found.raise_any()
    return sheets["survey"]


def cells(content: bytes) -> list[dict[str, str]]:
    return [row.cells for row in survey(content).rows]


def codes(refused: pytest.ExceptionInfo[NotRead]) -> list[str]:
    return [fault.code for fault in refused.value.faults]


def test_what_openpyxl_saves_is_read() -> None:
    book = openpyxl.Workbook()
    book.create_sheet("Survey")
    sheet = book["Survey"]
    for row in [["type", "name", "x"], ["a", 1, 2.5], [None, None, None], [True, "=1+1", "rad ett\nrad två"]]:
        sheet.append(row)
    saved = io.BytesIO()
    book.save(saved)
    assert cells(saved.getvalue()) == [
        {"type": "a", "name": "1", "x": "2.5"},
        {"type": "TRUE", "x": "rad ett\nrad två"},
    ]
    assert survey(saved.getvalue()).rows[1].place("x") == "survey!C4"


def test_what_xlsxwriter_saves_is_read_with_its_escapes() -> None:
    saved = io.BytesIO()
    with xlsxwriter.Workbook(saved, {"in_memory": True}) as book:
        sheet = book.add_worksheet("survey")
        for at, text in enumerate(["head", "_x0041_ and _x005F_", "  two  spaces ", "=1+1", "<&>"]):
            sheet.write_string(at, 0, text)
    assert [row["head"] for row in cells(saved.getvalue())] == ["_x0041_ and _x005F_", "two  spaces", "=1+1", "<&>"]


def test_a_formula_is_read_as_what_was_last_seen_of_it() -> None:
    sheet = (
        f'<worksheet xmlns="{CONTENT}"><sheetData><row><c t="inlineStr"><is><t>a</t></is></c></row>'
        '<row><c t="str"><f>SUM(1)</f><v>seen</v></c></row></sheetData></worksheet>'
    )
    assert cells(raw(sheet)) == [{"a": "seen"}]


def test_runs_are_joined_and_phonetic_readings_left_out() -> None:
    strings = (
        f'<sst xmlns="{CONTENT}"><si><r><t>he</t></r><r><t>ad</t></r><rPh><t>no</t></rPh></si><si><t>x</t></si></sst>'
    )
    sheet = (
        f'<worksheet xmlns="{CONTENT}"><row r="1"><c r="B1" t="s"><v>0</v></c></row>'
        '<row r="3"><c r="B3" t="s"><v>1</v></c><c t="s"><v>77</v></c></row></worksheet>'
    )
    assert cells(raw(sheet, strings)) == [{"head": "x"}]


def lied() -> bytes:
    """A part whose stated size is small: what really comes out is counted."""
    content = bytearray(raw(b"<worksheet>" + b" " * 50_000_000 + b"</worksheet>"))
    size = (50_000_023).to_bytes(4, "little")
    at = content.find(size)
    while at >= 0:
        content[at : at + 4] = (1000).to_bytes(4, "little")
        at = content.find(size)
    return bytes(content)


def many_entries() -> bytes:
    return raw("<worksheet/>", **{f"xl/x{number}.xml": b"" for number in range(MAX_ENTRIES)})


def encrypted() -> bytes:
    content = bytearray(raw("<worksheet/>"))
    at = content.find(b"PK\x01\x02")
    while at >= 0:
        content[at + 8] |= 1
        at = content.find(b"PK\x01\x02", at + 1)
    return bytes(content)


def sheet(content: bytes, times: int = 1) -> bytes:
    return raw(b"<worksheet>" + content * times + b"</worksheet>")


def one_cell(text: bytes) -> bytes:
    return sheet(b'<row><c t="inlineStr"><is><t>' + text + b"</t></is></c></row>")


LAUGHS = (
    '<!DOCTYPE w [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    '<worksheet><row><c t="inlineStr"><is><t>&b;</t></is></c></row></worksheet>'
)
HOSTILE: dict[str, tuple[Callable[[], bytes], str]] = {
    "bomb": (lambda: sheet(b" ", 50_000_000), "too_large"),
    "bomb_that_lies": (lied, "not_a_workbook"),
    "million_rows": (lambda: sheet(b'<row><c t="b"><v>1</v></c></row>', 1_000_000), "too_large"),
    "million_cells": (lambda: sheet(b"<c><v>1</v></c>", 1_000_000), "too_large"),
    "million_strings": (lambda: raw("<x/>", b"<sst>" + b"<si><t>a</t></si>" * 1_000_000 + b"</sst>"), "too_large"),
    "million_elements": (lambda: sheet(b"<x/>", 5_000_000), "too_large"),
    "far_corner": (lambda: sheet(b'<row><c r="ZZZ9999999"><v>1</v></c></row>'), "too_large"),
    "laughs": (lambda: raw(LAUGHS), "doctype"),
    "laughs_in_utf16": (lambda: raw(LAUGHS.encode("utf-16")), "doctype"),
    "outside": (lambda: raw('<!DOCTYPE w SYSTEM "file:///etc/passwd"><worksheet/>'), "doctype"),
    "unknown_entity": (lambda: one_cell(b"&b;"), "not_a_workbook"),
    "unclosed": (lambda: raw("<worksheet><row>"), "not_a_workbook"),
    "entries": (many_entries, "too_large"),
    "encrypted": (encrypted, "encrypted"),
    "ten_megabyte_text": (lambda: one_cell(b"a" * 11_000_000), "too_large"),
    "no_zip": (lambda: b"\xd0\xcf\x11\xe0 old", "not_a_workbook"),
    "empty": (lambda: b"", "not_a_workbook"),
    "large": (lambda: b"PK" * MAX_BYTES, "too_large"),
    "cut": (lambda: raw("<worksheet/>")[:200], "not_a_workbook"),
}


def test_elements_may_lie_deep() -> None:
    assert cells(sheet(b"<row><c>" + b"<v>" * 2000 + b"1" + b"</v>" * 2000 + b"</c></row>")) == []


LIMITED = """
import resource, sys, time
sys.path.insert(0, {root!r})
from instruments.exchange.{module} import {read}
from instruments.exchange.contract import NotRead
from instruments.exchange.found import Found
content = open({path!r}, "rb").read()
before = resource.getrusage(resource.RUSAGE_SELF)
try:
    {call}
    print("read")
except NotRead as refused:
    print(",".join(fault.code for fault in refused.faults))
after = resource.getrusage(resource.RUSAGE_SELF)
most = next(line for line in open("/proc/self/status") if line.startswith("VmHWM")).split()[1]
print(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, most)
"""


def limited(tmp_path: Path, content: bytes, module: str, read: str, call: str) -> tuple[str, float, int]:
    """What a reader says in a process of its own: the codes, CPU seconds, and the most memory it had in kB."""
    path = tmp_path / "file"
    path.write_bytes(content)
    root = str(Path(__file__).parents[2])
    script = LIMITED.format(root=root, path=str(path), module=module, read=read, call=call)
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=True)
    said, figures = done.stdout.strip().splitlines()
    seconds, memory = figures.split()
    return said, float(seconds), int(memory)


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_workbook_is_refused(name: str) -> None:
    build, code = HOSTILE[name]
    with pytest.raises(NotRead) as refused:
        survey(build())
    assert codes(refused) == [code]


@pytest.mark.parametrize("name", ["bomb_that_lies", "million_rows", "million_strings", "million_elements"])
def test_the_worst_are_refused_within_two_seconds_and_256_megabytes(name: str, tmp_path: Path) -> None:
    build, code = HOSTILE[name]
    call = 'read_workbook(content, ["survey"], Found())'
    said, seconds, memory = limited(tmp_path, build(), "workbook", "read_workbook", call)
    assert said == code
    assert seconds < 2
    assert memory < 256_000


def rows(content: bytes, delimiter: str = ",") -> list[dict[str, str]]:
    found = Found()
    read = read_delimited(content, delimiter, found)
    found.raise_any()
    return [row.cells for row in read.rows]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_text_tables_are_read_in_the_encodings_that_programs_save(encoding: str) -> None:
    text = 'id,text\r\nK01,"Å, ""ä""\r\nö"\r\n\r\nK02,b\r\n'
    assert rows(text.encode(encoding)) == [{"id": "K01", "text": 'Å, "ä"\nö'}, {"id": "K02", "text": "b"}]


def test_a_row_knows_its_line_and_place() -> None:
    read = read_delimited(b'id,text\n"a","b\nc"\nd,e\n', ",", Found())
    assert [(row.number, row.place("text")) for row in read.rows] == [(2, "B2"), (4, "B4")]
    assert [letters(at) for at in (0, 25, 26, 701, 702)] == ["A", "Z", "AA", "ZZ", "AAA"]


TEXTS: dict[str, tuple[bytes, str]] = {
    "latin": ("id,text\nK01,å\n".encode("latin-1"), "encoding"),
    "zeros": (b"id,text\nK01,\x00\n", "encoding"),
    "half_utf16": (b"\xff\xfea", "encoding"),
    "million_rows": (b"a\n" * 1_000_000, "too_large"),
    "blank_rows": (b"\n" * 9_000_000, "too_large"),
    "wide": (b"a," * 4_000_000, "too_large"),
    "long_field": (b"id\n" + b"a" * 9_000_000, "syntax"),
    "large": (b"a" * (MAX_BYTES + 1), "too_large"),
    "twice": (b"id,id\n1,2\n", "duplicate_column"),
}


@pytest.mark.parametrize("name", TEXTS)
def test_a_hostile_text_table_is_refused(name: str) -> None:
    content, code = TEXTS[name]
    with pytest.raises(NotRead) as refused:
        rows(content)
    assert codes(refused) == [code]


@pytest.mark.parametrize("name", ["blank_rows", "wide", "million_rows"])
def test_the_worst_text_tables_are_refused_in_time(name: str, tmp_path: Path) -> None:
    content, code = TEXTS[name]
    said, seconds, memory = limited(
        tmp_path, content, "tables", "read_delimited", 'read_delimited(content, ",", Found())'
    )
    assert said == code
    assert seconds < 2
    assert memory < 256_000


def many_fields(count: int) -> bytes:
    lines = (f"v{at},f,Header,radio,Label,\"1, a{at} | 2, b\",,,,,,[v0] = '1'" for at in range(count))
    return "\n".join([",".join(f'"{column}"' for column in COLUMNS[:12]), *lines]).encode()


@pytest.mark.parametrize(("count", "said"), [(1000, "read"), (100_000, "too_large")])
def test_as_many_fields_as_are_allowed_are_read_in_time(count: int, said: str, tmp_path: Path) -> None:
    call = 'read(content, __import__("instruments.exchange.frame").exchange.frame.Frame("x", "2026.1"))'
    found, seconds, memory = limited(tmp_path, many_fields(count), "redcap", "read", call)
    assert found == said
    assert seconds < 2
    assert memory < 256_000
