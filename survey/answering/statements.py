"""Statements that are built once, at module level, and mean the same on both databases."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, cast

from sqlalchemy import CursorResult
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session
from sqlalchemy.sql.dml import Insert, UpdateBase


def insert_for(build: Callable[[Any], Insert]) -> dict[str, Insert]:
    """INSERT ... ON CONFLICT, which `build` makes with a dialect's own `insert`, by the dialect's name."""
    return {"sqlite": build(sqlite.insert), "postgresql": build(postgresql.insert)}


def changed_rows(session: Session, statement: UpdateBase, values: Mapping[str, object]) -> int:
    """Carry out a change and say how many rows it met."""
    return cast("CursorResult[Any]", session.execute(statement, values)).rowcount
