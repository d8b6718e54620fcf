"""Every group beside the groups above it, itself left out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from instruments.model import Instrument
from reports.changes import margins
from reports.dataset import Tree
from reports.estimates import estimate
from reports.findings import Comparison, Reason
from reports.levels import Levels
from reports.statistics.change import Difference, no_overlap, pooled_sd, prefer, welch, with_pooled
from reports.statistics.describe import Moments, Sums, mean_interval, moments_from_sums, standard_error
from reports.statistics.multiplicity import holm
from reports.verdicts import verdict

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Comparisons:
    """One generation: every node against the node so many steps above it. Arrays (nodes, scales); nan = no value."""

    against: NDArray[np.int64]
    """(nodes,) position of the node above; -1 where there is none, or where it holds nobody else."""
    own_n: Floats
    others: Moments
    others_low: Floats
    others_high: Floats
    difference: Difference
    low: Floats
    high: Floats
    inner_low: Floats
    inner_high: Floats
    p_holm: Floats
    margin: Floats


def comparisons(instrument: Instrument, levels: Levels, tree: Tree) -> tuple[Comparisons, ...]:
    """Nearest ancestors first.

    An ancestor with the same respondents as the one below it would say the same again and is left out: a study in one
    county is not compared with a nation of that county.
    """
    found = []
    below = np.arange(len(tree.nodes))
    above = tree.parents
    respondents = levels.sums.respondents
    while (above >= 0).any():
        adds = (above >= 0) & (respondents[np.maximum(above, 0)] > respondents[np.maximum(below, 0)])
        found.append(_generation(instrument, levels, np.where(adds, above, -1)))
        below, above = above, np.where(above >= 0, tree.parents[np.maximum(above, 0)], -1)
    return tuple(found)


def _generation(instrument: Instrument, levels: Levels, against: NDArray[np.int64]) -> Comparisons:
    """Welch's t from sufficient statistics: what the node above has, less what the group has."""
    sums = levels.sums
    there = (against >= 0)[:, None]
    place = np.maximum(against, 0)
    whole = Sums(sums.scores.n[place], sums.scores.total[place], sums.scores.squares[place])
    rest = whole - sums.scores
    others = moments_from_sums(Sums(np.where(there, rest.n, 0.0), rest.total, rest.squares), sums.centres)
    group = sums.moments
    # Both SDs known would give the third away: the group's own is used only where both may be shown.
    own = levels.shown.own_spread & levels.shown.own_spread[place]
    # A p-value is adjusted for the others beside it: one that is not shown must not show through.
    told = levels.shown.means & levels.shown.means[place]
    smallest = levels.thresholds.spread_from
    enough = (np.minimum(group.n, others.n) >= smallest) & there & told
    pooled = with_pooled(group, others, no_overlap(group.n.shape), levels.pooled)
    difference = prefer(own, enough, welch(group, others), pooled)
    between = mean_interval(
        others.mean,
        standard_error(others.n, np.where(own, others.sd, levels.pooled.sd)),
        np.where(own, others.n - 1, levels.pooled.df),
    )
    low, high = difference.interval(0.95)
    inner_low, inner_high = difference.interval(0.90)
    tellable = others.n >= smallest
    return Comparisons(
        against=against,
        own_n=group.n,
        others=others,
        others_low=np.where(tellable, between.low, np.nan),
        others_high=np.where(tellable, between.high, np.nan),
        difference=difference,
        low=low,
        high=high,
        inner_low=inner_low,
        inner_high=inner_high,
        p_holm=holm(difference.p),
        margin=margins(instrument) * np.where(own, pooled_sd(group, others), levels.pooled.sd),
    )


def comparisons_of(generations: tuple[Comparisons, ...], tree: Tree, place: int, column: int) -> tuple[Comparison, ...]:
    """One group's comparisons on one scale, the nearest node first."""
    return tuple(
        _comparison(generation, tree, place, column) for generation in generations if generation.against[place] >= 0
    )


def _comparison(found: Comparisons, tree: Tree, place: int, column: int) -> Comparison:
    where = place, column
    node = tree.nodes[int(found.against[place])]
    n, own_n = int(found.others.n[where]), int(found.own_n[where])
    word, _ = verdict(
        found.low[where],
        found.high[where],
        found.p_holm[where],
        found.inner_low[where],
        found.inner_high[where],
        found.margin[where],
    )
    return Comparison(
        against=node.code,
        against_name=node.name,
        whole=False,
        mean=estimate(found.others.mean[where], found.others_low[where], found.others_high[where], n, Reason.NO_OTHERS),
        difference=estimate(
            found.difference.estimate[where], found.low[where], found.high[where], min(n, own_n), Reason.NO_OTHERS
        ),
        verdict=word,
    )
