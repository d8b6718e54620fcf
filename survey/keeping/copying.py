"""Copies of the whole database as one file: written, read back, put back; one class a kind of database.

PostgreSQL's own programs do its work (pg_dump, pg_restore). What they are told about the database passes through their
environment, never their arguments, which every user of the machine can list.
"""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
import subprocess
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Protocol

from sqlalchemy import Engine, func, inspect, select, table, text

from survey.config import JOBS_SCHEMA, Settings
from survey.errors import Refusal

Counts = Mapping[str, int]
"""Rows by table."""


class Copying(Protocol):
    ending: str
    """Of the file's name."""
    magic: bytes
    """What such a file begins with."""

    def write(self, engine: Engine, path: Path) -> Counts:
        """Copy the database as it is at one moment. Returns the rows that it had at that moment."""

    def read_back(self, path: Path) -> Counts:
        """Read the whole copy. Returns its rows; raises Refusal `backup_damaged`."""

    def put_back(self, engine: Engine, path: Path) -> None:
        """Make the empty database what the copy shows."""


class SqliteCopying:
    ending = "sqlite"
    magic = b"SQLite format 3\0"

    def write(self, engine: Engine, path: Path) -> Counts:
        pooled = engine.raw_connection()
        source = pooled.driver_connection
        if not isinstance(source, sqlite3.Connection):
            raise TypeError("not a SQLite database")
        try:
            # One transaction that only reads: nobody waits for it, and both see the same moment.
            source.execute("BEGIN")
            counts = _rows(source)
            with closing(sqlite3.connect(path)) as copy:
                source.backup(copy)
            source.execute("COMMIT")
        finally:
            pooled.close()
        with closing(sqlite3.connect(path, isolation_level=None)) as copy:
            # One file without a log beside it, and without the pages that deleted rows have left.
            copy.execute("PRAGMA journal_mode=DELETE")
            copy.execute("VACUUM")
        return counts

    def read_back(self, path: Path) -> Counts:
        try:
            with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as copy:
                whole = copy.execute("PRAGMA integrity_check").fetchone() == ("ok",)
                if not whole or copy.execute("PRAGMA foreign_key_check").fetchone():
                    raise damaged(path)
                return _rows(copy)
        except sqlite3.DatabaseError:
            raise damaged(path) from None

    def put_back(self, engine: Engine, path: Path) -> None:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as copy:
            pooled = engine.raw_connection()
            target = pooled.driver_connection
            if not isinstance(target, sqlite3.Connection):
                raise TypeError("not a SQLite database")
            try:
                copy.backup(target)
            finally:
                pooled.close()


class PostgresqlCopying:
    ending = "pgdump"
    magic = b"PGDMP"

    def __init__(self, pg_dump: str) -> None:
        self._dump = pg_dump

    def write(self, engine: Engine, path: Path) -> Counts:
        with engine.connect().execution_options(isolation_level="REPEATABLE READ") as connection:
            snapshot = connection.scalar(text("SELECT pg_export_snapshot()"))
            tables = sorted(inspect(connection).get_table_names())
            counts = {name: connection.scalar(select(func.count()).select_from(table(name))) or 0 for name in tables}
            # The queue of jobs is left out: after a restore nothing half-done is to go on.
            self._run("pg_dump", engine, "--format=custom", "--no-owner", "--no-privileges",
                      f"--exclude-schema={JOBS_SCHEMA}", f"--snapshot={snapshot}", f"--file={path}")  # fmt: skip
        return counts

    def read_back(self, path: Path) -> Counts:
        """pg_restore writes the rows as text, which are counted: no second database is needed."""
        command = [self._program("pg_restore"), "--data-only", "--file=-", str(path)]
        counts: dict[str, int] = {}
        table = None
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:  # noqa: S603
            for line in process.stdout or ():
                if table is not None:
                    if line == b"\\.\n":
                        table = None
                    else:
                        counts[table] += 1
                elif begun := _COPY.match(line):
                    table = begun[1].decode("utf-8")
                    counts[table] = 0
        if process.returncode != 0:
            raise damaged(path)
        return counts

    def put_back(self, engine: Engine, path: Path) -> None:
        self._run("pg_restore", engine, "--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges",
                  f"--dbname={_place(engine)['PGDATABASE']}", str(path))  # fmt: skip

    def _run(self, name: str, engine: Engine, *arguments: str) -> None:
        command = [self._program(name), *arguments]
        done = subprocess.run(command, env=os.environ | _place(engine), capture_output=True, check=False)  # noqa: S603
        if done.returncode != 0:
            said = done.stderr.decode("utf-8", "replace").strip().splitlines()
            message = f"{name} stopped ({said[-1] if said else done.returncode}); put that right, then run it again"
            raise Refusal("backup_failed", message)

    def _program(self, name: str) -> str:
        found = shutil.which(self._dump)
        beside = Path(found).with_name(name) if found else None
        if beside is None or not beside.exists():
            remedy = "install PostgreSQL's client programs, or say where pg_dump is with TERMOMETERN_PG_DUMP"
            raise Refusal("backup_failed", f"{name} was not found; {remedy}")
        return str(beside)


_COPY = re.compile(rb'COPY \w+\."?(\w+)"? \(.*\) FROM stdin;$')


def copying_for(settings: Settings) -> Copying:
    return SqliteCopying() if settings.embedded else PostgresqlCopying(settings.pg_dump)


def damaged(path: Path) -> Refusal:
    return Refusal("backup_damaged", f"{path} is damaged or not a backup of this kind of database; take another one")


def _rows(connection: sqlite3.Connection) -> Counts:
    found = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
    names = sorted(name for (name,) in found)
    return {name: connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in names}  # noqa: S608


def _place(engine: Engine) -> dict[str, str]:
    """Where the database is, as PostgreSQL's programs read it from their environment."""
    pooled = engine.raw_connection()
    try:
        connection = pooled.driver_connection
        if connection is None:
            raise TypeError("not a PostgreSQL database")
        given, password = connection.info.get_parameters(), connection.info.password
    finally:
        pooled.close()
    place = {f"PG{_NAMES.get(name, name.upper())}": str(value) for name, value in given.items() if name in _PASSED}
    return place | ({"PGPASSWORD": password} if password else {})


_NAMES = {"dbname": "DATABASE", "connect_timeout": "CONNECT_TIMEOUT"}
_PASSED = frozenset(
    ("host", "hostaddr", "port", "user", "dbname", "sslmode", "sslrootcert", "sslcert", "sslkey", "connect_timeout")
)
