"""Rows of dots with their uncertainty, one under the other on one axis: what several of the analyst's charts share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from reports import fonts, wording
from reports.charts import marks
from reports.charts.phrases import phrase
from reports.charts.sketch import Sketch, wrap
from reports.charts.tokens import BRAND, LINE, PAPER, SOFT, Token
from reports.findings import Estimate

SIZE = 8.5
LINE_HEIGHT = 10.2
AIR = 8.0
NUMBERS = 128.0
"""Room at the right for the value and its interval."""
BETWEEN = 84.0
"""Of which for the interval."""
LABEL_SHARE = 0.36
MOST_LINES = 4


@dataclass(frozen=True)
class DotRow:
    label: str
    estimate: Estimate | None
    """None makes the row a heading of those that follow."""
    value: str = ""
    between: str = ""
    ring: Estimate | None = None
    """The earlier round's, or what else the row is held against."""
    token: Token = BRAND
    strong: bool = False
    hollow: bool = False
    """Drawn as a ring itself, with its line: an earlier round on a row of its own."""


def axis_of(width: float, low: float, high: float, numbers: float = NUMBERS) -> marks.Axis:
    """The axis between the labels and the numbers of a drawing of this width."""
    return marks.Axis(low, high, width * LABEL_SHARE + 12, width - numbers - 12)


def head(sketch: Sketch, axis: marks.Axis, baseline: float, ends: tuple[str, str], heads: tuple[str, str]) -> None:
    """The axis' ends in words, and what stands above the value and the interval."""
    sketch.text(axis.left - 3, baseline, ends[0], size=8, token=SOFT)
    number = sketch.width - BETWEEN - fonts.text_width(heads[0], fonts.REGULAR, 8)
    # A long word above the numbers pushes the end's word in over the axis.
    sketch.text(min(axis.right + 3, number - 6), baseline, ends[1], size=8, token=SOFT, anchor="end")
    sketch.text(sketch.width - BETWEEN, baseline, heads[0], size=8, token=SOFT, anchor="end")
    sketch.text(sketch.width, baseline, heads[1], size=8, token=SOFT, anchor="end")


def uncertain(language: str, value: str) -> tuple[str, str]:
    """The heads of a value with a 95 % interval."""
    return value, phrase(language, "uncertainty")


def dot_rows(
    sketch: Sketch, axis: marks.Axis, rows: Sequence[DotRow], top: float, language: str, *, dashed: float | None = None
) -> float:
    """Draws the rows from `top` down and returns where they end. `dashed` is a line through all of them."""
    room = axis.left - 12
    heights = [len(_lines(row, room)) * LINE_HEIGHT + AIR for row in rows]
    bottom = top + sum(heights)
    marks.grid(sketch, axis, top - 3, bottom)
    if dashed is not None:
        sketch.dashed(axis.x(dashed), top - 3, axis.x(dashed), bottom, SOFT, 0.9)
    y = top
    for row, height in zip(rows, heights, strict=True):
        _row(sketch, axis, row, y, height, room, language)
        y += height
    return bottom


def _lines(row: DotRow, room: float) -> tuple[str, ...]:
    font = fonts.SEMIBOLD if row.strong else fonts.REGULAR
    lines = wrap(row.label, room, SIZE, font)
    return lines if len(lines) <= MOST_LINES else (*lines[: MOST_LINES - 1], lines[MOST_LINES - 1] + " …")


def _row(sketch: Sketch, axis: marks.Axis, row: DotRow, top: float, height: float, room: float, language: str) -> None:
    middle = top + height / 2
    lines = _lines(row, room)
    font = fonts.SEMIBOLD if row.strong else fonts.REGULAR
    for index, line in enumerate(lines):
        sketch.text(0, middle + 3 + (index - (len(lines) - 1) / 2) * LINE_HEIGHT, line, size=SIZE, font=font)
    sketch.line(0, top + height, sketch.width, top + height, LINE, 0.4)
    if row.estimate is None:
        return
    if row.estimate.value is None:
        said = wording.reason(row.estimate.reason, language)
        lines = wrap(said, sketch.width - axis.left, 8)
        for index, line in enumerate(lines):
            baseline = middle + 3 + (index - (len(lines) - 1) / 2) * LINE_HEIGHT
            sketch.text(sketch.width, baseline, line, size=8, token=SOFT, anchor="end")
        return
    marks.before(sketch, axis, middle, row.ring)
    if row.hollow:
        marks.interval(sketch, axis, middle, row.estimate, row.token, 1.4)
        sketch.ring(axis.x(row.estimate.value), middle, row.token, PAPER)
    else:
        marks.now(sketch, axis, middle, row.estimate, row.token)
    sketch.text(sketch.width - BETWEEN, middle + 3, row.value, size=SIZE, font=font, anchor="end")
    sketch.text(sketch.width, middle + 3, row.between, size=SIZE, anchor="end")
