"""Who a worker is, whether it lives, and what becomes of its work when it does not.

A worker's executor id is its own for as long as its process lives (a file lock) and the same again after a restart, so
that a worker that was killed takes up its own work at once. One that never comes back goes silent, and any other worker
takes its work.
"""

from __future__ import annotations

import fcntl
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path

from sqlalchemy import delete, select
from sqlalchemy.orm import Session, sessionmaker

from survey.models import Worker

BEAT_SECONDS = 3.0
SILENCE = timedelta(seconds=30)
"""A worker unheard of for this long is lost. Long enough for a write lock held by a large sealing."""


@contextmanager
def claim_executor(folder: Path) -> Iterator[str]:
    """The first executor id in `folder` that no living process holds. The lock dies with its process."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    for number in count(1):
        with (folder / str(number)).open("a+", encoding="ascii") as place:
            try:
                fcntl.flock(place, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                continue
            place.seek(0)
            executor_id = place.read().strip()
            if not executor_id:
                executor_id = f"worker-{secrets.token_hex(8)}"
                place.write(executor_id)
                place.flush()
            yield executor_id
            return


def beat(sessions: sessionmaker[Session], executor_id: str, now: datetime) -> None:
    with sessions.begin() as session:
        session.merge(Worker(executor_id=executor_id, seen_at=now))


def retire(sessions: sessionmaker[Session], executor_id: str) -> None:
    with sessions.begin() as session:
        session.execute(delete(Worker).where(Worker.executor_id == executor_id))


def living(sessions: sessionmaker[Session], now: datetime) -> frozenset[str]:
    """Executor ids heard of within SILENCE."""
    with sessions() as session:
        return frozenset(session.scalars(select(Worker.executor_id).where(Worker.seen_at > now - SILENCE)))
