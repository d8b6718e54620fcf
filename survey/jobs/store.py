"""Where the job engine (DBOS) keeps its work: a SQLite file of its own, or the schema `dbos` in PostgreSQL.

Importing this module imports DBOS, which takes more than a second: do it inside functions (docs/decisions/0002).
"""

from __future__ import annotations

import json
import threading
import time
from typing import Any

from dbos import DBOSClient, Serializer
from sqlalchemy import Engine, event

from survey.config import JOBS_SCHEMA
from survey.database import open_engine
from survey.errors import Refusal

APPLICATION = "termometern"
QUEUE = "rounds"
SCHEMA = JOBS_SCHEMA
# Raised by hand when a workflow's steps change. Work begun under another version is not taken up half-way.
VERSION = "1"

# DBOS's first migration asks for an extension that none of its tables use. Many a municipality's database role may not
# create extensions, and the PostgreSQL that the tests run ships none.
_UNUSED_EXTENSION = 'CREATE EXTENSION IF NOT EXISTS "uuid-ossp";'


def open_store(url: str) -> Engine:
    """The engine that DBOS is handed: durable, one writer at a time on SQLite."""
    engine = open_engine(url)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _add_clock)
    else:
        event.listen(engine, "before_cursor_execute", _without_extension, retval=True)
    return engine


def _add_clock(connection: Any, _record: object) -> None:
    # DBOS asks for unixepoch('subsec') on Python 3.12 and later; SQLite has it from 3.42, Debian 12 ships 3.40.
    connection.create_function("unixepoch", 1, lambda _modifier: time.time())


def _without_extension(
    _connection: object, _cursor: object, statement: str, parameters: Any, _context: object, _many: bool
) -> tuple[str, Any]:
    return statement.replace(_UNUSED_EXTENSION, ""), parameters


_clients: dict[str, tuple[DBOSClient, Engine]] = {}
_making = threading.Lock()


def client_for(url: str) -> DBOSClient:
    """A client, which can start and follow jobs but never run one. Makes the engine's tables if need be."""
    with _making:
        if url not in _clients:
            store = open_store(url)
            _clients[url] = _new_client(store), store
        return _clients[url][0]


def close_clients() -> None:
    """Lets go of every store, so that its file can be moved."""
    with _making:
        for client, store in _clients.values():
            client.destroy()
            store.dispose()
        _clients.clear()


def _new_client(store: Engine) -> DBOSClient:
    client = DBOSClient(
        system_database_engine=store,
        dbos_system_schema=SCHEMA,
        serializer=NumbersOnly(),
        application_name=APPLICATION,
    )
    # DBOS offers this as `dbos migrate` only for an engine of its own making.
    client._sys_db.run_migrations()
    return client


class NumbersOnly(Serializer):
    """What passes through the engine: ids, counts, and the code and words of a refusal. Nothing else can be written.

    The engine's default is pickle, which would store any object and run code when it is read.
    """

    def name(self) -> str:
        return "termometern_numbers"

    def serialize(self, data: Any) -> str:
        if isinstance(data, BaseException):
            return json.dumps({"refused": _words(data)})
        _check(data)
        return json.dumps(data)

    def deserialize(self, serialized_data: str) -> Any:
        data = json.loads(serialized_data)
        if isinstance(data, dict) and "refused" in data:
            return Refusal(data["refused"]["code"], data["refused"]["message"])
        return data


def _words(error: BaseException) -> dict[str, str]:
    if isinstance(error, Refusal):
        return {"code": error.code, "message": error.message}
    # Anybody's message may quote data; a type name cannot.
    return {"code": "job_failed", "message": f"the job stopped on {type(error).__name__}; the worker's log says where"}


def _check(data: object) -> None:
    if isinstance(data, dict):
        for value in data.values():
            _check(value)
    elif isinstance(data, list | tuple):
        for value in data:
            _check(value)
    elif not (data is None or isinstance(data, int)):
        raise TypeError(f"only ids and counts pass through the job engine, not {type(data).__name__}")
