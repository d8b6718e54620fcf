"""Who a worker is: its own while it lives, the same after a restart; silent means lost."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import Engine

from survey.database import session_factory
from survey.jobs.executors import SILENCE, beat, claim_executor, living, retire

NOW = datetime(2026, 5, 4, 9, 0, tzinfo=UTC)


def test_two_workers_of_one_home_are_two_executors(tmp_path: Path) -> None:
    with claim_executor(tmp_path) as first, claim_executor(tmp_path) as second:
        assert first != second


def test_a_restarted_worker_is_the_same_executor(tmp_path: Path) -> None:
    """So that it takes up its own work at once, without waiting for itself to go silent."""
    with claim_executor(tmp_path) as before:
        pass
    with claim_executor(tmp_path) as after:
        assert after == before


def test_two_machines_never_share_an_executor(tmp_path: Path) -> None:
    with claim_executor(tmp_path / "one") as first, claim_executor(tmp_path / "other") as second:
        assert first != second


def test_a_worker_lives_until_it_has_been_silent_too_long(engine: Engine) -> None:
    sessions = session_factory(engine)
    beat(sessions, "worker-a", NOW)
    beat(sessions, "worker-a", NOW + timedelta(seconds=3))
    assert living(sessions, NOW + SILENCE) == {"worker-a"}
    assert living(sessions, NOW + SILENCE + timedelta(seconds=4)) == frozenset()


def test_a_worker_that_stops_is_gone_at_once(engine: Engine) -> None:
    sessions = session_factory(engine)
    beat(sessions, "worker-a", NOW)
    retire(sessions, "worker-a")
    assert living(sessions, NOW) == frozenset()
