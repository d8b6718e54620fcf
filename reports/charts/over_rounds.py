"""One scale over a study's rounds: a point with its uncertainty for each round, joined where the rounds can be."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from instruments.model import Scale
from reports import wording
from reports.charts import marks
from reports.charts.phrases import phrase
from reports.charts.sketch import Chart, Sketch, wrap
from reports.charts.tokens import BRAND, INK, LAST, SOFT
from reports.charts.upright import ruled, window
from reports.findings import Estimate
from reports.sums import score_range, unit_of
from reports.voice import capital

TOP = 10.0
PLOT = 150.0
LEFT = 32.0
LABEL = 8.0
WIDEST_GAP = 150.0
"""Between two rounds: few rounds stand close enough to be seen as one line."""

ROOM_FOR_WORDS = 70.0


@dataclass(frozen=True)
class RoundPoint:
    """Where the group stood in one round."""

    label: str
    level: Estimate
    joined: bool
    """Whether the line comes here from the point before: the scale has to be the same thing in both."""


def over_rounds(
    title: str,
    scale: Scale,
    language: str,
    points: Sequence[RoundPoint],
    *,
    line: Sequence[float | None] = (),
    width: float = 499.0,
) -> Chart:
    """`line` is a straight line, one height a round, None where it does not reach: drawn dashed."""
    sketch = Sketch(width)
    ends = [end for point in points for end in (point.level.value, point.level.low, point.level.high)]
    low, high, step = window(score_range(scale), unit_of(scale), [*ends, *line])
    axis = marks.Axis(low, high, TOP + PLOT, TOP)
    gap = min(WIDEST_GAP, (width - LEFT) / max(len(points), 1))
    right = LEFT + gap * len(points)
    ruled(sketch, axis, step, right, unit_of(scale), language)
    at = [LEFT + gap * (index + 0.5) for index in range(len(points))]
    _labels(sketch, points, at, gap)
    _join(sketch, axis, points, at, language)
    reached = [(x, axis.x(height)) for x, height in zip(at, line, strict=False) if height is not None]
    if reached:
        sketch.dashed(*reached[0], *reached[-1], LAST, 1.2)
    for point, x in zip(points, at, strict=True):
        _mark(sketch, axis, point.level, x)
    said = (
        f"{capital(point.label)}: {wording.level_estimate(point.level, language, unit_of(scale))}." for point in points
    )
    return sketch.finish(TOP + PLOT + 26, title=title, description=" ".join(said))


def _join(sketch: Sketch, axis: marks.Axis, points: Sequence[RoundPoint], at: list[float], language: str) -> None:
    """Lines between neighbours; a break in words where the scale is another than before."""
    for index in range(1, len(points)):
        before, now = points[index - 1].level.value, points[index].level.value
        middle = (at[index - 1] + at[index]) / 2
        if not points[index].joined:
            sketch.dashed(middle, TOP, middle, TOP + PLOT, SOFT, 0.9)
            if at[index] - at[index - 1] >= ROOM_FOR_WORDS:
                sketch.text(middle + 3, TOP + 8, phrase(language, "other_version"), size=7.5, token=SOFT)
        elif before is not None and now is not None:
            sketch.line(at[index - 1], axis.x(before), at[index], axis.x(now), BRAND, 1.6)


def _mark(sketch: Sketch, axis: marks.Axis, level: Estimate, x: float) -> None:
    if level.value is None:
        sketch.text(x, TOP + PLOT - 4, "–", size=9, token=INK, anchor="middle")
        return
    if level.low is not None and level.high is not None:
        sketch.line(x, axis.x(level.low), x, axis.x(level.high), BRAND, 2.0)
    sketch.dot(x, axis.x(level.value), BRAND, 2.8)


def _labels(sketch: Sketch, points: Sequence[RoundPoint], at: list[float], gap: float) -> None:
    """The rounds' names; every second, third ... where they would not have room."""
    every = max(1, math.ceil(34.0 / gap))
    for index, (point, x) in enumerate(zip(points, at, strict=True)):
        if index % every == 0:
            for line, text in enumerate(wrap(point.label, gap * every - 4, LABEL)[:2]):
                sketch.text(x, TOP + PLOT + 13 + line * 9.5, text, size=LABEL, token=SOFT, anchor="middle")
