"""Files of responses: read however a spreadsheet wrote them, and refused with every fault at once."""

from __future__ import annotations

from pathlib import Path

import pytest
from answering_field import INSTRUMENT

from instruments.load import load_file
from instruments.model import Instrument
from survey.answering.importing import table
from survey.answering.importing.read import ReadFile, read_invited, read_responses

UNITS = ("2309-a", "2309-b")


@pytest.fixture
def instrument(tmp_path: Path) -> Instrument:
    (tmp_path / "tiny.yaml").write_text(INSTRUMENT, encoding="utf-8")
    return load_file(tmp_path / "tiny.yaml").instrument


@pytest.fixture
def read(instrument: Instrument, tmp_path: Path):
    def read_text(text: str, *, encoding: str = "utf-8", mapping: str | None = None, **how: object) -> ReadFile:
        (tmp_path / "file.csv").write_bytes(text.encode(encoding))
        if mapping is not None:
            name = "mapping.yaml" if ": " in mapping else "mapping.csv"
            (tmp_path / name).write_text(mapping, encoding="utf-8")
            how["mapping"] = tmp_path / name
        return read_responses(tmp_path / "file.csv", instrument, UNITS, **how)  # type: ignore[arg-type]

    return read_text


def _said(file: ReadFile) -> list[tuple]:
    return [(fault.code, fault.line, fault.place) for fault in file.faults]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "latin-1"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_every_way_that_spreadsheets_write(read, encoding: str, separator: str, line_end: str) -> None:
    rows = [["enhet", "a", "why"], ["2309-a", "3", "Åsa på hörnet"], ["2309-b", "", ""], ["", "", ""]]
    file = read(line_end.join(separator.join(row) for row in rows), encoding=encoding)
    assert file.faults == ()
    assert [(one.unit_code, one.answers) for one in file.responses] == [
        ("2309-a", {"a": 3, "why": "Åsa på hörnet"}),
        ("2309-b", {}),
    ]


def test_answers_by_value_and_by_words(read) -> None:
    file = read('unit;a;many;years\n2309-a;ja;1|Ja;"3,5"\n2309-a;2;;60\n')
    assert file.faults == ()
    assert [one.answers for one in file.responses] == [{"a": 3, "many": (1, 3), "years": 3.5}, {"a": 2, "years": 60}]


def test_all_faults_come_at_once_with_row_column_and_remedy(read) -> None:
    file = read("unit,a,bb,many,years,a\n2309-a,4,1,1|9,61,1\n2309-c,1,1,,x,1\n,1,1,,5,1\n2309-a,1\n")
    assert _said(file) == [
        ("column_twice", 1, "a"),
        ("column_unknown", 1, "bb"),
        ("value_wrong", 2, "a"),
        ("value_wrong", 2, "many"),
        ("value_wrong", 2, "years"),
        ("value_wrong", 3, "years"),
        ("unit_unknown", 3, "unit"),
        ("unit_missing", 4, "unit"),
        ("row_length", 5, ""),
    ]
    remedies = {(fault.line, fault.place): fault.remedy for fault in file.faults}
    assert remedies[2, "a"] == "write 1, 2, 3 or the option's words, or leave the cell empty"
    assert remedies[2, "years"] == "write a number from 0 to 60, or leave the cell empty"
    assert remedies[3, "unit"].startswith("did you mean '2309-")
    assert "--no-unit" in remedies[4, "unit"]
    assert "--mapping" in remedies[1, "bb"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", [("no_rows", None, "")]),
        ("unit,a\n", [("no_rows", None, "")]),
        ("a\n1\n", [("unit_column_missing", 1, "unit")]),
        ("unit\n2309-a\n", [("no_items", 1, "")]),
        ("unit,a,\n2309-a,1,\n", [("column_unnamed", 1, "column 3")]),
        ("unit,a,link_code\n2309-a,1,x\n", [("study_not_linked", 1, "link_code")]),
        ("unit,a\0\n", [("file_not_text", None, "")]),
        ('unit,why\n2309-a,"' + "x" * 200_000 + '"\n', [("row_unreadable", 2, ""), ("no_rows", None, "")]),
        ("x" * 200_000 + "\n2309-a\n", [("no_rows", None, ""), ("row_unreadable", 1, "")]),
        (";" * 100_000 + "\n", [("too_many_columns", 1, "")]),
        (",".join(f"c{number}" for number in range(20_000)) + "\n", [("too_many_columns", 1, "")]),
    ],
)
def test_files_that_are_not_what_they_should_be(read, text: str, expected: list) -> None:
    assert sorted(_said(read(text)), key=str) == sorted(expected, key=str)


