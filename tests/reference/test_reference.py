"""Every number against published output and R (README.md beside this file): no number is tested by itself only."""

from __future__ import annotations

import json
import warnings
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

from tests.reference.adapter import ADAPTER

HERE = Path(__file__).parent


def frame(name: str) -> pd.DataFrame:
    """As the cases ask for: a region may be called N, and a line of commas only is a person without answers."""
    return pd.read_csv(HERE / name, keep_default_na=False, na_values=[""])


def differences(expected: object, got: object, tolerance: dict[str, dict[str, float]], at: str = "") -> Iterator[str]:
    if isinstance(expected, dict):
        for key, inner in expected.items():
            limits = tolerance if at else {"default": tolerance.get(key, tolerance["default"])}
            yield from differences(inner, got[key], limits, f"{at}.{key}")
    elif isinstance(expected, list):
        if len(got) != len(expected):
            yield f"{at}: {len(got)} numbers, expected {len(expected)}"
        for place, (one, other) in enumerate(zip(expected, got, strict=False)):
            yield from differences(one, other, tolerance, f"{at}[{place}]")
    elif isinstance(expected, str):
        if got != expected:
            yield f"{at}: {got!r}, expected {expected!r}"
    elif expected is None:
        if got is not None:
            yield f"{at}: {got}, expected nothing"
    else:
        allowed = tolerance["default"]["abs"] + tolerance["default"]["rel"] * abs(expected)
        if got is None or not abs(float(got) - expected) <= allowed:
            yield f"{at}: {got}, expected {expected}"


@pytest.mark.parametrize("path", sorted(HERE.glob("o*.json")), ids=lambda path: path.stem)
def test_reference(path: Path) -> None:
    case = json.loads(path.read_text(encoding="utf-8"))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        got = ADAPTER[case["topic"]](case, frame(case["data"]["csv"]) if case["data"]["csv"] else None)
    # "a.b" is a number within a: whether it is there is told by the comparison below.
    optional = {key for key in case["optional"] if "." not in key} - got.keys()
    assert case["expected"].keys() - got.keys() == optional
    expected = {key: value for key, value in case["expected"].items() if key in got}
    assert list(differences(expected, got, case["tolerance"])) == []
