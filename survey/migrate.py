"""Bringing a database to this version's tables, and refusing one that does not fit.

Alembic is imported only when there is something to do: an ordinary start reads one row. Revisions are numbered 0001,
0002, ... so that "newer" can be told without knowing the newer version's files.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine, inspect, text

from survey.errors import Refusal

HEAD = "0007"
"""The newest revision in survey/migrations/versions; a test holds the two equal."""

# Any fixed number: two programs that start at once upgrade one after the other (PostgreSQL; SQLite locks the file).
UPGRADE_LOCK = 7_236_834


def stored_version(connection: Connection) -> str | None:
    """The database's revision, or None if it has no tables yet."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one_or_none()


def check_version(engine: Engine) -> None:
    """Raise Refusal `database_newer` or `database_older` unless the database has exactly this version's tables."""
    with engine.connect().execution_options(read_only=True) as connection:
        found = stored_version(connection)
    _refuse_newer(found)
    if found != HEAD:
        raise Refusal(
            "database_older",
            f"The database has version {found or 'none'}, this program needs {HEAD}: "
            "any ./run command brings it up to date.",
            found=found,
            needed=HEAD,
        )


def upgrade(engine: Engine) -> None:
    """Bring the database to HEAD in one transaction: all of it, or nothing. Does nothing if it is there already.

    Raises Refusal `database_newer` if a newer program has written it.
    """
    with engine.connect() as connection, _unguarded_foreign_keys(connection), connection.begin():
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": UPGRADE_LOCK})
        found = stored_version(connection)
        _refuse_newer(found)
        if found != HEAD:
            _run_migrations(connection)


def _refuse_newer(found: str | None) -> None:
    if found is not None and found > HEAD:
        raise Refusal(
            "database_newer",
            f"The database was written by a newer version ({found}; this program knows {HEAD}): "
            "install the newer program, or restore a backup from before the upgrade.",
            found=found,
            needed=HEAD,
        )


def _run_migrations(connection: Connection) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", "survey:migrations")
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


@contextmanager
def _unguarded_foreign_keys(connection: Connection) -> Iterator[None]:
    """Switch SQLite's foreign keys off around the transaction.

    SQLite changes a table by making a new one and dropping the old; with foreign keys on, the drop first deletes every
    row, and ON DELETE CASCADE takes the rows of other tables with it. The switch works only outside a transaction.
    """
    if connection.dialect.name != "sqlite":
        yield
        return
    # The driver's own cursor: SQLAlchemy's would begin a transaction first.
    cursor = connection.connection.cursor()
    cursor.execute("PRAGMA foreign_keys=OFF")
    try:
        yield
    finally:
        cursor.execute("PRAGMA foreign_keys=ON")
