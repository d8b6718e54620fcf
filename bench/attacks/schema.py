"""T3 Schema: is there any path from a response to a way in, by key, value, number or time? Walks the real tables.

Every column of the tables that answers pass through is classified here by hand. A later column makes the test fail
until somebody has thought about what it tells.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from sqlalchemy import Date, DateTime, Engine, Inspector, Integer, Time, inspect, text

from bench.attacks.verdict import Verdict

RANDOM, PLACE, FACT, CONTENT, HASHED, SEALED, PSEUDONYM, DRAWN = (
    "random id",
    "round, study or organisation unit",
    "the same for whole groups",
    "what was answered",
    "hash under a key outside the database",
    "encrypted",
    "link code of a linked study",
    "drawn at random, and written nowhere else in clear",
)
COLUMNS: Mapping[str, Mapping[str, str]] = {
    "response": {
        "id": RANDOM,
        "round_id": PLACE,
        "unit_id": PLACE,
        "instrument_digest": FACT,
        "way": FACT,
        "variant": FACT,
        "language": FACT,
        "link_code": PSEUDONYM,
        # 0 at mixing; a number for a whole imported file, never for one answer.
        "batch": FACT,
        "order_seed": DRAWN,
        "answers": CONTENT,
    },
    "free_text": {
        "id": RANDOM,
        "round_id": PLACE,
        "unit_id": PLACE,
        "item": FACT,
        "text": CONTENT,
        "state": FACT,
        "released_text": CONTENT,
    },
    "invitation": {
        "id": RANDOM,
        "round_id": PLACE,
        "unit_id": PLACE,
        "way": FACT,
        "lookup": HASHED,
        "contact": SEALED,
        "answered": FACT,
        "withdrawn": FACT,
        "link_code": SEALED,
    },
    "card": {"id": RANDOM, "study_id": PLACE, "unit_id": PLACE, "lookup": HASHED},
    "person": {"id": RANDOM, "study_id": PLACE, "contact_lookup": HASHED},
    "draft": {"id": HASHED, "round_id": PLACE, "body": SEALED},
    "paper_form": {"id": HASHED, "round_id": PLACE, "label": SEALED, "body": SEALED},
    "urn": {"id": RANDOM, "round_id": PLACE, "unit_id": PLACE, "receipt": HASHED, "box": SEALED},
}
"""Tables with a row for one person or one submission."""
ELSEWHERE = frozenset(
    {
        # Places and plans, the same for all who answer.
        "organisation_unit", "study", "round", "round_unit", "live_count", "imported_file",
        # How often two who typed in paper forms differed, by item and round.
        "paper_difference",
        # The office: those who have accounts, never respondents.
        "account", "role_grant", "login_code", "audit_event", "worker", "saved_view",
        # What has been published, kept or deleted, by round.
        "release", "report_file", "ledger_entry", "backup", "deletion_record",
        # Signed and open, or kept by named persons: of another kind than answers, and no key leads between them.
        "record_entry", "client_case", "case_access", "case_occasion", "case_log", "case_count",
        "alembic_version",
    }
)  # fmt: skip
"""Tables without such a row; they may hold times and numbers, and no key may lead from them to the ones above."""
_CROSSINGS = frozenset({"round", "study", "organisation_unit"})
_ANSWERS = frozenset({"response", "free_text"})
_CONSTANT = re.compile(r"\(?'?-?\w*'?\)?(::[\w ]+)?")
_TIMELY = re.compile(r"_at$|_on$|time|date|created|updated|stamp|serial|number|order", re.IGNORECASE)


def faults(engine: Engine) -> list[str]:
    """Every path that there should not be, in words; empty for the schema as it is meant."""
    inspector = inspect(engine)
    tables = set(inspector.get_table_names())
    found = [f"table {name} is classified nowhere" for name in sorted(tables - COLUMNS.keys() - ELSEWHERE)]
    for table in sorted(tables & COLUMNS.keys()):
        found += _columns(inspector, table)
    found += _keys(inspector, tables)
    found += _shared()
    found += _machinery(engine)
    return found


def verdict(engine: Engine, database: str) -> Verdict:
    found = faults(engine)
    columns = sum(map(len, COLUMNS.values()))
    cases = f"{len(COLUMNS)} tables, {columns} columns, all triggers, defaults and sequences"
    return Verdict("T3 schema", database, cases, "; ".join(found) or "no path", None, not found)


def _columns(inspector: Inspector, table: str) -> Iterator[str]:
    primary = set(inspector.get_pk_constraint(table)["constrained_columns"])
    for column in inspector.get_columns(table):
        name, type_ = column["name"], column["type"]
        where = f"{table}.{name}"
        if name not in COLUMNS[table]:
            yield f"{where} is classified nowhere"
        # Some drawn number is called after an order, and is none.
        timely = _TIMELY.search(name) and COLUMNS[table].get(name) is not DRAWN
        if isinstance(type_, (DateTime, Date, Time)) or timely:
            yield f"{where} is a time or a running number"
        if name in primary and isinstance(type_, Integer):
            yield f"{where} is a number that the database counts up"
        if column.get("identity") or column.get("computed"):
            yield f"{where} is filled by the database"
        if column.get("default") is not None and not _CONSTANT.fullmatch(str(column["default"])):
            yield f"{where} has the default {column['default']}"


def _keys(inspector: Inspector, tables: set[str]) -> Iterator[str]:
    for table in sorted(tables):
        for key in inspector.get_foreign_keys(table):
            target = key["referred_table"]
            if target in COLUMNS:
                yield f"{table} points at {target}"
            if table in _ANSWERS and target not in _CROSSINGS:
                yield f"{table} points at {target}"


def _shared() -> Iterator[str]:
    """A pseudonym or a hash on both sides would be the same value on both sides."""
    on_answers = {kind for table in _ANSWERS for kind in COLUMNS[table].values()}
    on_ways_in = {kind for table in COLUMNS.keys() - _ANSWERS for kind in COLUMNS[table].values()}
    for kind in sorted((on_answers & on_ways_in) - {RANDOM, PLACE, FACT}):
        yield f"both answers and ways in have columns with {kind}"


def _telling() -> list[str]:
    """Columns whose values say something about one row: in a copy of them the row lives on when it is deleted."""
    places = (PLACE, FACT)
    return [
        f"{table}.{column}" for table, kinds in COLUMNS.items() for column, kind in kinds.items() if kind not in places
    ]


def _machinery(engine: Engine) -> Iterator[str]:
    """What works behind the tables: triggers, rules, sequences, remembered times of commits."""
    asked: Mapping[str, str] = _SQLITE if engine.dialect.name == "sqlite" else _POSTGRESQL
    with engine.connect().execution_options(read_only=True) as connection:
        for what, query in asked.items():
            values = {"tables": list(COLUMNS)} if ":tables" in query else {}
            values |= {"columns": _telling()} if ":columns" in query else {}
            yield from (f"{what} {name}" for (name,) in connection.execute(text(query), values))


_SQLITE = {
    "trigger": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
    "counted numbers of": "SELECT name FROM sqlite_master WHERE type = 'table' AND sql LIKE '%AUTOINCREMENT%'",
}
_POSTGRESQL = {
    "trigger": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal",
    "rule": "SELECT rulename FROM pg_rules WHERE schemaname = 'public'",
    "sequence on": (
        "SELECT t.relname FROM pg_class s JOIN pg_depend d ON d.objid = s.oid JOIN pg_class t ON t.oid = d.refobjid"
        " WHERE s.relkind = 'S' AND d.deptype IN ('a', 'i') AND t.relname = ANY(:tables)"
    ),
    "times of commits kept by": (
        "SELECT name FROM pg_settings WHERE name = 'track_commit_timestamp' AND setting = 'on'"
    ),
    # ANALYZE, which PostgreSQL does by itself, copies up to a hundred values of a column into pg_statistic.
    "statistics with values of": (
        "SELECT t.relname || '.' || a.attname FROM pg_attribute a JOIN pg_class t ON t.oid = a.attrelid"
        " WHERE t.relname || '.' || a.attname = ANY(:columns) AND t.relkind = 'r'"
        " AND coalesce(a.attstattarget, -1) <> 0"
    ),
    "row versions published by": "SELECT pubname FROM pg_publication",
}
