"""The four marks that mean the same everywhere: full dot now, line 95 % uncertainty, ring last round, grey field the
middle of the others."""

from __future__ import annotations

from dataclasses import dataclass

from reports.charts.sketch import Sketch
from reports.charts.tokens import BAND, BRAND, EDGE, LAST, LINE, PAPER, Token
from reports.findings import Band, Estimate

MOST_TICKS = 8


@dataclass(frozen=True)
class Axis:
    """Maps scores from `low` to `high` on to points from `left` to `right`."""

    low: float
    high: float
    left: float
    right: float

    def x(self, value: float) -> float:
        """A value beyond the axis is drawn at its end: rounding may not push a mark out of the drawing."""
        share = (min(max(value, self.low), self.high) - self.low) / (self.high - self.low)
        return self.left + share * (self.right - self.left)

    def ticks(self) -> tuple[float, ...]:
        """Whole steps, or quarters of the range where there would be too many."""
        span = self.high - self.low
        if span == round(span) and span <= MOST_TICKS:
            return tuple(self.low + step for step in range(int(span) + 1))
        return tuple(self.low + span * quarter / 4 for quarter in range(5))


def grid(sketch: Sketch, axis: Axis, top: float, bottom: float) -> None:
    for tick in axis.ticks():
        sketch.line(axis.x(tick), top, axis.x(tick), bottom, LINE, 0.7)


def field(sketch: Sketch, axis: Axis, band: Band | None, top: float, bottom: float) -> None:
    """The grey field, with its sides drawn: the field alone is too faint to carry meaning."""
    if band is None:
        return
    left, right = axis.x(band.low), axis.x(band.high)
    sketch.box(left, top, max(right - left, 1.0), bottom - top, BAND)
    for side in (left, right):
        sketch.line(side, top, side, bottom, EDGE, 0.6)


def interval(sketch: Sketch, axis: Axis, y: float, estimate: Estimate, token: Token, width: float = 2.0) -> None:
    if estimate.low is not None and estimate.high is not None:
        sketch.line(axis.x(estimate.low), y, axis.x(estimate.high), y, token, width)


def now(sketch: Sketch, axis: Axis, y: float, estimate: Estimate, token: Token = BRAND) -> None:
    """Dot and line; nothing where there is no number."""
    interval(sketch, axis, y, estimate, token)
    if estimate.value is not None:
        sketch.dot(axis.x(estimate.value), y, token)


def before(sketch: Sketch, axis: Axis, y: float, estimate: Estimate | None) -> None:
    """The ring is wider than the dot, so that it shows as a rim when nothing has changed."""
    if estimate is not None and estimate.value is not None:
        sketch.ring(axis.x(estimate.value), y, LAST, PAPER, 4.4)
