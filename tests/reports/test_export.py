"""Files of a release: only what passed the gate gets into one, every number is the release's, and nothing can run."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
import zipfile
from typing import cast

import pytest

from reports import export
from reports.analysis import Analysed, analyse
from reports.disclosure import Disclosed, disclose, to_json
from reports.export.kolada import period_of
from reports.export.lines import lines
from tests.reports.example import round_of, small_instrument, tree
from tests.reports.test_microdata import TREE as BACKGROUND_TREE
from tests.reports.test_microdata import round_of as microdata_round

UNITS = {"2301-a": 12, "2301-b": 9, "2309-a": 40, "2313-a": 8, "2321-a": 15, "2326-a": 33, "2361-a": 3, "0114-a": 30}
INSTRUMENT = small_instrument()
FILES = tuple(export.FORMATS)


@pytest.fixture(scope="module")
def disclosed() -> Disclosed:
    return disclose(raw(), 5)


def raw(study: str = "Studien") -> Analysed:
    now = round_of(UNITS, links=True, invited={unit: n + 4 for unit, n in UNITS.items()})
    before = round_of(UNITS, round_id=1, name="hösten 2024", seed=3, links=True)
    return analyse(now, before, tree(UNITS), study=study, k=5, seed=1, simulated=True, linked=True)


def rows_of(content: bytes) -> list[list[str]]:
    text = content.decode()
    assert text.startswith("\ufeff")
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff")), delimiter=";"))


def sheets_of(content: bytes) -> dict[str, list[list[str | float]]]:
    """A workbook's pages by name, read from its XML: texts as str, numbers as float."""
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        names = re.findall(r'<sheet name="([^"]+)"', book.read("xl/workbook.xml").decode())
        pages = {}
        for number, name in enumerate(names, start=1):
            xml = book.read(f"xl/worksheets/sheet{number}.xml").decode()
            assert "<f>" not in xml, "a formula"
            pages[name] = [
                [
                    text if kind == "inlineStr" else float(value)
                    for kind, text, value in re.findall(
                        r'<c r="[A-Z]+\d+"(?: s="\d+")?(?: t="(\w+)")?>'
                        r"(?:<is><t(?: [^>]*)?>(.*?)</t></is>|<v>(.*?)</v>)</c>",
                        row,
                    )
                ]
                for row in re.findall(r"<row [^>]*>(.*?)</row>", xml)
            ]
        return pages


@pytest.mark.parametrize("file", FILES)
def test_only_what_passed_the_gate_is_written(file: str) -> None:
    with pytest.raises(TypeError, match="passed"):
        export.FORMATS[file].write(cast(Disclosed, raw()), INSTRUMENT, "sv")


@pytest.mark.parametrize("file", FILES)
@pytest.mark.parametrize("language", ["sv", "en"])
def test_the_same_release_gives_the_same_bytes(disclosed: Disclosed, file: str, language: str) -> None:
    write = export.FORMATS[file].write
    assert write(disclosed, INSTRUMENT, language) == write(disclose(raw(), 5), INSTRUMENT, language)


@pytest.mark.parametrize("file", FILES)
def test_a_file_of_another_instrument_is_refused(disclosed: Disclosed, file: str) -> None:
    other = INSTRUMENT.model_copy(update={"version": "2027.1"})
    with pytest.raises(ValueError, match=r"not small 2027\.1"):
        export.FORMATS[file].write(disclosed, other, "sv")


@pytest.mark.parametrize("file", FILES)
def test_a_file_for_some_groups_names_no_other(disclosed: Disclosed, file: str) -> None:
    content = export.FORMATS[file].write(disclosed, INSTRUMENT, "sv", {"2309"})
    if file.endswith("xlsx"):
        content = json.dumps(sheets_of(content)).encode()
    assert b'"2309"' in content or b"\r\n2309;" in content
    assert not re.search(rb"Kommun (?!2309)|Enhet|2326.:|;2326;", content)


def test_every_group_has_a_line_for_every_measure_and_a_masked_one_only_reasons(disclosed: Disclosed) -> None:
    head, *rows = rows_of(export.FORMATS["resultat.csv"].write(disclosed, INSTRUMENT, "sv"))
    value, n, reason = head.index("Värde"), head.index("Antal svar"), head.index("Varför inget värde")
    assert {row[0] for row in rows} == {group.code for group in disclosed.findings.groups}
    assert all((row[value] == "") == (row[reason] != "") for row in rows)
    masked = [row for row in rows if row[0] == "2361"]
    own = [row for row in masked if row[6] != "medelvärde för andra"]
    assert len(own) > 20
    assert {row[value] + row[n] for row in own} == {""}


