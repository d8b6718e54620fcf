"""Each shown change looked at by other methods than the one that decides: REML, and two that use order alone.

Only where both rounds show the group's own SD, so that n, mean and SD of both are told already.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from reports.analyst_findings import Sensitivity
from reports.changes import Changes
from reports.dataset import Floats, RoundData, Tree
from reports.decision import RoundShown
from reports.estimates import SOUGHT, Estimate, Reason, estimate, nothing, tidy
from reports.followed import FollowedShown
from reports.levels import Levels
from reports.near import OTHERS
from reports.pairs import RoundPairs
from reports.residuals import Cells, Mask, Nesting, safe
from reports.statistics.describe import Sums
from reports.statistics.placements import Counts

_ROUNDING = 1e-6
_DIGITS = 9
"""Scores that differ by less are the same answers, added up in another order."""


def decide_sensitivities(now: RoundShown, own_before: Mask) -> Mask:
    """(nodes, scales) where both rounds show the group's own SD. `own_before` in this round's columns.

    What is shown of one round falls into residuals that may all be told, and so does what both show: each of its
    residuals is a union of theirs.
    """
    shown: Mask = now.means & now.own_spread & own_before
    return shown


def enough_mixed(superiority: float, n_first: float, n_second: float) -> bool:
    """Whether two people at least in each round stand among the other's.

    If all but one now stood above everybody before, the pairs that are not so would be at most that one's: one in n.
    """
    return min(superiority, 1 - superiority) * min(n_first, n_second) >= OTHERS - _ROUNDING


def sensitivities_of(
    rounds: tuple[RoundData, RoundData],
    tree: Tree,
    levels_now: Levels,
    change: Changes,
    shown: Mask,
    followed: FollowedShown,
    places: Sequence[int],
) -> tuple[Sensitivity, ...]:
    """Groups in the order of `places`, each with its scales in the instrument's order. `rounds`: this one, earlier."""
    scales = rounds[0].instrument.scales
    chosen = [(place, column) for place in places for column in np.flatnonzero(shown[place]).tolist()]
    if not chosen:
        return ()
    where = (np.array([place for place, _ in chosen]), np.array([column for _, column in chosen]))
    mixed = _mixed(levels_now, change, followed, where)
    by_order: dict[tuple[int, int], tuple[Estimate, Estimate, float | None]] = {}
    for column in np.unique(where[1]).tolist():
        of_column = where[0][where[1] == column]
        by_order |= {
            (place, column): found
            for place, found in zip(of_column.tolist(), _by_order(rounds, tree, column, change, of_column), strict=True)
        }
    return tuple(
        Sensitivity(tree.nodes[place].code, scales[column].id, mixed[at], *by_order[place, column])
        for at, (place, column) in enumerate(chosen)
    )


def _mixed(
    levels_now: Levels, change: Changes, followed: FollowedShown, where: tuple[np.ndarray, np.ndarray]
) -> list[Estimate]:
    # Loads scipy's optimiser and more: not when the program starts.
    from reports.statistics.mixed import NO_VARIATION, mixed_change, two_rounds_from_sums

    columns = where[0], change.columns[where[1]]
    now, before = levels_now.sums.scores, change.levels_before.sums.scores
    found = mixed_change(
        two_rounds_from_sums(
            Sums(now.n[where], now.total[where], now.squares[where]),
            Sums(before.n[columns], before.total[columns], before.squares[columns]),
            _about(levels_now.sums.centres[where[1]], change.pairs, where),
        )
    )
    low, high = found.difference.interval()
    told = followed.weighed[where] | (change.pairs.pairs[where] == 0)
    n = np.minimum(now.n[where], before.n[columns]).astype(int).tolist()
    return [
        estimate(
            float(found.difference.estimate[at]),
            float(low[at]),
            float(high[at]),
            n[at],
            Reason.NO_VARIATION if found.reason[at] == NO_VARIATION else Reason.TOO_FEW,
            SOUGHT,
        )
        if told[at]
        else nothing(Reason.PROTECTED)
        for at in range(len(n))
    ]


