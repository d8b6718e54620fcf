"""Which cells of the menu's cuts may be shown beside the tree's groups, so that no few people can be worked out.

The published groups of the tree cut the people into pieces (a group less its shown descendants); so do the published
cells of one background item (a cell less the shown cells below it). Whatever the sums over two such ways tell together
is told by a cut of the graph between their pieces (`reports.connection`), and must speak of `enough` people. The rule
is held for the tree with every item, and for every two items; three items are never published crossed, and what three
or more ways tell together about few people is found by `reports.overlap` but not ruled out here (docs/privacy.md).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from reports.connection import weak_sides
from reports.dataset import Floats, Integers, Tree

Mask = NDArray[np.bool_]
Cell = tuple[int, int, int]
"""A cell: position of the item, of the group and of the category."""

NONE = -1
_ROUNDING = 1e-9


@dataclass(frozen=True)
class People:
    """Those whose numbers are told, one row each."""

    tree: Tree
    groups: Mask
    """(nodes,) the tree's groups that are published: they stay."""
    levels: Mask
    """(nodes,) where a cut may be shown at all."""
    places: Integers
    """(n,) where each person stands."""
    chosen: Integers
    """(n, items) the category of each background item; NONE where there is no answer."""
    distances: Floats
    """(n, statistics) what must add up to `least` in everything that is told; (n, 0) where there is no such rule."""
    least: float

    def totals(self, item: int, categories: int) -> Floats:
        """(nodes, categories, 1 + statistics) people and their distances in every cell."""
        own = np.zeros((len(self.tree.nodes), categories, 1 + self.distances.shape[1]))
        given = self.chosen[:, item] != NONE
        np.add.at(own, (self.places[given], self.chosen[given, item]), self._rows()[given])
        return self.tree.roll_up(own)

    def group_totals(self) -> Floats:
        """(nodes, 1 + statistics) the same for whole groups."""
        own = np.zeros((len(self.tree.nodes), 1 + self.distances.shape[1]))
        np.add.at(own, self.places, self._rows())
        return self.tree.roll_up(own)

    def _rows(self) -> Floats:
        return np.column_stack([np.ones(len(self.places)), self.distances])


def shown_cells(people: People, allowed: Sequence[Mask], enough: int) -> tuple[Mask, ...]:
    """For each item (nodes, categories): the cells that may be shown, of those `allowed`.

    The smallest cell that takes part is hidden until nothing can be worked out of 1 to enough-1 people, or of people
    who answer almost alike. What one pass has made safe stays safe: hiding only takes knowledge away.
    """
    totals = [people.totals(item, mask.shape[1]) for item, mask in enumerate(allowed)]
    where = (people.groups & people.levels)[:, None]
    shown = [mask & where & (total[:, :, 0] >= enough) for mask, total in zip(allowed, totals, strict=True)]
    state = _State(people, shown, totals, enough)
    for item in range(len(shown)):
        state.hide_until_safe((item,))
    for two in combinations(range(len(shown)), 2):
        state.hide_until_safe(two)
    return tuple(shown)


