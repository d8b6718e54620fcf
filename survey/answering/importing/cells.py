"""One cell -> one answer. An item's options are looked up by value or by their exact words."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from instruments.model import NUMERIC_TYPES, Answer, Instrument, Item, ItemType
from survey.answering.values import longest_text, tidy_answer
from survey.errors import Refusal

BETWEEN_CHOICES = "|"
_NUMBER = re.compile(r"[-+\u2212]?[0-9]{1,15}(?:[.,][0-9]{1,9})?")


class UnusableCellError(ValueError):
    """A cell that is no answer to its item; `remedy` says what would be."""

    def __init__(self, message: str, remedy: str) -> None:
        super().__init__(message)
        self.remedy = remedy


def cell_reader(instrument: Instrument, item: Item) -> Callable[[str], Answer]:
    """Reads cells of that item's column: an answer, None for an empty cell. The reader raises UnusableCellError."""
    options = _options(instrument, item)
    read = _BY_TYPE[item.type]

    def answer_in(cell: str) -> Answer:
        if not cell:
            return None
        try:
            return tidy_answer(instrument, item, read(options, cell))
        except (Refusal, UnusableCellError, KeyError):
            raise UnusableCellError(f"{_short(cell)} is no answer to it", _remedy(instrument, item)) from None

    return answer_in


def _options(instrument: Instrument, item: Item) -> Mapping[str, int]:
    """Every way to write an option: its value, and its words in any language and variant unless two share them."""
    meant: dict[str, set[int]] = {}
    for option in instrument.options(item):
        for texts in (option.text, option.easy or {}):
            for text in texts.values():
                meant.setdefault(text.casefold(), set()).add(option.value)
    words = {text: values.pop() for text, values in meant.items() if len(values) == 1}
    # Values last, so that one is never taken for the words of another option.
    return words | {str(option.value): option.value for option in instrument.options(item)}


def _single(options: Mapping[str, int], cell: str) -> Answer:
    return options[cell.casefold()]


def _multiple(options: Mapping[str, int], cell: str) -> Answer:
    return tuple(options[part.strip().casefold()] for part in cell.split(BETWEEN_CHOICES) if part.strip())


def _number(_options: Mapping[str, int], cell: str) -> Answer:
    if not _NUMBER.fullmatch(cell):
        raise KeyError(cell)
    return float(cell.replace(",", ".").replace("\u2212", "-"))


def _text(_options: Mapping[str, int], cell: str) -> Answer:
    return cell


_BY_TYPE: dict[ItemType, Callable[[Mapping[str, int], str], Answer]] = {
    ItemType.SINGLE_CHOICE: _single,
    ItemType.MULTIPLE_CHOICE: _multiple,
    **dict.fromkeys(NUMERIC_TYPES, _number),
    ItemType.SHORT_TEXT: _text,
    ItemType.LONG_TEXT: _text,
}


def _remedy(instrument: Instrument, item: Item) -> str:
    match item.type:
        case ItemType.SINGLE_CHOICE | ItemType.MULTIPLE_CHOICE:
            values = ", ".join(str(option.value) for option in instrument.options(item))
            several = f", several with {BETWEEN_CHOICES} between" if item.type is ItemType.MULTIPLE_CHOICE else ""
            return f"write {values} or the option's words{several}, or leave the cell empty"
        case ItemType.SHORT_TEXT | ItemType.LONG_TEXT:
            return f"write at most {longest_text(item)} characters"
        case _:
            low = "" if item.minimum is None else f" from {item.minimum}"
            high = "" if item.maximum is None else f" to {item.maximum}"
            return f"write a number{low}{high}, or leave the cell empty"


def _short(cell: str) -> str:
    return repr(cell if len(cell) <= 40 else f"{cell[:40]}...")
