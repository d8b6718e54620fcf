"""Statements that every page of a respondent carries out: SQLAlchemy writes them, and the driver carries them out.

Carrying one out through SQLAlchemy costs a page as much CPU as the database needs to answer it
(docs/decisions/0019). Connections, transactions and errors stay SQLAlchemy's.
"""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple, cast

from sqlalchemy import Connection, CursorResult, Select
from sqlalchemy.engine import Dialect
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.dml import UpdateBase

from survey.answering.statements import Database

Reader = Callable[[Any], Any]


class _Written(NamedTuple):
    """A statement as one dialect's driver takes it."""

    text: str
    names: tuple[str, ...]
    """Of the values, in the order of their places."""
    fixed: dict[str, object]
    """Values that stand in the statement itself, by names of SQLAlchemy's."""
    row: Callable[..., Any]
    readers: tuple[tuple[int, Reader], ...]
    """(column, what makes a value of the type that was asked for) where the driver does not."""


class Direct:
    """One statement. Its parameters are all given by name, and none stands for a list."""

    def __init__(self, statement: Select[Any] | UpdateBase) -> None:
        self._statement = statement
        self._written: dict[str, _Written] = {}

    def rows(self, database: Database, values: Mapping[str, object]) -> Sequence[Any]:
        """All rows, with their columns as attributes."""
        if not isinstance(database, Connection):
            return database.execute(self._statement, values).all()
        written = self._on(database.dialect)
        found, _count = _carried_out(database, written, values, fetch=True)
        if not written.readers:
            return [written.row(*each) for each in found]
        read = []
        for each in found:
            cells = list(each)
            for place, reader in written.readers:
                cells[place] = reader(cells[place])
            read.append(written.row(*cells))
        return read

    def changed(self, database: Database, values: Mapping[str, object]) -> int:
        """Carry out a change; how many rows it met."""
        if not isinstance(database, Connection):
            return cast("CursorResult[Any]", database.execute(self._statement, values)).rowcount
        return _carried_out(database, self._on(database.dialect), values, fetch=False)[1]

    def _on(self, dialect: Dialect) -> _Written:
        written = self._written.get(dialect.name)
        if written is None:
            written = self._written[dialect.name] = _write(self._statement, dialect)
        return written


def _write(statement: Select[Any] | UpdateBase, dialect: Dialect) -> _Written:
    # Values in order on both: "?" or "%s".
    in_order = cast(Any, type(dialect))(paramstyle="qmark" if dialect.name == "sqlite" else "format")
    compiled: SQLCompiler = statement.compile(dialect=in_order)
    columns = list(statement.selected_columns) if isinstance(statement, Select) else []
    readers = [column.type.dialect_impl(dialect).result_processor(dialect, None) for column in columns]
    return _Written(
        str(compiled),
        tuple(compiled.positiontup or ()),
        {name: bind.value for name, bind in compiled.binds.items() if not bind.required},
        namedtuple("row", [column.name for column in columns]),
        tuple((place, reader) for place, reader in enumerate(readers) if reader),
    )


def _carried_out(
    connection: Connection, written: _Written, values: Mapping[str, object], *, fetch: bool
) -> tuple[Sequence[Any], int]:
    if not connection.in_transaction():
        # What the engine does when one begins (`survey.database`) says what the driver does by itself.
        connection.begin()
    driver = cast(Any, connection.dialect.loaded_dbapi)
    cursor = connection.connection.cursor()
    try:
        given = {**written.fixed, **values}
        cursor.execute(written.text, [given[name] for name in written.names])
        return cursor.fetchall() if fetch else (), cursor.rowcount
    except driver.Error as error:
        lost = connection.dialect.is_disconnect(error, cast(Any, connection.connection), cursor)
        if lost:
            connection.invalidate(error)
            # The others have most likely lost theirs at the same time.
            connection.engine.dispose(close=False)
        # Without the values: they are made from tokens.
        raise DBAPIError.instance(
            written.text, None, error, driver.Error, connection_invalidated=lost, dialect=connection.dialect
        ) from error
    finally:
        cursor.close()
