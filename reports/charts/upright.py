"""A value axis that stands upright, for charts with rounds along the foot."""

from __future__ import annotations

import math
from collections.abc import Iterable

from instruments.model import Scale
from reports import wording
from reports.charts import marks
from reports.charts.sketch import Sketch
from reports.charts.tokens import LINE, SOFT
from reports.sums import score_range, unit_of
from reports.wording import PER_CENT

FEWEST_STEPS = 2
MOST_STEPS = 8


def window(scale: Scale, values: Iterable[float | None]) -> tuple[float, float, float]:
    """The part of the scale that holds `values`, in whole steps: (low, high, step). The whole scale without values.

    Half a scale point a step, or ten per cent; at least two steps, so that a small difference looks small.
    """
    low, high = score_range(scale)
    step = 10.0 if unit_of(scale) is PER_CENT else _half_step(high - low)
    known = [value for value in values if value is not None]
    if not known:
        return low, high, (high - low) / 4
    first, last = math.floor(min(known) / step + 1e-9), math.ceil(max(known) / step - 1e-9)
    while last - first < FEWEST_STEPS:
        first, last = first - 1, last + 1
    bottom, top = max(low, first * step), min(high, last * step)
    every = step * math.ceil((top - bottom) / step / MOST_STEPS)
    return bottom, top, every


def ruled(sketch: Sketch, axis: marks.Axis, step: float, right: float, scale: Scale, language: str) -> None:
    """Lines across, from the axis' numbers to `right`; `axis` maps the lowest value to the lowest place."""
    unit = unit_of(scale)
    for number in range(round((axis.high - axis.low) / step) + 1):
        value = min(axis.low + number * step, axis.high)
        y = axis.x(value)
        decimals = 0 if value == round(value) and step == round(step) else 1
        said = wording.number(value, language, decimals) + unit.sign[language]
        sketch.text(26, y + 3, said, size=8, token=SOFT, anchor="end")
        sketch.line(32, y, right, y, LINE, 0.7)


def _half_step(span: float) -> float:
    """Half a point on a scale of few steps; an eighth of the range, in whole points, on a long one."""
    return 0.5 if span <= 8 else float(max(1, round(span / 8)))
