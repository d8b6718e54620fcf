"""The ledger: what each release, count and export has told about one round, to hold the next one against.

An entry says which groups of which cells were shown, and how many people stood behind them, place by place and batch by
batch (0 = mixing, 1, 2 ... = what came late). It holds counts only, no answers. `reports.ledger_check` compares.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np

from reports.dataset import Integers, RoundData, Tree
from reports.decision import RESPONDENTS, Cell, RoundShown
from reports.findings import Thresholds
from reports.near import item_range, least_people, scale_range
from reports.plain import from_text as plain_from_text
from reports.plain import to_text as plain_to_text
from reports.residuals import Mask

RELEASE, LIVE_COUNTS, MICRODATA = "release", "live_counts", "microdata"
GAPS = "gaps"
"""Cell ("gaps", scale, item): those who answered only some items, behind the item that is hidden for their sake."""


@dataclass(frozen=True)
class Counts:
    """How many people of each atom have one measure, as pairs (atom, number) written after one another."""

    missing: bool
    """True where the pairs say how many of the atom's people do not have it; atoms without a pair have it all."""
    pairs: tuple[int, ...]


@dataclass(frozen=True)
class Told:
    """The groups of one cell that were shown."""

    cell: tuple[str, ...]
    enough: int
    """The cell's threshold."""
    measure: int
    """Which of the family's counts stands behind it."""
    shown: str
    """One bit a group, hexadecimal."""


@dataclass(frozen=True)
class Family:
    """Groups within groups, and the people in them. Two families of one entry may cut across each other."""

    partition: str
    """How places are divided further (a background item, an export's classes); empty where they are not."""
    groups: tuple[str, ...]
    parents: tuple[int, ...]
    """Position of each group's parent, -1 for none; parents first."""
    places: tuple[str, ...]
    """One an atom: the place that people were put at when the round was mixed ..."""
    batches: tuple[int, ...]
    """... the batch that they came in ..."""
    details: tuple[str, ...]
    """... and the part of the place, where the family divides it."""
    inside: tuple[int, ...]
    """The innermost group that each atom stands in, -1 for none."""
    people: tuple[int, ...]
    counts: tuple[Counts, ...]
    told: tuple[Told, ...]

    def shown(self) -> Mask:
        """(groups, cells)"""
        columns = [_unpacked(told.shown, len(self.groups)) for told in self.told]
        return np.stack(columns, axis=1) if columns else np.zeros((len(self.groups), 0), dtype=np.bool_)

    def count(self, measure: int) -> Integers:
        """(atoms,)"""
        counts = self.counts[measure]
        people = np.array(self.people, dtype=np.int64)
        pairs = np.array(counts.pairs, dtype=np.int64).reshape(-1, 2)
        held = people.copy() if counts.missing else np.zeros_like(people)
        held[pairs[:, 0]] = people[pairs[:, 0]] - pairs[:, 1] if counts.missing else pairs[:, 1]
        return held


@dataclass(frozen=True)
class LiveUnit:
    """A count shown while the round was open: `shown` to `shown` + k - 1 people had answered."""

    unit: str
    shown: int


@dataclass(frozen=True)
class Entry:
    """What one output has told about one round."""

    label: str
    kind: str
    round_id: int
    families: tuple[Family, ...] = ()
    live: tuple[LiveUnit, ...] = ()

    @property
    def gap_items(self) -> dict[str, str]:
        """Scale -> the item that was hidden where few people skipped something: the same in every release."""
        return {told.cell[1]: told.cell[2] for one in self.families for told in one.told if told.cell[0] == GAPS}


def to_text(entry: Entry) -> str:
    """Canonical JSON."""
    return plain_to_text(entry)


def from_text(text: str) -> Entry:
    """What `to_text` wrote. Raises ValueError for another shape."""
    return plain_from_text(Entry, text)


@dataclass
class Builder:
    """Puts a family together: atoms first, then measures, then what was told."""

    partition: str
    groups: Sequence[str]
    parents: Sequence[int]
    _atoms: dict[tuple[str, int, str], int] = field(default_factory=dict)
    _rows: Integers = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    _people: Integers = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    _counts: list[Counts] = field(default_factory=list)
    _told: list[Told] = field(default_factory=list)

    def place(self, places: Sequence[str], batches: Sequence[int], details: Sequence[str] | None = None) -> None:
        """One entry a response: where it stands."""
        keys = list(zip(places, batches, details or [""] * len(places), strict=True))
        self._atoms = {key: atom for atom, key in enumerate(sorted(set(keys)))}
        self._rows = np.array([self._atoms[key] for key in keys], dtype=np.int64)
        self._people = np.bincount(self._rows, minlength=len(self._atoms))

    def measure(self, has: Mask) -> int:
        """Whose answers stand behind a cell: one truth value a response. Returns the measure's number."""
        held = np.bincount(self._rows[has], minlength=len(self._atoms))
        missing = bool(held.sum() * 2 >= self._people.sum())
        numbers = self._people - held if missing else held
        pairs = [(atom, int(numbers[atom])) for atom in np.flatnonzero(numbers).tolist()]
        self._counts.append(Counts(missing, tuple(number for pair in pairs for number in pair)))
        return len(self._counts) - 1

    def tell(self, cell: Cell, enough: int, measure: int, shown: Mask) -> None:
        self._told.append(Told(cell, enough, measure, _packed(shown)))

    def family(self, inside: Mapping[tuple[str, str], int]) -> Family:
        """`inside`: (place, detail) -> position of the innermost group."""
        return Family(
            partition=self.partition,
            groups=tuple(self.groups),
            parents=tuple(self.parents),
            places=tuple(place for place, _, _ in self._atoms),
            batches=tuple(batch for _, batch, _ in self._atoms),
            details=tuple(detail for _, _, detail in self._atoms) if self.partition else (),
            inside=tuple(inside.get((place, detail), -1) for place, _, detail in self._atoms),
            people=tuple(self._people.tolist()),
            counts=tuple(self._counts),
            told=tuple(self._told),
        )


