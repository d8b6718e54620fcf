"""What the model itself finds wrong in a file (missing and unknown keys, wrong types), as sentences with a remedy."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from enum import Enum
from typing import get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from instruments.document import Document, Place
from instruments.faults import Fault, shown, suggest
from instruments.model import Instrument
from instruments.names import RECORDING_NAME

Said = tuple[str, str, str]
"""Code, message, remedy."""


def build(document: Document) -> tuple[Instrument | None, list[Fault]]:
    """The instrument, or None with every fault that the model finds. Strict: "5" is not 5, and true is not 1."""
    try:
        return Instrument.model_validate_json(json.dumps(document.data), strict=True), []
    except ValidationError as error:
        faults = {_fault(document, detail): None for detail in error.errors(include_url=False)}
        return None, [fault for fault in faults if fault is not None]


def _fault(document: Document, detail: ErrorDetails) -> Fault | None:
    place: Place = tuple(step for step in detail["loc"] if step != "[key]")
    known = document.known_part(place)
    if any(known[: len(unread)] == unread for unread in document.unread) or _counts_faulty_members(
        document, known, detail
    ):
        return None
    key = str(place[-1]) if place else "instrument"
    code, message, remedy = _SENTENCES.get(detail["type"], _other)(detail, key, place)
    code = _SPECIAL.get((_parent_name(place), key, detail["type"]), code)
    return Fault(code, document.line(known), document.name(known), message, remedy)


def _counts_faulty_members(document: Document, place: Place, detail: ErrorDetails) -> bool:
    """A list that is long enough in the file: pydantic has not counted members whose own faults are told already."""
    value = document.value(place)
    return detail["type"] == "too_short" and isinstance(value, list) and len(value) >= detail["ctx"]["min_length"]


# A few faults are so common, or so serious, that they have a code of their own: (around it, key, pydantic's type).
_SPECIAL = {
    ("picture", "alt", "missing"): "picture_without_alt",
    ("visible_if", "op", "literal_error"): "unknown_operator",
    ("rules", "op", "literal_error"): "unknown_operator",
    ("items", "type", "enum"): "unknown_item_type",
    ("scales", "items", "too_short"): "scale_without_items",
    ("scales", "items", "missing"): "scale_without_items",
}


def _parent_name(place: Place) -> str:
    """The nearest key around the last step, list positions passed over."""
    return next((step for step in reversed(place[:-1]) if isinstance(step, str)), "")


def _missing(_detail: ErrorDetails, key: str, _place: Place) -> Said:
    return "missing_key", f"{key!r} is missing", f"add {key}:"


def _unknown_key(detail: ErrorDetails, key: str, place: Place) -> Said:
    if key == "reversed" and _parent_name(place) in ("items", "scales"):
        return _reversed_outside(detail, key, place)
    return "unknown_key", f"{shown(key)} is not a key here", suggest(key, _keys_at(place[:-1]))


def _reversed_outside(_detail: ErrorDetails, key: str, _place: Place) -> Said:
    """On an item, or listed beside a scale's items: an item may be turned round in one scale and not in another."""
    message = f"{key!r} says nothing here: an item is reversed within a scale, entry by entry"
    return "reversed_outside_scale", message, "write it in the scale's items, as {item: ..., reversed: true}"


def _unknown_value(detail: ErrorDetails, key: str, _place: Place) -> Said:
    allowed = re.findall(r"'([^']*)'", str(detail.get("ctx", {}).get("expected", "")))
    return "unknown_value", f"{key} cannot be {shown(detail['input'])}", suggest(str(detail["input"]), allowed)


def _pattern(detail: ErrorDetails, key: str, _place: Place) -> Said:
    remedy = _PATTERN_REMEDIES.get(str(detail.get("ctx", {}).get("pattern")), "follow docs/instrument-format.md")
    return "bad_form", f"{key} {shown(detail['input'])} has the wrong form", remedy


