"""Where every group stands in one round: scales, items, response rate. Sums in, parts of findings out."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from instruments.model import Instrument, Scale
from reports.dataset import RoundData, Tree
from reports.estimates import estimate, nothing, tidy
from reports.findings import Estimate, ItemFinding, Level, Reason
from reports.pooling import pooled_spread
from reports.residuals import safe
from reports.statistics.describe import Pooled, mean_interval, standard_error
from reports.statistics.proportion import wilson
from reports.statistics.reliability import alpha_from_variances, feldt
from reports.sums import SMALLEST_OWN, RoundSums, item_steps, score_range

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

SMALLEST_INTERVAL = 10
"""Below this a group is only described: no interval, no test, no spread of answers."""
SMALLEST_ALPHA = 30


@dataclass(frozen=True)
class Levels:
    """One round's levels for every node of the tree; see `level_of`."""

    sums: RoundSums
    pooled: Pooled
    """(scales,) what groups without a spread of their own borrow."""
    own_spread: Mask
    """(nodes, scales) groups whose own SD may be used: n >= 20, and no difference of two shown SDs is one of fewer."""
    mean: Floats
    low: Floats
    high: Floats
    sd: Floats
    positive_low: Floats
    positive_high: Floats
    positive_shown: Mask


def levels(data: RoundData, sums: RoundSums, tree: Tree, shown: Mask) -> Levels:
    """Means with intervals: from the group's own SD, else from the round's pooled SD within units, else none.

    Whole staff invited (the number invited is known): finite population correction. Intervals stay on the scale.
    `shown` (nodes, scales): the means that the gate will show.
    """
    moments = sums.moments
    own = safe(tree, moments.n, SMALLEST_OWN)
    population = np.where(sums.invited >= sums.respondents, sums.invited, np.nan)[:, None]
    pooled = pooled_spread(tree, sums.scores, shown, SMALLEST_OWN)
    sd = np.where(own, moments.sd, pooled.sd)
    df = np.where(own, moments.n - 1, pooled.df)
    between = mean_interval(moments.mean, standard_error(moments.n, sd, population), df)
    # A pooled SD says nothing of a group in which everybody answered alike, but it is all that may be told.
    enough = moments.n >= SMALLEST_INTERVAL
    lowest, highest = _ranges(data.instrument)
    share = wilson(sums.positive, moments.n)
    return Levels(
        sums=sums,
        pooled=pooled,
        own_spread=own,
        mean=moments.mean,
        low=np.where(enough, np.maximum(between.low, lowest), np.nan),
        high=np.where(enough, np.minimum(between.high, highest), np.nan),
        sd=np.where(own, moments.sd, np.nan),
        positive_low=share.low,
        positive_high=share.high,
        positive_shown=safe(tree, moments.n, SMALLEST_INTERVAL),
    )


def level_of(levels: Levels, scale: Scale, place: int, column: int) -> Level:
    """One group on one scale. `place` is the node's position in the tree, `column` the scale's in the instrument."""
    n = int(levels.sums.scores.n[place, column])
    where = place, column
    mean = estimate(levels.mean[where], levels.low[where], levels.high[where], n, Reason.TOO_FEW)
    own = bool(levels.own_spread[where])
    return Level(
        mean=mean,
        sd=tidy(levels.sd[where]) if own else None,
        interval_from="none" if mean.low is None else "own" if own else "pooled",
        positive=_positive(levels, scale, where, n),
    )


def _positive(levels: Levels, scale: Scale, where: tuple[int, int], n: int) -> Estimate:
    if scale.positive_from is None:
        return nothing(Reason.NOT_ASKED)
    if not levels.positive_shown[where]:
        return nothing(Reason.TOO_FEW if n < SMALLEST_INTERVAL else Reason.PROTECTED)
    return estimate(
        levels.sums.positive[where], levels.positive_low[where], levels.positive_high[where], n, Reason.TOO_FEW
    )


