"""What changed in a survey from one round to the next, for whoever reads a line over time.

The same judgement as `instruments.comparability`, in the words of a report: item by item, scale by scale.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from instruments.comparability import item_differences, items_comparable, scale_differences, scales_comparable
from instruments.model import Comparability, Instrument, in_language, item_text
from reports import wording
from reports.charts.phrases import Phrases


@dataclass(frozen=True)
class ItemStep:
    item: str
    text: str
    """As it is now; as it was, where it is gone."""
    before: str | None
    """As it was asked before, where other words stand there now."""
    comparable: Comparability | None
    """None where it is gone."""
    what: tuple[str, ...]
    """What differs, in words."""


@dataclass(frozen=True)
class ScaleStep:
    scale: str
    title: str
    comparable: Comparability
    why: tuple[str, ...]
    """Why it may not be compared, or only with care, in words."""


@dataclass(frozen=True)
class VersionStep:
    """From one round's instrument to the next one's."""

    items: tuple[ItemStep, ...]
    """Those that are asked in another way, are new, or are gone; background items too."""
    same: int
    """How many are asked exactly as before."""
    scales: tuple[ScaleStep, ...]


def version_step(before: Instrument, now: Instrument, language: str) -> VersionStep:
    """Raises ValueError for a language that reports are not written in."""
    verdicts = items_comparable(now, before)
    changed = tuple(_items(before, now, verdicts, language))
    asked = sum(one.comparable is not None for one in changed)
    return VersionStep(
        items=changed,
        same=len(now.items) - asked,
        scales=tuple(_scales(before, now, verdicts, language)),
    )


def verdict_words(found: Comparability | None, language: str) -> str:
    """Of an item or a scale; None is one that is gone."""
    return phrase(language, "gone" if found is None else f"verdict_{found.name.lower()}")


def _items(
    before: Instrument, now: Instrument, verdicts: dict[str, Comparability], language: str
) -> Iterator[ItemStep]:
    for item in now.items:
        old = before.items_by_id.get(item.id)
        if old is None:
            text = item_text(item, language)
            yield ItemStep(item.id, text, None, Comparability.NEW, (phrase(language, "new"),))
            continue
        keys = tuple(item_differences(now, before, item.id))
        if keys or verdicts[item.id] is not Comparability.SAME:
            said, was = item_text(item, language), item_text(old, language)
            what = tuple(_difference(key, language) for key in keys) or (phrase(language, "declared"),)
            yield ItemStep(item.id, said, was if was != said else None, verdicts[item.id], what)
    for item in before.items:
        if item.id not in now.items_by_id:
            yield ItemStep(item.id, item_text(item, language), None, None, (phrase(language, "gone"),))


def _difference(key: str, language: str) -> str:
    name, _, of = key.partition(".")
    return phrase(language, name, of=of)


def _scales(
    before: Instrument, now: Instrument, verdicts: dict[str, Comparability], language: str
) -> Iterator[ScaleStep]:
    found = scales_comparable(now, before)
    for scale in now.scales:
        old = before.scales_by_id.get(scale.id)
        why = [phrase(language, "scale_new")] if old is None else []
        why += [phrase(language, f"scale_{name}") for name in scale_differences(scale, old)] if old else []
        for verdict in (Comparability.NEW, Comparability.REWORDED):
            texts = tuple(name for name in scale.item_ids if verdicts[name] is verdict)
            if texts and old is not None:
                listed = wording.listing(texts, language)
                why.append(phrase(language, f"scale_items_{verdict.name.lower()}", items=listed))
        yield ScaleStep(scale.id, in_language(scale.title, language), found[scale.id], tuple(why))
    for scale in before.scales:
        if scale.id not in now.scales_by_id:
            title = in_language(scale.title, language)
            yield ScaleStep(scale.id, title, Comparability.NEW, (phrase(language, "scale_gone"),))


phrase = Phrases(
    {
        "sv": {
            "verdict_same": "kan jämföras",
            "verdict_reworded": "kan jämföras med försiktighet",
            "verdict_new": "kan inte jämföras",
            "new": "ny fråga",
            "gone": "ställs inte längre",
            "declared": "instrumentet säger att den har ändrats",
            "text": "andra ord ({of})",
            "type": "besvaras på ett annat sätt",
            "options": "andra svarsalternativ",
            "range": "andra ändar på skalan",
            "languages": "inget språk gemensamt",
            "scale_new": "fanns inte förra gången",
            "scale_gone": "finns inte längre",
            "scale_items": "andra frågor ingår",
            "scale_reversed": "andra frågor är vända",
            "scale_minimum": "skalan börjar på ett annat tal",
            "scale_maximum": "skalan slutar på ett annat tal",
            "scale_method": "värdet räknas på ett annat sätt",
            "scale_missing": "fler eller färre svar krävs för ett värde",
            "scale_positive_from": "andra steg räknas som positiva",
            "scale_items_new": "kan inte jämföras: {items}",
            "scale_items_reworded": "har fått andra ord: {items}",
        },
        "en": {
            "verdict_same": "may be compared",
            "verdict_reworded": "may be compared with care",
            "verdict_new": "may not be compared",
            "new": "new item",
            "gone": "is no longer asked",
            "declared": "the instrument says that it has changed",
            "text": "other words ({of})",
            "type": "answered in another way",
            "options": "other answers to choose from",
            "range": "other ends of its range",
            "languages": "no language in common",
            "scale_new": "was not there last time",
            "scale_gone": "is no longer there",
            "scale_items": "it has other items",
            "scale_reversed": "other items are reversed",
            "scale_minimum": "its range begins elsewhere",
            "scale_maximum": "its range ends elsewhere",
            "scale_method": "its value is worked out in another way",
            "scale_missing": "more or fewer answers are needed for a value",
            "scale_positive_from": "other steps count as positive",
            "scale_items_new": "may not be compared: {items}",
            "scale_items_reworded": "has other words: {items}",
        },
    }
)
