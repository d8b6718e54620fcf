"""Rules made ready for the search of `instruments.reach`: what each hangs on, and which answers it tells apart.

A rule with a fault of its own, told elsewhere, hangs on a variable that is either true or false: nothing can be
proven from what is not known.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from instruments.document import Place, Value
from instruments.model import CHOICE_TYPES, NUMERIC_TYPES, ItemType
from instruments.outline import Outline, Part, nested_rules, type_of
from instruments.rule_faults import is_sound
from instruments.rules import COMBINATIONS, COMPARISONS, ORDERINGS

Choice = int | float | str | bool | None
"""What a variable is tried as. None: the item has no answer."""

_DEEPEST = 20
"""Rules inside rules: more than a file's cap on levels allows."""
_EXACT = 2**50
"""Up to here a point can be put between any two whole numbers."""
_OTHER = "\0"
"""A text that no rule names: no file can hold it."""


@dataclass(frozen=True, eq=False)
class Variable:
    choices: tuple[Choice, ...]


@dataclass(frozen=True, eq=False)
class Look:
    """A comparison with an item's answer, which `variables` say together; the first is None where there is none."""

    place: Place
    variables: tuple[Variable, ...]
    true_of: Callable[[Sequence[Choice]], bool]
    answerable: bool = True


@dataclass(frozen=True, eq=False)
class Combined:
    op: str
    rules: tuple[Node, ...]


Node = Variable | Look | Combined


@dataclass
class _Answers:
    """The variables of one item's answer."""

    item_type: ItemType
    whole: Variable
    """The answer; of a multiple choice only whether there is one."""
    options: dict[Value, Variable] = field(default_factory=dict)


class Compiler:
    """Visibility rules of one file -> nodes."""

    def __init__(self, outline: Outline) -> None:
        self._outline = outline
        self._compared = _compared(outline)
        self._answers: dict[str, _Answers | None] = {}
        self._position: dict[str, int] = {}
        self._twice: set[str] = set()
        for position, item in enumerate(outline.items):
            if self._position.setdefault(item.id, position) != position:
                self._twice.add(item.id)

    def rule(self, owner: Part, before: int) -> Node | None:
        """The rule of an item or section, None if it has none. It may look at the first `before` items."""
        rule = owner.part("visible_if")
        return None if rule is None else self._node(rule, before, 0)

    def _node(self, rule: Part, before: int, depth: int) -> Node:
        op = rule.word("op") or ""
        if depth > _DEEPEST or not is_sound(self._outline, rule):
            return _unknown()
        if op in COMBINATIONS:
            parts = rule.parts("rules")
            if len(parts) != len(rule.values("rules")):
                return _unknown()
            return Combined(op, tuple(self._node(part, before, depth + 1) for part in parts))
        name = rule.word("item") or ""
        if name in self._twice or self._position.get(name, before) >= before:
            return _unknown()
        item = self._outline.items_by_id[name]
        if type_of(item) is ItemType.STATEMENT:
            return Look(item.place, (), lambda _chosen: False, answerable=False)
        if name not in self._answers:
            self._answers[name] = self._answers_of(item)
        answers = self._answers[name]
        return _unknown() if answers is None else _look(item.place, answers, op, rule.data.get("value"))

    def _answers_of(self, item: Part) -> _Answers | None:
        """None if it is not known how the item is answered."""
        item_type = type_of(item)
        named, edges = self._compared.get(item.id, (set(), set()))
        if item_type in CHOICE_TYPES:
            answer_set = self._outline.answer_set_of(item)
            values = [] if answer_set is None else self._outline.values_of(answer_set)
            if not values:
                return None
            if item_type is ItemType.MULTIPLE_CHOICE:
                return _Answers(item_type, Variable((True, None)), {one: Variable((True, False)) for one in values})
            return _Answers(item_type, Variable((*_told_apart(values, named, sorted(edges)), None)))
        if item_type in NUMERIC_TYPES:
            numbers = edges.union(one for one in named if not isinstance(one, str))
            points = _points(item.number("minimum"), item.number("maximum"), numbers)
            return None if points is None else _Answers(item_type, Variable((*points, None)))
        if item_type is None:
            return None
        texts = sorted(one for one in named if isinstance(one, str))
        return _Answers(item_type, Variable((_OTHER, *texts, None)))


def _unknown() -> Variable:
    return Variable((True, False))


def _look(place: Place, answers: _Answers, op: str, value: Value) -> Node:
    operand = tuple(value) if isinstance(value, list) else value
    if answers.item_type is not ItemType.MULTIPLE_CHOICE or op == "answered":
        compare = COMPARISONS[op]
        return Look(place, (answers.whole,), lambda chosen: compare(chosen[0], operand))  # type: ignore[arg-type]  # told by is_sound
    wanted = operand if isinstance(operand, tuple) else (operand,)
    looks = tuple(
        Look(place, (answers.whole, answers.options[one]), lambda chosen: chosen[1] is (op != "is_not"))
        for one in wanted
        if one in answers.options
    )
    return Combined("any", looks)


def _compared(outline: Outline) -> dict[str, tuple[set[int | float | str], set[int | float]]]:
    """Item -> the values that rules name, and those that they compare with as numbers."""
    found: dict[str, tuple[set[int | float | str], set[int | float]]] = {}
    owners = (owner for section in outline.sections for owner in (section, *section.parts("items")))
    for visible_if in filter(None, (owner.part("visible_if") for owner in owners)):
        for rule in nested_rules(visible_if):
            named, edges = found.setdefault(rule.word("item") or "", (set(), set()))
            value = rule.data.get("value")
            for one in value if isinstance(value, list) else [value]:
                if isinstance(one, int | float) and rule.word("op") in ORDERINGS:
                    edges.add(one)
                elif isinstance(one, int | float | str):
                    named.add(one)
    return found


def _told_apart(values: list[int], named: set[int | float | str], edges: list[int | float]) -> Iterator[int]:
    """One value of each kind that rules tell apart."""
    seen: set[object] = set()
    for value in values:
        kind = (value if value in named else None, bisect_left(edges, value), bisect_right(edges, value))
        if kind not in seen:
            seen.add(kind)
            yield value


def _points(low: int | None, high: int | None, numbers: set[int | float]) -> list[int | float] | None:
    """Every number that is compared with, one between each two, and one beyond; None if that cannot be told."""
    ends = {one for one in (low, high) if one is not None}
    if not all(abs(one) <= _EXACT for one in numbers | ends) or (low is not None and high is not None and low >= high):
        return None
    inside = {one for one in numbers if (low is None or one >= low) and (high is None or one <= high)}
    marks = sorted(inside | ends) or [0]
    between = [(one + following) / 2 for one, following in pairwise(marks)]
    if any(point in marks for point in between):
        return None
    beyond = ([] if low is not None else [marks[0] - 1]) + ([] if high is not None else [marks[-1] + 1])
    return [*marks, *between, *beyond]
