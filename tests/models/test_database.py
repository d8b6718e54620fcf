"""Reading never waits for a writer, and never writes."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine, func, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from survey.database import read_session, session_factory
from survey.models import Account


def test_a_reader_does_not_wait_for_a_writer(engine: Engine) -> None:
    sessions = session_factory(engine)
    with engine.begin() as writer:
        writer.execute(
            text("INSERT INTO account (email, name, active, session_number) VALUES ('a@b.se', 'A', TRUE, 0)")
        )
        with read_session(sessions) as reader:
            assert reader.scalar(select(func.count()).select_from(Account)) == 0


def test_a_reader_keeps_nothing(engine: Engine) -> None:
    sessions = session_factory(engine)
    with read_session(sessions) as reader:
        reader.add(Account(email="a@b.se", name="A"))
        write_in_vain(reader)
    with sessions() as session:
        assert session.scalar(select(func.count()).select_from(Account)) == 0


def write_in_vain(reader: Session) -> None:
    """PostgreSQL refuses at once; SQLite lets the statement pass and the session rolls it back."""
    if reader.get_bind().dialect.name == "postgresql":
        with pytest.raises(DBAPIError, match="read-only"):
            reader.flush()
    else:
        reader.flush()
