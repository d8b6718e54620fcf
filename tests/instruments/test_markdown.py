"""The little Markdown: four things, and all else as it is written."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from instruments.markdown import Bullets, Mark, Paragraph, Span, parse, plain

S, E, N = Mark.STRONG, Mark.EMPHASIS, Mark.NONE
LITERAL = (
    *("2*3*4", "a**b**c", "* ej *", "** ej **", "*", "**", "***", "*öppen", "***tre***", "**a*b**", "# rubrik"),
    *("1. ett", "`kod`", "[länk](http://x)", "<b>x</b>", "&amp;", "_x_", "{{ x }}", "-utan blanksteg", "> citat"),
)


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        ("Vanlig text", [("Vanlig text", N)]),
        ("**Fet** text", [("Fet", S), (" text", N)]),
        ("en *lutad* och **två ord**.", [("en ", N), ("lutad", E), (" och ", N), ("två ord", S), (".", N)]),
        ("(*så*)", [("(", N), ("så", E), (")", N)]),
        ("en\nrad till", [("en rad till", N)]),
    ],
)
def test_bold_and_emphasis(text: str, spans: list[tuple[str, Mark]]) -> None:
    assert parse(text) == (Paragraph(tuple(Span(*one) for one in spans)),)


@pytest.mark.parametrize("text", LITERAL)
def test_all_else_is_literal(text: str) -> None:
    assert parse(text) == (Paragraph((Span(text),)),)
    assert plain(text) == text


def test_paragraphs_and_lists() -> None:
    text = "Tänk på:\n- **mat**\n-  sömn\noch mer.\n \n\nSlut."
    assert parse(text) == (
        Paragraph((Span("Tänk på:"),)),
        Bullets(((Span("mat", S),), (Span("sömn"),))),
        Paragraph((Span("och mer."),)),
        Paragraph((Span("Slut."),)),
    )
    assert plain(text) == "Tänk på:\n\n- mat\n- sömn\n\noch mer.\n\nSlut."


@given(st.text(alphabet=st.sampled_from("ab *-\n<&.é\u2028"), max_size=200))
def test_no_word_is_lost_and_no_text_is_a_fault(text: str) -> None:
    letters = [character for character in text if character.isalnum() or character in "<&."]
    assert [character for character in plain(text) if character in set(letters)] == letters
    for block in parse(text):
        lines = (block.line,) if isinstance(block, Paragraph) else block.lines
        assert all(span.text for line in lines for span in line)


@pytest.mark.parametrize("piece", ["*a ", "**", "*a*b", "- ", "\n \n", "**a *b ", " *"])
def test_a_long_text_takes_no_long_time(piece: str) -> None:
    began = time.process_time()
    parse(piece * (20_000 // len(piece)))
    assert time.process_time() - began < 1
