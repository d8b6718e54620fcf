"""LimeSurvey: what it can hold comes back, its order is kept, and survey structures of others are read."""

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
from instruments.exchange.limesurvey import FORMAT, read, write
from instruments.load import LoadedInstrument, catalogue
from instruments.model import Instrument, Rule
from tests.instruments.awkward_names import AWKWARD_NAMES
from tests.instruments.random_instruments import instruments, sound
from tests.instruments.tiny_instruments import tiny

FRAME = Frame("frame", "2030.1")


def rows(content: bytes) -> list[dict[str, str]]:
    text = io.StringIO(content.decode("utf-8-sig"), newline="")
    return list(csv.DictReader(text, delimiter="\t", strict=True))


def obeys_limesurvey(content: bytes, instrument: Instrument) -> None:
    """What LimeSurvey's import stands on: the mark, the order, the same rows in each language, codes it allows."""
    assert content.startswith(b"\xef\xbb\xbf")
    lines = rows(content)
    assert all(None not in line and None not in line.values() for line in lines)
    classes = [line["class"] for line in lines]
    assert re.fullmatch("(?:S,)+(?:SL,)+(?:G,(?:Q,(?:(?:SQ,)*|(?:A,)*))+)+", ",".join(classes) + ",")
    copies = [
        [(one["id"], one["class"], one["type/scale"], one["relevance"]) for one in lines if one["language"] == language]
        for language in instrument.languages
    ]
    bodies = [[one for one in copy if one[1] != "SL"] for copy in copies]
    assert all(body == bodies[0] for body in bodies)
    spoken = [line["language"] for line in lines if line["class"] == "G"]
    assert list(dict.fromkeys(spoken)) == list(instrument.languages)
    assert spoken == sorted(spoken, key=instrument.languages.index)
    for line in lines:
        if line["class"] == "Q":
            assert re.fullmatch(r"[A-Za-z][A-Za-z0-9]{0,19}", line["name"])
            assert line["type/scale"] in "LMNKSTX"
        if line["class"] in ("A", "SQ"):
            assert re.fullmatch(r"[A-Za-z0-9]{1,5}", line["name"])
        for column in ("text", "help", "prefix", "suffix"):
            assert not re.search(r"[{}\n\\]|^[=+@-]|<(?!br />)", line[column])
    first = [line for line in lines if line["language"] == instrument.languages[0] and line["class"] == "Q"]
    assert len({line["name"].lower() for line in first}) == len(first)


@given(instruments)
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_what_limesurvey_holds_comes_back(instrument: Instrument) -> None:
    left = keep(instrument, FORMAT.carries, FRAME)
    content = write(left)
    obeys_limesurvey(content, left)
    assert sound({**read(content, FRAME)}) == left


def test_names_that_limesurvey_cannot_write_come_back() -> None:
    left = keep(AWKWARD_NAMES, FORMAT.carries, FRAME)
    assert sound({**read(write(left), FRAME)}) == left


@pytest.mark.parametrize("loaded", catalogue(), ids=lambda one: one.instrument.id)
def test_the_catalogue_comes_back(loaded: LoadedInstrument) -> None:
    left = keep(loaded.instrument, FORMAT.carries, FRAME)
    content = write(left)
    obeys_limesurvey(content, left)
    assert sound({**read(content, FRAME)}) == left


def test_codes_texts_and_relevance_are_written_as_limesurvey_wants_them() -> None:
    instrument = tiny(
        [
            {"id": "b_01", "text": {"sv": "{TOKEN} | <b>två</b>\n\\rader"}, "required": True},
            {"id": "b01", "type": "number", "text": {"sv": "=1"}, "minimum": 1, "maximum": 5},
            {"id": "id", "type": "long_text", "text": {"sv": "?"}, "visible_if": {"op": "answered", "item": "b_01"}},
        ]
    )
    first, second, third = (line for line in rows(write(instrument)) if line["class"] == "Q")
    assert (first["name"], first["mandatory"]) == ("b01", "Y")
    assert first["text"] == "&#123;TOKEN&#125; &#124; &lt;b&gt;två&lt;/b&gt;<br />&#92;rader"
    assert "id-b_01" in first["cssclass"].split()
    assert (second["name"], second["text"]) == ("b01x2", "&#61;1")
    assert (second["min_num_value_n"], second["max_num_value_n"]) == ("1", "5")
    assert (third["name"], third["relevance"]) == ("qid", "!is_empty(b01.NAOK)")


HEADER = ["id", "class", "type/scale", "name", "relevance", "text", "help", "language", "mandatory", "other"]


def structure(*lines: list[str], header: list[str] = HEADER) -> bytes:
    written = io.StringIO(newline="")
    csv.writer(written, delimiter="\t", lineterminator="\r\n").writerows([header, *lines])
    return written.getvalue().encode("utf-8-sig")


