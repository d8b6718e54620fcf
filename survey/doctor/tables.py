"""The real tables: nothing but what the program made, and no path from an answer to whoever gave it."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import JSON, Connection, Date, DateTime, LargeBinary, Text, Time, inspect, text
from sqlalchemy.engine import Inspector

from survey.doctor.signs import Patient, Sign, fault, well
from survey.models import Base

ANSWERS = ("card", "draft", "free_text", "invitation", "paper_form", "person", "response", "urn")
"""Tables that answers and ways in pass through."""
CASES = ("case_occasion",)
"""Answers about a client, encrypted: they may have times, and no more copies than that."""
MIXED = ("response", "free_text")
LEADS_TO = frozenset({"round", "organisation_unit"})
"""What a mixed answer may refer to."""
_REMEDY = "remove it, or ask whoever added it: answers may carry no times, counters or keys of their own"


def examine(patient: Patient) -> Iterator[Sign]:
    with patient.services.engine.connect().execution_options(read_only=True) as connection:
        found = [*_signs(connection, inspect(connection))]
        connection.rollback()
    yield from found
    if not found:
        yield well("The tables are the program's own; no time, counter or key leads from an answer to a way in.")


def _signs(connection: Connection, inspector: Inspector) -> Iterator[Sign]:
    present = set(inspector.get_table_names())
    for name in ANSWERS:
        if name not in present:
            yield fault(f"The table {name} is missing.", "restore a backup, or run any command to bring it up to date")
            continue
        known = set(Base.metadata.tables[name].columns.keys())
        for column in inspector.get_columns(name):
            where = f"{name}.{column['name']}"
            if column["name"] not in known:
                yield fault(f"The program did not make {where}.", _REMEDY)
            if isinstance(column["type"], Date | DateTime | Time):
                yield fault(f"{where} holds a time.", _REMEDY)
            if "(" in str(column.get("default") or "") or "CURRENT" in str(column.get("default") or "").upper():
                yield fault(f"{where} is filled in by the database itself.", _REMEDY)
        for key in inspector.get_foreign_keys(name):
            if name in MIXED and key["referred_table"] not in LEADS_TO:
                yield fault(f"{name} leads to {key['referred_table']}.", _REMEDY)
    if connection.dialect.name == "postgresql":
        yield from _statistics(connection)
    for name, on in _triggers(connection):
        if on in (*ANSWERS, *CASES):
            yield fault(f"The trigger {name} sees every row of {on}.", _REMEDY)


def _statistics(connection: Connection) -> Iterator[Sign]:
    """PostgreSQL keeps samples of a column's values, in clear, after its rows are gone: here it may take none."""
    secret = {
        (name, column.name)
        for name in (*ANSWERS, *CASES)
        for column in Base.metadata.tables[name].columns
        if isinstance(column.type, LargeBinary | JSON | Text) or column.name == "order_seed"
    }
    sampled = connection.execute(
        text(
            "SELECT relname, attname FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid"
            " WHERE relkind = 'r' AND attnum > 0 AND NOT attisdropped AND coalesce(attstattarget, -1) <> 0"
            " AND pg_table_is_visible(pg_class.oid)"
        )
    )
    for name, column in sorted(secret & {(row.relname, row.attname) for row in sampled}):
        remedy = f"run: ALTER TABLE {name} ALTER COLUMN {column} SET STATISTICS 0; ANALYZE {name}"
        yield fault(f"PostgreSQL's statistics keep values of {name}.{column}.", remedy)


def _triggers(connection: Connection) -> list[tuple[str, str]]:
    """(name, table) of every trigger that is not the database's own."""
    if connection.dialect.name == "sqlite":
        rows = connection.execute(text("SELECT name, tbl_name FROM sqlite_master WHERE type = 'trigger'"))
    else:
        rows = connection.execute(
            text(
                "SELECT tgname, relname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid WHERE NOT tgisinternal"
            )
        )
    return [(row[0], row[1]) for row in rows]
