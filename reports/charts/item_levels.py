"""The items of one scale, highest first: where each stands now, its uncertainty, and the earlier round's ring."""

from __future__ import annotations

from instruments.model import Scale, item_text
from reports import wording
from reports.charts.analyst_phrases import phrase
from reports.charts.dot_rows import DotRow, axis_of, dot_rows, head, uncertain
from reports.charts.focus import Focus
from reports.charts.levels import end_labels, mean_head
from reports.charts.phrases import phrase as shared
from reports.charts.sketch import Chart, Sketch
from reports.findings import Estimate
from reports.item_levels import ItemLevel, item_levels
from reports.sums import score_range, unit_of
from reports.wording import PER_CENT

TOP = 20.0


def items(focus: Focus, scale: Scale, before: dict[str, Estimate], *, width: float = 499.0) -> Chart:
    """`before`: item id -> where it stood in the earlier round, for the items that may be compared."""
    language, unit = focus.language, unit_of(scale)
    found = item_levels(focus, scale)
    sketch = Sketch(width)
    low, high = score_range(scale) if unit is PER_CENT else (float(scale.minimum), float(scale.maximum))
    axis = axis_of(width, low, high)
    ends = end_labels(focus, scale) if unit is PER_CENT else _steps(language, low, high)
    head(sketch, axis, 13, ends, uncertain(language, shared(language, mean_head(scale))))
    rows = [
        DotRow(
            text_of(focus, one),
            one.estimate,
            wording.level(one.estimate.value, language, unit),
            wording.level_interval(one.estimate, language, unit),
            before.get(one.item),
        )
        for one in found
    ]
    bottom = dot_rows(sketch, axis, rows, TOP, language)
    said = " ".join(
        f"{row.label} {wording.level_estimate(row.estimate, language, unit)}." for row in rows if row.estimate
    )
    return sketch.finish(
        bottom + 2,
        title=phrase(language, "items_title", scale=focus.text(scale.title), group=focus.name),
        description=said or phrase(language, "nothing_there"),
    )


def text_of(focus: Focus, level: ItemLevel) -> str:
    """The item's text, with (vänt) behind one that is turned round."""
    text = item_text(focus.instrument.items_by_id[level.item], focus.language)
    return f"{text} {shared(focus.language, 'reversed')}" if level.reversed else text


def _steps(language: str, low: float, high: float) -> tuple[str, str]:
    said = [wording.number(end, language, 0) for end in (low, high)]
    return shared(language, "lowest", value=said[0]), shared(language, "highest", value=said[1])
