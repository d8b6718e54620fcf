"""Responses as columns: who answered in which unit, what they answered, and the tree that the units stand in.

Rows are kept in one canonical order, so that the same answers give the same bytes whatever order they were read in.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from instruments.model import Instrument, Item, ItemType
from instruments.scoring import item_matrix, score_scale
from reports.findings import NodeKind

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

_SPREAD_TYPES = frozenset({ItemType.SINGLE_CHOICE, ItemType.SLIDER})


def analysed_items(instrument: Instrument) -> tuple[Item, ...]:
    """The items a report speaks of: those of a scale, and other single choices; never background or free text."""
    scored = {item.id for item in instrument.scored_items}
    return tuple(
        item for item in instrument.items if not item.background and (item.id in scored or item.type in _SPREAD_TYPES)
    )


def background_items(instrument: Instrument) -> tuple[Item, ...]:
    """The items that groups may be cut by: background items with one choice."""
    return tuple(item for item in instrument.background_items if item.type is ItemType.SINGLE_CHOICE)


@dataclass(frozen=True)
class Node:
    """One organisation unit, as a report needs it."""

    code: str
    name: str
    short_name: str
    kind: NodeKind
    parent: str | None
    """Code of the node above; None for the nation only."""


@dataclass(frozen=True)
class Tree:
    """The organisation tree, parents before children."""

    nodes: tuple[Node, ...]

    def __post_init__(self) -> None:
        seen: set[str] = set()
        for node in self.nodes:
            if node.code in seen:
                raise ValueError(f"the tree has {node.code!r} twice; codes are unique")
            if node.parent is not None and node.parent not in seen:
                raise ValueError(f"{node.code!r} stands before its parent {node.parent!r}; put parents first")
            seen.add(node.code)

    @cached_property
    def index(self) -> dict[str, int]:
        return {node.code: position for position, node in enumerate(self.nodes)}

    @cached_property
    def parents(self) -> Integers:
        """Position of each node's parent; -1 for a root."""
        return np.array([-1 if n.parent is None else self.index[n.parent] for n in self.nodes], dtype=np.int64)

    @cached_property
    def depths(self) -> Integers:
        depths = np.zeros(len(self.nodes), dtype=np.int64)
        for position, parent in enumerate(self.parents.tolist()):
            depths[position] = 0 if parent < 0 else depths[parent] + 1
        return depths

    def positions(self, codes: Iterable[str]) -> Integers:
        """Positions of the nodes with these codes. Raises ValueError naming a code that is not in the tree."""
        try:
            return np.array([self.index[code] for code in codes], dtype=np.int64)
        except KeyError as error:
            raise ValueError(
                f"unit {error.args[0]!r} is not in the organisation tree; add it, or correct the code"
            ) from None

    def around(self, codes: Iterable[str]) -> Tree:
        """The part of the tree that these units stand in: they and all above them, in the same order."""
        kept = np.zeros(len(self.nodes), dtype=np.bool_)
        waiting = self.positions(codes)
        while waiting.size:
            kept[waiting] = True
            waiting = np.unique(self.parents[waiting])
            waiting = waiting[waiting >= 0]
        return Tree(tuple(node for node, keep in zip(self.nodes, kept.tolist(), strict=True) if keep))

    def roll_up(self, own: Floats) -> Floats:
        """Adds to every node what its descendants have. `own` is (nodes, ...); the result has the same shape."""
        totals = own.astype(np.float64, copy=True)
        for depth in range(int(self.depths.max(initial=0)), 0, -1):
            level = np.flatnonzero(self.depths == depth)
            np.add.at(totals, self.parents[level], totals[level])
        return totals

    def meeting_points(self, first: Integers, second: Integers) -> Integers:
        """The lowest node that has both of each pair of nodes in it (or is one of them). Both (pairs,)."""
        left, right = first.copy(), second.copy()
        while (apart := left != right).any():
            deeper = apart & (self.depths[left] >= self.depths[right])
            other = apart & (self.depths[right] >= self.depths[left])
            left = np.where(deeper, self.parents[left], left)
            right = np.where(other, self.parents[right], right)
            if (left < 0).any() or (right < 0).any():
                raise ValueError("two linked responses stand in separate trees; a study has one nation")
        return left


