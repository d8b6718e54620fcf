"""Rows of dots with their uncertainty, and beside each a second mark: the same mean drawn towards the others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

from instruments.model import Scale
from reports import fonts, wording
from reports.charts import marks
from reports.charts.focus import Focus
from reports.charts.levels import end_labels, mean_head
from reports.charts.phrases import phrase
from reports.charts.sketch import Chart, Sketch, wrap
from reports.charts.tokens import BRAND, EDGE, LAST, LINE, PAPER, SOFT
from reports.findings import Estimate
from reports.sums import score_range, unit_of

ROW = 15.0
WIDE_ROW = 19.0
"""A row with two marks."""
TOP = 16.0
LABELS = 136.0
NUMBERS = 100.0
LINE_HEIGHT = 10.0
MOST_LINES = 3
BESIDE = 60.0
"""Between the right edges of the two columns of numbers."""


@dataclass(frozen=True)
class OrderedRow:
    label: str
    mean: Estimate
    drawn: Estimate | None = None
    """The mean drawn towards the others."""


def ordered(
    focus: Focus,
    scale: Scale,
    title: str,
    rows: Sequence[OrderedRow],
    *,
    middle: float | None = None,
    width: float = 499.0,
) -> Chart:
    """The rows in the order given: dot and line the mean itself, ring and line the drawn one; `middle` is dashed."""
    sketch, language = Sketch(width), focus.language
    axis = marks.Axis(*score_range(scale), LABELS + 8, width - NUMBERS - 12)
    row_height = WIDE_ROW if any(row.drawn for row in rows) else ROW
    labels = [wrap(row.label, LABELS, 8.5, fonts.REGULAR)[:MOST_LINES] for row in rows]
    tops = list(accumulate((max(row_height, LINE_HEIGHT * len(lines) + 6) for lines in labels), initial=TOP))
    bottom = tops[-1]
    _head(sketch, focus, scale, axis, both=any(row.drawn for row in rows))
    marks.grid(sketch, axis, TOP - 3, bottom)
    if middle is not None:
        sketch.dashed(axis.x(middle), TOP - 3, axis.x(middle), bottom, EDGE)
    for row, lines, (top, end) in zip(rows, labels, pairwise(tops), strict=True):
        _label(sketch, lines, top, end)
        _row(sketch, axis, row, (top + end) / 2, scale, language)
    unit = unit_of(scale)
    said = (f"{row.label}: {wording.level_estimate(row.mean, language, unit)}." for row in rows)
    return sketch.finish(bottom + 2, title=title, description=" ".join(said))


def _head(sketch: Sketch, focus: Focus, scale: Scale, axis: marks.Axis, *, both: bool) -> None:
    low, high = end_labels(focus, scale)
    sketch.text(axis.left - 3, 9, low, size=8, token=SOFT)
    sketch.text(axis.right + 3, 9, high, size=8, token=SOFT, anchor="end")
    first, second = (mean_head(scale), "drawn") if both else ("uncertainty", mean_head(scale))
    sketch.text(
        sketch.width - (BESIDE if both else 34), 9, phrase(focus.language, first), size=8, token=SOFT, anchor="end"
    )
    sketch.text(sketch.width, 9, phrase(focus.language, second), size=8, token=SOFT, anchor="end")


def _label(sketch: Sketch, lines: Sequence[str], top: float, end: float) -> None:
    first = (top + end) / 2 + 3 - (len(lines) - 1) * LINE_HEIGHT / 2
    for number, line in enumerate(lines):
        sketch.text(0, first + number * LINE_HEIGHT, line, size=8.5)
    sketch.line(0, end, sketch.width, end, LINE, 0.4)


def _row(sketch: Sketch, axis: marks.Axis, row: OrderedRow, y: float, scale: Scale, language: str) -> None:
    unit = unit_of(scale)
    if row.mean.value is None:
        said = wording.reason(row.mean.reason, language)
        sketch.text(sketch.width, y + 3, said, size=8, token=SOFT, anchor="end")
        return
    said = wording.level(row.mean.value, language, unit)
    if row.drawn is None or row.drawn.value is None:
        marks.now(sketch, axis, y, row.mean)
        between = wording.level_interval(row.mean, language, unit)
        sketch.text(sketch.width - 34, y + 3, between, size=8.5, token=SOFT, anchor="end")
        sketch.text(sketch.width, y + 3, said, size=8.5, anchor="end")
        return
    marks.interval(sketch, axis, y - 3.5, row.mean, LAST, 1.4)
    sketch.dot(axis.x(row.mean.value), y - 3.5, LAST, 2.4)
    marks.interval(sketch, axis, y + 3.5, row.drawn, BRAND, 1.8)
    sketch.ring(axis.x(row.drawn.value), y + 3.5, BRAND, PAPER, 2.4)
    sketch.text(sketch.width - BESIDE, y + 3, said, size=8.5, anchor="end")
    sketch.text(sketch.width, y + 3, wording.level(row.drawn.value, language, unit), size=8.5, anchor="end")
