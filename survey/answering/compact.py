"""Clearing the room that deleted rows leave behind: old pages would still hold drafts and boxes."""

from __future__ import annotations

from contextlib import suppress

from sqlalchemy import Engine

_EMPTIED = ("urn", "draft", "invitation")
_PATIENCE_MS = 3000


def compact(engine: Engine) -> None:
    """Best effort: the database is correct without it, and somebody who is using it is not made to wait long."""
    pooled = engine.raw_connection()
    connection, driver = pooled.driver_connection, engine.dialect.dbapi
    if connection is None or driver is None:
        return
    # Out of the pool: its settings are changed, and no transaction may be begun on it.
    pooled.detach()
    try:
        with suppress(driver.Error):
            if engine.dialect.name == "sqlite":
                connection.execute(f"PRAGMA busy_timeout={_PATIENCE_MS}")
                connection.execute("VACUUM")
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            else:
                connection.autocommit = True
                connection.execute(f"SET lock_timeout = {_PATIENCE_MS}")
                for table in _EMPTIED:
                    connection.execute(f"VACUUM (FULL) {table}")
    finally:
        pooled.close()
