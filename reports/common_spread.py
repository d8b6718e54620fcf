"""What all groups together say of the spread of each scale: what a plan for the next round is made from.

All of it is cut along what is shown, as the spread that small groups borrow is (`reports.pooling`): from the shown
means and the SD of the topmost groups anybody could work it out. The correlation is made from the linked people of the
parts that the shown numbers of linked people cut them into, each of them nobody or k.
"""

from __future__ import annotations

import numpy as np

from reports.analyst_findings import Spread
from reports.dataset import Floats, Tree
from reports.decision import LinkedShown
from reports.estimates import SOUGHT, tidy
from reports.levels import Levels
from reports.pairs import FEWEST_UNITS, RoundPairs, central
from reports.pooling import parts_shown
from reports.residuals import Mask, Nesting, rests
from reports.statistics.change import correlation_or_zero
from reports.statistics.describe import Moments


def spreads_of(
    scales: tuple[str, ...], tree: Tree, now: Levels, pairs: RoundPairs | None, linked: LinkedShown | None
) -> tuple[Spread, ...]:
    """One a scale, with None for what the shown numbers do not give."""
    nesting = Nesting.of_tree(tree)
    follows = _told(now, nesting)
    parts = parts_shown(tree, now.sums.scores, now.shown.means, now.thresholds.sd_from)
    of_pairs = (np.zeros(len(scales)), np.zeros(len(scales)))
    if pairs and linked:
        of_pairs = _correlation(nesting, pairs, linked, now.thresholds.sd_from)
    return tuple(
        Spread(
            scale=scale,
            sd=tidy(now.pooled.sd[column]) if follows[column] else None,
            df=tidy(now.pooled.df[column]) if follows[column] else None,
            correlation=tidy(of_pairs[0][column]) if of_pairs[1][column] else None,
            pairs=int(of_pairs[1][column]) or None,
            icc=_icc(parts, column) if follows[column] else None,
        )
        for column, scale in enumerate(scales)
    )


def _told(now: Levels, nesting: Nesting) -> Mask:
    """(scales,) whether the release gives the pooled SD: by an interval made from it, or by the SD of all topmost."""
    shown, own, n = now.shown.means, now.shown.own_spread, now.sums.scores.n
    # Where everybody answered alike there is no spread to borrow, and no interval.
    borrowed = (shown & ~own & np.isfinite(now.low)).any(axis=0)
    below = np.zeros_like(shown)
    for level in nesting.levels[1:]:
        above = nesting.parents[level]
        below[level] = below[above] | shown[above]
    hidden = shown & ~below & ~own & (n >= now.thresholds.sd_from)
    return np.asarray(borrowed | ~hidden.any(axis=0))


def _icc(parts: Moments, column: int) -> float | None:
    # Loads scipy's optimiser: not when the program starts.
    from reports.statistics.shrinkage import random_intercept

    found = random_intercept(Moments(parts.n[:, column], parts.mean[:, column], parts.variance[:, column]))
    return tidy(found.icc, SOUGHT)


def _correlation(nesting: Nesting, pairs: RoundPairs, linked: LinkedShown, enough: int) -> tuple[Floats, Floats]:
    """(scales,) correlation within parts, and pairs in them; 0 pairs where it is not told.

    Of at least three parts, so that it is nobody's own, and of as many people as an own SD needs.
    """
    shown = linked.scales
    parts = np.where(shown[..., None], rests(nesting, pairs.products, shown), 0.0)
    n = parts[..., 0].sum(axis=0)
    held = (parts[..., 0] > 0).sum(axis=0)
    cross, first, second = (one.sum(axis=0) for one in central(parts))
    told = (held >= FEWEST_UNITS) & (n >= enough) & (first > 0) & (second > 0)
    return correlation_or_zero(cross, first, second), np.where(told, n, 0.0)
