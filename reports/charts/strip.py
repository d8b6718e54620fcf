"""The scale strip: one scale on one line, small enough for a table's row."""

from __future__ import annotations

from reports import wording
from reports.charts import marks
from reports.charts.focus import Focus
from reports.charts.phrases import phrase
from reports.charts.sketch import Chart, Sketch
from reports.charts.tokens import SOFT
from reports.sums import score_range, unit_of

HEIGHT = 24.0
MARGIN = 6.0
"""Room for half a mark at both ends."""


def scale_strip(focus: Focus, scale_id: str, *, width: float = 170.0, height: float = HEIGHT) -> Chart:
    """Now, its interval, last round and the middle of the others on the scale's range.

    A missing number gives an empty strip with the reason in words.
    """
    scale, finding = focus.instrument.scales_by_id[scale_id], focus.finding(scale_id)
    sketch = Sketch(width)
    axis = marks.Axis(*score_range(scale), MARGIN, width - MARGIN)
    middle = height / 2
    mean = finding.level.mean
    if mean.value is None:
        sketch.text(MARGIN, middle + 3, wording.reason(mean.reason, focus.language), size=8, token=SOFT)
        said = wording.reason(mean.reason, focus.language)
    else:
        marks.field(sketch, axis, finding.band, middle - 8, middle + 8)
        marks.grid(sketch, axis, middle - 9, middle + 9)
        marks.before(sketch, axis, middle, finding.before.mean if finding.before else None)
        marks.now(sketch, axis, middle, mean)
        said = wording.level_estimate(mean, focus.language, unit_of(scale))
    return sketch.finish(
        height,
        title=phrase(focus.language, "strip_title", scale=focus.text(scale.title), group=focus.name),
        description=said,
    )