def alphas(sums: RoundSums, instrument: Instrument) -> list[list[Estimate]]:
    """Alpha with Feldt's interval for every node and scale: [node][scale]. Published from 30 complete cases."""
    items = np.array([float(len(scale.items)) for scale in instrument.scales])
    value = alpha_from_variances(np.broadcast_to(items, sums.complete.shape), sums.item_variances, sums.total_variance)
    between = feldt(value, sums.complete, np.broadcast_to(items, sums.complete.shape))
    return [
        [
            estimate(
                value[place, column],
                between.low[place, column],
                between.high[place, column],
                int(sums.complete[place, column]),
                Reason.NO_VARIATION,
            )
            if sums.complete[place, column] >= SMALLEST_ALPHA and items[column] > 1
            else nothing(Reason.TOO_FEW)
            for column in range(len(items))
        ]
        for place in range(len(sums.respondents))
    ]


def response_rate(sums: RoundSums, place: int) -> tuple[int | None, Estimate]:
    """How many were invited, and the share that answered (its n is the number invited). All were asked: no interval."""
    invited = sums.invited[place]
    if math.isnan(invited):
        return None, nothing(Reason.UNKNOWN_INVITED)
    rate = sums.respondents[place] / invited if invited > 0 else math.nan
    # More answers than invited: the count is wrong, or an open link was used twice. No rate can be told.
    if not rate <= 1:
        return int(invited), nothing(Reason.UNKNOWN_INVITED)
    return int(invited), estimate(rate, math.nan, math.nan, int(invited), Reason.UNKNOWN_INVITED)


@dataclass(frozen=True)
class Spreads:
    """Which items' spread of answers may be shown: all steps, or three categories. (nodes, items) each."""

    full: Mask
    merged: Mask


def spreads(sums: RoundSums, tree: Tree) -> Spreads:
    """All steps from n = 20, three categories from n = 10, also for what is left when shown groups are subtracted."""
    return Spreads(full=safe(tree, sums.item_n, SMALLEST_OWN), merged=safe(tree, sums.item_n, SMALLEST_INTERVAL))


def item_of(data: RoundData, sums: RoundSums, shown: Spreads, place: int, column: int) -> ItemFinding:
    """How one item's answers spread in one group, steps as asked (not reversed).

    `n` counts the answers that can be scored. Options such as "vet inte" come last, and only where all steps are shown.
    """
    item = data.items[column]
    n = int(sums.item_n[place, column])
    mean = tidy(sums.item_mean[place, column])
    steps = item_steps(data.instrument, item)
    if not steps or not shown.merged[place, column]:
        reason = Reason.TOO_FEW if n < SMALLEST_INTERVAL else Reason.PROTECTED
        return ItemFinding(item=item, n=n, counts=None, categories=(), mean=mean, reason=reason)
    declared = {option.value for option in data.instrument.options(data.instrument.items_by_id[item]) if option.missing}
    categories = (
        tuple((step,) for step in steps)
        if shown.full[place, column]
        else merged_steps(tuple(step for step in steps if step not in declared))
    )
    chosen = dict(zip(steps, sums.steps[column][place].astype(int).tolist(), strict=True))
    counts = tuple(sum(chosen[step] for step in category) for category in categories)
    return ItemFinding(item=item, n=n, counts=counts, categories=categories, mean=mean)


def merged_steps(steps: tuple[int, ...]) -> tuple[tuple[int, ...], ...]:
    """At most three categories: the middle step or two, and what is on either side; four steps halve."""
    if len(steps) <= 3:
        return tuple((step,) for step in steps)
    if len(steps) == 4:
        return steps[:2], steps[2:]
    side = (len(steps) - 1) // 2
    return steps[:side], steps[side : len(steps) - side], steps[len(steps) - side :]


def _ranges(instrument: Instrument) -> tuple[Floats, Floats]:
    ranges = [score_range(scale) for scale in instrument.scales]
    return np.array([low for low, _ in ranges]), np.array([high for _, high in ranges])
