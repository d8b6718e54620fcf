"""Faults between parts: ids that stand twice, references that lead nowhere, answer sets and scales that do not fit."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from instruments.faults import Fault, suggest
from instruments.model import CHOICE_TYPES, NUMERIC_TYPES, ItemType, Kind, Method
from instruments.outline import Outline, Part, type_of
from instruments.scoring import SCORABLE_TYPES

Faults = Iterator[Fault]


def duplicate_ids(outline: Outline) -> Faults:
    groups = {
        "section": outline.sections,
        "item": outline.items,
        "answer set": outline.answer_sets,
        "scale": outline.scales,
    }
    for noun, parts in groups.items():
        yield from _duplicates(noun, parts)


def _duplicates(noun: str, parts: Iterable[Part]) -> Faults:
    first: dict[str, Part] = {}
    for part in parts:
        # Exports and databases do not all tell K01 from k01.
        key = part.id.lower()
        if key and key in first:
            line = first[key].document.line((*first[key].place, "id"))
            message = f"{noun} id {part.id!r} is taken, by {first[key].id!r} on line {line}"
            yield part.fault("duplicate_id", "id", message, "give it an id of its own")
        first.setdefault(key, part)


def option_faults(outline: Outline) -> Faults:
    for answer_set in outline.answer_sets:
        seen: set[int] = set()
        for option in answer_set.parts("options"):
            value = option.number("value")
            if value in seen:
                yield option.fault(
                    "duplicate_value", "value", f"value {value} stands twice", "give each option its own value"
                )
            if value is not None:
                seen.add(value)


def item_faults(outline: Outline) -> Faults:
    for item in outline.items:
        item_type = type_of(item)
        if item_type is None:
            continue
        yield from _answer_set_faults(outline, item, item_type)
        yield from _range_faults(item, item_type)
        yield from _end_label_faults(item, item_type)
        yield from _background_faults(outline, item, item_type)


def _answer_set_faults(outline: Outline, item: Part, item_type: ItemType) -> Faults:
    name = item.word("answer_set")
    if item_type not in CHOICE_TYPES:
        if item.has("answer_set"):
            message = f"an item of type {item_type} has no answer set"
            yield item.fault("unneeded_answer_set", "answer_set", message, "remove it, or change the type")
    elif not item.has("answer_set"):
        message = f"a {item_type} item needs an answer set"
        yield item.fault("missing_answer_set", None, message, "add answer_set: with the id of one")
    elif name is not None and name not in outline.answer_sets_by_id:
        message = f"there is no answer set {name!r}"
        yield item.fault("unknown_answer_set", "answer_set", message, suggest(name, outline.answer_sets_by_id))


def _range_faults(item: Part, item_type: ItemType) -> Faults:
    bounds = [key for key in ("minimum", "maximum") if item.has(key)]
    if item_type not in NUMERIC_TYPES and bounds:
        message = f"an item of type {item_type} has no range of its own"
        yield item.fault("unneeded_range", bounds[0], message, "remove minimum and maximum")
    elif item_type is ItemType.SLIDER and len(bounds) < 2:
        yield item.fault("missing_range", None, "a slider needs both its ends", "add minimum: and maximum:")
    else:
        yield from _order_fault(item)


def _end_label_faults(item: Part, item_type: ItemType) -> Faults:
    ends = [key for key in ("low_label", "high_label") if item.has(key)]
    if item_type is ItemType.SLIDER and len(ends) < 2:
        message = "a slider needs a word at both its ends: a number alone does not say which end is good"
        yield item.fault("end_labels", None, message, "add low_label: and high_label:")
    elif item_type not in NUMERIC_TYPES and ends:
        message = f"an item of type {item_type} has no ends to label"
        yield item.fault("end_labels", ends[0], message, "remove low_label and high_label")


def _order_fault(part: Part) -> Faults:
    low, high = part.number("minimum"), part.number("maximum")
    if low is not None and high is not None and low >= high:
        message = f"minimum {low} is not below maximum {high}"
        yield part.fault("range_order", "minimum", message, "put the lower number in minimum")


def _background_faults(outline: Outline, item: Part, item_type: ItemType) -> Faults:
    if item.flag("background") and item_type not in CHOICE_TYPES | NUMERIC_TYPES:
        message = f"a background item cannot be of type {item_type}: it has to form groups"
        yield item.fault("background_not_groups", "background", message, "use a choice or a number")
    if item.has("coarsen") and not item.flag("background"):
        yield item.fault("coarsen_not_background", "coarsen", "only a background item is merged", "remove coarsen")
    answer_set = outline.answer_set_of(item)
    if answer_set is None:
        return
    values = outline.values_of(answer_set)
    groups = (group for group in item.values("coarsen") if isinstance(group, list))
    seen: set[object] = set()
    for value in (value for group in groups for value in group if isinstance(value, int)):
        if value not in values:
            yield item.fault("coarsen_value", "coarsen", f"{answer_set.id} has no value {value!r}", "use its values")
        elif value in seen:
            yield item.fault("coarsen_value", "coarsen", f"value {value} is in two groups", "keep it in one")
        seen.add(value)


def scale_faults(outline: Outline) -> Faults:
    for scale in outline.scales:
        yield from _order_fault(scale)
        yield from _unsaid_faults(scale)
        low, high, positive = (scale.number(key) for key in ("minimum", "maximum", "positive_from"))
        if positive is not None and low is not None and high is not None and not low < positive <= high:
            message = f"positive_from {positive} is not a step of {low} to {high} above the lowest"
            yield scale.fault("positive_range", "positive_from", message, f"at least {low + 1}, at most {high}")
        if scale.word("method") == Method.POSITIVE and not scale.has("positive_from"):
            message = "a score in per cent needs to know which steps are positive"
            yield scale.fault("positive_missing", "method", message, "add positive_from: with the lowest of them")
        seen: set[str] = set()
        for entry in scale.parts("items"):
            name = entry.word("item")
            if name is None:
                continue
            if name in seen:
                yield entry.fault("duplicate_scale_item", "item", f"{name} is in this scale twice", "keep one of them")
            seen.add(name)
            item = outline.items_by_id.get(name)
            if item is None:
                yield _unknown_item(outline, entry, name)
            elif (item_type := type_of(item)) is not None:
                yield from _scored_item_faults(outline, scale, entry, item, item_type)


def _unsaid_faults(scale: Part) -> Faults:
    """What a score hangs on is written out: an item that should have been reversed is the commonest error."""
    if not scale.has("missing"):
        message = "the scale does not say how many items must be answered for a score"
        yield scale.fault("unsaid", None, message, "add missing: half, or missing: complete")
    for entry in scale.parts("items"):
        if not entry.has("reversed"):
            message = f"it is not said whether {entry.word('item')} is reversed"
            yield entry.fault("unsaid", None, message, "add reversed: true or reversed: false")


def _scored_item_faults(outline: Outline, scale: Part, entry: Part, item: Part, item_type: ItemType) -> Faults:
    if item_type not in SCORABLE_TYPES:
        yield entry.fault(
            "not_scorable", "item", f"{item.id} is of type {item_type}, which has no score", "take it out of the scale"
        )
        return
    if item.flag("background"):
        message = f"{item.id} is a background item"
        yield entry.fault("background_scored", "item", message, "take it out of the scale")
    wanted = (scale.number("minimum"), scale.number("maximum"))
    answered = _answered_range(outline, item, item_type)
    if answered is None or None in wanted or answered == wanted:
        return
    found = f"{item.id} is answered from {_said(answered[0])} to {_said(answered[1])}"
    message = f"{found}, the scale runs from {wanted[0]} to {wanted[1]}"
    yield entry.fault("range_mismatch", "item", message, "make them the same, or mark options as missing: true")


def _answered_range(outline: Outline, item: Part, item_type: ItemType) -> tuple[int | None, int | None] | None:
    """Lowest and highest scored answer of an item; None where its answer set is not known."""
    if item_type in NUMERIC_TYPES:
        return item.number("minimum"), item.number("maximum")
    answer_set = outline.answer_set_of(item)
    if answer_set is None:
        return None
    values = outline.values_of(answer_set, scored_only=True)
    return min(values, default=None), max(values, default=None)


def _said(bound: int | None) -> str:
    return "nowhere" if bound is None else str(bound)


OCCASIONS = (1, 2, 3)
"""Before, during and after: the answers to the item `occasion` of a case."""


def case_faults(outline: Outline) -> Faults:
    """What is followed over time is told apart by one item that every case instrument has under the same name."""
    if outline.top.word("kind") != Kind.CASE:
        return
    occasion = outline.items_by_id.get("occasion")
    if occasion is None:
        message = "an instrument of kind case says of each entry whether it is before, during or after"
        remedy = "add a single-choice background item with id occasion and the values 1, 2 and 3"
        yield outline.top.fault("case_without_occasion", "kind", message, remedy)
        return
    answer_set = outline.answer_set_of(occasion)
    values = None if answer_set is None else tuple(sorted(outline.values_of(answer_set, scored_only=True)))
    sound = type_of(occasion) in (ItemType.SINGLE_CHOICE, None) and values in (OCCASIONS, None)
    if not sound or not occasion.flag("background"):
        message = "the occasion is told by one choice of 1 (before), 2 (during) and 3 (after), as background"
        remedy = "make it a single choice of the values 1, 2 and 3 with background: true"
        yield occasion.fault("case_without_occasion", None, message, remedy)


def equivalence_faults(outline: Outline) -> Faults:
    for equivalence in outline.top.parts("equivalences"):
        items = equivalence.part("items")
        for name in items.data if items else ():
            if items and name not in outline.items_by_id:
                message = f"there is no item {name!r}"
                yield items.fault("unknown_item", name, message, suggest(name, outline.items_by_id))


def _unknown_item(outline: Outline, part: Part, name: str) -> Fault:
    return part.fault("unknown_item", "item", f"there is no item {name!r}", suggest(name, outline.items_by_id))


CHECKS: tuple[Callable[[Outline], Faults], ...] = (
    duplicate_ids,
    option_faults,
    item_faults,
    scale_faults,
    case_faults,
    equivalence_faults,
)
