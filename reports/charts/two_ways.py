"""One scale's number found in two ways or more, one under the other: weighted and not, deciding test and others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from reports import wording
from reports.charts.analyst_phrases import phrase
from reports.charts.dot_rows import DotRow, axis_of, dot_rows, head, uncertain
from reports.charts.sketch import Chart, Sketch
from reports.charts.tokens import BRAND, LAST
from reports.findings import Estimate
from reports.wording import Unit

TOP = 20.0


@dataclass(frozen=True)
class Way:
    """`first` is the way that the reports use: drawn in the full colour."""

    label: str
    estimate: Estimate
    first: bool = False


@dataclass(frozen=True)
class Found:
    """What stands under one heading (a scale), in all ways."""

    heading: str
    unit: Unit
    ways: tuple[Way, ...]


def found_rows(found: Sequence[Found], language: str, *, signed: bool) -> list[DotRow]:
    rows: list[DotRow] = []
    for one in found:
        rows.append(DotRow(one.heading, None, strong=True))
        rows += [
            DotRow(
                way.label,
                way.estimate,
                _said(way.estimate, language, one.unit, signed),
                wording.interval(way.estimate, language, one.unit.decimals),
                token=BRAND if way.first else LAST,
            )
            for way in one.ways
        ]
    return rows


def two_ways(
    found: Sequence[Found],
    language: str,
    *,
    axis_ends: tuple[float, float],
    ends: tuple[str, str],
    value: str,
    title: str,
    signed: bool = False,
    width: float = 499.0,
) -> Chart:
    """`ends` are the axis' ends in words, `value` what stands above the numbers. A signed axis has a line at 0."""
    sketch = Sketch(width)
    axis = axis_of(width, *axis_ends)
    head(sketch, axis, 13, ends, uncertain(language, value))
    rows = found_rows(found, language, signed=signed)
    bottom = dot_rows(sketch, axis, rows, TOP, language, dashed=0.0 if signed else None)
    said = [
        f"{one.heading}, {way.label}: {_in_words(way.estimate, language, one.unit, signed)}."
        for one in found
        for way in one.ways
    ]
    return sketch.finish(bottom + 2, title=title, description=" ".join(said) or phrase(language, "nothing_there"))


def reach(found: Sequence[Found], least: float) -> tuple[float, float]:
    """A signed axis as far to both sides as the widest interval needs, in whole `least`."""
    ends = [
        abs(end)
        for one in found
        for way in one.ways
        for end in (way.estimate.value, way.estimate.low, way.estimate.high)
        if end is not None
    ]
    steps = max(1, -int(-max(ends, default=0.0) // least))
    return -steps * least, steps * least


def _said(found: Estimate, language: str, unit: Unit, signed: bool) -> str:
    if signed:
        return wording.signed(found.value, language, unit.decimals)
    return wording.level(found.value, language, unit)


def _in_words(found: Estimate, language: str, unit: Unit, signed: bool) -> str:
    return wording.change_estimate(found, language, unit) if signed else wording.level_estimate(found, language, unit)
