"""Findings as text: byte for byte what the standard library writes with sorted keys, and back."""

from __future__ import annotations

import contextlib
import gc
import json
from dataclasses import dataclass, fields, is_dataclass
from enum import Enum, IntEnum

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.analysis import analyse
from reports.disclosure import disclose, to_json
from reports.findings import Estimate, Findings, Reason, Thresholds
from reports.plain import from_text, to_text
from tests.reports.example import round_of, tree


class Plain(Enum):
    WORD = "ord"


class Size(IntEnum):
    TWO = 2


@dataclass(frozen=True)
class Nothing:
    pass


def by_the_library(part: object) -> str:
    def fields_of(one: object) -> object:
        if isinstance(one, Enum):
            return one.value
        assert is_dataclass(one)
        return {field.name: getattr(one, field.name) for field in fields(one)}

    return json.dumps(
        part, default=fields_of, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False
    )


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()
    # Types of their own that are numbers or texts, and parts of findings.
    | st.sampled_from([Reason.TOO_FEW, Plain.WORD, Size.TWO, np.float64(0.1), Nothing(), Thresholds.of(5)]),
    lambda inner: st.lists(inner) | st.tuples(inner, inner) | st.dictionaries(st.text(), inner)
    | st.builds(Estimate, inner, inner, inner, inner, inner),
)  # fmt: skip


@given(values)
def test_the_text_is_the_librarys(part: object) -> None:
    assert to_text(part) == by_the_library(part)


def test_a_release_is_written_as_the_library_writes_it() -> None:
    units = {"2301-a": 40, "2301-b": 15, "2309-a": 3, "0114-a": 30}
    raw = analyse(
        round_of(units, links=True),
        round_of(units, round_id=1, name="2024", seed=3, links=True),
        tree(units),
        study="Åsele %s \"'\u2028",
        k=5,
        seed=1,
        simulated=True,
        linked=True,
    )
    disclosed = disclose(raw, 5)
    assert to_json(disclosed) == by_the_library(disclosed.findings)
    assert from_text(Findings, to_json(disclosed)) == disclosed.findings


@pytest.mark.parametrize("number", [float("nan"), float("inf"), -np.float64("inf")])
def test_what_is_no_number_is_refused(number: float) -> None:
    with pytest.raises(ValueError, match="cannot stand in findings"):
        to_text((1.0, Estimate(number, None, None, 3)))


@pytest.mark.parametrize("part", [object(), {1, 2}, b"bytes", np.int64(1), Estimate, {1: 2}])
def test_what_cannot_be_read_again_is_refused(part: object) -> None:
    with pytest.raises(TypeError):
        to_text((part,))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"high":null,"low":null,"n":3,"reason":null}', "missing or unknown fields: value"),
        ('{"high":null,"low":null,"more":1,"n":3,"reason":null,"value":1.0}', "missing or unknown fields: more"),
        ('{"high":null,"low":null,"n":true,"reason":null,"value":1.0}', "expected int, found bool"),
        ('{"high":null,"low":null,"n":3,"reason":null,"value":1}', "expected float, found int"),
        ('{"high":null,"low":null,"n":3,"reason":"because","value":null}', "'because' is not a valid Reason"),
        ('{"high":null,"low":null,"n":3,"reason":[],"value":null}', "not a valid Reason"),
        ("[]", "expected dict, found list"),
        ("null", "expected dict, found NoneType"),
    ],
)
def test_what_does_not_have_the_shape_is_refused(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        from_text(Estimate, text)


def test_what_is_too_deep_is_refused() -> None:
    with pytest.raises(ValueError, match="deeper than anything"):
        from_text(Findings, "[" * 200_000)


def test_cycles_are_looked_for_again_after_reading_whatever_was_read() -> None:
    for text in ("[]", to_text(Estimate(1.0, None, None, 3))):
        with contextlib.suppress(ValueError):
            from_text(Estimate, text)
        assert gc.isenabled()
