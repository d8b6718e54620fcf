"""How each item hangs together with the rest of its scale."""

from __future__ import annotations

from instruments.model import item_text
from reports import wording
from reports.analyst_findings import ScaleQuality
from reports.charts.analyst_phrases import phrase
from reports.charts.dot_rows import DotRow, axis_of, dot_rows, head
from reports.charts.focus import Focus
from reports.charts.phrases import phrase as shared
from reports.charts.sketch import Chart, Sketch
from reports.estimates import Estimate, Reason, nothing

TOP = 20.0
WEAK = 0.3
"""Below this an item says little of what the others say (Nunnally and Bernstein 1994, p. 305)."""


def item_quality(focus: Focus, quality: ScaleQuality, *, width: float = 499.0) -> Chart:
    """A dot an item: its correlation with the mean of the others; beside it, alpha without it."""
    language = focus.language
    scale = focus.instrument.scales_by_id[quality.scale]
    sketch = Sketch(width)
    axis = axis_of(width, 0.0, 1.0)
    heads = phrase(language, "item_rest"), phrase(language, "alpha_without")
    head(sketch, axis, 13, (wording.number(0, language, 0), wording.number(1, language, 0)), heads)
    rows = []
    for one in quality.items:
        text = item_text(focus.instrument.items_by_id[one.item], language)
        if one.item in scale.reversed_ids:
            text = f"{text} {shared(language, 'reversed')}"
        told = one.rest_correlation
        rows.append(
            DotRow(
                text,
                nothing(Reason.PROTECTED) if told is None else Estimate(told, None, None, quality.n),
                wording.number(told, language),
                wording.number(one.alpha_without, language),
            )
        )
    bottom = dot_rows(sketch, axis, rows, TOP, language, dashed=WEAK)
    said = " ".join(
        f"{row.label} {wording.estimate(row.estimate, language)}." for row in rows if row.estimate is not None
    )
    return sketch.finish(
        bottom + 2,
        title=phrase(language, "item_quality_title", scale=focus.text(scale.title), round=focus.round),
        description=said or phrase(language, "nothing_there"),
    )
