"""FHIR extensions: the published ones that we use, and our own, whose values nest as our data does.

Our own have the address `urn:termometern:fhir:KEY`, KEY being the key of our format. A group of keys is an extension
with one inside for each, a list one with an `entry` for each member: readable without knowing us, and exact.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from instruments.document import Value
from instruments.exchange.gathering import Gathered
from instruments.exchange.limits import clean
from instruments.model import Localised

OWN: Final = "urn:termometern:fhir:"
INSTRUMENT: Final = "urn:termometern:instrument:"
_CORE = "http://hl7.org/fhir/StructureDefinition/"
_SDC = "http://hl7.org/fhir/uv/sdc/StructureDefinition/"
TRANSLATION: Final = f"{_CORE}translation"
ORDINAL: Final = f"{_CORE}ordinalValue"
MIN_VALUE: Final = f"{_CORE}minValue"
MAX_VALUE: Final = f"{_CORE}maxValue"
SLIDER_STEP: Final = f"{_CORE}questionnaire-sliderStepValue"
ITEM_CONTROL: Final = f"{_CORE}questionnaire-itemControl"
HIDDEN: Final = f"{_CORE}questionnaire-hidden"
CONTROLS: Final = "http://hl7.org/fhir/questionnaire-item-control"
SHORT_TEXT: Final = f"{_SDC}sdc-questionnaire-shortText"
ENABLE_EXPRESSION: Final = f"{_SDC}sdc-questionnaire-enableWhenExpression"

Node = Mapping[str, Value]
_LARGEST = 2**31 - 1


def node(value: Value) -> Node:
    """The value if it is an object, else an empty one: what is missing says nothing."""
    return value if isinstance(value, dict) else {}


def nodes(value: Value) -> list[Node]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def word(value: Value) -> str:
    return value if isinstance(value, str) else ""


# --- writing ---


def own(said: Mapping[str, Value]) -> list[Value]:
    """One extension of ours for each key."""
    return [{"url": OWN + key, **_valued(value)} for key, value in said.items()]


def _valued(value: Value) -> dict[str, Value]:
    if isinstance(value, dict):
        return {"extension": [{"url": key, **_valued(inner)} for key, inner in value.items()]}
    if isinstance(value, list):
        return {"extension": [{"url": "entry", **_valued(inner)} for inner in value]}
    if isinstance(value, bool):
        return {"valueBoolean": value}
    if isinstance(value, int) and abs(value) <= _LARGEST:
        return {"valueInteger": value}
    return {"valueDecimal": value} if isinstance(value, int | float) else {"valueString": value}


def text_of(field: str, text: Localised | None, languages: Iterable[str]) -> dict[str, Value]:
    """`field` in the first language, and its translations beside it in `_field`."""
    if text is None:
        return {}
    first, *others = languages
    translations: list[Value] = [_translation(language, text[language]) for language in others]
    return {field: text[first], **({f"_{field}": {"extension": translations}} if translations else {})}


def _translation(language: str, text: str) -> dict[str, Value]:
    parts: list[Value] = [{"url": "lang", "valueCode": language}, {"url": "content", "valueString": text}]
    return {"url": TRANSLATION, "extension": parts}


# --- reading ---


def extensions(around: Node, url: str) -> Iterator[Node]:
    yield from (one for one in nodes(around.get("extension")) if one.get("url") == url)


def value_of(extension: Node) -> Value:
    """What an extension holds, whatever its type."""
    return next((value for key, value in extension.items() if key.startswith("value")), None)


def first_value(around: Node, url: str) -> Value:
    return next((value_of(one) for one in extensions(around, url)), None)


def control(around: Node) -> str:
    """The item control's code: slider, help, lower, upper ... or nothing."""
    concept = node(first_value(around, ITEM_CONTROL))
    return next((word(coding.get("code")) for coding in nodes(concept.get("coding"))), "")


def read_own(around: Node, allowed: Iterable[str], place: str, gathered: Gathered) -> dict[str, Value]:
    """What our own extensions say; those of others are left alone. An unknown one of ours is a fault."""
    said: dict[str, Value] = {}
    keys = list(allowed)
    for one in nodes(around.get("extension")):
        key = word(one.get("url")).removeprefix(OWN)
        if not word(one.get("url")).startswith(OWN):
            continue
        if key not in keys:
            message = f"the extension {key!r} is not known here"
            gathered.add("unknown_extension", None, place, message, gathered.suggestion(key, keys))
        elif key in said:
            message = f"the extension {key!r} stands twice"
            gathered.add("duplicate_extension", None, place, message, "keep one of them")
        else:
            said[key] = _held(one)
    return said


def _held(extension: Node) -> Value:
    inner = nodes(extension.get("extension"))
    if not inner:
        return value_of(extension)
    if all(one.get("url") == "entry" for one in inner):
        return [_held(one) for one in inner]
    return {word(one.get("url")): _held(one) for one in inner}


def read_text(around: Node, field: str, language: str) -> dict[str, Value]:
    """Language -> text: the field itself in `language`, then its translations."""
    texts: dict[str, Value] = {}
    if said := clean(word(around.get(field))):
        texts[language] = said
    for one in extensions(node(around.get(f"_{field}")), TRANSLATION):
        code = word(first_value(one, "lang")).split("-")[0].lower()
        content = clean(word(first_value(one, "content")))
        if code and content:
            texts.setdefault(code, content)
    return texts