_PATTERN_REMEDIES = {
    r"^[a-z][a-z0-9_-]{0,39}$": "lower-case letters, digits, - and _, a letter first, at most 40 characters",
    r"^[A-Za-z][A-Za-z0-9_]{0,31}$": "letters, digits and _, a letter first, at most 32 characters",
    r"^[a-z]{2,3}$": 'a language code such as "sv" or "en"',
    r"^[0-9]{4}\.[0-9]{1,3}$": 'a year and a number in quotes, such as "2026.1"',
    f"^{RECORDING_NAME.pattern}$": "the name of an .mp3, .m4a, .ogg or .wav file, lower case, without folders",
    r"^[a-z0-9_-]+\.svg$": "the name of an SVG file, lower case, without folders",
}


def _wrong_type(wanted: str) -> Callable[[ErrorDetails, str, Place], Said]:
    def say(detail: ErrorDetails, key: str, place: Place) -> Said:
        what = f"entry {int(key) + 1}" if place and isinstance(place[-1], int) else key
        return "wrong_type", f"{what} is {_kind(detail['input'])}", f"write {wanted}"

    return say


def _kind(value: object) -> str:
    names = {bool: "true or false", int: "a whole number", float: "a decimal number", str: "text"}
    names |= {list: "a list", dict: "a group of keys", type(None): "empty"}
    return names.get(type(value), "of another kind")


def _length(code: str, wanted: str) -> Callable[[ErrorDetails, str, Place], Said]:
    def say(detail: ErrorDetails, key: str, _place: Place) -> Said:
        context = detail.get("ctx", {})
        limit = context.get("min_length", context.get("max_length"))
        return code, f"{key} has {'too few' if 'least' in wanted else 'too many'} entries", f"write {wanted} {limit}"

    return say


def _empty_text(_detail: ErrorDetails, key: str, _place: Place) -> Said:
    return "empty_text", f"{key} has no text", "write the text, or remove the key"


def _long_text(detail: ErrorDetails, key: str, _place: Place) -> Said:
    return "long_text", f"{key} is too long", f"at most {detail.get('ctx', {}).get('max_length')} characters"


def _out_of_range(detail: ErrorDetails, key: str, _place: Place) -> Said:
    wanted = detail["msg"].removeprefix("Input should be ")
    return "out_of_range", f"{key} is {shown(detail['input'])}", f"it must be {wanted}"


def _other(detail: ErrorDetails, key: str, _place: Place) -> Said:
    return "invalid", f"{key}: {detail['msg']}", "see docs/instrument-format.md"


_SENTENCES: dict[str, Callable[[ErrorDetails, str, Place], Said]] = {
    "missing": _missing,
    "extra_forbidden": _unknown_key,
    "enum": _unknown_value,
    "literal_error": _unknown_value,
    "string_pattern_mismatch": _pattern,
    "string_type": _wrong_type("text, in quotes if it looks like a number"),
    "int_type": _wrong_type("a whole number, without quotes"),
    "float_type": _wrong_type("a number, without quotes"),
    "bool_type": _wrong_type("true or false, without quotes"),
    "dict_type": _wrong_type('one text a language, such as {sv: "...", en: "..."}'),
    "tuple_type": _wrong_type("a list"),
    "model_type": _wrong_type("a group of keys"),
    "too_short": _length("too_few", "at least"),
    "too_long": _length("too_many", "at most"),
    "string_too_short": _empty_text,
    "string_too_long": _long_text,
    "greater_than": _out_of_range,
    "greater_than_equal": _out_of_range,
    "less_than": _out_of_range,
    "less_than_equal": _out_of_range,
}


def _keys_at(place: Place) -> list[str]:
    """The keys that the model allows at a place, found by walking the model's own fields."""
    model: type[BaseModel] = Instrument
    for step in place:
        if isinstance(step, str) and step in model.model_fields:
            model = next(models_in(model.model_fields[step].annotation), model)
    return list(model.model_fields)


def models_in(annotation: object) -> Iterator[type[BaseModel]]:
    """The model classes that a field's type is made of: `tuple[Item, ...]` -> Item."""
    if isinstance(annotation, type) and get_origin(annotation) is None:
        if issubclass(annotation, BaseModel) and not issubclass(annotation, Enum):
            yield annotation
        return
    for part in get_args(annotation):
        yield from models_in(part)
