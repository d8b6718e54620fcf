"""The JSON Schema says what the model says: on every file that is sound, and on every file that the model refuses."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from jsonschema import Draft202012Validator

from instruments import model
from instruments.document import document_of, parse_document
from instruments.load import CATALOGUE, instrument_files
from instruments.model import Frozen, Instrument
from instruments.save import to_yaml
from instruments.schema import SAID, schema
from instruments.type_faults import build
from tests.instruments.random_instruments import instruments

DEFINITIONS = Path(__file__).parents[1] / "definitions"
SCHEMA = schema()
VALIDATOR = Draft202012Validator(SCHEMA)
SOUND = [*instrument_files(CATALOGUE), *sorted((DEFINITIONS / "valid").glob("*.yaml"))]

# Readable files that the model itself refuses.
REFUSED = [
    path
    for path in sorted((DEFINITIONS / "invalid").glob("*.yaml"))
    if not (read := parse_document(path.read_bytes())).faults and build(read)[0] is None
]


def test_it_is_a_schema() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    assert schema() == SCHEMA


@pytest.mark.parametrize("path", SOUND, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_every_sound_file_is_valid(path: Path) -> None:
    assert [error.message for error in VALIDATOR.iter_errors(parse_document(path.read_bytes()).data)] == []


@given(instruments)
@settings(max_examples=30)
def test_every_sound_instrument_is_valid(instrument: Instrument) -> None:
    assert VALIDATOR.is_valid(parse_document(to_yaml(instrument).encode()).data)


@pytest.mark.parametrize("path", REFUSED, ids=lambda path: path.stem)
def test_what_the_model_refuses_the_schema_refuses(path: Path) -> None:
    assert not VALIDATOR.is_valid(parse_document(path.read_bytes()).data)


def test_the_refused_files_are_of_every_kind() -> None:
    kinds = {"bad_form", "empty_text", "long_text", "missing_key", "out_of_range", "too_few", "too_many", "unknown_key"}
    kinds |= {"unknown_operator", "unknown_item_type", "unknown_value", "wrong_type", "picture_without_alt"}
    assert kinds <= {path.stem for path in REFUSED}


def test_what_must_be_said_is_required() -> None:
    data = parse_document((DEFINITIONS / "invalid" / "unsaid.yaml").read_bytes()).data
    assert build(document_of(data))[0] is not None
    assert not VALIDATOR.is_valid(data)
    assert all(key in SCHEMA["$defs"][part]["required"] for part, keys in SAID.items() for key in keys)


def test_every_part_is_closed_and_every_docstring_of_a_field_is_there() -> None:
    parts = {**SCHEMA["$defs"], "Instrument": SCHEMA}
    for name, part in parts.items():
        if part.get("type") == "object":
            assert part["additionalProperties"] is False
            fields = getattr(model, name).model_fields if name != "Localised" else {}
            assert set(part.get("properties", {})) == set(fields)
    assert "top-box" in parts["Scale"]["properties"]["positive_from"]["description"]
    assert parts["Scale"]["description"].startswith("Items scored together")
    assert {one.__name__ for one in Frozen.__subclasses__()} <= parts.keys()
