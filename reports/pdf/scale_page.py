"""One page a scale: the sentence, the level chart, how each item was answered, and the numbers.

Scales of a few items each, as user surveys have, share a page where they fit.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from reportlab.platypus import Flowable, KeepTogether, PageBreak

from instruments.model import Scale
from reports import wording
from reports.charts import Focus, levels, runs, spread_item, spread_legend
from reports.charts.spread import ROW_AIR
from reports.findings import Estimate, ItemFinding, ScaleFinding
from reports.pdf.captions import inner_kicker, legend
from reports.pdf.parts import Cell, page_head, paragraph, ruled_table, space
from reports.pdf.phrases import phrase
from reports.pdf.styles import CONTENT
from reports.reading import GroupReading
from reports.references import reference_line
from reports.sums import unit_of
from reports.voice import capital
from reports.wording import POINTS, Unit

_WIDTHS = (204.0, 56.0, 90.0, 44.0, CONTENT - 394.0)
MANY = 10
"""Above this many items the rows stand closer, so that a scale keeps to its page."""
TIGHT_ROW_AIR = 3.4
FEW = 4
"""Up to so many items a scale is short."""
BETWEEN = 30.0
"""Above a scale that shares its page with the one before."""


def scale_page(focus: Focus, scale: Scale, number: int, reading: GroupReading) -> list[Flowable]:
    """`number` is the scale's place among those shown, from 1."""
    language = focus.language
    items = focus.items(scale)
    part = phrase(language, "scale_of", number=number, count=len(focus.scales))
    head = page_head(inner_kicker(focus, part), focus.text(scale.title))
    story: list[Flowable] = [
        *head,
        paragraph(_message(focus, scale, reading), "lead"),
        paragraph(reading.scales[scale.id]),
        levels(focus, scale.id, width=CONTENT),
        paragraph(_marks(focus, scale), "soft"),
        *_reference(scale, language),
    ]
    spread = _item_groups(focus, items, scale)
    if items:
        story.append(paragraph(phrase(language, "items"), "heading"))
    numbers = _numbers(focus, scale)
    if number == 1 or not all(_is_short(one) for one in focus.scales[number - 2 : number]):
        return [PageBreak(), *story, *_kept(spread), *_kept([numbers])]
    head[0].spaceBefore = BETWEEN
    # One group, and not groups in a group: ReportLab takes an inner one for higher than any page.
    return [KeepTogether([*story, *(flowable for group in spread for flowable in group), *numbers])]


def _kept(groups: Sequence[list[Flowable]]) -> list[Flowable]:
    """Each group on one page; a group of one needs no keeping."""
    return [group[0] if len(group) == 1 else KeepTogether(group) for group in groups if group]


def _is_short(scale: Scale) -> bool:
    return len(scale.items) <= FEW


def _message(focus: Focus, scale: Scale, reading: GroupReading) -> str:
    """The page in one line: the verdict since last round, or beside the nearest; else what the scale is about."""
    language = focus.language
    comparisons = focus.finding(scale.id).comparisons
    if focus.before and scale.id in reading.verdicts:
        return phrase(language, "since", before=focus.before, verdict=reading.verdicts[scale.id])
    if comparisons and comparisons[0].difference.value is not None:
        verdict = wording.comparison(comparisons[0].verdict, language)
        return phrase(language, "beside_verdict", name=focus.comparison_name(comparisons[0]), verdict=verdict)
    return focus.text(scale.description)


def other_items_page(focus: Focus) -> list[Flowable]:
    """Single questions that belong to no scale; empty where the instrument has none."""
    scored = {item.id for item in focus.instrument.scored_items}
    items = [finding for finding in focus.group.items if finding.item not in scored]
    if not items:
        return []
    language = focus.language
    return [
        PageBreak(),
        *page_head(inner_kicker(focus), phrase(language, "other_items")),
        paragraph(phrase(language, "other_items_lead"), "lead"),
        *item_rows(focus, items, None),
    ]


def item_rows(focus: Focus, items: Sequence[ItemFinding], scale: Scale | None) -> list[Flowable]:
    """For every run of items its legend, then a row an item; the first row stays with the legend."""
    return _kept(_item_groups(focus, items, scale))


