"""Fixtures: an application with an open round, once on each kind of database."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from browser import axe, chromium, served
from flask.testing import FlaskClient
from respond_site import Site, make_site
from sqlalchemy import Engine

from survey.database import open_engine

__all__ = ["axe", "chromium"]


@pytest.fixture
def site(tmp_path: Path, engine: Engine) -> Site:
    return make_site(tmp_path / "home", engine)


@pytest.fixture
def client(site: Site) -> FlaskClient:
    return site.client()


@pytest.fixture
def sqlite_engine(sqlite_template: Path, tmp_path: Path) -> Iterator[Engine]:
    """For what the database has no part in: pages in a browser."""
    path = tmp_path / "termometern.sqlite"
    shutil.copy(sqlite_template, path)
    engine = open_engine(f"sqlite:///{path}")
    yield engine
    engine.dispose()


@pytest.fixture
def thermometer(tmp_path: Path, sqlite_engine: Engine) -> Iterator[tuple[Site, str]]:
    """The EBP thermometer, open, and where it is served."""
    site = make_site(tmp_path / "home", sqlite_engine, instrument="ebp-thermometer", simulated=True)
    with served(site.app) as address:
        yield site, address


@pytest.fixture
def every_type(tmp_path: Path, sqlite_engine: Engine) -> Iterator[tuple[Site, str]]:
    """A form with an item of every type, and where it is served."""
    site = make_site(tmp_path / "home", sqlite_engine)
    with served(site.app) as address:
        yield site, address


@pytest.fixture
def followed(tmp_path: Path, sqlite_engine: Engine) -> Iterator[tuple[Site, str]]:
    """A study that follows persons by a code of their own, and where it is served."""
    questions = ["mother_name", "birth_day", "birth_place", "older_siblings"]
    site = make_site(tmp_path / "home", sqlite_engine, linked=True, code_questions=questions)
    with served(site.app) as address:
        yield site, address
