"""Two ways to cut the same people, and whether what both tell together can be narrowed to fewer than k of them.

Each way cuts the people into pieces, and sums are known over every piece. A person then stands in one piece of either
way: an edge between two nodes. What can be worked out gives every piece a number and every edge the difference of its
ends, so the fewest people that it can speak of are those of a smallest cut of the graph. (For two ways this is the
integer programme of `reports.overlap`, solved in polynomial time.)

Source: H. Nagamochi and T. Ibaraki, "Computing edge-connectivity in multigraphs and capacitated graphs", SIAM Journal
on Discrete Mathematics 5 (1992): in a maximum adjacency order, a node that hangs on those before it by k or more is
connected to the one before it by k or more, so the two may be joined.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from heapq import heappop, heappush

Graph = dict[int, dict[int, int]]


def weak_sides(edges: Iterable[tuple[int, int, int]], enough: int) -> list[frozenset[int]]:
    """For each connected part that fewer than `enough` people hold together, the nodes on one side of such a cut.

    `edges`: node, node and people above 0. An edge from a node to itself says nothing and is left out.
    """
    found = (next(_weak_sides(part, enough), None) for part in _parts(_graph(edges)))
    return [side for side in found if side is not None]


def all_weak_sides(edges: Iterable[tuple[int, int, int]], enough: int) -> Iterator[frozenset[int]]:
    """As `weak_sides`, and further cuts of the same parts: those that are left when one side of a cut is one node."""
    for part in _parts(_graph(edges)):
        yield from _weak_sides(part, enough)


def _graph(edges: Iterable[tuple[int, int, int]]) -> Graph:
    graph: Graph = {}
    for one, other, people in edges:
        if one != other:
            graph.setdefault(one, {})[other] = graph.get(one, {}).get(other, 0) + people
            graph.setdefault(other, {})[one] = graph[one][other]
    return graph


def _parts(graph: Graph) -> Iterable[Graph]:
    seen: set[int] = set()
    for start in sorted(graph):
        if start in seen:
            continue
        part: Graph = {}
        waiting = [start]
        while waiting:
            node = waiting.pop()
            if node not in part:
                part[node] = graph[node]
                waiting.extend(graph[node])
        # Before it is given away: whoever has it uses it up.
        seen |= part.keys()
        yield part


def _weak_sides(graph: Graph, enough: int) -> Iterator[frozenset[int]]:
    """One side of each cut of fewer than `enough` that is met while nodes are joined. Uses the graph up."""
    inside = {node: [node] for node in graph}
    while len(graph) > 1:
        order = _maximum_adjacency(graph)
        last, hold = order[-1]
        weak = hold < enough
        if weak:
            yield frozenset(inside[last])
        before = order[0][0]
        for node, hold in order[1:]:
            # The weak one is joined too: a cut of what is joined is a cut of the graph.
            if hold >= enough or (weak and node == last):
                _join(graph, before, node)
                inside[before] += inside.pop(node)
            else:
                before = node


def _maximum_adjacency(graph: Graph) -> list[tuple[int, int]]:
    """Nodes, each time the one that hangs most on those before it, with how much. Ties by number."""
    start = min(graph)
    hold = dict.fromkeys(graph, 0)
    waiting = [(0, start)]
    order: list[tuple[int, int]] = []
    taken: set[int] = set()
    while waiting:
        _, node = heappop(waiting)
        if node in taken:
            continue
        taken.add(node)
        order.append((node, hold[node]))
        for other, people in graph[node].items():
            if other not in taken:
                hold[other] += people
                heappush(waiting, (-hold[other], other))
    return order


def _join(graph: Graph, kept: int, gone: int) -> None:
    for other, people in graph.pop(gone).items():
        del graph[other][gone]
        if other != kept:
            graph[kept][other] = graph[other][kept] = graph[kept].get(other, 0) + people
