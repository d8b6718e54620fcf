"""Page 1: the message, the scales in brief, what stands out and what to talk about."""

from __future__ import annotations

from reportlab.platypus import Flowable, Paragraph

from instruments.model import Scale
from reports import wording
from reports.charts import Focus, scale_strip
from reports.charts.change import verdict_token
from reports.charts.levels import end_labels, shared_head
from reports.charts.sketch import Chart, Sketch
from reports.charts.strip import MARGIN
from reports.charts.tokens import SOFT
from reports.findings import Change, Comparison
from reports.pdf.captions import first_kicker, legend
from reports.pdf.parts import (
    Cell,
    message_box,
    page_head,
    paragraph,
    paragraphs,
    ruled_table,
    space,
    two_columns,
    wrapped,
)
from reports.pdf.phrases import phrase
from reports.pdf.styles import CONTENT, coloured, styles
from reports.reading import GroupReading
from reports.sums import score_range, unit_of
from reports.voice import capital

_WIDTHS = (120.0, 196.0, 52.0, CONTENT - 368.0)


def summary_page(focus: Focus, reading: GroupReading) -> list[Flowable]:
    return [
        *page_head(first_kicker(focus), focus.name),
        paragraph(reading.answered, "soft"),
        message_box(reading.headline, (*reading.sentences, *reading.cannot_say)),
        *([paragraph(phrase(focus.language, "scales"), "heading")] if focus.scales else []),
        *scales_part(focus),
        *_outlook(focus, reading),
    ]


def scales_part(focus: Focus) -> list[Flowable]:
    """The table of the scales and what its marks mean; empty for an instrument without scales."""
    if not focus.scales:
        return []
    return [_scales_table(focus), space(5), paragraph(legend(focus, focus.scales), "soft")]


def _scales_table(focus: Focus) -> Flowable:
    """Every scale on a line: strip, mean, and the change (or, in a first round, the comparison) in words."""
    ranges = {score_range(scale) for scale in focus.scales}
    same_range = len(ranges) == 1
    head: list[Cell] = [
        phrase(focus.language, "scale"),
        _ends(focus, focus.scales[0]) if same_range else "",
        phrase(focus.language, shared_head(focus.scales)),
        paragraph(_last_head(focus), "head_cell"),
    ]
    rows = [_scale_row(focus, scale, same_range=same_range) for scale in focus.scales]
    return ruled_table([head, *rows], _WIDTHS, right=(2,), padding=5)


def _ends(focus: Focus, scale: Scale) -> Chart:
    """The range's ends as the strips' head, exactly above the strips."""
    low, high = end_labels(focus, scale)
    width = _WIDTHS[1] - 8
    sketch = Sketch(width)
    sketch.text(MARGIN - 3, 8, low, size=8, token=SOFT)
    sketch.text(width - MARGIN + 3, 8, high, size=8, token=SOFT, anchor="end")
    return sketch.finish(10, title=low, description=high)


def _scale_row(focus: Focus, scale: Scale, *, same_range: bool) -> list[Cell]:
    mean = focus.finding(scale.id).level.mean.value
    name: list[Flowable] = [wrapped(focus.text(scale.title), _WIDTHS[0] - 8, "strong_cell")]
    if not same_range:
        name.append(paragraph(", ".join(end_labels(focus, scale)), "head_cell"))
    return [
        name,
        scale_strip(focus, scale.id, width=_WIDTHS[1] - 8),
        paragraph("" if mean is None else wording.level(mean, focus.language, unit_of(scale)), "mean_cell"),
        _last_cell(focus, scale),
    ]


def _last_head(focus: Focus) -> str:
    if focus.before:
        return phrase(focus.language, "change_since", before=focus.before)
    nearest = _nearest(focus, focus.scales[0])
    return phrase(focus.language, "beside", name=focus.comparison_name(nearest)) if nearest else ""


def _last_cell(focus: Focus, scale: Scale) -> Cell:
    change = focus.finding(scale.id).change
    if focus.before:
        return _change_cell(focus, change, unit_of(scale)) if change else ""
    nearest = _nearest(focus, scale)
    return _comparison_cell(focus, nearest, unit_of(scale)) if nearest else ""


def _nearest(focus: Focus, scale: Scale) -> Comparison | None:
    """The first comparison: the nearest group above."""
    return next(iter(focus.finding(scale.id).comparisons), None)


def _change_cell(focus: Focus, change: Change, unit: wording.Unit) -> Cell:
    language = focus.language
    if change.difference.value is None:
        return paragraph(wording.reason(change.difference.reason, language), "cell")
    verdict = coloured(capital(wording.verdict(change.verdict, language)), verdict_token(change.verdict))
    return Paragraph(f"{wording.change_estimate(change.difference, language, unit)}<br/>{verdict}", styles().cell)


def _comparison_cell(focus: Focus, comparison: Comparison, unit: wording.Unit) -> Cell:
    language = focus.language
    if comparison.difference.value is None:
        return paragraph(wording.reason(comparison.difference.reason, language), "cell")
    verdict = coloured(capital(wording.comparison(comparison.verdict, language)), verdict_token(comparison.verdict))
    return Paragraph(f"{wording.change_estimate(comparison.difference, language, unit)}<br/>{verdict}", styles().cell)


def _outlook(focus: Focus, reading: GroupReading) -> list[Flowable]:
    columns = [
        [paragraph(phrase(focus.language, key), "heading"), *paragraphs(texts)] if texts else []
        for key, texts in (("stands_out", reading.stands_out), ("talk_about", reading.talk_about))
    ]
    return [space(8), two_columns(*columns)] if any(columns) else []
