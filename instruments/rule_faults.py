"""Faults of visibility rules: incomplete ones, values nobody can give, and rules that look ahead or at themselves."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from functools import partial

from instruments.document import Place, Value
from instruments.faults import Fault, shown, suggest
from instruments.model import CHOICE_TYPES, NUMERIC_TYPES, ItemType
from instruments.outline import Outline, Part, nested_rules, type_of
from instruments.rules import COMBINATIONS, COMPARISONS, OPERATORS, ORDERINGS, WITHOUT_VALUE

_MOST_PASSED = 60
"""Items on the way round a circle. A longer one is told as what it is too: a rule that looks ahead."""


def rule_faults(outline: Outline) -> Iterator[Fault]:
    """Every fault of every rule. A rule may only look back: at items asked before what it shows."""
    sees = _dependencies(outline)
    order = {item.id: position for position, item in reversed(list(enumerate(outline.items)))}
    shuffled = _shuffled(outline)
    for owner, first_shown in _owners(outline):
        visible_if = owner.part("visible_if")
        for rule in nested_rules(visible_if) if visible_if else ():
            yield from _shape_faults(rule)
            name = rule.word("item")
            if name is None or rule.word("op") in COMBINATIONS:
                continue
            if name not in order:
                yield rule.fault("unknown_item", "item", f"there is no item {name!r}", suggest(name, order))
                continue
            yield from _value_faults(outline, rule, outline.items_by_id[name])
            if name in shuffled.get(owner.place, ()):
                message = f"the rule looks at {name}, which may come later: the section's items have a random order"
                yield rule.fault(
                    "rule_in_random", "item", message, "remove random_order, or look at an earlier section"
                )
            elif order[name] >= order.get(first_shown, len(order)):
                yield _forward_fault(rule, name, first_shown, sees)


def _owners(outline: Outline) -> Iterator[tuple[Part, str]]:
    """Everything that can have a rule, with the first item that the rule shows or hides."""
    for section in outline.sections:
        items = section.parts("items")
        yield section, items[0].id if items else ""
        for item in items:
            yield item, item.id


def _shuffled(outline: Outline) -> dict[Place, frozenset[str]]:
    """Each item of a section in random order, by its place -> the ids of that section's items."""
    found: dict[Place, frozenset[str]] = {}
    for section in outline.sections:
        if section.flag("random_order"):
            items = section.parts("items")
            found |= dict.fromkeys((item.place for item in items), frozenset(item.id for item in items))
    return found


def _dependencies(outline: Outline) -> dict[str, set[str]]:
    """Item -> the items that decide whether it is shown, by its own rule or its section's."""
    sees: dict[str, set[str]] = {}
    for section in outline.sections:
        of_section = _looked_at(section)
        for item in section.parts("items"):
            sees.setdefault(item.id, set()).update(of_section, _looked_at(item))
    return sees


def _looked_at(owner: Part) -> set[str]:
    rule = owner.part("visible_if")
    return {name for part in nested_rules(rule) if (name := part.word("item"))} if rule else set()


def _forward_fault(rule: Part, name: str, shown: str, sees: dict[str, set[str]]) -> Fault:
    chain = _chain(name, shown, sees)
    if chain:
        said = " -> ".join([shown, *chain])
        return rule.fault("rule_cycle", "item", f"the rules go in a circle: {said}", "break the circle")
    message = f"the rule looks at {name}, which is asked later than {shown}"
    return rule.fault("rule_forward", "item", message, f"move {name} before {shown}, or use an earlier item")


def _chain(start: str, goal: str, sees: dict[str, set[str]]) -> list[str]:
    """The shortest way from `start` to `goal` along rules, both ends included; empty if there is none near."""
    came_from = {start: ""}
    waiting = deque([start])
    while waiting and len(came_from) <= _MOST_PASSED:
        here = waiting.popleft()
        if here == goal:
            way = [here]
            while way[-1] != start:
                way.append(came_from[way[-1]])
            return way[::-1]
        for following in sorted(sees.get(here, set()) - came_from.keys()):
            came_from[following] = here
            waiting.append(following)
    return []


