"""Coarsened rows as files: the table in the format that was asked for, and what tells how to read it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from enum import StrEnum

from instruments.model import Instrument, Item, MissingRule, in_language, item_text, option_text
from reports.dataset import Tree
from reports.export import parquet, sav
from reports.export.labelled import OWN, end_labels, joined_options, labelled
from reports.microdata import PLACE, CoarsenedRows, group_name
from reports.plain import to_text
from reports.sheets import csv_text


class Format(StrEnum):
    """What the table is written in."""

    CSV = "csv"
    SAV = "sav"
    PARQUET = "parquet"


_FILES = {Format.CSV: "svar.csv", Format.SAV: "svar.sav", Format.PARQUET: "svar.parquet"}
_TEXTS = {
    "sv": {
        "head": ("Kolumn", "Värde", "Betyder"),
        "cut": "Etikett i filen, avkortad",
        "nothing": "Inget svar, eller borttaget för att ingen ska kännas igen",
        "missing": "räknas som inget svar",
        "undeclared": "SPSS rymmer inte alla koder för saknat svar; ange dem själv",
    },
    "en": {
        "head": ("Column", "Value", "Meaning"),
        "cut": "Label in the file, cut short",
        "nothing": "No answer, or taken away so that nobody can be recognised",
        "missing": "counts as no answer",
        "undeclared": "SPSS has no room for all codes of a missing answer; declare them yourself",
    },
}
SCALES_HEAD = (
    *("scale", "title", "item", "reversed", "minimum", "maximum", "missing"),
    *("method", "positive_from", "least_answered"),
)
"""The same in every language, for programs. `missing`: codes with spaces between them."""


def files(
    rows: CoarsenedRows, instrument: Instrument, tree: Tree, language: str, format_: Format = Format.CSV
) -> dict[str, bytes]:
    """Name -> content: first the table of rows, then the codebook, how the items make scales, and how they were made.

    Raises what `write` and `labelled` raise.
    """
    cut: list[tuple[str, str, str]] = []
    if format_ is Format.CSV:
        table = write(rows)
    else:
        named = labelled(rows, instrument, tree, language)
        table = (sav if format_ is Format.SAV else parquet).write(named)
        if format_ is Format.SAV:
            cut = [
                *sav.notes(named),
                *((name, "", str(_TEXTS[language]["undeclared"])) for name in sav.undeclared(named)),
            ]
    return {
        _FILES[format_]: table,
        "kodbok.csv": codebook(rows, instrument, tree, language, numbered=format_ is not Format.CSV, cut=cut),
        "delskalor.csv": scales(instrument, language),
        "om-filen.json": facts(rows),
    }


def write(rows: CoarsenedRows) -> bytes:
    """One line a response, in the shuffled order. UTF-8 with byte order mark, semicolons; empty = no value.

    Raises TypeError for anything but `CoarsenedRows`.
    """
    return csv_text([_checked(rows).columns, *rows.rows]).encode()


def codebook(
    rows: CoarsenedRows,
    instrument: Instrument,
    tree: Tree,
    language: str,
    *,
    numbered: bool = False,
    cut: Sequence[tuple[str, str, str]] = (),
) -> bytes:
    """What every column and value means, as a table. `language`: sv or en.

    `numbered`: groups of options are written as one number (`labelled`). `cut`: labels that the file has no room for,
    as they stand there; they get a column.
    """
    checked, texts = _checked(rows), _TEXTS[language]
    meanings = _meanings(checked, instrument, tree, language, numbered=numbered)
    if not cut:
        return csv_text([texts["head"], *meanings]).encode()
    short = {(column, value): label for column, value, label in cut}
    head = (*texts["head"], texts["cut"])
    # A column's empty value may have a second line, about those without an answer: the label is of the first.
    return csv_text([head, *((*line, short.pop(line[:2], "")) for line in meanings)]).encode()


def scales(instrument: Instrument, language: str) -> bytes:
    """Which items make each scale, which are turned round, and how many must be answered: enough to make the scores."""
    lines = [
        (
            *(scale.id, in_language(scale.title, language), entry.item, int(entry.reversed)),
            *(scale.minimum, scale.maximum, " ".join(_missing_codes(instrument, entry.item))),
            *(scale.method.value, scale.positive_from),
            len(scale.items) if scale.missing is MissingRule.COMPLETE else -(-len(scale.items) // 2),
        )
        for scale in instrument.scales
        for entry in scale.items
    ]
    return csv_text([SCALES_HEAD, *lines]).encode()


def _missing_codes(instrument: Instrument, item_id: str) -> Iterator[str]:
    options = instrument.options(instrument.items_by_id[item_id])
    return (str(option.value) for option in options if option.missing)


def facts(rows: CoarsenedRows) -> bytes:
    """How the rows were made coarser and what was reached, as canonical JSON for programs."""
    return to_text(_checked(rows).plan).encode()


def _checked(rows: CoarsenedRows) -> CoarsenedRows:
    if not isinstance(rows, CoarsenedRows):
        raise TypeError("Only rows that reports.microdata has made coarse can be written to a file.")
    return rows


def _meanings(
    rows: CoarsenedRows, instrument: Instrument, tree: Tree, language: str, *, numbered: bool
) -> Iterator[tuple[str, str, str]]:
    nothing = str(_TEXTS[language]["nothing"])
    shown = {variable.item: variable.shown for variable in rows.plan.variables}
    for at, column in enumerate(rows.columns):
        if column in OWN:
            yield column, "", OWN[column][language]
            present = {row[at] for row in rows.rows} if column == PLACE else set()
            yield from ((column, node.code, node.name) for node in tree.nodes if node.code in present)
            continue
        item = instrument.items_by_id[column]
        yield column, "", item_text(item, language)
        if column in shown:
            for options in shown[column]:
                written = str(min(options)) if numbered else group_name(options)
                yield column, written, joined_options(instrument, item, options, language)
            yield column, "", nothing
        else:
            yield from _values(instrument, item, language)


def _values(instrument: Instrument, item: Item, language: str) -> Iterator[tuple[str, str, str]]:
    for option in instrument.options(item):
        note = f" ({_TEXTS[language]['missing']})" if option.missing else ""
        yield item.id, str(option.value), option_text(option, language) + note
    for value, label in end_labels(item, language):
        yield item.id, str(value), label
