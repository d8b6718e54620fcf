"""Files of other tools made to hurt: refused within 2 seconds of processor time and 256 MB, whatever they multiply."""

from __future__ import annotations

import csv
import io
import json
import resource
import subprocess
import sys
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from instruments.document import MAX_PARTS, document_of, parse_document
from instruments.exchange.contract import NotRead
from instruments.exchange.formats import import_instrument
from instruments.exchange.frame import Frame
from instruments.exchange.redcap_write import COLUMNS

SECONDS = 2
MEGABYTES = 256
WIDE = "\U0001f600"
"""With one of these in a text, all its other characters take four bytes too."""

_IMPORT = """
import resource, sys
from pathlib import Path
from instruments.exchange.contract import NotRead
from instruments.exchange.formats import format_named, import_instrument
from instruments.exchange.frame import Frame
format_named(sys.argv[1])
start = resource.getrusage(resource.RUSAGE_SELF)
try:
    import_instrument(Path(sys.argv[2]).read_bytes(), sys.argv[1], Frame("frame", "2026.1", "sv"))
    faults = ()
except NotRead as refused:
    faults = refused.faults
end = resource.getrusage(resource.RUSAGE_SELF)
# Not ru_maxrss: a child has its parent's there from the start.
most = next(line for line in open("/proc/self/status") if line.startswith("VmHWM"))
print(end.ru_utime + end.ru_stime - start.ru_utime - start.ru_stime, int(most.split()[1]) // 1024)
print(*sorted({fault.code for fault in faults}))
print(len(faults), max((len(str(fault)) for fault in faults), default=0))
"""


def question(number: int, **more: Any) -> dict[str, Any]:
    return {"linkId": f"q{number}", "type": "choice", "text": "a", "answerOption": [{"valueInteger": 1}], **more}


def fhir(items: list[dict[str, Any]], **more: Any) -> bytes:
    return json.dumps({"resourceType": "Questionnaire", "title": "t", **more, "item": items}).encode()


def value_set() -> bytes:
    """One list of answers that 900 questions mean: 2.7 million options."""
    concepts = [{"code": str(number), "display": "o"} for number in range(3000)]
    held = {"resourceType": "ValueSet", "id": "a", "compose": {"include": [{"concept": concepts}]}}
    return fhir([question(n, answerOption=None, answerValueSet="#a") for n in range(900)], contained=[held])


def group_rule() -> bytes:
    """One rule that everything in its group stands under."""
    rule = [{"question": "q0", "operator": "=", "answerInteger": 1}] * 15_000
    inside = [{"linkId": f"q{n}", "type": "string", "text": "a"} for n in range(2500)]
    return fhir([{"linkId": "g", "type": "group", "text": "t", "enableWhen": rule, "item": inside}])


def codebook(inside: str) -> bytes:
    return f'<codeBook xmlns="ddi:codebook:2_5"><dataDscr>{inside}</dataDscr></codeBook>'.encode()


def variable(number: int) -> str:
    codes = "".join(f"<catgry><catValu>{code}</catValu></catgry>" for code in (0, 1))
    return f'<var ID="V{number}" name="q{number}"><labl>a</labl>{codes}</var>'


def attributes(count: int) -> str:
    return " ".join(f'a{number}="x"' for number in range(count))


def repeated_members() -> bytes:
    groups = "".join(f'<varGrp ID="G{n}" type="multipleResp" var="{f"V{n} " * 20_000}"/>' for n in range(60))
    return codebook("".join(map(variable, range(100))) + groups)


def dictionary() -> bytes:
    out = io.StringIO()
    rows = csv.writer(out)
    rows.writerow(COLUMNS)
    for number in range(990):
        choices = " | ".join(f"{code}, o{code} {number}" for code in range(90))
        rows.writerow([f"q{number}", "f", "", "radio", "a", choices, *[""] * (len(COLUMNS) - 6)])
    return out.getvalue().encode()


def sheet(rows: Sequence[Sequence[str]]) -> str:
    cells = ("".join(f'<c t="inlineStr"><is><t>{cell}</t></is></c>' for cell in row) for row in rows)
    return f"<worksheet><sheetData>{''.join(f'<row>{row}</row>' for row in cells)}</sheetData></worksheet>"


LINKS = '<Relationships><Relationship Id="r1" Target="worksheets/sheet1.xml"/></Relationships>'
SHEETS = '<workbook xmlns:r="r"><sheets><sheet name="survey" r:id="r1"/></sheets></workbook>'


