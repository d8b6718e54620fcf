"""What the catalogue promises of every user survey: asked gently, in both languages, in easy words, and reportable.

Every instrument whose id begins with `user-survey-` is held to it, so that a later one is too.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from instruments.load import CATALOGUE, load_file
from instruments.model import Instrument, Item, ItemType, Localised, Method, Picture, Scale, in_language

SURVEYS = [
    load_file(path).instrument
    for folder in sorted(CATALOGUE.glob("user-survey-*"))
    for path in sorted(folder.glob("*.yaml"))
]
EVERY_SURVEY = pytest.mark.parametrize("survey", SURVEYS, ids=lambda survey: f"{survey.id}-{survey.version}")

SYMBOLS = {path.name for path in (CATALOGUE.parent / "symbols").glob("*.svg")}

PLACED = {"user-survey-foster-home", "user-survey-hvb", "user-survey-supported-accommodation"}
"""To children and young people who live away from home: they are told whom they can turn to."""

INDIVIDUAL_AND_FAMILY = {
    "user-survey-guardians",
    "user-survey-youth",
    "user-survey-economic-assistance",
    "user-survey-substance-use",
}

DISABILITY = {
    "user-survey-group-home",
    "user-survey-serviced-flats",
    "user-survey-daily-activity",
    "user-survey-personal-assistance",
    "user-survey-housing-support",
    "user-survey-occupation",
}

FIRST = {("user-survey-economic-assistance", "2026.1")}
"""Written before surveys had easy introductions and scores in per cent. A version never changes; 2026.2 has both."""

IFO_THEMES = ["information", "accessibility", "treatment", "participation", "change", "overall"]

WITHOUT_DONT_KNOW: dict[str, str] = {}
"""`instrument item` -> why somebody who is asked this can always know. Nobody has needed it yet."""

LONGEST_QUESTION = 140
LONGEST_EASY_QUESTION = 80
LONGEST_ALT = 60
"""Characters: what fits on a phone without scrolling between a question and its answers."""


def asked(survey: Instrument) -> Iterator[Item]:
    return (item for item in survey.items if item.type is not ItemType.STATEMENT)


def pictures(survey: Instrument) -> Iterator[Picture]:
    shown = [item.picture for item in survey.items]
    shown += [option.picture for answer_set in survey.answer_sets for option in answer_set.options]
    return (picture for picture in shown if picture is not None)


def spoken(text: Localised | None) -> Iterator[str]:
    return iter(() if text is None else text.values())


def test_the_services_of_the_plan_have_a_survey() -> None:
    assert {survey.id for survey in SURVEYS} >= INDIVIDUAL_AND_FAMILY | PLACED | DISABILITY


@EVERY_SURVEY
def test_quality_areas_are_scored_as_per_cent_in_the_positive_steps(survey: Instrument) -> None:
    if (survey.id, survey.version) not in FIRST:
        assert {scale.method for scale in survey.scales} == {Method.POSITIVE}


@EVERY_SURVEY
def test_eight_to_fifteen_questions_are_scored(survey: Instrument) -> None:
    assert 8 <= len(survey.scored_items) <= 15
    assert survey.minutes <= 12


@EVERY_SURVEY
def test_swedish_comes_first_then_english(survey: Instrument) -> None:
    assert survey.languages[:2] == ("sv", "en")


@EVERY_SURVEY
def test_gender_and_who_helped_are_the_background(survey: Instrument) -> None:
    """Who helped is published as helped or not: a small group must not show who sat beside somebody."""
    background = {item.id: item for item in survey.background_items}
    assert {"gender", "helped"} <= set(background)
    assert [option.value for option in survey.options(background["gender"])] == [1, 2, 3]
    helped = background["helped"]
    values = [option.value for option in survey.options(helped)]
    assert helped.coarsen == ((1,), tuple(values[1:]))
    assert in_language(survey.options(helped)[0].text, "sv").startswith("Nej")


@EVERY_SURVEY
def test_nobody_has_to_answer_anything(survey: Instrument) -> None:
    assert [item.id for item in asked(survey) if not item.may_decline or item.required] == []


@EVERY_SURVEY
def test_every_scored_question_can_be_answered_with_dont_know(survey: Instrument) -> None:
    for item in survey.scored_items:
        if f"{survey.id} {item.id}" not in WITHOUT_DONT_KNOW:
            unsure = [option.text for option in survey.options(item) if option.missing]
            assert [(text["sv"], text["en"]) for text in unsure] == [("Vet inte", "Don't know")]
            assert survey.options(item)[-1].missing


@EVERY_SURVEY
def test_every_scale_can_be_reported(survey: Instrument) -> None:
    for scale in survey.scales:
        for text in (scale.title, scale.description, scale.low_label, scale.high_label, scale.discuss):
            assert text is not None, scale.id
            assert {"sv", "en"} <= set(text), scale.id
        assert all(text.endswith(".") for text in scale.description.values())
        assert all(text.endswith("?") for text in spoken(scale.discuss))
        assert len(scale.items) >= 2 or scale.id == "overall"
        assert positive_steps_are_the_upper_ones(scale)
    assert len({text for scale in survey.scales for text in spoken(scale.discuss)}) == 2 * len(survey.scales)
    assert survey.subject is not None


def positive_steps_are_the_upper_ones(scale: Scale) -> bool:
    return scale.positive_from is not None and scale.positive_from > (scale.minimum + scale.maximum) / 2


@EVERY_SURVEY
def test_the_scales_of_a_survey_have_one_range(survey: Instrument) -> None:
    """A report names the highest and the lowest scale, which only means something on one range."""
    ranges = {(scale.minimum, scale.maximum) for scale in survey.scales}
    assert len(ranges) == 1
    assert ranges <= {(1, 3), (1, 4), (1, 5)}


@EVERY_SURVEY
def test_every_question_is_scored_or_background_or_in_own_words(survey: Instrument) -> None:
    scored = {item.id for item in survey.scored_items}
    others = [item for item in asked(survey) if item.id not in scored and not item.background]
    assert len(others) <= 1
    assert {item.type for item in others} <= {ItemType.LONG_TEXT}


@pytest.mark.parametrize(
    "survey", [one for one in SURVEYS if one.id in PLACED | {"user-survey-youth"}], ids=lambda survey: survey.id
)
def test_the_young_are_warned_before_they_write_who_they_are(survey: Instrument) -> None:
    """The page and the paper add that no names are written; a form in another tool has only what is said here."""
    [own_words] = [item for item in survey.items if item.type is ItemType.LONG_TEXT]
    for warning in (own_words.help, own_words.easy_help):
        assert warning is not None
        assert "vem du är" in warning["sv"]
        assert "who you are" in warning["en"]


@EVERY_SURVEY
def test_the_wording_is_our_own_and_says_so(survey: Instrument) -> None:
    assert survey.provenance.wording == "own"
    assert any("none of the wording" in source for source in survey.provenance.sources)
    assert "egna ord" in survey.provenance.notice["sv"]
    assert "of their own" in survey.provenance.notice["en"]


@EVERY_SURVEY
def test_the_introduction_says_that_answering_is_free_of_choice_and_of_consequence(survey: Instrument) -> None:
    assert "hoppa över" in survey.introduction["sv"]
    assert "skip" in survey.introduction["en"]


@EVERY_SURVEY
def test_everything_is_said_in_easy_words_too(survey: Instrument) -> None:
    """Background questions may do with their plain words; `check` holds those to the same limits."""
    assert "easy" in survey.variants
    assert survey.easy_introduction or (survey.id, survey.version) in FIRST
    assert [item.id for item in survey.items if not item.easy and not item.background] == []
    assert [section.id for section in survey.sections if section.intro and not section.easy_intro] == []


@EVERY_SURVEY
def test_no_two_questions_have_the_same_words(survey: Instrument) -> None:
    for wordings in ([item.text for item in survey.items], [item.easy or item.text for item in survey.items]):
        for language in survey.languages:
            said = [text[language] for text in wordings]
            assert sorted(said) == sorted(set(said))


@EVERY_SURVEY
def test_questions_are_short_and_end_as_questions(survey: Instrument) -> None:
    for item in asked(survey):
        ends = ("?", "…") if item.background else ("?",)
        assert all(text.endswith(ends) and len(text) <= LONGEST_QUESTION for text in spoken(item.text)), item.id
        assert all(text.endswith(ends) and len(text) <= LONGEST_EASY_QUESTION for text in spoken(item.easy)), item.id
        assert all(text.count("?") <= 1 for text in (*spoken(item.text), *spoken(item.easy))), item.id


@EVERY_SURVEY
def test_what_is_only_read_ends_as_a_sentence(survey: Instrument) -> None:
    read = [survey.introduction, survey.easy_introduction, survey.provenance.notice]
    read += [text for section in survey.sections for text in (section.intro, section.easy_intro)]
    read += [text for item in survey.items for text in (item.help, item.easy_help)]
    statements = [item for item in survey.items if item.type is ItemType.STATEMENT]
    read += [text for item in statements for text in (item.text, item.easy)]
    assert [said for text in read for said in spoken(text) if not said.endswith(".")] == []


@EVERY_SURVEY
def test_pictures_are_there_and_described_alike(survey: Instrument) -> None:
    described: dict[str, Localised] = {}
    for picture in pictures(survey):
        assert picture.file in SYMBOLS
        assert {"sv", "en"} <= set(picture.alt)
        assert all(0 < len(text) <= LONGEST_ALT and not text.endswith(".") for text in picture.alt.values())
        assert described.setdefault(picture.file, picture.alt) == picture.alt


@EVERY_SURVEY
def test_an_answer_set_has_pictures_throughout_or_not_at_all(survey: Instrument) -> None:
    for answer_set in survey.answer_sets:
        shown = [option.picture.file for option in answer_set.options if option.picture]
        assert len(shown) in (0, len(answer_set.options)), answer_set.id
        assert len(set(shown)) == len(shown), answer_set.id


@EVERY_SURVEY
def test_individual_and_family_services_share_their_themes(survey: Instrument) -> None:
    if survey.id in INDIVIDUAL_AND_FAMILY:
        assert [scale.id for scale in survey.scales] == IFO_THEMES


@pytest.mark.parametrize("survey", [one for one in SURVEYS if one.id in PLACED], ids=lambda survey: survey.id)
def test_placed_children_are_told_whom_they_can_turn_to(survey: Instrument) -> None:
    """By everybody, in every variant and language; and that the answers are not read as reports."""
    [told] = [item for item in survey.items if item.type is ItemType.STATEMENT]
    assert told.visible_if is None
    assert all(section.visible_if is None for section in survey.sections)
    for text in (*spoken(told.text), *spoken(told.easy)):
        for number in ("112", "116 111", "020-120 06 06"):
            assert number in text.replace("\N{NO-BREAK SPACE}", " ")
    assert "inte som anmälningar" in survey.introduction["sv"]
    assert "not as reports" in survey.introduction["en"]
    for text in (*spoken(survey.introduction), *spoken(survey.easy_introduction)):
        assert "112" in text
        assert "Bris" in text
