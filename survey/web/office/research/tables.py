"""What the pages show in tables. Words and number formats are the reports' own."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from instruments.model import Scale, item_text
from reports import wording
from reports.charts import Focus
from reports.charts.focus import scale_finding
from reports.charts.spread import answer_steps
from reports.findings import Change, Comparison, Estimate, GroupFinding, ItemFinding, Reason, ScaleFinding
from reports.item_shares import item_share
from reports.sums import unit_of
from reports.wording import Unit


@dataclass(frozen=True)
class Row:
    """One group on one scale, in words and numbers ready to be shown."""

    code: str
    name: str
    scale: Scale
    scale_title: str
    n: int | None
    mean: str
    interval: str
    change: str
    verdict: str
    verdict_style: str
    """The name of the verdict as a style class; empty where there is none."""
    why_not: str
    """Why there is no level; empty where there is one."""
    effect: str
    alpha: str
    """Both empty where the reason already stands in the same row."""


def level_row(focus: Focus, scale: Scale) -> Row:
    finding = finding_of(focus.group, scale.id)
    mean = finding.level.mean if finding else Estimate(None, None, None, None, focus.group.reason or Reason.PROTECTED)
    change = finding.change if finding else None
    unit = unit_of(scale)
    return Row(
        code=focus.group.code,
        name=focus.name,
        scale=scale,
        scale_title=focus.text(scale.title),
        n=mean.n,
        mean=wording.level(mean.value, focus.language, unit),
        interval=wording.level_interval(mean, focus.language, unit) if mean.low is not None else "",
        change=_change(change, focus.language, unit),
        verdict=wording.verdict(change.verdict, focus.language) if change and _has(change) else "",
        verdict_style=change.verdict.value if change and _has(change) else "",
        why_not="" if mean.value is not None else wording.reason(mean.reason, focus.language),
        effect=wording.signed_estimate(change.hedges_g, focus.language) if change and _has(change) else "",
        alpha=wording.estimate(finding.alpha, focus.language) if finding and mean.value is not None else "",
    )


def finding_of(group: GroupFinding, scale_id: str) -> ScaleFinding | None:
    """None for a group of which nothing is shown."""
    try:
        return scale_finding(group, scale_id)
    except KeyError:
        return None


def _has(change: Change) -> bool:
    return change.difference.value is not None


def _change(change: Change | None, language: str, unit: Unit) -> str:
    if change is None:
        return ""
    if not _has(change):
        return wording.reason(change.difference.reason, language)
    return wording.change_estimate(change.difference, language, unit)


@dataclass(frozen=True)
class SpreadRow:
    """One item: how many chose each answer (None where nothing is shown, and why), and its share where it has one."""

    text: str
    counts: tuple[int, ...] | None
    why_not: str
    share: str


@dataclass(frozen=True)
class SpreadTable:
    """The answers to a scale's items as numbers; one table for each set of answer steps."""

    heads: tuple[str, ...]
    rows: tuple[SpreadRow, ...]

    @property
    def shares(self) -> bool:
        """Whether any row has one, and so a column for it is needed."""
        return any(row.share for row in self.rows)


def spread_tables(focus: Focus, scale: Scale, findings: Iterable[ItemFinding]) -> tuple[SpreadTable, ...]:
    tables: dict[tuple[str, ...], list[SpreadRow]] = {}
    for finding in findings:
        heads = tuple(step.label for step in answer_steps(focus, finding))
        text = item_text(focus.instrument.items_by_id[finding.item], focus.language)
        why_not = "" if finding.counts is not None else wording.reason(finding.reason, focus.language)
        share = item_share(focus.instrument, scale, finding)
        row = SpreadRow(text, finding.counts, why_not, share.said(focus.language) if share else "")
        tables.setdefault(heads, []).append(row)
    return tuple(SpreadTable(heads, tuple(rows)) for heads, rows in tables.items())


@dataclass(frozen=True)
class ComparisonRow:
    name: str
    mean: str
    interval: str
    difference: str


def comparison_rows(focus: Focus, scale: Scale) -> tuple[ComparisonRow, ...]:
    finding = finding_of(focus.group, scale.id)
    if finding is None:
        return ()
    unit = unit_of(scale)
    rows = [_estimate_row(f"{focus.name}, {focus.findings.round}", finding.level.mean, "", focus.language, unit)]
    if finding.before is not None:
        name = f"{focus.name}, {focus.findings.before}"
        rows.append(_estimate_row(name, finding.before.mean, "", focus.language, unit))
    rows += [_comparison_row(focus, comparison, unit) for comparison in finding.comparisons]
    return tuple(rows)


def _comparison_row(focus: Focus, comparison: Comparison, unit: Unit) -> ComparisonRow:
    difference = comparison.difference
    words = wording.change_estimate(difference, focus.language, unit) if difference.value is not None else ""
    return _estimate_row(focus.comparison_name(comparison), comparison.mean, words, focus.language, unit)


def _estimate_row(name: str, mean: Estimate, difference: str, language: str, unit: Unit) -> ComparisonRow:
    if mean.value is None:
        return ComparisonRow(name, "–", wording.reason(mean.reason, language), difference)
    interval = wording.level_interval(mean, language, unit) if mean.low is not None else ""
    return ComparisonRow(name, wording.level(mean.value, language, unit), interval, difference)
