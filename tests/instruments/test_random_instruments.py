"""What must hold for any valid instrument and any answers: paths are pure and total, scores equal a plain reference."""

from __future__ import annotations

import copy
import math
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from instruments.model import Answer, Instrument, Item, ItemType, Method, MissingRule, Rule, Scale
from instruments.path import answers_on_path, visible_items, visible_sections
from instruments.scoring import score_all
from tests.instruments.random_instruments import instruments

rubbish: st.SearchStrategy[Any] = st.one_of(
    st.none(),
    st.integers(-3, 120),
    st.floats(),
    st.text(max_size=3),
    st.lists(st.integers(0, 9)).map(tuple),
    st.booleans(),
)


@st.composite
def cases(draw: st.DrawFn) -> tuple[Instrument, dict[str, Answer], int]:
    """An instrument, answers of which most could have been given, and a seed."""
    instrument = draw(instruments)
    answers: dict[str, Answer] = {}
    for item in instrument.items:
        values = [option.value for option in instrument.options(item)]
        likely = st.sampled_from(values) if values else st.integers(item.minimum or 0, item.maximum or 9)
        if draw(st.integers(0, 4)):
            answers[item.id] = draw(likely if draw(st.integers(0, 5)) else rubbish)
    if draw(st.booleans()):
        answers["nobody-asked"] = draw(rubbish)
    return instrument, answers, draw(st.integers(0, 65_535))


@given(cases())
@settings(max_examples=50)
def test_the_path_is_pure_and_total(case: tuple[Instrument, dict[str, Answer], int]) -> None:
    instrument, answers, seed = case
    before = copy.deepcopy(answers)
    path = visible_items(instrument, answers)
    assert repr(answers) == repr(before)
    assert visible_items(instrument, answers) == path
    order = {item.id: place for place, item in enumerate(instrument.items)}
    assert [order[item.id] for item in path] == sorted(order[item.id] for item in path)
    shuffled = visible_items(instrument, answers, seed)
    assert {item.id for item in shuffled} == {item.id for item in path}
    assert [item for _, items in visible_sections(instrument, answers, seed) for item in items] == list(shuffled)


@given(cases())
@settings(max_examples=50)
def test_the_path_is_what_a_plain_reading_gives(case: tuple[Instrument, dict[str, Answer], int]) -> None:
    instrument, answers, _ = case
    shown: dict[str, Answer] = {}
    for section in instrument.sections:
        if plainly(section.visible_if, shown):
            for item in section.items:
                if plainly(item.visible_if, shown):
                    shown[item.id] = answers.get(item.id)
    assert [item.id for item in visible_items(instrument, answers)] == list(shown)
    assert set(answers_on_path(instrument, answers)) == set(shown) & set(answers)


def plainly(rule: Rule | None, answers: dict[str, Answer]) -> bool:
    """The meaning of a rule, written a second time."""
    if rule is None:
        return True
    if rule.op == "all":
        return not [part for part in rule.rules if not plainly(part, answers)]
    if rule.op == "any":
        return bool([part for part in rule.rules if plainly(part, answers)])
    if rule.op == "not":
        return not plainly(rule.rules[0], answers)
    answer = answers.get(rule.item or "")
    if answer is None or answer in ("", ()):
        return False
    given = answer if isinstance(answer, tuple) else (answer,)
    wanted = rule.value if isinstance(rule.value, tuple) else (rule.value,)
    if rule.op == "answered":
        return True
    if rule.op in ("at_least", "at_most"):
        if not isinstance(answer, int | float) or not isinstance(rule.value, int | float):
            return False
        return answer >= rule.value if rule.op == "at_least" else answer <= rule.value
    met = any(one == value for one in given for value in wanted)
    return not met if rule.op == "is_not" else met


@given(cases())
@settings(max_examples=50)
def test_scores_equal_a_plain_reference(case: tuple[Instrument, dict[str, Answer], int]) -> None:
    instrument, answers, _ = case
    counted = answers_on_path(instrument, answers)
    found = score_all(instrument, [answers])
    assert set(found) == {scale.id for scale in instrument.scales}
    for scale in instrument.scales:
        expected = plain_score(instrument, scale, counted)
        assert len(found[scale.id]) == 1
        if expected is None:
            assert math.isnan(found[scale.id][0])
        else:
            assert math.isclose(found[scale.id][0], expected, rel_tol=1e-12)


def plain_score(instrument: Instrument, scale: Scale, answers: dict[str, Answer]) -> float | None:
    """Mean or sum of the answered items, turned round where reversed; None if too few are answered."""
    values = []
    for entry in scale.items:
        value = plain_number(instrument, instrument.items_by_id[entry.item], answers.get(entry.item))
        if value is not None:
            values.append(scale.maximum + scale.minimum - value if entry.reversed else value)
    needed = len(scale.items) if scale.missing is MissingRule.COMPLETE else math.ceil(len(scale.items) / 2)
    if len(values) < needed:
        return None
    if scale.method is Method.POSITIVE:
        return 100 * len([value for value in values if value >= (scale.positive_from or 0)]) / len(values)
    mean = sum(values) / len(values)
    return mean * len(scale.items) if scale.method is Method.SUM else mean


def plain_number(instrument: Instrument, item: Item, answer: Answer) -> float | None:
    """The number that counts, or None: no answer, an option that is missing, or nothing that the item can have."""
    if isinstance(answer, bool) or not isinstance(answer, int | float):
        return None
    if item.type is ItemType.SINGLE_CHOICE:
        scored = [option.value for option in instrument.options(item) if not option.missing]
        return answer if answer in scored else None
    low, high = item.minimum, item.maximum
    return answer if (low is None or answer >= low) and (high is None or answer <= high) else None