def question(language: str, texts: list[str]) -> list[list[str]]:
    """A small survey as LimeSurvey exports it, in one language."""
    group, text, yes, no, array, one, two, health, many, cough = texts
    return [
        ["1", "G", "", group, "", "<p>Hello</p>", "", language],
        ["1", "Q", "Y", "kids", "1", f"<p><strong>{text}</strong></p>", "", language, "Y", "N"],
        ["2", "Q", "F", "arr", '((kids.NAOK == "Y"))', array, "", language, "N", "N"],
        ["3", "SQ", "0", "SQ001", "1", one, "", language],
        ["4", "SQ", "0", "SQ002", 'arr_SQ001 == "A1"', two, "", language],
        ["2", "A", "0", "A1", "", yes, "", language],
        ["2", "A", "0", "A2", "", no, "", language],
        ["2", "G", "", health, 'arr_SQ001.NAOK == "A2" or arr_SQ002 eq "A2"', "", "", language],
        ["5", "Q", "M", "sym", "1", many, "", language, "N", "N"],
        ["6", "SQ", "0", "cough", "1", cough, "", language],
        ["7", "SQ", "0", "fever", "1", "Fever", "", language],
        ["8", "Q", "T", "why", 'sym_cough.NAOK == "Y"', "Why?", "", language, "N", "N"],
        ["9", "Q", "*", "calc", "1", "{1+1}", "", language, "N", "N"],
    ]


EXPORTED = structure(
    ["", "S", "", "language", "", "en"],
    ["", "S", "", "additional_languages", "", "de-informal"],
    ["", "SL", "", "surveyls_title", "", "Family", "", "en"],
    ["", "SL", "", "surveyls_title", "", "Familie", "", "de-informal"],
    *question("en", ["Home", "Children?", "Yes", "No", "Agree?", "A", "B", "Health", "Which?", "Cough"]),
    *question("de-informal", ["Heim", "Kinder?", "Ja", "Nein", "Stimmt?", "A", "B", "Gesund", "Was?", "Husten"]),
)


def test_a_structure_that_limesurvey_exported_is_read() -> None:
    data = read(EXPORTED, Frame("family", "2026.1"))
    assert data["languages"] == ["en", "de"]
    assert data["title"] == {"en": "Family", "de": "Familie"}
    instrument = sound({**data})
    assert [item.id for item in instrument.items] == ["kids", "arr_SQ001", "arr_SQ002", "sym", "why"]
    kids, first, second, symptoms, why = instrument.items
    assert (kids.required, kids.text) == (True, {"en": "Children?", "de": "Kinder?"})
    assert [one.text["en"] for one in instrument.options(kids)] == ["Yes", "No"]
    assert first.text == {"en": "Agree?\nA", "de": "Stimmt?\nA"}
    parents = Rule(op="is", item="kids", value=1)
    assert first.visible_if == parents
    assert second.visible_if == Rule(op="all", rules=(parents, Rule(op="is", item="arr_SQ001", value=1)))
    no = (Rule(op="is", item="arr_SQ001", value=2), Rule(op="is", item="arr_SQ002", value=2))
    assert instrument.sections[1].visible_if == Rule(op="any", rules=no)
    assert [(one.value, one.text["de"]) for one in instrument.options(symptoms)] == [(1, "Husten"), (2, "Fever")]
    assert why.visible_if == Rule(op="is", item="sym", value=1)


def test_all_faults_are_told_at_once_with_their_rows() -> None:
    content = structure(
        ["1", "Q", "L", "early", "1", "Too early", "", "en"],
        ["1", "G", "", "Home", "", "", "", "en"],
        ["2", "Q", "D", "born", "1", "Born?", "", "en"],
        ["3", "Q", "L", "none", "1", "No answers", "", "en", "N", "Y"],
        ["4", "Q", "S", "late", "today() > 1", "", "", "en"],
        ["5", "Z", "", "x", "", "", "", "en"],
        ["1", "G", "", "Hem", "", "", "", "sv"],
        ["2", "Q", "D", "bron", "1", "Född?", "", "sv"],
    )
    with pytest.raises(NotRead) as refused:
        read(content, FRAME)
    assert sorted((fault.code, fault.place) for fault in refused.value.faults) == sorted(
        [
            ("order_differs", "B2"),
            ("unknown_item_type", "C4"),
            ("unknown_item_type", "J5"),
            ("missing_key", "D5"),
            ("missing_text", "F6"),
            ("expression", "E6"),
            ("unknown_key", "B7"),
            ("order_differs", "D8"),
        ]
    )


@pytest.mark.parametrize("content", [b"", b"a\tb\n", "class\tname\ttext\tå".encode("latin-1"), b"\x00\x01"])
def test_what_is_no_structure_is_refused(content: bytes) -> None:
    with pytest.raises(NotRead):
        read(content, FRAME)


def test_a_question_with_hundreds_of_answers_is_told() -> None:
    answers = [["2", "A", "0", str(code), "", "x", "", "en"] for code in range(200)]
    group, asked = ["1", "G", "", "Home", "", "", "", "en"], ["2", "Q", "L", "q", "1", "?", "", "en"]
    with pytest.raises(NotRead) as refused:
        read(structure(group, asked, *answers), FRAME)
    assert [(fault.code, fault.place) for fault in refused.value.faults] == [("too_large", "D3")]


WORDS = ["", "S", "SL", "G", "Q", "SQ", "A", "L", "K", "F", "N", "x", "1", 'x == "1"', "en", "sv", "Y", "a|b|c"]


@given(st.lists(st.lists(st.sampled_from(WORDS), min_size=10, max_size=10), max_size=12))
@settings(max_examples=150, deadline=None)
def test_a_reader_never_fails_otherwise_whatever_stands_in_the_cells(lines: list[list[str]]) -> None:
    with contextlib.suppress(NotRead):
        check_document(document_of({**read(structure(*lines), FRAME)}))
