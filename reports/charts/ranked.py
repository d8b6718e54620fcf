"""The ranked dot plot: all municipalities of a county on one scale, with their uncertainty."""

from __future__ import annotations

from instruments.model import Scale
from reports import fonts, wording
from reports.charts import marks
from reports.charts.focus import Focus, scale_finding
from reports.charts.levels import end_labels, mean_head
from reports.charts.phrases import phrase
from reports.charts.sketch import Chart, Sketch, wrap
from reports.charts.tokens import BRAND, EDGE, LAST, LINE, SOFT, Token
from reports.findings import Estimate, GroupFinding, Reason
from reports.sums import score_range, unit_of
from reports.wording import Unit

ROW = 14.0
TOP = 22.0
LABELS = 128.0
NUMBERS = 112.0


def ranked(focus: Focus, scale_id: str, *, highlight: str | None = None, width: float = 499.0) -> Chart:
    """The members of the focus's group, highest mean first; those not shown stand last, with the reason.

    `highlight` is the code of one member to draw in the full colour, the others in grey. The dashed line is the mean of
    the whole group.
    """
    scale = focus.instrument.scales_by_id[scale_id]
    rows = _ordered(focus, scale_id)
    shown = [row for row in rows if row[1].value is not None]
    sketch = Sketch(width)
    axis = marks.Axis(*score_range(scale), LABELS + 8, width - NUMBERS - 12)
    # A title too wide for the names' column gets a line of its own.
    wide = fonts.text_width(focus.text(scale.title), fonts.SEMIBOLD, 10) > LABELS
    top = TOP + 14 if wide else TOP
    _head(sketch, focus, scale, axis, top)
    # The lines end with the last dot: below it the axis has nothing to say, and the reasons need the room.
    bottom = top + ROW * len(shown)
    marks.grid(sketch, axis, top - 3, bottom)
    whole = focus.finding(scale_id).level.mean.value
    if whole is not None and shown:
        sketch.dashed(axis.x(whole), top - 3, axis.x(whole), bottom, EDGE)
    for index, (group, mean) in enumerate(rows):
        marked = group.code == highlight
        _draw(
            sketch,
            focus,
            axis,
            unit_of(scale),
            (group, mean),
            top + ROW * (index + 0.5),
            marked,
            LAST if highlight else BRAND,
        )
    return sketch.finish(
        top + ROW * len(rows) + 2,
        title=phrase(focus.language, "ranked_title", scale=focus.text(scale.title), group=focus.name),
        description=" ".join(f"{group.name}: {wording.estimate(mean, focus.language)}." for group, mean in rows),
    )


def _head(sketch: Sketch, focus: Focus, scale: Scale, axis: marks.Axis, top: float) -> None:
    low, high = end_labels(focus, scale)
    baseline = top - 9
    title = wrap(focus.text(scale.title), sketch.width, 10, fonts.SEMIBOLD)[0]
    sketch.text(0, 13, title, size=10, font=fonts.SEMIBOLD)
    sketch.text(axis.left - 3, baseline, low, size=8, token=SOFT)
    sketch.text(axis.right + 3, baseline, high, size=8, token=SOFT, anchor="end")
    sketch.text(sketch.width - 78, baseline, phrase(focus.language, mean_head(scale)), size=8, token=SOFT, anchor="end")
    sketch.text(sketch.width, baseline, phrase(focus.language, "uncertainty"), size=8, token=SOFT, anchor="end")


def _ordered(focus: Focus, scale_id: str) -> list[tuple[GroupFinding, Estimate]]:
    rows = [(group, _mean(group, scale_id)) for group in focus.members]
    return sorted(rows, key=lambda row: (row[1].value is None, -(row[1].value or 0.0), row[0].name))


def _mean(group: GroupFinding, scale_id: str) -> Estimate:
    """A group of which nothing is shown may have no findings at all."""
    try:
        return scale_finding(group, scale_id).level.mean
    except KeyError:
        return Estimate(None, None, None, None, group.reason or Reason.PROTECTED)


def _draw(
    sketch: Sketch,
    focus: Focus,
    axis: marks.Axis,
    unit: Unit,
    row: tuple[GroupFinding, Estimate],
    y: float,
    marked: bool,
    token: Token,
) -> None:
    group, mean = row
    font = fonts.SEMIBOLD if marked else fonts.REGULAR
    name = wrap(group.name, LABELS, 8.5, font)
    sketch.text(0, y + 3, name[0] if len(name) == 1 else name[0] + " …", size=8.5, font=font)
    sketch.line(0, y + ROW / 2, sketch.width, y + ROW / 2, LINE, 0.4)
    if mean.value is None:
        sketch.text(sketch.width, y + 3, wording.reason(mean.reason, focus.language), size=8, token=SOFT, anchor="end")
        return
    marks.now(sketch, axis, y, mean, BRAND if marked else token)
    sketch.text(
        sketch.width - 78, y + 3, wording.level(mean.value, focus.language, unit), size=8.5, font=font, anchor="end"
    )
    sketch.text(sketch.width, y + 3, wording.level_interval(mean, focus.language, unit), size=8.5, anchor="end")
