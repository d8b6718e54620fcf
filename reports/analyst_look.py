"""The last look at the analyst's part: each number stands beside those that it follows from, or rests on.

Who moved is looked at in `reports.last_look`, with all else that can be added and subtracted.
"""

from __future__ import annotations

from collections.abc import Iterator

from reports.findings import Findings, ScaleFinding


def analyst_faults(findings: Findings) -> Iterator[str]:
    """One sentence for each number that tells more than it may."""
    yield from _spreads(findings)


def _spreads(findings: Findings) -> Iterator[str]:
    """The common spread follows from an interval made from it, or from the SD of all topmost groups."""
    parents = {group.code: group.parent for group in findings.groups}
    for spread in findings.analyst.spreads:
        if spread.pairs is not None and spread.pairs < findings.thresholds.sd_from:
            yield f"the correlation on {spread.scale} rests on too few"
        if spread.sd is None and spread.df is None and spread.icc is None:
            continue
        held = {group.code: scale for group in findings.groups for scale in group.scales if scale.scale == spread.scale}
        shown = {code for code, scale in held.items() if scale.level.mean.value is not None}
        if any(held[code].level.interval_from == "pooled" for code in shown):
            continue
        topmost = (code for code in shown if not _any_above(parents, code, shown))
        if any(held[code].level.sd is None and _many(held[code], findings) for code in topmost):
            yield f"the spread of all on {spread.scale} does not follow from what is shown"


def _any_above(parents: dict[str, str | None], code: str, shown: set[str]) -> bool:
    above = parents[code]
    while above is not None and above not in shown:
        above = parents[above]
    return above is not None


def _many(scale: ScaleFinding, findings: Findings) -> bool:
    return (scale.level.mean.n or 0) >= findings.thresholds.sd_from
