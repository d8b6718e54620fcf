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


ANSWERS = {"a": [1, 2, 4, 4], "b": [2, 1, 5, ""], "size": [40, 40, 40, 40], "p": [0.01, "NA", 0.04, 0.3]}
TABLE = {
    "row": ["x", "x", "y", "y"],
    "col": ["u", "v", "u", "v"],
    "freq": [3, 5, 7, 9],
    "suppressed": [True, True, True, True],
}


@pytest.mark.parametrize(
    ("topic", "params", "frame", "key", "expected"),
    [
        # R: sqrt((1 - 4/40) * var(c(1, 2, 4, 4)) / 4)
        ("design.fpc", {"y": "a", "N": "size"}, ANSWERS, "se_fpc", 0.7115125),
        ("scoring", {"items": ["a", "b"]}, ANSWERS, "first10", [1.5, 1.5, 4.5, 4.0]),
        ("item_analysis", {"items": ["a", "b"]}, ANSWERS, "n", 3),
        # R: cov2cor(cov(x, use = "pairwise")), as psych::alpha takes it, and p.adjust
        ("reliability.alpha", {"items": ["a", "b"], "missing": "pairwise"}, ANSWERS, "mean_interitem_r", 0.8540168),
        ("multiplicity", {"p": "p"}, ANSWERS, "holm", [0.03, None, 0.08, 0.3]),
        ("multiplicity", {"p": "p"}, ANSWERS, "n_rejected_bonferroni", 1),
        ("sdc.attack", {}, TABLE, "bounds", {"x|u": [0, 8], "x|v": [0, 8], "y|u": [2, 10], "y|v": [6, 14]}),
        # R: pwr.2p.test(ES.h(.5, .65), sig.level = .01, power = .8)$n
        ("power", {"alpha": 0.01}, None, "n_per_group_p0.5_0.65_power.8", 251.60),
    ],
)
def test_the_same_is_asked_in_other_ways(
    topic: str, params: dict[str, object], frame: object, key: str, expected: object
) -> None:
    got = ADAPTER[topic]({"params": params, "expected": {key: expected}}, frame)
    assert list(differences(expected, got[key], {"default": {"rel": 1e-5, "abs": 1e-9}}, key)) == []
