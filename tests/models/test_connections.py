"""Connections of the pool: what only reads cannot write, and a server that was started anew is met by nobody."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import InternalError

from survey.database import read_session, session_factory


def on_postgresql(engine: Engine) -> bool:
    return engine.dialect.name == "postgresql"


def test_the_server_refuses_writes_of_a_reader_and_takes_the_next_one_s(engine: Engine) -> None:
    sessions = session_factory(engine)
    change = text("UPDATE study SET title = 'another'")
    with read_session(sessions) as session:
        if on_postgresql(engine):
            with pytest.raises(InternalError, match="read-only"):
                session.execute(change)
    with sessions.begin() as session:
        session.execute(change)
    with read_session(sessions) as session:
        assert session.execute(text("SELECT count(*) FROM study")).scalar() == 0


def test_a_connection_that_broke_while_unused_is_replaced(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    sessions = session_factory(engine)
    with read_session(sessions) as session:
        session.execute(text("SELECT 1"))
    if on_postgresql(engine):
        with engine.connect() as killer, engine.connect() as victim:
            number = victim.execute(text("SELECT pg_backend_pid()")).scalar()
            victim.close()
            killer.execute(text("SELECT pg_terminate_backend(:number, 5000)"), {"number": number})
    monkeypatch.setattr("survey.database.TRIED_AFTER_SECONDS", -1.0)
    for _ in range(2):
        with sessions.begin() as first, sessions() as second:
            assert first.execute(text("SELECT 1")).scalar() == 1
            if on_postgresql(engine):
                assert second.execute(text("SELECT 1")).scalar() == 1
