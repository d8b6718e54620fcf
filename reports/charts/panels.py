"""Small multiples: one small panel a group, all with the same rounds along the foot and the same values upwards."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from instruments.model import Scale
from reports import fonts, wording
from reports.charts import marks
from reports.charts.over_rounds import RoundPoint
from reports.charts.sketch import Chart, Sketch, wrap
from reports.charts.tokens import BRAND, EDGE, LINE, SOFT
from reports.charts.upright import window
from reports.sums import score_range, unit_of

WIDE = 118.0
GAP = 9.0
NAME = 25.0
PLOT = 46.0
FOOT = 14.0
HEIGHT = NAME + PLOT + FOOT + 8


@dataclass(frozen=True)
class Panel:
    name: str
    points: tuple[RoundPoint, ...]


def panels(
    title: str,
    scale: Scale,
    language: str,
    found: Sequence[Panel],
    whole: Sequence[RoundPoint],
    *,
    width: float = 499.0,
) -> Chart:
    """`whole` is the group that all belong to: its line stands dashed in every panel, to see each against."""
    values = [end for panel in (*found, Panel("", tuple(whole))) for point in panel.points for end in _ends(point)]
    low, high, _ = window(score_range(scale), unit_of(scale), values)
    sketch = Sketch(width)
    columns = max(1, int((width + GAP) // (WIDE + GAP)))
    for index, panel in enumerate(found):
        left, top = (index % columns) * (WIDE + GAP), (index // columns) * HEIGHT
        up = marks.Axis(low, high, top + NAME + PLOT, top + NAME)
        _panel(sketch, up, panel, whole, left, scale, language)
    rows = math.ceil(len(found) / columns)
    said = (f"{panel.name}: {_in_words(panel, scale, language)}." for panel in found)
    return sketch.finish(max(rows, 1) * HEIGHT, title=title, description=" ".join(said))


def _ends(point: RoundPoint) -> tuple[float | None, ...]:
    return point.level.value, point.level.low, point.level.high


def _in_words(panel: Panel, scale: Scale, language: str) -> str:
    unit = unit_of(scale)
    return ", ".join(f"{point.label} {wording.level_estimate(point.level, language, unit)}" for point in panel.points)


def _panel(
    sketch: Sketch,
    up: marks.Axis,
    panel: Panel,
    whole: Sequence[RoundPoint],
    left: float,
    scale: Scale,
    language: str,
) -> None:
    top, bottom, right = up.right, up.left, left + WIDE
    lines = wrap(panel.name, WIDE, 8.5, fonts.SEMIBOLD)[:2]
    for line, text in enumerate(lines):
        sketch.text(left, top - 8 - (len(lines) - 1 - line) * 10, text, size=8.5, font=fonts.SEMIBOLD)
    plot = left + 22
    for value in (up.low, up.high):
        sketch.line(plot, up.x(value), right, up.x(value), LINE, 0.7)
        said = wording.number(value, language, 0 if value == round(value) else 1)
        sketch.text(plot - 3, up.x(value) + 3, said, size=7.5, token=SOFT, anchor="end")
    gap = (right - plot) / max(len(panel.points), 1)
    at = [plot + gap * (index + 0.5) for index in range(len(panel.points))]
    _line(sketch, up, whole, at, dashed=True)
    _line(sketch, up, panel.points, at, dashed=False)
    for point, x in zip(panel.points, at, strict=True):
        _mark(sketch, up, point, x)
    _foot(sketch, panel.points, plot, right, bottom + 10)


def _foot(sketch: Sketch, points: Sequence[RoundPoint], left: float, right: float, baseline: float) -> None:
    """The first round's name and the last one's."""
    if not points:
        return
    room = (right - left) / 2 - 2 if len(points) > 1 else right - left
    first, last = (wrap(point.label, room, 7.5)[0] for point in (points[0], points[-1]))
    if len(points) == 1:
        sketch.text((left + right) / 2, baseline, first, size=7.5, token=SOFT, anchor="middle")
        return
    sketch.text(left, baseline, first, size=7.5, token=SOFT)
    sketch.text(right, baseline, last, size=7.5, token=SOFT, anchor="end")


def _line(sketch: Sketch, up: marks.Axis, points: Sequence[RoundPoint], at: list[float], *, dashed: bool) -> None:
    for index in range(1, min(len(points), len(at))):
        before, now = points[index - 1].level.value, points[index].level.value
        if before is not None and now is not None and points[index].joined:
            ends = at[index - 1], up.x(before), at[index], up.x(now)
            if dashed:
                sketch.dashed(*ends, EDGE, 1.0)
            else:
                sketch.line(*ends, BRAND, 1.4)


def _mark(sketch: Sketch, up: marks.Axis, point: RoundPoint, x: float) -> None:
    if point.level.value is None:
        # At the foot, where the line of the whole does not run through it.
        sketch.text(x, up.left - 3, "–", size=8, token=SOFT, anchor="middle")
        return
    if point.level.low is not None and point.level.high is not None:
        sketch.line(x, up.x(point.level.low), x, up.x(point.level.high), BRAND, 1.3)
    sketch.dot(x, up.x(point.level.value), BRAND, 1.9)
