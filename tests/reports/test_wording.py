"""Numbers as people write them."""

from __future__ import annotations

from string import Formatter

import pytest

from reports import wording
from reports.findings import Estimate, Reason, Verdict
from reports.sentences import SENTENCES
from reports.voice import inside


@pytest.mark.parametrize(
    ("value", "sv", "en"),
    [
        (3.416, "3,42", "3.42"),
        (-0.07, "−0,07", "−0.07"),
        (-0.0001, "0,00", "0.00"),
        # Stored as 0.14499999999999999: to the reader it is 0.145, and halves go up.
        (0.145, "0,15", "0.15"),
        (1234.5, "1\u00a0234,50", "1,234.50"),
        (None, "–", "–"),
    ],
)
def test_number(value: float | None, sv: str, en: str) -> None:
    assert wording.number(value, "sv") == sv
    assert wording.number(value, "en") == en


def test_signed_has_a_plus_but_not_on_nothing() -> None:
    assert [wording.signed(value, "sv") for value in (0.37, -0.37, 0.001)] == ["+0,37", "−0,37", "0,00"]


def test_percent_has_a_space_in_swedish_only() -> None:
    assert (wording.percent(0.734, "sv"), wording.percent(0.734, "en")) == ("73\u00a0%", "73%")


def test_ranges_never_let_two_dashes_meet() -> None:
    assert wording.span(0.16, 0.58, "sv") == "0,16–0,58"
    assert wording.span(-0.1, 0.26, "sv") == "−0,10–0,26"
    assert wording.span(-0.31, -0.17, "sv") == "−0,31 till −0,17"
    assert wording.span(-0.31, -0.17, "en") == "−0.31 to −0.17"


def test_estimates() -> None:
    assert wording.estimate(Estimate(3.42, 3.21, 3.63, 60), "sv") == "3,42 (3,21–3,63)"
    assert wording.estimate(Estimate(3.42, None, None, 7), "sv") == "3,42"
    assert wording.signed_estimate(Estimate(0.37, 0.16, 0.58, 60), "sv") == "+0,37 (0,16–0,58)"
    assert wording.estimate(Estimate(None, None, None, None, Reason.TOO_FEW), "sv") == "för få svar"


def test_verdict_words() -> None:
    assert [wording.verdict(verdict, "sv") for verdict in Verdict] == [
        "ökning",
        "minskning",
        "oförändrat",
        "kan inte avgöras",
    ]


@pytest.mark.parametrize("language", ["sv", "en"])
def test_every_reason_and_verdict_has_words(language: str) -> None:
    assert all(wording.reason(reason, language) for reason in Reason)
    assert all(wording.comparison(verdict, language) for verdict in Verdict)


def test_every_sentence_is_in_both_languages_with_the_same_facts() -> None:
    for key, texts in SENTENCES.items():
        assert texts.keys() == {"sv", "en"}, key
        # "är" and "are" are grammar, not facts.
        facts = [
            {name.lower() for _, name, _, _ in Formatter().parse(text) if name} - {"are", "we"}
            for text in texts.values()
        ]
        assert facts[0] == facts[1], key


def test_no_sentence_names_a_cause() -> None:
    causes = ("därför att", "eftersom", "tack vare", "på grund av", "beror på att", "because", "thanks to", "due to")
    for texts in SENTENCES.values():
        for text in texts.values():
            assert not any(cause in text.lower() for cause in causes), text


def test_names_inside_a_sentence() -> None:
    assert [inside(name) for name in ("Kunskap", "Well-being", "Hösten 2024", "EBP hösten 2024", "2024")] == [
        "kunskap",
        "well-being",
        "hösten 2024",
        "EBP hösten 2024",
        "2024",
    ]


def test_a_language_without_words_is_refused() -> None:
    with pytest.raises(ValueError, match="not in 'fi'"):
        wording.language_of("fi")
