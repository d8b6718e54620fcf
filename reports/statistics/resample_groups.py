"""The bootstrap of many groups at once: g between two rounds, for every municipality on every scale.

As `resample.by_weights` (how often each person was drawn, times what follows from sums), with one thing spared: groups
of the same size are resampled with the same draws. Each interval is as good as with draws of its own, since people are
interchangeable within a group; what two groups share is which places were drawn, not who stood there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from reports.statistics.change import pooled_sd
from reports.statistics.describe import Floats, Sums, divide, moments_from_sums
from reports.statistics.effect import correction
from reports.statistics.grouped import Grouping, Places
from reports.statistics.intervals import percentile
from reports.statistics.resample import Resampled, draw, weights

GROUPS_AT_ONCE = 400
"""Sums of 2,000 resamples of so many groups on four scales take 150 MB."""
WORKERS = 2
"""numpy lets go of the interpreter while it multiplies, sorts and draws."""


@dataclass(frozen=True)
class Sample:
    """One round's scores (n, scales), nan = none, and each person's group."""

    scores: Floats
    grouping: Grouping


@dataclass(frozen=True)
class ResampledG:
    """(groups, scales) each; nan as `intervals.percentile` has it."""

    g: Floats
    low: Floats
    high: Floats
    error: Floats
    """SD of the replicates."""


def resampled_g(
    first: Sample,
    second: Sample,
    *,
    resamples: int,
    seed: int,
    centre: Floats | float = 0.0,
    confidence: float = 0.95,
    workers: int = WORKERS,
) -> ResampledG:
    """Hedges g of first - second (nobody linked): percentile interval over `resamples` draws of each round's people.

    `centre` near the scores keeps their digits. The same seed gives the same bytes, whatever the number of workers.
    Raises ValueError where the rounds do not have the same groups and scales.
    """
    groups, scales = first.grouping.groups, first.scores.shape[1]
    if (second.grouping.groups, second.scores.shape[1]) != (groups, scales):
        raise ValueError("Both rounds need the same groups and scales; give a group without answers an empty place.")
    found = ResampledG(*(np.full((groups, scales), np.nan) for _ in range(4)))
    rounds = [_Round.of(sample, centre) for sample in (first, second)]
    size = max(int(of.sizes.max(initial=0)) for of in rounds)
    # df are whole numbers: the correction of each is worked out once.
    shrink = correction(np.arange(2 * size + 1, dtype=np.float64))
    by_size = np.lexsort([of.sizes for of in rounds])
    with ThreadPoolExecutor(workers) as pool:
        for start in range(0, groups, GROUPS_AT_ONCE):
            block = by_size[start : start + GROUPS_AT_ONCE]
            drawn = [of.resampled(block, resamples, (seed, at), pool.map) for at, of in enumerate(rounds)]

            def read(at: int, block: Places = block, drawn: list[Floats] = drawn) -> None:
                group = int(block[at])
                seen = Resampled(
                    n=min(int(of.sizes[group]) for of in rounds),
                    estimate=_g([_sums(of.total(group), scales) for of in rounds], shrink)[0],
                    replicates=_g([_sums(of[at], scales) for of in drawn], shrink),
                    left_out=np.zeros((0, scales)),
                )
                interval = percentile(seen, confidence)
                found.g[group], found.error[group] = seen.estimate, interval.error
                found.low[group], found.high[group] = interval.low, interval.high

            for _ in pool.map(read, range(len(block))):
                pass
    return found


@dataclass(frozen=True)
class _Round:
    """A round's people sorted by group, as what is added up of each."""

    features: Floats
    """(n, 3 scales): whether there is a score, the score about the centre, its square."""
    starts: Places
    sizes: Places

    @classmethod
    def of(cls, sample: Sample, centre: Floats | float) -> _Round:
        order = np.argsort(sample.grouping.of, kind="stable")
        there = ~np.isnan(sample.scores[order])
        about = np.where(there, sample.scores[order] - centre, 0.0)
        sizes = np.bincount(sample.grouping.of, minlength=sample.grouping.groups)
        return cls(np.hstack([there, about, about**2]), np.cumsum(sizes) - sizes, sizes)

    def total(self, group: int) -> Floats:
        """(1, 3 scales): everybody once."""
        start = self.starts[group]
        people = self.features[start : start + self.sizes[group]]
        return np.asarray(people.sum(axis=0, keepdims=True))

    def resampled(
        self,
        block: Places,
        resamples: int,
        seed: tuple[int, int],
        each: Callable[[Callable[[int], None], Iterable[int]], Iterable[None]],
    ) -> Floats:
        """(groups of the block, resamples, 3 scales)."""
        sums = np.zeros((len(block), resamples, self.features.shape[1]))

        def draw_size(size: int) -> None:
            which = np.flatnonzero(self.sizes[block] == size)
            rows = self.starts[block[which], None] + np.arange(size)
            drawn = weights(draw(size, resamples, np.random.default_rng((*seed, size))), size)
            side_by_side = self.features[rows].transpose(1, 0, 2).reshape(size, -1)
            sums[which] = (drawn @ side_by_side).reshape(resamples, len(which), -1).transpose(1, 0, 2)

        for _ in each(draw_size, [size for size in np.unique(self.sizes[block]).tolist() if size]):
            pass
        return sums


def _sums(drawn: Floats, scales: int) -> Sums:
    return Sums(drawn[:, :scales], drawn[:, scales : 2 * scales], drawn[:, 2 * scales :])


def _g(rounds: Sequence[Sums], shrink: Floats) -> Floats:
    one, two = (moments_from_sums(sums) for sums in rounds)
    df = np.clip(one.n + two.n - 2, 0, len(shrink) - 1).astype(np.int64)
    spread = pooled_sd(one, two)
    return divide(one.mean - two.mean, spread, spread > 0) * shrink[df]