def entry_of(
    label: str, data: RoundData, tree: Tree, shown: RoundShown, thresholds: Thresholds, scales: Sequence[int]
) -> Entry:
    """What a release tells of one round. `scales`: the columns that it speaks of (an earlier round's: the compared)."""
    builder = Builder("", [node.code for node in tree.nodes], tree.parents.tolist())
    builder.place(data.unit_codes, data.batches)
    everybody = np.ones(len(data.unit_codes), dtype=np.bool_)
    builder.tell(RESPONDENTS, thresholds.k, builder.measure(everybody), shown.groups)
    for column in scales:
        _tell_scale(builder, data, shown, thresholds, column)
    if shown.items.any():
        for column in range(len(data.items)):
            _tell_item(builder, data, shown, thresholds, column)
    inside = {(node.code, ""): place for place, node in enumerate(tree.nodes)}
    return Entry(label, RELEASE, data.round_id, (builder.family(inside),))


def _tell_scale(builder: Builder, data: RoundData, shown: RoundShown, limits: Thresholds, column: int) -> None:
    scale = data.instrument.scales[column]
    answered = (~np.isnan(data.scale_values(scale.id))).sum(axis=1)
    name = ("scale", scale.id)
    scored = builder.measure(~np.isnan(data.scores[:, column]))
    enough = least_people(scale_range(data.instrument, scale), limits)
    builder.tell(name, enough, scored, shown.means[:, column])
    builder.tell((*name, "own SD"), limits.sd_from, scored, shown.own_spread[:, column])
    builder.tell((*name, "positive"), limits.spread_from, scored, shown.positive[:, column])
    if shown.alpha[:, column].any():
        complete = builder.measure(answered == len(scale.items))
        builder.tell((*name, "alpha"), limits.k, complete, shown.alpha[:, column])
    hidden = shown.gap_items[column]
    if hidden >= 0 and shown.items.any():
        partial = builder.measure((answered > 0) & (answered < len(scale.items)))
        builder.tell((GAPS, scale.id, data.items[hidden]), limits.k, partial, shown.items[:, hidden])


def _tell_item(builder: Builder, data: RoundData, shown: RoundShown, limits: Thresholds, column: int) -> None:
    name = ("item", data.items[column])
    answered = builder.measure(~np.isnan(data.values[:, column]))
    enough = least_people(item_range(data.instrument, data.items[column]), limits)
    builder.tell(name, enough, answered, shown.items[:, column])
    builder.tell((*name, "spread"), limits.spread_from, answered, shown.merged[:, column])
    builder.tell((*name, "steps"), limits.sd_from, answered, shown.full[:, column])


def regions(parents: Sequence[int], shown: Mask) -> Integers:
    """(groups, cells): the innermost shown group at or above each group; -1 for none."""
    above, levels = _levels(tuple(parents))
    region = np.where(shown, np.arange(len(above))[:, None], -1)
    for here in levels:
        region[here] = np.where(shown[here], region[here], region[above[here]])
    return region


@lru_cache(maxsize=16)
def _levels(parents: tuple[int, ...]) -> tuple[Integers, tuple[Integers, ...]]:
    """The parents as an array, and the groups by depth, those without a parent left out. A release asks this for every
    cell of the same tree."""
    depth = np.zeros(len(parents), dtype=np.int64)
    for place, parent in enumerate(parents):
        depth[place] = 0 if parent < 0 else depth[parent] + 1
    levels = tuple(np.flatnonzero(depth == level) for level in range(1, int(depth.max(initial=0)) + 1))
    return np.array(parents, dtype=np.int64), levels


def _packed(shown: Mask) -> str:
    return np.packbits(shown).tobytes().hex()


def _unpacked(text: str, length: int) -> Mask:
    bits: Mask = np.unpackbits(np.frombuffer(bytes.fromhex(text), dtype=np.uint8), count=length).astype(np.bool_)
    return bits
