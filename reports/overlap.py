"""Overlapping cuts: can fewer than k people be worked out from sets that cross each other?

Each published set tells linear sums over its members (n, sums, sums of squares). Whoever adds and subtracts them knows
every vector of the row space of the 0/1 matrix (sets x atoms); an atom is a group of people that no published set
tells apart. A vector whose non-zero atoms hold 1 to k-1 people is a statement about those few, and must not be.

The smallest such support is a minimum-weight circuit: hard in general, small here. Exact integer algebra takes away
what cannot matter and settles nested sets at once; what is left is tried through column by column
(`reports.supports`), and where that is too much solved as an integer programme, one for each atom that may hold the
largest coefficient. That one is scaled to 1, so all others lie within -1 and 1 and no big-M is guessed. A solver's
answer is believed only after the algebra has confirmed it.

Source of the attack and of the programme's kind: M. Fischetti and J.-J. Salazar-González, "Models and algorithms for
the 2-dimensional cell suppression problem in statistical disclosure control", Mathematical Programming 84 (1999).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

from reports.exact import Row, reduced, without
from reports.supports import TooManyTries, lightest, merged

TRIES = 300
"""So often a span is divided before the integer programme takes over."""


@dataclass(frozen=True)
class Told:
    """A combination of published sets that says something about few people only."""

    atoms: tuple[int, ...]
    """The atoms it speaks of, those without people left out."""
    people: int
    """How many people they hold: 1 to enough-1."""
    sets: tuple[int, ...]
    """The sets that take part in the combination."""


@dataclass
class _Part:
    """Rows that share columns, all of them light: `rows` by pivot column, `weights` and `atoms` by column."""

    rows: dict[int, Row]
    weights: dict[int, int]
    atoms: dict[int, tuple[int, ...]]


def smallest_told(sets: NDArray[np.bool_], weights: NDArray[np.int64], enough: int) -> Told | None:
    """A combination of the sets whose support holds 1 to enough-1 people, or None if there is none.

    `sets` is (sets, atoms), `weights` (atoms,) people in each atom. One that algebra shows at once is returned as it
    is, not always the smallest; what the integer programme finds is the smallest of its part. The same input gives the
    same answer. Raises ValueError where the shapes differ or a weight is negative.
    """
    if sets.ndim != 2 or weights.shape != (sets.shape[1],) or (weights < 0).any():
        raise ValueError("sets must be (sets, atoms) and weights one number from 0 up for each atom")
    rows, heavy, columns, width = _distinct(sets, weights, enough)
    left = reduced(without(rows, heavy), width)
    for part in _parts(left, columns, width, enough):
        told = _plainly(part, width, enough) or _searched(part, width, enough)
        if told:
            return told
    return None


def _distinct(
    sets: NDArray[np.bool_], weights: NDArray[np.int64], enough: int
) -> tuple[list[Row], list[int], _Part, int]:
    """Each different set once, over atoms merged where no set tells them apart. Sets are carried as columns from
    `width` on. Merging is exact: every vector of the row space is the same on equal columns."""
    occupied = np.flatnonzero(weights > 0)
    kinds: dict[bytes, list[int]] = {}
    packed = np.packbits(sets[:, occupied], axis=0)
    for atom, column in zip(occupied.tolist(), packed.T, strict=True):
        kinds.setdefault(column.tobytes(), []).append(atom)
    members = [tuple(atoms) for atoms in kinds.values()]
    width = len(members)
    people = {column: int(weights[list(atoms)].sum()) for column, atoms in enumerate(members)}
    small = sets[:, [atoms[0] for atoms in members]] if members else sets[:, :0]
    seen: dict[bytes, Row] = {}
    for place in np.argsort(small.sum(axis=1), kind="stable").tolist():
        inside = np.flatnonzero(small[place])
        if inside.size:
            row = dict.fromkeys(inside.tolist(), 1) | {width + place: 1}
            seen.setdefault(small[place].tobytes(), row)
    heavy = [column for column, count in people.items() if count >= enough]
    return list(seen.values()), heavy, _Part({}, people, dict(enumerate(members))), width


def _parts(left: dict[int, Row], columns: _Part, width: int, enough: int) -> Iterator[_Part]:
    """The rows in connected parts, with columns that always move together merged into one."""
    while True:
        merged = _merged(left, columns, width)
        heavy = [column for column in merged if columns.weights[column] >= enough]
        if not merged:
            break
        if heavy:
            left = reduced(without(list(left.values()), heavy), width)
    seen: set[int] = set()
    having: dict[int, list[int]] = {}
    for pivot, row in left.items():
        for column in row:
            if column < width:
                having.setdefault(column, []).append(pivot)
    for start in left:
        together: dict[int, Row] = {}
        waiting = [start]
        while waiting:
            pivot = waiting.pop()
            if pivot not in seen:
                seen.add(pivot)
                together[pivot] = left[pivot]
                waiting.extend(other for column in left[pivot] if column < width for other in having[column])
        if together:
            yield _Part(dict(sorted(together.items())), columns.weights, columns.atoms)


def _merged(left: dict[int, Row], columns: _Part, width: int) -> list[int]:
    """Merges proportional columns in place: a vector is 0 on all of them or on none. Returns the columns that grew."""
    grown = []
    for kept, column in merged(left, width):
        columns.weights[kept] += columns.weights[column]
        columns.atoms[kept] += columns.atoms[column]
        grown.append(kept)
    return grown


def _plainly(part: _Part, width: int, enough: int) -> Told | None:
    """The smallest reduced row, if it speaks of too few."""
    sizes = {pivot: sum(part.weights[c] for c in row if c < width) for pivot, row in part.rows.items()}
    pivot = min(sizes, key=lambda candidate: (sizes[candidate], candidate))
    return _told(part, part.rows[pivot], width) if sizes[pivot] < enough else None


def _searched(part: _Part, width: int, enough: int) -> Told | None:
    """The vector of smallest support in the span of two or more reduced rows, none of them small enough by itself."""
    if len(part.rows) < 2:
        return None
    rows = [{column: value for column, value in row.items() if column < width} for row in part.rows.values()]
    weights = {column: part.weights[column] for row in rows for column in row}
    try:
        support = lightest(rows, weights, enough - 1, TRIES)
    except TooManyTries:
        return _programmed(part, width, enough)
    row = _supported(part, support, width) if support else None
    return _told(part, row, width) if row else None


def _programmed(part: _Part, width: int, enough: int) -> Told | None:
    """The same by integer programmes: one for each column that may hold the largest entry."""
    programme = _Programme(part, width)
    best: Told | None = None
    for largest in range(len(programme.columns)):
        limit = (best.people if best else enough) - 1
        while support := programme.solve(largest, limit):
            row = _supported(part, support, width)
            if row:
                best = _told(part, row, width)
                break
            # The solver took a tiny number for 0: say so, and ask again.
            programme.refuse(support)
    return best


class _Programme:
    """Minimise the people in the support of v, v in the span of the rows, |v| <= z, z 0 or 1, v = 1 at one column."""

    def __init__(self, part: _Part, width: int) -> None:
        pivots = list(part.rows)
        others = sorted({column for row in part.rows.values() for column in row if column < width} - set(pivots))
        self.columns = pivots + others
        place = {column: number for number, column in enumerate(self.columns)}
        count = len(self.columns)
        span = np.zeros((len(others), count))
        for pivot, row in part.rows.items():
            for column, value in row.items():
                if column < width and column != pivot:
                    span[place[column] - len(pivots), place[pivot]] = value / row[pivot]
        span[np.arange(len(others)), len(pivots) + np.arange(len(others))] = -1
        unit, nothing = np.eye(count), np.zeros((len(others), count))
        self._matrix = np.block([[span, nothing], [unit, -unit], [-unit, -unit]])
        self._low = np.concatenate([np.zeros(len(others)), np.full(2 * count, -np.inf)])
        self._high = np.zeros(len(others) + 2 * count)
        self._people = np.array([part.weights[column] for column in self.columns], dtype=np.float64)
        self._refused: list[Sequence[int]] = []

    def refuse(self, support: Sequence[int]) -> None:
        """Something outside these columns must take part from now on."""
        self._refused.append(support)

    def solve(self, largest: int, limit: int) -> tuple[int, ...]:
        """Columns of a smallest support of at most `limit` people with the largest entry there; empty if none.

        Raises RuntimeError where the solver gives up: nobody may take that for safety.
        """
        count = len(self.columns)
        extra = [np.concatenate([np.zeros(count), self._people])]
        low, high = [-np.inf], [limit + 0.5]
        for support in self._refused:
            outside = np.array([column not in support for column in self.columns], dtype=np.float64)
            extra.append(np.concatenate([np.zeros(count), outside]))
            low.append(1.0)
            high.append(np.inf)
        least, most = np.concatenate([-np.ones(count), np.zeros(count)]), np.ones(2 * count)
        least[largest] = least[count + largest] = 1.0
        result = milp(
            np.concatenate([np.zeros(count), self._people]),
            integrality=np.repeat([0, 1], count),
            bounds=Bounds(least, most),
            constraints=LinearConstraint(
                csr_array(np.vstack([self._matrix, *extra])),
                np.concatenate([self._low, low]),
                np.concatenate([self._high, high]),
            ),
        )
        if result.status == 2:
            return ()
        if result.status != 0:
            raise RuntimeError(f"the check of overlapping cuts was not finished ({result.message}); use fewer cuts")
        return tuple(column for column, used in zip(self.columns, result.x[count:], strict=True) if used > 0.5)


def _supported(part: _Part, support: Collection[int], width: int) -> Row | None:
    """A vector of the span that is 0 outside these columns, exactly; None if there is none."""
    rows = [dict(row) for row in part.rows.values()]
    outside = {column for row in rows for column in row if column < width} - set(support)
    kept = reduced(without(rows, outside), width)
    if not kept:
        return None
    return min(kept.values(), key=lambda row: sum(part.weights[column] for column in row if column < width))


def _told(part: _Part, row: Row, width: int) -> Told:
    inside = [column for column in row if column < width]
    return Told(
        atoms=tuple(sorted(atom for column in inside for atom in part.atoms[column])),
        people=sum(part.weights[column] for column in inside),
        sets=tuple(sorted(column - width for column in row if column >= width)),
    )
