"""The adversary's own readers see what is there, and what was there: an attack with bad eyes would prove nothing."""

from __future__ import annotations

import base64
import os
import sqlite3
from pathlib import Path
from urllib.parse import quote_from_bytes

import pytest
from sqlalchemy import Engine, text

from bench.attacks.needles import Needles, encodings
from bench.attacks.postgres_pages import heap_tuples, index_entries, wal_segments
from bench.attacks.sqlite_pages import Pages, wal_frames

ROWS = [(number, f"rad {number} å", os.urandom(10 + 900 * (number % 20)), number * 1.5, None) for number in range(300)]


@pytest.fixture
def written(tmp_path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(tmp_path / "t.sqlite")
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA secure_delete=OFF")
    connection.execute("CREATE TABLE t (n, words TEXT, long BLOB, half REAL, blank)")
    connection.execute("CREATE INDEX by_words ON t (words)")
    connection.executemany("INSERT INTO t VALUES (?, ?, ?, ?, ?)", ROWS)
    connection.commit()
    return connection


def pages_of(folder: Path) -> Pages:
    log = folder / "t.sqlite-wal"
    return Pages((folder / "t.sqlite").read_bytes(), log.read_bytes() if log.exists() else b"")


def test_every_record_of_sqlite_is_read_overflow_and_log_included(written: sqlite3.Connection, tmp_path: Path) -> None:
    for checkpointed in (False, True):
        if checkpointed:
            written.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        pages = pages_of(tmp_path)
        assert [cell.values for cell in pages.records(pages.root("t"))] == ROWS
        keys = [cell.values[0] for cell in pages.records(pages.root("by_words"))]
        assert keys == sorted(row[1] for row in ROWS)


def test_what_sqlite_has_deleted_is_found_in_free_space_and_log(written: sqlite3.Connection, tmp_path: Path) -> None:
    log = (tmp_path / "t.sqlite-wal").read_bytes()
    assert any(ROWS[0][2] in content for _, content, _ in wal_frames(log, 4096))
    written.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    written.execute("DELETE FROM t WHERE n < 200")
    written.commit()
    written.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    unused = b"".join(content for _, content in pages_of(tmp_path).unused())
    assert ROWS[20][2] in unused
    assert ROWS[299][2] not in unused


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_every_row_of_postgresql_is_read_dead_ones_too_and_every_index_entry(engine: Engine) -> None:
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:

        def asked(statement: str) -> object:
            return connection.execute(text(statement)).scalar_one()

        connection.execute(text("CREATE TABLE t (n integer, words text, same integer)"))
        connection.execute(text("CREATE INDEX by_words ON t (words); CREATE INDEX by_same ON t (same)"))
        connection.execute(text("INSERT INTO t SELECT n, 'rad nummer ' || n, 1 FROM generate_series(1, 3000) n"))
        connection.execute(text("DELETE FROM t WHERE n = 7"))
        connection.execute(text("CHECKPOINT"))
        data = Path(str(asked("SHOW data_directory")))
        files = {name: (data / str(asked(f"SELECT pg_relation_filepath('{name}')"))).read_bytes() for name in
                 ("t", "by_words", "by_same")}  # fmt: skip
        xmin = int(str(asked("SELECT xmin::text FROM t WHERE n = 1")))
        tid = asked("SELECT ctid::text FROM t WHERE n = 3000")
    rows = list(heap_tuples(files["t"]))
    assert {row.xmin for row in rows} == {xmin}
    assert next(row.xmax for row in rows if row.data.startswith((7).to_bytes(4, "little"))) > xmin
    assert f"({rows[-1].tid[0]},{rows[-1].tid[1]})" == tid
    for index in ("by_words", "by_same"):
        entries = [entry.tid for entry in index_entries(files[index])]
        assert sorted(entries) == sorted(row.tid for row in rows), index
    log = b"".join(path.read_bytes() for _, path in wal_segments(data / "pg_wal"))
    assert b"rad nummer 2999" in log


def test_a_needle_is_found_however_a_program_wrote_it() -> None:
    needle = os.urandom(16) + b"+/"
    forms = Needles(dict.fromkeys(encodings(needle), "it"))
    for before in range(4):
        context = os.urandom(before) + needle + os.urandom(7)
        written = [context, context.hex().encode(), base64.b64encode(context), base64.urlsafe_b64encode(context)]
        for one in [*written, quote_from_bytes(context).encode()]:
            assert forms.find(os.urandom(999) + one + os.urandom(9)), one
    assert not forms.find(os.urandom(100_000))
    assert Needles(dict.fromkeys(encodings("namn Sköld".encode()), 1)).find("Å namn Sköld".encode("utf-16-le"))
    numbers = Needles({b"12345678": 1, b"abcdefgh": 2})
    assert numbers.find(b"first 12345678 second 12345678 abcdefgh") == {1: [6, 22], 2: [31]}
    assert numbers.find_in([b"12345678", b"1234", b"5678 abcdefgh"]) == {(0, 1), (2, 2)}
