"""The cells of a set of findings, and the findings with some cells taken away. `reports.disclosure` decides which."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cache

import numpy as np

from reports.analysis import Analysed
from reports.analyst_findings import Flow
from reports.estimates import nothing, tidy
from reports.findings import (
    Band,
    Change,
    Comparison,
    Estimate,
    Findings,
    GroupFinding,
    ItemFinding,
    Level,
    Reason,
    ScaleFinding,
    Thresholds,
    Verdict,
)
from reports.residuals import Mask
from reports.statistics.compare import middle_half_of_others

Cell = tuple[str, ...]
"""What is counted: ("respondents", "now"), ("scale", id, "before"), ("item", id) ..."""
Shown = Mapping[Cell, frozenset[str]]

NOW: Cell = ("respondents", "now")
BEFORE: Cell = ("respondents", "before")
FEWEST_OTHERS = 4
"""A band needs this many other groups."""
MERGED = 3
"""Categories that a distribution may have below n = 20."""


def cells(findings: Findings) -> dict[Cell, dict[str, int]]:
    """Respondents behind every number that stands in the findings: cell -> group code -> count (above 0)."""
    counts: dict[Cell, dict[str, int]] = {NOW: {}, BEFORE: {}}

    def count(cell: Cell, code: str, n: int | None, value: float | None = None) -> None:
        if n is None and value is not None:
            raise ValueError(f"{' '.join(cell)} of {code} has a number without its n")
        if n:
            counts.setdefault(cell, {})[code] = n

    for group in findings.groups:
        count(NOW, group.code, group.n)
        count(BEFORE, group.code, group.n_before)
        count(("linked",), group.code, group.n_linked)
        for scale in group.scales:
            count(("scale", scale.scale, "now"), group.code, scale.level.mean.n, scale.level.mean.value)
            if scale.before:
                before = scale.before.mean
                count(("scale", scale.scale, "before"), group.code, before.n, before.value)
            count(("scale", scale.scale, "linked"), group.code, scale.change.n_linked if scale.change else None)
            count(("scale", scale.scale, "alpha"), group.code, scale.alpha.n, scale.alpha.value)
        for item in group.items:
            count(("item", item.item), group.code, item.n, item.mean)
    return counts


def finer_cells(findings: Findings) -> Iterator[tuple[Cell, int, dict[str, int]]]:
    """Cells that need more than k: own SDs and full distributions `sd_from`, the rest `spread_from`.

    Yields each cell with its threshold and its counts, of what stands in the findings now. A mean with its SD can fix
    a small distribution, and the SD of a county less those of its other municipalities is the SD of one.
    """
    spread_from, sd_from = findings.thresholds.spread_from, findings.thresholds.sd_from
    counts: dict[tuple[Cell, int], dict[str, int]] = {}

    def count(cell: Cell, enough: int, code: str, n: int | None) -> None:
        counts.setdefault((cell, enough), {})[code] = n or 0

    for group in findings.groups:
        for scale in group.scales:
            for when, level in (("now", scale.level), ("before", scale.before)):
                if level and (level.sd is not None or level.interval_from == "own"):
                    count(("scale", scale.scale, when, "own SD"), sd_from, group.code, level.mean.n)
                if level and level.positive.value is not None:
                    count(("scale", scale.scale, when, "positive"), spread_from, group.code, level.mean.n)
        for item in group.items:
            if item.counts is not None:
                count(("item", item.item, "spread"), spread_from, group.code, item.n)
                if len(item.categories) > MERGED:
                    count(("item", item.item, "steps"), sd_from, group.code, item.n)
    for (cell, enough), in_groups in counts.items():
        yield cell, enough, in_groups


def shown_cells(analysed: Analysed) -> Shown:
    """What has been decided, by cell and group."""
    findings, told = analysed.findings, analysed.shown
    shown: dict[Cell, frozenset[str]] = {BEFORE: frozenset()}

    def tell(cell: Cell, mask: Mask) -> None:
        shown[cell] = frozenset(analysed.codes[place] for place in np.flatnonzero(mask).tolist())

    tell(NOW, told.now.groups)
    scales = [one.id for one in findings.ranges if one.kind == "scale"]
    for column, scale in enumerate(scales):
        tell(("scale", scale, "now"), told.now.means[:, column])
        tell(("scale", scale, "alpha"), told.now.alpha[:, column])
    for column, item in enumerate(one.id for one in findings.ranges if one.kind == "item"):
        tell(("item", item), told.now.items[:, column])
    if told.before is None or told.linked is None:
        return shown
    tell(BEFORE, told.before.groups)
    tell(("linked",), told.linked.groups)
    for column, (scale, there) in enumerate(zip(scales, analysed.columns.tolist(), strict=True)):
        tell(("scale", scale, "linked"), told.linked.scales[:, column])
        if told.followed is not None:
            tell(("scale", scale, "moved"), told.followed.moved[:, column])
        if there >= 0:
            tell(("scale", scale, "before"), told.before.means[:, there])
    return shown


def masked(findings: Findings, shown: Shown, k: int) -> Findings:
    """The findings with only the shown cells left, and with what rests on several groups filled in from those."""
    groups = tuple(_group(group, shown, k) for group in findings.groups)
    levels = {(group.code, scale.scale): scale.level.mean for group in groups for scale in group.scales}
    bands = _bands(groups)
    analyst = replace(findings.analyst, flows=tuple(_flows(findings.analyst.flows, groups, shown, findings.thresholds)))
    return replace(findings, groups=tuple(_beside_others(group, levels, bands) for group in groups), analyst=analyst)


def _flows(flows: Iterable[Flow], groups: Iterable[GroupFinding], shown: Shown, limits: Thresholds) -> Iterator[Flow]:
    """Of groups whose number linked is shown; with that, it is known whether they are too few."""
    linked = {
        (group.code, scale.scale): scale.change.n_linked for group in groups for scale in group.scales if scale.change
    }
    for flow in flows:
        n = linked.get((flow.group, flow.scale))
        if n is None:
            continue
        if flow.group in shown.get(("scale", flow.scale, "moved"), frozenset()):
            yield flow
        else:
            reason = Reason.TOO_FEW if n < limits.sd_from else Reason.PROTECTED
            yield Flow(flow.group, flow.scale, flow.step, None, None, None, None, reason)


def _beside_others(
    group: GroupFinding, levels: Mapping[tuple[str, str], Estimate], bands: Mapping[tuple[str, str], Band]
) -> GroupFinding:
    # Written out: dataclasses.replace goes over every field by name, for every scale of every group of a country.
    scales = tuple(
        ScaleFinding(
            scale=scale.scale,
            level=scale.level,
            before=scale.before,
            change=scale.change,
            comparisons=_comparisons(scale, levels),
            alpha=scale.alpha,
            band=bands.get((group.code, scale.scale)),
        )
        for scale in group.scales
    )
    return replace(group, scales=scales)


def _group(group: GroupFinding, shown: Shown, k: int) -> GroupFinding:
    if group.code in shown[NOW]:
        return replace(
            group,
            n_before=group.n_before if group.code in shown[BEFORE] else None,
            n_linked=_left(group.n_linked, ("linked",), group.code, shown),
            scales=tuple(_scale(scale, group.code, shown, k) for scale in group.scales),
            items=tuple(_item(item, group.code, shown, k) for item in group.items),
        )
    reason = _why(group.n, k)
    return replace(
        group,
        n=None,
        n_before=None,
        n_linked=None,
        invited=None,
        response_rate=nothing(reason),
        scales=tuple(_hidden_scale(scale, reason) for scale in group.scales),
        items=tuple(_hidden_item(item.item, reason) for item in group.items),
        reason=reason,
        open_link_share=None,
    )


def _scale(scale: ScaleFinding, code: str, shown: Shown, k: int) -> ScaleFinding:
    if code not in shown.get(("scale", scale.scale, "now"), frozenset()):
        return _hidden_scale(scale, _why(scale.level.mean.n, k))
    alpha = scale.alpha
    if alpha.n and code not in shown.get(("scale", scale.scale, "alpha"), frozenset()):
        alpha = nothing(_why(alpha.n, k))
    before, change = scale.before, scale.change
    if code not in shown.get(("scale", scale.scale, "before"), frozenset()):
        n_before = before.mean.n if before else None
        before = _hidden_level(_why(n_before, k)) if before else None
        change = _hidden_change(change.method, _why(n_before, k)) if change else None
    if change and _left(change.n_linked, ("scale", scale.scale, "linked"), code, shown) is None:
        change = change if change.n_linked is None else replace(change, n_linked=None)
    if before is scale.before and change is scale.change and alpha is scale.alpha:
        return scale
    return replace(scale, before=before, change=change, alpha=alpha)


def _hidden_scale(scale: ScaleFinding, reason: Reason) -> ScaleFinding:
    return replace(
        scale,
        level=_hidden_level(reason),
        before=_hidden_level(reason) if scale.before else None,
        change=_hidden_change(scale.change.method, reason) if scale.change else None,
        alpha=nothing(reason),
        band=None,
    )


def _item(item: ItemFinding, code: str, shown: Shown, k: int) -> ItemFinding:
    if code in shown.get(("item", item.item), frozenset()):
        return item
    return _hidden_item(item.item, _why(item.n, k))


@cache
def _hidden_item(item: str, reason: Reason) -> ItemFinding:
    return ItemFinding(item=item, n=None, counts=None, categories=(), mean=None, reason=reason)


@cache
def _hidden_level(reason: Reason) -> Level:
    return Level(mean=nothing(reason), sd=None, interval_from="none", positive=nothing(reason))


@cache
def _hidden_change(method: str, reason: Reason) -> Change:
    return Change(
        difference=nothing(reason),
        equivalence_low=None,
        equivalence_high=None,
        hedges_g=nothing(reason),
        p=None,
        p_holm=None,
        method=method,
        n_before=None,
        n_after=None,
        n_linked=None,
        verdict=Verdict.CANNOT_TELL,
        holm_overruled=False,
    )


def _comparisons(scale: ScaleFinding, levels: Mapping[tuple[str, str], Estimate]) -> tuple[Comparison, ...]:
    """Against others where both this group and the node are shown; beside the whole node where only the node is."""
    own = scale.level.mean
    kept = []
    for comparison in scale.comparisons:
        whole = levels.get((comparison.against, scale.scale))
        if whole is None or whole.value is None:
            continue
        if own.value is not None:
            kept.append(comparison)
            continue
        kept.append(
            replace(
                comparison,
                whole=True,
                mean=whole,
                difference=nothing(own.reason or Reason.PROTECTED),
                verdict=Verdict.CANNOT_TELL,
            )
        )
    return tuple(kept)


def _bands(groups: tuple[GroupFinding, ...]) -> dict[tuple[str, str], Band]:
    """The middle half of the other shown groups of the same kind, for every group and scale that has enough of them."""
    peers: dict[tuple[str, str], dict[str, float | None]] = {}
    for group in groups:
        for scale in group.scales:
            peers.setdefault((group.kind, scale.scale), {})[group.code] = scale.level.mean.value
    bands = {}
    for (_, scale_id), means in peers.items():
        for code, middle in zip(means, middle_half_of_others(tuple(means.values()), FEWEST_OTHERS), strict=True):
            low, high = (tidy(middle.low), tidy(middle.high)) if middle else (None, None)
            if middle and low is not None and high is not None:
                bands[code, scale_id] = Band(low=low, high=high, groups=middle.groups)
    return bands


def _left(n: int | None, cell: Cell, code: str, shown: Shown) -> int | None:
    """Nobody linked is no person's secret: 0 stays."""
    return n if n == 0 or code in shown.get(cell, frozenset()) else None


def _why(n: int | None, k: int) -> Reason:
    return Reason.TOO_FEW if n is None or n < k else Reason.PROTECTED
