"""Where each item of a scale stands, on the scale's own range: worked out from the counts that are already told.

Nothing in here passes the gate anew. An interval is made from an item's own spread only where all its steps are shown;
elsewhere the mean stands alone.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from instruments.model import Scale
from reports.charts.focus import Focus
from reports.estimates import Estimate, Reason, estimate, nothing
from reports.findings import ItemFinding
from reports.item_shares import item_share, told_as_share
from reports.statistics.describe import mean_interval, standard_error
from reports.statistics.proportion import wilson


@dataclass(frozen=True)
class ItemLevel:
    item: str
    reversed: bool
    estimate: Estimate
    """Per cent in the positive steps for a scale told as a share; else the mean, turned round for a reversed item."""
    asked: float | None
    """The mean as the item was asked, as the release has it; None for a share."""


def item_levels(focus: Focus, scale: Scale) -> tuple[ItemLevel, ...]:
    """The scale's items, highest first; those not shown last, in the scale's order."""
    found = [_level(focus, scale, finding) for finding in focus.items(scale)]
    return tuple(sorted(found, key=lambda one: (one.estimate.value is None, -(one.estimate.value or 0.0))))


def _level(focus: Focus, scale: Scale, finding: ItemFinding) -> ItemLevel:
    turned = finding.item in scale.reversed_ids
    if told_as_share(scale):
        return ItemLevel(finding.item, turned, _share(focus, scale, finding), None)
    if finding.mean is None:
        missing = nothing(finding.reason or Reason.TOO_FEW, finding.n)
        return ItemLevel(finding.item, turned, missing, None)
    low, high = _between(focus, finding)
    n = finding.n or 0
    if not turned:
        return ItemLevel(finding.item, False, estimate(finding.mean, low, high, n, Reason.TOO_FEW), finding.mean)
    ends = scale.minimum + scale.maximum
    level = estimate(ends - finding.mean, ends - high, ends - low, n, Reason.TOO_FEW)
    return ItemLevel(finding.item, True, level, finding.mean)


def _share(focus: Focus, scale: Scale, finding: ItemFinding) -> Estimate:
    share = item_share(focus.instrument, scale, finding)
    if share is None:
        return nothing(finding.reason or Reason.PROTECTED, finding.n)
    between = wilson(share.positive / share.of, share.of)
    return estimate(share.per_cent, 100 * float(between.low), 100 * float(between.high), share.of, Reason.TOO_FEW)


def _between(focus: Focus, finding: ItemFinding) -> tuple[float, float]:
    """The mean's 95 % interval from the counts of all steps; nan where steps are merged or not shown."""
    missing = {
        option.value
        for option in focus.instrument.options(focus.instrument.items_by_id[finding.item])
        if option.missing
    }
    if finding.counts is None or finding.mean is None or any(len(values) > 1 for values in finding.categories):
        return float("nan"), float("nan")
    pairs = zip(finding.categories, finding.counts, strict=True)
    scored = [(float(values[0]), count) for values, count in pairs if values[0] not in missing]
    if not scored or sum(count for _, count in scored) < focus.findings.thresholds.sd_from:
        # Three categories of an item with three steps are shown from ten; its SD is not.
        return float("nan"), float("nan")
    steps, counts = np.array(scored).T
    n = counts.sum()
    sd = np.sqrt((counts * (steps - finding.mean) ** 2).sum() / (n - 1))
    between = mean_interval(np.array(finding.mean), standard_error(n, sd), n - 1)
    lowest, highest = float(steps.min()), float(steps.max())
    return max(float(between.low), lowest), min(float(between.high), highest)
