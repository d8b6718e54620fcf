"""Rows that may leave: one a response, k-anonymous, shuffled, without any id. The second gate beside `disclosure`.

`CoarsenedRows` is made here only, and is all that the writer of files accepts. What leaves: the place and the
background items that were asked for, as coarse as `reports.coarsening` makes them, and the answers to the items of
scales and other single choices. What never leaves: free text, link codes, language, variant and way in, ids, and the
order of the rows. The method: docs/method/microdata.md.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from reports.coarsening import NONE, Anonymous, Coarseness, candidates, classes_of, joined
from reports.connection import weak_sides
from reports.cuts import menu
from reports.dataset import Integers, Tree
from reports.findings import NodeKind
from reports.microdata_source import Choice, Published, Source
from reports.overlap import smallest_told

_TOKEN: Final = object()

MOST_JOINT_ATOMS: Final = 250
"""Up to so many kinds of people, everything that has been told is checked together; above it, two and two."""

ROUND, PERSON, PLACE = "m.round", "m.person", "m.place"
"""Columns that are no item: an item's id has no full stop in it."""

Shuffle = Callable[[int], Sequence[int]]
"""A random order of 0 to n-1, from the operating system's randomness outside tests."""

Value = str | int | float | None


class TooFewRows(ValueError):
    """A round has fewer rows than the smallest class may have."""


class Unsafe(ValueError):
    """However coarse, the rows and what has been told before would together say something of a few people."""

    def __init__(self, labels: Sequence[str]) -> None:
        super().__init__("together with " + ", ".join(labels) + ", the rows would tell too much")
        self.labels = tuple(labels)


@dataclass(frozen=True)
class Variable:
    """A background item as it leaves."""

    item: str
    asked: tuple[tuple[int, ...], ...]
    """Option values in each category before anything was merged for this export."""
    shown: tuple[tuple[int, ...], ...]
    """Option values in each group that is shown; empty where the item is left out."""


@dataclass(frozen=True)
class Plan:
    """What will leave, before it does: for the page, the codebook, the trail and the ledger."""

    k: int
    rounds: tuple[str, ...]
    rows: int
    place_asked: NodeKind | None
    place_shown: NodeKind | None
    """The finest kind of place that is shown; None where places are left out."""
    variables: tuple[Variable, ...]
    items: tuple[str, ...]
    classes: int
    smallest: int
    """People in the smallest class: the k that was reached."""
    blank: int
    """Rows that lost their background."""
    homogeneous: int
    """Classes where everybody gave the same answer to at least one item (l-diversity of 1)."""
    smallest_by_unit: int
    """The smallest class for somebody who has worked out which unit each row comes from."""
    followed: int
    """Persons with a number in both rounds."""
    depth: int


class CoarsenedRows:
    """Rows that may leave, with the plan they follow. Made by `coarsened` only."""

    __slots__ = ("_columns", "_plan", "_rows")
    _columns: tuple[str, ...]
    _rows: tuple[tuple[Value, ...], ...]
    _plan: Plan

    def __init__(
        self, plan: Plan, columns: tuple[str, ...], rows: tuple[tuple[Value, ...], ...], *, token: object
    ) -> None:
        if token is not _TOKEN:
            raise TypeError("CoarsenedRows is made by reports.microdata.coarsened, never by hand")
        object.__setattr__(self, "_plan", plan)
        object.__setattr__(self, "_columns", columns)
        object.__setattr__(self, "_rows", rows)

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError("CoarsenedRows never changes; make a new export")

    @property
    def plan(self) -> Plan:
        return self._plan

    @property
    def columns(self) -> tuple[str, ...]:
        return self._columns

    @property
    def rows(self) -> tuple[tuple[Value, ...], ...]:
        return self._rows


def plan(source: Source, choice: Choice) -> Plan:
    """What would leave. Raises ValueError for an unknown background item, TooFewRows, Unsafe."""
    return planned(source, choice)[0]


def coarsened(source: Source, choice: Choice, shuffle: Shuffle) -> CoarsenedRows:
    """The rows in a random order, with fresh random person numbers where persons are followed. Raises what `plan` does.

    `shuffle` is called for the order of the rows and, if persons are followed, for their numbers.
    """
    made, anonymous, person = planned(source, choice)
    labels = anonymous.labels
    columns: list[tuple[str, list[Value]]] = []
    if len(source.rounds) > 1:
        columns.append((ROUND, [made.rounds[at] for at in source.of_round.tolist()]))
    if made.followed:
        numbers = [1 + at for at in shuffle(made.followed)]
        columns.append((PERSON, [None if at == NONE else numbers[at] for at in person.tolist()]))
    if made.place_shown is not None:
        columns.append((PLACE, [source.tree.nodes[at].code for at in labels[:, 0].tolist()]))
    for column, variable in enumerate(made.variables, start=1):
        if variable.shown:
            names = [group_name(options) for options in variable.shown]
            columns.append((variable.item, [None if at == NONE else names[at] for at in labels[:, column].tolist()]))
    for item, given in zip(source.items, source.answers().T.tolist(), strict=True):
        columns.append((item, [None if value != value else _number(value) for value in given]))
    values = [values for _, values in columns]
    rows = tuple(tuple(column[at] for column in values) for at in shuffle(made.rows))
    return CoarsenedRows(made, tuple(name for name, _ in columns), rows, token=_TOKEN)


def group_name(options: Sequence[int]) -> str:
    """How a group of options is written in the file: 1+2."""
    return "+".join(str(option) for option in options)


def _number(value: float) -> int | float:
    return int(value) if value == int(value) else value


