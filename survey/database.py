"""Opening the database, on SQLite and PostgreSQL alike."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.orm import Session, sessionmaker

TRIED_AFTER_SECONDS = 1.0
"""A connection that has lain unused for longer is tried before it is used: the server may have been started anew."""


def open_engine(url: str) -> Engine:
    """An engine whose transactions are durable. Makes the folder of a SQLite file if it is not there."""
    if make_url(url).get_backend_name() != "sqlite":
        return _open_postgresql(url)
    database = make_url(url).database
    if database:
        # Addresses, password hashes and drafts: for this user alone. SQLite gives its -wal and -shm the same mode.
        Path(database).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        Path(database).touch(mode=0o600)
    engine = create_engine(url, connect_args={"timeout": 30})
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_immediate)
    return engine


def open_reading_engine(url: str) -> Engine:
    """An engine for looking, on a database that `open_engine` has opened: it refuses every change.

    Each statement is a transaction of its own, so that a page costs one round trip and not three.
    """
    if make_url(url).get_backend_name() != "sqlite":
        return _watched(create_engine(url, connect_args=_READS_ALONE))
    engine = create_engine(url, connect_args={"timeout": 30})
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "connect", lambda connection, _record: connection.execute("PRAGMA query_only=ON"))
    return engine


_READS_ALONE = {"autocommit": True, "options": "-c default_transaction_read_only=on"}


def alone(engine: Engine) -> Connection:
    """A connection on which each statement is a transaction of its own, durable when `execute` returns.

    For what needs one statement or two; `together` makes several of them one.
    """
    return engine.connect().execution_options(alone=True)


@contextmanager
def together(connection: Connection) -> Iterator[None]:
    """One transaction on a connection of `alone`: committed at the end of the block, rolled back if the block fails."""
    connection.rollback()  # of nothing; SQLAlchemy counts what was read as a transaction that goes on
    connection.execution_options(alone=False)
    try:
        with connection.begin():
            yield
    finally:
        connection.execution_options(alone=True)


def _open_postgresql(url: str) -> Engine:
    engine = _watched(create_engine(url))
    event.listen(engine, "begin", _begin_postgresql)
    return engine


def _watched(engine: Engine) -> Engine:
    """The engine, which tries a connection that has lain unused before anybody uses it."""

    # Not SQLAlchemy's pool_pre_ping, which asks the server before every request of every respondent.
    @event.listens_for(engine, "checkin")
    def remember(_connection: Any, record: Any) -> None:
        record.info["used"] = time.monotonic()

    @event.listens_for(engine, "checkout")
    def try_if_old(connection: Any, record: Any, _proxy: object) -> None:
        if time.monotonic() - record.info.get("used", float("inf")) > TRIED_AFTER_SECONDS:
            try:
                engine.dialect.do_ping(connection)
            except engine.dialect.loaded_dbapi.Error as error:
                raise DisconnectionError from error  # the pool opens another one

    return engine


def _begin_postgresql(connection: Any) -> None:
    # The driver says it in its BEGIN; SQLAlchemy's own options would be set, and taken back, at several times the cost.
    options, driver = connection.get_execution_options(), connection.connection.driver_connection
    read_only, autocommit = True if options.get("read_only") else None, bool(options.get("alone"))
    if driver.read_only is not read_only:
        driver.read_only = read_only
    # Where a level was asked for SQLAlchemy has seen to it.
    if driver.autocommit is not autocommit and "isolation_level" not in options:
        driver.autocommit = autocommit


def _prepare_sqlite(connection: Any, _record: object) -> None:
    # Transactions are begun by _begin_immediate: the driver's own late BEGIN lets two writers deadlock.
    connection.isolation_level = None
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON", "temp_store=MEMORY"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_immediate(connection: Any) -> None:
    options = connection.get_execution_options()
    if not options.get("alone"):
        connection.exec_driver_sql("BEGIN" if options.get("read_only") else "BEGIN IMMEDIATE")


def session_factory(engine: Engine) -> sessionmaker[Session]:
    return sessionmaker(engine, expire_on_commit=False)


@contextmanager
def read_session(sessions: sessionmaker[Session]) -> Iterator[Session]:
    """A session that only reads: for pages that are looked at.

    On SQLite it takes no write lock, so that looking and submitting do not wait for each other; PostgreSQL refuses
    writes. Nothing is committed; what was read stays readable afterwards.
    """
    with sessions(autoflush=False) as session:
        session.connection(execution_options={"read_only": True})
        yield session
