"""The lightest vector of a span, by trying column by column whether it is 0 there: exact, and quick where it is small.

Either the vector is 0 in a column, and the span loses a dimension; or it is not, and the column's weight is paid. What
weighs more than is left to pay must be 0, columns that always move together weigh together, and so little is left to
try. With weights up to a handful this takes milliseconds where an integer programme takes tens of them.
"""

from __future__ import annotations

from math import gcd

from reports.exact import Row, reduced, without

Weights = dict[int, int]


class TooManyTries(Exception):
    """The span is too large to be tried through; an integer programme has to decide."""


def lightest(rows: list[Row], weights: Weights, most: int, tries: int) -> frozenset[int] | None:
    """Columns of weight 1 to `most` together outside which a vector of the span (not 0) is 0: the lightest; None if
    there are none. `rows` are independent. Raises TooManyTries after so many tries.
    """
    search = _Search(most, tries)
    search.look([dict(row) for row in rows], dict(weights), {column: (column,) for column in weights}, (), 0)
    return search.found


class _Search:
    def __init__(self, most: int, tries: int) -> None:
        self._most, self._tries = most, tries
        self.found: frozenset[int] | None = None

    def look(
        self, rows: list[Row], weights: Weights, members: dict[int, tuple[int, ...]], paid: tuple[int, ...], spent: int
    ) -> None:
        """`rows` over the columns that are not `paid`, whose weights are `spent`; uses its arguments up."""
        left = reduced(rows, _EVERY)
        while left:
            self._tries -= 1
            if self._tries < 0:
                raise TooManyTries
            for kept, column in merged(left):
                weights[kept] += weights[column]
                members[kept] += members[column]
            self._keep_lightest(left, weights, members, paid, spent)
            if len(left) == 1:
                return
            columns = sorted({column for row in left.values() for column in row})
            out = [column for column in columns if spent + weights[column] > self._most]
            if not out:
                out = [max(columns, key=lambda column: (weights[column], -column))]
                self._pay(out[0], left, weights, members, paid, spent)
            left = reduced(without(list(left.values()), out), _EVERY)

    def _pay(
        self,
        column: int,
        left: dict[int, Row],
        weights: Weights,
        members: dict[int, tuple[int, ...]],
        paid: tuple[int, ...],
        spent: int,
    ) -> None:
        """Those that are not 0 in the column. (No row is 0 in all others: it would have been light enough itself.)"""
        rows = [{other: value for other, value in row.items() if other != column} for row in left.values()]
        self.look(rows, dict(weights), dict(members), paid + members[column], spent + weights[column])

    def _keep_lightest(
        self,
        left: dict[int, Row],
        weights: Weights,
        members: dict[int, tuple[int, ...]],
        paid: tuple[int, ...],
        spent: int,
    ) -> None:
        for row in left.values():
            cost = spent + sum(weights[column] for column in row)
            if cost <= self._most:
                self.found = frozenset(paid).union(*(members[column] for column in row))
                self._most = cost - 1


_EVERY = 2**62
"""No column is only carried along here."""


def merged(left: dict[int, Row], width: int = _EVERY) -> list[tuple[int, int]]:
    """Takes columns that are multiples of another out of the rows: a vector is 0 on all of them or on none.

    Returns the pairs (kept, taken out), a row's own pivot kept before others. Columns from `width` on stay.
    """
    entries: dict[int, list[tuple[int, int]]] = {}
    for pivot, row in left.items():
        for column, value in row.items():
            if column < width:
                entries.setdefault(column, []).append((pivot, value))
    kinds: dict[tuple[tuple[int, int], ...], int] = {}
    pairs = []
    for column in sorted(entries, key=lambda found: (found not in left, found)):
        common = gcd(*(value for _, value in entries[column]))
        if entries[column][0][1] < 0:
            common = -common
        kept = kinds.setdefault(tuple((pivot, value // common) for pivot, value in entries[column]), column)
        if kept != column:
            for pivot, _ in entries[column]:
                del left[pivot][column]
            pairs.append((kept, column))
    return pairs
