"""Services on a home of the test's own, with a clock that stands."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from keeping_field import SEALED

from survey.config import settings_from
from survey.organisation.tree import load_register
from survey.services import Services, services_from


@pytest.fixture
def services(tmp_path: Path, database_url: str) -> Iterator[Services]:
    environment = {"TERMOMETERN_HOME": str(tmp_path), "TERMOMETERN_DATABASE": database_url}
    services = services_from(settings_from(environment), lambda: SEALED)
    yield services
    services.engine.dispose()


@pytest.fixture
def register(services: Services) -> None:
    with services.sessions.begin() as session:
        load_register(session)
