"""What changed from one instrument version to another, for a person: each difference, and what may be compared."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from instruments.comparability import (
    declared_of,
    item_differences,
    items_comparable,
    scale_differences,
    scales_comparable,
)
from instruments.model import Comparability, Instrument, Item, Option, Rule, Scale, Section
from instruments.rule_words import rule_in_words

_VERDICTS: Mapping[Comparability, str] = {
    Comparability.SAME: "may be compared",
    Comparability.REWORDED: "may be compared with care: reworded, and declared comparable",
    Comparability.NEW: "may not be compared",
}
_SCALE_REASONS: Mapping[str, str] = {
    "items": "it has other items",
    "reversed": "other items are reversed",
    "minimum": "its range begins elsewhere",
    "maximum": "its range ends elsewhere",
    "method": "its score is worked out in another way",
    "positive_from": "other steps are positive",
    "missing": "more or fewer answers are needed for a score",
}


_ReadAloud = Instrument | Section | Item | Option


@dataclass(frozen=True)
class Difference:
    """`changes`: one line each, in the order of the instrument. The others: id -> whether it may be compared."""

    changes: tuple[str, ...]
    items: Mapping[str, Comparability]
    scales: Mapping[str, Comparability]
    reasons: Mapping[str, tuple[str, ...]]
    """Scale id -> why its scores may not be compared, or only with care."""


def difference(before: Instrument, now: Instrument) -> Difference:
    """Everything that differs, and per item and scale whether answers may be compared."""
    items = items_comparable(now, before)
    scales = scales_comparable(now, before)
    reasons = {scale.id: tuple(_reasons(before, scale, items)) for scale in now.scales}
    changes = (
        *_head(before, now),
        *_sections(before, now),
        *_items(before, now),
        *_answer_sets(before, now),
        *_scales(before, now),
    )
    return Difference(changes, items, scales, reasons)


def describe_difference(before: Instrument, now: Instrument) -> str:
    """The difference as plain text; ends with a line feed."""
    found = difference(before, now)
    lines = [f"{before.id} {before.version} -> {now.id} {now.version}", ""]
    lines += [*(f"  {change}" for change in found.changes), ""] if found.changes else ["Nothing differs.", ""]
    lines += _item_verdicts(found)
    for name, verdict in found.scales.items():
        lines.append(_scale_verdict(name, verdict, found.reasons[name]) + _share_verdict(before, now, name, verdict))
    return "\n".join(lines) + "\n"


def _item_verdicts(found: Difference) -> Iterator[str]:
    for verdict, said in _VERDICTS.items():
        names = [name for name, comparable in found.items.items() if comparable is verdict]
        if names:
            yield f"{len(names)} of {len(found.items)} items {said}: {', '.join(names)}"


def _scale_verdict(name: str, verdict: Comparability, reasons: tuple[str, ...]) -> str:
    why = f" ({'; '.join(reasons)})" if reasons else ""
    return f"scale {name} {_VERDICTS[verdict]}{why}"


def _share_verdict(before: Instrument, now: Instrument, name: str, verdict: Comparability) -> str:
    """A mean or a sum stays what it was when other steps count as positive; the per cent beside it does not."""
    earlier = before.scales_by_id.get(name)
    if verdict is Comparability.NEW or earlier is None:
        return ""
    moved = earlier.positive_from != now.scales_by_id[name].positive_from
    return ", but not its per cent of positive answers: other steps are positive" if moved else ""


def _reasons(before: Instrument, scale: Scale, items: Mapping[str, Comparability]) -> Iterator[str]:
    earlier = before.scales_by_id.get(scale.id)
    if earlier is None:
        yield "the earlier version does not have it"
        return
    yield from (_SCALE_REASONS[name] for name in scale_differences(scale, earlier))
    for verdict, word in ((Comparability.NEW, "not comparable"), (Comparability.REWORDED, "reworded")):
        names = [name for name in scale.item_ids if items[name] is verdict]
        if names:
            yield f"{word}: {', '.join(names)}"


def _head(before: Instrument, now: Instrument) -> Iterator[str]:
    for name in ("kind", "languages", "variants", "minutes", "pace", "margin"):
        old, new = getattr(before, name), getattr(now, name)
        if old != new:
            yield f"{name}: {_said(old)} -> {_said(new)}"
    for name in ("title", "introduction", "easy_introduction", "subject"):
        yield from _texts(name, getattr(before, name), getattr(now, name))
    yield from _recordings("introduction", before, now)
    if before.provenance != now.provenance or before.overlay != now.overlay:
        yield "provenance: another wording of sources, licence or notice"


def _sections(before: Instrument, now: Instrument) -> Iterator[str]:
    was = {section.id: section for section in before.sections}
    became = {section.id: section for section in now.sections}
    yield from (f"section {name} is gone" for name in was if name not in became)
    for name, section in became.items():
        old = was.get(name)
        if old is None:
            yield f"section {name} is new"
            continue
        for part in ("title", "intro", "easy_intro"):
            yield from _texts(f"section {name} {part}", getattr(old, part), getattr(section, part))
        yield from _recordings(f"section {name}", old, section)
        if old.random_order != section.random_order:
            yield f"section {name} is asked in {'random order' if section.random_order else 'the order of the file'}"
        if old.visible_if != section.visible_if:
            yield f"section {name} is shown {_shown(now, section.visible_if)}, before {_shown(before, old.visible_if)}"


def _items(before: Instrument, now: Instrument) -> Iterator[str]:
    for item in before.items:
        if item.id not in now.items_by_id:
            yield f"{item.id} is gone: {_quoted(item.text)}"
    declared = declared_of(now, before.version) if now.id == before.id else {}
    places = {item.id: section.id for section in before.sections for item in section.items}
    for section in now.sections:
        for item in section.items:
            old = before.items_by_id.get(item.id)
            if old is None:
                yield f"{item.id} is new: {_quoted(item.text)}"
                continue
            if places[item.id] != section.id:
                yield f"{item.id} has moved from {places[item.id]} to {section.id}"
            yield from _item(item, old)
            if old.visible_if != item.visible_if:
                was, became = _shown(before, old.visible_if), _shown(now, item.visible_if)
                yield f"{item.id} is shown {became}, before {was}"
            differs = set(item_differences(now, before, item.id))
            if differs and item.id not in declared:
                yield f"{item.id} is asked in another way, and equivalences do not say whether it is comparable"
    yield from _moved(before, now)


def _item(item: Item, old: Item) -> Iterator[str]:
    for name in ("text", "easy", "help", "easy_help", "label", "low_label", "high_label"):
        yield from _texts(f"{item.id} {name}", getattr(old, name), getattr(item, name))
    for name in ("type", "answer_set", "minimum", "maximum", "required", "may_decline", "background", "coarsen"):
        was, became = getattr(old, name), getattr(item, name)
        if was != became:
            yield f"{item.id} {name}: {_said(was)} -> {_said(became)}"
    if old.picture != item.picture:
        yield f"{item.id} has another picture"
    yield from _recordings(item.id, old, item)


def _recordings(place: str, old: _ReadAloud, new: _ReadAloud) -> Iterator[str]:
    if (old.audio, old.easy_audio) != (new.audio, new.easy_audio):
        yield f"{place} is read aloud from other recordings"


def _moved(before: Instrument, now: Instrument) -> Iterator[str]:
    kept = [item.id for item in now.items if item.id in before.items_by_id]
    if kept != [item.id for item in before.items if item.id in now.items_by_id]:
        yield "the items are asked in another order"


def _answer_sets(before: Instrument, now: Instrument) -> Iterator[str]:
    for one in before.answer_sets:
        if one.id not in now.answer_sets_by_id:
            yield f"answer set {one.id} is gone"
    for one in now.answer_sets:
        old = before.answer_sets_by_id.get(one.id)
        if old is None:
            yield f"answer set {one.id} is new"
            continue
        was = {option.value: option for option in old.options}
        became = {option.value: option for option in one.options}
        yield from (f"answer set {one.id}: {value} is gone" for value in was if value not in became)
        for value, option in became.items():
            if value not in was:
                yield f"answer set {one.id}: {value} is new: {_quoted(option.text)}"
            else:
                yield from _option(f"answer set {one.id}, {value}", was[value], option)


def _option(place: str, old: Option, new: Option) -> Iterator[str]:
    yield from _texts(f"{place} text", old.text, new.text)
    yield from _texts(f"{place} easy", old.easy, new.easy)
    if old.missing != new.missing:
        yield f"{place} {'now counts' if new.missing else 'no longer counts'} as missing"
    if old.picture != new.picture:
        yield f"{place} has another picture"
    yield from _recordings(place, old, new)


def _scales(before: Instrument, now: Instrument) -> Iterator[str]:
    for scale in before.scales:
        if scale.id not in now.scales_by_id:
            yield f"scale {scale.id} is gone"
    for scale in now.scales:
        old = before.scales_by_id.get(scale.id)
        if old is None:
            yield f"scale {scale.id} is new: {', '.join(scale.item_ids)}"
            continue
        yield from (f"scale {scale.id}: {_SCALE_REASONS[name]}" for name in scale_differences(scale, old))
        for name in ("title", "description", "low_label", "high_label", "discuss"):
            yield from _texts(f"scale {scale.id} {name}", getattr(old, name), getattr(scale, name))
        for name in ("positive_from", "margin"):
            if getattr(old, name) != getattr(scale, name):
                yield f"scale {scale.id} {name}: {_said(getattr(old, name))} -> {_said(getattr(scale, name))}"


def _texts(place: str, old: Mapping[str, str] | None, new: Mapping[str, str] | None) -> Iterator[str]:
    for language in dict.fromkeys([*(old or {}), *(new or {})]):
        was, became = (old or {}).get(language), (new or {}).get(language)
        if was != became:
            yield f"{place}.{language}: {_said(was)} -> {_said(became)}"


def _said(value: object) -> str:
    if value is None or value == ():
        return "nothing"
    if isinstance(value, tuple):
        return ", ".join(map(_said, value))
    return f'"{value}"' if type(value) is str else str(value)


def _quoted(text: Mapping[str, str]) -> str:
    return _said(str(next(iter(text.values()))))


def _shown(instrument: Instrument, rule: Rule | None) -> str:
    return "always" if rule is None else f"if {rule_in_words(instrument, rule, 'en')}"
