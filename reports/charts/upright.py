"""A value axis that stands upright, for charts with rounds along the foot."""

from __future__ import annotations

import math
from collections.abc import Iterable

from reports import wording
from reports.charts import marks
from reports.charts.sketch import Sketch
from reports.charts.tokens import LINE, SOFT
from reports.wording import PER_CENT, Unit

MOST_STEPS = 6
SMALLEST_SPAN = 1 / 8
"""Of the range: a small difference is to look small."""
_NICE = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0)


def window(ends: tuple[float, float], unit: Unit, values: Iterable[float | None]) -> tuple[float, float, float]:
    """The part of the range that holds `values`, in whole steps: (low, high, step). The whole of it without values.

    At most six steps, and never less than an eighth of the range from end to end.
    """
    low, high = ends
    known = [value for value in values if value is not None]
    if not known:
        return low, high, (high - low) / 4
    missing = max(0.0, (high - low) * SMALLEST_SPAN - (max(known) - min(known)))
    # Near an end of the range the room is taken on the other side.
    first = min(max(low, min(known) - missing / 2), high - (high - low) * SMALLEST_SPAN)
    last = max(min(high, max(known) + missing / 2), low + (high - low) * SMALLEST_SPAN)
    least = 5.0 if unit is PER_CENT else 0.1
    for step in (nice for nice in _NICE if nice >= least):
        bottom, top = math.floor(first / step + 1e-9) * step, math.ceil(last / step - 1e-9) * step
        if top - bottom <= MOST_STEPS * step + 1e-9:
            return max(low, bottom), min(high, top), step
    return low, high, (high - low) / 4


def ruled(sketch: Sketch, axis: marks.Axis, step: float, right: float, unit: Unit, language: str) -> None:
    """Lines across, from the axis' numbers to `right`; `axis` maps the lowest value to the lowest place."""
    for number in range(round((axis.high - axis.low) / step) + 1):
        value = min(axis.low + number * step, axis.high)
        y = axis.x(value)
        decimals = 0 if value == round(value) and step == round(step) else 1
        said = wording.number(value, language, decimals) + unit.sign[language]
        sketch.text(26, y + 3, said, size=8, token=SOFT, anchor="end")
        sketch.line(32, y, right, y, LINE, 0.7)
