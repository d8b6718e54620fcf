"""Statements that the driver carries out itself give what SQLAlchemy gives, and fail as its own do."""

from __future__ import annotations

from datetime import timedelta

import pytest
from answering_field import NOON, Field
from sqlalchemy import String, bindparam, column, select, table, text
from sqlalchemy.exc import DBAPIError

from survey.answering.direct import Direct
from survey.answering.drafts import save_draft
from survey.answering.entry import find_with_draft
from survey.database import alone


def test_what_is_found_is_the_same_either_way(field: Field) -> None:
    code, nonce = next(iter(field.cards)), bytes(16)
    with field.session() as session:
        for each in (code, field.open_codes[0]):
            entry = field.enter(session, each, nonce=nonce)
            save_draft(session, field.keys, entry, {}, variant="standard", language="sv")
        session.commit()
    # Closed: then the moment of closing counts too.
    field.close()
    later = NOON + timedelta(minutes=59)
    for each in (code, field.open_codes[0]):
        with field.session() as session, alone(field.engine) as connection:
            found = [
                find_with_draft(one, field.keys, each, later, nonce=nonce, folders=[field.folder])
                for one in (session, connection)
            ]
        assert found[0] == found[1]
        assert found[0][0].in_grace


def test_an_error_is_sqlalchemy_s_and_tells_no_value(field: Field) -> None:
    nowhere = table("nowhere", column("id"))
    statement = Direct(select(nowhere.c.id).where(nowhere.c.id == bindparam("id")))
    with alone(field.engine) as connection:
        with pytest.raises(DBAPIError) as failed:
            statement.rows(connection, {"id": "secret"})
        assert "secret" not in str(failed.value)
        assert "nowhere" in str(failed.value)
        assert connection.execute(text("SELECT 1")).scalar() == 1


def test_a_connection_that_broke_is_not_used_again(field: Field) -> None:
    one = Direct(select(bindparam("one", type_=String).label("one")))
    with alone(field.engine) as connection:
        if field.engine.dialect.name == "postgresql":
            number = connection.execute(text("SELECT pg_backend_pid()")).scalar()
            with field.engine.connect() as killer:
                killer.execute(text("SELECT pg_terminate_backend(:number, 5000)"), {"number": number})
            with pytest.raises(DBAPIError) as failed:
                one.rows(connection, {"one": "1"})
            assert failed.value.connection_invalidated
    with alone(field.engine) as connection:
        assert [row.one for row in one.rows(connection, {"one": "1"})] == ["1"]
