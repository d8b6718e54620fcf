"""Two shares when some or all of the people are the same: McNemar's tests, and Derrick's z8 for partly the same.

For shares of different people: `proportion.newcombe`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from reports.statistics.change import pair_up
from reports.statistics.describe import Floats, Interval, divide
from reports.statistics.proportion import wilson

_LOG2 = float(np.log(2.0))


@dataclass(frozen=True)
class McNemar:
    """A change in a share among the same people. Arrays of one shape; nan = not computable."""

    pairs: Floats
    gained: Floats
    """People who were not, and now are."""
    lost: Floats
    difference: Floats
    """(gained - lost) / pairs."""
    low: Floats
    high: Floats
    """95 % interval of the difference, or as asked."""
    p_exact: Floats
    """Binomial: of those who changed, as many as half are expected to gain."""
    p_mid: Floats
    """The exact p with only half of what was observed counted: less cautious, close to 5 % in small samples."""
    p_asymptotic: Floats
    """Chi-square with one df, without continuity correction."""
    p_corrected: Floats
    """With it, as R's mcnemar.test."""


def mcnemar(
    gained: ArrayLike, lost: ArrayLike, both: ArrayLike, neither: ArrayLike, confidence: float = 0.95
) -> McNemar:
    """From the table of pairs: people who are it in both rounds, in neither, only now (gained), only before (lost).

    McNemar 1947, Psychometrika 12:153-157; mid-p: Fagerland, Lydersen and Laake 2013, BMC Med Res Methodol 13:91.
    Interval: Newcombe 1998, Stat Med 17:2635-2650, method 10. If nobody changed p is 1: nothing speaks for a change.
    nan without pairs.
    """
    gain, loss, yes, no = np.broadcast_arrays(*(np.asarray(x, float) for x in (gained, lost, both, neither)))
    pairs = gain + loss + yes + no
    changed, fewer = gain + loss, np.minimum(gain, loss)
    there = pairs > 0
    # Binomial(changed, 1/2) at or below the smaller, as an incomplete beta.
    least = special.betainc(np.maximum(changed - fewer, 1), fewer + 1, 0.5)
    point = np.exp(
        special.gammaln(changed + 1) - special.gammaln(gain + 1) - special.gammaln(loss + 1) - changed * _LOG2
    )
    some = changed > 0
    # As many either way: the middle of the distribution, of which half a point is left out.
    mid = np.where(gain == loss, 1 - point / 2, 2 * least - point)
    chi = divide((gain - loss) ** 2, changed)
    # Yates's half is no larger than the distance itself.
    corrected = divide(np.maximum(np.abs(gain - loss) - 1, 0) ** 2, changed)
    between = _newcombe_paired(gain, loss, yes, no, confidence)
    return McNemar(
        pairs=pairs,
        gained=gain,
        lost=loss,
        difference=divide(gain - loss, pairs),
        low=between.low,
        high=between.high,
        p_exact=np.where(there, np.where(some, np.minimum(2 * least, 1.0), 1.0), np.nan),
        p_mid=np.where(there, np.where(some, mid, 1.0), np.nan),
        p_asymptotic=np.where(there, np.where(some, special.chdtrc(1, np.nan_to_num(chi)), 1.0), np.nan),
        p_corrected=np.where(there, np.where(some, special.chdtrc(1, np.nan_to_num(corrected)), 1.0), np.nan),
    )


def mcnemar_of(before: Floats, after: Floats, confidence: float = 0.95) -> McNemar:
    """Of 0 and 1, (n,) each, one place a person; who lacks either is left out. Arrays of shape ()."""
    known = ~np.isnan(before) & ~np.isnan(after)
    old, new = before[known] > 0, after[known] > 0
    gained, lost, both, neither = (float(np.sum(who)) for who in (new & ~old, old & ~new, new & old, ~new & ~old))
    return mcnemar(gained, lost, both, neither, confidence)


def _newcombe_paired(gain: Floats, loss: Floats, yes: Floats, no: Floats, confidence: float) -> Interval:
    pairs = gain + loss + yes + no
    across = yes * no - gain * loss
    # Above 0 it is drawn towards 0 by half a person for each pair, but not past it (Newcombe's method 10).
    across = np.where(across > 0, np.maximum(across - pairs / 2, 0), across)
    product = (yes + gain) * (loss + no) * (yes + loss) * (gain + no)
    phi = np.nan_to_num(divide(across, np.sqrt(np.maximum(product, 0))))
    return _joined(divide(yes + gain, pairs), pairs, divide(yes + loss, pairs), pairs, phi, confidence)


def _joined(first: Floats, n: Floats, second: Floats, m: Floats, correlation: Floats, confidence: float) -> Interval:
    """Of first - second, from Wilson's interval of each share and the correlation of the two estimates (MOVER)."""
    one, two = wilson(first, n, confidence), wilson(second, m, confidence)
    under, over = first - one.low, one.high - first
    under_second, over_second = second - two.low, two.high - second
    low = under**2 - 2 * correlation * under * over_second + over_second**2
    high = over**2 - 2 * correlation * over * under_second + under_second**2
    difference = first - second
    return Interval(difference - np.sqrt(np.maximum(low, 0)), difference + np.sqrt(np.maximum(high, 0)))


@dataclass(frozen=True)
class PartlySame:
    """first - second, two shares. Arrays of shape (1,); nan = not computable."""

    n_first: Floats
    n_second: Floats
    pairs: Floats
    first: Floats
    second: Floats
    phi: Floats
    """Correlation of the pairs' two answers; 0 if either is the same for all."""
    difference: Floats
    z: Floats
    p: Floats
    low: Floats
    high: Floats


def z8(first: Floats, second: Floats, confidence: float = 0.95) -> PartlySame:
    """Two rounds' 0 and 1, (n,) each, one place a person, nan = not in that round.

    Test: Derrick, Dobson-McKittrick, Toher and White 2015, J Appl Quant Methods 10(3):1-14; its variance is that of no
    change, p(1-p) over both rounds. Interval: Newcombe's, with the correlation of the two shares, phi nc / sqrt(n1 n2)
    (Zou and Donner 2008, Stat Med 27:1693-1702): never without width, and equal to `proportion.newcombe` when nobody is
    the same. nan if a round is empty; z and p also if all give the same answer both times.
    """
    seen = pair_up(first, second)
    one, two, both, phi = seen.first, seen.second, seen.overlap.pairs, seen.overlap.correlation
    together = divide(one.n * one.mean + two.n * two.mean, one.n + two.n)
    squared = together * (1 - together) * (divide(one.n + two.n - 2 * phi * both, one.n * two.n))
    z = divide(one.mean - two.mean, np.sqrt(np.where(squared > 0, squared, np.nan)))
    correlation = np.nan_to_num(divide(phi * both, np.sqrt(one.n * two.n)))
    between = _joined(one.mean, one.n, two.mean, two.n, correlation, confidence)
    return PartlySame(
        n_first=one.n,
        n_second=two.n,
        pairs=both,
        first=one.mean,
        second=two.mean,
        phi=phi,
        difference=one.mean - two.mean,
        z=z,
        p=np.asarray(2 * special.ndtr(-np.abs(z)), dtype=np.float64),
        low=between.low,
        high=between.high,
    )
