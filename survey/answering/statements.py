"""Statements that are built once, at module level, and mean the same on both databases."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, cast

from sqlalchemy import Connection, CursorResult, TableClause, insert
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session
from sqlalchemy.sql.dml import Insert, UpdateBase

ROWS_AT_ONCE = 500

Database = Session | Connection
"""What carries out a statement of Core: a respondent's page has a bare connection, which costs less than a session."""


def insert_many(session: Session, table: TableClause, rows: Sequence[Mapping[str, object]]) -> None:
    """Insert rows in the order given, some at a time: a statement for all of them would be held in memory whole."""
    for start in range(0, len(rows), ROWS_AT_ONCE):
        session.execute(insert(table), [dict(row) for row in rows[start : start + ROWS_AT_ONCE]])


def insert_for(build: Callable[[Any], Insert]) -> dict[str, Insert]:
    """INSERT ... ON CONFLICT, which `build` makes with a dialect's own `insert`, by the dialect's name."""
    return {"sqlite": build(sqlite.insert), "postgresql": build(postgresql.insert)}


def dialect_of(database: Database) -> str:
    """The dialect's name, which the statements of `insert_for` are found by."""
    return database.dialect.name if isinstance(database, Connection) else database.get_bind().dialect.name


def changed_rows(database: Database, statement: UpdateBase, values: Mapping[str, object]) -> int:
    """Carry out a change and say how many rows it met."""
    return cast("CursorResult[Any]", database.execute(statement, values)).rowcount
