"""Coarsened rows as a file, and the codebook that goes with it."""

from __future__ import annotations

from collections.abc import Iterator

from instruments.model import Instrument, Item, in_language, item_text, option_text
from reports.dataset import Tree
from reports.microdata import PERSON, PLACE, ROUND, CoarsenedRows, group_name
from reports.plain import to_text
from reports.sheets import csv_text

_TEXTS = {
    "sv": {
        "head": ("Kolumn", "Värde", "Betyder"),
        ROUND: "Mätomgång",
        PERSON: "Samma nummer: samma person i båda mätomgångarna. Numret gäller bara i den här filen.",
        PLACE: "Var enheten ligger",
        "nothing": "Inget svar, eller borttaget för att ingen ska kännas igen",
        "missing": "räknas som inget svar",
        "or": " eller ",
    },
    "en": {
        "head": ("Column", "Value", "Meaning"),
        ROUND: "Round",
        PERSON: "The same number: the same person in both rounds. It holds in this file only.",
        PLACE: "Where the unit lies",
        "nothing": "No answer, or taken away so that nobody can be recognised",
        "missing": "counts as no answer",
        "or": " or ",
    },
}


def write(rows: CoarsenedRows) -> bytes:
    """One line a response, in the shuffled order. UTF-8 with byte order mark, semicolons; empty = no value.

    Raises TypeError for anything but `CoarsenedRows`.
    """
    return csv_text([_checked(rows).columns, *rows.rows]).encode()


def codebook(rows: CoarsenedRows, instrument: Instrument, tree: Tree, language: str) -> bytes:
    """What every column and value means, as a table. `language`: sv or en."""
    checked, texts = _checked(rows), _TEXTS[language]
    return csv_text([texts["head"], *_meanings(checked, instrument, tree, language)]).encode()


def facts(rows: CoarsenedRows) -> bytes:
    """How the rows were made coarser and what was reached, as canonical JSON for programs."""
    return to_text(_checked(rows).plan).encode()


def _checked(rows: CoarsenedRows) -> CoarsenedRows:
    if not isinstance(rows, CoarsenedRows):
        raise TypeError("Only rows that reports.microdata has made coarse can be written to a file.")
    return rows


def _meanings(rows: CoarsenedRows, instrument: Instrument, tree: Tree, language: str) -> Iterator[tuple[str, str, str]]:
    texts = _TEXTS[language]
    shown = {variable.item: variable.shown for variable in rows.plan.variables}
    for at, column in enumerate(rows.columns):
        if column in texts:
            yield column, "", str(texts[column])
            present = {row[at] for row in rows.rows} if column == PLACE else set()
            yield from ((column, node.code, node.name) for node in tree.nodes if node.code in present)
            continue
        item = instrument.items_by_id[column]
        yield column, "", item_text(item, language)
        if column in shown:
            names = _option_names(instrument, item, language)
            for options in shown[column]:
                yield column, group_name(options), str(texts["or"]).join(names[option] for option in options)
            yield column, "", str(texts["nothing"])
        else:
            yield from _values(instrument, item, language)


def _option_names(instrument: Instrument, item: Item, language: str) -> dict[int, str]:
    return {option.value: option_text(option, language) for option in instrument.options(item)}


def _values(instrument: Instrument, item: Item, language: str) -> Iterator[tuple[str, str, str]]:
    for option in instrument.options(item):
        note = f" ({_TEXTS[language]['missing']})" if option.missing else ""
        yield item.id, str(option.value), option_text(option, language) + note
    for value, label in ((item.minimum, item.low_label), (item.maximum, item.high_label)):
        if value is not None and label is not None:
            yield item.id, str(value), in_language(label, language)
