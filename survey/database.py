"""Opening the database, on SQLite and PostgreSQL alike."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, event, make_url
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


def _open_postgresql(url: str) -> Engine:
    engine = create_engine(url)
    event.listen(engine, "begin", _begin_postgresql)

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
    # The driver says it in its BEGIN; an execution option would be set, and taken back, at several times the cost.
    wanted = True if connection.get_execution_options().get("read_only") else None
    driver = connection.connection.driver_connection
    if driver.read_only is not wanted:
        driver.read_only = wanted


def _prepare_sqlite(connection: Any, _record: object) -> None:
    # Transactions are begun by _begin_immediate: the driver's own late BEGIN lets two writers deadlock.
    connection.isolation_level = None
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON", "temp_store=MEMORY"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_immediate(connection: Any) -> None:
    options = connection.get_execution_options()
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
