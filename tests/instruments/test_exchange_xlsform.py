"""XLSForm: everything comes back, pyxform compiles it without a warning, and forms of other people are read."""

from __future__ import annotations

import contextlib
import io
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyxform.xls2xform import convert

from instruments.check import check_document
from instruments.document import document_of
from instruments.exchange.contract import NotRead
from instruments.exchange.features import keep
from instruments.exchange.frame import Frame
from instruments.exchange.xlsform import FORMAT, read, write
from instruments.load import LoadedInstrument, catalogue, load
from instruments.model import Instrument, Rule
from tests.instruments.awkward_names import AWKWARD_NAMES
from tests.instruments.random_instruments import instruments, sound
from tests.instruments.tiny_instruments import tiny

FRAME = Frame("frame", "2030.1")


def back(instrument: Instrument) -> Instrument:
    return sound({**read(write(instrument), FRAME)})


@given(instruments)
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_everything_comes_back(instrument: Instrument) -> None:
    kept = keep(instrument, FORMAT.carries, FRAME)
    assert back(kept) == kept


@given(instruments)
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_pyxform_compiles_it_without_a_warning(instrument: Instrument) -> None:
    warnings: list[str] = []
    convert(write(instrument), warnings=warnings, file_type=".xlsx")
    assert warnings == []


def test_names_that_forms_keep_for_themselves_come_back_and_compile() -> None:
    warnings: list[str] = []
    convert(write(AWKWARD_NAMES), warnings=warnings, file_type=".xlsx")
    assert warnings == []
    assert back(AWKWARD_NAMES) == AWKWARD_NAMES


@pytest.mark.parametrize("loaded", catalogue(), ids=lambda one: one.instrument.id)
def test_the_catalogue_comes_back_and_compiles(loaded: LoadedInstrument) -> None:
    warnings: list[str] = []
    convert(write(loaded.instrument), warnings=warnings, file_type=".xlsx")
    assert warnings == []
    assert back(loaded.instrument) == loaded.instrument


