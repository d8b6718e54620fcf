"""Which answers may be stored: those on the path, each one that its item allows.

The form and the import both refuse a wrong answer in a person's words before this; here it is made sure of.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping, Sequence

from instruments.model import NUMERIC_TYPES, Answer, Instrument, Item, ItemType
from instruments.path import answers_on_path, visible_items
from survey.errors import Refusal

SHORT_TEXT_LENGTH = 500
LONG_TEXT_LENGTH = 10_000
"""The most characters that a text answer may have."""
_LARGEST = 10**15


def storable(instrument: Instrument, answers: Mapping[str, Answer]) -> dict[str, Answer]:
    """The answers that go into the box: on the path, tidied, without empty ones.

    Raises Refusal `answer_invalid` for a value that its item does not allow.
    """
    tidied: dict[str, Answer] = {}
    for item in visible_items(instrument, answers):
        given = answers.get(item.id)
        value = None if given is None else tidy_answer(instrument, item, given)
        if value is not None:
            tidied[item.id] = value
    # Once more: an answer that came to nothing may have closed a branch behind it.
    return answers_on_path(instrument, tidied)


def tidy_answer(instrument: Instrument, item: Item, value: Answer) -> Answer:
    """The value as it is stored; None if it says nothing. Raises Refusal `answer_invalid`."""
    return _BY_TYPE[item.type](instrument, item, value)


def _single(instrument: Instrument, item: Item, value: Answer) -> Answer:
    if type(value) is not int or value not in _values(instrument, item):
        raise _invalid(item)
    return value


def _multiple(instrument: Instrument, item: Item, value: Answer) -> Answer:
    chosen: Sequence[object] = value if isinstance(value, (list, tuple)) else (object(),)
    known = _values(instrument, item)
    if any(type(one) is not int or one not in known for one in chosen):
        raise _invalid(item)
    return tuple(one for one in known if one in chosen) or None


def _numeric(_instrument: Instrument, item: Item, value: Answer) -> Answer:
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) < _LARGEST:
        raise _invalid(item)
    if isinstance(value, float) and not value.is_integer() and item.type is not ItemType.NUMBER:
        raise _invalid(item)
    too_low = item.minimum is not None and value < item.minimum
    too_high = item.maximum is not None and value > item.maximum
    if too_low or too_high:
        raise _invalid(item)
    return int(value) if float(value).is_integer() else value


def _text(_instrument: Instrument, item: Item, value: Answer) -> Answer:
    if not isinstance(value, str):
        raise _invalid(item)
    # Control characters and lone surrogates are no text, and would not fit in the room that a character has.
    normal = value.replace("\r\n", "\n").replace("\r", "\n")
    text = "".join(one for one in normal if one in "\n\t" or unicodedata.category(one) not in ("Cc", "Cs")).strip()
    if len(text) > longest_text(item):
        raise _invalid(item)
    return text or None


def _nothing(_instrument: Instrument, _item: Item, _value: Answer) -> Answer:
    return None


_BY_TYPE: dict[ItemType, Callable[[Instrument, Item, Answer], Answer]] = {
    ItemType.SINGLE_CHOICE: _single,
    ItemType.MULTIPLE_CHOICE: _multiple,
    **dict.fromkeys(NUMERIC_TYPES, _numeric),
    ItemType.SHORT_TEXT: _text,
    ItemType.LONG_TEXT: _text,
    ItemType.STATEMENT: _nothing,
}


def longest_text(item: Item) -> int:
    """The most characters that a text item's answer may have."""
    return LONG_TEXT_LENGTH if item.type is ItemType.LONG_TEXT else SHORT_TEXT_LENGTH


def _values(instrument: Instrument, item: Item) -> tuple[int, ...]:
    return instrument.answer_sets_by_id[item.answer_set].values if item.answer_set else ()


def _invalid(item: Item) -> Refusal:
    return Refusal("answer_invalid", f"{item.id} has a value that it does not allow; choose another", item=item.id)
