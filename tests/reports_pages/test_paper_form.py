"""Paper forms: every question of every instrument is there, whole and with its codes; all copies are alike."""

from __future__ import annotations

import re
from copy import deepcopy
from io import BytesIO
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from pages_text import placed_texts
from pypdf import PdfReader

from instruments.load import LoadedInstrument, catalogue, digest_of, load
from instruments.model import Instrument, ItemType, Variant, in_language, item_text, option_text
from instruments.symbols import find_symbol
from reports import fonts
from reports.pdf.paper_form import PaperHead, PaperPromise, paper_form
from reports.pdf.paper_rules import RuleWriter
from reports.pdf.styles import PAGE_WIDTH, SIDE
from tests.instruments.random_instruments import instruments, sound


def text_in(pdf: bytes) -> str:
    """All that the pages say, without white space: a line may break anywhere."""
    return re.sub(r"\s", "", "".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages))


def loaded_from(instrument: Instrument) -> LoadedInstrument:
    return LoadedInstrument(instrument, digest_of(instrument), None)


def bare(text: str) -> str:
    return re.sub(r"\s", "", text)


def unprintable(loaded: LoadedInstrument, language: str, variant: Variant) -> str:
    """The letters of the form's texts that the house's typeface does not have."""
    instrument = loaded.instrument
    texts = [item_text(item, language, variant) for item in instrument.items]
    texts += [option_text(one, language, variant) for item in instrument.items for one in instrument.options(item)]
    texts += [in_language(section.title, language) for section in instrument.sections]
    return "".join(
        sorted({one for text in texts for one in text if ord(one) not in fonts.signs() and not one.isspace()})
    )


