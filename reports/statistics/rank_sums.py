"""Exact distributions of rank sums, ties and all: every way that chance could have dealt the values out, counted.

Ranks in the middle of a tie end in .5, so everything is counted in halves: sums are then whole numbers and the counting
is a polynomial product, one step of the answer set (or one person) at a time.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from scipy import special

from reports.statistics.describe import Floats
from reports.statistics.placements import Counts

MOST_WORK = 100_000_000
"""Additions above which the exact distribution is not worked out (some 0.2 s): two groups of 55 without ties, or of 70
on an answer set of five. The normal approximation is then good to two or three digits."""


def exact_p(counts: Counts, side: Literal["two-sided", "greater", "less"] = "two-sided") -> float:
    """Of Mann-Whitney's U, given the values that occurred; `counts` (steps,). nan where too large, empty or all equal.

    Two-sided: the share of all deals in which U lies at least as far from its middle (n1 n2 / 2) as it did. Same as R's
    exactRankTests::wilcox.exact, and without ties as wilcox.test(exact = TRUE).
    """
    n_one, n_two = int(counts.n_first), int(counts.n_second)
    together = (counts.first + counts.second).astype(np.int64)
    together = together[together > 0]
    work = float(n_one) * 2 * n_one * n_two * float(np.minimum(together + 1, n_one + 1).sum())
    if n_one == 0 or n_two == 0 or len(together) == 1 or work > MOST_WORK:
        return float("nan")
    below = np.cumsum(counts.second) - counts.second
    seen = round(float((counts.first * (2 * below + counts.second)).sum()))
    return tail(_deals(together, n_one, n_two), seen, side)


def _deals(together: np.ndarray, n_one: int, n_two: int) -> Floats:
    """Probability of every 2U, 0 to 2 n1 n2, when `together` people on each step are dealt out at random."""
    # ways[i, u]: of the steps so far, i people went to the first group and 2U has come to u.
    ways = np.zeros((n_one + 1, 2 * n_one * n_two + 1))
    ways[0, 0] = 1.0
    before = 0
    for people in together:
        longer = np.zeros_like(ways)
        for taken in range(min(int(people), n_one) + 1):
            weight = special.binom(people, taken)
            for already in range(max(0, before - n_two), min(before, n_one - taken) + 1):
                # Those taken stand above all second ones so far, and level with the second ones of this step.
                gain = taken * (2 * (before - already) + int(people) - taken)
                if before - already + int(people) - taken > n_two:
                    continue
                longer[already + taken, gain:] += weight * ways[already, : ways.shape[1] - gain]
        ways = longer / longer.sum()
        before += int(people)
    return np.asarray(ways[n_one] / ways[n_one].sum(), dtype=np.float64)


def exact_signed_p(doubled: Floats, above: Floats, side: Literal["two-sided", "greater", "less"]) -> float:
    """Of the signed rank sum: all 2^m ways to turn the signs. `doubled` (m,) ranks, `above` those of the rises."""
    if len(doubled) == 0 or len(doubled) * float(doubled.sum()) > MOST_WORK:
        return float("nan")
    ways = np.zeros(int(doubled.sum()) + 1)
    ways[0] = 1.0
    for rank in doubled.astype(np.int64):
        kept = ways / 2
        ways = kept.copy()
        ways[rank:] += kept[: len(kept) - rank]
    return tail(ways, round(float(above.sum())), side)


def tail(probability: Floats, seen: int, side: Literal["two-sided", "greater", "less"]) -> float:
    """Of a distribution over 0, 1, ..., the share at least as extreme as `seen`."""
    places = np.arange(len(probability))
    if side == "greater":
        extreme = places >= seen
    elif side == "less":
        extreme = places <= seen
    else:
        # Distance from the middle, doubled so that it is whole.
        extreme = np.abs(2 * places - (len(probability) - 1)) >= abs(2 * seen - (len(probability) - 1))
    return min(float(probability[extreme].sum()), 1.0)
