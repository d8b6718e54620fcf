"""How likely a match or a correlation is if nothing joins the two: exact where it can be, Holm over many at once."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm, rankdata


def holm(p_values: Mapping[str, float]) -> dict[str, float]:
    """Adjusted p-values (Holm 1979, Scandinavian Journal of Statistics 6:65-70): the i-th smallest times m-i+1."""
    adjusted, largest = {}, 0.0
    for rank, name in enumerate(sorted(p_values, key=lambda name: p_values[name])):
        largest = max(largest, min(1.0, p_values[name] * (len(p_values) - rank)))
        adjusted[name] = largest
    return adjusted


@cache
def fixed_points(n: int) -> NDArray[np.float64]:
    """Probability of 0..n fixed points in a random permutation of n: D(n-k) / (k! (n-k)!) (Montmort 1708)."""
    shares = [1.0]  # D(m) / m! = sum of (-1)^j / j!
    for m in range(1, n + 1):
        shares.append(shares[-1] + (-1) ** m / math.factorial(m))
    return np.array([shares[n - k] / math.factorial(k) for k in range(n + 1)])


@lru_cache(maxsize=64)
def _pooled(sizes: tuple[tuple[int, int], ...]) -> NDArray[np.float64]:
    """Tail P(matches >= m) of independent blocks; `sizes` are (size, how many blocks)."""
    total = np.ones(1)
    for size, count in sizes:
        for _ in range(count):
            total = np.convolve(total, fixed_points(size))
    return np.cumsum(total[::-1])[::-1]


@dataclass
class Matches:
    """Right pairs of a rank join, pooled over blocks in which any pairing is as likely as any other."""

    sizes: Counter[int] = field(default_factory=Counter)
    right: int = 0

    def add(self, guessed: Sequence[object], true: Sequence[object]) -> None:
        """One block: the guess and the truth for the same invitations, each a permutation of the same responses."""
        self.sizes[len(true)] += 1
        self.right += sum(1 for one, other in zip(guessed, true, strict=True) if one == other)

    @property
    def expected(self) -> int:
        """One a block, whatever its size."""
        return sum(self.sizes.values())

    def p(self) -> float:
        """Exact: as many right pairs or more under random pairing."""
        tail = _pooled(tuple(sorted(self.sizes.items())))
        return float(min(1.0, tail[self.right])) if self.right else 1.0


@dataclass
class Correlation:
    """Spearman's rank correlation pooled over blocks: sum of the rank products against its permutation variance."""

    products: float = 0.0
    variance: float = 0.0
    pairs: int = 0

    def add(self, one: Iterable[object], other: Iterable[object]) -> None:
        """One block: two orders of the same things. Ties get their mean rank; fewer than 3 pairs say nothing."""
        x, y = _centred_ranks(one), _centred_ranks(other)
        if len(x) < 3:
            return
        self.products += float(x @ y)
        # Of a random pairing of given ranks: Hoeffding (1951), ties included.
        self.variance += float((x @ x) * (y @ y) / (len(x) - 1))
        self.pairs += len(x)

    @property
    def z(self) -> float:
        return self.products / math.sqrt(self.variance) if self.variance else 0.0

    def p(self) -> float:
        """Two-sided, normal: blocks of dozens, pooled over seeds."""
        return float(2 * norm.sf(abs(self.z)))


def _centred_ranks(values: Iterable[object]) -> NDArray[np.float64]:
    listed = list(values)
    places = {value: place for place, value in enumerate(sorted(set(listed)))}  # type: ignore[type-var]
    ranks = rankdata([places[value] for value in listed])
    return ranks - ranks.mean() if len(ranks) else ranks
