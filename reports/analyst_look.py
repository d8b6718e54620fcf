"""The last look at the analyst's part: each number stands beside those that it follows from, or rests on.

Who moved is looked at in `reports.last_look`, with all else that can be added and subtracted.
"""

from __future__ import annotations

from collections.abc import Iterator

from reports.analyst_findings import Sensitivity
from reports.findings import Findings, ScaleFinding
from reports.item_functioning import FEWEST
from reports.sensitivities import enough_mixed
from reports.whole import few_skipped


def analyst_faults(findings: Findings) -> Iterator[str]:
    """One sentence for each number that tells more than it may."""
    yield from _spreads(findings)
    yield from _sensitivities(findings)
    yield from _of_all(findings)


def _of_all(findings: Findings) -> Iterator[str]:
    """What is said of all answers together stands beside the one group that holds them, with its own SD."""
    analyst = findings.analyst
    tops = [group for group in findings.groups if group.parent is None]
    scales = {scale.scale: scale for scale in tops[0].scales} if len(tops) == 1 else {}
    own = {id_ for id_, scale in scales.items() if scale.level.sd is not None}
    now = {id_ for id_ in own if scales[id_].alpha.value is not None}
    both = {id_ for id_ in own if (before := scales[id_].before) and before.sd is not None}
    told = [("quality", one.scale, now) for one in analyst.quality]
    told += [("functioning", one.scale, now) for one in analyst.functioning]
    told += [("invariance", one.scale, both) for one in analyst.invariance]
    told += [("trend", one.scale, both) for one in analyst.trends]
    for name, scale, shown in told:
        if scale not in shown:
            yield f"the {name} of {scale} is told of a group that does not show it"
    for one in analyst.quality:
        alpha = scales[one.scale].alpha if one.scale in scales else None
        if alpha is None or one.n != alpha.n or one.alpha != alpha:
            yield f"the quality of {one.scale} is not that of all answers"
        parts = [item.item for item in one.items if (item.rest_correlation, item.alpha_without) != (None, None)]
        of_scale = {item.item for item in one.items}
        answered = [item.n for item in tops[0].items if item.item in of_scale and item.n] if parts else []
        if any(few_skipped(n, one.n or 0, findings.k) for n in answered):
            yield f"how the items of {one.scale} go together would tell what few answered"
    for item in analyst.functioning:
        if item.p is not None and min(item.n_first or 0, item.n_second or 0) < FEWEST:
            yield f"how {item.item} is used is told of too few, by {item.by}"


def _sensitivities(findings: Findings) -> Iterator[str]:
    """They stand beside a change between two shown means, each with the group's own SD, and tell of no order in which
    all but one of a round stand on one side of the other."""
    scales = {(group.code, scale.scale): scale for group in findings.groups for scale in group.scales}
    for one in findings.analyst.sensitivities:
        scale = scales.get((one.group, one.scale))
        change = scale.change if scale else None
        sizes = (change.n_after, change.n_before) if change else (None, None)
        fewest = min(n or 0 for n in sizes)
        if not (scale and scale.before and change and scale.level.sd is not None and scale.before.sd is not None):
            yield f"a change on {one.scale} is looked at again in {one.group}, which does not show it"
        elif fewest < findings.thresholds.sd_from:
            yield f"a change on {one.scale} is looked at again among too few in {one.group}"
        elif one.mixed.value is not None and change.n_linked is None:
            yield f"REML on {one.scale} would tell too much about the linked in {one.group}"
        elif _tells_order(one) and not enough_mixed(_superiority(one), fewest, fewest):
            yield f"the order on {one.scale} would tell too much about {one.group}"


def _tells_order(one: Sensitivity) -> bool:
    return one.rank_p is not None or one.cliffs_delta.value is not None or one.superiority.value is not None


def _superiority(one: Sensitivity) -> float:
    """0, as if it were extreme, where a test stands without it."""
    delta, share = one.cliffs_delta.value, one.superiority.value
    given = [value for value in (share, None if delta is None else (delta + 1) / 2) if value is not None]
    return min(given, key=lambda value: min(value, 1 - value), default=0.0)


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