@dataclass(frozen=True)
class RoundData:
    """One round's responses as columns. Make it with `RoundData.from_answers`, which puts the rows in order."""

    round_id: int
    name: str
    instrument: Instrument
    digest: str
    """Digest of the instrument version."""
    items: tuple[str, ...]
    values: Floats
    """(n, items): what was chosen, as asked (not reversed); nan = no answer that can be scored."""
    declared_missing: Floats
    """(n, items): the option value where an option such as "vet inte" was chosen; nan elsewhere."""
    backgrounds: Floats
    """(n, background items): the option chosen; nan = no answer, or one that says nothing ("vill inte svara")."""
    unit_codes: tuple[str, ...]
    link_codes: tuple[bytes | None, ...]
    ways: tuple[str, ...]
    batches: tuple[int, ...]
    """0 = mixed at sealing; each file that came late has a number of its own. Only the ledger asks for it."""
    kinds: tuple[tuple[str, str], ...]
    """Variant and language of each, "" where not said. No group is cut by them: all answers together are asked whether
    two kinds use an item alike."""
    invited: Mapping[str, int | None]
    """Unit code -> how many were invited; the units that took part are its keys."""

    @classmethod
    def from_answers(
        cls,
        *,
        round_id: int,
        name: str,
        instrument: Instrument,
        digest: str,
        answers: Sequence[Mapping[str, object]],
        unit_codes: Sequence[str],
        link_codes: Sequence[bytes | None] | None = None,
        ways: Sequence[str] | None = None,
        batches: Sequence[int] | None = None,
        kinds: Sequence[tuple[str, str]] | None = None,
        invited: Mapping[str, int | None],
    ) -> RoundData:
        """One mapping (item id -> answer) a response, with its unit, link code, way in, batch and kind.

        Raises ValueError where the columns differ in length.
        """
        links = list(link_codes) if link_codes is not None else [None] * len(answers)
        arrived = list(ways) if ways is not None else ["invitation"] * len(answers)
        came_in = list(batches) if batches is not None else [0] * len(answers)
        asked_as = list(kinds) if kinds is not None else [("", "")] * len(answers)
        if not len(answers) == len(unit_codes) == len(links) == len(arrived) == len(came_in) == len(asked_as):
            raise ValueError("answers, unit codes, link codes, ways, batches and kinds must have one entry a response")
        items = tuple(item.id for item in analysed_items(instrument))
        columns = [*items, *(item.id for item in background_items(instrument))]
        values, backgrounds = np.hsplit(item_matrix(instrument, answers, columns), [len(items)])
        declared = _declared_missing(instrument, answers, items)
        numbers = (values, declared, backgrounds)
        order = sorted(
            range(len(answers)), key=lambda row: _row_key(unit_codes, links, arrived, asked_as, numbers, row)
        )
        return cls(
            round_id=round_id,
            name=name,
            instrument=instrument,
            digest=digest,
            items=items,
            values=values[order],
            declared_missing=declared[order],
            backgrounds=backgrounds[order],
            unit_codes=tuple(unit_codes[row] for row in order),
            link_codes=tuple(links[row] for row in order),
            ways=tuple(arrived[row] for row in order),
            batches=tuple(came_in[row] for row in order),
            kinds=tuple(asked_as[row] for row in order),
            invited=dict(sorted(invited.items())),
        )

    @cached_property
    def scores(self) -> Floats:
        """(n, scales): scale scores in the instrument's order; nan = no score."""
        column = {item: position for position, item in enumerate(self.items)}
        scores = np.full((len(self.unit_codes), len(self.instrument.scales)), np.nan)
        for position, scale in enumerate(self.instrument.scales):
            chosen = self.values[:, [column[item] for item in scale.item_ids]]
            scores[:, position] = score_scale(self.instrument, scale.id, chosen)
        return scores

    def scale_values(self, scale_id: str) -> Floats:
        """(n, items of the scale): the answers, reversed where the scale says so."""
        scale = self.instrument.scales_by_id[scale_id]
        chosen = self.values[:, [self.items.index(item) for item in scale.item_ids]]
        turned = np.array([entry.reversed for entry in scale.items])
        return np.where(turned, scale.minimum + scale.maximum - chosen, chosen)


def _declared_missing(instrument: Instrument, answers: Sequence[Mapping[str, object]], items: Sequence[str]) -> Floats:
    declared = np.full((len(answers), len(items)), np.nan)
    for column, item_id in enumerate(items):
        options = {option.value for option in instrument.options(instrument.items_by_id[item_id]) if option.missing}
        if not options:
            continue
        for row, given in enumerate(answers):
            chosen = given.get(item_id)
            if isinstance(chosen, int) and chosen in options:
                declared[row, column] = chosen
    return declared


def _row_key(
    unit_codes: Sequence[str],
    links: Sequence[bytes | None],
    ways: Sequence[str],
    kinds: Sequence[tuple[str, str]],
    numbers: Sequence[Floats],
    row: int,
) -> bytes:
    """What makes a row itself: equal rows are interchangeable, so their order does not matter."""
    head = f"{unit_codes[row]}\x1f{ways[row]}\x1f{(links[row] or b'').hex()}\x1f".encode()
    tail = "\x1f".join(kinds[row]).encode() if any(kinds[row]) else b""
    return head + b"".join(columns[row].tobytes() for columns in numbers) + tail


def matrix_digest(now: RoundData, before: RoundData | None, earlier: Sequence[RoundData] = ()) -> str:
    """SHA-256 of all that the numbers rest on: answers, units, ways, links, invited. Row order does not matter.

    `earlier`: the rounds before `before`, which a line goes through.
    """
    digest = hashlib.sha256()
    for data in (now, before, *earlier):
        if data is None:
            continue
        digest.update(f"{data.digest}\x1e{data.items}\x1e{sorted(data.invited.items())}\x1e".encode())
        numbers = (data.values, data.declared_missing, data.backgrounds)
        rows = (
            _row_key(data.unit_codes, data.link_codes, data.ways, data.kinds, numbers, row)
            for row in range(len(data.unit_codes))
        )
        for row in sorted(rows):
            digest.update(row)
    return digest.hexdigest()
