"""Clearing the room that deleted rows leave behind: old pages and the log would still hold drafts and boxes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Engine

EMPTIED = ("urn", "draft", "invitation")
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
    statements = _sqlite() if engine.dialect.name == "sqlite" else _postgresql(connection, tables)
    try:
        return tuple(notice for statement, notice in statements if not _done(connection, driver, statement))
    finally:
        pooled.close()


def _sqlite() -> list[tuple[str, str]]:
    busy = "somebody else is using the database, so old pages were left in its file; they go at the next sealing"
    return [
        (f"PRAGMA busy_timeout={_PATIENCE_MS}", busy),
        ("VACUUM", busy),
        ("PRAGMA wal_checkpoint(TRUNCATE)", "the database's log was in use and has not been emptied"),
    ]


def _postgresql(connection: Any, tables: Sequence[str]) -> list[tuple[str, str]]:
    """Written anew, so that no old row is left in a page; then the log is brought to where its old files can be reused.

    PostgreSQL reuses or removes a log file after a checkpoint that lies in a later one.
    """
    connection.autocommit = True
    remedy = "ask its administrator for"
    return [
        (f"SET lock_timeout = {_PATIENCE_MS}", "the database takes no time limit"),
        *((f"VACUUM (FULL) {table}", f"the table {table} was in use, or is another role's") for table in tables),
        ("SELECT pg_switch_wal()", f"the log goes on in the same file; {remedy} EXECUTE on pg_switch_wal()"),
        ("CHECKPOINT", f"old log files stay until the next checkpoint; {remedy} membership in pg_checkpoint"),
    ]


def _done(connection: Any, driver: Any, statement: str) -> bool:
    try:
        cursor = connection.execute(statement)
    except driver.Error:
        return False
    # SQLite's checkpoint does not fail when somebody reads the log: it answers that it was busy.
    return not (statement.startswith("PRAGMA wal_checkpoint") and cursor.fetchone()[0])
