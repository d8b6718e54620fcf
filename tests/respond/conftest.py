"""Fixtures: an application with an open round, once on each kind of database."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask.testing import FlaskClient
from respond_site import Site, make_site
from sqlalchemy import Engine


@pytest.fixture
def site(tmp_path: Path, engine: Engine) -> Site:
    return make_site(tmp_path / "home", engine)


@pytest.fixture
def client(site: Site) -> FlaskClient:
    return site.client()
