"""Coarsened rows with what each column means: what .sav and parquet are written from."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from instruments.columns import NAME_BYTES, RESERVED
from instruments.model import Instrument, Item, in_language, item_text, option_text
from reports.dataset import Tree
from reports.microdata import PERSON, PLACE, ROUND, CoarsenedRows, Value, group_name


class Measure(StrEnum):
    NOMINAL = "nominal"
    ORDINAL = "ordinal"
    SCALE = "scale"


class Kind(StrEnum):
    TEXT = "text"
    WHOLE = "whole"
    NUMBER = "number"


@dataclass(frozen=True)
class Variable:
    """One column as it is written."""

    name: str
    kind: Kind
    measure: Measure
    label: str
    labels: Mapping[int | str, str] = field(default_factory=dict)
    """What values stand for, also those that nobody chose."""
    missing: tuple[int, ...] = ()
    """Values that count as no answer, such as "vet inte"."""
    read: Callable[[Value], Value] = field(default=lambda value: value, compare=False)
    """A value of `CoarsenedRows` -> as it is written here."""


@dataclass(frozen=True)
class Labelled:
    """Rows with their variables. `columns[v]` are the values of `variables[v]`."""

    variables: tuple[Variable, ...]
    columns: tuple[tuple[Value, ...], ...]


def labelled(rows: CoarsenedRows, instrument: Instrument, tree: Tree, language: str) -> Labelled:
    """Raises TypeError for anything but `CoarsenedRows`, ValueError for a name that a data file cannot have.

    A group of background options is written as the lowest of them, so that it is a number: 4+5 becomes 4, and its
    label names both.
    """
    if not isinstance(rows, CoarsenedRows):
        raise TypeError("Only rows that reports.microdata has made coarse can be written to a file.")
    columns = tuple(zip(*rows.rows, strict=True)) or ((),) * len(rows.columns)
    shown = {variable.item: variable.shown for variable in rows.plan.variables}
    variables = []
    for name, values in zip(rows.columns, columns, strict=True):
        if name in OWN:
            variables.append(_own(name, values, tree, language))
        elif name in shown:
            variables.append(_background(instrument.items_by_id[name], shown[name], instrument, language))
        else:
            variables.append(_answers(instrument.items_by_id[name], values, instrument, language))
    _check_names([variable.name for variable in variables])
    read = tuple(
        tuple(variable.read(value) for value in values) for variable, values in zip(variables, columns, strict=True)
    )
    return Labelled(tuple(variables), read)


OWN: Mapping[str, Mapping[str, str]] = {
    ROUND: {"sv": "Mätomgång", "en": "Round"},
    PERSON: {
        "sv": "Samma nummer: samma person i båda mätomgångarna. Numret gäller bara i den här filen.",
        "en": "The same number: the same person in both rounds. It holds in this file only.",
    },
    PLACE: {"sv": "Var enheten ligger", "en": "Where the unit lies"},
}
"""Columns that are no item."""
_OR = {"sv": " eller ", "en": " or "}


def joined_options(instrument: Instrument, item: Item, options: tuple[int, ...], language: str) -> str:
    """What a group of options is called: one or the other."""
    names = {option.value: option_text(option, language) for option in instrument.options(item)}
    return _OR[language].join(names[option] for option in options)


def end_labels(item: Item, language: str) -> Iterator[tuple[int, str]]:
    """The words at the ends of a slider."""
    for value, label in ((item.minimum, item.low_label), (item.maximum, item.high_label)):
        if value is not None and label is not None:
            yield value, in_language(label, language)


def _own(name: str, values: tuple[Value, ...], tree: Tree, language: str) -> Variable:
    label = OWN[name][language]
    if name == PERSON:
        return Variable(name, Kind.WHOLE, Measure.NOMINAL, label)
    present = set(values) if name == PLACE else set()
    places: dict[int | str, str] = {node.code: node.name for node in tree.nodes if node.code in present}
    return Variable(name, Kind.TEXT, Measure.NOMINAL, label, places)


def _background(item: Item, shown: tuple[tuple[int, ...], ...], instrument: Instrument, language: str) -> Variable:
    labels: dict[int | str, str] = {
        min(options): joined_options(instrument, item, options, language) for options in shown
    }
    numbers: dict[Value, Value] = {group_name(options): min(options) for options in shown}
    return Variable(item.id, Kind.WHOLE, Measure.NOMINAL, _label(item, language), labels, read=numbers.get)


def _answers(item: Item, values: tuple[Value, ...], instrument: Instrument, language: str) -> Variable:
    options = instrument.options(item)
    labels: dict[int | str, str] = {option.value: option_text(option, language) for option in options}
    labels |= dict(end_labels(item, language))
    missing = tuple(option.value for option in options if option.missing)
    whole = all(value is None or isinstance(value, int) for value in values)
    measure = Measure.ORDINAL if options else Measure.SCALE
    return Variable(item.id, Kind.WHOLE if whole else Kind.NUMBER, measure, _label(item, language), labels, missing)


def _label(item: Item, language: str) -> str:
    text = in_language(item.label, language) if item.label else item_text(item, language)
    return " ".join(text.split())


def _check_names(names: list[str]) -> None:
    """Instruments are held to it when they are loaded; a file written all the same would lose a column."""
    seen: set[str] = set()
    for name in names:
        folded = name.lower()
        if len(name.encode()) > NAME_BYTES or folded in seen or folded in RESERVED:
            raise ValueError(f"a data file cannot have the column {name!r}: too long, reserved, or there twice")
        seen.add(folded)