def test_every_number_is_the_releases_own(disclosed: Disclosed) -> None:
    found = {
        (line.code, line.id, line.measure, line.when): (line.value, line.low, line.high, line.n)
        for line in lines(disclosed.findings, INSTRUMENT, "en")
        if line.measure != "answers" and not line.measure.startswith(("others", "difference"))
    }
    for group in disclosed.findings.groups:
        assert found[group.code, "", "respondents", "now"][0] == group.n
        for scale in group.scales:
            for measure, when, estimate in (
                ("mean", "now", scale.level.mean),
                ("mean", "before", scale.before.mean),
                ("change", "since", scale.change.difference),
                ("effect size", "since", scale.change.hedges_g),
                ("alpha", "now", scale.alpha),
            ):
                wanted = (estimate.value, estimate.low, estimate.high, estimate.n)
                assert found[group.code, scale.scale, measure, when] == wanted


def test_the_workbook_has_the_same_lines_with_numbers_as_numbers(disclosed: Disclosed) -> None:
    pages = sheets_of(export.FORMATS["resultat.xlsx"].write(disclosed, INSTRUMENT, "sv"))
    assert list(pages) == ["Läs mig", "Resultat"]
    wanted = [
        [float(cell) if isinstance(cell, int | float) else cell for cell in line.cells if cell not in (None, "")]
        for line in lines(disclosed.findings, INSTRUMENT, "sv")
    ]
    assert pages["Resultat"][1:] == wanted
    said = {str(row[0]): str(row[1]) for row in pages["Läs mig"] if len(row) == 2}
    assert said["Resultatets kontrollsumma"] == disclosed.digest
    assert said["Minsta grupp som visas"] == "5 svar"
    assert "Simulerade svar" in said


def test_a_name_that_looks_like_a_formula_stays_a_name() -> None:
    evil = disclose(raw(study='=HYPERLINK("http://x")'), 5)
    pages = sheets_of(export.FORMATS["resultat.xlsx"].write(evil, INSTRUMENT, "sv"))
    assert pages["Läs mig"][0][1] == '=HYPERLINK("http://x")'


def test_the_document_holds_the_frozen_findings_byte_for_byte(disclosed: Disclosed) -> None:
    content = export.FORMATS["resultat.json"].write(disclosed, INSTRUMENT, "sv").decode()
    assert to_json(disclosed) in content
    read = json.loads(content)
    assert read["whole"] is True
    assert hashlib.sha256(to_json(disclosed).encode()).hexdigest() == read["digest"]
    assert json.dumps(read, sort_keys=True, ensure_ascii=False, separators=(",", ":")) == content
    assert json.loads(export.FORMATS["resultat.json"].write(disclosed, INSTRUMENT, "sv", {"2309"}))["whole"] is False


def test_kolada_shape_has_municipalities_with_a_year_and_all_genders_together(disclosed: Disclosed) -> None:
    read = json.loads(export.FORMATS["kolada.json"].write(disclosed, INSTRUMENT, "sv"))
    assert read["count"] == len(read["values"])
    assert {entry["municipality"] for entry in read["values"]} == {
        "2301",
        "2309",
        "2313",
        "2321",
        "2326",
        "2361",
        "0114",
    }
    assert {entry["period"] for entry in read["values"]} == {"2026"}
    figures = {(entry["municipality"], entry["kpi"]): entry["values"] for entry in read["values"]}
    mean = next(s.level.mean.value for s in disclosed.findings.group("2309").scales if s.scale == "practice")
    assert figures["2309", "small.practice.mean"] == [{"count": 1, "gender": "T", "status": "", "value": mean}]
    assert figures["2361", "small.practice.mean"] == [{"count": 1, "gender": "T", "status": "Missing", "value": None}]
    assert {entry["kpi"] for entry in read["values"]} == {kpi["id"] for kpi in read["kpis"]}
    assert "finns inte i Kolada" in read["note"]
    assert "simulerade" in read["note"]


@pytest.mark.parametrize(
    ("name", "period"),
    [("2026", "2026"), ("hösten 2024", "2024"), ("omgång 3", "omgång 3"), ("nr 120261", "nr 120261")],
)
def test_a_period_is_the_year_in_the_rounds_name(name: str, period: str) -> None:
    assert period_of(name) == period


@pytest.mark.parametrize("file", FILES)
def test_no_link_code_is_in_a_file(disclosed: Disclosed, file: str) -> None:
    """The example's link codes are "unit/person": neither they nor their hexadecimal form has a way out."""
    content = export.FORMATS[file].write(disclosed, INSTRUMENT, "sv")
    if file.endswith("xlsx"):
        content = json.dumps(sheets_of(content)).encode()
    assert b"2309-a/" not in content
    assert b"2309-a/0".hex().encode() not in content


def test_a_groups_cuts_by_background_are_lines_too() -> None:
    data = microdata_round()
    cut = disclose(analyse(data, None, BACKGROUND_TREE, study="s", k=5, seed=1, simulated=True, linked=False), 5)
    found = {
        (line.code, line.id, line.measure, line.detail): line.value
        for line in lines(cut.findings, data.instrument, "en")
    }
    assert cut.findings.cuts
    for one in cut.findings.cuts:
        for cell in one.cells:
            options = "+".join(map(str, cell.options))
            assert found[one.group, one.item, "respondents", options] == cell.n
            for scale, mean in zip(data.instrument.scales, cell.means, strict=True):
                assert found[one.group, scale.id, "mean", f"{one.item}={options}"] == mean.value
