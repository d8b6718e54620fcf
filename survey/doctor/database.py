"""The database's own settings and files: what it writes beside the tables."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import Connection, make_url, text
from sqlalchemy.exc import SQLAlchemyError

from survey.doctor.signs import Patient, Sign, fault, number, warning, well

_TELLING = {
    "track_commit_timestamp": ("off", "keeps the time of every transaction: a row's xmin then tells when it came"),
    "log_statement": ("none", "writes every statement in the server's log"),
    "log_min_duration_statement": ("-1", "writes slow statements in the server's log"),
    "log_min_duration_sample": ("-1", "writes some statements in the server's log"),
    "log_transaction_sample_rate": ("0", "writes some statements in the server's log"),
    "log_parameter_max_length_on_error": ("0", "writes what is stored in the server's log when a statement fails"),
}
"""Setting -> the value that it must have, and what another one does."""


def examine(patient: Patient) -> Iterator[Sign]:
    with patient.services.engine.connect().execution_options(read_only=True) as connection:
        look = _sqlite if connection.dialect.name == "sqlite" else _postgresql
        found = [*look(connection, patient)]
        connection.rollback()
    yield from found


def _sqlite(connection: Connection, patient: Patient) -> Iterator[Sign]:
    file = Path(make_url(patient.services.settings.database_url).database or "")
    open_to_others = [
        path.name
        for path in (file, file.with_name(f"{file.name}-wal"), file.with_name(f"{file.name}-shm"))
        if path.exists() and path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO)
    ]
    if open_to_others:
        yield fault(f"Others may read {', '.join(open_to_others)}.", f"run: chmod 600 {file}*")
    else:
        yield well("The database file is for its owner alone.")
    mode = connection.exec_driver_sql("PRAGMA journal_mode").scalar_one()
    if mode != "wal":
        yield fault(f"The journal mode is {mode}, not wal.", "start any command once: it sets the mode")
    free = connection.exec_driver_sql("PRAGMA freelist_count").scalar_one()
    if free:
        remedy = "seal the round again, or run VACUUM when nobody is answering"
        yield warning(f"The file holds {free} pages that are not used; they are overwritten with zeros.", remedy)


def _postgresql(connection: Connection, _patient: Patient) -> Iterator[Sign]:
    settings = {row.name: row.setting for row in connection.execute(text("SELECT name, setting FROM pg_settings"))}
    told = False
    for name, (safe, does) in _TELLING.items():
        if settings.get(name, safe) != safe and not (name == "log_statement" and settings[name] == "ddl"):
            told = True
            yield fault(f"PostgreSQL's {name} {does}.", f"set {name} to {safe} in postgresql.conf and reload it")
    if not told:
        yield well("PostgreSQL keeps no times of transactions and writes no statements in its log.")
    if settings.get("archive_mode", "off") != "off":
        remedy = "delete archived segments from before the last sealing, or keep them no longer than its keys"
        yield warning("PostgreSQL archives its log: old segments hold sealed answers and used links.", remedy)
    yield from _kept_log(connection)
    yield from _copied_elsewhere(connection)
    yield from _lacking(connection)


def _copied_elsewhere(connection: Connection) -> Iterator[Sign]:
    """Who else is sent the log, and with it the order that answers came in."""
    for what, query, remedy in _COPIES:
        count = connection.execute(text(query)).scalar_one()
        if count:
            yield warning(f"PostgreSQL has {number(count, *what)}.", remedy)


_COPIES = (
    (
        ("standby that is sent its log", "standbys that are sent its log"),
        "SELECT count(*) FROM pg_stat_replication",
        "what lies there is to be deleted as here: see docs/privacy.md, What remains",
    ),
    (
        ("replication slot, which keeps old log", "replication slots, which keep old log"),
        "SELECT count(*) FROM pg_replication_slots",
        "drop it with pg_drop_replication_slot() if nobody reads it: old log holds sealed answers in their order",
    ),
    (
        ("publication, which sends rows out one by one", "publications, which send rows out one by one"),
        "SELECT count(*) FROM pg_publication",
        "drop it: whoever subscribes sees in which order answers come",
    ),
)
"""(one, several), how many there are, what to do."""


def _lacking(connection: Connection) -> Iterator[Sign]:
    """What mixing needs to clear the log (answering.compact) and this role may not do."""
    has = connection.execute(text(_RIGHTS)).one()._mapping
    lacking = [words for name, words in _GRANTS.items() if has[name] is False]
    if lacking:
        remedy = f"ask its administrator: {'; '.join(lacking)}"
        yield warning("This role may not clear PostgreSQL's log after mixing: sealed answers stay in it.", remedy)


_RIGHTS = (
    "SELECT has_function_privilege('pg_switch_wal()', 'EXECUTE') AS switch,"
    " has_function_privilege('pg_ls_waldir()', 'EXECUTE') AS files,"
    " (SELECT pg_has_role(oid, 'USAGE') FROM pg_roles WHERE rolname = 'pg_checkpoint') AS checkpoint"
)
"""pg_checkpoint came with PostgreSQL 15; before that only a superuser may, and the answer is NULL."""
_GRANTS = {
    "switch": "GRANT EXECUTE ON FUNCTION pg_switch_wal() TO the role",
    "files": "GRANT pg_monitor TO the role",
    "checkpoint": "GRANT pg_checkpoint TO the role",
}


def _kept_log(connection: Connection) -> Iterator[Sign]:
    """Segments older than the last sealing still hold what was rewritten then."""
    query = text(
        "SELECT count(*) FROM pg_ls_waldir() WHERE modification < (SELECT max(sealed_at) FROM round)"
        " AND name NOT LIKE '%.history'"
    )
    try:
        with connection.begin_nested():
            old = connection.execute(query).scalar_one()
    except SQLAlchemyError:
        remedy = "let a superuser run the doctor once, or grant pg_monitor"
        yield warning("This role may not see how much old log PostgreSQL keeps.", remedy)
        return
    if old:
        remedy = "they are recycled by and by; run CHECKPOINT, and see max_wal_size and replication slots"
        yield warning(f"PostgreSQL still keeps {old} log segments from before the last sealing.", remedy)
