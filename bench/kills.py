"""SIGKILL at every step: a child process that kills itself before the n-th statement, commit or key-file operation.

Steps are counted where the drivers and the operating system are met: sqlite3's trace (every statement, also COMMIT and
VACUUM), psycopg's cursors and commits, and the audit events of opening, linking and removing files in the key folder.
Children are forked from one server process that has imported everything, and are real processes to the database.
"""

from __future__ import annotations

import os
import signal
import sqlite3
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import Engine, event

from instruments.model import Answer
from survey.answering.destroying import destroy_due_keys
from survey.answering.entry import Purpose, find_entry
from survey.answering.mixing import mix
from survey.answering.submit import submit
from survey.config import settings_from
from survey.jobs import rounds
from survey.services import Services, services_from

NEVER = 1_000_000
FILE_EVENTS = frozenset({"open", "os.link", "os.remove", "os.rename"})
_servers = get_context("forkserver")
_servers.set_forkserver_preload(["bench.kills", "survey.jobs.rounds", "survey.fieldwork.rounds"])


@dataclass(frozen=True)
class Stage:
    """Where the child works: all that it needs to make its own services."""

    environment: dict[str, str]
    now: datetime
    round_id: int
    code: str = ""
    """Whose answers are sent in."""
    answers: Mapping[str, Answer] = field(default_factory=dict)
    instruments: Path | None = None


def do_submit(services: Services, stage: Stage) -> None:
    folders = [stage.instruments] if stage.instruments else []
    with services.sessions() as session:
        entry = find_entry(session, services.keys, stage.code, stage.now, purpose=Purpose.SUBMIT, folders=folders)
        submit(session, services.keys, entry, stage.answers, variant="standard", language="sv")
        session.commit()


def do_mix(services: Services, stage: Stage) -> None:
    with services.sessions() as session:
        mix(session, services.round_keys, stage.round_id, stage.now + timedelta(hours=2))


def do_open(services: Services, stage: Stage) -> None:
    rounds.open_(services, stage.round_id)


def do_destroy(services: Services, stage: Stage) -> None:
    destroy_due_keys(services, stage.now + timedelta(days=40))


Work = Callable[[Services, Stage], None]


def killed_at(step: int, work: Work, stage: Stage) -> bool:
    """Do the work in a process of its own, killed before its n-th step (from 1). False if it came to its end.

    Raises RuntimeError if it ended in any other way.
    """
    child = _servers.Process(target=_child, args=(step, work, stage))
    child.start()
    child.join()
    if child.exitcode not in (0, -signal.SIGKILL):
        raise RuntimeError(f"killed at step {step} the child ended with {child.exitcode}")
    return child.exitcode != 0


def every_step(work: Work, stage: Stage) -> Iterator[int]:
    """Attempt after attempt, each killed one step later than the one before, until one comes to its end.

    Gives the number of the step after each kill: the caller looks at what was left. A caller that finds the work done
    (its second half is what a second attempt does) begins again with `every_step`.
    """
    for step in range(1, NEVER):
        if not killed_at(step, work, stage):
            return
        yield step


def _child(step: int, work: Work, stage: Stage) -> None:
    services = services_from(settings_from(stage.environment), lambda: stage.now)
    services.keys.pepper()
    left = [step]

    def count() -> None:
        left[0] -= 1
        if left[0] == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    watch(services.engine, services.settings.round_keys, count)
    work(services, stage)


def watch(engine: Engine, folder: Path, count: Callable[[], None]) -> None:
    """Call `count` before every statement and commit, after every commit, and before every operation on a key file."""
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", lambda connection, _record: _trace(connection, count))
    else:
        _before(psycopg.Cursor, "execute", count)
        _before(psycopg.Cursor, "executemany", count)
        _before(psycopg.Connection, "commit", count, after=True)
    prefix = f"{folder}{os.sep}"

    def heard(name: str, arguments: tuple[Any, ...]) -> None:
        if name in FILE_EVENTS and any(str(one).startswith(prefix) for one in arguments[:2]):
            count()

    sys.addaudithook(heard)


def _trace(connection: sqlite3.Connection, count: Callable[[], None]) -> None:
    connection.set_trace_callback(lambda _statement: count())


def _before(owner: type, name: str, count: Callable[[], None], *, after: bool = False) -> None:
    honest = getattr(owner, name)

    seen: set[str] = set()

    def counted(self: object, *args: object, **rest: object) -> object:
        statement = args[0] if args and isinstance(args[0], str) else ""
        # The log is led through each of its many files by the same two statements: one time is like another.
        if not (statement.startswith("SELECT pg_") and statement in seen):
            count()
        seen.add(statement)
        result = honest(self, *args, **rest)
        if after:
            count()
        return result

    setattr(owner, name, counted)
