"""A level that stands for all who were invited, beside the one of those who answered.

Where small municipalities answer better than large ones, the mean of all answers leans towards the small. Here each
shown municipality counts by how many it invited. Made from numbers that a release tells, when a page is asked for.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from instruments.model import Scale
from reports.charts.focus import Focus, scale_finding
from reports.estimates import Estimate, Reason, estimate, nothing
from reports.findings import GroupFinding, Level, NodeKind
from reports.statistics.describe import Moments
from reports.statistics.weighting import stratified_mean


@dataclass(frozen=True)
class WeightedLevel:
    released: Estimate
    """Of all who answered."""
    weighted: Estimate
    """No interval where the spread of a municipality is not told and there is none to borrow."""
    covered: int
    """Municipalities that take part: their level and their number of invited are both shown."""
    of: int
    invited: int
    """In those that take part."""
    invited_of: int | None
    """In the whole group."""


def weighted_level(focus: Focus, scale: Scale) -> WeightedLevel | None:
    """None where the group has no municipalities below it. See docs/method/weighting.md."""
    members = municipalities(focus)
    if not members:
        return None
    told = [(group, level) for group in members if (level := _level(group, scale.id)) is not None and group.invited]
    released = _level(focus.group, scale.id)
    missing = focus.group.reason or Reason.PROTECTED
    return WeightedLevel(
        released=released.mean if released else nothing(missing),
        weighted=_weighted(focus, scale, told),
        covered=len(told),
        of=len(members),
        invited=sum(group.invited or 0 for group, _ in told),
        invited_of=focus.group.invited,
    )


def municipalities(focus: Focus) -> tuple[GroupFinding, ...]:
    """The municipalities and regions below the group, at any depth, shown or not."""
    inside, found = {focus.code}, []
    # Parents stand before children.
    for group in focus.findings.groups:
        if group.parent in inside:
            inside.add(group.code)
            if group.kind in (NodeKind.MUNICIPALITY, NodeKind.REGION):
                found.append(group)
    return tuple(found)


def _weighted(focus: Focus, scale: Scale, told: list[tuple[GroupFinding, Level]]) -> Estimate:
    if len(told) < 2:
        return nothing(Reason.NO_OTHERS if told else Reason.UNKNOWN_INVITED)
    borrowed = next((one.sd for one in focus.findings.analyst.spreads if one.scale == scale.id), None)
    sds = [level.sd if level.sd is not None else borrowed for _, level in told]
    strata = Moments(
        n=np.array([float(level.mean.n or 0) for _, level in told]),
        mean=np.array([level.mean.value for _, level in told], dtype=np.float64),
        variance=np.array([np.nan if sd is None else sd**2 for sd in sds]),
    )
    found = stratified_mean(strata, np.array([float(group.invited or 0) for group, _ in told]))
    low, high = found.interval() if np.isfinite(found.error) else (np.nan, np.nan)
    return estimate(found.mean, low, high, int(strata.n.sum()), Reason.TOO_FEW)


def _level(group: GroupFinding, scale_id: str) -> Level | None:
    """The group's level on the scale, where it is shown."""
    try:
        level = scale_finding(group, scale_id).level
    except KeyError:
        return None
    return level if level.mean.value is not None and level.mean.n else None
