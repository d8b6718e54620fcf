"""What is said never to be shown is never shown, whatever is answered; what can be found out cheaply is found."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, pairwise, product
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from instruments.document import document_of
from instruments.model import Answer, Instrument
from instruments.outline import outline_of
from instruments.path import visible_items
from instruments.reach import unreachable

ASKED: list[dict[str, Any]] = [
    {"id": "A", "answer_set": "steps"},
    {"id": "B", "answer_set": "steps"},
    {"id": "N", "type": "number", "minimum": 0, "maximum": 2},
    {"id": "M", "type": "multiple_choice", "answer_set": "steps"},
    {"id": "S", "type": "statement"},
    {"id": "T", "type": "short_text"},
]
NUMBERS: list[Answer] = [None, 0, 0.5, 1, 1.5, 2]
SUBSETS: list[Answer] = [None, *(chosen for size in (1, 2, 3) for chosen in combinations((1, 2, 3), size))]
ANSWERS: dict[str, list[Answer]] = {
    "A": [None, 1, 2, 3],
    "B": [None, 1, 2, 3],
    "N": NUMBERS,
    "M": SUBSETS,
    "S": [None],
    "T": [None, "x", "z", "another"],
}


def content(sections: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "id": "tiny",
        "version": "2026.1",
        "languages": ["sv"],
        "title": {"sv": "Liten"},
        "introduction": {"sv": "Hej"},
        "minutes": 1,
        "provenance": {"wording": "own", "sources": ["A test."], "licence": "None.", "notice": {"sv": "Prov."}},
        "answer_sets": [{"id": "steps", "options": [{"value": n, "text": {"sv": str(n)}} for n in (1, 2, 3)]}],
        "sections": [{"title": {"sv": "Del"}, **section} for section in sections],
    }


def never_shown(sections: list[dict[str, Any]]) -> list[str]:
    return [owner.id for owner, _reason in unreachable(outline_of(document_of(content(sections))))]


def asked(rules: dict[str, dict[str, Any]]) -> list[dict[str, Any]]:
    return [
        {"text": {"sv": "?"}, **item, **({"visible_if": rules[item["id"]]} if item["id"] in rules else {})}
        for item in ASKED
    ]


def comparisons(before: list[str]) -> st.SearchStrategy[dict[str, Any]]:
    values = {"A": [1, 2, 3], "B": [1, 2, 3], "M": [1, 2, 3], "N": [0, 1, 2], "T": ["x", "z"]}

    def of(name: str) -> st.SearchStrategy[dict[str, Any]]:
        if name == "S":
            return st.just({"op": "answered", "item": "S"})
        one = st.sampled_from(values[name])
        ops = ["is", "is_not", *([] if name in "MT" else ["at_least", "at_most"])]
        answered = st.just({"op": "answered", "item": name})
        single = st.builds(lambda op, value: {"op": op, "item": name, "value": value}, st.sampled_from(ops), one)
        if name == "T":
            return st.one_of(answered, single)
        some = st.lists(one, min_size=1, max_size=2)
        return st.one_of(answered, single, some.map(lambda chosen: {"op": "any_of", "item": name, "value": chosen}))

    return st.sampled_from(before).flatmap(of)


def rules(before: list[str]) -> st.SearchStrategy[dict[str, Any]]:
    def combined(inner: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[dict[str, Any]]:
        several = st.lists(inner, min_size=2, max_size=3)
        both = st.builds(lambda op, some: {"op": op, "rules": some}, st.sampled_from(["all", "all", "any"]), several)
        return st.one_of(both, inner.map(lambda one: {"op": "not", "rules": [one]}))

    return st.recursive(comparisons(before), combined, max_leaves=4)


@st.composite
def branching(draw: st.DrawFn) -> list[dict[str, Any]]:
    names = [item["id"] for item in ASKED]
    own = {name: draw(rules(names[:at])) for at, name in enumerate(names) if at and draw(st.booleans())}
    last = {"id": "Z", "type": "statement", "text": {"sv": "!"}, "visible_if": draw(rules(names))}
    return [{"id": "first", "items": asked(own)}, {"id": "last", "visible_if": draw(rules(names)), "items": [last]}]


def every_answer() -> Iterator[dict[str, Answer]]:
    for chosen in product(*ANSWERS.values()):
        yield dict(zip(ANSWERS, chosen, strict=True))


@given(branching())
@settings(max_examples=60)
def test_exactly_what_no_answers_lead_to_is_told(sections: list[dict[str, Any]]) -> None:
    """Against every one of 3,072 ways to answer."""
    instrument = Instrument.model_validate(content(sections))
    shown = {item.id for answers in every_answer() for item in visible_items(instrument, answers)}
    told = set(never_shown(sections))
    assert not told & shown
    hidden = {item.id for item in instrument.items} - shown
    assert hidden == {"Z" if name == "last" else name for name in told}


def test_a_contradiction_through_another_item_is_found() -> None:
    rules = {"B": {"op": "is", "item": "A", "value": 1}}
    both = {"op": "all", "rules": [{"op": "answered", "item": "B"}, {"op": "is", "item": "A", "value": 2}]}
    shown = {"id": "Z", "type": "statement", "text": {"sv": "!"}, "visible_if": both}
    assert never_shown([{"id": "one", "items": asked(rules)}, {"id": "two", "items": [shown]}]) == ["Z"]


def test_a_rule_with_another_fault_proves_nothing() -> None:
    impossible = {"op": "all", "rules": [{"op": "is", "item": "A", "value": 77}, {"op": "at_leest", "item": "A"}]}
    assert never_shown([{"id": "one", "items": asked({"B": impossible})}]) == []


def test_a_long_chain_of_rules_is_followed_as_far_as_is_cheap() -> None:
    """Each item hangs on the one before: further back than is followed nothing is claimed, and the last is told."""
    chain = [{"id": f"Q{n}", "text": {"sv": "?"}, "answer_set": "steps"} for n in range(80)]
    for before, item in pairwise(chain):
        item["visible_if"] = {"op": "is", "item": before["id"], "value": 1}
    impossible = [{"op": "is", "item": "Q78", "value": 1}, {"op": "is", "item": "Q78", "value": 2}]
    chain[-1]["visible_if"] = {"op": "all", "rules": impossible}
    assert never_shown([{"id": "one", "items": chain}]) == ["Q79"]
