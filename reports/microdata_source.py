"""What an export of rows begins with: the rows of one round or two, and what has been told of them before."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from instruments.model import Instrument
from reports.coarsening import NONE
from reports.cuts import menu
from reports.dataset import Integers, RoundData, Tree
from reports.findings import NodeKind

LOWEST_K: Final = 5


@dataclass(frozen=True)
class Choice:
    """What somebody asks for."""

    place: NodeKind | None
    """The finest kind of place; None leaves places out."""
    items: tuple[str, ...]
    """Background items, in the order of the menu."""


@dataclass(frozen=True)
class Published:
    """What one earlier output tells about these rows."""

    label: str
    pieces: Integers
    """(rows,): the smallest published set that each row is in, NONE where it is in none. Sets are nested or apart."""


@dataclass(frozen=True)
class Source:
    """The rows of one round, or of two rounds of a linked study one after the other."""

    rounds: tuple[RoundData, ...]
    tree: Tree
    k: int
    published: tuple[Published, ...] = ()
    linked: bool = False
    """Whether persons are to be numbered over the rounds."""

    def __post_init__(self) -> None:
        if self.k < LOWEST_K:
            raise ValueError(f"k is {self.k}; use {LOWEST_K} at least")

    @property
    def instrument(self) -> Instrument:
        return self.rounds[0].instrument

    @property
    def items(self) -> tuple[str, ...]:
        return self.rounds[0].items

    @cached_property
    def of_round(self) -> Integers:
        """(rows,): 0 for the first round's, 1 for the second's."""
        return np.repeat(np.arange(len(self.rounds)), [len(data.unit_codes) for data in self.rounds]).astype(np.int64)

    @cached_property
    def places(self) -> Integers:
        """(rows,): position in the tree of each row's unit."""
        return np.concatenate([self.tree.positions(data.unit_codes) for data in self.rounds])

    def chosen(self, items: Sequence[str]) -> Integers:
        """(rows, items): the number of the category that each row chose, NONE without an answer."""
        categories = {cut.item: cut.categories for cut in menu(self.instrument)}
        found = np.full((len(self.of_round), len(items)), NONE, dtype=np.int64)
        for data, rows in self._parts():
            own = [cut.item for cut in menu(data.instrument)]
            for column, item in enumerate(items):
                if item in own:
                    values = data.backgrounds[:, own.index(item)]
                    for number, options in enumerate(categories[item]):
                        found[rows, column][np.isin(values, options)] = number
        return found

    def _parts(self) -> Iterator[tuple[RoundData, slice]]:
        start = 0
        for data in self.rounds:
            yield data, slice(start, start + len(data.unit_codes))
            start += len(data.unit_codes)

    def answers(self) -> NDArray[np.float64]:
        """(rows, items): what was chosen, also "vet inte" and the like; nan where nothing was."""
        found = np.full((len(self.of_round), len(self.items)), np.nan)
        for data, rows in self._parts():
            given = np.where(np.isnan(data.values), data.declared_missing, data.values)
            for column, item in enumerate(self.items):
                if item in data.items:
                    found[rows, column] = given[:, data.items.index(item)]
        return found
