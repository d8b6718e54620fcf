"""Faults of what is read aloud: a recording of a text that is not there, or in a language that is not declared."""

from __future__ import annotations

from collections.abc import Iterator

from instruments.faults import Fault, suggest
from instruments.model import EASY_TEXTS, Frozen, Instrument, Item, Option, Section
from instruments.outline import Outline, Part


def audio_faults(outline: Outline) -> Iterator[Fault]:
    languages = [code for code in outline.top.values("languages") if isinstance(code, str)]
    for kind, part in read_aloud(outline):
        if kind is Section and part.has("audio") and not part.has("intro"):
            yield _without_text(part, "audio", "intro")
        if part.has("easy_audio") and not any(part.has(name) for name in EASY_TEXTS[kind]):
            yield _without_text(part, "easy_audio", EASY_TEXTS[kind][0])
        for said in recordings_of(part):
            for code in said.data if languages else ():
                if code not in languages:
                    message = f"{code!r} is not one of the instrument's languages"
                    yield said.fault("undeclared_language", code, message, suggest(code, languages))


def read_aloud(outline: Outline) -> Iterator[tuple[type[Frozen], Part]]:
    """Every part that may have recordings, and what it is."""
    yield Instrument, outline.top
    yield from ((Section, section) for section in outline.sections)
    yield from ((Item, item) for item in outline.items)
    yield from ((Option, option) for one in outline.answer_sets for option in one.parts("options"))


def recordings_of(part: Part) -> Iterator[Part]:
    yield from filter(None, (part.part("audio"), part.part("easy_audio")))


def _without_text(part: Part, key: str, text: str) -> Fault:
    message = f"{key} says a text that is not there: {text}"
    return part.fault("recording_without_text", key, message, f"write the text under {text}:, or remove {key}:")
