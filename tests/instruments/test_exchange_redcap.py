"""REDCap: what it can hold comes back, its own rules for a dictionary are kept, and dictionaries of others are read."""

from __future__ import annotations

import contextlib
import csv
import io
import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from instruments.check import check_document
from instruments.document import document_of
from instruments.exchange.contract import NotRead
from instruments.exchange.features import keep
from instruments.exchange.frame import Frame
from instruments.exchange.redcap import FORMAT, read, write
from instruments.exchange.redcap_write import COLUMNS
from instruments.load import LoadedInstrument, catalogue
from instruments.model import Instrument, Rule
from tests.instruments.awkward_names import AWKWARD_NAMES
from tests.instruments.random_instruments import instruments, sound
from tests.instruments.tiny_instruments import tiny

FRAME = Frame("frame", "2030.1")


def kept(instrument: Instrument, language: str = "sv") -> tuple[Instrument, Frame]:
    frame = Frame("frame", "2030.1", language if language in instrument.languages else instrument.languages[0])
    return keep(instrument, FORMAT.carries, frame), frame


def rows(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""), strict=True))


def obeys_redcap(content: bytes) -> None:
    """What REDCap refuses or misreads in a dictionary."""
    header, *lines = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), strict=True)
    assert tuple(header) == COLUMNS
    assert len(header) == 18
    assert all(len(line) == 18 for line in lines)
    names = [line[0] for line in lines]
    assert len(set(names)) == len(names)
    for line in rows(content):
        name, kind, choices = line[COLUMNS[0]], line["Field Type"], line[COLUMNS[5]]
        assert re.fullmatch(r"[a-z](?:[a-z0-9]|_(?=[a-z0-9]))*", name)
        assert re.fullmatch(r"[a-z][a-z0-9_]*", line["Form Name"])
        assert kind in ("radio", "checkbox", "text", "notes", "slider", "descriptive")
        if kind in ("radio", "checkbox"):
            assert all(re.match(r"\s*-?\d+, *\S", choice) for choice in choices.split("|"))
        assert "@" not in line["Field Annotation"]
        for column in ("Field Label", "Field Note", "Section Header", COLUMNS[5]):
            # Neither a reference to an answer nor an embedded field, nor markup of the text's own.
            assert not re.search(r"[\[\]{}]|<(?!br>)", line[column])
        assert all(not re.match(r"[=+@]|-(?!\d+$)", cell) for cell in line.values())
        for reference in re.findall(r"\[(\w+?)(?:\(-?\d+\))?\]", line[COLUMNS[11]]):
            assert names.index(reference) < names.index(name)


@given(instruments, st.sampled_from(["sv", "en", "ar"]))
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_what_redcap_holds_comes_back(instrument: Instrument, language: str) -> None:
    left, frame = kept(instrument, language)
    content = write(left)
    obeys_redcap(content)
    assert sound({**read(content, frame)}) == left


def test_the_longest_instrument_comes_back() -> None:
    """A dictionary has rows that ask nothing: the record's own, and the introduction."""
    text = {"sv": "Text"}
    sections = [
        {
            "id": f"part{part}",
            "title": text,
            "items": [{"id": f"Q{part}_{n}", "text": text, "answer_set": "steps"} for n in range(200)],
        }
        for part in range(5)
    ]
    read_back = sound({**read(write(tiny([], sections=sections)), FRAME)})
    assert len(read_back.items) == 1000


def test_names_that_redcap_cannot_write_come_back() -> None:
    left, frame = kept(AWKWARD_NAMES)
    obeys_redcap(write(left))
    assert sound({**read(write(left), frame)}) == left


@pytest.mark.parametrize("loaded", catalogue(), ids=lambda one: one.instrument.id)
def test_the_catalogue_comes_back(loaded: LoadedInstrument) -> None:
    left, frame = kept(loaded.instrument)
    content = write(left)
    obeys_redcap(content)
    assert sound({**read(content, frame)}) == left


AWKWARD = tiny(
    [
        {"id": "Q__1", "text": {"sv": "En | två,\ntre"}, "help": {"sv": "=SUM(A1)"}},
        {
            "id": "M2",
            "type": "multiple_choice",
            "answer_set": "steps",
            "text": {"sv": "[Q1] {Q1}"},
            "visible_if": {"op": "is_not", "item": "Q__1", "value": 1},
        },
        {"id": "R3", "text": {"sv": "?"}, "visible_if": {"op": "is", "item": "M2", "value": 2}},
    ]
)


def test_signs_that_mean_something_there_are_entities() -> None:
    left, _ = kept(AWKWARD)
    first, second, third = (line for line in rows(write(left)) if line["Field Type"] in ("radio", "checkbox"))
    assert first[COLUMNS[0]] == "q_1"
    assert first["Field Label"] == "En &#124; två,\ntre"
    assert first["Field Note"] == "&#61;SUM(A1)"
    assert "id: Q__1" in first["Field Annotation"]
    assert second["Field Label"] == "&#91;Q1&#93; &#123;Q1&#125;"
    assert second[COLUMNS[11]] == "[q_1] <> '' and [q_1] <> '1'"
    assert third[COLUMNS[11]] == "[m2(2)] = '1'"


