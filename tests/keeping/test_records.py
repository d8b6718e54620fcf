"""The signed records: any change, gap or reordering is found, and writers at the same time make one chain."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, func, select, text
from sqlalchemy.orm import Session

from survey.database import session_factory
from survey.keeping.records import Fault, RecordFault, digest_of, verify_key_of, verify_records, write_record
from survey.models import DeletionRecord

SEED = bytes(range(32))
KEY = verify_key_of(SEED)
NOW = datetime(2026, 3, 1, 10, 0, 0, 123456, tzinfo=UTC)


@pytest.fixture
def written(session: Session) -> Session:
    for number in range(3):
        write_record(
            session,
            SEED,
            at=NOW + timedelta(hours=number),
            what="drafts",
            subject=f"ebp/{number}",
            amount=number,
            decision="Gallringsbeslut 2026:å",
        )
    session.commit()
    session.expire_all()
    return session


def test_what_was_written_is_found_whole(written: Session) -> None:
    assert verify_records(written, KEY) == ()
    assert verify_records(written, KEY, noted=digest_of(written.get_one(DeletionRecord, 2))) == ()


def test_another_key_has_signed_none_of_them(written: Session) -> None:
    faults = verify_records(written, verify_key_of(bytes(32)))
    assert faults == tuple(RecordFault(number, Fault.SIGNATURE) for number in (1, 2, 3))


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("at", NOW + timedelta(hours=1, microseconds=1)),
        ("what", "contacts"),
        ("subject", "ebp/9"),
        ("amount", 2),
        ("decision", ""),
        ("previous", bytes(32)),
        ("signature", bytes(64)),
        ("signature", b"short"),
    ],
)
def test_a_changed_field_is_found(written: Session, column: str, value: object) -> None:
    setattr(written.get_one(DeletionRecord, 2), column, value)
    written.commit()
    assert RecordFault(2, Fault.SIGNATURE) in verify_records(written, KEY)


@pytest.mark.parametrize("removed", [1, 2])
def test_a_removed_record_is_found_at_the_next_one(written: Session, removed: int) -> None:
    written.execute(text("DELETE FROM deletion_record WHERE id = :id"), {"id": removed})
    assert verify_records(written, KEY) == (RecordFault(removed + 1, Fault.CHAIN),)


def test_a_gap_that_was_closed_by_counting_anew_is_found(written: Session) -> None:
    written.execute(text("DELETE FROM deletion_record WHERE id = 2"))
    written.execute(text("UPDATE deletion_record SET id = 2 WHERE id = 3"))
    assert verify_records(written, KEY) == (RecordFault(2, Fault.SIGNATURE), RecordFault(2, Fault.CHAIN))


def test_records_in_another_order_are_found(written: Session) -> None:
    for old, new in ((2, 9), (3, 2), (9, 3)):
        written.execute(text("UPDATE deletion_record SET id = :new WHERE id = :old"), {"old": old, "new": new})
    assert {(fault.record_id, fault.fault) for fault in verify_records(written, KEY)} >= {
        (2, Fault.SIGNATURE),
        (2, Fault.CHAIN),
        (3, Fault.SIGNATURE),
        (3, Fault.CHAIN),
    }


def test_newest_records_cut_off_are_found_by_the_digest_that_was_noted(written: Session) -> None:
    noted = digest_of(written.get_one(DeletionRecord, 3))
    written.execute(text("DELETE FROM deletion_record WHERE id = 3"))
    assert verify_records(written, KEY) == ()
    assert verify_records(written, KEY, noted) == (RecordFault(None, Fault.CUT_OFF),)


def test_a_deletion_that_fails_leaves_no_record(written: Session) -> None:
    write_record(written, SEED, at=NOW, what="keys", subject="ebp/0", amount=1)
    written.rollback()
    assert written.scalar(select(func.count()).select_from(DeletionRecord)) == 3


def test_writers_at_the_same_time_make_one_chain(engine: Engine) -> None:
    sessions = session_factory(engine)

    def write(number: int) -> None:
        with sessions.begin() as session:
            # What a chore does first: it reads, and only then writes its record.
            session.scalar(select(func.count()).select_from(DeletionRecord))
            write_record(session, SEED, at=NOW, what="drafts", subject=f"ebp/{number}", amount=1)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(write, range(12)))
    with sessions() as session:
        assert session.scalar(select(func.count()).select_from(DeletionRecord)) == 12
        assert verify_records(session, KEY) == ()
