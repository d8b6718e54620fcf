"""What a set of published sums tells, tried support by support: slow, plain, and nothing like `reports.overlap`."""

from __future__ import annotations

from itertools import combinations

import numpy as np
from numpy.typing import NDArray

MOST_ATOMS = 9
"""Beyond this there are too many supports to try one by one."""


def fewest_told(sets: NDArray[np.bool_], weights: NDArray[np.int64], enough: int) -> int | None:
    """People in the smallest support of a non-zero vector of the row space, below `enough`; None if there is none.

    `sets` (sets, atoms), `weights` (atoms,) above 0. A support is told if without its columns the rank is lower: then
    some combination of the sets is zero everywhere else. Ranks of matrices this small, of zeros and ones, are exact.
    """
    whole = _rank(sets)
    found = [
        int(weights[list(support)].sum())
        for size in range(1, min(enough, len(weights) + 1))
        for support in combinations(range(len(weights)), size)
        if weights[list(support)].sum() < enough and _rank(np.delete(sets, support, axis=1)) < whole
    ]
    return min(found, default=None)


def atoms(sets: NDArray[np.bool_]) -> tuple[NDArray[np.bool_], NDArray[np.int64]]:
    """(sets, people) to (sets, atoms) and how many each atom holds; who is in no set is left out."""
    inside = sets[:, sets.any(axis=0)]
    merged, weights = np.unique(inside, axis=1, return_counts=True)
    return np.unique(merged, axis=0), weights.astype(np.int64)


def _rank(matrix: NDArray[np.bool_]) -> int:
    return int(np.linalg.matrix_rank(matrix.astype(np.float64))) if matrix.size else 0
