"""Fixtures: an office for tests that change things, and a played one, shared, for those that only look."""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from browser import axe, chromium, served
from office_site import Office, Played, make_case, make_entry, make_office, make_study
from sqlalchemy import create_engine, text

__all__ = ["axe", "chromium"]


@pytest.fixture
def office(tmp_path: Path, database_url: str) -> Iterator[Office]:
    office = make_office(tmp_path / "home", database_url)
    yield office
    office.services.engine.dispose()


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def played(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Played]:
    yield from play(request, tmp_path_factory.mktemp("office"))


@pytest.fixture(scope="module")
def played_once(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Played]:
    """On SQLite only: for pages in a browser, where the database has no part."""
    yield from play(request, tmp_path_factory.mktemp("office"), "sqlite")


@pytest.fixture(scope="module")
def address(played_once: Played) -> Iterator[str]:
    """Where the played office is served."""
    with served(played_once.office.app) as address:
        yield address


def play(request: pytest.FixtureRequest, folder: Path, kind: str | None = None) -> Iterator[Played]:
    office = make_office(folder / "home", _database(request, folder, kind or request.param))
    study = make_study(office)
    make_entry(office)
    make_case(office)
    yield Played(office, *study)
    office.services.engine.dispose()


def _database(request: pytest.FixtureRequest, folder: Path, kind: str) -> str:
    """A database for a whole module: `database_url` makes one a test."""
    if kind == "sqlite":
        shutil.copy(request.getfixturevalue("sqlite_template"), folder / "termometern.sqlite")
        return f"sqlite:///{folder / 'termometern.sqlite'}"
    address = request.getfixturevalue("postgresql_server")
    name = f"office{uuid.uuid4().hex[:12]}"
    admin = create_engine(address.format("postgres"), isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE template_survey"))
    admin.dispose()
    return str(address.format(name))
