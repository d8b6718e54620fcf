"""One group beside the others, itself left out.

The comparison group is made from sufficient statistics: what the whole has, less what the group has. Its mean and
variance equal those of the rows themselves, so Welch's test on them does too (Welch 1947).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from reports.statistics.describe import Moments, Sums, moments_from_sums


@dataclass(frozen=True)
class Beside:
    """Every unit and all the others together, itself left out: what `change.welch` takes."""

    own: Moments
    rest: Moments


def against_rest(parts: Sums) -> Beside:
    """Of (units, ...) sums along the first axis. The rest of a unit is what all have, less what the unit has.

    Sums of values near 0 keep the digits, so take off a scale's middle before adding up.
    """
    whole = Sums(parts.n.sum(axis=0), parts.total.sum(axis=0), parts.squares.sum(axis=0))
    return Beside(own=moments_from_sums(parts), rest=moments_from_sums(whole - parts))


@dataclass(frozen=True)
class MiddleHalf:
    """Quartiles of the other groups' means."""

    low: float
    high: float
    groups: int


def middle_half_of_others(means: Sequence[float | None], fewest: int) -> list[MiddleHalf | None]:
    """For each group, the quartiles (linear interpolation, Hyndman and Fan 1996, type 7) of the other groups' means.

    `means` (groups,), None where a group has none; its own band still rests on the others. None where fewer than
    `fewest` others have a mean.
    """
    own = np.array([np.nan if mean is None else mean for mean in means], dtype=np.float64)
    order = np.argsort(own, kind="stable")
    present = int(np.count_nonzero(~np.isnan(own)))
    ranked = own[order][:present]
    rank = np.empty(len(own), dtype=np.int64)
    rank[order] = np.arange(len(own))
    bands: list[MiddleHalf | None] = []
    for position in range(len(own)):
        has_mean = rank[position] < present
        others = present - 1 if has_mean else present
        if others < fewest:
            bands.append(None)
            continue
        left_out = int(rank[position]) if has_mean else present
        bands.append(
            MiddleHalf(_quantile(ranked, left_out, others, 0.25), _quantile(ranked, left_out, others, 0.75), others)
        )
    return bands


def _quantile(ranked: np.ndarray, left_out: int, others: int, share: float) -> float:
    """Type 7 quantile of the ranked values without the one at `left_out`, without copying them."""
    place = share * (others - 1)
    below = int(place)
    above = min(below + 1, others - 1)
    low = ranked[below + (below >= left_out)]
    high = ranked[above + (above >= left_out)]
    return float(low + (place - below) * (high - low))
