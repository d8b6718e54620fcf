"""A scale's level round by round on a real time axis, and under it what was done between the rounds."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from instruments.model import Scale
from reports import fonts, wording
from reports.charts.analyst_phrases import phrase
from reports.charts.focus import Focus
from reports.charts.sketch import Chart, Sketch, wrap
from reports.charts.tokens import BRAND, LINE, NOTE, SOFT
from reports.findings import Estimate
from reports.sums import score_range, unit_of
from reports.voice import capital

LABELS = 132.0
COUNTS = 40.0
TOP = 10.0
HEIGHT = 120.0
NAMES = 26.0
ROW = 19.0
MOST_YEARS = 12

Across = Callable[[date], float]
"""Where a day stands, in points from the left."""


@dataclass(frozen=True)
class Point:
    """One round: the day it closed, where the group stood, and whether a line may come to it from the one before."""

    round: str
    day: date
    level: Estimate
    joined: bool


@dataclass(frozen=True)
class Marks:
    """One kind of activity, and the day of each."""

    label: str
    days: tuple[date, ...]


def timeline(
    focus: Focus, scale: Scale, points: Sequence[Point], rows: Sequence[Marks], *, width: float = 499.0
) -> Chart:
    """Level above, one row of marks a kind of activity below. `points` oldest first."""
    sketch = Sketch(width)
    days = [point.day for point in points] + [day for row in rows for day in row.days]
    first, last = min(days).toordinal(), max(days).toordinal()
    left, right = LABELS + 24, width - COUNTS - 14

    def x(day: date) -> float:
        return left + (right - left) * ((day.toordinal() - first) / (last - first) if last > first else 0.5)

    _years(sketch, x, first, last, TOP + HEIGHT + NAMES + ROW * len(rows))
    _levels(sketch, focus, scale, points, x)
    _names(sketch, points, x)
    y = TOP + HEIGHT + NAMES
    for row in rows:
        _marks(sketch, row, x, y)
        y += ROW
    return sketch.finish(
        y + 14,
        title=phrase(focus.language, "timeline_title", scale=focus.text(scale.title), group=focus.name),
        description=_in_words(focus, scale, points, rows),
    )


class _Place:
    """Maps a score to its height."""

    def __init__(self, low: float, high: float) -> None:
        self.low, self.high = low, high

    def __call__(self, value: float) -> float:
        share = (min(max(value, self.low), self.high) - self.low) / (self.high - self.low)
        return TOP + HEIGHT * (1 - share)


def _levels(sketch: Sketch, focus: Focus, scale: Scale, points: Sequence[Point], x: Across) -> None:
    low, high = score_range(scale)
    place, unit = _Place(low, high), unit_of(scale)
    for quarter in range(5):
        tick = low + (high - low) * quarter / 4
        sketch.line(LABELS + 12, place(tick), sketch.width - COUNTS, place(tick), LINE, 0.6)
        said = wording.number(tick, focus.language, 0 if tick == round(tick) else 1) + unit.sign[focus.language]
        sketch.text(LABELS + 6, place(tick) + 3, said, size=8, token=SOFT, anchor="end")
    for line, text in enumerate(wrap(focus.text(scale.title), LABELS - 30, 9, fonts.SEMIBOLD)[:4]):
        sketch.text(0, TOP + 10 + line * 11, text, size=9, font=fonts.SEMIBOLD)
    for before, now in pairwise(points):
        if now.joined and before.level.value is not None and now.level.value is not None:
            sketch.line(x(before.day), place(before.level.value), x(now.day), place(now.level.value), BRAND, 1.6)
    for point in points:
        if point.level.value is None:
            continue
        if point.level.low is not None and point.level.high is not None:
            sketch.line(x(point.day), place(point.level.low), x(point.day), place(point.level.high), BRAND, 2.0)
        sketch.dot(x(point.day), place(point.level.value), BRAND, 3.0)


def _names(sketch: Sketch, points: Sequence[Point], x: Across) -> None:
    """Round names under their points, on two lines in turn where they stand close; inside the drawing at its ends."""
    ends = [-100.0, -100.0]
    for point in points:
        name = wrap(capital(point.round), 90, 8)[0]
        wide = fonts.text_width(name, fonts.REGULAR, 8)
        middle = min(max(x(point.day), LABELS + wide / 2), sketch.width - wide / 2)
        line = 0 if middle - wide / 2 > ends[0] + 6 else 1
        ends[line] = middle + wide / 2
        sketch.text(middle, TOP + HEIGHT + 11 + 10 * line, name, size=8, token=SOFT, anchor="middle")


def _years(sketch: Sketch, x: Across, first: int, last: int, bottom: float) -> None:
    years = range(date.fromordinal(first).year + 1, date.fromordinal(last).year + 1)
    every = max(1, -(-len(years) // MOST_YEARS))
    for year in years[::every]:
        at = x(date(year, 1, 1))
        sketch.dashed(at, TOP, at, bottom, LINE, 0.8)
        sketch.text(at, bottom + 10, str(year), size=8, token=SOFT, anchor="middle")


def _marks(sketch: Sketch, row: Marks, x: Across, top: float) -> None:
    middle = top + ROW / 2
    lines = wrap(row.label, LABELS, 8)
    label = lines[0] if len(lines) == 1 else wrap(row.label, LABELS - 8, 8)[0] + " …"
    sketch.text(0, middle + 3, label, size=8)
    sketch.line(LABELS + 12, middle, sketch.width - COUNTS, middle, LINE, 0.6)
    # A stroke is more than two points wide: of days within two points one is enough, and a country has thousands.
    for at in {round(x(day) / 2): x(day) for day in sorted(set(row.days), reverse=True)}.values():
        sketch.line(at, middle - 5, at, middle + 5, NOTE, 2.2)
    sketch.text(sketch.width, middle + 3, str(len(row.days)), size=8.5, anchor="end")


def _in_words(focus: Focus, scale: Scale, points: Sequence[Point], rows: Sequence[Marks]) -> str:
    language, unit = focus.language, unit_of(scale)
    said = [
        f"{capital(point.round)} ({point.day.isoformat()}): {wording.level_estimate(point.level, language, unit)}."
        for point in points
    ]
    said += [
        phrase(language, "timeline_done", what=row.label, n=len(row.days), first=min(row.days), last=max(row.days))
        for row in rows
        if row.days
    ]
    return " ".join(said)
