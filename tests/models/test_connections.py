"""Connections of the pool: what only reads cannot write, and a server that was started anew is met by nobody."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError, InternalError

from survey.database import alone, open_reading_engine, read_session, session_factory, together


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


def test_connections_for_looking_refuse_every_change(engine: Engine, database_url: str) -> None:
    looking = open_reading_engine(database_url)
    for statement in ("UPDATE study SET title = 'another'", "DELETE FROM draft", "CREATE TABLE extra (id INTEGER)"):
        with looking.connect() as connection, pytest.raises(DBAPIError, match=r"read-?only"):
            connection.execute(text(statement))
    with looking.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM draft")).scalar() == 0
    looking.dispose()


def test_a_statement_alone_is_kept_at_once_and_several_together_are_kept_or_undone(engine: Engine) -> None:
    count = text("SELECT count(*) FROM account")

    def add(address: str) -> None:
        values = "VALUES (:address, 'A', TRUE, 0)"
        one.execute(text(f"INSERT INTO account (email, name, active, session_number) {values}"), {"address": address})

    def add_both(address: str, taken: str) -> None:
        with together(one):
            add(address)
            add(taken)

    with alone(engine) as one, alone(engine) as other:
        add("a@b.se")
        assert other.execute(count).scalar() == 1
        with together(one):
            add("c@d.se")
            assert other.execute(count).scalar() == 1
        with pytest.raises(DBAPIError):
            add_both("e@f.se", "a@b.se")
        assert other.execute(count).scalar() == 2
        add("g@h.se")
        assert other.execute(count).scalar() == 3


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