@settings(max_examples=20, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(instruments)
def test_any_instrument_becomes_a_form_that_names_every_question(instrument: Instrument) -> None:
    """Letters that run from right to left are taken out of the pages in another order: those are only counted."""
    for variant in instrument.variants:
        for language in instrument.languages:
            said = text_in(paper_form(loaded_from(instrument), language, variant, symbols=find_symbol))
            for item in instrument.items:
                asked = bare(item_text(item, language, variant))
                assert asked in said or not asked.isascii(), asked
                assert set(asked) <= set(said) or unprintable(loaded_from(instrument), language, variant)


@pytest.mark.parametrize("loaded", catalogue(), ids=lambda one: one.instrument.id)
def test_a_form_of_the_catalogue_says_all_that_it_has_to(loaded: LoadedInstrument) -> None:
    instrument = loaded.instrument
    for variant in instrument.variants:
        for language in instrument.languages:
            said = text_in(paper_form(loaded, language, variant, symbols=find_symbol))
            for item in instrument.items:
                assert bare(item_text(item, language, variant) + item.id) in said or item.type is ItemType.STATEMENT
                for option in instrument.options(item):
                    # The heads of a table break lines column by column.
                    assert all(word in said for word in option_text(option, language, variant).split())
            assert bare(instrument.provenance.notice[language]) in said
            assert f"{instrument.id}{instrument.version}·{loaded.digest[:12]}" in said


@pytest.mark.parametrize("loaded", catalogue(), ids=lambda one: one.instrument.id)
@pytest.mark.parametrize("variant", Variant)
def test_nothing_prints_over_anything_and_nothing_leaves_the_page(loaded: LoadedInstrument, variant: Variant) -> None:
    if variant not in loaded.instrument.variants:
        return
    pages = PdfReader(BytesIO(paper_form(loaded, "sv", variant, symbols=find_symbol))).pages
    for page in pages:
        texts = [one for one in placed_texts(page) if one.text.strip()]
        for number, one in enumerate(texts):
            assert one.left >= SIDE - 1
            assert one.right <= PAGE_WIDTH - SIDE + 1, one.text
            assert not [other.text for other in texts[number + 1 :] if one.overlaps(other)], one.text


def test_no_question_is_split_and_every_page_says_which_it_is() -> None:
    loaded = load("ebp-thermometer")
    pages = PdfReader(BytesIO(paper_form(loaded, "sv", Variant.STANDARD, symbols=find_symbol))).pages
    for number, page in enumerate(pages, start=1):
        said = " ".join(page.extract_text().split())
        assert f"sida {number} av {len(pages)}" in said
    for item in loaded.instrument.items:
        asked = bare(item_text(item, "sv"))
        assert sum(asked in bare(page.extract_text()) for page in pages) == 1


def test_all_copies_are_alike_and_tell_nothing_of_when_they_were_made() -> None:
    loaded = load("user-survey-economic-assistance")
    first, second = (paper_form(loaded, "sv", Variant.EASY, symbols=find_symbol) for _ in range(2))
    assert first == second
    assert "Allapapperärlikadana" in text_in(first)


def test_only_the_houses_fonts_are_named_and_all_are_embedded() -> None:
    pdf = paper_form(load("user-survey-economic-assistance"), "sv", Variant.EASY, symbols=find_symbol)
    for page in PdfReader(BytesIO(pdf)).pages:
        for font in page["/Resources"]["/Font"].values():  # type: ignore[index]
            assert fonts.REGULAR.split("-")[0] in font["/BaseFont"]
            assert "/FontFile2" in font["/FontDescriptor"]


def test_a_round_says_its_promises_and_how_to_hand_the_form_in() -> None:
    head = PaperHead(
        study="EBP i Jämtland",
        round="våren 2027",
        unit="Hemtjänst norr",
        asks="Jämtlands län frågar.",
        hand_in="Lägg det i den blå lådan.",
        promises=(PaperPromise("Vem <b>ser</b> svaren?", "Ingen & ingen.", (("Svar", "mixas"),)),),
    )
    for variant in Variant:
        said = text_in(paper_form(load("user-survey-economic-assistance"), "sv", variant, head, symbols=find_symbol))
        for text in ("EBPiJämtland·våren2027", "Enhet:Hemtjänstnorr", "Läggdetidenblålådan.", "Vem<b>ser</b>svaren?"):
            assert text in said
        assert "Ingen&ingen.•Svar:mixas" in said


BRANCHING = {
    "id": "tiny",
    "version": "2026.1",
    "languages": ["sv", "en"],
    "title": {"sv": "Liten", "en": "Small"},
    "introduction": {"sv": "Frågor.", "en": "Questions."},
    "minutes": 1,
    "provenance": {"wording": "own", "sources": ["-"], "licence": "-", "notice": {"sv": "Egna.", "en": "Own."}},
    "answer_sets": [
        {
            "id": "steps",
            "options": [
                {"value": 1, "text": {"sv": "Nej", "en": "No"}},
                {"value": 2, "text": {"sv": "Kanske", "en": "Perhaps"}},
                {"value": 3, "text": {"sv": "Ja", "en": "Yes"}},
            ],
        }
    ],
    "sections": [
        {
            "id": "all",
            "title": {"sv": "Allt", "en": "All"},
            "items": [
                {"id": "hello", "type": "statement", "text": {"sv": "Hej.", "en": "Hello."}},
                {"id": "a", "text": {"sv": "Första?", "en": "First?"}, "answer_set": "steps"},
                {
                    "id": "m",
                    "type": "multiple_choice",
                    "text": {"sv": "Vilka?", "en": "Which?"},
                    "answer_set": "steps",
                    "may_decline": True,
                },
                {"id": "n", "type": "number", "text": {"sv": "Hur många?", "en": "How many?"}, "minimum": 0},
                {
                    "id": "why",
                    "type": "long_text",
                    "text": {"sv": "Varför?", "en": "Why?"},
                    "visible_if": {"op": "is", "item": "a", "value": 3},
                },
            ],
        }
    ],
}


def one(op: str, item: str, value: object = None) -> dict[str, object]:
    return {"op": op, "item": item, "value": value}


ANSWERED = one("answered", "m")


@pytest.mark.parametrize(
    ("rule", "swedish", "english"),
    [
        (one("is", "a", 3), "du svarade ”Ja” på fråga 1", "you answered “Yes” to question 1"),
        (one("is_not", "a", 3), "du svarade något annat än ”Ja” på fråga 1", None),
        (one("any_of", "a", (1, 2)), "du svarade ”Nej” eller ”Kanske” på fråga 1", None),
        (one("at_least", "a", 2), "du svarade ”Kanske” eller ”Ja” på fråga 1", None),
        (one("at_most", "a", 1), "du svarade ”Nej” på fråga 1", None),
        (one("is", "m", 2), "du kryssade i ”Kanske” på fråga 2", "you crossed “Perhaps” in question 2"),
        (one("is_not", "m", 2), "du svarade på fråga 2 men kryssade inte i ”Kanske”", None),
        (one("answered", "m"), "du svarade på fråga 2", None),
        (one("at_least", "n", 5), "du svarade 5 eller mer på fråga 3", None),
        (one("is", "n", 5), "du skrev 5 på fråga 3", None),
        (
            {
                "op": "all",
                "rules": [one("is", "a", 3), {"op": "any", "rules": [one("answered", "m"), one("is", "n", 1)]}],
            },
            "du svarade ”Ja” på fråga 1 och (du svarade på fråga 2 eller du skrev 1 på fråga 3)",
            None,
        ),
        (
            {"op": "not", "rules": [one("is", "a", 3)]},
            "det inte stämmer att du svarade ”Ja” på fråga 1",
            "it is not true that you answered “Yes” to question 1",
        ),
    ],
)
def test_rules_are_said_in_words(rule: dict[str, object], swedish: str, english: str | None) -> None:
    instrument = sound(BRANCHING)
    wanted = type(instrument.sections[0].items[-1].visible_if).model_validate(rule)
    for language, word, expected in (("sv", "fråga", swedish), ("en", "question", english)):
        names = {item_id: f"{word} {number}" for number, item_id in enumerate(("a", "m", "n", "why"), start=1)}
        if expected is not None:
            assert RuleWriter(instrument, language, Variant.STANDARD, names).condition(wanted) == expected


def test_a_question_says_when_to_answer_it_and_that_several_may_be_crossed() -> None:
    said = text_in(paper_form(loaded_from(sound(BRANCHING)), "sv", Variant.STANDARD, symbols=find_symbol))
    assert "Svarabaraomdusvarade”Ja”påfråga1.Varför?why4Skrivinganamn." in said.replace("4Varför?why", "Varför?why4")
    assert "Dukankryssaiflera." in said
    assert "Skrivetttalsomär0ellermer." in said
    assert said.count("Villintesvara") == 1


def test_the_longest_texts_break_over_pages_and_are_all_there() -> None:
    long = "Ett väldigt långt ord och fler. " * 62
    document: dict[str, Any] = deepcopy(BRANCHING)
    document["answer_sets"][0]["options"] = [
        {"value": value, "text": {"sv": f"Ett långt ord till {value}. " * 5, "en": "x"}} for value in range(1, 41)
    ]
    for item in document["sections"][0]["items"]:
        item |= {"text": {"sv": long + item["id"], "en": "x"}, "help": {"sv": long, "en": "x"}}
        item["label"] = {"sv": item["id"], "en": item["id"]}
    document["sections"][0] |= {"title": {"sv": long, "en": "x"}, "intro": {"sv": long, "en": "x"}}
    document["title"] = document["introduction"] = document["provenance"]["notice"] = {"sv": long, "en": "x"}
    said = text_in(paper_form(loaded_from(sound(document)), "sv", Variant.STANDARD, symbols=find_symbol))
    # Title, introduction, notice, section, its intro; five questions, four of them with help.
    assert said.count("väldigt") == (5 + 5 + 4) * 62
    assert "Ettlångtordtill40.Ettlångtordtill40." in said


def test_longer_texts_have_their_little_markdown_and_nothing_else_is_markup() -> None:
    document: dict[str, Any] = deepcopy(BRANCHING)
    document["introduction"]["sv"] = "Ett **viktigt** ord.\n\n- första <b>\n- andra & sista"
    document["sections"][0]["items"][0]["text"]["sv"] = "*Tänk* på 2*3."
    said = text_in(paper_form(loaded_from(sound(document)), "sv", Variant.STANDARD, symbols=find_symbol))
    assert "Ettviktigtord.•första<b>•andra&sista" in said
    assert "Tänkpå2*3." in said


def test_records_and_cases_promise_no_secrecy() -> None:
    said = text_in(paper_form(load("activity-log"), "sv", Variant.STANDARD, symbols=find_symbol))
    assert "likadana" not in said
    assert "mednamnpådensomlämnardem" in said
