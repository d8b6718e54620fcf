"""Holds a release against all that was told of the same round before, cell by cell.

What an output tells of a cell is told of every residual of its groups (`reports.residuals`), so each output cuts the
people into residuals, and those of all outputs together may tell more: what came between two releases, or what one
hides and the other shows. A combination of them must not speak of 1 to k-1 people.

People are followed by place and batch. Where the number behind an atom differs between two outputs, people have come
or gone: the smaller number are those who are in both (a batch only shrinks), the rest are an atom of their own.

From which part of a place people have gone is known only to an output that divides the place. Where one does and
another one does not, what stands on that place is withheld (`_unclear`).

Two ways to cut the same people are a graph, settled exactly by its smallest cut (`reports.connection`); three and more
that differ in one spot go to `reports.overlap`. Where all pieces hold enough people there is nothing to search for.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from reports.connection import weak_sides
from reports.dataset import Integers
from reports.decision import RESPONDENTS
from reports.findings import Withheld
from reports.ledger import Entry, Family, regions
from reports.ledger_atoms import Laid, Way, ground
from reports.overlap import smallest_told
from reports.residuals import Mask, Nesting


def refused(candidate: Entry, earlier: Sequence[Entry], k: int) -> tuple[Withheld, ...]:
    """The cells and groups of the candidate that must not be shown, and because of which earlier entries.

    Earlier entries stand: what they tell together has been told. Of a combination that tells too much the candidate's
    smallest group is withheld, below it first where that helps, until none is left. The same entries give the same
    answer. `k` is the study's smallest group, for the counts that were shown while the round was open.
    """
    found: list[Withheld] = []
    for family in candidate.families:
        check = _Check(family, [(entry.label, other) for entry in earlier for other in entry.families])
        for number in range(len(family.told)):
            found += check.withheld(number)
        gone = frozenset(one.group for one in found if one.cell == RESPONDENTS)
        found += _pinned(family, gone, [entry for entry in earlier if entry.live], k)
    return tuple(found)


class _Check:
    """One family of the candidate against the earlier families that speak of the same places."""

    def __init__(self, family: Family, earlier: Sequence[tuple[str, Family]]) -> None:
        self._family = family
        self._nesting = Nesting(family.groups, np.array(family.parents, dtype=np.int64))
        self._shown = family.shown()
        self._grounds = []
        # What speaks of other cells alone has nothing to say of these.
        cells = {told.cell for told in family.told}
        earlier = [(label, other) for label, other in earlier if any(told.cell in cells for told in other.told)]
        for partition in sorted({other.partition for _, other in earlier} | {family.partition}):
            if family.partition in ("", partition):
                theirs = [(label, other) for label, other in earlier if other.partition in ("", partition)]
                atoms = ground(partition, [family, *(other for _, other in theirs)])
                self._grounds.append((Laid(family, "", atoms), [Laid(other, label, atoms) for label, other in theirs]))

    def withheld(self, number: int) -> list[Withheld]:
        """What one cell of the candidate must not show."""
        told = self._family.told[number]
        found: dict[str, set[str]] = {}
        shown = self._shown[:, number].copy()
        for mine, theirs in self._grounds:
            cells = [(other, place) for other in theirs if (place := other.number_of(told.cell)) is not None]
            for chosen in sorted(
                mine.groups_at(_unclear([(mine, number), *cells])) & set(np.flatnonzero(shown).tolist())
            ):
                shown[chosen] = False
                found.setdefault(self._family.groups[chosen], set()).update(other.label for other, _ in cells)
            divided = [one.count(place) for one, place in [(mine, number), *cells] if one.divides]
            room = np.max(divided, axis=0) if divided else None
            others = [other.way(place, room) for other, place in cells]
            enough = min([told.enough, *(other.enough(told.cell) for other in theirs)])
            while others and (combinations := _told(way := mine.way(number, room, shown), others, enough)):
                for owners, because in combinations:
                    chosen = self._to_hide(owners, way, others, shown)
                    shown[chosen] = False
                    found.setdefault(self._family.groups[chosen], set()).update(because)
        return [Withheld(told.cell, code, tuple(sorted(because))) for code, because in sorted(found.items())]

    def _to_hide(self, owners: Iterable[int], way: Way, others: Sequence[Way], shown: Mask) -> int:
        """The smallest group whose residual takes part; a group below it, where people there have come or gone too."""
        size = np.bincount(way.region[way.region >= 0], way.count[way.region >= 0], minlength=len(shown))

        def cost(place: int) -> tuple[float, str]:
            return float(size[place]), self._family.groups[place]

        owner = min(owners, key=cost)
        changed = np.zeros(len(shown), dtype=np.bool_)
        for other in others:
            changed[way.region[(way.region >= 0) & (way.count != other.count)]] = True
        below = [inner for inner in _highest_shown(self._nesting, owner, shown) if self._any_below(inner, changed)]
        return min(below, key=cost) if below else owner

    def _any_below(self, place: int, marked: Mask) -> bool:
        waiting = [place]
        while waiting:
            inner = waiting.pop()
            if marked[inner]:
                return True
            waiting.extend(self._nesting.below[inner])
        return False


def _unclear(outputs: Sequence[tuple[Laid, int]]) -> Mask:
    """(atoms,) undivided places that people have left while another output divides them: from which part they went
    cannot be told, and so not what follows either. `outputs`: families with the number of the cell.
    """
    whole = np.stack([one.count(place) for one, place in outputs if not one.divides] or [np.zeros(0, dtype=np.int64)])
    if len(whole) < 2 or all(not one.divides for one, _ in outputs):
        return np.zeros(whole.shape[1], dtype=np.bool_)
    most = whole.max(axis=0)
    unclear: Mask = np.where(whole > 0, whole, most).min(axis=0) < most
    return unclear


def _told(way: Way, others: Sequence[Way], enough: int) -> list[tuple[list[int], set[str]]]:
    """Combinations of 1 to enough-1 people, one for each connected part that has one; empty if there is none.

    Each as the candidate's groups whose residuals take part, and the labels of the others that do.
    """
    ways = [way, *_different(others)]
    pieces, weights = _atoms(ways)
    pieces, weights, labels = _apart(pieces, weights, [{one.label} for one in ways])
    if len(pieces) < 2 or (weights >= enough).all():
        return []
    found = []
    search = _by_cut if len(pieces) == 2 else _by_programme
    for taking_part in search(pieces, weights, enough):
        mine = sorted(region for number, region in taking_part if number == 0)
        if mine:
            because = set().union(*(labels[number] for number, _ in taking_part if number > 0))
            found.append((mine, because or set().union(*labels[1:])))
    return found


def _different(others: Sequence[Way]) -> list[Way]:
    """Outputs that told the same are one."""
    seen: dict[bytes, Way] = {}
    for other in others:
        seen.setdefault(other.count.tobytes() + other.region.tobytes(), other)
    return list(seen.values())


def _atoms(ways: Sequence[Way]) -> tuple[Integers, Integers]:
    """(ways, pieces) residuals and (pieces,) people: atoms split where people have come or gone, then merged."""
    counts = np.stack([one.count for one in ways])
    levels = np.sort(counts, axis=0)
    people = np.diff(levels, axis=0, prepend=0)
    columns = []
    weights = []
    for level, extra in zip(levels, people, strict=True):
        there = np.flatnonzero(extra > 0)
        held = [np.where(one.count[there] >= level[there], one.region[there], -1) for one in ways]
        columns.append(np.stack(held))
        weights.append(extra[there])
    everything = np.concatenate(columns, axis=1)
    pieces, which = np.unique(everything, axis=1, return_inverse=True)
    summed = np.bincount(which.reshape(-1), np.concatenate(weights), minlength=pieces.shape[1]).astype(np.int64)
    told = (pieces >= 0).any(axis=0)
    return pieces[:, told], summed[told]


def _apart(pieces: Integers, weights: Integers, labels: list[set[str]]) -> tuple[Integers, Integers, list[set[str]]]:
    """Ways that cut these pieces alike are one; its labels are those of both."""
    kept: list[int] = []
    shapes: dict[bytes, int] = {}
    for number, row in enumerate(pieces):
        _, first, which = np.unique(row, return_index=True, return_inverse=True)
        shape = np.where(row < 0, -1, first[which]).tobytes()
        if shape in shapes:
            labels[shapes[shape]] = labels[shapes[shape]] | labels[number]
        else:
            shapes[shape] = number
            kept.append(number)
    return pieces[kept], weights, [labels[number] for number in kept]


Taking = list[tuple[int, int]]
"""Residuals that take part in a combination, as (way, region)."""


def _by_cut(pieces: Integers, weights: Integers, enough: int) -> Iterable[Taking]:
    """Two ways: pieces are edges between their residuals, and what only one way tells of hangs on the ground.

    A smallest cut has the ground on one side and connected residuals on the other, so what hangs together through the
    ground alone is looked at apart, each with a ground of its own.
    """
    shift = int(pieces[0].max(initial=-1)) + 1
    size = shift + int(pieces[1].max(initial=-1)) + 1
    own, other = pieces[0], np.where(pieces[1] >= 0, pieces[1] + shift, -1)
    ends = np.where(own >= 0, own, other), np.where(other >= 0, other, own)
    _, part = connected_components(coo_array((np.ones(len(own)), ends), shape=(size, size)), directed=False)
    of_piece = part[ends[0]].astype(np.int64)
    ground = size + of_piece
    weak = np.isin(of_piece, of_piece[weights < enough])
    edges = (np.where(own >= 0, own, ground)[weak], np.where(other >= 0, other, ground)[weak], weights[weak])
    for side in weak_sides(zip(*(one.tolist() for one in edges), strict=True), enough):
        grounds = [node - size for node in side if node >= size]
        nodes = set(np.flatnonzero(part == grounds[0]).tolist()) - side if grounds else side
        yield [(0, node) if node < shift else (1, node - shift) for node in sorted(nodes)]


def _by_programme(pieces: Integers, weights: Integers, enough: int) -> Iterable[Taking]:
    """Three ways and more: each connected part that has a small piece, as sets over pieces."""
    offsets = np.cumsum([0, *(int(row.max(initial=-1)) + 1 for row in pieces)])[:-1, None]
    nodes = np.where(pieces >= 0, pieces + offsets, -1)
    size = int(nodes.max()) + 1
    columns = np.broadcast_to(np.arange(nodes.shape[1]), nodes.shape)
    there = nodes >= 0
    graph = coo_array(
        (np.ones(int(there.sum())), (nodes[there], size + columns[there])), shape=(size + nodes.shape[1],) * 2
    )
    _, part = connected_components(graph, directed=False)
    of_piece = part[size:]
    for number in np.unique(of_piece[weights < enough]).tolist():
        here = np.flatnonzero(of_piece == number)
        sets = np.unique(nodes[:, here])
        sets = sets[sets >= 0]
        members = np.array([(nodes[:, here] == one).any(axis=0) for one in sets.tolist()])
        if told := smallest_told(members, weights[here], enough):
            chosen = sets[list(told.sets)]
            ways = np.searchsorted(offsets[:, 0], chosen, side="right") - 1
            yield list(zip(ways.tolist(), (chosen - offsets[ways, 0]).tolist(), strict=True))


def _pinned(family: Family, gone: frozenset[str], live: Sequence[Entry], k: int) -> list[Withheld]:
    """Respondents beside the counts of an open round.

    A count f says that f to f+k-1 people of the unit had answered. Where a residual holds exactly as many as its units
    could have at most, each of them has just that many; one that stood at 0 then has k-1, and is too small to be told.
    """
    if not live or not family.told or family.told[0].cell != RESPONDENTS:
        return []
    nesting = Nesting(family.groups, np.array(family.parents, dtype=np.int64))
    shown = family.shown()[:, 0] & np.array([code not in gone for code in family.groups], dtype=np.bool_)
    people = family.count(family.told[0].measure)
    index = {code: place for place, code in enumerate(family.groups)}
    inside = np.array(family.inside, dtype=np.int64)
    found = []
    for entry in live:
        units = [(index[one.unit], one.shown) for one in entry.live if one.unit in index]
        while True:
            region = regions(family.parents, shown[:, None])[:, 0]
            held = np.bincount(np.where(inside >= 0, region[inside], -1) + 1, people, len(shown) + 1).astype(np.int64)
            owner = _first_pinned(region, units, held, k)
            if owner is None:
                break
            below = _highest_shown(nesting, owner, shown)
            chosen = min(below, key=lambda place: family.groups[place]) if below else owner
            shown[chosen] = False
            found.append(Withheld(RESPONDENTS, family.groups[chosen], (entry.label,)))
    return found


def _first_pinned(region: Integers, units: Sequence[tuple[int, int]], held: Integers, k: int) -> int | None:
    """The first residual whose units are all at their largest, one of them from 0; None if there is none."""
    most: dict[int, int] = {}
    from_nothing: set[int] = set()
    for place, shown in units:
        owner = int(region[place])
        if owner >= 0:
            most[owner] = most.get(owner, 0) + shown + k - 1
            if shown == 0:
                from_nothing.add(owner)
    for owner in sorted(from_nothing):
        if int(held[owner + 1]) == most[owner]:
            return owner
    return None


def _highest_shown(nesting: Nesting, place: int, shown: Mask) -> list[int]:
    """The maximal shown groups strictly below one group."""
    found = []
    waiting = list(nesting.below[place])
    while waiting:
        inner = waiting.pop()
        if shown[inner]:
            found.append(inner)
        else:
            waiting.extend(nesting.below[inner])
    return found
