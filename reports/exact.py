"""Integer elimination on sparse rows: what linear algebra says without rounding, however close two numbers come.

A row is a mapping column -> non-zero integer. Rows stand for directions: a row may be multiplied by any number.
"""

from __future__ import annotations

from collections.abc import Iterable
from heapq import heapify, heappop, heappush
from math import gcd

Row = dict[int, int]


def without(rows: list[Row], columns: Iterable[int]) -> list[Row]:
    """A basis of what the rows combine to that is 0 in all these columns (if the rows are independent; else it spans).

    Column by column, the fewest rows first: one row that has it is used to clear it from the others, and goes.
    """
    having = _where(rows)
    left = dict(enumerate(rows))
    waiting = [(len(having.get(column, ())), column) for column in set(columns)]
    heapify(waiting)
    while waiting:
        count, column = heappop(waiting)
        found = having.get(column, set())
        if len(found) > count:
            heappush(waiting, (len(found), column))
            continue
        if not found:
            continue
        chosen = min(found, key=lambda place: (abs(left[place][column]), len(left[place]), place))
        pivot = left.pop(chosen)
        for other in pivot:
            having[other].discard(chosen)
        for place in sorted(found):
            _clear(left[place], pivot, column, having, place)
    return [left[place] for place in sorted(left)]


def reduced(rows: list[Row], width: int) -> dict[int, Row]:
    """The reduced rows: pivot column -> row, each pivot column in its own row only. Columns from `width` on carry along
    what the row was made of and are never pivots; rows that are 0 before them are dropped."""
    left = dict(enumerate(rows))
    having = _where(rows)
    pivots: dict[int, int] = {}
    for place in sorted(left):
        row = left[place]
        own = [column for column in row if column < width]
        if not own:
            continue
        column = min(own, key=lambda candidate: (abs(row[candidate]), len(having[candidate]), candidate))
        for other in sorted(having[column] - {place}):
            _clear(left[other], row, column, having, other)
        pivots[column] = place
    return {column: left[place] for column, place in sorted(pivots.items())}


def _where(rows: list[Row]) -> dict[int, set[int]]:
    having: dict[int, set[int]] = {}
    for place, row in enumerate(rows):
        for column in row:
            having.setdefault(column, set()).add(place)
    return having


def _clear(row: Row, pivot: Row, column: int, having: dict[int, set[int]], place: int) -> None:
    """Takes `column` out of `row` by a multiple of `pivot`, and keeps `having` true."""
    up, down = pivot[column], row[column]
    common = gcd(up, down)
    up, down = up // common, down // common
    if up < 0:
        up, down = -up, -down
    if up != 1:
        for key in row:
            row[key] *= up
    for key, value in pivot.items():
        changed = row.get(key, 0) - down * value
        if changed:
            row[key] = changed
            having.setdefault(key, set()).add(place)
        elif key in row:
            del row[key]
            having[key].discard(place)
    if up != 1:
        shared = gcd(*row.values())
        if shared > 1:
            for key in row:
                row[key] //= shared
