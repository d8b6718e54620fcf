"""What the catalogue promises of its two instruments: structure, own wording, both languages."""

from __future__ import annotations

import pytest

from instruments.load import load
from instruments.model import Instrument, Scale

EBP = load("ebp-thermometer").instrument
USER_SURVEY = load("user-survey-economic-assistance").instrument


def test_37_statements_in_four_scales() -> None:
    assert [(scale.id, len(scale.items)) for scale in EBP.scales] == [
        ("knowledge", 10),
        ("attitude", 14),
        ("conditions", 5),
        ("practice", 8),
    ]
    assert len(EBP.scored_items) == 37
    prefixes = {scale.id: {item_id[0] for item_id in scale.item_ids} for scale in EBP.scales}
    assert prefixes == {"knowledge": {"K"}, "attitude": {"A"}, "conditions": {"C"}, "practice": {"P"}}


def test_reversed_statements_are_in_the_attitude_scale() -> None:
    assert {scale.id: len(scale.reversed_ids) for scale in EBP.scales if scale.reversed_ids} == {"attitude": 5}


def test_background_items() -> None:
    assert [item.id for item in EBP.background_items] == ["role", "area", "years", "education"]
    assert [item.id for item in USER_SURVEY.background_items] == ["gender", "helped"]
    assert all(item.may_decline for item in (*EBP.background_items, *USER_SURVEY.background_items))


def test_statements_are_one_short_sentence_each() -> None:
    for item in EBP.scored_items:
        for text in item.text.values():
            assert len(text) <= 90
            assert text.endswith(".")
            assert text.count(".") == 1
    assert len({text for item in EBP.scored_items for text in item.text.values()}) == 2 * 37


def test_notice_says_whose_wording_it_is_not() -> None:
    assert EBP.provenance.wording == "own"
    for language in EBP.languages:
        assert "Socialstyrelsen" in EBP.provenance.notice[language]
        assert "10, 14, 5" in EBP.provenance.notice[language]
    assert any("inferred" in source for source in EBP.provenance.sources)


def test_every_user_question_can_be_answered_with_dont_know_and_in_easy_words() -> None:
    assert 8 <= len(USER_SURVEY.scored_items) <= 15
    for item in USER_SURVEY.scored_items:
        assert item.easy
        assert [option.text["sv"] for option in USER_SURVEY.options(item) if option.missing] == ["Vet inte"]


@pytest.mark.parametrize(
    ("instrument", "scale"),
    [(one, scale) for one in (EBP, USER_SURVEY) for scale in one.scales],
    ids=lambda part: part.id,
)
def test_every_scale_can_be_reported(instrument: Instrument, scale: Scale) -> None:
    """A report needs the positive steps, a question to talk about and a noun for who answered."""
    assert (scale.minimum, scale.maximum, scale.positive_from) == (1, 5, 4)
    assert scale.discuss
    assert all(text.endswith("?") for text in scale.discuss.values())
    assert instrument.subject
