"""An instrument split into the pages that a person turns: by item, by section, or all on one."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from instruments.model import Answer, Instrument, Item, ItemType, Pace, Section
from instruments.order import in_instrument_order
from instruments.path import visible_sections

OWN_WORDS = frozenset({ItemType.SHORT_TEXT, ItemType.LONG_TEXT})
"""What is answered in own words."""

Block = tuple[Section, tuple[Item, ...]]
"""A section, or what is shown of it on one page."""


@dataclass(frozen=True)
class Part:
    """One page of items: number `number` (from 1) of `total`."""

    pace: Pace
    number: int
    total: int
    blocks: tuple[Block, ...]
    minutes_left: int = 0
    """How long this page and those after it take, in whole minutes; 0 for less than one."""

    @cached_property
    def items(self) -> tuple[Item, ...]:
        return tuple(item for _, items in self.blocks for item in items)

    @cached_property
    def drawn(self) -> Part:
        """The same page in the instrument's order: drawn once for all, and then each person's items put in place."""
        if not any(section.random_order for section, _items in self.blocks):
            return self
        return replace(self, blocks=tuple((one, in_instrument_order(one, items)) for one, items in self.blocks))

    @property
    def last(self) -> bool:
        return self.number == self.total


def _by_item(blocks: tuple[Block, ...]) -> tuple[tuple[Block, ...], ...]:
    return tuple(((section, (item,)),) for section, items in blocks for item in items)


def _by_section(blocks: tuple[Block, ...]) -> tuple[tuple[Block, ...], ...]:
    return tuple((block,) for block in blocks)


def _all(blocks: tuple[Block, ...]) -> tuple[tuple[Block, ...], ...]:
    return (blocks,)


_SPLITS: dict[Pace, Callable[[tuple[Block, ...]], tuple[tuple[Block, ...], ...]]] = {
    Pace.ITEM: _by_item,
    Pace.SECTION: _by_section,
    Pace.ALL: _all,
}


def split(
    instrument: Instrument, answers: Mapping[str, Answer], pace: Pace, seed: int | None = None
) -> tuple[Part, ...]:
    """The pages on the path that the answers make, in order; `seed` is this person's order of items."""
    pages = _SPLITS[pace](visible_sections(instrument, answers, seed))
    sizes = [sum(len(items) for _section, items in blocks) for blocks in pages]
    left, parts = sum(sizes), []
    for number, (blocks, size) in enumerate(zip(pages, sizes, strict=True), start=1):
        parts.append(Part(pace, number, len(pages), blocks, minutes(instrument.minutes * left / (sum(sizes) or 1))))
        left -= size
    return tuple(parts)


class Splits:
    """`split` remembered, for 37 pages take long to cut: by what is shown, never by who it is shown to.

    Where items come in an order of each person's own nothing is kept.
    """

    def __init__(self, most: int = 512) -> None:
        self._most = most
        self._kept: OrderedDict[tuple[str, Pace, tuple[str, ...]], tuple[Part, ...]] = OrderedDict()

    def split(
        self, instrument: Instrument, digest: str, answers: Mapping[str, Answer], pace: Pace, seed: int | None
    ) -> tuple[Part, ...]:
        """As the function; `digest` is the instrument's."""
        if seed is not None:
            return split(instrument, answers, pace, seed)
        # Without rules there is one path, and it need not be walked.
        shown = visible_sections(instrument, answers) if instrument.branches else ()
        key = (digest, pace, tuple(item.id for _section, items in shown for item in items))
        parts = self._kept.get(key)
        if parts is None:
            parts = self._kept[key] = split(instrument, answers, pace)
            if len(self._kept) > self._most:
                self._kept.popitem(last=False)
        return parts


def minutes(exact: float) -> int:
    """As precise as anybody can say how long answering takes: whole minutes, and steps of five above ten."""
    return 5 * round(exact / 5) if exact > 10 else int(exact + 0.5)


def is_answered(item: Item, answers: Mapping[str, Answer]) -> bool:
    """True when nothing more is asked for: answered, declined, or nothing to answer."""
    return item.type is ItemType.STATEMENT or item.id in answers


def unanswered(items: tuple[Item, ...], answers: Mapping[str, Answer]) -> tuple[Item, ...]:
    return tuple(item for item in items if not is_answered(item, answers))


def left_out(items: tuple[Item, ...], answers: Mapping[str, Answer]) -> tuple[Item, ...]:
    """The unanswered ones that are worth a word: an empty box for own words is an answer as good as any."""
    return tuple(item for item in unanswered(items, answers) if item.type not in OWN_WORDS)


def first_unanswered(parts: tuple[Part, ...], answers: Mapping[str, Answer]) -> Part | None:
    """Where to go on. None when every item has been answered or declined."""
    return next((part for part in parts if unanswered(part.items, answers)), None)


def part_with(parts: tuple[Part, ...], item_id: str) -> Part:
    """The page that holds an item; the first page if the item is not on the path."""
    for part in parts:
        for item in part.items:
            if item.id == item_id:
                return part
    return parts[0]
