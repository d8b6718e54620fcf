"""Tests that use the order of answers only: two groups (Mann-Whitney, Brunner-Munzel) and pairs (signed rank).

The effect that the first two test is `dominance.superiority`, which carries the interval. Exact distributions:
`rank_sums`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from scipy import special

from reports.statistics.change import welch_df
from reports.statistics.describe import Floats, Interval, Moments, divide
from reports.statistics.placements import Counts, count, placements
from reports.statistics.rank_sums import exact_p, exact_signed_p
from reports.statistics.student import quantile, two_sided_p

Side = Literal["two-sided", "greater", "less"]
"""`greater`: the first group tends to be higher (R's `alternative`)."""


@dataclass(frozen=True)
class MannWhitney:
    """Arrays of one shape; nan = not computable."""

    n_first: Floats
    n_second: Floats
    u: Floats
    """Pairs in which the first is higher, and half of those that are equal (R's W)."""
    u_other: Floats
    """The same seen from the second group: n1 n2 - U."""
    z: Floats
    """Without continuity correction; above 0 where the first group tends to be higher."""
    p: Floats
    """Normal approximation without continuity correction."""
    p_corrected: Floats
    """With it (0.5 towards the middle)."""
    p_exact: Floats
    """From all ways to share the observed values out between the groups; nan above `rank_sums.MOST_WORK`."""


def mann_whitney(first: Floats, second: Floats, side: Side = "two-sided") -> MannWhitney:
    """Two sets of values, (n,) and (m,), nan left out; arrays of shape (). With the exact p where that is feasible.

    Mann and Whitney 1947, Ann Math Stat 18:50-60; variance with ties: Lehmann 1975, Nonparametrics, section 1.4.
    Same as R's wilcox.test(x, y, exact = FALSE); the exact p as exactRankTests::wilcox.exact.
    nan p if a group is empty or all values are equal.
    """
    counts = count(first, second)
    found = mann_whitney_from_counts(counts, side)
    return replace(found, p_exact=np.asarray(exact_p(counts, side)))


def mann_whitney_from_counts(counts: Counts, side: Side = "two-sided") -> MannWhitney:
    """Of (..., steps) counts, for every group at once; no exact p. U, z and p equal those of the values."""
    seen = placements(counts)
    pairs, people = seen.pairs, seen.n_first + seen.n_second
    u = np.where(pairs > 0, (pairs + seen.higher - seen.lower) / 2, np.nan)
    equal = counts.first + counts.second
    ties = (equal**3 - equal).sum(axis=-1)
    variance = pairs / 12 * (people + 1 - divide(ties, people * (people - 1), pairs > 0))
    # One step only: rounding could leave a variance of 1e-17 where there is none.
    spread = np.where(equal.max(axis=-1, initial=0) < people, np.sqrt(np.maximum(variance, 0)), np.nan)
    away = u - pairs / 2
    z = divide(away, spread)
    return MannWhitney(
        n_first=seen.n_first,
        n_second=seen.n_second,
        u=u,
        u_other=pairs - u,
        z=z,
        p=normal_p(z, side),
        p_corrected=normal_p(divide(away - _towards_middle(away, side), spread), side),
        p_exact=np.full(np.shape(u), np.nan),
    )


def normal_p(z: Floats, side: Side) -> Floats:
    below = {"two-sided": -np.abs(z), "greater": -z, "less": z}[side]
    p = np.asarray(special.ndtr(below), dtype=np.float64)
    return 2 * p if side == "two-sided" else p


@dataclass(frozen=True)
class BrunnerMunzel:
    """Arrays of one shape; nan = not computable."""

    n_first: Floats
    n_second: Floats
    superiority: Floats
    """P(first > second) + P(equal) / 2."""
    error: Floats
    """Of `superiority`."""
    statistic: Floats
    """W: above 0 where the *second* group tends to be higher, as the authors and R write it."""
    df: Floats
    p: Floats

    def interval(self, confidence: float = 0.95) -> Interval:
        """Of `superiority`: +- t * error, cut at 0 and 1."""
        reach = quantile((1 + confidence) / 2, self.df) * self.error
        return Interval(np.maximum(self.superiority - reach, 0), np.minimum(self.superiority + reach, 1))


def brunner_munzel(first: Floats, second: Floats, side: Side = "two-sided") -> BrunnerMunzel:
    """Of two sets of values, (n,) and (m,), nan left out; arrays of shape ()."""
    return brunner_munzel_from_counts(count(first, second), side)


def brunner_munzel_from_counts(counts: Counts, side: Side = "two-sided") -> BrunnerMunzel:
    """Does either group tend to be higher, also if the groups differ in spread (where Mann-Whitney is not valid)?

    Brunner and Munzel 2000, Biom J 42:17-25: Welch's t and df on the placements. Same as R's
    lawstat::brunner.munzel.test. nan below two people in a group, or where nobody's placement varies: groups wholly
    apart (delta is then -1 or 1, and `dominance` has an interval) or all alike.
    """
    seen = placements(counts)
    zero = np.zeros(np.shape(seen.delta))
    one = Moments(seen.n_first, zero, seen.variance_first)
    two = Moments(seen.n_second, zero, seen.variance_second)
    error = np.sqrt(divide(seen.variance_first, seen.n_first) + divide(seen.variance_second, seen.n_second))
    statistic = divide(-seen.delta, error)
    df = welch_df(one, two)
    p = two_sided_p(statistic, df)
    if side != "two-sided":
        p = np.where((statistic < 0) == (side == "greater"), p / 2, 1 - p / 2)
    return BrunnerMunzel(
        n_first=seen.n_first,
        n_second=seen.n_second,
        superiority=(seen.delta + 1) / 2,
        error=np.where(error > 0, error / 2, np.nan),
        statistic=statistic,
        df=df,
        p=p,
    )


@dataclass(frozen=True)
class SignedRank:
    """Of one set of pairs; nan = not computable."""

    pairs: int
    changed: int
    """Pairs whose difference is not 0."""
    plus: float
    """V+: ranks of the differences above 0, added up (R's V)."""
    minus: float
    z: float
    """Without continuity correction."""
    p: float
    p_corrected: float
    p_exact: float
    """From all ways to turn the signs; nan above `rank_sums.MOST_WORK` (some 450 pairs)."""

    @property
    def biserial(self) -> float:
        """(V+ - V-) / (V+ + V-), -1 to 1: matched-pairs rank-biserial correlation (Kerby 2014, Compr Psychol 3:1)."""
        return float(divide(self.plus - self.minus, self.plus + self.minus))


def signed_rank(
    differences: Floats, side: Side = "two-sided", zeros: Literal["dropped", "ranked"] = "dropped"
) -> SignedRank:
    """Do the differences (n,) lie about 0? nan left out; `greater`: they tend to be above it.

    Wilcoxon 1945, Biometrics Bull 1:80-83: differences of 0 are dropped before ranking. `ranked` keeps them in the
    ranking and drops them after it (Pratt 1959, J Am Stat Assoc 54:655-667). Ties get the mean rank, and the variance
    is that of the ranks as they are, so it needs no correction of its own. Same as R's wilcox.test(x, y, paired =
    TRUE), exact p as exactRankTests::wilcox.exact. Differences are equal if they are the same number: round those of
    decimal scores first. nan p if nothing changed.
    """
    known = differences[~np.isnan(differences)]
    ranked = known if zeros == "ranked" else known[known != 0]
    doubled = _doubled_ranks(np.abs(ranked))[ranked != 0]
    above = ranked[ranked != 0] > 0
    plus, minus = float(doubled[above].sum()) / 2, float(doubled[~above].sum()) / 2
    away = np.asarray((plus - minus) / 2)
    spread = np.sqrt(np.asarray(float((doubled**2).sum()) / 16))
    z = divide(away, spread)
    return SignedRank(
        pairs=len(known),
        changed=len(doubled),
        plus=plus,
        minus=minus,
        z=float(z),
        p=float(normal_p(z, side)),
        p_corrected=float(normal_p(divide(away - _towards_middle(away, side), spread), side)),
        p_exact=exact_signed_p(doubled, doubled[above], side),
    )


def _doubled_ranks(sizes: Floats) -> Floats:
    """Twice the ranks (whole numbers also in a tie), 2 for the smallest."""
    _, places, together = np.unique(sizes, return_inverse=True, return_counts=True)
    below = np.cumsum(together) - together
    return np.asarray((2 * below + together + 1)[places], dtype=np.float64)


def _towards_middle(away: Floats, side: Side) -> Floats:
    """The continuity correction: half a step."""
    if side == "two-sided":
        return np.asarray(np.sign(away) / 2)
    return np.full(np.shape(away), 0.5 if side == "greater" else -0.5)
