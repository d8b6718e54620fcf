"""Units from a CSV file: code, name, parent code and private, in Swedish or English headings.

All faults of the file come back in one list, each with row, column and remedy; nothing is stored if there is one.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sqlalchemy.orm import Session

from instruments.faults import Fault, suggest
from survey.models import OrganisationKind, OrganisationUnit
from survey.organisation.names import NAME_RULE, is_name
from survey.organisation.snapshot import OrganisationTree, load_tree
from survey.organisation.units import (
    ALLOWED_PARENTS,
    CODE_PATTERN,
    CODE_RULE,
    NAME_LENGTH,
    SHORT_NAME_LENGTH,
)

COLUMNS: Mapping[str, Collection[str]] = {
    "code": ("code", "kod", "enhetskod"),
    "name": ("name", "namn", "enhet"),
    "parent code": ("parent code", "parent", "överordnad kod", "överordnad", "kommunkod"),
    "private": ("private", "privat"),
}
"""Column -> the headings that mean it, in lower case. Only `private` may be left out."""
YES_NO: Mapping[str, bool] = {
    "": False, "0": False, "no": False, "nej": False, "false": False,
    "1": True, "yes": True, "ja": True, "true": True, "x": True,
}  # fmt: skip


@dataclass(frozen=True)
class UnitRow:
    """One row. `line` is the row in the file; the heading is row 1."""

    line: int
    code: str
    name: str
    parent_code: str
    private: bool


def import_units(session: Session, path: Path, *, valid_from: date) -> tuple[Fault, ...]:
    """Add the file's units; those that are there already, word for word, are left alone. Returns every fault."""
    rows, faults = read_units(path)
    faults += _faults_against_tree(rows, load_tree(session))
    if faults:
        return tuple(sorted(faults, key=lambda fault: fault.line or 0))
    _store(session, rows, valid_from)
    return ()


def read_units(path: Path) -> tuple[list[UnitRow], list[Fault]]:
    """Every row, and what is wrong with the rows by themselves. Raises OSError if the file cannot be opened."""
    text = _decode(path.read_bytes())
    heading = text.partition("\n")[0]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=";" if ";" in heading else ",")
    try:
        lines = [(reader.line_num, cells) for cells in reader]
    except csv.Error as error:
        message = f"the row cannot be read ({error})"
        return [], [Fault("row_unreadable", reader.line_num, "", message, "close its quotes")]
    header = [cell.strip().lower() for cell in (lines[0][1] if lines else [])]
    place = {column: index for column, names in COLUMNS.items() for index, cell in enumerate(header) if cell in names}
    missing = [column for column in COLUMNS if column not in place and column != "private"]
    if missing:
        return [], [
            Fault("column_missing", 1, column, f"no column {column!r}", f"name it one of: {', '.join(COLUMNS[column])}")
            for column in missing
        ]
    rows: list[UnitRow] = []
    faults: list[Fault] = []
    for number, cells in lines[1:]:
        if any(cell.strip() for cell in cells):
            found = {column: cells[at].strip() if at < len(cells) else "" for column, at in place.items()}
            faults += _faults_of_row(number, found)
            private = YES_NO.get(found.get("private", "").lower(), False)
            rows.append(UnitRow(number, found["code"], found["name"], found["parent code"], private))
    if not rows:
        faults.append(Fault("no_rows", None, "", "the file has no units", "write one row a unit under the headings"))
    return rows, faults


def _decode(raw: bytes) -> str:
    """UTF-8 with or without byte order mark, else Latin-1, which spreadsheets still write."""
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def _faults_of_row(line: int, found: Mapping[str, str]) -> list[Fault]:
    faults = []
    if not CODE_PATTERN.fullmatch(found["code"]):
        faults.append(Fault("code_wrong", line, "code", f"{found['code']!r} cannot be a code", CODE_RULE))
    if not is_name(found["name"], NAME_LENGTH):
        remedy = f"write 1 to {NAME_LENGTH} characters {NAME_RULE}"
        faults.append(Fault("name_wrong", line, "name", "the name is empty, too long or no plain text", remedy))
    if not found["parent code"]:
        faults.append(Fault("parent_missing", line, "parent code", "no parent", "write the municipality's code"))
    if found.get("private", "").lower() not in YES_NO:
        faults.append(Fault("private_wrong", line, "private", f"{found['private']!r} is unclear", "write ja or nej"))
    return faults


def _faults_against_tree(rows: list[UnitRow], tree: OrganisationTree) -> list[Fault]:
    faults = []
    first_line: dict[str, int] = {}
    parents = {row.code: row.parent_code for row in rows}
    may_hold_units = ALLOWED_PARENTS[OrganisationKind.UNIT]
    for row in rows:
        if row.code in first_line:
            message = f"{row.code} is on row {first_line[row.code]} too"
            faults.append(Fault("code_twice", row.line, "code", message, "keep one of the two rows"))
        first_line.setdefault(row.code, row.line)
        if row.code in tree.by_code and not _is_there(row, tree):
            message = f"{row.code} is {tree.by_code[row.code].name} already"
            faults.append(Fault("code_taken", row.line, "code", message, "choose another code, or write it as it is"))
        parent = tree.by_code.get(row.parent_code)
        if not row.parent_code:
            continue
        if parent is None and row.parent_code not in parents:
            remedy = suggest(row.parent_code, [*parents, *tree.by_code])
            faults.append(Fault("parent_unknown", row.line, "parent code", f"there is no {row.parent_code}", remedy))
        elif parent is not None and parent.kind not in may_hold_units:
            message = f"{parent.name} is a {parent.kind}"
            remedy = "write the code of a municipality, a region or a unit"
            faults.append(Fault("parent_wrong", row.line, "parent code", message, remedy))
        elif _goes_in_a_ring(row.code, parents):
            message = f"{row.code} ends up under itself"
            faults.append(
                Fault("parent_ring", row.line, "parent code", message, "put one of them under a municipality")
            )
    return faults


def _is_there(row: UnitRow, tree: OrganisationTree) -> bool:
    node = tree.by_code[row.code]
    parent = tree.parent(node.id)
    there = (node.name, parent.code if parent else None, node.private, node.kind)
    return there == (row.name, row.parent_code, row.private, OrganisationKind.UNIT)


def _goes_in_a_ring(code: str, parents: Mapping[str, str]) -> bool:
    seen: set[str] = set()
    while code in parents and code not in seen:
        seen.add(code)
        code = parents[code]
    return code in seen


def _store(session: Session, rows: list[UnitRow], valid_from: date) -> None:
    """Parents before children, whatever the order in the file."""
    ids = {node.code: node.id for node in load_tree(session).nodes}
    waiting = [row for row in rows if row.code not in ids]
    while waiting:
        ready = [row for row in waiting if row.parent_code in ids]
        units = [
            OrganisationUnit(
                parent_id=ids[row.parent_code],
                kind=OrganisationKind.UNIT,
                code=row.code,
                name=row.name,
                short_name=row.name[:SHORT_NAME_LENGTH],
                private=row.private,
                valid_from=valid_from,
            )
            for row in ready
        ]
        session.add_all(units)
        session.flush()
        ids |= {unit.code: unit.id for unit in units}
        waiting = [row for row in waiting if row.code not in ids]
