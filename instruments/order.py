"""Each person's own order of items, where a section asks for one. Pure: a seed in, an order out, for ever the same.

An item's place is decided by SHA-256 of `<seed>/<section id>/<item id>`: the items are sorted by it. A hash is the same
on every machine and in every version of every language, which no library's generator promises, so that whoever has
a seed can find the order again years later with ten lines of code. Every order is equally likely, as far as anybody
can tell from the outside; and an item that a rule hides changes nothing about the order of the others.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable

from instruments.model import Instrument, Item, ItemType, Section

SEEDS = 65_536
"""A seed is a whole number from 0 to this, without it."""


def draw_seed(instrument: Instrument, below: Callable[[int], int]) -> int | None:
    """A seed for one person; None where everybody is asked in the same order.

    `below(n)` gives a whole number from 0 to n-1, each as likely (`secrets.randbelow`).
    """
    return below(SEEDS) if has_random_order(instrument) else None


def has_random_order(instrument: Instrument) -> bool:
    return any(section.random_order for section in instrument.sections)


def ordered_items(section: Section, seed: int | None) -> tuple[Item, ...]:
    """A section's items as one person meets them; in the instrument's order without a seed, or where none is asked for.

    A statement introduces what follows, so it stays where it stands and the others share the places between.
    Raises ValueError for a seed that is none.
    """
    if seed is None or not section.random_order:
        return section.items
    if not 0 <= seed < SEEDS:
        raise ValueError(f"a seed is a whole number from 0 to {SEEDS - 1}, not {seed}")
    moving = (item for item in section.items if item.type is not ItemType.STATEMENT)
    drawn = iter(sorted(moving, key=lambda item: _place(seed, section.id, item.id)))
    return tuple(item if item.type is ItemType.STATEMENT else next(drawn) for item in section.items)


def in_instrument_order(section: Section, items: Iterable[Item]) -> tuple[Item, ...]:
    """The same items of a section as the instrument has them."""
    there = {item.id for item in items}
    return tuple(item for item in section.items if item.id in there)


def _place(seed: int, section_id: str, item_id: str) -> bytes:
    return hashlib.sha256(f"{seed}/{section_id}/{item_id}".encode()).digest()
