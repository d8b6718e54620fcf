"""The level chart: one scale, the group now and before, and those it is compared with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from instruments.model import Scale
from reports import fonts, wording
from reports.charts import marks
from reports.charts.focus import Focus
from reports.charts.phrases import phrase
from reports.charts.sketch import Chart, Sketch, wrap
from reports.charts.tokens import BRAND, INK, LAST, PAPER, SOFT
from reports.findings import Estimate
from reports.references import reference_line
from reports.sums import score_range, unit_of
from reports.voice import capital
from reports.wording import PER_CENT, Unit

ROW = 19.0
LABELS = 150.0
NUMBERS = 112.0
TOP = 20.0
SIZE = 8.5
SMALL = 7.5
"""For a label that needs two lines."""


@dataclass(frozen=True)
class _Row:
    label: str
    estimate: Estimate
    mark: str
    """`now`, `before` or `others`."""


def levels(focus: Focus, scale_id: str, *, width: float = 499.0) -> Chart:
    """Dot and line now, ring and line before, grey dots for the others; the numbers stand beside them.

    A reference value is a dashed line through all rows: it is of other people, at another time.
    """
    scale = focus.instrument.scales_by_id[scale_id]
    rows = _rows(focus, scale_id)
    sketch = Sketch(width)
    axis = marks.Axis(*score_range(scale), LABELS + 8, width - NUMBERS - 12)
    bottom = TOP + ROW * len(rows)
    _head(sketch, focus, scale, axis, width)
    marks.field(sketch, axis, focus.finding(scale_id).band, TOP, bottom)
    marks.grid(sketch, axis, TOP - 3, bottom)
    if scale.reference is not None:
        sketch.dashed(axis.x(scale.reference.mean), TOP - 3, axis.x(scale.reference.mean), bottom, SOFT, 0.9)
    for index, row in enumerate(rows):
        _draw(sketch, focus, axis, row, unit_of(scale), TOP + ROW * (index + 0.5), width)
    return sketch.finish(
        bottom + 2,
        title=phrase(focus.language, "levels_title", scale=focus.text(scale.title), group=focus.name),
        description=" ".join(_in_words(focus, scale, rows)),
    )


def _in_words(focus: Focus, scale: Scale, rows: list[_Row]) -> list[str]:
    unit, reference = unit_of(scale), reference_line(scale, focus.language)
    said = [f"{row.label}: {wording.level_estimate(row.estimate, focus.language, unit)}." for row in rows]
    return [*said, reference] if reference else said


def _rows(focus: Focus, scale_id: str) -> list[_Row]:
    finding = focus.finding(scale_id)
    rows = [_Row(_labelled(focus, focus.round), finding.level.mean, "now")]
    if finding.before is not None and focus.before:
        rows.append(_Row(_labelled(focus, focus.before), finding.before.mean, "before"))
    for comparison in finding.comparisons:
        rows.append(_Row(capital(focus.comparison_name(comparison)), comparison.mean, "others"))
    return rows


def _labelled(focus: Focus, round_name: str) -> str:
    """Group and round; the round alone where the group's name is long, because the round tells the rows apart."""
    label = f"{focus.name}, {round_name}"
    return label if len(wrap(label, LABELS, SMALL, fonts.SEMIBOLD)) <= 2 else capital(round_name)


def _head(sketch: Sketch, focus: Focus, scale: Scale, axis: marks.Axis, width: float) -> None:
    """The axis' ends in words and the heads of the number columns."""
    low, high = end_labels(focus, scale)
    first, last = axis.left + _width(low), axis.right - _width(high)
    for tick in axis.ticks()[1:-1]:
        said = wording.number(tick, focus.language, 0)
        if first < axis.x(tick) - _width(said) / 2 and axis.x(tick) + _width(said) / 2 < last:
            sketch.text(axis.x(tick), 13, said, size=8, token=SOFT, anchor="middle")
    sketch.text(axis.left - 3, 13, low, size=8, token=SOFT)
    sketch.text(axis.right + 3, 13, high, size=8, token=SOFT, anchor="end")
    sketch.text(width - 78, 13, phrase(focus.language, mean_head(scale)), size=8, token=SOFT, anchor="end")
    sketch.text(width, 13, phrase(focus.language, "uncertainty"), size=8, token=SOFT, anchor="end")


def _width(text: str) -> float:
    """Of a small text in the head, in points."""
    return fonts.text_width(text, fonts.REGULAR, 8)


def mean_head(scale: Scale) -> str:
    """The phrase that stands above the scores."""
    return "positive" if unit_of(scale) is PER_CENT else "mean"


def shared_head(scales: Sequence[Scale]) -> str:
    """The same above several scales; `score` where some are shares and some are not."""
    heads = {mean_head(scale) for scale in scales}
    return heads.pop() if len(heads) == 1 else "score"


def end_labels(focus: Focus, scale: Scale) -> tuple[str, str]:
    """ "1 = lägst" and "5 = högst"; a share needs no more than "0 %" and "100 %"."""
    sign = unit_of(scale).sign[focus.language]
    low, high = (wording.number(end, focus.language, 0) + sign for end in score_range(scale))
    if unit_of(scale) is PER_CENT:
        return low, high
    return phrase(focus.language, "lowest", value=low), phrase(focus.language, "highest", value=high)


def _draw(sketch: Sketch, focus: Focus, axis: marks.Axis, row: _Row, unit: Unit, y: float, width: float) -> None:
    first = row.mark == "now"
    font = fonts.SEMIBOLD if first else fonts.REGULAR
    lines = wrap(row.label, LABELS, SIZE, font)
    size, lines = (SIZE, lines) if len(lines) == 1 else (SMALL, wrap(row.label, LABELS, SMALL, font)[:2])
    for index, line in enumerate(lines):
        sketch.text(0, y + 3 + (index - (len(lines) - 1) / 2) * 9, line, size=size, font=font)
    if row.estimate.value is None:
        reason = wording.reason(row.estimate.reason, focus.language)
        sketch.text(width, y + 3, reason, size=8, token=SOFT, anchor="end")
        return
    if row.mark == "before":
        marks.interval(sketch, axis, y, row.estimate, LAST, 1.4)
        sketch.ring(axis.x(row.estimate.value), y, LAST, PAPER)
    else:
        marks.now(sketch, axis, y, row.estimate, BRAND if first else LAST)
    sketch.text(
        width - 78, y + 3, wording.level(row.estimate.value, focus.language, unit), size=SIZE, font=font, anchor="end"
    )
    sketch.text(
        width, y + 3, wording.level_interval(row.estimate, focus.language, unit), size=SIZE, token=INK, anchor="end"
    )
