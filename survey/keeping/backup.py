"""Backups of the database: read back before they count, put back only where nothing is, and never with a key in them.

A backup from before a sealing still holds the urn. Once the round's key is destroyed it opens nowhere: to put such a
backup back says so, for each round, and what can be done.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import file_digest
from pathlib import Path

from sqlalchemy import Engine, func, inspect, make_url, select, union
from sqlalchemy.orm import Session

from survey.config import Settings
from survey.database import read_session
from survey.errors import Refusal
from survey.fieldwork.transitions import close_round, reference
from survey.keeping.copying import Counts, copying_for, damaged
from survey.models import Backup, Card, Person, Response, Round, RoundState, Study, UrnBox
from survey.services import Services


@dataclass(frozen=True)
class Made:
    path: Path
    tables: int
    rows: int
    digest: str


def make_backup(services: Services, folder: Path, now: datetime) -> Made:
    """Copy the database into `folder`, read the copy back, and enter it as verified.

    `now` is before the copy begins: a round that is sealed meanwhile is not taken for backed up.
    Raises Refusal `backup_failed`, `backup_damaged`; nothing is left then.
    """
    copying = copying_for(services.settings)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    waiting = _unsealed(services)
    path = folder / f"termometern-{now:%Y%m%dT%H%M%SZ}.{copying.ending}"
    if path.exists():
        raise Refusal("backup_failed", f"{path} is there already; wait a second, or choose another folder")
    aside = path.with_name(f".{path.name}.part")
    # Addresses, password hashes and sealed answers: for this user alone, from the first byte.
    os.close(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600))
    try:
        counts = copying.write(services.engine, aside)
        if _present(copying.read_back(aside)) != _present(counts):
            raise damaged(aside)
        digest = _settle(aside, path)
    finally:
        aside.unlink(missing_ok=True)
    with services.sessions.begin() as session:
        session.add(Backup(made_at=_shown(session, waiting, now), verified_at=services.clock(), digest=digest))
    return Made(path, len(counts), sum(counts.values()), digest)


def _unsealed(services: Services) -> Sequence[int]:
    with read_session(services.sessions) as session:
        return session.scalars(select(Round.id).where(Round.sealed_at.is_(None))).all()


def _shown(session: Session, waiting: Sequence[int], now: datetime) -> datetime:
    """The moment that the copy surely shows: no later than the sealing of a round that was mixed beside the copying.

    Such a mixing may have begun before `now` and been committed after the copy was begun. Its round lies unsealed in
    the copy, and would be lost with its key. Holding the rows waits for one that is under way still.
    """
    rounds = session.scalars(select(Round).where(Round.id.in_(waiting)).order_by(Round.id).with_for_update())
    return min([now, *(round_.sealed_at for round_ in rounds if round_.sealed_at is not None)])


def refuse_occupied(settings: Settings) -> None:
    """Raises Refusal `restore_not_empty` where SQLite's file, or the job engine's, is there already."""
    for url in (settings.database_url, settings.jobs_url):
        where = make_url(url)
        file = Path(where.database or "")
        if where.get_backend_name() == "sqlite" and file.is_file() and file.stat().st_size:
            remedy = "move it away, or choose another TERMOMETERN_HOME"
            raise Refusal("restore_not_empty", f"{file} is there already; {remedy}")


def checked(settings: Settings, path: Path) -> Counts:
    """The rows of a backup by table, all of it read. Raises Refusal `backup_damaged`."""
    copying = copying_for(settings)
    with path.open("rb") as file:
        if file.read(len(copying.magic)) != copying.magic:
            raise damaged(path)
    return copying.read_back(path)


def put_back(settings: Settings, engine: Engine, path: Path) -> None:
    """Make the empty database what the backup shows; keys are not touched.

    Raises Refusal `restore_not_empty`, `backup_failed`; nothing is changed then.
    """
    found = inspect(engine).get_table_names()
    if found:
        message = f"the database has {len(found)} tables already; restore into an empty one"
        raise Refusal("restore_not_empty", message)
    copying_for(settings).put_back(engine, path)


def look_after(services: Services) -> list[str]:
    """What cannot be done any more in a database that has just been put back, and what to do, one sentence each.

    A round that is open without its key is closed: whoever answered would answer into a box that nobody can open.
    """
    told: list[str] = []
    with services.sessions.begin() as session:
        for round_ in session.scalars(select(Round).order_by(Round.id)):
            told += _about(services, session, round_)
        if (services.settings.keys / "pepper").exists():
            told += _ended_since(services, session)
    if not (services.settings.keys / "pepper").exists():
        told.append(f"There is no key folder: put your copy of it at {services.settings.keys} before anything else.")
    return told


def _about(services: Services, session: Session, round_: Round) -> Sequence[str]:
    name, keys = reference(round_), services.round_keys
    if round_.state == RoundState.DRAFT:
        if keys.destroyed(round_.id):
            return [f"{name} has been open and sealed since this backup, and cannot be opened: create a new round."]
        return []
    if round_.sealed_at is not None:
        if round_.keys_destroyed_at is not None and keys.has(round_.id):
            return [
                f"The key of {name} has come back; it is destroyed by ./run rounds destroy-keys, or within the hour."
            ]
        return []
    try:
        keys.private_key(round_.id, fits=round_.public_key)
    except Refusal as refusal:
        return [_unopened(session, round_, refusal), *_closed(services, session, round_)]
    return []


def _ended_since(services: Services, session: Session) -> list[str]:
    """Studies whose pepper is gone although codes made under it are back: they were ended after the backup."""
    coded = select(Round.study_id).join(Response, Response.round_id == Round.id)
    with_codes = union(
        select(Card.study_id), select(Person.study_id), coded.where(Response.link_code.is_not(None))
    ).subquery()
    studies = session.scalars(select(Study).where(Study.id.in_(select(with_codes)), Study.ended_at.is_(None)))
    peppers = services.keys.study_peppers()
    return [
        f"{slug} has been ended since this backup, and its link codes are back: run ./run studies end {slug}"
        for slug in sorted(study.slug for study in studies if study.id not in peppers)
    ]


def _unopened(session: Session, round_: Round, refusal: Refusal) -> str:
    boxes = session.scalar(select(func.count()).select_from(UrnBox).where(UrnBox.round_id == round_.id)) or 0
    answers = f"{boxes} answers of {reference(round_)} lie sealed here and"
    if refusal.code == "key_destroyed":
        day = refusal.facts["day"]
        return (
            f"{answers} cannot be opened: the key was destroyed on {day}, after they had been mixed. Restore a backup"
            " from after that; results that have been released stand."
        )
    return f"{answers} cannot be opened: {refusal.message}."


def _closed(services: Services, session: Session, round_: Round) -> list[str]:
    if round_.state != RoundState.OPEN:
        return []
    close_round(session, round_, services.clock())
    return [f"{reference(round_)} was open and has been closed: nobody could have read what was sent in."]


def _present(counts: Counts) -> Counts:
    return {name: rows for name, rows in counts.items() if rows}


def _settle(aside: Path, path: Path) -> str:
    """Bring the file to the disk under its own name. Returns its SHA-256."""
    with aside.open("rb") as file:
        digest = file_digest(file, "sha256").hexdigest()
        os.fsync(file.fileno())
    aside.rename(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
    return digest
