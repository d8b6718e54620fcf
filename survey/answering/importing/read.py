"""A file of responses -> rows that may be stored, or every fault that it has."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from instruments.faults import Fault, suggest
from instruments.model import Answer, Instrument
from survey.answering.importing.cells import UnusableCellError, cell_reader
from survey.answering.importing.columns import LINK_CODE, UNIT, Columns, columns_by_mapping, columns_by_name
from survey.answering.importing.table import Row, Table, read_table
from survey.answering.values import storable

INVITED_HEADINGS = {
    "unit": ("unit", "unit code", "unit_code", "enhet", "enhetskod"),
    "invited": ("invited", "inbjudna"),
}


@dataclass(frozen=True)
class ReadResponse:
    unit_code: str
    link_code: str | None
    """As written in the file; never stored so."""
    answers: Mapping[str, Answer]


@dataclass(frozen=True)
class ReadFile:
    responses: tuple[ReadResponse, ...]
    notices: tuple[str, ...]
    faults: tuple[Fault, ...]


def read_responses(
    path: Path,
    instrument: Instrument,
    unit_codes: Sequence[str],
    *,
    mapping: Path | None = None,
    no_unit: str | None = None,
    linked: bool = False,
) -> ReadFile:
    """Read and check the whole file.

    `unit_codes`: the round's units. `no_unit`: where rows with an empty unit go. `linked`: the study links persons.
    """
    table = read_table(path)
    if not table.heading:
        return ReadFile((), (), table.faults)
    if mapping is None:
        columns, faults = columns_by_name(instrument, table.heading)
    else:
        columns, faults = columns_by_mapping(instrument, table.heading, mapping)
    faults = [*table.faults, *faults, *_column_faults(columns, table, no_unit, unit_codes, linked)]
    reader = _RowReader(instrument, columns, table.heading, frozenset(unit_codes), no_unit)
    responses = [reader.read(row) for row in table.rows]
    faults += reader.faults
    notices = [
        f"the column {name!r} is left out: no item is called that, and the mapping does not name it"
        for name in columns.ignored
        if mapping
    ]
    if reader.off_path:
        notices.append(f"{reader.off_path} answers are left out: their questions were not on the person's path")
    ordered = sorted(faults, key=lambda fault: fault.line or 0)
    return ReadFile(tuple(responses), tuple(notices), tuple(ordered))


def read_invited(path: Path, unit_codes: Sequence[str]) -> tuple[dict[str, int], tuple[Fault, ...]]:
    """Unit code -> how many were invited, from a file with those two columns; or every fault."""
    table = read_table(path)
    place = {
        meaning: position
        for meaning, spellings in INVITED_HEADINGS.items()
        for position, name in enumerate(table.heading)
        if name.lower() in spellings
    }
    faults = list(table.faults)
    for meaning, spellings in INVITED_HEADINGS.items():
        if meaning not in place:
            faults.append(
                Fault(
                    "column_missing", 1, meaning, "there is no such column", f"name it one of: {', '.join(spellings)}"
                )
            )
    if len(place) < len(INVITED_HEADINGS):
        return {}, tuple(faults)
    invited: dict[str, int] = {}
    for row in table.rows:
        code, count = row.cells[place["unit"]], row.cells[place["invited"]]
        if code not in unit_codes:
            faults.append(_unknown_unit(row, table.heading[place["unit"]], code, unit_codes))
        elif code in invited:
            faults.append(Fault("unit_twice", row.number, "unit", f"{code} is there twice", "keep one of the rows"))
        elif not (count.isascii() and count.isdecimal() and len(count) <= 7):
            remedy = "write how many were invited, as a whole number"
            faults.append(Fault("invited_wrong", row.number, "invited", f"{count!r} is not a number", remedy))
        else:
            invited[code] = int(count)
    return invited, tuple(
        Fault(one.code, one.line, f"{path.name} {one.place}", one.message, one.remedy) for one in faults
    )


class _RowReader:
    """Turns rows into responses and keeps every fault on the way."""

    def __init__(
        self,
        instrument: Instrument,
        columns: Columns,
        heading: Sequence[str],
        unit_codes: frozenset[str],
        no_unit: str | None,
    ) -> None:
        self._instrument, self._columns, self._heading = instrument, columns, heading
        self._unit_codes, self._no_unit = unit_codes, no_unit
        self._cells: list[tuple[str, int, Callable[[str], Answer]]] = [
            (meaning, position, cell_reader(instrument, instrument.items_by_id[meaning]))
            for meaning, position in columns.positions.items()
            if meaning not in (UNIT, LINK_CODE)
        ]
        self._first_with_link: dict[str, int] = {}
        self.faults: list[Fault] = []
        self.off_path = 0

    def read(self, row: Row) -> ReadResponse:
        answers: dict[str, Answer] = {}
        for item_id, position, answer_in in self._cells:
            try:
                value = answer_in(row.cells[position])
            except UnusableCellError as error:
                place = self._heading[position]
                self.faults.append(Fault("value_wrong", row.number, place, str(error), error.remedy))
            else:
                if value is not None:
                    answers[item_id] = value
        kept = storable(self._instrument, answers)
        self.off_path += len(answers) - len(kept)
        return ReadResponse(self._unit(row), self._link_code(row), kept)

    def _unit(self, row: Row) -> str:
        position = self._columns.positions.get(UNIT)
        code = row.cells[position] if position is not None else ""
        place = self._columns.name(self._heading, UNIT)
        if not code and self._no_unit is not None:
            return self._no_unit
        if not code:
            if position is not None:
                remedy = "write the unit's code, or place such rows in a unit with --no-unit CODE"
                self.faults.append(Fault("unit_missing", row.number, place, "the row has no unit", remedy))
        elif code not in self._unit_codes:
            self.faults.append(_unknown_unit(row, place, code, sorted(self._unit_codes)))
        return code

    def _link_code(self, row: Row) -> str | None:
        position = self._columns.positions.get(LINK_CODE)
        code = row.cells[position] if position is not None else ""
        if not code:
            return None
        first = self._first_with_link.setdefault(code, row.number)
        if first != row.number:
            message = f"row {first} has the same link code"
            place = self._columns.name(self._heading, LINK_CODE)
            self.faults.append(Fault("link_code_twice", row.number, place, message, "keep one response a person"))
        return code


def _column_faults(
    columns: Columns, table: Table, no_unit: str | None, unit_codes: Sequence[str], linked: bool
) -> list[Fault]:
    faults = []
    if UNIT not in columns.positions and no_unit is None:
        remedy = "add a column called unit with each response's unit code, or name it in a mapping file (--mapping)"
        faults.append(Fault("unit_column_missing", 1, UNIT, "no column says which unit a response belongs to", remedy))
    if not set(columns.positions) - {UNIT, LINK_CODE}:
        remedy = "name the columns as the instrument's items, or use a mapping file (--mapping)"
        faults.append(Fault("no_items", 1, "", "no column holds answers", remedy))
    if LINK_CODE in columns.positions and not linked:
        message = "the study does not link persons over rounds"
        place = columns.name(table.heading, LINK_CODE)
        faults.append(Fault("study_not_linked", 1, place, message, "remove the column"))
    if no_unit is not None and no_unit not in unit_codes:
        remedy = suggest(no_unit, unit_codes)
        faults.append(Fault("unit_unknown", None, "--no-unit", f"{no_unit} does not take part in the round", remedy))
    return faults


def _unknown_unit(row: Row, place: str, code: str, unit_codes: Sequence[str]) -> Fault:
    return Fault(
        "unit_unknown", row.number, place, f"{code} does not take part in the round", suggest(code, unit_codes)
    )
