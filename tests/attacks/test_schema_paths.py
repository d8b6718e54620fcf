"""T3: no path leads from a response to a way in, and every column has been thought about."""

from __future__ import annotations

from sqlalchemy import Engine, inspect

from bench.attacks.schema import COLUMNS, faults


def test_no_path_leads_from_a_response_to_a_way_in(engine: Engine) -> None:
    assert faults(engine) == []


def test_no_column_is_classified_that_is_not_there(engine: Engine) -> None:
    inspector = inspect(engine)
    real = {table: {column["name"] for column in inspector.get_columns(table)} for table in COLUMNS}
    assert real == {table: set(columns) for table, columns in COLUMNS.items()}
