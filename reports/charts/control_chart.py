"""The control chart: a survey that never stops, round by round, between limits for the usual up and down."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

from instruments.model import Scale
from reports import wording
from reports.charts import marks
from reports.charts.phrases import phrase
from reports.charts.sketch import Chart, Sketch
from reports.charts.tokens import BRAND, EDGE, INK, LAST, LINE, PAPER, SOFT
from reports.charts.upright import ruled, window
from reports.statistics.control import Control
from reports.sums import score_range, unit_of
from reports.wording import PER_CENT

TOP = 12.0
PLOT = 180.0
LEFT = 34.0


def control_chart(
    title: str,
    scale: Scale,
    language: str,
    labels: Sequence[str],
    control: Control,
    *,
    shares: bool = False,
    width: float = 499.0,
) -> Chart:
    """Dots joined in their order; a point outside the limits is large and full, one in a long run is a ring.

    With `shares` the control holds shares (0-1), and the axis tells per cent.
    """
    times, unit = (100.0, PER_CENT) if shares else (1.0, unit_of(scale))
    value, low, high = ([_told(one, times) for one in part] for part in (control.value, control.low, control.high))
    start, end, step = window(score_range(scale) if not shares else (0.0, 100.0), unit, [*value, *low, *high])
    up = marks.Axis(start, end, TOP + PLOT, TOP)
    sketch = Sketch(width)
    ruled(sketch, up, step, width - 2, unit, language)
    gap = (width - LEFT - 2) / max(len(labels), 1)
    at = [LEFT + gap * (index + 0.5) for index in range(len(labels))]
    for line in (low, high):
        for x, one in zip(at, line, strict=True):
            if one is not None:
                sketch.line(x - gap / 2, up.x(one), x + gap / 2, up.x(one), LAST, 1.2)
    centre = _told(control.centre, times)
    if centre is not None:
        sketch.dashed(LEFT, up.x(centre), width - 2, up.x(centre), EDGE, 1.1)
    _points(sketch, up, at, value, control)
    every = max(1, math.ceil(40.0 / gap))
    for index, (label, x) in enumerate(zip(labels, at, strict=True)):
        if index % every == 0:
            sketch.line(x, TOP + PLOT, x, TOP + PLOT + 3, LINE, 0.8)
            sketch.text(x, TOP + PLOT + 13, label, size=7.5, token=SOFT, anchor="middle")
    said = (f"{label}: {wording.level(one, language, unit)}." for label, one in zip(labels, value, strict=True))
    sketch.text(width - 2, TOP + PLOT + 26, phrase(language, "control_legend"), size=7.5, token=INK, anchor="end")
    return sketch.finish(TOP + PLOT + 30, title=title, description=" ".join(said))


def _told(value: float, times: float) -> float | None:
    return None if math.isnan(value) else float(value) * times


def _points(
    sketch: Sketch, up: marks.Axis, at: Sequence[float], value: Sequence[float | None], control: Control
) -> None:
    there = [(x, up.x(one)) for x, one in zip(at, value, strict=True) if one is not None]
    for (x1, y1), (x2, y2) in pairwise(there):
        sketch.line(x1, y1, x2, y2, BRAND, 1.2)
    for place, (x, one) in enumerate(zip(at, value, strict=True)):
        if one is None:
            continue
        if control.outside[place]:
            sketch.dot(x, up.x(one), BRAND, 4.4)
        elif control.run[place]:
            sketch.ring(x, up.x(one), BRAND, PAPER, 3.0)
        else:
            sketch.dot(x, up.x(one), BRAND, 2.2)
