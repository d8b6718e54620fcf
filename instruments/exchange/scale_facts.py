"""A scale as a list of named facts, in one language: for formats that know no scales and have room for notes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from instruments.document import Value
from instruments.model import Scale

_TEXTS = ("title", "description", "low_label", "high_label", "discuss")
_WORDS = ("method", "missing")
_WHOLE = ("minimum", "maximum", "positive_from")
_REFERENCE = {"mean": float, "sd": float, "n": int}
_NUMBER = re.compile(r"-?[0-9]{1,9}(\.[0-9]{1,15})?")


def scale_facts(scale: Scale, language: str) -> Iterator[tuple[str, str]]:
    """Name and text of every fact that is given."""
    for name in _TEXTS:
        if text := getattr(scale, name):
            yield name, text[language]
    for name in (*_WORDS, *_WHOLE, "margin"):
        if (value := getattr(scale, name)) is not None:
            yield name, str(value)
    if scale.reference:
        for name in _REFERENCE:
            if (value := getattr(scale.reference, name)) is not None:
                yield f"reference_{name}", str(value)
        yield "reference_population", scale.reference.population[language]
        yield "reference_source", scale.reference.source


def scale_data(name: str, facts: Mapping[str, str], items: list[tuple[str, bool]], language: str) -> dict[str, Value]:
    """The scale as plain data. A number that is none stays text, and the checker tells of it."""
    data: dict[str, Value] = {"id": name}
    data |= {key: {language: facts[key]} for key in _TEXTS if key in facts}
    data |= {key: facts[key] for key in _WORDS if key in facts}
    data |= {key: _number(facts[key]) for key in _WHOLE if key in facts}
    if "margin" in facts:
        data["margin"] = _number(facts["margin"], decimal=True)
    reference: dict[str, Value] = {
        key: _number(facts[f"reference_{key}"], decimal=kind is float)
        for key, kind in _REFERENCE.items()
        if f"reference_{key}" in facts
    }
    if "reference_population" in facts:
        reference["population"] = {language: facts["reference_population"]}
    if "reference_source" in facts:
        reference["source"] = facts["reference_source"]
    if reference:
        data["reference"] = reference
    data["items"] = [{"item": item, "reversed": turned} for item, turned in items]
    return data


def _number(text: str, *, decimal: bool = False) -> Value:
    if not _NUMBER.fullmatch(text):
        return text
    return float(text) if decimal else int(text) if "." not in text else text
