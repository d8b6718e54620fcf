"""The same people in two rounds: found by link code, added up over the tree."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reports.dataset import RoundData, Tree
from reports.flow_steps import steps_of
from reports.statistics.change import correlation_or_zero
from reports.statistics.describe import divide

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Mask = NDArray[np.bool_]

FEWEST_PAIRS = 5
"""With fewer pairs the link is ignored, which errs on the careful side. From five on the test that leans on a group's
own correlation keeps its promise, and one that ignores it finds too little (docs/method/simulation.md)."""
FEWEST_POOLED_PAIRS = 10
FEWEST_UNITS = 3
"""A pooled correlation rests on at least so many units, so that no small unit's own is given away."""
_ROUNDING = 1e-9


@dataclass(frozen=True)
class RoundPairs:
    linked: Floats
    """(nodes,) people in both rounds within the node."""
    pairs: Floats
    """(nodes, scales) of them with a score in both."""
    correlation: Floats
    """(nodes, scales) within those; 0 where it has no value."""
    pooled: Floats
    """(scales,) correlation within units, pooled; 0 where too few."""
    products: Floats
    """(nodes, scales, 6) n, sums now and before, squares now and before, products: of those pairs, about `middles`."""
    middles: tuple[Floats, Floats]
    """(scales,) what was subtracted from the scores now and before."""
    moved: Floats
    """(nodes, scales, 3) of the pairs: lower, the same, higher; what counts as moved is `flow_steps.steps_of`."""
    places: Integers
    """(people,) the node that each linked person is counted in: both answers' own, or the nearest that holds both."""
    batches: tuple[tuple[int, int], ...]
    """(people,) which batch the answers came in, now and before."""
    both: Mask
    """(people, scales) who has a score in both."""
    codes: tuple[bytes, ...]
    """(people,) their link codes."""


def round_pairs(now: RoundData, before: RoundData, columns: Integers, tree: Tree, *, linked: bool) -> RoundPairs:
    """`columns` gives each scale's column in the earlier round, -1 where it was not asked.

    A code that stands twice in one round belongs to nobody in particular and is left out.
    """
    here, there = _matches(now, before) if linked else (np.zeros(0, np.int64), np.zeros(0, np.int64))
    now_places = tree.positions(now.unit_codes)[here]
    before_places = tree.positions(before.unit_codes)[there]
    first = now.scores[here]
    second = np.where(columns >= 0, before.scores[there][:, columns], np.nan) if len(columns) else first
    meeting = tree.meeting_points(now_places, before_places)
    both = ~np.isnan(first) & ~np.isnan(second)
    middles = _centre(first, both), _centre(second, both)
    own = _products(first, second, meeting, len(tree.nodes))
    same = now_places == before_places
    units = _products(first[same], second[same], now_places[same], len(tree.nodes))
    sums = tree.roll_up(own)
    count = np.zeros(len(tree.nodes))
    np.add.at(count, meeting, 1.0)
    return RoundPairs(
        linked=tree.roll_up(count),
        pairs=sums[..., 0],
        correlation=correlation_or_zero(*central(sums)),
        pooled=_pooled(units),
        products=sums,
        middles=middles,
        moved=tree.roll_up(moves(first - second, steps_of(now.instrument), meeting, len(tree.nodes))),
        places=meeting,
        batches=tuple((now.batches[a], before.batches[b]) for a, b in zip(here.tolist(), there.tolist(), strict=True)),
        both=both,
        codes=tuple(code for row in here.tolist() if (code := now.link_codes[row]) is not None),
    )


def _matches(now: RoundData, before: RoundData) -> tuple[Integers, Integers]:
    """Rows of the two rounds that carry the same link code."""
    earlier = _rows_by_code(before)
    rows = [(row, earlier[code]) for code, row in sorted(_rows_by_code(now).items()) if code in earlier]
    matched = np.array(rows, dtype=np.int64).reshape(-1, 2)
    return matched[:, 0], matched[:, 1]


def _rows_by_code(data: RoundData) -> dict[bytes, int]:
    times = Counter(data.link_codes)
    return {code: row for row, code in enumerate(data.link_codes) if code is not None and times[code] == 1}


def _products(first: Floats, second: Floats, places: Integers, nodes: int) -> Floats:
    """(nodes, scales, 6): n, sums, squares and cross product of complete pairs, about the overall means."""
    both = ~np.isnan(first) & ~np.isnan(second)
    x = np.where(both, first - _centre(first, both), 0.0)
    y = np.where(both, second - _centre(second, both), 0.0)
    totals = np.zeros((nodes, first.shape[1], 6))
    np.add.at(totals, places, np.stack([both.astype(np.float64), x, y, x * x, y * y, x * y], axis=-1))
    return totals


def moves(difference: Floats, steps: Floats, places: Integers, nodes: int) -> Floats:
    """(nodes, scales, 3): lower, the same, higher by at least the scale's step. nan moves nowhere."""
    # Scores are fractions: half a step less rounding error is half a step. Where any number may be answered there is no
    # step, and every difference is a move.
    limit = np.maximum(steps * (1 - _ROUNDING), _ROUNDING)
    there = ~np.isnan(difference)
    lower, higher = there & (difference <= -limit), there & (difference >= limit)
    totals = np.zeros((nodes, difference.shape[1], 3))
    np.add.at(totals, places, np.stack([lower, there & ~lower & ~higher, higher], axis=-1).astype(np.float64))
    return totals


def _centre(values: Floats, both: NDArray[np.bool_]) -> Floats:
    return np.nan_to_num(divide(np.where(both, values, 0.0).sum(axis=0), both.sum(axis=0)))


def central(sums: Floats) -> tuple[Floats, Floats, Floats]:
    """Of (..., 6) `products`: cross product and squares about each one's own means; rounding error is 0."""
    n, x, y, xx, yy, xy = np.moveaxis(sums, -1, 0)
    first, second = xx - np.nan_to_num(divide(x * x, n)), yy - np.nan_to_num(divide(y * y, n))
    cross = xy - np.nan_to_num(divide(x * y, n))
    return cross, np.where(first > 1e-12 * n, first, 0.0), np.where(second > 1e-12 * n, second, 0.0)


def _pooled(units: Floats) -> Floats:
    usable = units[..., 0] >= 2
    parts = [np.where(usable, part, 0.0).sum(axis=0) for part in central(units)]
    enough = (usable.sum(axis=0) >= FEWEST_UNITS) & (
        np.where(usable, units[..., 0], 0).sum(axis=0) >= FEWEST_POOLED_PAIRS
    )
    return np.where(enough, correlation_or_zero(*parts), 0.0)
