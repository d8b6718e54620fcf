"""Faults of texts: a language that is missing or not declared, and easy texts that nobody would be shown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import get_args

from pydantic import BaseModel

from instruments.document import Document, Place, Value
from instruments.faults import Fault, suggest
from instruments.model import Instrument, Localised, Variant
from instruments.outline import Outline, Part
from instruments.type_faults import models_in

EASY_KEYS = frozenset({"easy", "easy_intro", "easy_help", "easy_introduction"})


def text_faults(outline: Outline) -> Iterator[Fault]:
    top = outline.top
    languages = [code for code in top.values("languages") if isinstance(code, str)]
    for code in sorted(code for code, count in Counter(languages).items() if count > 1):
        yield top.fault("duplicate_language", "languages", f"{code!r} stands twice", "keep one of them")
    for text in localised_texts(outline):
        if languages:
            yield from _language_faults(text, languages)
        if text.place[-1] in EASY_KEYS and Variant.EASY not in top.values("variants"):
            message = "an easy text, but the instrument has no easy variant"
            yield text.fault("easy_not_declared", None, message, "add variants: [standard, easy], or remove the text")


def localised_texts(outline: Outline) -> Iterator[Part]:
    """Every text of the file that stands in several languages."""
    return _texts(outline.top.document, Instrument, ())


def _language_faults(text: Part, languages: list[str]) -> Iterator[Fault]:
    for code in languages:
        if not text.has(code):
            message = f"{text.place[-1]} is not translated to {code!r}"
            yield text.fault("missing_translation", None, message, f"add {code}:")
    for code in text.data:
        if code not in languages:
            message = f"{code!r} is not one of the instrument's languages"
            yield text.fault("undeclared_language", code, message, suggest(code, languages))


def _texts(document: Document, model: type[BaseModel], place: Place) -> Iterator[Part]:
    """Every localised text of the file, found by walking the model's own fields, so that none is forgotten."""
    data = Part(document, place).data
    for key, field in model.model_fields.items():
        here = (*place, key)
        if here in document.unread or not isinstance(data.get(key), dict | list):
            continue
        if Localised in (field.annotation, *get_args(field.annotation)):
            if isinstance(data[key], dict):
                yield Part(document, here)
            continue
        for inner in models_in(field.annotation):
            for member in _members(data[key], here):
                yield from _texts(document, inner, member)


def _members(value: Value, place: Place) -> list[Place]:
    return [(*place, position) for position in range(len(value))] if isinstance(value, list) else [place]
