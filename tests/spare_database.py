"""A PostgreSQL database that one test has used, made as good as new for the next.

Making a database costs some three hundred files, and dropping it as many; emptying it costs two questions. A database
is used again only if nothing of it but rows differs from the template's.
"""

from __future__ import annotations

import psycopg
from sqlalchemy.engine import make_url

MUCH = 4 * 2**20
"""Bytes of dead rows, at which a new database is cheaper than the old one."""

# Everything that a test may have changed besides rows. Copies of a database keep the object numbers of the original;
# those from 16384 on are not PostgreSQL's own.
_SHAPE = """
SELECT md5(string_agg(line, E'\\n' ORDER BY line)) FROM (
  SELECT concat_ws(' ', 'class', oid, relname, relkind, relowner, relacl, reloptions, relrowsecurity) FROM pg_class
    WHERE oid >= 16384
  UNION ALL SELECT concat_ws(' ', 'column', attrelid, attnum, attname, atttypid, atttypmod, attnotnull, attstattarget,
    attidentity, attgenerated, attacl) FROM pg_attribute WHERE attrelid >= 16384
  UNION ALL SELECT concat_ws(' ', 'default', adrelid, adnum, adbin::text) FROM pg_attrdef
  UNION ALL SELECT concat_ws(' ', 'constraint', oid, conname, convalidated) FROM pg_constraint WHERE oid >= 16384
  UNION ALL SELECT concat_ws(' ', 'index', indexrelid, indisvalid) FROM pg_index WHERE indexrelid >= 16384
  UNION ALL SELECT concat_ws(' ', 'trigger', oid, tgname, tgenabled) FROM pg_trigger
  UNION ALL SELECT concat_ws(' ', 'function', oid, proname) FROM pg_proc WHERE oid >= 16384
  UNION ALL SELECT concat_ws(' ', 'schema', oid, nspname, nspacl) FROM pg_namespace
    WHERE nspname !~ '^pg_(toast_)?temp_'
  UNION ALL SELECT concat_ws(' ', 'extension', oid, extname) FROM pg_extension
  UNION ALL SELECT concat_ws(' ', 'statistics', starelid, staattnum) FROM pg_statistic WHERE starelid >= 16384
  UNION ALL SELECT concat_ws(' ', 'setting', setrole, setconfig) FROM pg_db_role_setting
    WHERE setdatabase = (SELECT oid FROM pg_database WHERE datname = current_database())
  UNION ALL SELECT concat_ws(' ', 'database', datacl, datconnlimit, datallowconn) FROM pg_database
    WHERE datname = current_database()
  UNION ALL SELECT concat_ws(' ', 'version', version_num) FROM alembic_version
) AS lines (line)
"""
_BUSY = """
SELECT count(pg_terminate_backend(pid, 10000)) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
"""
_SEQUENCES = """
SELECT setval(format('%I.%I', schemaname, sequencename)::regclass, start_value, false) FROM pg_sequences
WHERE last_value IS NOT NULL
"""


class Template:
    """What a fresh database looks like; read from the migrated template at `url`."""

    def __init__(self, url: str) -> None:
        with _connected(url) as connection:
            tables = connection.execute("SELECT relname FROM pg_class WHERE oid >= 16384 AND relkind = 'r'").fetchall()
            self._emptying = "SET session_replication_role = replica;" + "".join(
                f'DELETE FROM "{name}";' for (name,) in tables if name != "alembic_version"
            )
            self._shape, self._size = _shape_and_size(connection)

    def empty(self, url: str) -> bool:
        """Makes the used database as good as new; False if it is not to be used again. Whoever is in it is put out."""
        try:
            with _connected(url) as connection:
                connection.execute(_BUSY)
                shape, size = _shape_and_size(connection)
                if shape != self._shape or size > self._size + MUCH:
                    return False
                connection.execute(self._emptying)
                connection.execute(_SEQUENCES)
        except psycopg.OperationalError:
            return False  # the test dropped it, or let nobody in
        return True


def _shape_and_size(connection: psycopg.Connection) -> tuple[str, int]:
    row = connection.execute(f"SELECT ({_SHAPE}), pg_database_size(current_database())").fetchone()
    assert row is not None
    return row[0], row[1]


def _connected(url: str) -> psycopg.Connection:
    return psycopg.connect(make_url(url).set(drivername="postgresql").render_as_string(False), autocommit=True)
