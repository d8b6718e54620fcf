"""The spread that small groups borrow: the round's pooled SD, made so that it tells nothing that is not shown."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from reports.dataset import Tree
from reports.statistics.describe import Moments, Pooled, Sums, moments_from_sums, pooled_within

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]


def pooled_spread(tree: Tree, scores: Sums, shown: Mask, smallest: int) -> Pooled:
    """SD within the parts that the shown means cut the round into, pooled; (scales,) each.

    A part is a shown group less its maximal shown descendants, so the groups that are hidden beneath it are one part.
    Then the squares within parts are those of the whole, less what the shown means give, and tell nothing new: pooled
    within the hidden groups themselves, they would give those groups' means. Only below a topmost shown group of at
    least `smallest`, whose own SD is shown.
    """
    return pooled_within(parts_shown(tree, scores, shown, smallest))


def parts_shown(tree: Tree, scores: Sums, shown: Mask, smallest: int) -> Moments:
    """(nodes, scales) those parts, each at its group; n = 0 where there is none, or the topmost group is too small.

    Means are about whatever the sums were taken about.
    """
    parts = [_rest(tree, each, shown) for each in (scores.n, scores.total, scores.squares)]
    found = moments_from_sums(Sums(*(np.where(shown, part, 0.0) for part in parts)))
    kept = _topmost(tree, scores.n, shown) >= smallest
    return Moments(n=np.where(kept, found.n, 0.0), mean=found.mean, variance=found.variance)


def _rest(tree: Tree, whole: Floats, shown: Mask) -> Floats:
    """Every node's sum less those of its maximal shown descendants."""
    covered = np.zeros_like(whole)
    for depth in range(int(tree.depths.max(initial=0)), 0, -1):
        level = np.flatnonzero(tree.depths == depth)
        np.add.at(covered, tree.parents[level], np.where(shown[level], whole[level], covered[level]))
    return whole - covered


def _topmost(tree: Tree, n: Floats, shown: Mask) -> Floats:
    """How many the topmost shown group holds that each node stands in; 0 for none."""
    held = np.where(shown, n, 0.0)
    for depth in range(1, int(tree.depths.max(initial=0)) + 1):
        level = np.flatnonzero(tree.depths == depth)
        above = held[tree.parents[level]]
        held[level] = np.where(above > 0, above, held[level])
    return held
