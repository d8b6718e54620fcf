"""What linear programming tells of a hidden number: the least and the most it can be, given all that is published."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog

Floats = NDArray[np.float64]


def lp_bounds(sums: Floats, totals: Floats, low: Floats, high: Floats, wanted: Floats | None = None) -> Floats:
    """The range of each wanted number, (wanted, 2), given that `sums @ x = totals` and low <= x <= high.

    `sums` (known, cells): which cells each known total is made of; `low`, `high` (cells,), inf where there is no end;
    `wanted` (wanted, cells): sums of cells that the attacker is after, by default every cell by itself.
    Source: M. Fischetti and J.-J. Salazar-González, "Solving the cell suppression problem on tabular data with linear
    constraints", Management Science 47 (2001). Raises ValueError where nothing fits what is said to be known.
    """
    asked = np.eye(sums.shape[1]) if wanted is None else wanted
    ranges = np.zeros((len(asked), 2))
    for row, target in enumerate(asked):
        for column, sign in enumerate((1.0, -1.0)):
            found = linprog(
                sign * target,
                A_eq=sums if len(sums) else None,
                b_eq=totals if len(sums) else None,
                bounds=np.stack([low, high], axis=1),
            )
            if found.status == 3:
                ranges[row, column] = -sign * np.inf
            elif found.status != 0:
                raise ValueError(f"nothing fits what is said to be known: {found.message}")
            else:
                ranges[row, column] = sign * found.fun
    return ranges


def table_bounds(counts: Floats, hidden: NDArray[np.bool_]) -> Floats:
    """Bounds (rows, columns, 2) of a table of counts whose margins are all published and some of whose cells are
    hidden; shown cells have their own value twice."""
    rows, columns = counts.shape
    places = np.argwhere(hidden)
    sums = np.zeros((rows + columns, len(places)))
    sums[places[:, 0], np.arange(len(places))] = 1
    sums[rows + places[:, 1], np.arange(len(places))] = 1
    left = np.where(hidden, counts, 0.0)
    totals = np.concatenate([left.sum(axis=1), left.sum(axis=0)])
    ranges = np.stack([counts, counts], axis=-1)
    count = len(places)
    ranges[hidden] = lp_bounds(sums, totals, np.zeros(count), np.full(count, np.inf))
    return ranges
