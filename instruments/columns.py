"""The columns that an instrument's answers take in a data file: one table for checks, codebooks and every export.

Names follow SPSS, the narrowest of the programs that read them: at most 64 bytes, told apart whatever the case, and
not one of its reserved words. Labels there hold 256 bytes for a variable and 120 for a value (IBM SPSS Statistics,
Command Syntax Reference: Variable Names, VARIABLE LABELS, VALUE LABELS).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from instruments.model import Instrument, Item, ItemType, Localised, Option, Scale

NAME_BYTES = 64
LABEL_BYTES = 256
VALUE_LABEL_BYTES = 120
RESERVED = frozenset({"all", "and", "by", "eq", "ge", "gt", "le", "lt", "ne", "not", "or", "to", "with"})


@dataclass(frozen=True)
class Column:
    """One column. Of an item: `option` is set where each option has a column of its own, 1 if chosen and 0 if not."""

    name: str
    label: Localised
    item: Item | None = None
    option: Option | None = None
    scale: Scale | None = None


def columns_of(instrument: Instrument) -> tuple[Column, ...]:
    """Every answer in the order it is asked, then each scale's score. Statements have no column."""
    asked = (column for item in instrument.items for column in _item_columns(instrument, item))
    scores = (Column(score_name(scale.id), scale.title, scale=scale) for scale in instrument.scales)
    return (*asked, *scores)


def _item_columns(instrument: Instrument, item: Item) -> Iterator[Column]:
    label = item.label or item.text
    if item.type is ItemType.MULTIPLE_CHOICE:
        for option in instrument.options(item):
            joined = {language: f"{text}: {option.text.get(language, '')}" for language, text in label.items()}
            yield Column(option_name(item.id, option.value), joined, item, option)
    elif item.type is not ItemType.STATEMENT:
        yield Column(item.id, label, item)


def option_name(item_id: str, value: int) -> str:
    """The column of one option of a multiple choice: `M01_3`, and `M01_m3` for -3."""
    return f"{item_id}_{value}" if value >= 0 else f"{item_id}_m{-value}"


def score_name(scale_id: str) -> str:
    """The column of a scale's score: hyphens are no part of a name in a data file."""
    return scale_id.replace("-", "_")