def _about(centres: Floats, pairs: RoundPairs, where: tuple[np.ndarray, np.ndarray]) -> Floats:
    """(chosen, 6) the pairs' products about the scales' middles, as the rounds' own sums are."""
    n, x, y, xx, yy, xy = np.moveaxis(pairs.products[where], -1, 0)
    first, second = (middle[where[1]] - centres for middle in pairs.middles)
    return np.stack(
        [
            n,
            x + n * first,
            y + n * second,
            xx + 2 * first * x + n * first**2,
            yy + 2 * second * y + n * second**2,
            xy + first * y + second * x + n * first * second,
        ],
        axis=-1,
    )


def _by_order(
    rounds: tuple[RoundData, RoundData], tree: Tree, column: int, change: Changes, places: np.ndarray
) -> list[tuple[Estimate, Estimate, float | None]]:
    """Cliff's delta, superiority and Brunner and Munzel's p of one scale, for each of `places`."""
    from reports.statistics.dominance import from_counts
    from reports.statistics.ranks import brunner_munzel_from_counts

    columns = column, int(change.columns[column])
    scores = [np.round(data.scores[:, at], _DIGITS) for data, at in zip(rounds, columns, strict=True)]
    counts = Counts(*(counted[places] for counted in _counted(rounds, tree, scores)))
    found, test = from_counts(counts), brunner_munzel_from_counts(counts)
    between = found.superiority_interval
    told: list[tuple[Estimate, Estimate, float | None]] = []
    shown = _order_shown(tree, places, counts, found.superiority)
    for at in range(len(places)):
        n = int(min(found.n_first[at], found.n_second[at]))
        if not shown[at]:
            told.append((nothing(Reason.PROTECTED), nothing(Reason.PROTECTED), None))
            continue
        told.append(
            (
                estimate(float(found.delta[at]), float(found.low[at]), float(found.high[at]), n, Reason.NO_VARIATION),
                estimate(
                    float(found.superiority[at]),
                    float(between.low[at]),
                    float(between.high[at]),
                    n,
                    Reason.NO_VARIATION,
                ),
                tidy(float(test.p[at])),
            )
        )
    return told


def _order_shown(tree: Tree, places: np.ndarray, counts: Counts, superiority: Floats) -> Mask:
    """(places,) where the order of the two rounds tells of nobody, nor does what is left of it over shown groups.

    In neither round do all but one have the same score: order would tell that from others with their mean and SD.
    """
    sizes = counts.n_first, counts.n_second
    pairs = sizes[0] * sizes[1]
    own = np.stack([*sizes, superiority * pairs, (1 - superiority) * pairs], axis=-1)
    parts = np.zeros((len(tree.nodes), 1, own.shape[-1]))
    parts[places, 0] = own
    among = np.zeros((len(tree.nodes), 1), dtype=np.bool_)
    others = [n - one.max(axis=-1) for n, one in zip(sizes, (counts.first, counts.second), strict=True)]
    among[places, 0] = np.minimum(*others) >= OTHERS

    def faults(left: Floats, _cells: Cells) -> NDArray[np.int64]:
        # `enough_mixed`, counted in pairs; of a residual, those that no shown group within it holds.
        people = left[..., :2].max(axis=-1)
        mixed = left[..., 2:].min(axis=-1) >= OTHERS * people - _ROUNDING * people
        return np.asarray((people > 0) & ~mixed, dtype=np.int64)

    return np.asarray(safe(Nesting.of_tree(tree), parts, faults, among)[places, 0])


def _counted(rounds: tuple[RoundData, RoundData], tree: Tree, scores: Sequence[Floats]) -> list[Floats]:
    """(nodes, values) of each round: how many in the node have each score that somebody has."""
    steps = np.unique(np.concatenate([one[~np.isnan(one)] for one in scores]))
    counted = []
    for data, one in zip(rounds, scores, strict=True):
        there = ~np.isnan(one)
        cells = tree.positions(data.unit_codes)[there] * len(steps) + np.searchsorted(steps, one[there])
        own = np.bincount(cells, minlength=len(tree.nodes) * len(steps)).reshape(len(tree.nodes), len(steps))
        counted.append(tree.roll_up(own.astype(np.float64)))
    return counted
