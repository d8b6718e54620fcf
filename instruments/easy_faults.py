"""Faults of the easy variant: items that have none, and easy texts that are not easy."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from instruments.faults import Fault
from instruments.model import ItemType, Variant
from instruments.outline import Outline, Part, type_of
from instruments.readability import STEADY_WORDS, Counts, count, longest_sentence, total
from instruments.text_faults import EASY_KEYS, localised_texts

LONGEST_SENTENCE = 15
"""Words."""

HARDEST = 30
"""LIX of all easy texts in one language: where Björnsson's "very easy" ends."""

HARDEST_TEXT = 45
"""LIX of a single text, which is short and therefore swings."""

LIX_LANGUAGES = ("sv", "en")
"""Where LIX is known to serve. The length of sentences is looked at in every language."""


@dataclass(frozen=True)
class _Reading:
    """One text in one language, as a reader of the easy variant meets it."""

    part: Part
    language: str
    text: str
    counts: Counts

    def fault(self, message: str, remedy: str) -> Fault:
        return self.part.fault("easy_too_hard", self.language, message, remedy)


def easy_faults(outline: Outline) -> Iterator[Fault]:
    if Variant.EASY not in outline.top.values("variants"):
        return
    for item in outline.items:
        if not item.has("easy") and not _may_do_without(item):
            message = f"the instrument has an easy variant, and {item.id} no easy text"
            yield item.fault("easy_missing", None, message, "add easy: with the question in easy words")
    readings = list(_readings(outline))
    for one in readings:
        yield from _text_faults(one)
    for language in LIX_LANGUAGES:
        yield from _whole_faults(outline, [one for one in readings if one.language == language])


def _may_do_without(item: Part) -> bool:
    """What is only read, and background, whose plain words often are easy: their texts are judged as easy ones."""
    return type_of(item) in (ItemType.STATEMENT, None) or item.flag("background")


def _readings(outline: Outline) -> Iterator[_Reading]:
    plain = {(*item.place, "text") for item in outline.items if not item.has("easy") and _may_do_without(item)}
    for part in localised_texts(outline):
        if part.place[-1] in EASY_KEYS or part.place in plain:
            for language, text in part.data.items():
                if isinstance(text, str):
                    yield _Reading(part, language, text, count(text))


def _text_faults(one: _Reading) -> Iterator[Fault]:
    longest = longest_sentence(one.text)
    if longest > LONGEST_SENTENCE:
        remedy = f"write sentences of at most {LONGEST_SENTENCE} words"
        yield one.fault(f"an easy text with a sentence of {longest} words", remedy)
    if one.language in LIX_LANGUAGES and one.counts.words >= STEADY_WORDS and one.counts.lix > HARDEST_TEXT:
        message = f"an easy text with LIX {one.counts.lix:.0f}; {HARDEST_TEXT} is the most for one text"
        yield one.fault(message, "write shorter sentences, and fewer words of more than six letters")


def _whole_faults(outline: Outline, readings: list[_Reading]) -> Iterator[Fault]:
    """The texts of one language together."""
    together = total(one.counts for one in readings)
    if together.words < STEADY_WORDS or together.lix <= HARDEST:
        return
    hardest = max(readings, key=lambda one: (one.counts.long_words, one.counts.words))
    said = f"the easy texts in {hardest.language!r} together have LIX {together.lix:.1f}; {HARDEST} is the most"
    where = outline.top.document.name(hardest.part.place)
    yield outline.top.fault("easy_too_hard", "variants", said, f"write shorter words and sentences, first in {where}")
