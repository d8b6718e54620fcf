"""Leaving out what a format cannot carry: the result is a sound instrument, and what was left out is said."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from instruments.check import check_document
from instruments.document import parse_document
from instruments.exchange.features import _LEAVE_OUT, DESCRIPTIONS, Feature, dropped, keep
from instruments.exchange.frame import Frame
from instruments.load import load
from instruments.model import Instrument
from instruments.save import to_yaml
from tests.instruments.random_instruments import instruments

FRAME = Frame("frame", "2030.1")
EVERYTHING = frozenset(Feature)
USER_SURVEY = load("user-survey-economic-assistance").instrument

# A scale's range is that of its items' answers, and a slider needs both its ends.
NEEDED_BY = {Feature.RANGES: {Feature.SCALES, Feature.SLIDERS}, Feature.MISSING_OPTIONS: {Feature.SCALES}}


def test_every_feature_can_be_left_out_and_described() -> None:
    assert set(_LEAVE_OUT) == set(DESCRIPTIONS) == set(Feature)


def test_nothing_is_left_out_where_everything_is_carried() -> None:
    assert keep(USER_SURVEY, EVERYTHING, FRAME) == USER_SURVEY
    assert dropped(USER_SURVEY, EVERYTHING, FRAME) == ()


def test_only_what_the_instrument_had_is_said_to_be_dropped() -> None:
    lost = {one.feature for one in dropped(USER_SURVEY, frozenset(), FRAME)}
    assert Feature.EASY in lost
    assert Feature.SCALES in lost
    assert Feature.SLIDERS not in lost
    assert Feature.REFERENCES not in lost


def test_one_language_is_left_where_only_one_is_carried() -> None:
    english = keep(USER_SURVEY, EVERYTHING - {Feature.LANGUAGES}, Frame("x", "2026.1", "en"))
    assert english.languages == ("en",)
    assert english.title == {"en": "How does economic assistance work for you?"}
    assert english.answer_sets[0].options[0].text == {"en": "Never"}


def test_answer_sets_without_names_are_called_after_their_place_and_joined() -> None:
    kept = keep(USER_SURVEY, EVERYTHING - {Feature.ANSWER_SETS}, FRAME)
    assert [one.id for one in kept.answer_sets] == [f"set{n}" for n in range(1, 7)]
    assert kept.items_by_id["I01"].answer_set == kept.items_by_id["T01"].answer_set == "set1"


@given(instruments, st.sets(st.sampled_from(Feature)))
@settings(max_examples=40)
def test_what_is_left_is_sound_and_stays_as_it_is(instrument: Instrument, lost: set[Feature]) -> None:
    lost = lost.union(*(needing for feature, needing in NEEDED_BY.items() if feature in lost))
    carried = EVERYTHING - lost
    kept = keep(instrument, carried, FRAME)
    read, faults = check_document(parse_document(to_yaml(kept).encode()))
    assert faults == ()
    assert read == kept
    assert keep(kept, carried, FRAME) == kept
    assert dropped(kept, carried, FRAME) == ()


@pytest.mark.parametrize("feature", Feature)
def test_each_feature_has_a_description_that_ends_without_a_point(feature: Feature) -> None:
    assert DESCRIPTIONS[feature][0].islower() or DESCRIPTIONS[feature][0] == "'"
    assert not DESCRIPTIONS[feature].endswith(".")
