"""A file from a stranger never breaks the checker: it is either sound, or every fault is told and nothing raised."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from instruments.check import check_document
from instruments.document import parse_document
from instruments.faults import Fault
from instruments.load import CATALOGUE

USER_SURVEY = CATALOGUE / "user-survey-economic-assistance" / "2026.1.yaml"
SOUND = parse_document(USER_SURVEY.read_bytes())
PLACES = sorted(SOUND.lines, key=str)

scalars = st.one_of(
    st.none(), st.booleans(), st.integers(-(10**20), 10**20), st.floats(allow_nan=False), st.text(max_size=12)
)
rubbish = st.one_of(
    scalars,
    st.lists(scalars, max_size=3),
    st.dictionaries(st.sampled_from(["id", "item", "op", "value", "rules", "sv", "text"]), scalars, max_size=3),
    st.sampled_from([{"op": "any_of", "item": "I01", "value": ["x", None]}, {"op": "all", "rules": [1, {"op": []}]}]),
)


@given(st.lists(st.tuples(st.sampled_from(PLACES), rubbish), min_size=1, max_size=3))
@settings(max_examples=60)
def test_rubbish_anywhere_is_told_as_faults(changes: list[tuple[tuple[str | int, ...], object]]) -> None:
    data = json.loads(json.dumps(SOUND.data))
    for place, value in changes:
        _put(data, place, value)
    instrument, faults = check_document(parse_document(json.dumps(data).encode()))
    assert (instrument is None) == bool(faults)
    assert all(_is_told_well(fault) for fault in faults)


def _put(data: Any, place: tuple[str | int, ...], value: object) -> None:
    for step in place[:-1]:
        if not isinstance(data, dict | list) or (isinstance(data, dict) != isinstance(step, str)):
            return
        data = data.get(step) if isinstance(data, dict) else data[int(step)] if int(step) < len(data) else None
    if isinstance(data, dict) and place:
        data[str(place[-1])] = value


@given(st.one_of(st.binary(max_size=200), st.text(alphabet="ab: -[]{}&*!?|>%#'\"\n\t", max_size=80).map(str.encode)))
@settings(max_examples=150)
def test_any_bytes_are_told_as_faults(content: bytes) -> None:
    instrument, faults = check_document(parse_document(content))
    assert instrument is None
    assert faults
    assert all(_is_told_well(fault) for fault in faults)


def _is_told_well(fault: Fault) -> bool:
    """A fault inside a file has a line, a message and a remedy, each on one line."""
    said = (fault.message, fault.remedy)
    return all(said) and not any("\n" in text for text in said) and fault.code.isidentifier()


def test_the_start_is_sound() -> None:
    assert check_document(SOUND)[1] == ()


def test_merged_values_that_are_no_values_are_told() -> None:
    data = json.loads(json.dumps(SOUND.data))
    data["sections"][-1]["items"][-1]["coarsen"] = [[{"a": 1}], [[1]], [1, 1], "x"]
    _, faults = check_document(parse_document(json.dumps(data).encode()))
    assert {fault.code for fault in faults} == {"wrong_type", "coarsen_value"}
