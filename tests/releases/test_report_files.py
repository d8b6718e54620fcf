"""Reports: written once and whole, found again, and the same bytes each time."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from survey.errors import Refusal
from survey.models import ReportFile
from survey.releases.freeze import freeze, open_release
from survey.releases.reports import report_groups, write_report

LATER = datetime(2026, 4, 1, tzinfo=UTC)


@pytest.fixture
def release_id(session: Session, sealed: Any) -> int:
    return freeze(session, sealed.now, LATER).id


def test_the_county_and_every_municipality_get_one_masked_or_not(session: Session, release_id: int) -> None:
    assert report_groups(open_release(session, release_id)[1]) == ["23", "2303", "2309", "2313"]


def test_a_report_is_written_once_and_found_again(session: Session, release_id: int, tmp_path: Path) -> None:
    path = write_report(session, tmp_path / "reports", release_id, "2309")
    content = path.read_bytes()
    assert content.startswith(b"%PDF")
    made = path.stat().st_mtime_ns
    assert write_report(session, tmp_path / "reports", release_id, "2309") == path
    assert path.stat().st_mtime_ns == made
    entered = session.scalars(select(ReportFile)).one()
    assert entered.digest == hashlib.sha256(content).hexdigest()
    assert tmp_path / "reports" / entered.path == path
    assert [one.name for one in (tmp_path / "reports").iterdir()] == [path.name]


def test_a_lost_or_half_report_is_made_again_as_it_was(session: Session, release_id: int, tmp_path: Path) -> None:
    path = write_report(session, tmp_path, release_id, "2309")
    content = path.read_bytes()
    path.unlink()
    assert write_report(session, tmp_path, release_id, "2309").read_bytes() == content
    path.write_bytes(content[:1000])
    assert write_report(session, tmp_path, release_id, "2309").read_bytes() == content
    assert session.scalar(select(func.count()).select_from(ReportFile)) == 1


def test_a_report_that_cannot_be_made_as_it_was_is_refused(session: Session, release_id: int, tmp_path: Path) -> None:
    path = write_report(session, tmp_path, release_id, "2309")
    path.unlink()
    session.scalars(select(ReportFile)).one().digest = "0" * 64
    session.flush()
    with pytest.raises(Refusal) as refused:
        write_report(session, tmp_path, release_id, "2309")
    assert refused.value.code == "report_changed"
    assert not path.exists()


def test_a_group_that_took_no_part_has_no_report(session: Session, release_id: int, tmp_path: Path) -> None:
    with pytest.raises(Refusal) as refused:
        write_report(session, tmp_path, release_id, "2305")
    assert refused.value.code == "unknown_group"
