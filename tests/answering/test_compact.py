"""What mixing leaves behind in the database: rows in the order of the shuffle, one transaction, and no old log."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from answering_field import NOON, Field
from sqlalchemy import Engine, create_engine, text

from survey.answering.compact import compact
from survey.answering.mixing import mix


def fill_and_mix(field: Field) -> None:
    for number, code in enumerate(field.cards):
        field.send(code, {"a": 3, "why": f"ord {number}", "years": number})
    field.close()
    with field.session() as session:
        # Sorted by what nobody can know: any other order in the tables comes from elsewhere.
        mix(
            session,
            field.round_keys,
            field.round_id,
            NOON + timedelta(hours=2),
            shuffle=lambda rows: rows.sort(key=repr),
        )


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_place_and_age_of_a_row_tell_nothing_in_postgresql(field: Field) -> None:
    fill_and_mix(field)
    with field.engine.connect() as connection:
        ages = connection.execute(
            text(
                "SELECT DISTINCT xmin::text FROM response UNION SELECT DISTINCT xmin::text FROM free_text"
                " UNION SELECT DISTINCT xmin::text FROM invitation"
            )
        ).all()
        responses = connection.execute(text("SELECT answers->>'years' FROM response ORDER BY ctid")).scalars().all()
        invitations = connection.execute(text("SELECT lookup FROM invitation ORDER BY ctid")).scalars().all()
        texts = connection.execute(text("SELECT text FROM free_text ORDER BY ctid")).scalars().all()
    # VACUUM FULL may freeze the rows that it writes anew: two ages at the most, and each the same for all of a table.
    assert len(ages) <= 2
    assert responses == sorted(responses)
    assert texts == sorted(texts)
    assert len(invitations) == len(field.cards)
    assert compact(field.engine) == ()


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_no_log_file_keeps_what_was_written_before(engine: Engine) -> None:
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        log = Path(connection.execute(text("SHOW data_directory")).scalar_one()) / "pg_wal"
        connection.execute(text("SELECT pg_logical_emit_message(false, '', 'hemlig rest')"))
    assert compact(engine) == ()
    assert not [path.name for path in log.iterdir() if path.is_file() and b"hemlig rest" in path.read_bytes()]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_place_of_a_row_tells_nothing_in_sqlite(field: Field) -> None:
    fill_and_mix(field)
    with field.engine.connect() as connection:
        years = connection.execute(text("SELECT answers->>'years' FROM response ORDER BY rowid")).scalars().all()
        texts = connection.execute(text("SELECT text FROM free_text ORDER BY rowid")).scalars().all()
    assert years == sorted(years)
    assert texts == sorted(texts)
    assert compact(field.engine) == ()


@pytest.fixture
def plain_role(database_url: str) -> Iterator[Engine]:
    """Somebody who may neither write anew nor touch the log."""
    owner = create_engine(database_url, isolation_level="AUTOCOMMIT")
    with owner.connect() as connection:
        connection.execute(text("CREATE ROLE plain LOGIN"))
    engine = create_engine(owner.url.set(username="plain"))
    yield engine
    engine.dispose()
    with owner.connect() as connection:
        connection.execute(text("DROP ROLE plain"))
    owner.dispose()


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_what_a_role_may_not_do_is_told_with_the_remedy(plain_role: Engine) -> None:
    told = " ".join(compact(plain_role))
    assert "pg_switch_wal" in told
    assert "pg_checkpoint" in told
    assert "pg_monitor" in told
