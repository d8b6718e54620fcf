"""One paper form as rows to type in: each question with its number, its codes and what has been typed so far."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask_babel import gettext as _

from instruments.model import Instrument, Item, ItemType, Variant, in_language, item_text, option_text
from survey.answering.importing.paper import TypedForm, typed_items
from survey.answering.values import longest_text

FIELD = "svar-"
"""Before an item's id in the name of its field."""


@dataclass(frozen=True)
class Row:
    """One question."""

    item_id: str
    number: int
    text: str
    typed: str
    codes: Mapping[str, str]
    """Code -> the option's words; empty where the answer is no code."""
    several: bool
    long: bool
    numeric: bool
    hint: str
    """What may be written, where it is no code."""
    fault: str
    left_out: bool

    @property
    def name(self) -> str:
        return FIELD + self.item_id


@dataclass(frozen=True)
class Part:
    title: str
    rows: tuple[Row, ...]


def parts_of(
    instrument: Instrument, language: str, variant: Variant, typed: Mapping[str, str], read: TypedForm | None
) -> tuple[Part, ...]:
    """The form section by section, numbered as it is printed. `typed`: item id -> text; `read`: what it came to."""
    numbers = {item.id: number for number, item in enumerate(typed_items(instrument), start=1)}
    parts = []
    for section in instrument.sections:
        rows = tuple(
            _row(instrument, item, numbers[item.id], language, variant, typed.get(item.id, ""), read)
            for item in section.items
            if item.id in numbers
        )
        if rows:
            parts.append(Part(in_language(section.title, language), rows))
    return tuple(parts)


def _row(
    instrument: Instrument,
    item: Item,
    number: int,
    language: str,
    variant: Variant,
    typed: str,
    read: TypedForm | None,
) -> Row:
    codes = {str(option.value): option_text(option, language, variant) for option in instrument.options(item)}
    wrong = read is not None and item.id in read.faults
    return Row(
        item_id=item.id,
        number=number,
        text=item_text(item, language, variant),
        typed=typed,
        codes=codes,
        several=item.type is ItemType.MULTIPLE_CHOICE,
        long=item.type is ItemType.LONG_TEXT,
        numeric=item.type not in (ItemType.SHORT_TEXT, ItemType.LONG_TEXT),
        hint="" if codes else may_write(item),
        fault=_fault(item, number, codes) if wrong else "",
        left_out=read is not None and item.id in read.left_out,
    )


def _fault(item: Item, number: int, codes: Mapping[str, str]) -> str:
    listed = ", ".join(codes)
    if item.type is ItemType.SINGLE_CHOICE:
        return _("Question %(number)s: write one of the codes %(codes)s.", number=number, codes=listed)
    if item.type is ItemType.MULTIPLE_CHOICE:
        return _(
            "Question %(number)s: write the codes that are crossed, with a space between: %(codes)s.",
            number=number,
            codes=listed,
        )
    return _("Question %(number)s: %(remedy)s", number=number, remedy=may_write(item))


def may_write(item: Item) -> str:
    """What a question without codes takes, in a sentence."""
    low, high = item.minimum, item.maximum
    if item.type in (ItemType.SHORT_TEXT, ItemType.LONG_TEXT):
        return _("Write at most %(most)s characters, and no names.", most=longest_text(item))
    if low is not None and high is not None:
        return _("Write a number from %(low)s to %(high)s.", low=low, high=high)
    if low is not None:
        return _("Write a number of %(low)s or more.", low=low)
    if high is not None:
        return _("Write a number of %(high)s or less.", high=high)
    return _("Write a number.")
