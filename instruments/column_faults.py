"""Faults of the columns that answers take in a data file: names that collide or are reserved, labels that are cut off.

Programs that read such files cut a label by bytes and say nothing, so it is told here. The same table as
`instruments.columns`, on a file that may have other faults too.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from instruments.columns import LABEL_BYTES, NAME_BYTES, RESERVED, VALUE_LABEL_BYTES, option_name, score_name
from instruments.faults import Fault
from instruments.model import ItemType
from instruments.names import IDENTIFIER, ITEM_ID
from instruments.outline import Outline, Part, type_of

_MOST_OPTIONS = 40
"""As in the model, which tells of more."""


@dataclass(frozen=True)
class Named:
    """One column's name, and whose it is."""

    name: str
    owner: Part
    said: str


def column_faults(outline: Outline) -> Iterator[Fault]:
    yield from _name_faults(outline)
    longest = {one.id: _longest_options(one) for one in outline.answer_sets}
    for item in outline.items:
        yield from _item_label_faults(item, longest.get(item.word("answer_set") or "", {}))
    for scale in outline.scales:
        if title := scale.part("title"):
            yield from _over(title, LABEL_BYTES, {}, "the title, which is the score's label,", "shorten it")
    for answer_set in outline.answer_sets:
        for option in answer_set.parts("options"):
            if text := option.part("text"):
                yield from _over(text, VALUE_LABEL_BYTES, {}, "the option", "shorten it")


def columns_in(outline: Outline) -> Iterator[Named]:
    """The columns of a file that may have faults, as `instruments.columns` has them of a sound instrument."""
    for item in outline.items:
        if not ITEM_ID.fullmatch(item.id) or type_of(item) in (ItemType.STATEMENT, None):
            continue
        answer_set = outline.answer_set_of(item)
        if type_of(item) is not ItemType.MULTIPLE_CHOICE:
            yield Named(item.id, item, f"item {item.id}")
        elif answer_set is not None:
            for value in outline.values_of(answer_set)[:_MOST_OPTIONS]:
                yield Named(option_name(item.id, value), item, f"option {value} of {item.id}")
    for scale in outline.scales:
        if IDENTIFIER.fullmatch(scale.id):
            yield Named(score_name(scale.id), scale, f"the score of scale {scale.id}")


def _name_faults(outline: Outline) -> Iterator[Fault]:
    first: dict[str, Named] = {}
    for column in columns_in(outline):
        key = column.name.lower()
        other = first.setdefault(key, column)
        if key in RESERVED:
            message = f"{column.name!r} is a reserved word in data files"
            yield column.owner.fault("sav_name", "id", message, "give it another id")
        elif len(column.name.encode()) > NAME_BYTES:
            message = f"the column {column.name} is longer than {NAME_BYTES} bytes"
            yield column.owner.fault("sav_name", "id", message, "give it a shorter id")
        elif other.owner.id.lower() != column.owner.id.lower() or other.owner.place[0] != column.owner.place[0]:
            message = f"in a data file {column.said} has the same column as {other.said}: {column.name}"
            yield column.owner.fault("sav_name", "id", message, "give one of them another id")


def _item_label_faults(item: Part, longest_options: Mapping[str, int]) -> Iterator[Fault]:
    label = item.part("label") or item.part("text")
    if label is None or type_of(item) in (ItemType.STATEMENT, None):
        return
    remedy = "shorten it" if item.has("label") else "add a shorter label: to the item"
    if type_of(item) is ItemType.MULTIPLE_CHOICE:
        # Each option has a column, labelled "text: option".
        beside = {language: 2 + size for language, size in longest_options.items()}
        yield from _over(label, LABEL_BYTES, beside, "the label, with that of its longest option,", remedy)
    else:
        yield from _over(label, LABEL_BYTES, {}, "the label", remedy)
    if type_of(item) is ItemType.SLIDER:
        for end in filter(None, (item.part("low_label"), item.part("high_label"))):
            yield from _over(end, VALUE_LABEL_BYTES, {}, "the word at the end", "shorten it")


def _longest_options(answer_set: Part) -> dict[str, int]:
    """Bytes of the longest option text in each language."""
    longest: dict[str, int] = {}
    for text in filter(None, (option.part("text") for option in answer_set.parts("options"))):
        for language, size in _sizes(text).items():
            longest[language] = max(size, longest.get(language, 0))
    return longest


def _sizes(text: Part) -> dict[str, int]:
    said = ((language, one) for language, one in text.data.items() if isinstance(one, str))
    return {language: len(one.encode(errors="surrogatepass")) for language, one in said}


def _over(text: Part, most: int, beside: Mapping[str, int], noun: str, remedy: str) -> Iterator[Fault]:
    """A fault in each language where the text, with what stands beside it, takes more bytes than a data file holds."""
    for language, size in _sizes(text).items():
        taken = size + beside.get(language, 0)
        if taken > most:
            message = f"{noun} takes {taken} bytes, and a data file holds {most}"
            yield text.fault("label_bytes", language, message, remedy)
