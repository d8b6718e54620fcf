"""The funnel: level against the number of answers, between limits that widen where few have answered."""

from __future__ import annotations

import math
from collections.abc import Sequence

from instruments.model import Scale
from reports import fonts, wording
from reports.areas import Area, Funnel, shown
from reports.charts import marks
from reports.charts.phrases import phrase
from reports.charts.sketch import Anchor, Chart, Sketch
from reports.charts.tokens import BRAND, EDGE, INK, LAST, LINE, PAPER, SOFT
from reports.charts.upright import ruled, window
from reports.statistics.funnel import ALARM, WARNING
from reports.sums import score_range, unit_of
from reports.wording import PER_CENT

TOP = 16.0
PLOT = 250.0
LEFT = 34.0
RIGHT = 36.0
"""Room for the names of the limits, where neither lines nor marks run."""
BENDS = 28
"""Places where the limits are worked out: enough for a smooth line."""


def funnel_plot(
    title: str, scale: Scale, language: str, areas: Sequence[Area], funnel: Funnel, *, width: float = 499.0
) -> Chart:
    """A grey dot inside the limits, a ring between them, a full dot with its name outside both.

    The number of answers is told on a logarithmic axis: half as many is the same step everywhere.
    """
    there = shown(areas)
    sizes = [float(area.mean.n or 1) for area in there]
    first, last = min(sizes) / 1.15, max(sizes) * 1.15
    along = marks.Axis(math.log(first), math.log(last), LEFT, width - RIGHT)
    bends = [first * (last / first) ** (step / BENDS) for step in range(BENDS + 1)]
    lines = [ends for limit in (WARNING, ALARM) for ends in funnel.limits(bends, limit)]
    values = [area.mean.value for area in there]
    # Limits at the smallest n would flatten all the rest: the axis follows the means and the inner limits' middle.
    low, high, step = window(score_range(scale), unit_of(scale), [*values, *(line[BENDS // 4] for line in lines)])
    up = marks.Axis(low, high, TOP + PLOT, TOP)
    sketch = Sketch(width)
    ruled(sketch, up, step, width - RIGHT, unit_of(scale), language)
    _sizes(sketch, along, first, last, language)
    for index, line in enumerate(lines):
        _limit(sketch, along, up, bends, line, dashed=index < 2)
    sketch.line(LEFT, up.x(funnel.centre), width - RIGHT, up.x(funnel.centre), EDGE, 1.2)
    _limit_names(sketch, up, lines, width, language)
    taken: list[tuple[float, float, float]] = []
    for area, size in sorted(zip(there, sizes, strict=True), key=lambda pair: pair[0].code in funnel.beyond):
        _mark(sketch, area, along.x(math.log(size)), up.x(area.mean.value or 0.0), funnel.beyond.get(area.code), taken)
    unit = unit_of(scale)
    said = (f"{area.name}: {wording.level(area.mean.value, language, unit)}, {area.mean.n}." for area in there)
    return sketch.finish(TOP + PLOT + 32, title=title, description=" ".join(said))


def _sizes(sketch: Sketch, along: marks.Axis, first: float, last: float, language: str) -> None:
    """1, 2, 5, 10, 20 ... answers along the foot."""
    for power in range(7):
        for number in (1, 2, 5):
            size = number * 10**power
            if first <= size <= last:
                x = along.x(math.log(size))
                sketch.line(x, TOP + PLOT, x, TOP + PLOT + 3, LINE, 0.8)
                said = wording.number(size, language, 0)
                sketch.text(x, TOP + PLOT + 13, said, size=8, token=SOFT, anchor="middle")
    middle = (along.left + along.right) / 2
    sketch.text(middle, TOP + PLOT + 27, phrase(language, "answers_along"), size=8, token=SOFT, anchor="middle")


def _limit(
    sketch: Sketch, along: marks.Axis, up: marks.Axis, bends: list[float], line: list[float], *, dashed: bool
) -> None:
    draw = sketch.dashed if dashed else sketch.line
    for before in range(len(bends) - 1):
        ends = line[before], line[before + 1]
        # Outside the drawing an axis holds a mark at its end: a limit would run along the edge there.
        if all(up.low <= end <= up.high for end in ends):
            x1, x2 = along.x(math.log(bends[before])), along.x(math.log(bends[before + 1]))
            draw(x1, up.x(ends[0]), x2, up.x(ends[1]), LAST, 1.0)


def _limit_names(sketch: Sketch, up: marks.Axis, lines: list[list[float]], width: float, language: str) -> None:
    """To the right of the upper limits' ends; the outer higher where they meet."""
    inner, outer = up.x(lines[1][-1]), up.x(lines[3][-1])
    for y, share in ((inner, WARNING), (min(outer, inner - 9), ALARM)):
        said = wording.number(share * 100, language, 0 if share == WARNING else 1)
        sketch.text(width - RIGHT + 4, y + 3, f"{said}{PER_CENT.sign[language]}", size=7.5, token=SOFT)


def _mark(
    sketch: Sketch, area: Area, x: float, y: float, beyond: bool | None, taken: list[tuple[float, float, float]]
) -> None:
    if beyond is None:
        sketch.dot(x, y, LAST, 2.4)
    elif not beyond:
        sketch.ring(x, y, BRAND, PAPER, 2.8)
    else:
        sketch.dot(x, y, BRAND, 3.6)
        _name(sketch, area.name, x, y, taken)


def _name(sketch: Sketch, name: str, x: float, y: float, taken: list[tuple[float, float, float]]) -> None:
    """Beside the dot, to the side with room; left out where another name stands: the table has them all."""
    # A reader without the typeface gets a wider one.
    wide = fonts.text_width(name, fonts.SEMIBOLD, 8) * 1.2
    to_right = x + 6 + wide < sketch.width
    left = x + 6 if to_right else x - 6 - wide
    if all(abs(y - other) > 9 or left > right or left + wide < start for start, right, other in taken):
        anchor: Anchor = "start" if to_right else "end"
        sketch.text(x + (6 if to_right else -6), y + 3, name, size=8, font=fonts.SEMIBOLD, token=INK, anchor=anchor)
        taken.append((left, left + wide, y))
