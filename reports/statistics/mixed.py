"""A change between two rounds with partly the same people, by restricted maximum likelihood (REML).

Everybody's answers are used: who answered both times gives the correlation, and who answered once still tells of that
round. The model is a normal distribution of (earlier, later) with a mean and a variance of each round's own and one
correlation, answers missing at random (Patterson and Thompson 1971, Biometrika 58:545-554; Laird and Ware 1982,
Biometrics 38:963-974). It needs the moments of the pairs and of those who answered once, never the rows.

Same as R's nlme::gls(y ~ round, correlation = corCompSymm(form = ~1 | id), weights = varIdent(form = ~1 | round)).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reports.statistics.change import Difference, Overlap, correlation_or_zero
from reports.statistics.describe import Moments, Sums, divide, moments, moments_from_sums
from reports.statistics.mixed_fit import COMPOUND_SYMMETRY, ROUND_SPECIFIC, Blocks, bends, inverse, maximum, start
from reports.statistics.student import two_sided_p

Floats = NDArray[np.float64]
Texts = NDArray[np.str_]

FEWEST_PAIRS = 3
"""Two pairs always lie on a line: their correlation is 1 or -1 whatever people answered."""

TOO_FEW, TOO_FEW_PAIRS, NO_VARIATION = "too few answers", "too few pairs", "no variation"

_CHANGE = np.array([1.0, -1.0])


@dataclass(frozen=True)
class TwoRounds:
    """All that a normal model needs of two rounds; arrays of one shape, one place a group and scale.

    `first` is the later round where a change is to be later less earlier, as in `reports.statistics.change`.
    """

    pairs: Floats
    pair_means: tuple[Floats, Floats]
    """First, second; nan without pairs."""
    pair_squares: tuple[Floats, Floats]
    """Sums of squares about the pairs' own means; 0 without pairs."""
    pair_product: Floats
    """Sum of products about the pairs' own means."""
    only_first: Moments
    only_second: Moments

    @property
    def overlap(self) -> Overlap:
        return Overlap(self.pairs, correlation_or_zero(self.pair_product, *self.pair_squares))

    @property
    def first(self) -> Moments:
        """Everybody who answered in the first."""
        return _joined(self.pairs, self.pair_means[0], self.pair_squares[0], self.only_first)

    @property
    def second(self) -> Moments:
        return _joined(self.pairs, self.pair_means[1], self.pair_squares[1], self.only_second)


@dataclass(frozen=True)
class MixedChange:
    """Arrays of one shape; nan = not computable, and then `reason` says why ("" = computed)."""

    difference: Difference
    """first - second, with Kenward and Roger's error and df."""
    plain_error: Floats
    """As if the variances were known; what nlme tells. Too small with few pairs (docs/method/simulation.md)."""
    sd_first: Floats
    sd_second: Floats
    correlation: Floats
    """nan without pairs: there is nothing to learn it from, and nothing it would change."""
    log_likelihood: Floats
    """Restricted, with all constants."""
    n_first: Floats
    n_second: Floats
    pairs: Floats
    reason: Texts


def two_rounds(first: Floats, second: Floats) -> TwoRounds:
    """From (people, m) values, one row a person, nan = not in that round. Arrays of the result are (m,)."""
    both = ~np.isnan(first) & ~np.isnan(second)
    one, two = moments(np.where(both, first, np.nan)), moments(np.where(both, second, np.nan))
    products = np.where(both, (first - one.mean) * (second - two.mean), 0.0).sum(axis=0)
    return TwoRounds(
        pairs=one.n,
        pair_means=(one.mean, two.mean),
        pair_squares=(_squares(one), _squares(two)),
        pair_product=products,
        only_first=moments(np.where(both, np.nan, first)),
        only_second=moments(np.where(both, np.nan, second)),
    )


def two_rounds_from_sums(first: Sums, second: Sums, pairs: Floats) -> TwoRounds:
    """From everybody's sums and the pairs' (..., 6): n, sums x and y, squares x and y, products, as `reports.pairs`.

    All values taken less the same centre, which then is missing from the means and from no difference.
    """
    n, x, y, xx, yy, xy = np.moveaxis(pairs, -1, 0)
    one, two = moments_from_sums(Sums(n, x, xx)), moments_from_sums(Sums(n, y, yy))
    return TwoRounds(
        pairs=n,
        pair_means=(one.mean, two.mean),
        pair_squares=(_squares(one), _squares(two)),
        pair_product=np.nan_to_num(xy - divide(x * y, n)),
        only_first=moments_from_sums(first - Sums(n, x, xx)),
        only_second=moments_from_sums(second - Sums(n, y, yy)),
    )


