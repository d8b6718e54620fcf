"""All at once what `reports.connection` finds one by one: the edges of every weak cut of a graph of a whole nation.

Two nodes that no cut of fewer than `enough` people can part are joined, many at a time: those that so many people
share directly, or over common neighbours (paths over different neighbours share no edge). A node that hangs on fewer
than `enough` is a weak cut; it is noted and joined with its heaviest neighbour, for a cut of what is joined is a cut
of the graph. What is left is settled exactly by maximum adjacency orders: where none is found, there is none.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from reports.connection import all_weak_sides
from reports.dataset import Integers

Edges = tuple[Integers, Integers, Integers]
"""One end, the other, and people; (edges,) each."""
_MOST_NEIGHBOURS = 40
"""Of a node with more the pairs of neighbours are not looked at: joining fewer is slower, never wrong."""


def weak_cuts(one: Integers, other: Integers, people: Integers, enough: int) -> list[Integers]:
    """The edges (positions) of weak cuts, at least one in each connected part that has any; empty if there is none.

    `one`, `other`, `people` (edges,): nodes as any numbers, people above 0. The same edges give the same answer.
    """
    nodes, ends = np.unique(np.concatenate([one, other]), return_inverse=True)
    ends = ends.reshape(2, -1)
    found: list[Integers] = []
    size = len(nodes)
    while True:
        edges = _merged(ends, people, size)
        if not len(edges[0]):
            return found
        joined = _inseparable(edges, size, enough)
        if not len(joined[0]):
            light, joined = _light(edges, size, enough)
            if not len(light):
                return found + list(_exactly(ends, edges, enough))
            found += _edges_of(ends, light)
        graph = coo_array((np.ones(len(joined[0])), joined), shape=(size, size))
        size, label = connected_components(graph, directed=False)
        ends = label[ends].astype(np.int64)


def _merged(ends: Integers, people: Integers, size: int) -> Edges:
    """Every two nodes' edges as one, smaller number first; without those from a node to itself."""
    low, high = ends.min(axis=0), ends.max(axis=0)
    apart = low != high
    keys, which = np.unique(low[apart] * size + high[apart], return_inverse=True)
    weights = np.bincount(which.reshape(-1), people[apart], minlength=len(keys)).astype(np.int64)
    return keys // size, keys % size, weights


def _inseparable(edges: Edges, size: int, enough: int) -> tuple[Integers, Integers]:
    """Pairs of nodes that `enough` people hold together, directly or over common neighbours."""
    one, other, weights = edges
    heavy = weights >= enough
    if heavy.any():
        return one[heavy], other[heavy]
    middle, end = np.concatenate([one, other]), np.concatenate([other, one])
    order = np.lexsort((end, middle))
    middle, end, weight = middle[order], end[order], np.concatenate([weights, weights])[order]
    few = (np.bincount(middle, minlength=size) <= _MOST_NEIGHBOURS)[middle]
    middle, end, weight = middle[few], end[few], weight[few]
    keys, shared = [one * size + other], [weights]
    for shift in range(1, int(np.bincount(middle, minlength=1).max(initial=0))):
        same = np.flatnonzero(middle[shift:] == middle[:-shift])
        keys.append(end[same] * size + end[same + shift])
        shared.append(np.minimum(weight[same], weight[same + shift]))
    pairs, which = np.unique(np.concatenate(keys), return_inverse=True)
    together = np.bincount(which.reshape(-1), np.concatenate(shared)) >= enough
    return pairs[together] // size, pairs[together] % size


def _light(edges: Edges, size: int, enough: int) -> tuple[Integers, tuple[Integers, Integers]]:
    """Nodes that hang on fewer than `enough`, each with its heaviest neighbour (ties by number)."""
    middle, end = np.concatenate(edges[:2]), np.concatenate([edges[1], edges[0]])
    weight = np.concatenate([edges[2], edges[2]])
    hold = np.bincount(middle, weight, minlength=size)
    light = np.flatnonzero((hold > 0) & (hold < enough))
    order = np.lexsort((end, -weight, middle))
    first = order[np.searchsorted(middle[order], light)]
    return light, (light, end[first])


def _edges_of(ends: Integers, light: Integers) -> list[Integers]:
    """For each node of `light` (ascending) the edges that leave it."""
    leaving = np.flatnonzero(ends[0] != ends[1])
    nodes, edges = ends[:, leaving].reshape(-1), np.tile(leaving, 2)
    order = np.lexsort((edges, nodes))
    nodes, edges = nodes[order], edges[order]
    starts, stops = (np.searchsorted(nodes, light, side=side) for side in ("left", "right"))
    return [edges[start:stop] for start, stop in zip(starts.tolist(), stops.tolist(), strict=True)]


def _exactly(ends: Integers, edges: Edges, enough: int) -> Iterator[Integers]:
    for side in all_weak_sides(zip(*(column.tolist() for column in edges), strict=True), enough):
        inside = np.isin(ends, list(side))
        yield np.flatnonzero(inside[0] != inside[1])
