"""Families of several outputs over the same atoms: places and batches, divided as finely as any divides them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from reports.dataset import Integers
from reports.decision import Cell
from reports.ledger import Family, regions
from reports.residuals import Mask

Atom = tuple[str, int, str]
"""Place, batch, and the part of the place ("" where it is not divided)."""


@dataclass(frozen=True)
class Way:
    """One output's way to cut the people of one cell, over the atoms of all outputs."""

    label: str
    count: Integers
    """(atoms,) how many of the cell this output had there."""
    region: Integers
    """(atoms,) the residual that the atom stands in; -1 where the output tells nothing of it."""


def ground(partition: str, families: Sequence[Family]) -> dict[Atom, int]:
    """Every atom of the families and its number. A divided place keeps a part for those whom no division knows."""
    atoms: set[Atom] = set()
    for family in families:
        details = family.details or ("",) * len(family.places)
        atoms.update(zip(family.places, family.batches, details, strict=True))
    if partition:
        atoms |= {(place, batch, "") for place, batch, _ in atoms}
    return {atom: number for number, atom in enumerate(sorted(atoms))}


class Laid:
    """A family over the common atoms."""

    def __init__(self, family: Family, label: str, atoms: dict[Atom, int]) -> None:
        self._family, self.label, self._atoms = family, label, atoms
        self._shown = family.shown()
        self._cells = {told.cell: number for number, told in enumerate(family.told)}
        details = family.details or ("",) * len(family.places)
        keys = list(zip(family.places, family.batches, details, strict=True))
        self._own = np.array([atoms[key] for key in keys], dtype=np.int64)
        group_of = dict(zip(keys, family.inside, strict=True))
        self.divides = bool(family.partition)
        wholes = [key if self.divides else (*key[:2], "") for key in atoms]
        self._inside = np.array([group_of.get(key, -1) for key in wholes], dtype=np.int64)
        self._parts = [] if self.divides else self._divided()

    def number_of(self, cell: Cell) -> int | None:
        return self._cells.get(cell)

    def enough(self, cell: Cell) -> int:
        """The cell's threshold in this family; the largest there is where it has no such cell."""
        number = self._cells.get(cell)
        return self._family.told[number].enough if number is not None else 2**31

    def count(self, number: int) -> Integers:
        """(atoms,) the people behind one cell, those of an undivided place in one."""
        count = np.zeros(len(self._atoms), dtype=np.int64)
        count[self._own] = self._family.count(self._family.told[number].measure)
        return count

    def way(self, number: int, room: Integers | None, shown: Mask | None = None) -> Way:
        """One cell. `room` (atoms,): how many others know of in each part of a divided place, None where none does;
        `shown` (groups,) instead of what the family says.
        """
        told = self._shown[:, number] if shown is None else shown
        region = regions(self._family.parents, told[:, None])[:, 0]
        count = self.count(number)
        if room is not None:
            for whole, part in self._parts:
                count[part] = min(count[whole], room[part])
                count[whole] -= count[part]
        # The last one is for those inside no group, of whom there may be none at all.
        inside = np.append(region, -1)[self._inside]
        return Way(self.label, count, np.where(count > 0, inside, -1))

    def groups_at(self, unclear: Mask) -> set[int]:
        """Every group of the family that one of these undivided places (atoms,) stands in, at whatever level."""
        keys = list(self._atoms)
        marked = {keys[number][:2] for number in np.flatnonzero(unclear).tolist()}
        waiting = {int(self._inside[number]) for number, key in enumerate(keys) if key[:2] in marked} - {-1}
        found: set[int] = set()
        while waiting:
            found |= waiting
            waiting = {self._family.parents[group] for group in waiting} - {-1}
        return found

    def _divided(self) -> list[tuple[int, int]]:
        """Atoms of undivided places with each of the atoms that others divide them into."""
        return [
            (self._atoms[place, batch, ""], number)
            for (place, batch, detail), number in self._atoms.items()
            if detail and (place, batch, "") in self._atoms
        ]