def test_a_file_that_is_too_large_is_not_read(read, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table, "LARGEST_FILE", 20)
    assert _said(read("unit,a\n2309-a,1\n2309-b,2\n")) == [("file_too_large", None, "")]


def test_rows_without_a_unit_are_placed_where_the_command_says(read) -> None:
    file = read("unit,a\n,1\n2309-b,2\n", no_unit="2309-a")
    assert [one.unit_code for one in file.responses] == ["2309-a", "2309-b"]
    assert [one.unit_code for one in read("a\n1\n", no_unit="2309-a").responses] == ["2309-a"]
    assert _said(read("a\n1\n", no_unit="2309-x")) == [("unit_unknown", None, "--no-unit")]


@pytest.mark.parametrize("mapping", ["column,item\nplats,unit\nF1,a\nb,\n", "plats: unit\nF1: a\nb: ''\n"])
def test_a_mapping_names_the_columns_and_what_it_leaves_out_is_said(read, mapping: str) -> None:
    file = read("löpnr,plats,F1,b\n1,2309-a,3,2\n", mapping=mapping)
    assert file.faults == ()
    assert [one.answers for one in file.responses] == [{"a": 3}]
    assert [notice.split("'")[1] for notice in file.notices] == ["löpnr", "b"]


def test_a_column_that_the_mapping_does_not_name_means_what_it_is_called(read) -> None:
    file = read("plats,a,F2,b\n2309-a,3,1,2\n", mapping="plats: unit\nF2: b\n")
    assert file.faults == ()
    assert [one.answers for one in file.responses] == [{"a": 3, "b": 1}], "the mapping goes before the name"
    assert [notice.split("'")[1] for notice in file.notices] == ["b"]


def test_a_mapping_that_does_not_fit_is_a_fault(read) -> None:
    file = read("plats,F1,F2\n2309-a,3,3\n", mapping="plats: unit\nF1: aa\nF3: b\nF2: unit\n")
    assert sorted(_said(file), key=str) == [
        ("mapping_column_unknown", None, "F3"),
        ("mapping_target_unknown", None, "F1"),
        ("meaning_twice", 1, "F2"),
        ("no_items", 1, ""),
    ]
    assert _said(read("unit,a\n2309-a,3\n", mapping="one,two,three\n1,2,3\n"))[0][0] == "mapping_shape"


def test_one_person_has_one_response_in_a_round(read) -> None:
    file = read("unit,link_code,a\n2309-a,p1,1\n2309-a,p2,1\n2309-b,p1,2\n2309-b,,2\n", linked=True)
    assert _said(file) == [("link_code_twice", 4, "link_code")]


def test_answers_off_the_path_are_left_out_and_said(read) -> None:
    file = read("unit,a,why\n2309-a,1,hidden\n2309-a,3,shown\n")
    assert [one.answers for one in file.responses] == [{"a": 1}, {"a": 3, "why": "shown"}]
    assert "1 answers are left out" in file.notices[0]


def test_invited_counts(tmp_path: Path) -> None:
    (tmp_path / "i.csv").write_text("enhet;inbjudna\n2309-a;41\n2309-b;0\n", encoding="utf-8")
    assert read_invited(tmp_path / "i.csv", UNITS) == ({"2309-a": 41, "2309-b": 0}, ())
    (tmp_path / "i.csv").write_text("unit,invited\n2309-a,x\n2309-c,1\n2309-b,2\n2309-b,3\n", encoding="utf-8")
    _, faults = read_invited(tmp_path / "i.csv", UNITS)
    assert [(fault.code, fault.line) for fault in faults] == [
        ("invited_wrong", 2),
        ("unit_unknown", 3),
        ("unit_twice", 5),
    ]
    (tmp_path / "i.csv").write_text("unit\n2309-a\n", encoding="utf-8")
    assert [fault.code for fault in read_invited(tmp_path / "i.csv", UNITS)[1]] == ["column_missing"]
