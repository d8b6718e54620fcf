"""LIX worked out by hand, on texts that try how words and sentences are told apart; and what an easy text may be."""

from __future__ import annotations

from typing import Any

import pytest

from instruments.check import check_document
from instruments.document import document_of
from instruments.readability import Counts, count, longest_sentence, total

# Text, words, sentences, long words (more than six letters), LIX: all counted by hand.
BY_HAND = [
    # 10 / 2 + 100 * 1 / 10: only "behöver" has more than six letters.
    ("Vi vill veta hur du mår. Du behöver inte svara.", 10, 2, 1, 15.0),
    # 9 / 1 + 100 * 4 / 9: förutsättningar, beslutet, ekonomiskt, bistånd.
    ("Här står förutsättningar för beslutet om ekonomiskt bistånd nu.", 9, 1, 4, 9 + 400 / 9),
    # Six letters is not long, seven is.
    ("handla handlar", 2, 1, 1, 2 + 50),
    # A colon ends a sentence (Björnsson), one inside a word or a number does not; nor does a decimal point.
    ("Välj en sak: den 3:e eller 1.5 procent.", 8, 2, 1, 4 + 12.5),
    # A hyphen joins one word, and only its letters count: e-posten has seven.
    ("e-posten, don't!", 2, 1, 1, 52.0),
    # A list without full stops: each line is a sentence.
    ("Äta\nSova\n\nLeka", 3, 3, 0, 1.0),
    ("Verkligen?! (Ja.) Mår du bra …", 5, 3, 1, 5 / 3 + 20),
    ("… 🙂 !", 0, 0, 0, 0.0),
    ("", 0, 0, 0, 0.0),
]


@pytest.mark.parametrize(("text", "words", "sentences", "long_words", "lix"), BY_HAND)
def test_lix_is_what_a_hand_works_out(text: str, words: int, sentences: int, long_words: int, lix: float) -> None:
    counted = count(text)
    assert counted == Counts(words, sentences, long_words)
    assert counted.lix == pytest.approx(lix, abs=1e-12)


def test_texts_together_are_weighed_by_their_words() -> None:
    together = total(count(text) for text, *_ in BY_HAND[:2])
    assert together == Counts(19, 3, 5)
    assert together.lix == pytest.approx(19 / 3 + 500 / 19)
    assert total([]).lix == 0


def test_longest_sentence() -> None:
    assert longest_sentence("En två tre. En två tre fyra fem! En") == 5
    assert longest_sentence(" ") == 0


def faults(easy: dict[str, str] | None, **item: Any) -> list[str]:
    """Codes of an instrument in two languages and two variants, with one item beside an easy one."""
    both = {"sv": "Hur är det med dig i dag?", "en": "How are you doing these days?"}
    asked: dict[str, Any] = {"id": "Q1", "type": "short_text", "text": both, **item}
    content: dict[str, Any] = {
        "id": "tiny",
        "version": "2026.1",
        "languages": ["sv", "en"],
        "variants": ["standard", "easy"],
        "title": both,
        "introduction": both,
        "minutes": 1,
        "provenance": {"wording": "own", "sources": ["A test."], "licence": "None.", "notice": both},
        "sections": [{"id": "s", "title": both, "items": [asked | ({"easy": easy} if easy else {})]}],
    }
    return [fault.code for fault in check_document(document_of(content))[1]]


def test_an_easy_text_has_no_sentence_of_more_than_15_words_in_any_language() -> None:
    words = "en två tre fyra fem sex en två tre fyra fem sex en två tre"
    assert faults({"sv": words, "en": "Yes?"}) == []
    assert faults({"sv": words + ". En två.", "en": "Yes?"}) == []
    assert faults({"sv": words + " fyra", "en": "Yes?"}) == ["easy_too_hard"]


def test_one_long_word_in_a_short_text_is_no_fault() -> None:
    assert faults({"sv": "Förstår du handläggaren?", "en": "Understanding?"}) == []


def test_a_hard_text_in_either_language_is_told_once_for_itself_and_once_for_all() -> None:
    hard = (
        "Considering circumstances surrounding decisions, municipality employees communicate understandably, yes or no?"
    )
    assert faults({"sv": "Är det bra?", "en": hard}) == ["easy_too_hard", "easy_too_hard"]


def test_what_is_only_read_and_background_may_do_without_if_their_own_text_is_easy() -> None:
    long = " ".join(["ord"] * 16)
    assert faults(None) == ["easy_missing"]
    assert faults(None, type="statement") == []
    assert faults(None, type="number", background=True) == []
    assert faults(None, type="statement", text={"sv": long, "en": "Yes."}) == ["easy_too_hard"]
