"""Statements that are built once, at module level, and mean the same on both databases."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, cast

from sqlalchemy import CursorResult, TableClause, insert
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session
from sqlalchemy.sql.dml import Insert, UpdateBase

ROWS_AT_ONCE = 500


def insert_many(session: Session, table: TableClause, rows: Sequence[Mapping[str, object]]) -> None:
    """Insert rows in the order given, some at a time: a statement for all of them would be held in memory whole."""
    for start in range(0, len(rows), ROWS_AT_ONCE):
        session.execute(insert(table), [dict(row) for row in rows[start : start + ROWS_AT_ONCE]])


def insert_for(build: Callable[[Any], Insert]) -> dict[str, Insert]:
    """INSERT ... ON CONFLICT, which `build` makes with a dialect's own `insert`, by the dialect's name."""
    return {"sqlite": build(sqlite.insert), "postgresql": build(postgresql.insert)}


def changed_rows(session: Session, statement: UpdateBase, values: Mapping[str, object]) -> int:
    """Carry out a change and say how many rows it met."""
    return cast("CursorResult[Any]", session.execute(statement, values)).rowcount
