"""Where every group stands in one round: scales, items, response rate. Sums in, parts of findings out."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from instruments.model import Instrument, Scale
from reports.dataset import RoundData, Tree
from reports.decision import SMALLEST_ALPHA, RoundShown
from reports.estimates import estimate, nothing, tidy
from reports.findings import Estimate, ItemFinding, Level, Reason, Thresholds
from reports.item_shares import share_scale
from reports.pooling import pooled_spread
from reports.statistics.describe import Pooled, mean_interval, standard_error
from reports.statistics.proportion import wilson
from reports.statistics.reliability import alpha_from_variances, feldt
from reports.sums import RoundSums, item_steps, merged_steps, score_range, tells_positive

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Levels:
    """One round's levels for every node of the tree; see `level_of`."""

    sums: RoundSums
    shown: RoundShown
    thresholds: Thresholds
    pooled: Pooled
    """(scales,) what groups without a spread of their own borrow."""
    mean: Floats
    low: Floats
    high: Floats
    sd: Floats
    positive_low: Floats
    positive_high: Floats


def levels(data: RoundData, sums: RoundSums, tree: Tree, shown: RoundShown, thresholds: Thresholds) -> Levels:
    """Means with intervals: from the group's own SD, else from the round's pooled SD within units, else none.

    Whole staff invited (the number invited is known): finite population correction. Intervals stay on the scale.
    The spread that small groups borrow is cut along `shown`, what the gate will show.
    """
    moments = sums.moments
    own = shown.own_spread
    population = np.where(sums.invited >= sums.respondents, sums.invited, np.nan)[:, None]
    pooled = pooled_spread(tree, sums.scores, shown.means, thresholds.sd_from)
    sd = np.where(own, moments.sd, pooled.sd)
    df = np.where(own, moments.n - 1, pooled.df)
    between = mean_interval(moments.mean, standard_error(moments.n, sd, population), df)
    # A pooled SD says nothing of a group in which everybody answered alike, but it is all that may be told.
    enough = moments.n >= thresholds.spread_from
    lowest, highest = _ranges(data.instrument)
    share = wilson(sums.positive_share, moments.n)
    return Levels(
        sums=sums,
        shown=shown,
        thresholds=thresholds,
        pooled=pooled,
        mean=moments.mean,
        low=np.where(enough, np.maximum(between.low, lowest), np.nan),
        high=np.where(enough, np.minimum(between.high, highest), np.nan),
        sd=np.where(own, moments.sd, np.nan),
        positive_low=share.low,
        positive_high=share.high,
    )


def level_of(levels: Levels, scale: Scale, place: int, column: int) -> Level:
    """One group on one scale. `place` is the node's position in the tree, `column` the scale's in the instrument."""
    n = int(levels.sums.scores.n[place, column])
    where = place, column
    mean = estimate(levels.mean[where], levels.low[where], levels.high[where], n, Reason.TOO_FEW)
    own = bool(levels.shown.own_spread[where])
    return Level(
        mean=mean,
        sd=tidy(levels.sd[where]) if own else None,
        interval_from="none" if mean.low is None else "own" if own else "pooled",
        positive=_positive(levels, scale, where, n),
    )


def _positive(levels: Levels, scale: Scale, where: tuple[int, int], n: int) -> Estimate:
    if not tells_positive(scale):
        return nothing(Reason.NOT_ASKED)
    if not levels.shown.positive[where]:
        return nothing(Reason.TOO_FEW if n < levels.thresholds.spread_from else Reason.PROTECTED)
    share = levels.sums.positive_share[where]
    return estimate(share, levels.positive_low[where], levels.positive_high[where], n, Reason.TOO_FEW)


def alphas(sums: RoundSums, instrument: Instrument, shown: RoundShown) -> list[list[Estimate]]:
    """Alpha with Feldt's interval for every node and scale: [node][scale]. Published from 30 complete cases.

    That it cannot be computed because everybody answered the same is not told either.
    """
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
                Reason.PROTECTED,
            )
            if shown.alpha[place, column] and items[column] > 1
            else nothing(Reason.TOO_FEW if sums.complete[place, column] < SMALLEST_ALPHA else Reason.PROTECTED)
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


def item_of(data: RoundData, levels: Levels, place: int, column: int) -> ItemFinding:
    """How one item's answers spread in one group, steps as asked (not reversed).

    `n` counts the answers that can be scored. Options such as "vet inte" come last, and only where all steps are shown.
    An item of a scale told as a share has no mean: with how many are positive it would tell how the others spread, and
    of three steps that is everything.
    """
    item, sums, shown = data.items[column], levels.sums, levels.shown
    n = int(sums.item_n[place, column])
    mean = None if share_scale(data.instrument, item) else tidy(sums.item_mean[place, column])
    steps = item_steps(data.instrument, item)
    if not steps or not shown.merged[place, column]:
        reason = Reason.TOO_FEW if n < levels.thresholds.spread_from else Reason.PROTECTED
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


def _ranges(instrument: Instrument) -> tuple[Floats, Floats]:
    ranges = [score_range(scale) for scale in instrument.scales]
    return np.array([low for low, _ in ranges]), np.array([high for _, high in ranges])
