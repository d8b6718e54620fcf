"""A release's groups beside each other on one scale: who stands apart for its size, and each mean drawn to the others.

Worked out from numbers that are shown already, so it tells nothing more. What may not be shown takes no part.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reports.charts.focus import Focus, scale_finding
from reports.estimates import Estimate, Reason, estimate
from reports.findings import Level
from reports.statistics.funnel import ALARM, WARNING, limits_of_mean, outside, overdispersion, z_of_means
from reports.statistics.shrinkage import FayHerriot, shrunk_means

FEWEST_AREAS = 5
"""With fewer groups shown, how they differ is mostly chance: neither limits nor shrinking are worth the name."""

_Values = NDArray[np.float64]


@dataclass(frozen=True)
class Area:
    """One group on one scale."""

    code: str
    name: str
    mean: Estimate
    sd: float | None


@dataclass(frozen=True)
class Funnel:
    """Limits that follow the number of answers, and where each of the areas shown stands."""

    centre: float
    """Of all who answered in the whole group."""
    sd: float
    """Of persons, within the areas."""
    factor: float
    """What the limits are widened by, for areas that differ more than chance alone; 1 where they do not."""
    phi: float
    areas: int
    beyond: dict[str, bool]
    """Code -> whether it lies outside the outer limits; only those outside the inner ones are here. A group that is too
    small for an interval is only described, so nothing is said of its place either."""

    def limits(self, n: Sequence[float], confidence: float) -> tuple[list[float], list[float]]:
        """The lower and upper limit at each number of answers."""
        found = limits_of_mean(n, self.centre, self.sd, confidence, self.factor)
        return np.asarray(found.low).tolist(), np.asarray(found.high).tolist()


def areas_of(focus: Focus, scale_id: str, codes: Iterable[str]) -> tuple[Area, ...]:
    """The groups with these codes on one scale, those of which nothing is shown too, in the release's order."""
    wanted = frozenset(codes)
    found = []
    for group in focus.findings.groups:
        if group.code in wanted:
            try:
                level: Level | None = scale_finding(group, scale_id).level
            except KeyError:
                level = None
            nothing = Estimate(None, None, None, None, group.reason or Reason.PROTECTED)
            found.append(Area(group.code, group.name, level.mean if level else nothing, level.sd if level else None))
    return tuple(found)


def shown(areas: Sequence[Area]) -> tuple[Area, ...]:
    """Those with a mean and a number of answers."""
    return tuple(area for area in areas if area.mean.value is not None and area.mean.n)


def spread_within(focus: Focus, scale_id: str, areas: Sequence[Area]) -> float | None:
    """The SD of persons within units: the release's own, else pooled over the areas whose SD is shown."""
    told = next((one.sd for one in focus.findings.analyst.spreads if one.scale == scale_id), None)
    if told is not None:
        return told
    known = [(area.mean.n - 1, area.sd) for area in areas if area.sd is not None and area.mean.n]
    df = sum(weight for weight, _ in known)
    return math.sqrt(sum(weight * sd**2 for weight, sd in known) / df) if df > 0 else None


def funnel(focus: Focus, scale_id: str, areas: Sequence[Area]) -> Funnel | None:
    """None with fewer than `FEWEST_AREAS` shown, or where no spread within them is known."""
    there, sd = shown(areas), spread_within(focus, scale_id, areas)
    if len(there) < FEWEST_AREAS or not sd:
        return None
    mean, n = _columns(there)
    whole = scale_finding(focus.group, scale_id).level.mean.value
    centre = whole if whole is not None else float((mean * n).sum() / n.sum())
    z = z_of_means(mean, n, centre, sd)
    spread = overdispersion(z)
    inner, outer = (outside(z, limit, spread.factor**2) for limit in (WARNING, ALARM))
    least = focus.findings.thresholds.spread_from
    beyond = {
        area.code: bool(far)
        for area, near, far in zip(there, inner, outer, strict=True)
        if near and (area.mean.n or 0) >= least
    }
    return Funnel(centre, sd, spread.factor, spread.phi, len(there), beyond)


@dataclass(frozen=True)
class Drawn:
    """Each area's mean drawn towards what the others say (empirical Bayes, REML)."""

    middle: float
    between: float
    """SD of the areas' true means."""
    means: dict[str, Estimate]
    weights: dict[str, float]
    """How much of the drawn mean is the area's own, 0-1."""


def drawn(focus: Focus, scale_id: str, areas: Sequence[Area]) -> Drawn | None:
    """As `funnel`. An area that is not shown gets no drawn mean: it would stand at the middle and say nothing."""
    there, sd = shown(areas), spread_within(focus, scale_id, areas)
    if len(there) < FEWEST_AREAS or not sd:
        return None
    fit = shrunk_means(*_columns(there), sd)
    if fit.reason is not None:
        return None
    return _drawn(there, fit, focus.findings.thresholds.spread_from)


def _drawn(there: Sequence[Area], fit: FayHerriot, least: int) -> Drawn:
    """Intervals from `least` answers on, as everywhere."""
    interval = fit.estimates.interval()
    enough = np.array([(area.mean.n or 0) >= least for area in there])
    low, high = (np.where(enough, np.asarray(end), np.nan) for end in (interval.low, interval.high))
    return Drawn(
        middle=float(fit.coefficients[0]),
        between=math.sqrt(fit.between),
        means={
            area.code: estimate(
                float(fit.estimates.mean[at]), float(low[at]), float(high[at]), area.mean.n or 0, Reason.TOO_FEW
            )
            for at, area in enumerate(there)
        },
        weights={area.code: float(fit.estimates.weight[at]) for at, area in enumerate(there)},
    )


def _columns(there: Sequence[Area]) -> tuple[_Values, _Values]:
    return np.array([area.mean.value for area in there], float), np.array([area.mean.n for area in there], float)
