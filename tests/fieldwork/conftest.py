"""A study in Jämtland with two small units in Krokom, and keys in a folder of the test's own."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from lawful import LAW
from sqlalchemy.orm import Session

from survey.answering.keys import KeyFolder
from survey.fieldwork.rounds import create_round
from survey.fieldwork.studies import create_study
from survey.models import Round, Study
from survey.organisation.tree import add_unit, load_register


@pytest.fixture
def keys(tmp_path: Path) -> KeyFolder:
    return KeyFolder(tmp_path / "keys")


@pytest.fixture
def study(session: Session) -> Study:
    load_register(session)
    for code, name in (("K1", "Hemtjänst norr"), ("K2", "Hemtjänst söder")):
        add_unit(session, code=code, name=name, parent_code="2309", valid_from=date(2024, 1, 1))
    return create_study(
        session, slug="ebp", title="EBP i Jämtland", instrument="ebp-thermometer", owner_code="23", law=LAW
    )


@pytest.fixture
def draft(session: Session, study: Study) -> Round:
    return create_round(session, study, name="hösten 2026", unit_codes=["K1", "K2", "2305"])
