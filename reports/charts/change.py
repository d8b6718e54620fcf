"""The change chart: every scale's difference between two rounds around a line at no change."""

from __future__ import annotations

import math

from instruments.model import Scale
from reports import fonts, wording
from reports.charts import marks
from reports.charts.focus import Focus
from reports.charts.phrases import phrase
from reports.charts.sketch import Chart, Sketch, wrap
from reports.charts.tokens import BRAND, INCREASE, INK, LAST, LINE, SOFT, Token
from reports.findings import Change, Verdict
from reports.sums import axis_of, score_range, unit_of
from reports.voice import capital
from reports.wording import PER_CENT, Unit

ROW = 34.0
TOP = 20.0
LABELS = 112.0
NUMBERS = 128.0
BETWEEN = 14.0
"""Air between scales of different ranges."""


Row = tuple[Scale, Change]


def changes(focus: Focus, *, width: float = 499.0) -> Chart:
    """One row a scale that has a change; dot and line are the difference and its interval, in scale points.

    Scales of different ranges, or told in different units, have no axis in common: each kind stands on its own.
    """
    found = [(scale, focus.finding(scale.id).change) for scale in focus.scales]
    rows = [(scale, change) for scale, change in found if change is not None]
    kinds: dict[tuple[tuple[float, float], bool], list[Row]] = {}
    for scale, change in rows:
        kinds.setdefault(axis_of(scale), []).append((scale, change))
    sketch, top = Sketch(width), 0.0
    for kind in kinds.values():
        top = _on_one_axis(sketch, focus, kind, top, named=len(kinds) > 1) + BETWEEN
    said = (
        f"{focus.text(scale.title)}: {_in_words(change, focus.language, unit_of(scale))}." for scale, change in rows
    )
    return sketch.finish(
        max(top - BETWEEN, TOP) + 2,
        title=phrase(focus.language, "changes_title", group=focus.name, before=focus.before or ""),
        description=" ".join(said),
    )


def _on_one_axis(sketch: Sketch, focus: Focus, rows: list[Row], top: float, *, named: bool) -> float:
    """Draws scales of one range from `top` down, and returns where they end. `named`: which range is said."""
    scale, width = rows[0][0], sketch.width
    unit, top = unit_of(scale), top + TOP
    reach = _reach([change for _, change in rows], unit.step)
    axis = marks.Axis(-reach, reach, LABELS + 10, width - NUMBERS - 14)
    bottom = top + ROW * len(rows)
    _head(sketch, focus, axis, top - 7, unit)
    if named:
        low, high = (wording.number(end, focus.language, 0) for end in score_range(scale))
        said = phrase(focus.language, "range", low=low, high=high + unit.sign[focus.language])
        sketch.text(0, top - 7, said, size=8, token=SOFT)
    for tick in _steps(reach, unit.step):
        sketch.line(axis.x(tick), top - 3, axis.x(tick), bottom, LINE, 0.7)
    sketch.line(axis.x(0), top - 3, axis.x(0), bottom, LAST, 1.2)
    for index, (scale, change) in enumerate(rows):
        y = top + ROW * (index + 0.5)
        name = wrap(focus.text(scale.title), LABELS, 9, fonts.SEMIBOLD)[:2]
        for line, text in enumerate(name):
            sketch.text(0, y + 3 + (line - (len(name) - 1) / 2) * 10.5, text, size=9, font=fonts.SEMIBOLD)
        marks.now(sketch, axis, y, change.difference, BRAND)
        _numbers(sketch, focus, change, y, width, unit)
    return bottom


def verdict_token(verdict: Verdict) -> Token:
    """Colour only goes along with the word: an increase in green, all else in ink or soft ink."""
    return {Verdict.INCREASE: INCREASE, Verdict.DECREASE: INK}.get(verdict, SOFT)


def _reach(changes: list[Change], step: float) -> float:
    """How far the axis goes to both sides: the widest interval, in whole steps."""
    ends = [
        abs(end)
        for change in changes
        for end in (change.difference.value, change.difference.low, change.difference.high)
        if end is not None
    ]
    return max(step, math.ceil(max(ends, default=step) / step) * step)


def _steps(reach: float, step: float) -> list[float]:
    """Grid lines every step, or at the ends only where there would be too many."""
    count = round(reach / step)
    return [number * step for number in range(-count, count + 1)] if count <= 8 else [-reach, reach]


def _head(sketch: Sketch, focus: Focus, axis: marks.Axis, y: float, unit: Unit) -> None:
    language = focus.language
    sketch.text(axis.x(axis.low / 2), y, phrase(language, "lower_now"), size=8, token=SOFT, anchor="middle")
    sketch.text(axis.x(axis.high / 2), y, phrase(language, "higher_now"), size=8, token=SOFT, anchor="middle")
    for tick in (axis.low, 0.0, axis.high):
        sketch.text(
            axis.x(tick), y, wording.signed(tick, language, min(unit.decimals, 1)), size=8, token=SOFT, anchor="middle"
        )
    sketch.text(
        sketch.width,
        y,
        phrase(language, "change_head_share" if unit is PER_CENT else "change_head"),
        size=8,
        token=SOFT,
        anchor="end",
    )


def _numbers(sketch: Sketch, focus: Focus, change: Change, y: float, width: float, unit: Unit) -> None:
    if change.difference.value is None:
        sketch.text(
            width, y + 3, wording.reason(change.difference.reason, focus.language), size=8, token=SOFT, anchor="end"
        )
        return
    sketch.text(
        width,
        y - 1.5,
        wording.signed_estimate(change.difference, focus.language, unit.decimals),
        size=8.5,
        anchor="end",
    )
    sketch.text(
        width,
        y + 9.5,
        capital(wording.verdict(change.verdict, focus.language)),
        size=8.5,
        font=fonts.SEMIBOLD,
        token=verdict_token(change.verdict),
        anchor="end",
    )


def _in_words(change: Change, language: str, unit: Unit) -> str:
    if change.difference.value is None:
        return wording.reason(change.difference.reason, language)
    return f"{wording.change_estimate(change.difference, language, unit)}, {wording.verdict(change.verdict, language)}"
