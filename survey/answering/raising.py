"""Where a response is placed when its unit has too few: pure counting on the tree.

Two rules, for `k` the study's smallest group:

1. A unit keeps its answers if it has at least k. Otherwise they go to the nearest ancestor that has at least k in all
   (its own and its descendants' together), or to the top if none has.
2. What stands directly at a node is a group as well: three raised answers at a municipality are the answers of that one
   small unit. Where a node is left with 1 to k-1 answers of its own, the smallest group below it joins them.

So every answer stays inside its municipality as long as the municipality has k, the municipality's total is whole, and
no place holds 1 to k-1 answers unless the whole round has fewer than k.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

Parents = Mapping[int, int | None]

OPEN = "open"
"""The way in that says least: one person can have answered twice, and nobody is marked as having answered."""


def places(answers: Mapping[int, int], parents: Parents, k: int) -> dict[int, int]:
    """Unit -> the node that its answers are placed at.

    `answers`: how many each unit has. `parents`: each node's parent, with all ancestors, None for the top.
    """
    lines = {unit: _line(unit, parents) for unit in answers}
    totals: Counter[int] = Counter()
    for unit, count in answers.items():
        for node in lines[unit]:
            totals[node] += count
    placed = {unit: next((node for node in lines[unit] if totals[node] >= k), lines[unit][-1]) for unit in answers}

    held = _held(answers, placed)
    above = {node: frozenset(_line(node, parents)) for node in held}
    # From the leaves up: once a node is settled, nothing below it is short.
    for node in sorted(held, key=lambda node: -len(above[node])):
        if not 0 < held[node] < k:
            continue
        below = [other for other in held if held[other] and other != node and node in above[other]]
        if below:
            joining = min(below, key=lambda other: (held[other], other))
            placed = {unit: node if place == joining else place for unit, place in placed.items()}
            held = _held(answers, placed)
    return placed


def late_places(late: Mapping[int, int], held: Mapping[int, int], parents: Parents, k: int) -> dict[int, int]:
    """Unit -> the node that its late answers are placed at: where its earlier ones are, as far as that can be told.

    `late`: how many each unit has now. `held`: how many stand directly at each node already; those never move. A unit
    with answers of its own keeps the late ones too, and so does one that gets k at once. Others go to the nearest
    ancestor where answers stand: that is where a small unit's earlier ones were raised to. Units without such an
    ancestor are placed by the first rule, with all that is below a node counted.
    """
    lines = {unit: _line(unit, parents) for unit in late}
    totals: Counter[int] = Counter()
    for node, count in (*held.items(), *late.items()):
        for place in _line(node, parents):
            totals[place] += count
    placed = {}
    for unit, count in late.items():
        above = lines[unit][1:]
        if held.get(unit) or count >= k:
            placed[unit] = unit
        else:
            standing = next((node for node in above if held.get(node)), None)
            enough = next((node for node in above if totals[node] >= k), lines[unit][-1])
            placed[unit] = enough if standing is None else standing
    return placed


def recorded_ways(arrived: Sequence[tuple[int, str]], k: int) -> list[str]:
    """The way in that is recorded for each response, given as (place, way) in the order they were mixed to.

    One card among twenty answers by open link would be that card's answer for whoever sees which cards have been
    used. Ways with fewer than k answers in a place are therefore recorded as the least certain one, the open link. If
    those are fewer than k together, the first of the place's most common way join them until they are k (all of them,
    if fewer than k would be left). The open link is then named too often by at most k-1, or by a whole way that has
    fewer than 2k; never too seldom.
    """
    by_place: dict[int, Counter[str]] = {}
    for place, way in arrived:
        by_place.setdefault(place, Counter())[way] += 1
    joining: dict[tuple[int, str], int] = {}
    for place, ways in by_place.items():
        kept = {way: count for way, count in ways.items() if count >= k and way != OPEN}
        joining |= {(place, way): count for way, count in ways.items() if way not in kept}
        few = ways.total() - sum(kept.values())
        if kept and 0 < few < k:
            way = max(kept, key=lambda way: (kept[way], way))
            joining[place, way] = k - few if kept[way] - (k - few) >= k else kept[way]
    recorded = []
    for place, way in arrived:
        joins = joining.get((place, way), 0) > 0
        if joins:
            joining[place, way] -= 1
        recorded.append(OPEN if joins else way)
    return recorded


def _line(node: int, parents: Parents) -> list[int]:
    """The node and its ancestors, nearest first."""
    line = [node]
    while (parent := parents[line[-1]]) is not None:
        line.append(parent)
    return line


def _held(answers: Mapping[int, int], placed: Mapping[int, int]) -> Counter[int]:
    held: Counter[int] = Counter()
    for unit, count in answers.items():
        held[placed[unit]] += count
    return held
