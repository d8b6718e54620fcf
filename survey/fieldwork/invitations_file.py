"""Who is invited, from a CSV file: unit, and an e-mail address or a name with a postal address. Every fault at once.

A fault names the row, never what stands in it: faults are shown on screens and end up in tickets.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from instruments.faults import Fault, suggest
from survey.answering.importing.table import Row, Table, read_table
from survey.answering.linking import normalised

COLUMNS: Mapping[str, Collection[str]] = {
    "unit": ("unit", "unit code", "unit_code", "enhet", "enhetskod"),
    "e-mail": ("e-mail", "email", "mail", "e-post", "epost"),
    "name": ("name", "namn"),
    "address": ("address", "adress", "postadress", "gatuadress"),
    "postcode": ("postcode", "postal code", "zip", "postnummer", "postnr"),
    "town": ("town", "city", "ort", "postort"),
}
"""Column -> the headings that mean it, in lower case."""
EMAIL = re.compile(r"[^\s@,;<>\"]{1,64}@[^\s@,;<>\"]+\.[^\s@,;<>\"]{2,}")
LONGEST = 200
_SHORT = "write at most 200 characters without line breaks"


@dataclass(frozen=True)
class Contact:
    """How one person is reached. Either `email`, or `name` with `lines`, or both."""

    email: str
    name: str
    lines: tuple[str, ...]
    """Street, then postcode and town: as on an envelope."""

    @property
    def address(self) -> str:
        """What the person is known by in the next round: the e-mail address if there is one."""
        return normalised(self.email) if self.email else normalised(self.name, *self.lines)


@dataclass(frozen=True)
class Invitee:
    """`number` is the row in the file; the heading is row 1."""

    number: int
    unit_code: str
    contact: Contact


def read_invitees(
    path: Path, unit_codes: Sequence[str], already: Iterable[str] = ()
) -> tuple[list[Invitee], tuple[Fault, ...]]:
    """Everybody in the file, and everything that is wrong with it. Raises OSError if it cannot be opened.

    `unit_codes`: the round's units. `already`: addresses that the round has invited, as `Contact.address` gives them.
    """
    table = read_table(path)
    place = _places(table.heading)
    faults = [*table.faults, *_column_faults(place, table)]
    if not {"unit"} <= place.keys() or not _reachable(place):
        return [], tuple(faults)
    invitees = []
    seen = dict.fromkeys(already, 0)
    for row in table.rows:
        cells = {column: row.cells[position] for column, position in place.items()}
        faults += _row_faults(row, cells, unit_codes)
        contact = _contact(cells)
        if not contact.address.strip():
            continue
        first = seen.setdefault(contact.address, row.number)
        if first == 0:
            message = "this person has been invited to the round already"
            faults.append(Fault("already_invited", row.number, "", message, "remove the row"))
        elif first != row.number:
            message = f"row {first} has the same address"
            faults.append(Fault("address_twice", row.number, "", message, "keep one row a person"))
        invitees.append(Invitee(row.number, cells["unit"], contact))
    return invitees, tuple(sorted(faults, key=lambda fault: fault.line or 0))


def _places(heading: Sequence[str]) -> dict[str, int]:
    return {
        column: position
        for position, name in enumerate(heading)
        for column, spellings in COLUMNS.items()
        if name.lower() in spellings
    }


def _reachable(place: Mapping[str, int]) -> bool:
    return "e-mail" in place or {"name", "address"} <= place.keys()


def _column_faults(place: Mapping[str, int], table: Table) -> list[Fault]:
    if not table.heading:
        return []
    faults = []
    if "unit" not in place:
        remedy = f"name it one of: {', '.join(COLUMNS['unit'])}"
        faults.append(Fault("column_missing", 1, "unit", "no column says which unit a person belongs to", remedy))
    if not _reachable(place):
        remedy = "add a column called e-mail, or the columns name and address"
        faults.append(Fault("column_missing", 1, "e-mail", "no column says how to reach people", remedy))
    known = [spelling for spellings in COLUMNS.values() for spelling in spellings]
    for name in table.heading:
        if name and name.lower() not in known:
            # What is not needed is not to lie about: a personal number least of all.
            remedy = f"{suggest(name.lower(), known)}; or remove the column"
            faults.append(Fault("column_unknown", 1, name, f"nothing here is called {name!r}", remedy))
    return faults


def _row_faults(row: Row, cells: Mapping[str, str], unit_codes: Sequence[str]) -> list[Fault]:
    faults = []
    if cells["unit"] not in unit_codes:
        remedy = suggest(cells["unit"], unit_codes)
        faults.append(Fault("unit_unknown", row.number, "unit", "the unit does not take part in the round", remedy))
    for column, cell in cells.items():
        if len(cell) > LONGEST or not cell.isprintable():
            faults.append(Fault("cell_wrong", row.number, column, "the cell is too long or no plain text", _SHORT))
    email = cells.get("e-mail", "")
    if email and not EMAIL.fullmatch(email):
        faults.append(Fault("email_wrong", row.number, "e-mail", "this is no e-mail address", "write it as a@b.se"))
    if not email and not (cells.get("name") and cells.get("address")):
        remedy = "write an e-mail address, or a name and an address"
        faults.append(Fault("unreachable", row.number, "", "nothing says how to reach this person", remedy))
    return faults


def _contact(cells: Mapping[str, str]) -> Contact:
    town = " ".join(filter(None, (cells.get("postcode", ""), cells.get("town", ""))))
    lines = tuple(filter(None, (cells.get("address", ""), town)))
    return Contact(cells.get("e-mail", ""), cells.get("name", ""), lines)
