"""Whether answers to two versions of an instrument may be held beside each other: item by item, and scale by scale.

What the later version declares in `equivalences` decides. Where it is silent, only an item that is asked in exactly the
same way counts: a reworded item is a new item until somebody who knows has said otherwise.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from instruments.model import Comparability, Instrument, Item, Method, Scale

_WEIGHT = {Comparability.SAME: 0, Comparability.REWORDED: 1, Comparability.NEW: 2}


def items_comparable(now: Instrument, before: Instrument) -> dict[str, Comparability]:
    """Item id -> what each of `now`'s items is to the item of the same id in `before`; NEW may not be compared."""
    declared = declared_of(now, before.version) if now.id == before.id else {}
    return {item.id: _item(now, before, item, declared) for item in now.items}


def declared_of(now: Instrument, version: str) -> Mapping[str, Comparability]:
    """What a version says of its items, held against the version named; empty if it says nothing."""
    return next((entry.items for entry in now.equivalences if entry.version == version), {})


def _item(now: Instrument, before: Instrument, item: Item, declared: Mapping[str, Comparability]) -> Comparability:
    if item.id not in before.items_by_id:
        return Comparability.NEW
    if item.id in declared:
        return declared[item.id]
    return Comparability.NEW if tuple(item_differences(now, before, item.id)) else Comparability.SAME


def item_differences(now: Instrument, before: Instrument, item_id: str) -> Iterator[str]:
    """What differs in how an item that both have is asked: "text.sv", "type", "options", "range"."""
    new, old = now.items_by_id[item_id], before.items_by_id[item_id]
    shared = [language for language in now.languages if language in before.languages]
    if not shared:
        yield "languages"
    yield from (f"text.{language}" for language in shared if new.text[language] != old.text[language])
    if new.type is not old.type:
        yield "type"
    if _answers(now, new, shared) != _answers(before, old, shared):
        yield "options"
    if (new.minimum, new.maximum) != (old.minimum, old.maximum):
        yield "range"


def _answers(instrument: Instrument, item: Item, languages: Iterable[str]) -> list[tuple[object, ...]]:
    return [
        (option.value, option.missing, *(option.text[language] for language in languages))
        for option in instrument.options(item)
    ]


def scales_comparable(now: Instrument, before: Instrument) -> dict[str, Comparability]:
    """Scale id -> whether scores may be compared: as their items, and NEW where the score is worked out otherwise."""
    items = items_comparable(now, before)
    return {scale.id: _scale(scale, before.scales_by_id.get(scale.id), items) for scale in now.scales}


def _scale(scale: Scale, before: Scale | None, items: Mapping[str, Comparability]) -> Comparability:
    if before is None or tuple(scale_differences(scale, before)):
        return Comparability.NEW
    return max((items[item_id] for item_id in scale.item_ids), key=_WEIGHT.__getitem__)


def scale_differences(now: Scale, before: Scale) -> Iterator[str]:
    """What makes a score of `now` another number than one of `before`, beside the wording of items."""
    if set(now.item_ids) != set(before.item_ids):
        yield "items"
    elif now.reversed_ids != before.reversed_ids:
        yield "reversed"
    for name in ("minimum", "maximum", "method", "missing"):
        if getattr(now, name) != getattr(before, name):
            yield name
    if now.method is Method.POSITIVE and now.positive_from != before.positive_from:
        yield "positive_from"
