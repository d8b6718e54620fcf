"""Rows in the analyst's own formats, read back by the programs' own readers: labels, missing codes, types, limits."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pyreadstat
import pytest

from instruments.load import load
from instruments.model import Instrument
from reports.cuts import menu
from reports.dataset import RoundData
from reports.export import parquet, rows, sav
from reports.export.labelled import Kind, Labelled, Measure, Variable, labelled
from reports.export.rows import Format
from reports.findings import NodeKind
from reports.microdata import PERSON, PLACE, ROUND, CoarsenedRows, coarsened
from reports.microdata_source import Choice, Source
from tests.reports.example import tree

INSTRUMENT = load("user-survey-group-home").instrument
UNITS = {"2301-å": 40, "2309-ö": 40}
TREE = tree(UNITS)
DONT_KNOW = [item.id for item in INSTRUMENT.scored_items if any(o.missing for o in INSTRUMENT.options(item))]


def round_of(name: str, n: int, seed: int) -> RoundData:
    draw = np.random.default_rng(seed)
    options = {item.id: [one.value for one in INSTRUMENT.options(item)] for item in INSTRUMENT.items}
    chosen = {item: draw.choice(values, n).tolist() for item, values in options.items() if values}
    answers: list[dict[str, object]] = [
        {item: values[row] for item, values in chosen.items() if draw.random() > 0.05} for row in range(n)
    ]
    return RoundData.from_answers(
        round_id=seed,
        name=name,
        instrument=INSTRUMENT,
        digest="d" * 64,
        answers=answers,
        unit_codes=[list(UNITS)[row % 2] for row in range(n)],
        link_codes=[f"{row}".encode() for row in range(n)],
        invited=dict.fromkeys(UNITS),
    )


def in_order(n: int) -> Sequence[int]:
    return range(n)


def made(n: int = 80) -> CoarsenedRows:
    source = Source((round_of("2026", n, 2), round_of("våren 2024", n, 1)), TREE, 5, linked=True)
    return coarsened(source, Choice(NodeKind.MUNICIPALITY, tuple(cut.item for cut in menu(INSTRUMENT))), in_order)


def read_sav(content: bytes, folder: Path) -> tuple[pl.DataFrame, Any]:
    (folder / "svar.sav").write_bytes(content)
    return pyreadstat.read_sav(folder / "svar.sav", output_format="polars", user_missing=True)


def test_sav_is_read_back_with_its_labels_missing_codes_and_letters(tmp_path: Path) -> None:
    leaving = made()
    frame, about = read_sav(rows.files(leaving, INSTRUMENT, TREE, "sv", Format.SAV)["svar.sav"], tmp_path)
    assert frame.columns == list(leaving.columns)
    assert frame[ROUND].unique().sort().to_list() == ["2026", "våren 2024"]
    item = INSTRUMENT.items_by_id[DONT_KNOW[0]]
    assert about.column_names_to_labels[item.id] == (item.label or item.text)["sv"]
    said = {float(option.value): option.text["sv"] for option in INSTRUMENT.options(item)}
    assert about.variable_value_labels[item.id] == said
    dont_know = next(float(option.value) for option in INSTRUMENT.options(item) if option.missing)
    assert about.missing_ranges[item.id] == [{"lo": dont_know, "hi": dont_know}]
    assert about.variable_measure[item.id] == "ordinal"
    at = leaving.columns.index(item.id)
    assert frame[item.id].to_list() == [row[at] for row in leaving.rows]
    assert dont_know in frame[item.id].to_list()
    places = {row[leaving.columns.index(PLACE)] for row in leaving.rows}
    assert about.variable_value_labels[PLACE] == {n.code: n.name for n in TREE.nodes if n.code in places}
    followed = leaving.columns.index(PERSON)
    assert frame[PERSON].to_list() == [row[followed] for row in leaving.rows]


def test_groups_of_background_options_are_numbers_whose_label_names_each(tmp_path: Path) -> None:
    leaving = made()
    files = rows.files(leaving, INSTRUMENT, TREE, "sv", Format.SAV)
    frame, about = read_sav(files["svar.sav"], tmp_path)
    book = files["kodbok.csv"].decode()
    shown = [variable for variable in leaving.plan.variables if variable.shown]
    assert shown
    for variable in shown:
        at = leaving.columns.index(variable.item)
        named = {"+".join(map(str, options)): min(options) for options in variable.shown}
        assert frame[variable.item].to_list() == [named.get(str(row[at])) for row in leaving.rows]
        for value, label in about.variable_value_labels[variable.item].items():
            assert f"{variable.item};{value:.0f};{label}" in book


def test_parquet_is_typed_and_tells_what_its_columns_mean() -> None:
    leaving = made()
    content = rows.files(leaving, INSTRUMENT, TREE, "en", Format.PARQUET)["svar.parquet"]
    frame = pl.read_parquet(io.BytesIO(content))
    about = json.loads(pl.read_parquet_metadata(io.BytesIO(content))[parquet.KEY])["columns"]
    item = INSTRUMENT.items_by_id[DONT_KNOW[0]]
    assert (frame.schema[item.id], frame.schema[PLACE], frame.schema[PERSON]) == (pl.Int32, pl.String, pl.Int32)
    assert about[item.id]["label"] == (item.label or item.text)["en"]
    assert about[item.id]["missing"] == [option.value for option in INSTRUMENT.options(item) if option.missing]
    at = leaving.columns.index(item.id)
    assert frame[item.id].to_list() == [row[at] for row in leaving.rows]


@pytest.mark.parametrize("format_", list(Format))
def test_the_same_rows_give_the_same_bytes_and_say_nothing_of_the_time(
    format_: Format, monkeypatch: pytest.MonkeyPatch
) -> None:
    leaving = made()
    first = rows.files(leaving, INSTRUMENT, TREE, "sv", format_)
    monkeypatch.delattr("os.memfd_create")
    assert rows.files(leaving, INSTRUMENT, TREE, "sv", format_) == first
    if format_ is Format.SAV:
        assert first["svar.sav"][92:109] == b"01 Jan 8000:00:00"


def variable(**about: object) -> Labelled:
    whole: dict[str, Any] = {"name": "A1", "kind": Kind.WHOLE, "measure": Measure.ORDINAL, "label": "A", **about}
    return Labelled((Variable(**whole),), ((1, 2, 9, None),))


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("ö" * 60, "ö" * 60),
        ("ö" * 61, "ö" * 58 + "…"),
        ("a" * 121, "a" * 117 + "…"),
        ("a" * 116 + "e\u0301" * 3, "a" * 116 + "…"),
    ],
    ids=["120 bytes", "122 bytes", "121 bytes", "an accent at the edge"],
)
def test_a_label_beyond_120_bytes_is_cut_between_signs_with_a_mark(text: str, kept: str, tmp_path: Path) -> None:
    table = variable(labels={1: text})
    _, about = read_sav(sav.write(table), tmp_path)
    assert about.variable_value_labels["A1"] == {1.0: kept}
    assert list(sav.notes(table)) == ([] if kept == text else [("A1", "1", kept)])


def test_a_variables_label_beyond_256_bytes_is_cut_too(tmp_path: Path) -> None:
    table = variable(label="å" * 129)
    _, about = read_sav(sav.write(table), tmp_path)
    assert about.column_labels == ["å" * 126 + "…"]
    assert list(sav.notes(table)) == [("A1", "", "å" * 126 + "…")]


@pytest.mark.parametrize(
    ("missing", "told", "left"),
    [
        ((7, 8, 9), [{"lo": 7.0, "hi": 7.0}, {"lo": 8.0, "hi": 8.0}, {"lo": 9.0, "hi": 9.0}], []),
        ((6, 7, 8, 9), [{"lo": 6.0, "hi": 9.0}], []),
        ((0, 7, 8, 9), [], ["A1"]),
    ],
    ids=["three", "four in a row", "four with others between"],
)
def test_more_missing_codes_than_spss_takes_are_a_range_or_told(
    missing: tuple[int, ...], told: list[object], left: list[str], tmp_path: Path
) -> None:
    table = variable(labels={value: str(value) for value in range(10)}, missing=missing)
    _, about = read_sav(sav.write(table), tmp_path)
    assert (about.missing_ranges.get("A1", []), list(sav.undeclared(table))) == (told, left)


def long_texts() -> Instrument:
    """With one option that the file has no room for: instruments are warned of it, overlays may still bring one."""
    plain = INSTRUMENT.model_dump(mode="json")
    item = INSTRUMENT.items_by_id[DONT_KNOW[0]]
    answers = next(one for one in plain["answer_sets"] if one["id"] == item.answer_set)
    answers["options"][0]["text"]["sv"] = "å" * 70
    return Instrument.model_validate(plain)


def test_what_has_been_cut_stands_whole_in_the_codebook_beside_what_the_file_says() -> None:
    files = rows.files(made(), long_texts(), TREE, "sv", Format.SAV)
    head, *lines = csv.reader(io.StringIO(files["kodbok.csv"].decode().removeprefix("\ufeff")), delimiter=";")
    assert head[3] == "Etikett i filen, avkortad"
    cut = {line[2]: line[3] for line in lines if line[3]}
    assert cut == {"å" * 70: "å" * 58 + "…"}
    assert "avkortad" not in rows.files(made(), INSTRUMENT, TREE, "sv", Format.SAV)["kodbok.csv"].decode()


def test_rows_made_by_hand_are_refused() -> None:
    with pytest.raises(TypeError, match=r"reports\.microdata"):
        labelled("svar", INSTRUMENT, TREE, "sv")  # type: ignore[arg-type]  # what a caller might hand over


def test_the_scales_file_is_enough_to_make_the_scores() -> None:
    text = rows.scales(INSTRUMENT, "sv").decode().removeprefix("\ufeff")
    told = list(csv.DictReader(io.StringIO(text), delimiter=";"))
    for scale in INSTRUMENT.scales:
        lines = [line for line in told if line["scale"] == scale.id]
        assert [line["item"] for line in lines] == list(scale.item_ids)
        assert {line["item"] for line in lines if line["reversed"] == "1"} == scale.reversed_ids
        assert {(line["minimum"], line["maximum"]) for line in lines} == {(str(scale.minimum), str(scale.maximum))}


def test_five_thousand_rows_keep_every_answer(tmp_path: Path) -> None:
    leaving = made(2500)
    frame, _ = read_sav(rows.files(leaving, INSTRUMENT, TREE, "sv", Format.SAV)["svar.sav"], tmp_path)
    other = pl.read_parquet(io.BytesIO(rows.files(leaving, INSTRUMENT, TREE, "sv", Format.PARQUET)["svar.parquet"]))
    assert frame.height == other.height == 5000
    for item in DONT_KNOW:
        assert frame[item].cast(pl.Int32).to_list() == other[item].to_list()
