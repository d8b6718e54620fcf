"""What each column of the file means: by its own name, or by a mapping file that says so.

A mapping is a CSV file with two columns (column in the file; item id, `unit` or `link_code`), or a YAML file with the
same as `column: meaning`. It goes before the columns' own names: a column that it does not name means what it is
called, or is left out, and said. An empty meaning leaves a column out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from instruments.document import UnreadableError, parse_document, read_content
from instruments.faults import Fault, suggest
from instruments.model import Instrument, ItemType
from survey.answering.importing.table import read_table

UNIT = "unit"
LINK_CODE = "link_code"
_SPELLINGS: Mapping[str, Sequence[str]] = {
    UNIT: ("unit", "unit code", "unit_code", "enhet", "enhetskod"),
    LINK_CODE: ("link_code", "link code", "kopplingskod"),
}
_MEANING = {spelling: meaning for meaning, spellings in _SPELLINGS.items() for spelling in spellings}


@dataclass(frozen=True)
class Columns:
    """Meaning (`unit`, `link_code` or an item id) -> position in the row."""

    positions: Mapping[str, int]
    ignored: tuple[str, ...]
    """Columns that mean nothing here: left out by a mapping file, or beside it and called nothing known."""

    def name(self, heading: Sequence[str], meaning: str) -> str:
        """The column's own name in the file, for a fault."""
        return heading[self.positions[meaning]] if meaning in self.positions else meaning


def columns_by_name(instrument: Instrument, heading: Sequence[str]) -> tuple[Columns, list[Fault]]:
    """Columns that are called what they mean. An unknown one is a fault: it could be a misspelt item."""
    by_name = _by_name(instrument, heading)
    known = [*_answered(instrument), *_MEANING]
    faults = [
        Fault("column_unknown", 1, name, f"no item is called {name!r}", _remedy(name, known))
        for name in heading
        if name and name not in by_name
    ]
    return _placed(heading, [(name, by_name[name]) for name in heading if name in by_name], faults)


def columns_by_mapping(instrument: Instrument, heading: Sequence[str], mapping: Path) -> tuple[Columns, list[Fault]]:
    """Columns as a mapping file says; where it is silent, as they are called. Raises OSError if it cannot be opened."""
    pairs, faults = _mapping_pairs(mapping)
    known = {*_answered(instrument), UNIT, LINK_CODE}
    usable = []
    for name, meaning in pairs:
        if name not in heading:
            message = f"{mapping.name} names the column {name!r}, which the file does not have"
            faults.append(Fault("mapping_column_unknown", None, name, message, suggest(name, heading)))
        elif meaning and meaning not in known:
            message = f"{mapping.name} says that it is {meaning!r}, which no item is called"
            faults.append(Fault("mapping_target_unknown", None, name, message, suggest(meaning, sorted(known))))
        else:
            usable.append((name, meaning))
    named, meant = {name for name, _ in usable}, {meaning for _, meaning in usable}
    by_name = _by_name(instrument, heading)
    silent = [(name, by_name[name]) for name in heading if name in by_name and name not in named]
    return _placed(
        heading, [*(pair for pair in usable if pair[1]), *(one for one in silent if one[1] not in meant)], faults
    )


def _placed(
    heading: Sequence[str], pairs: Iterable[tuple[str, str]], faults: list[Fault]
) -> tuple[Columns, list[Fault]]:
    positions: dict[str, int] = {}
    for name, meaning in pairs:
        if meaning in positions and heading[positions[meaning]] != name:
            message = f"both {heading[positions[meaning]]!r} and this one are {meaning}"
            faults.append(Fault("meaning_twice", 1, name, message, "keep one of the two"))
        positions.setdefault(meaning, heading.index(name))
    used = set(positions.values())
    ignored = tuple(name for position, name in enumerate(heading) if position not in used)
    return Columns(positions, ignored), faults


def _mapping_pairs(mapping: Path) -> tuple[list[tuple[str, str]], list[Fault]]:
    if mapping.suffix.lower() in (".yaml", ".yml"):
        return _yaml_pairs(mapping)
    table = read_table(mapping)
    faults = [Fault(one.code, one.line, mapping.name, one.message, one.remedy) for one in table.faults]
    if len(table.heading) != 2 and not faults:
        message = f"the mapping has {len(table.heading)} columns"
        faults.append(Fault("mapping_shape", 1, mapping.name, message, "write two: the file's column, and what it is"))
    if faults:
        return [], faults
    return [(row.cells[0], row.cells[1]) for row in table.rows], []


def _yaml_pairs(mapping: Path) -> tuple[list[tuple[str, str]], list[Fault]]:
    try:
        document = parse_document(read_content(mapping))
    except UnreadableError as error:
        return [], [error.fault]
    if document.faults:
        return [], list(document.faults)
    data = document.data
    if not isinstance(data, dict) or not all(isinstance(meaning, str) for meaning in data.values()):
        message = "the mapping is not a list of `column: meaning`"
        return [], [Fault("mapping_shape", None, mapping.name, message, "write one column a line, as in `A1: A1`")]
    return [(str(name), str(meaning)) for name, meaning in data.items()], []


def _by_name(instrument: Instrument, heading: Sequence[str]) -> dict[str, str]:
    """Column -> meaning, for the columns that are called what they mean."""
    items = set(_answered(instrument))
    meanings = {name: name if name in items else _MEANING.get(name.lower()) for name in heading}
    return {name: meaning for name, meaning in meanings.items() if meaning}


def _answered(instrument: Instrument) -> list[str]:
    return [item.id for item in instrument.items if item.type is not ItemType.STATEMENT]


def _remedy(name: str, known: Iterable[str]) -> str:
    return f"{suggest(name, known)}; or remove the column, or name it in a mapping file (--mapping)"
