"""Visibility: one row an operator and case, and a path that is a pure function of the answers."""

from __future__ import annotations

import copy
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tiny_instruments import tiny

from instruments.model import Answer, Rule
from instruments.path import answers_on_path, visible_items, visible_sections
from instruments.rules import OPERATORS, holds

ONE = Rule(op="is", item="Q1", value=1)
TWO = Rule(op="is", item="Q2", value=2)

TRUTH: list[tuple[Rule, dict[str, Answer], bool]] = [
    (ONE, {"Q1": 1}, True),
    (ONE, {"Q1": 2}, False),
    (ONE, {}, False),
    (ONE, {"Q1": (1, 3)}, True),
    (Rule(op="is_not", item="Q1", value=1), {"Q1": 2}, True),
    (Rule(op="is_not", item="Q1", value=1), {"Q1": (1, 2)}, False),
    (Rule(op="is_not", item="Q1", value=1), {"Q1": None}, False),
    (Rule(op="any_of", item="Q1", value=(1, 3)), {"Q1": 3}, True),
    (Rule(op="any_of", item="Q1", value=(1, 3)), {"Q1": (2, 4)}, False),
    (Rule(op="at_least", item="Q1", value=3), {"Q1": 3}, True),
    (Rule(op="at_least", item="Q1", value=3), {"Q1": 2.5}, False),
    (Rule(op="at_least", item="Q1", value=3), {"Q1": "5"}, False),
    (Rule(op="at_most", item="Q1", value=3), {"Q1": 3}, True),
    (Rule(op="at_most", item="Q1", value=3), {"Q1": 4}, False),
    (Rule(op="answered", item="Q1"), {"Q1": 0}, True),
    (Rule(op="answered", item="Q1"), {"Q1": ""}, False),
    (Rule(op="answered", item="Q1"), {"Q1": ()}, False),
    (Rule(op="all", rules=(ONE, TWO)), {"Q1": 1, "Q2": 2}, True),
    (Rule(op="all", rules=(ONE, TWO)), {"Q1": 1, "Q2": 1}, False),
    (Rule(op="any", rules=(ONE, TWO)), {"Q1": 1}, True),
    (Rule(op="any", rules=(ONE, TWO)), {"Q1": 2}, False),
    (Rule(op="not", rules=(ONE,)), {"Q1": 2}, True),
    (Rule(op="not", rules=(ONE,)), {}, True),
    (Rule(op="not", rules=(ONE,)), {"Q1": 1}, False),
]


@pytest.mark.parametrize(("rule", "answers", "expected"), TRUTH)
def test_truth_table(rule: Rule, answers: dict[str, Answer], expected: bool) -> None:
    assert holds(rule, answers) is expected


def test_the_table_of_operators_is_the_one_of_the_model() -> None:
    assert set(get_args(Rule.model_fields["op"].annotation)) == OPERATORS
    assert {rule.op for rule, _, _ in TRUTH} == OPERATORS


# Q1 opens Q2, which opens Q3; a second section hangs on Q3.
BRANCHING = tiny(
    [],
    sections=[
        {
            "id": "first",
            "title": {"sv": "Först"},
            "items": [
                {"id": "Q1", "text": {"sv": "?"}, "answer_set": "steps"},
                {
                    "id": "Q2",
                    "text": {"sv": "?"},
                    "answer_set": "steps",
                    "visible_if": {"op": "at_least", "item": "Q1", "value": 3},
                },
                {
                    "id": "Q3",
                    "text": {"sv": "?"},
                    "answer_set": "steps",
                    "visible_if": {"op": "is", "item": "Q2", "value": 1},
                },
            ],
        },
        {
            "id": "second",
            "title": {"sv": "Sedan"},
            "visible_if": {"op": "answered", "item": "Q3"},
            "items": [{"id": "Q4", "text": {"sv": "?"}, "type": "long_text"}],
        },
    ],
)


def shown(answers: dict[str, Answer]) -> list[str]:
    return [item.id for item in visible_items(BRANCHING, answers)]


def test_an_answer_off_the_path_opens_nothing_and_is_not_lost() -> None:
    answers: dict[str, Answer] = {"Q1": 5, "Q2": 1, "Q3": 2, "Q4": "text"}
    assert shown(answers) == ["Q1", "Q2", "Q3", "Q4"]
    answers["Q1"] = 1
    assert shown(answers) == ["Q1"]
    assert answers_on_path(BRANCHING, answers) == {"Q1": 1}
    answers["Q1"] = 5
    assert answers_on_path(BRANCHING, answers) == answers


def test_a_section_without_visible_items_is_not_shown() -> None:
    pairs = visible_sections(BRANCHING, {"Q1": 5, "Q2": 1})
    assert [(section.id, [item.id for item in items]) for section, items in pairs] == [("first", ["Q1", "Q2", "Q3"])]


def test_branches_tells_whether_everybody_is_asked_the_same() -> None:
    assert BRANCHING.branches
    assert not tiny([{"id": "Q1"}]).branches


any_answer = st.one_of(
    st.none(), st.integers(), st.floats(), st.text(max_size=3), st.tuples(st.integers(1, 5), st.integers(1, 5))
)


@given(st.dictionaries(st.sampled_from(["Q1", "Q2", "Q3", "Q4", "gone"]), any_answer))
def test_visible_items_is_pure_and_total(answers: dict[str, Answer]) -> None:
    """Whatever is stored: no error, nothing changed, the same path twice, in the order asked."""
    kept = copy.deepcopy(answers)
    first = visible_items(BRANCHING, answers)
    assert visible_items(BRANCHING, answers) == first
    assert repr(answers) == repr(kept)
    order = [item.id for item in BRANCHING.items]
    assert [item.id for item in first] == [item_id for item_id in order if item_id in {item.id for item in first}]
    assert first[0].id == "Q1"


@given(st.dictionaries(st.sampled_from(["Q1", "Q2", "Q3"]), st.integers(1, 5)))
def test_what_is_off_the_path_never_changes_the_path(answers: dict[str, Answer]) -> None:
    assert visible_items(BRANCHING, answers_on_path(BRANCHING, answers)) == visible_items(BRANCHING, answers)