HEADER = ",".join(f'"{column}"' for column in COLUMNS)
BY_HAND = f"""{HEADER}
study_id,demographics,,text,"Study ID",,,,,,,,,,,,,
sex,demographics,"<b>About you</b>",dropdown,"What is your <i>sex</i>?","F, Female | M, Male, or man",,,,,,,y,,,,,
age,demographics,,text,Age,,"In years",integer,0,120,,,,,,,,@HIDEBUTTON
bmi,demographics,,calc,BMI,"[weight]/[height]",,,,,,,,,,,,
child,follow_up,,yesno,"Any children?",,,,,,,"[sex] = 'F' and [age] > 17",,,,,,
symptoms,follow_up,Health,checkbox,"Which?<br>Tick all","1, Cough | 2, Fever",,,,,,"[child] = '1'",,,,,,
pain,follow_up,,slider,Pain,"None | Some | Worst",,number,,,,"[symptoms(2)] = '1'",,RH,,,,
why,follow_up,,notes,Why?,,,,,,,"[pain] <> ''",,,,,,
"""


def test_a_dictionary_that_redcap_handed_out_is_read() -> None:
    instrument = sound({**read(BY_HAND.encode(), Frame("health", "2026.1", "en"))})
    assert [item.id for item in instrument.items] == ["sex", "age", "child", "symptoms", "pain", "why"]
    assert [section.title["en"] for section in instrument.sections] == ["About you", "Follow up", "Health"]
    sex, age, child, symptoms, pain, why = instrument.items
    assert sex.text == {"en": "What is your sex?"}
    assert [(one.value, one.text["en"]) for one in instrument.options(sex)] == [(1, "Female"), (2, "Male, or man")]
    assert (sex.required, age.minimum, age.maximum, age.help) == (True, 0, 120, {"en": "In years"})
    adult = Rule(op="at_least", item="age", value=18)
    assert child.visible_if == Rule(op="all", rules=(Rule(op="is", item="sex", value=1), adult))
    assert [one.text["en"] for one in instrument.options(child)] == ["Yes", "No"]
    assert symptoms.text == {"en": "Which?\nTick all"}
    assert pain.visible_if == Rule(op="is", item="symptoms", value=2)
    assert (pain.type.value, pain.low_label, pain.high_label) == ("slider", {"en": "None"}, {"en": "Worst"})
    assert why.visible_if == Rule(op="answered", item="pain")


def test_semicolons_and_the_columns_of_the_api_are_read_too() -> None:
    content = b"field_name;form_name;field_type;field_label;select_choices_or_calculations\nx;f;radio;X;1, a | 2, b\n"
    assert sound({**read(content, FRAME)}).items[0].id == "x"


def test_all_faults_are_told_at_once_with_their_rows() -> None:
    content = f"""{HEADER}
when,f,,text,When?,,,date_ymd,,,,
,f,,text,Nameless,,,,,,,
photo,f,,file,Photo,,,,,,,
pick,f,,radio,Pick,"1 Yes | 2, No",,,,,,
pick,f,,radio,Again,,,,,,,
old,f,,text,,,,integer,x,,,"[first_arm_1][pick] = '1'"
"""
    with pytest.raises(NotRead) as refused:
        read(content.encode(), FRAME)
    assert [(fault.code, fault.place) for fault in refused.value.faults] == [
        ("unknown_item_type", "H2"),
        ("missing_key", "A3"),
        ("unknown_item_type", "D4"),
        ("bad_form", "F5"),
        ("duplicate_id", "A6"),
        ("missing_key", "F6"),
        ("missing_text", "E7"),
        ("wrong_type", "I7"),
        ("expression", "L7"),
    ]


@pytest.mark.parametrize(
    "content",
    [b"", b"a,b\n1,2\n", ",".join(COLUMNS).encode(), b"\xff\xfe\x00", "Variable / Field Name,å".encode("latin-1")],
)
def test_what_is_no_dictionary_is_refused(content: bytes) -> None:
    with pytest.raises(NotRead):
        read(content, FRAME)


def test_a_field_with_hundreds_of_choices_is_told() -> None:
    choices = " | ".join(f"{code}, x" for code in range(200))
    with pytest.raises(NotRead) as refused:
        read(f'{HEADER}\nx,f,,radio,X,"{choices}"\n'.encode(), FRAME)
    assert [(fault.code, fault.place) for fault in refused.value.faults] == [("too_large", "F2")]


WORDS = ["", "x", "radio", "slider", "text", "1, a | 2, b", "a | b", "[x] = '1'", "number", "-3", "scale: s; reversed"]


@given(st.lists(st.lists(st.sampled_from(WORDS), min_size=18, max_size=18), min_size=1, max_size=10))
@settings(max_examples=100, deadline=None)
def test_a_reader_never_fails_otherwise_whatever_stands_in_the_cells(lines: list[list[str]]) -> None:
    written = io.StringIO(newline="")
    csv.writer(written).writerows([COLUMNS, *lines])
    with contextlib.suppress(NotRead):
        check_document(document_of({**read(written.getvalue().encode(), FRAME)}))
