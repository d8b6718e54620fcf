"""Clearing the room that deleted rows leave behind: old pages and the log would still hold drafts and boxes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import Engine

EMPTIED = ("urn", "draft", "paper_form", "invitation")
"""What mixing empties or writes anew."""
_PATIENCE_MS = 3000


def compact(engine: Engine, tables: Sequence[str] = EMPTIED) -> tuple[str, ...]:
    """Best effort: the database is correct without it, and somebody who is using it is not made to wait long.

    Returns what could not be done, one sentence each: for the log and for those who run the installation.
    """
    pooled = engine.raw_connection()
    connection, driver = pooled.driver_connection, engine.dialect.dbapi
    if connection is None or driver is None:
        return ()
    # Out of the pool: its settings are changed, and no transaction may be begun on it.
    pooled.detach()
    try:
        statements: Iterable[tuple[str, str]]
        statements = _sqlite() if engine.dialect.name == "sqlite" else _postgresql(connection, driver, tables)
        return tuple(
            dict.fromkeys(notice for statement, notice in statements if not _done(connection, driver, statement))
        )
    finally:
        pooled.close()


def _sqlite() -> list[tuple[str, str]]:
    busy = "somebody else is using the database, so old pages were left in its file; they go at the next sealing"
    return [
        (f"PRAGMA busy_timeout={_PATIENCE_MS}", busy),
        ("VACUUM", busy),
        ("PRAGMA wal_checkpoint(TRUNCATE)", "the database's log was in use and has not been emptied"),
    ]


def _postgresql(connection: Any, driver: Any, tables: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Written anew, so that no old row is left in a page; then the log is written over.

    After a checkpoint that lies in a later file PostgreSQL removes an old log file, or gives it a new name with all
    that stands in it. Such a file is cleared only when the log comes to it: so the log is led through every file.
    """
    connection.autocommit = True
    remedy = "ask its administrator for"
    over = f"old log files have not been written over; {remedy} EXECUTE on pg_switch_wal() and membership in pg_monitor"
    yield from [
        (f"SET lock_timeout = {_PATIENCE_MS}", "the database takes no time limit"),
        *((f"VACUUM (FULL) {table}", f"the table {table} was in use, or is another role's") for table in tables),
        ("SELECT pg_switch_wal()", f"the log goes on in the same file; {remedy} EXECUTE on pg_switch_wal()"),
        ("CHECKPOINT", f"old log files stay until the next checkpoint; {remedy} membership in pg_checkpoint"),
    ]
    # Counted now, when the checkpoint has given old files their new names.
    through_all = _THROUGH_A_FILE * _log_files(connection, driver)
    yield from ((statement, over) for statement in (*through_all, _ASKS_FOR_THE_FILES))


# Of nothing at all: a switch in an untouched file does nothing.
_THROUGH_A_FILE = ("SELECT pg_logical_emit_message(false, '', '')", "SELECT pg_switch_wal()")
_ASKS_FOR_THE_FILES = "SELECT count(*) FROM pg_ls_waldir()"


def _log_files(connection: Any, driver: Any) -> int:
    """How many there are; 0 where this role may not ask, which the last statement of the list then says."""
    try:
        return int(connection.execute(_ASKS_FOR_THE_FILES).fetchone()[0])
    except driver.Error:
        return 0


def _done(connection: Any, driver: Any, statement: str) -> bool:
    try:
        cursor = connection.execute(statement)
    except driver.Error:
        return False
    # SQLite's checkpoint does not fail when somebody reads the log: it answers that it was busy.
    return not (statement.startswith("PRAGMA wal_checkpoint") and cursor.fetchone()[0])
