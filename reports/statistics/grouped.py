"""The numbers of many groups at once: a country's municipalities on all scales, in a few passes over its rows.

Rows are people (n,), each in one group. What comes out has one line a group, in the shapes that `describe`, `change`,
`reliability`, `ranks` and `effect` take, so that everything else of a national run is the same functions as for one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reports.statistics.describe import Floats, Sums, moments_from_sums
from reports.statistics.placements import count_groups

Places = NDArray[np.int64]


@dataclass(frozen=True)
class Grouping:
    of: Places
    """(n,) each row's group, from 0 to `groups` - 1."""
    groups: int

    def add(self, rows: Floats) -> Floats:
        """(n, m) rows to (groups, m) sums, added in the order of the rows: the same bits as one by one."""
        if not rows.shape[1]:
            return np.zeros((self.groups, 0))
        # Column by column: numpy's own adding at places takes ten times as long.
        columns = np.asfortranarray(rows, dtype=np.float64)
        added = [np.bincount(self.of, weights=column, minlength=self.groups) for column in columns.T]
        return np.stack(added, axis=1)

    def sums(self, values: Floats, centre: Floats | float = 0.0) -> Sums:
        """(groups, m) sums of (n, m) values about `centre`, nan left out."""
        there = ~np.isnan(values)
        filled = np.where(there, values - centre, 0.0)
        return Sums(n=self.add(there.astype(np.float64)), total=self.add(filled), squares=self.add(filled**2))

    def counts(self, values: Floats, steps: Floats) -> Floats:
        """(groups, steps): how many of each group stand on each of the sorted `steps`; nan left out."""
        return count_groups(values, self.of, self.groups, steps)


@dataclass(frozen=True)
class CompleteCases:
    """What alpha is made of, (groups,) each; see `reliability.alpha_from_variances`."""

    n: Floats
    """People who answered every item."""
    item_variances: Floats
    """Sum of the items' variances among them."""
    total_variance: Floats


def complete_cases(values: Floats, add: Callable[[Floats], Floats], middle: float) -> CompleteCases:
    """Of one scale's (n, k) answers, already reversed; `middle` of the answer set keeps the digits.

    `add` brings rows (n, m) together to groups (groups, m): `Grouping.add`, or sums over a tree.
    """
    complete = np.asarray(~np.isnan(values).any(axis=1, keepdims=True))
    centred: Floats = np.where(complete, values - middle, 0.0)
    filled: Floats = np.column_stack([centred, centred.sum(axis=1)])
    n = add(complete.astype(np.float64))
    spread = moments_from_sums(Sums(np.broadcast_to(n, (len(n), filled.shape[1])), add(filled), add(filled**2)))
    return CompleteCases(
        n=n[:, 0], item_variances=spread.variance[:, :-1].sum(axis=1), total_variance=spread.variance[:, -1]
    )


def steps_of(*values: Floats) -> Floats:
    """Every value that occurs in any of them, sorted: the steps of scores, which have no answer set of their own."""
    found = np.unique(np.concatenate([one[~np.isnan(one)] for one in values]))
    return np.asarray(found, dtype=np.float64)
