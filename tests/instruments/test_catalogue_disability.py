"""What the six user surveys in disability services promise beyond every user survey: few steps, pictures, own words."""

from __future__ import annotations

from itertools import combinations

import pytest

from instruments.load import load
from instruments.model import Instrument, ItemType, Picture, Variant
from instruments.symbols import find_symbol

SERVICES = (
    "group-home",
    "serviced-flats",
    "daily-activity",
    "personal-assistance",
    "housing-support",
    "occupation",
)
AREAS = {"self-determination", "treatment", "safety", "well-being", "communication"}
INSTRUMENTS = {service: load(f"user-survey-{service}").instrument for service in SERVICES}

each = pytest.mark.parametrize("instrument", INSTRUMENTS.values(), ids=SERVICES)


def pictures(instrument: Instrument) -> list[Picture]:
    """Every picture of the instrument, those of its answers too."""
    on_items = [item.picture for item in instrument.items]
    on_options = [option.picture for answer_set in instrument.answer_sets for option in answer_set.options]
    return [picture for picture in (*on_items, *on_options) if picture]


@each
def test_every_quality_area_is_a_scale_of_two_questions_or_more(instrument: Instrument) -> None:
    assert set(instrument.scales_by_id) >= AREAS
    assert all(len(scale.items) >= 2 for scale in instrument.scales)
    assert 8 <= len(instrument.scored_items) <= 15


@each
def test_every_scored_question_has_three_steps_of_which_the_best_counts(instrument: Instrument) -> None:
    """One range for all: a report ranks scales by their means."""
    assert {(scale.minimum, scale.maximum, scale.positive_from) for scale in instrument.scales} == {(1, 3, 3)}
    for item in instrument.scored_items:
        assert [option.value for option in instrument.options(item)] == [3, 2, 1, 9]
        assert [option.text["sv"] for option in instrument.options(item) if option.missing] == ["Vet inte"]


@each
def test_questions_and_their_answers_have_pictures(instrument: Instrument) -> None:
    for item in instrument.items:
        if item.background:
            continue
        assert item.picture, item.id
        assert all(option.picture for option in instrument.options(item)), item.id
    assert all(find_symbol(picture.file) for picture in pictures(instrument))


def test_a_picture_is_described_in_the_same_short_words_everywhere() -> None:
    said: dict[str, dict[str, str]] = {}
    for instrument in INSTRUMENTS.values():
        for picture in pictures(instrument):
            assert said.setdefault(picture.file, picture.alt) == picture.alt, picture.file
            assert all(len(text) <= 60 for text in picture.alt.values())


@each
def test_no_two_questions_have_the_same_picture(instrument: Instrument) -> None:
    files = [item.picture.file for item in instrument.scored_items if item.picture]
    assert len(set(files)) == len(files)


@each
def test_easy_words_come_first_where_most_who_are_asked_need_them(instrument: Instrument) -> None:
    easy_first = instrument.id.removeprefix("user-survey-") in ("group-home", "serviced-flats", "daily-activity")
    assert (instrument.variants[0] is Variant.EASY) == easy_first


@each
def test_who_helped_is_told_only_as_alone_or_helped(instrument: Instrument) -> None:
    helped = instrument.items_by_id["helped"]
    assert helped.coarsen == ((1,), (2, 3, 4))
    assert [item.id for item in instrument.background_items] == ["gender", "helped"]
    assert [item.id for item in instrument.items if item.type is ItemType.LONG_TEXT] == ["C01"]


def test_an_id_means_the_same_area_in_every_service() -> None:
    area: dict[str, str] = {}
    for instrument in INSTRUMENTS.values():
        for scale in instrument.scales:
            for item_id in scale.item_ids:
                assert area.setdefault(item_id, scale.id) == scale.id, item_id


@pytest.mark.parametrize(("one", "other"), list(combinations(SERVICES, 2)))
@pytest.mark.parametrize("language", ["sv", "en"])
def test_each_service_is_asked_about_in_words_of_its_own(one: str, other: str, language: str) -> None:
    """Few questions are worded alike in two services: the person meets the staff by the name they have there."""
    texts = [{item.text[language] for item in INSTRUMENTS[service].scored_items} for service in (one, other)]
    assert len(texts[0] & texts[1]) <= 2
