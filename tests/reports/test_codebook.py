"""The codebook: it says everything, in every language, the same each time, and cuts nothing off."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from pypdf import PdfReader

from instruments.columns import columns_of
from instruments.load import LoadedInstrument, catalogue, digest_of, load
from instruments.model import Instrument
from reports.codebook import codebook_markdown, codebook_of
from reports.codebook_texts import _EN, _SV
from reports.pdf.codebook import codebook_pdf
from tests.instruments.random_instruments import instruments
from tests.instruments.tiny_instruments import scale_of, tiny

GOLDEN = Path(__file__).with_name("golden_codebook.md")


def _loaded(instrument: Instrument) -> LoadedInstrument:
    return LoadedInstrument(instrument, digest_of(instrument), None)


def _small() -> LoadedInstrument:
    """Something of everything that a codebook has words for."""
    items: list[dict[str, object]] = [
        {"id": "K01", "may_decline": True, "label": {"sv": "Trivs"}},
        {"id": "K02", "required": True, "help": {"sv": "Tänk på *i dag* | i går."}},
        {
            "id": "M01",
            "type": "multiple_choice",
            "answer_set": "steps",
            "background": True,
            "coarsen": [[1, 2], [3, 4]],
        },
        {"id": "N01", "type": "number", "minimum": 0, "visible_if": {"op": "any_of", "item": "K01", "value": [1, 2]}},
        {"id": "T01", "type": "long_text"},
        {"id": "S01", "type": "statement"},
    ]
    scale = scale_of("K01", "K02", reversed_ids=("K02",), positive_from=4)
    return _loaded(tiny(items, scales=[scale], equivalences=[{"version": "2025.1", "items": {"K01": "same"}}]))


def _pages(content: bytes) -> list[str]:
    return [" ".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(content)).pages]


def test_a_small_codebook_word_for_word() -> None:
    written = codebook_markdown(_small(), "sv")
    assert written == GOLDEN.read_text(encoding="utf-8")


def test_both_languages_have_the_same_words() -> None:
    assert set(_SV) == set(_EN)


@pytest.mark.parametrize("language", ["sv", "en"])
@pytest.mark.parametrize("loaded", catalogue(), ids=lambda loaded: loaded.instrument.id)
def test_every_instrument_of_the_catalogue_has_one(loaded: LoadedInstrument, language: str) -> None:
    markdown, pages = codebook_markdown(loaded, language), _pages(codebook_pdf(loaded, language))
    text = " ".join(pages)
    for column in columns_of(loaded.instrument):
        assert f"| {column.name} |" in markdown
        assert column.name in text
    assert loaded.digest in markdown
    assert loaded.digest in text
    assert pages[-1].endswith(f"{len(pages)} {'av' if language == 'sv' else 'of'} {len(pages)}")


@given(instruments)
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_instrument_has_one_that_names_every_column(instrument: Instrument) -> None:
    loaded = _loaded(instrument)
    for language in ("sv", "en"):
        markdown = codebook_markdown(loaded, language)
        assert all(f"| {column.name} |" in markdown for column in columns_of(instrument))
        rows = [line for line in markdown.splitlines() if line.startswith("|")]
        assert all(line.endswith("|") for line in rows)
    text = " ".join(_pages(codebook_pdf(loaded, "en")))
    assert all(column.name in text for column in columns_of(instrument))


def test_the_same_instrument_gives_the_same_bytes_and_only_our_fonts() -> None:
    loaded = load("user-survey-economic-assistance")
    written = codebook_pdf(loaded, "sv")
    assert codebook_pdf(loaded, "sv") == written
    assert b"Helvetica" not in written
    reader = PdfReader(io.BytesIO(written))
    assert reader.metadata is not None
    assert reader.metadata.title == f"Kodbok: {loaded.instrument.title['sv']}"


def test_contents_name_the_pages_that_chapters_stand_on() -> None:
    pages = _pages(codebook_pdf(_small(), "en"))
    reader = PdfReader(io.BytesIO(codebook_pdf(_small(), "en")))
    outline = {
        str(entry.title): reader.get_destination_page_number(entry)
        for entry in reader.outline
        if not isinstance(entry, list)
    }
    assert list(outline)[:3] == ["About the instrument", "Sources and licence", "Scales"]
    for title, page in outline.items():
        assert title in pages[page or 0]
    last = list(outline)[-1]
    assert f"{last} " in pages[0]
    assert f". {(outline[last] or 0) + 1}" in pages[0]


def test_long_texts_are_not_cut_off() -> None:
    words = " ".join(f"ord{number}" for number in range(250))
    unbroken = "x" * 1990 + "slutet"
    items: list[dict[str, object]] = [
        {"id": "K01", "text": {"sv": words}, "label": {"sv": "Lång"}, "help": {"sv": unbroken}}
    ]
    text = "".join(_pages(codebook_pdf(_loaded(tiny(items)), "sv"))).replace(" ", "")
    assert all(f"ord{number}" in text for number in range(250))
    assert "slutet" in text
    assert text.count("x") >= 1990


def test_letters_that_the_typeface_lacks_are_said_and_stand_in_the_markdown() -> None:
    item: dict[str, object] = {"id": "K01", "text": {"sv": "\u0633\u0644\u0627\u0645"}}
    loaded = _loaded(tiny([item, {"id": "K02", "text": {"sv": "Bra \u2603 \u043c\u0438\u0440"}}]))
    text = " ".join(_pages(codebook_pdf(loaded, "sv")))
    assert "Texten har tecken som saknas" in text
    assert "Bra \ufffd \u043c\u0438\u0440" in text
    assert "\u0633\u0644\u0627\u0645" in codebook_markdown(loaded, "sv")


def test_another_language_of_headings_is_refused() -> None:
    with pytest.raises(ValueError, match="sv and en"):
        codebook_of(_small(), "fi")