def _shape_faults(rule: Part) -> Iterator[Fault]:
    op = rule.word("op")
    if op in COMBINATIONS:
        count = len(rule.values("rules"))
        if op == "not" and count != 1:
            yield rule.fault("rule_incomplete", None, f"'not' has {count} rules", "give it exactly one under rules:")
        elif count == 0:
            yield rule.fault("rule_incomplete", None, f"{op!r} has no rules", "list them under rules:")
        wanted = {"op", "rules"}
    elif op in COMPARISONS:
        needed = ("item",) if op in WITHOUT_VALUE else ("item", "value")
        for key in needed:
            if not rule.has(key):
                yield rule.fault("rule_incomplete", None, f"{op!r} needs {key}", f"add {key}:")
        wanted = {"op", *needed}
    else:
        return
    for key in sorted({"item", "value", "rules"} & set(rule.data) - wanted):
        yield rule.fault("rule_surplus", key, f"{op!r} takes no {key}", "remove it")


def is_sound(outline: Outline, rule: Part) -> bool:
    """Whether a rule has no fault of its own; those inside it may have some."""
    if rule.word("op") not in OPERATORS or any(_shape_faults(rule)):
        return False
    if rule.word("op") in COMBINATIONS:
        return True
    item = outline.items_by_id.get(rule.word("item") or "")
    return item is not None and not any(_value_faults(outline, rule, item))


def _value_faults(outline: Outline, rule: Part, item: Part) -> Iterator[Fault]:
    op, value = rule.word("op"), rule.data.get("value")
    if op not in COMPARISONS or op in WITHOUT_VALUE or value is None:
        return
    if op in ORDERINGS and (isinstance(value, bool) or not isinstance(value, int | float)):
        yield rule.fault("rule_value", "value", f"{op!r} compares with one number", "write a number")
    elif isinstance(value, list) and op != "any_of":
        yield rule.fault("rule_value", "value", f"{op!r} compares with one value", "write one value, or use any_of")
    elif op == "any_of" and not isinstance(value, list):
        yield rule.fault("rule_value", "value", "'any_of' needs several values", "write a list, such as [1, 2]")
    else:
        yield from _answer_faults(outline, rule, item, value if isinstance(value, list) else [value])


def _answer_faults(outline: Outline, rule: Part, item: Part, values: list[Value]) -> Iterator[Fault]:
    """Values that no answer to the item equals, or reaches."""
    op = rule.word("op") or ""
    can_be, remedy = _answers_to(outline, item)
    for value in values:
        if not can_be(op, value):
            said = f"{op.replace('_', ' ')} {shown(value)}" if op in ORDERINGS else shown(value)
            yield rule.fault("rule_value", "value", f"no answer to {item.id} can be {said}", remedy)


def _answers_to(outline: Outline, item: Part) -> tuple[Callable[[str, Value], bool], str]:
    """Whether an answer to the item can be so (operator, value); and what to do where none can."""
    item_type, answer_set = type_of(item), outline.answer_set_of(item)
    known = outline.values_of(answer_set) if answer_set is not None else []
    if item_type in NUMERIC_TYPES:
        low, high = item.number("minimum"), item.number("maximum")
        limits = "" if low is None or high is None else f" from {low} to {high}"
        return partial(_number_can_be, low, high), f"write a number{limits}"
    if item_type in (ItemType.SHORT_TEXT, ItemType.LONG_TEXT):
        return lambda op, value: isinstance(value, str) and op not in ORDERINGS, "write a text, in quotes"
    if item_type in CHOICE_TYPES and known:
        remedy = f"use one of: {', '.join(map(str, known[:40]))}"
        if item_type is ItemType.MULTIPLE_CHOICE:
            return lambda op, value: value in known and op not in ORDERINGS, remedy
        return (
            lambda op, value: _number_can_be(min(known), max(known), op, value) if op in ORDERINGS else value in known,
            remedy,
        )
    return lambda _op, _value: True, ""


def _number_can_be(low: int | None, high: int | None, op: str, value: Value) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    too_low = low is not None and value < low and op != "at_least"
    too_high = high is not None and value > high and op != "at_most"
    return not too_low and not too_high