def sheets(content: bytes) -> dict[str, list[dict[str, Any]]]:
    """What another program sees in the file."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    found = {}
    for sheet in book:
        header, *rows = sheet.iter_rows(values_only=True)
        found[sheet.title] = [{k: v for k, v in zip(header, row, strict=True) if v is not None} for row in rows]
    return found


def test_every_translated_column_says_its_language_and_scales_stand_beside_their_items() -> None:
    written = sheets(write(load("ebp-thermometer").instrument))
    assert written["settings"][0]["default_language"] == "Svenska (sv)"
    item = next(row for row in written["survey"] if row.get("scale"))
    assert {"label::Svenska (sv)", "label::English (en)", "scale", "reversed"} <= set(item)
    assert not {"label", "hint", "easy"} & {column for row in written["survey"] for column in row}
    assert [row["id"] for row in written["scales"]] == [scale.id for scale in load("ebp-thermometer").instrument.scales]


def test_what_begins_as_a_formula_is_stored_as_text() -> None:
    book = openpyxl.load_workbook(io.BytesIO(write(tiny([{"id": "Q1", "text": {"sv": "=1+1"}}]))))
    cells = [cell for row in book["survey"].iter_rows() for cell in row if cell.value == "=1+1"]
    assert [cell.data_type for cell in cells] == ["s"]


def workbook(**sheets: list[list[Any]]) -> bytes:
    """A form as somebody makes it in a spreadsheet."""
    book = openpyxl.Workbook()
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    del book["Sheet"]
    saved = io.BytesIO()
    book.save(saved)
    return saved.getvalue()


CHOICES = [
    ["list name", "name", "label"],
    ["yes_no", "yes", "Yes"],
    ["yes_no", "no", "No"],
    ["Fruit", 1, "Apple"],
    ["Fruit", 2, "Pear"],
]
BY_HAND = workbook(
    survey=[
        ["type", "name", "label", "hint", "relevant", "required", "constraint", "parameters", "calculation"],
        ["start", "start"],
        ["note", None, "Welcome"],
        ["select_one yes_no", "likes", "Do you like fruit?", "Any fruit", None, "yes"],
        ["begin group", "Detail", "More", None, "${likes} = 'yes'"],
        ["select_multiple Fruit", "which", "Which?"],
        ["integer", "how_many", "How many a day?", None, "selected(${which}, '1')", None, ". > 0 and . <= 50"],
        ["begin_group", "inner", "Inner", None, "${how_many} > 3"],
        ["range", "liking", "How much?", None, None, None, None, "start=0 end=5 step=1"],
        ["end_group"],
        ["text", "why", "Why?", None, "not(${likes} = 'no')"],
        ["end group"],
        ["calculate", "twice", None, None, None, None, None, None, "${how_many} * 2"],
    ],
    choices=CHOICES,
    settings=[
        ["form_title", "form_id", "default_language", "version"],
        ["Fruit", "Fruit form", "English (en)", 20240101],
    ],
)


def test_a_form_that_somebody_made_by_hand_is_read() -> None:
    instrument = sound({**read(BY_HAND, Frame("fruit", "2030.1"))})
    assert (instrument.id, instrument.version, instrument.languages) == ("fruit", "2030.1", ("en",))
    assert instrument.title == {"en": "Fruit"}
    assert [section.id for section in instrument.sections] == ["items", "detail", "inner", "detail_2"]
    likes, which, many, liking = (instrument.items_by_id[name] for name in ("likes", "which", "how_many", "liking"))
    assert likes.required
    assert likes.help == {"en": "Any fruit"}
    assert [option.value for option in instrument.options(likes)] == [1, 2]
    assert (which.type.value, many.type.value, liking.type.value) == ("multiple_choice", "number", "number")
    assert (many.minimum, many.maximum, liking.minimum, liking.maximum) == (1, 50, 0, 5)
    assert many.visible_if == Rule(op="is", item="which", value=1)
    assert instrument.sections[1].visible_if == Rule(op="is", item="likes", value=1)
    inner = instrument.sections[2].visible_if
    assert inner is not None
    assert inner.rules[1] == Rule(op="at_least", item="how_many", value=4)


def test_all_faults_are_told_at_once_with_their_cells() -> None:
    content = workbook(
        survey=[
            ["type", "name", "label::Elvish tongue", "relevant", "constraint", "required"],
            ["dat", "a", "A"],
            ["select_one fruits", "b", "B"],
            ["begin_repeat", "c", "C"],
            ["text", "d e", "D", "today() > 3"],
            ["end_repeat"],
            ["integer", "f", "F", None, "regex(., 'x')", "perhaps"],
            ["select_one Fruit or_other", "g", None],
            [None, "h", "H"],
            ["begin_group", "i", "I"],
        ],
        choices=[*CHOICES, ["Fruit", None, "Plum"], ["Fruit", 3, None]],
    )
    with pytest.raises(NotRead) as refused:
        read(content, FRAME)
    assert sorted((fault.code, fault.place) for fault in refused.value.faults) == sorted(
        [
            ("unknown_language", "survey!C1"),
            ("unknown_item_type", "survey!A2"),
            ("unknown_answer_set", "survey!A3"),
            ("unknown_item_type", "survey!A4"),
            ("bad_form", "survey!B5"),
            ("expression", "survey!D5"),
            ("missing_key", "choices!A6"),
            ("wrong_type", "survey!F7"),
            ("expression", "survey!E7"),
            ("missing_text", "choices!C7"),
            ("unknown_item_type", "survey!A8"),
            ("missing_text", "survey!C8"),
            ("missing_key", "survey!A9"),
            ("unclosed_group", "survey!A10"),
        ]
    )
    assert "did you mean 'Fruit'?" in "".join(map(str, refused.value.faults))


@pytest.mark.parametrize("content", [b"", b"PK", workbook(choices=CHOICES), workbook(survey=[["type", "name"]])])
def test_what_is_no_form_is_refused(content: bytes) -> None:
    with pytest.raises(NotRead):
        read(content, FRAME)


def nested(depth: int) -> bytes:
    return workbook(survey=[["type", "name"], *([["begin_group", "g"]] * depth), ["text", "q"]])


def long_rules() -> bytes:
    rows = [["text", f"q{at}", "Q", " and ".join(["${q0} = 1"] * 1000)] for at in range(60)]
    return workbook(survey=[["type", "name", "label", "relevant"], *rows])


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (nested(9), "inside each other"),
        (workbook(survey=[["type", "name"], *([["text", "q"]] * 2001)]), "more than 2000 rows"),
        (workbook(survey=[["type", "name"], ["text", "q"]], scales=[["id"], *([["s"]] * 201)]), "more than 200 rows"),
        (long_rules(), "all rules together"),
    ],
    ids=["deep", "questions", "scales", "rules"],
)
def test_what_no_instrument_has_so_much_of_is_refused(content: bytes, said: str) -> None:
    with pytest.raises(NotRead) as refused:
        read(content, FRAME)
    assert said in str(refused.value.faults[-1])


WORDS = ["", "=1", "${x}", "note", "select_one Fruit", "begin_group", "end_group", "range", "x", "-1", "yes", "(sv)"]
COLUMNS = ["type", "name", "label", "relevant", "constraint", "parameters", "scale", "reversed", "coarsen", "part"]
filled = st.lists(st.lists(st.sampled_from(WORDS), min_size=10, max_size=10), min_size=1, max_size=12)


@given(filled)
@settings(max_examples=60, deadline=None)
def test_a_reader_never_fails_otherwise_whatever_stands_in_the_cells(rows: list[list[str]]) -> None:
    scales = [["id", "item_order", "minimum", "margin"], *(row[:4] for row in rows)]
    content = workbook(survey=[COLUMNS, *rows], choices=CHOICES, scales=scales, instrument=[["key", "value"], *rows])
    with contextlib.suppress(NotRead):
        check_document(document_of({**read(content, FRAME)}))
