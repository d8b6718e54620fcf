"""The engine's store: only numbers can be written to it, on both databases, whatever the database's version."""

from __future__ import annotations

import json
from datetime import date

import pytest
from sqlalchemy import create_engine, text

from survey.errors import Refusal
from survey.jobs.store import NumbersOnly, client_for, open_store

SERIALISER = NumbersOnly()


@pytest.mark.parametrize("data", [7, None, True, {"args": (7,), "kwargs": {}}, {"release": 3, "reports": 9}, [1, 2]])
def test_ids_and_counts_pass(data: object) -> None:
    assert SERIALISER.deserialize(SERIALISER.serialize(data)) == json.loads(json.dumps(data))


@pytest.mark.parametrize("data", ["2309", {"unit": "Krokom"}, [b"token"], 4.5, date(2026, 5, 1), {"args": ("AB12",)}])
def test_nothing_else_can_be_written(data: object) -> None:
    with pytest.raises(TypeError, match="only ids and counts"):
        SERIALISER.serialize(data)


def test_a_refusal_keeps_its_code_and_words() -> None:
    refusal = SERIALISER.deserialize(SERIALISER.serialize(Refusal("not_closed", "close the round first", round_id=4)))
    assert isinstance(refusal, Refusal)
    assert (refusal.code, refusal.message) == ("not_closed", "close the round first")


def test_any_other_error_keeps_its_type_and_not_its_words() -> None:
    """A database error quotes the row that it failed on."""
    written = SERIALISER.serialize(ValueError("INSERT ... parameters ('anna@example.se')"))
    assert "anna" not in written
    assert "ValueError" in SERIALISER.deserialize(written).message


def test_the_store_of_sqlite_is_durable_and_has_the_clock_that_old_versions_lack(tmp_path: object) -> None:
    engine = open_store(f"sqlite:///{tmp_path}/jobs.sqlite")
    with engine.connect() as connection:
        assert connection.execute(text("PRAGMA journal_mode")).scalar() == "wal"
        assert connection.execute(text("PRAGMA synchronous")).scalar() == 2
        seconds = connection.execute(text("SELECT unixepoch('subsec')")).scalar_one()
    engine.dispose()
    assert isinstance(seconds, float)
    assert seconds > 1_700_000_000


def test_the_engines_tables_are_made_by_the_first_who_comes(database_url: str) -> None:
    """A web process may start a job before any worker has run, also where extensions cannot be created."""
    client = client_for(database_url)
    assert client.list_workflows() == []
    schema = "dbos." if database_url.startswith("postgresql") else ""
    engine = create_engine(database_url)
    with engine.connect() as connection:
        assert connection.execute(text(f"SELECT count(*) FROM {schema}workflow_status")).scalar() == 0
    engine.dispose()
