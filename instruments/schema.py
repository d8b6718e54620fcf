"""The instrument format as a JSON Schema, made from the model that reads the files, so that the two cannot differ.

For editors that complete and underline while somebody writes. It says what a schema can: keys, types, forms, lengths.
What holds parts together (references, translations, rules) only `instruments.check` can say.
"""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator, Mapping
from typing import Any

from instruments import model
from instruments.model import Instrument

DIALECT = "https://json-schema.org/draft/2020-12/schema"
ID = "urn:termometern:instrument"

# What the model has a default for, and a file must say all the same (fault `unsaid`).
SAID = {"Scale": ("missing",), "ScaleItem": ("reversed",)}

_TEXT = {"type": "string", "minLength": 1, "maxLength": 2000, "pattern": r"\S"}
_LANGUAGE = "^[a-z]{2,3}$"
_LOCALISED = {
    "description": "The same text in several languages: language code, text.",
    "type": "object",
    "patternProperties": {_LANGUAGE: _TEXT},
    "additionalProperties": False,
}


def schema() -> dict[str, Any]:
    """JSON Schema, draft 2020-12. Plain data, in the same order each time."""
    made = Instrument.model_json_schema()
    parts: dict[str, Any] = {**made.pop("$defs"), "Instrument": made}
    described = _field_descriptions()
    for name, part in parts.items():
        parts[name] = _described(_tidied(part), described.get(name, {}))
        if name in SAID:
            parts[name]["required"] = [*parts[name]["required"], *SAID[name]]
    top = parts.pop("Instrument")
    head = {
        "$schema": DIALECT,
        "$id": ID,
        "title": "Instrument",
        "description": "One version of one instrument: what is asked, in which words, and how it is scored.",
    }
    return {**head, **top, "$defs": {**dict(sorted(parts.items())), "Localised": _LOCALISED}}


def _tidied(value: Any) -> Any:
    """Without titles that only repeat a key, and with texts in several languages said once."""
    if isinstance(value, list):
        return [_tidied(one) for one in value]
    if not isinstance(value, dict):
        return value
    texts = value.get("patternProperties", {}).get(_LANGUAGE, {})
    if texts.get("maxLength") == _TEXT["maxLength"]:
        return {"$ref": "#/$defs/Localised"}
    if value.get("type") == "string" and value.get("maxLength") == _TEXT["maxLength"]:
        return dict(_TEXT)
    tidy = {key: _tidied(inner) for key, inner in value.items() if key != "title" or not isinstance(inner, str)}
    if "patternProperties" in tidy:
        tidy["additionalProperties"] = False
    return tidy


def _described(part: dict[str, Any], described: Mapping[str, str]) -> dict[str, Any]:
    """With what the model's source says below each field."""
    keys = part.get("properties", {})
    said = {key: {"description": described[key]} for key in keys if key in described}
    return (
        {**part, "properties": {key: {**said.get(key, {}), **inner} for key, inner in keys.items()}} if keys else part
    )


def _field_descriptions() -> dict[str, dict[str, str]]:
    """Class -> field -> the docstring that stands below it."""
    classes = (node for node in ast.parse(inspect.getsource(model)).body if isinstance(node, ast.ClassDef))
    return {one.name: dict(_docstrings(one)) for one in classes}


def _docstrings(part: ast.ClassDef) -> Iterator[tuple[str, str]]:
    for field, below in zip(part.body, part.body[1:], strict=False):
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name) and isinstance(below, ast.Expr):
            text = below.value.value if isinstance(below.value, ast.Constant) else None
            if isinstance(text, str):
                yield field.target.id, " ".join(text.split())