def workbook(survey: str, sheets: str = SHEETS) -> bytes:
    buffer = io.BytesIO()
    parts = {"xl/workbook.xml": sheets, "xl/_rels/workbook.xml.rels": LINKS, "xl/worksheets/sheet1.xml": survey}
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def wide_rows() -> bytes:
    """60 kB packed, 38 MB unpacked, 150 MB as text, and that in several copies."""
    return workbook(sheet([("type", "name", "label"), *(("text", f"q{n}", WIDE + "x" * 97_000) for n in range(395))]))


def many_languages() -> bytes:
    languages = [f"label::L ({chr(97 + n // 26)}{chr(97 + n % 26)})" for n in range(590)]
    rows = [("text", f"q{n}", *["x"] * len(languages)) for n in range(490)]
    return workbook(sheet([("type", "name", *languages), *rows]))


HURTFUL: dict[str, tuple[str, Callable[[], bytes], str]] = {
    "a value set meant 900 times": ("fhir", value_set, "too_many_parts"),
    "a rule over 2,500 questions": ("fhir", group_rule, "too_many_parts"),
    "49,000 questions": ("fhir", lambda: fhir([question(n) for n in range(20_000)]), "too_many_parts"),
    "66,000 answers": (
        "fhir",
        lambda: fhir([question(1, answerOption=[{"valueInteger": n} for n in range(66_000)])]),
        "too_many_parts",
    ),
    "60,000 faults": (
        "fhir",
        lambda: fhir([{"linkId": "q", "type": "z"} for _ in range(60_000)]),
        "too_many_faults",
    ),
    "700,000 attributes": ("ddi", lambda: codebook(f"<var {attributes(700_000)}/>"), "long_text"),
    "attributes in ten": ("ddi", lambda: codebook(f"<var {attributes(30_000)}/>" * 20), "too_many"),
    "a name of 9.9 MB": ("ddi", lambda: b"<" + b"a" * 9_900_000 + b"/>", "long_text"),
    "a name of 400 kB": ("ddi", lambda: b"<" + b"a" * 400_000 + b"/>", "not_ddi"),
    "1.2 million members": ("ddi", repeated_members, "too_many_parts"),
    "89,100 choices": ("redcap", dictionary, "too_many_parts"),
    "cells of wide characters": ("xlsform", wide_rows, "too_large"),
    "590 languages": ("xlsform", many_languages, "too_large"),
    "attributes of a workbook": ("xlsform", lambda: workbook(f"<worksheet {attributes(700_000)}/>"), "too_large"),
    "890,000 sheets": (
        "xlsform",
        lambda: workbook("", "<workbook>" + '<sheet name="a" b="c"/>' * 890_000 + "</workbook>"),
        "too_large",
    ),
    "880,000 empty cells": (
        "xlsform",
        lambda: workbook(f"<worksheet><sheetData><row>{'<c/>' * 880_000}</row></sheetData></worksheet>"),
        "too_large",
    ),
}


@pytest.mark.parametrize("name", HURTFUL)
def test_hurtful_file_is_refused_in_time(name: str, tmp_path: Path) -> None:
    format_name, write, code = HURTFUL[name]
    path = tmp_path / "hurtful"
    path.write_bytes(write())

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_CPU, (20, 20))
        resource.setrlimit(resource.RLIMIT_AS, (2**30, 2**30))

    command = [sys.executable, "-c", _IMPORT, format_name, str(path)]
    done = subprocess.run(command, preexec_fn=limit, capture_output=True, text=True, check=True)
    used, codes, faults = done.stdout.splitlines()
    seconds, megabytes = used.split()
    count, longest = faults.split()
    assert code in codes.split()
    assert float(seconds) <= SECONDS
    assert int(megabytes) <= MEGABYTES
    assert int(count) <= 502
    assert int(longest) <= 2000


def test_parts_of_other_formats_are_counted_as_those_of_a_file() -> None:
    """What could not be read back from a file is not written to one."""
    members: list[Any] = ["a"] * (MAX_PARTS - 3)
    assert document_of({"key": members}).faults == ()
    assert [fault.code for fault in document_of({"key": [*members, "a"]}).faults] == ["too_many_parts"]


def test_a_text_in_the_file_is_cut_where_it_is_quoted() -> None:
    with pytest.raises(NotRead) as refused:
        import_instrument(b"<" + b"a" * 400_000 + b"/>", "ddi", Frame("frame", "2026.1", "sv"))
    assert max(len(str(fault)) for fault in refused.value.faults) < 2000


@pytest.mark.parametrize("sign", ["\u202d", "\u202e"])
def test_no_text_turns_the_order_of_letters_round(sign: str) -> None:
    """What is checked is what is read: "ja" must not stand on the page as "aj"."""
    assert [fault.code for fault in document_of({"text": f"{sign}ja"}).faults] == ["character"]
    assert "character" in {fault.code for fault in parse_document(f'text: "{sign}ja"'.encode()).faults}