class _State:
    """What is shown so far; `shown` is changed in place."""

    def __init__(self, people: People, shown: list[Mask], totals: list[Floats], enough: int) -> None:
        self._people = people
        self._shown = shown
        self._totals = totals
        self._enough = enough
        self._tree = _lowest(people.tree, people.groups)
        self._above = [_lowest(people.tree, mask) for mask in shown]
        self._everyone = people.group_totals()

    def hide_until_safe(self, ways: tuple[int, ...]) -> None:
        """One item beside the tree, or two items beside each other."""
        while faults := {*self._crossing(ways), *(self._alike(ways[0]) if len(ways) == 1 else ())}:
            for item, group, category in faults:
                self._shown[item][group, category] = False
            for item in {item for item, _, _ in faults}:
                self._above[item] = _lowest(self._people.tree, self._shown[item])

    def _crossing(self, ways: tuple[int, ...]) -> Iterator[Cell]:
        """A cell to hide for each part of the graph that fewer than `enough` people hold together."""
        first = self._tree[self._people.places] if len(ways) == 1 else self._pieces(ways[0])
        pairs = np.stack([first, self._pieces(ways[-1])], axis=1)
        pairs, people = np.unique(pairs, axis=0, return_counts=True)
        second = int(pairs.max(initial=0)) + 1
        # Who stands in no piece of a way stands where its number is 0: one node, -1, for both ways.
        ends = np.where(pairs == NONE, NONE, pairs + np.array([0, second]))
        edges = list(zip(ends[:, 0].tolist(), ends[:, 1].tolist(), people.tolist(), strict=True))
        for side in weak_sides(edges, self._enough):
            touched = {end for edge in edges if (edge[0] in side) != (edge[1] in side) for end in edge[:2]}
            # Where a side has no cell of its own, those on the other side of the cut take part.
            for nodes in (side, touched):
                cells = [cell for node in nodes for cell in self._behind(ways, node, second)]
                if cells:
                    yield min(cells, key=self._size)
                    break

    def _behind(self, ways: tuple[int, ...], node: int, second: int) -> list[Cell]:
        """The cells that a node of the graph is worked out from; none for the tree's pieces, which stay."""
        if node == NONE or (node < second and len(ways) == 1):
            return []
        item = ways[0] if node < second else ways[-1]
        group, category = divmod(node if node < second else node - second, self._shown[item].shape[1])
        return self._taking_part(item, group, category)

    def _taking_part(self, item: int, group: int, category: int) -> list[Cell]:
        """A cell, and the shown cells next below it: what its piece is worked out from."""
        parents = self._people.tree.parents
        next_below = (parents >= 0) & (self._above[item][parents, category] == group)
        below = np.flatnonzero(self._shown[item][:, category] & next_below)
        return [(item, node, category) for node in (group, *below.tolist())]

    def _alike(self, item: int) -> Iterator[Cell]:
        """A cell to hide for each piece, and each rest of a group, whose people answer almost alike."""
        shown, totals = self._shown[item], self._totals[item]
        for group, category in np.argwhere(shown & self._faulty(self._left_of_cells(item))).tolist():
            yield min(self._taking_part(item, group, category), key=self._size)
        rest = self._everyone - (totals * shown[:, :, None]).sum(axis=1)
        for group in np.flatnonzero(shown.any(axis=1) & self._faulty(rest)).tolist():
            yield min(((item, group, category) for category in np.flatnonzero(shown[group]).tolist()), key=self._size)

    def _faulty(self, totals: Floats) -> Mask:
        faulty: Mask = (totals[..., 0] > 0) & (totals[..., 1:] < self._people.least * (1 - _ROUNDING)).any(axis=-1)
        return faulty

    def _left_of_cells(self, item: int) -> Floats:
        """Every shown cell less the shown cells next below it."""
        shown, totals, above = self._shown[item], self._totals[item], self._above[item]
        left = np.where(shown[:, :, None], totals, 0.0)
        parents = self._people.tree.parents
        for node, category in np.argwhere(shown & (parents >= 0)[:, None]).tolist():
            over = above[parents[node], category]
            if over != NONE:
                left[over, category] -= totals[node, category]
        return left

    def _pieces(self, item: int) -> Integers:
        """(n,) the piece that each person stands in by this item, as group * categories + category."""
        chosen = self._people.chosen[:, item]
        group = self._above[item][self._people.places, np.maximum(chosen, 0)]
        return np.where((chosen == NONE) | (group == NONE), NONE, group * self._shown[item].shape[1] + chosen)

    def _size(self, cell: Cell) -> tuple[int, Cell]:
        item, group, category = cell
        return int(self._totals[item][group, category, 0]), cell


def _lowest(tree: Tree, shown: Mask) -> Integers:
    """(nodes, ...) the lowest shown node that each node stands in or is; NONE if there is none."""
    found = np.full(shown.shape, NONE, dtype=np.int64)
    for node, parent in enumerate(tree.parents.tolist()):
        found[node] = np.where(shown[node], node, found[parent] if parent >= 0 else NONE)
    return found