def mixed_change(data: TwoRounds) -> MixedChange:
    """The change with a variance of each round's own.

    The error has Kenward and Roger's addition for not knowing the variances (1997, Biometrics 53:983-997); for one
    contrast their df are Satterthwaite's. Estimate, error and df are Welch's without pairs, and the paired t's when all
    are pairs.

    Not computed (nan, with a reason) for fewer than 2 answers in a round, 1 or 2 pairs, a round in which everybody
    answered alike, pairs that follow each other exactly, or no maximum within 60 steps.
    """
    return _change(data, ROUND_SPECIFIC)


def mixed_change_equal_variances(data: TwoRounds) -> MixedChange:
    """The same with one variance in both rounds (compound symmetry): a random person, where people resemble themselves.

    Equals Student's t without pairs and the paired t when all are pairs.
    """
    return _change(data, COMPOUND_SYMMETRY)


def _change(data: TwoRounds, basis: Floats) -> MixedChange:
    shape = data.pairs.shape
    first, second = data.first, data.second
    reason = np.select(
        [
            (np.minimum(first.n, second.n) < 2).ravel(),
            ((data.pairs > 0) & (data.pairs < FEWEST_PAIRS)).ravel(),
            ~((first.variance > 0) & (second.variance > 0)).ravel(),
        ],
        [TOO_FEW, TOO_FEW_PAIRS, NO_VARIATION],
        default="",
    ).astype("<U24")
    places = np.flatnonzero(reason == "")
    blocks, sd = _blocks(data).take(places), [part.sd.ravel()[places] for part in (first, second)]
    beginning = start(basis, sd[0], sd[1], data.overlap.correlation.ravel()[places])
    theta, at, why = maximum(blocks, basis, beginning)
    reason[places] = why
    told = why == ""
    places, theta = places[told], theta[told]
    variances = np.einsum("gk,kuv->guv", theta, basis)
    toward = at.spread[told] @ _CHANGE
    plain = toward @ _CHANGE
    gradient = np.einsum("gu,gkuv,gv->gk", toward, at.slopes[told], toward)
    unsure = inverse(at.information[told])
    noise = np.einsum("gi,gij,gj->g", gradient, unsure, gradient)
    pulled = np.einsum("gkuv,gv->gku", at.slopes[told], toward)
    bend = np.einsum("gu,gijuv,gv->gij", toward, bends(blocks.take(np.flatnonzero(told)), basis, theta), toward)
    bend -= np.einsum("giu,guv,gjv->gij", pulled, at.spread[told], pulled)
    squared = plain + 2 * np.einsum("gij,gij->g", unsure, bend)
    sds = np.sqrt(variances[:, [0, 1], [0, 1]])
    paired = np.where(blocks.count[told, 0] > 0, variances[:, 0, 1] / sds.prod(axis=1), np.nan)

    def back(values: Floats) -> Floats:
        whole = np.full(reason.shape, np.nan)
        whole[places] = values
        return whole.reshape(shape)

    estimate, error, df = back(at.mean[told] @ _CHANGE), back(np.sqrt(squared)), back(2 * plain**2 / noise)
    t = divide(estimate, error)
    return MixedChange(
        difference=Difference(estimate=estimate, error=error, df=df, t=t, p=two_sided_p(t, df)),
        plain_error=back(np.sqrt(plain)),
        sd_first=back(sds[:, 0]),
        sd_second=back(sds[:, 1]),
        correlation=back(paired),
        log_likelihood=back(at.likelihood[told]),
        n_first=first.n,
        n_second=second.n,
        pairs=data.pairs,
        reason=reason.reshape(shape),
    )


def _blocks(data: TwoRounds) -> Blocks:
    def flat(*parts: Floats) -> Floats:
        return np.nan_to_num(np.stack([np.ravel(part) for part in parts], axis=-1))

    none = np.zeros(data.pairs.shape)
    one, two = data.only_first, data.only_second
    product = data.pair_product
    squares = [
        flat(data.pair_squares[0], product, product, data.pair_squares[1]),
        flat(_squares(one), none, none, none),
        flat(none, none, none, _squares(two)),
    ]
    means = [flat(*data.pair_means), flat(one.mean, none), flat(none, two.mean)]
    return Blocks(
        count=flat(data.pairs, one.n, two.n),
        means=np.stack(means, axis=1),
        squares=np.stack(squares, axis=1).reshape(-1, 3, 2, 2),
    )


def _squares(part: Moments) -> Floats:
    return np.where(part.n >= 2, np.nan_to_num(part.variance) * (part.n - 1), 0.0)


def _joined(pairs: Floats, mean: Floats, squares: Floats, alone: Moments) -> Moments:
    """Two groups' moments as one's."""
    n = pairs + alone.n
    one, other = np.nan_to_num(mean), np.nan_to_num(alone.mean)
    middle = divide(pairs * one + alone.n * other, n)
    between = np.nan_to_num(divide(pairs * alone.n * (one - other) ** 2, n))
    variance = divide(squares + _squares(alone) + between, n - 1, n >= 2)
    # Rounding of a mean is not variation, as in `describe.moments`.
    return Moments(n, middle, np.where(variance <= 1e-12 * middle**2, 0.0, variance))
