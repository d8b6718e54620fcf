"""Which cells of the menu's cuts may be shown beside the tree's groups, so that no few people can be worked out.

The published groups of the tree cut the people into pieces (a group less its shown descendants); so do the published
cells of one background item (a cell less the shown cells below it). Whatever the sums over two such ways tell together
is told by a cut of the graph between their pieces (`reports.weak_cuts`), and must speak of `enough` people. The rule
is held for the tree with every item, and for every two items; three items are never published crossed, and what three
or more ways tell together about few people is found by `reports.overlap` but not ruled out here (docs/privacy.md).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from reports.dataset import Floats, Integers, Tree
from reports.weak_cuts import weak_cuts

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
        """A cell to hide for each cut of the graph that is found to hold fewer than `enough` people."""
        first = self._tree[self._people.places] if len(ways) == 1 else self._pieces(ways[0])
        second = self._pieces(ways[-1])
        # Who stands in no piece of a way stands where its number is 0: one node, -1, for both ways.
        shift = int(first.max(initial=0)) + 1
        width = shift + int(second.max(initial=0)) + 2
        keys = (first + 1) * width + np.where(second == NONE, 0, second + 1 + shift)
        pairs, people = np.unique(keys, return_counts=True)
        ends = np.stack([pairs // width - 1, pairs % width - 1])
        for cut in weak_cuts(ends[0], ends[1], people, self._enough):
            nodes = np.unique(ends[:, cut]).tolist()
            cells = [cell for node in nodes for cell in self._behind(ways, node, shift)]
            yield min(cells or self._tops_beside(ways, ends, nodes, shift), key=self._size)

    def _tops_beside(self, ways: tuple[int, ...], ends: Integers, nodes: list[int], shift: int) -> list[Cell]:
        """Where those in no cell are too few: the highest cells of those who share a piece of the tree with them."""
        beside = np.unique(ends[1, np.isin(ends[0], [node for node in nodes if node != NONE])]).tolist()
        tops = []
        for node in beside:
            for item, group, category in self._behind(ways, node, shift)[:1]:
                top = group
                while (parent := self._people.tree.parents[top]) >= 0 and self._above[item][parent, category] != NONE:
                    top = int(self._above[item][parent, category])
                tops.append((item, top, category))
        return tops

    def _behind(self, ways: tuple[int, ...], node: int, shift: int) -> list[Cell]:
        """The cells that a node of the graph is worked out from; none for the tree's pieces, which stay."""
        if node == NONE or (node < shift and len(ways) == 1):
            return []
        item = ways[0] if node < shift else ways[-1]
        group, category = divmod(node if node < shift else node - shift, self._shown[item].shape[1])
        return self._taking_part(item, group, category)

    def _taking_part(self, item: int, group: int, category: int) -> list[Cell]:
        """A cell, and the shown cells next below it: what its piece is worked out from."""
        parents = self._people.tree.parents
        below = np.flatnonzero(self._shown[item][:, category])
        next_below = (parents[below] >= 0) & (self._above[item][parents[below], category] == group)
        return [(item, node, category) for node in (group, *below[next_below].tolist())]

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
        node, category = np.nonzero(shown)
        parent = self._people.tree.parents[node]
        over = np.where(parent >= 0, above[parent, category], NONE)
        inside = over != NONE
        np.subtract.at(left, (over[inside], category[inside]), totals[node[inside], category[inside]])
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
    every = np.arange(len(shown)).reshape(-1, *[1] * (shown.ndim - 1))
    found: Integers = np.where(shown, every, NONE)
    for depth in range(1, int(tree.depths.max(initial=0)) + 1):
        here = np.flatnonzero(tree.depths == depth)
        found[here] = np.where(shown[here], found[here], found[tree.parents[here]])
    return found