def _item_groups(focus: Focus, items: Sequence[ItemFinding], scale: Scale | None) -> list[list[Flowable]]:
    """What must stay on one page, group by group."""
    groups: list[list[Flowable]] = []
    air = ROW_AIR if len(items) <= MANY else TIGHT_ROW_AIR
    for run in runs(focus, items, scale):
        rows = [spread_item(focus, run, finding, air=air, width=CONTENT) for finding in run.items]
        if groups:
            groups.append([space(7)])
        groups += [[spread_legend(focus, run, width=CONTENT), space(3), rows[0]], *([row] for row in rows[1:])]
    return groups


def _marks(focus: Focus, scale: Scale) -> str:
    """What the level chart's marks mean."""
    sentences = [legend(focus, (scale,))]
    if any(comparison.mean.value is not None for comparison in focus.finding(scale.id).comparisons):
        sentences.append(phrase(focus.language, "grey_dots"))
    if scale.reference is not None:
        sentences.append(phrase(focus.language, "legend_reference"))
    return " ".join(sentences)


def _reference(scale: Scale, language: str) -> list[Flowable]:
    line = reference_line(scale, language)
    return [paragraph(line)] if line else []


def _numbers(focus: Focus, scale: Scale) -> list[Flowable]:
    rows = [_row(line) for line in _lines(focus, focus.finding(scale.id))]
    if not rows:
        return []
    language = focus.language
    head = [phrase(language, key) for key in ("what", "value", "uncertainty", "answers", "verdict")]
    table = ruled_table([head, *rows], _WIDTHS, right=(1, 2, 3), size=8.6, padding=1.8)
    return [paragraph(phrase(language, "numbers"), "heading"), table]


class _Line(NamedTuple):
    """One measure: its label, its number and interval as written, on how many answers, and the verdict or reason."""

    label: str
    value: str = ""
    interval: str = ""
    n: int | None = None
    verdict: str = ""


def _lines(focus: Focus, finding: ScaleFinding) -> list[_Line]:
    """The measures that have something to say: those nobody expects (no earlier round, no others) are left out."""
    language, level = focus.language, finding.level
    lines = []
    unit = unit_of(focus.instrument.scales_by_id[finding.scale])
    if finding.change is not None:
        verdict = wording.verdict(finding.change.verdict, language)
        label = phrase(language, "row_change", before=focus.before) + _points(language, unit)
        lines.append(_difference(label, finding.change.difference, verdict, language, unit))
        if finding.change.hedges_g.value is not None:
            lines.append(_difference(phrase(language, "row_g"), finding.change.hedges_g, "", language))
    for comparison in finding.comparisons:
        label = phrase(language, "row_against", name=focus.comparison_name(comparison)) + _points(language, unit)
        verdict = wording.comparison(comparison.verdict, language)
        lines.append(_difference(label, comparison.difference, verdict, language, unit))
    if level.positive.value is not None:
        share = wording.percent(level.positive.value, language)
        between = _share_interval(level.positive, language)
        lines.append(_Line(phrase(language, "row_positive"), share, between, level.positive.n))
    if level.sd is not None:
        label = phrase(language, "row_sd") + _points(language, unit)
        lines.append(_Line(label, wording.number(level.sd, language, unit.decimals), "", level.mean.n))
    if finding.alpha.value is not None:
        value, between = wording.number(finding.alpha.value, language), wording.interval(finding.alpha, language)
        lines.append(_Line(phrase(language, "row_alpha"), value, between, finding.alpha.n))
    return lines


def _points(language: str, unit: Unit) -> str:
    """What the numbers of a row are told in, where it is not the scale's own points."""
    told = unit.change[language].strip()
    return f", {told}" if told else ""


def _difference(label: str, estimate: Estimate, verdict: str, language: str, unit: Unit = POINTS) -> _Line:
    if estimate.value is None:
        return _Line(label, verdict=capital(wording.reason(estimate.reason, language)))
    value = wording.signed(estimate.value, language, unit.decimals)
    return _Line(label, value, wording.interval(estimate, language, unit.decimals), estimate.n, capital(verdict))


def _share_interval(estimate: Estimate, language: str) -> str:
    """47–61 %."""
    if estimate.low is None or estimate.high is None:
        return ""
    return f"{wording.number(estimate.low * 100, language, 0)}{wording.DASH}{wording.percent(estimate.high, language)}"


def _row(line: _Line) -> list[Cell]:
    n = "" if line.n is None else str(line.n)
    return [paragraph(line.label, "small_cell"), line.value, line.interval, n, paragraph(line.verdict, "small_cell")]