def planned(source: Source, choice: Choice) -> tuple[Plan, Anonymous, Integers]:
    """The plan, the rows it is about, and each row's person (from 0, NONE without a number)."""
    asked = {cut.item: cut.categories for cut in menu(source.instrument)}
    if unknown := [item for item in choice.items if item not in asked]:
        raise ValueError(f"{unknown[0]!r} is no background item with one choice; use {', '.join(asked) or 'none'}")
    rounds, places, chosen = source.of_round, source.places, source.chosen(choice.items)
    start = Coarseness(
        0 if choice.place is None else _depth_of(source.tree, choice.place),
        tuple(tuple((number,) for number in range(len(asked[item]))) for item in choice.items),
    )
    unsafe: list[str] = []
    for found in candidates(source.tree, rounds, places, chosen, start, source.k):
        unsafe = _telling(found, source.published, source.k)
        if not unsafe:
            person = _persons(source, found)
            return _described(source, choice, found, asked, person), found, person
    if unsafe:
        raise Unsafe(unsafe)
    raise TooFewRows(f"there are fewer than {source.k} responses in a round; nothing can leave")


def _depth_of(tree: Tree, kind: NodeKind) -> int:
    """How deep the tree's places of that kind stand; the nation where it has none."""
    return max(
        (int(depth) for node, depth in zip(tree.nodes, tree.depths, strict=True) if node.kind is kind), default=0
    )


def _telling(found: Anonymous, published: Sequence[Published], k: int) -> list[str]:
    """Labels of what has been told before that would, with these classes, tell something of fewer than k people.

    Exact for each earlier output beside these rows (`connection`), and for all of them together (`overlap`) where they
    tell no more than MOST_JOINT_ATOMS kinds of people apart.
    """
    for one in published:
        edges: dict[tuple[int, int], int] = {}
        # Nodes: what is in no set is 0, sets from 1, classes below 0.
        for ends in zip((one.pieces + 1).tolist(), (-1 - found.classes).tolist(), strict=True):
            edges[ends] = edges.get(ends, 0) + 1
        if weak_sides(((*ends, people) for ends, people in edges.items()), k):
            return [one.label]
    cuts = [found.classes, *(one.pieces for one in published)]
    atoms, people = np.unique(np.stack(cuts), axis=1, return_counts=True)
    if len(published) < 2 or len(people) > MOST_JOINT_ATOMS:
        return []
    sets = [atoms[at] == piece for at in range(len(cuts)) for piece in np.unique(atoms[at]) if piece != NONE]
    told = smallest_told(np.array(sets), people.astype(np.int64), k)
    return [one.label for one in published] if told else []


def _persons(source: Source, found: Anonymous) -> Integers:
    """Each row's person, numbered from 0: those answers that may be followed over both rounds."""
    person = np.full(len(found.classes), NONE, dtype=np.int64)
    if not source.linked or len(source.rounds) != 2:
        return person
    now, before = source.rounds
    later = {code: row for row, code in enumerate(now.link_codes) if code is not None}
    pairs = [(later[code], row) for row, code in enumerate(before.link_codes) if code is not None and code in later]
    if not pairs:
        return person
    first, second = np.array(pairs, dtype=np.int64).T
    split = len(now.unit_codes)
    kept = joined(first, second, found.classes[:split], found.classes[split:], source.k)
    person[first[kept]] = person[split + second[kept]] = np.arange(int(kept.sum()))
    return person


def _described(
    source: Source, choice: Choice, found: Anonymous, asked: dict[str, tuple[tuple[int, ...], ...]], person: Integers
) -> Plan:
    state = found.coarseness
    kinds = [source.tree.nodes[at].kind for at in np.unique(found.labels[:, 0]).tolist()]
    finest = max(kinds, key=list(NodeKind).index)
    by_unit = found.labels.copy()
    by_unit[:, 0] = source.places
    return Plan(
        k=source.k,
        rounds=tuple(data.name for data in source.rounds),
        rows=len(found.classes),
        place_asked=choice.place,
        place_shown=finest if state.depth else None,
        variables=tuple(
            Variable(item, asked[item], tuple(_shown(asked[item], groups)) if len(groups) > 1 else ())
            for item, groups in zip(choice.items, state.groups, strict=True)
        ),
        items=source.items,
        classes=len(found.sizes),
        smallest=int(found.sizes.min()),
        blank=found.blank,
        homogeneous=_homogeneous(found.classes, source.answers()),
        smallest_by_unit=int(np.bincount(classes_of(source.of_round, by_unit)).min()),
        followed=int(person.max(initial=NONE)) + 1,
        depth=state.depth,
    )


def _shown(categories: Sequence[tuple[int, ...]], groups: Sequence[Sequence[int]]) -> Iterator[tuple[int, ...]]:
    for group in groups:
        yield tuple(option for number in group for option in categories[number])


def _homogeneous(classes: Integers, answers: NDArray[np.float64]) -> int:
    """Classes in which some item was answered, and by all who answered it alike.

    A. Machanavajjhala et al. (2007), "l-diversity: privacy beyond k-anonymity", ACM TKDD 1(1): whoever knows that
    somebody is in such a class knows that answer.
    """
    number = int(classes.max(initial=NONE)) + 1
    alike = np.zeros(number, dtype=np.bool_)
    for given in answers.T:
        told = ~np.isnan(given)
        low, high = np.full(number, np.inf), np.full(number, -np.inf)
        np.minimum.at(low, classes[told], given[told])
        np.maximum.at(high, classes[told], given[told])
        alike |= low == high
    return int(alike.sum())
