"""Backups: they may hold no key, and nothing that a key which still exists could open for longer than it must."""

from __future__ import annotations

import re
import sqlite3
import tarfile
import zipfile
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path, PurePath

from sqlalchemy import select

from survey.database import read_session
from survey.doctor.signs import Patient, Sign, fault, number, warning, well
from survey.models import Backup, Round

_KEY = re.compile(r"pepper|session|signing|study-\d+\.(pepper|share|check)|round-\d+\.(key|copy|token)")
_SQLITE, _POSTGRESQL = b"SQLite format 3\0", b"PGDMP"
_OLD = timedelta(days=8)


def examine(patient: Patient) -> Iterator[Sign]:
    with read_session(patient.services.sessions) as session:
        latest = session.scalars(select(Backup).order_by(Backup.made_at.desc())).first()
    if latest is None:
        yield warning("No backup has been made and verified.", "run ./run backup make FOLDER every night")
    elif latest.made_at + _OLD < patient.now:
        yield warning(f"The last verified backup is of {latest.made_at:%Y-%m-%d}.", "run ./run backup make FOLDER")
    else:
        yield well(f"The last verified backup is of {latest.made_at:%Y-%m-%d %H:%M} UTC.")
    for path in patient.backups:
        if not path.exists():
            yield warning(f"{path} is not there.", "point at the folder that backups are kept in")
            continue
        files = [path] if path.is_file() else sorted(one for one in path.rglob("*") if one.is_file())
        signs = [sign for file in files for sign in _file(file, patient)]
        yield from signs
        if not signs:
            yield well(f"{path}: {number(len(files), 'file', 'files')}, no keys among them.")
    if not patient.backups:
        yield warning("No backup has been looked into.", "point at where they are kept: --backup FOLDER")


def _file(path: Path, patient: Patient) -> Iterator[Sign]:
    keys = sorted(name for name in (path.name, *_members(path)) if _KEY.fullmatch(PurePath(name).name))
    if keys:
        remedy = "take the keys out: whoever has both can read what was not mixed yet"
        yield fault(f"{path} holds {number(len(keys), 'key', 'keys')} ({', '.join(keys[:3])}).", remedy)
    try:
        with path.open("rb") as file:
            head = file.read(16)
    except PermissionError:
        yield warning(f"{path} cannot be read.", "run the doctor as the user that owns it")
        return
    if head == _SQLITE:
        yield from _boxes(path, patient)
    elif head.startswith(_POSTGRESQL) and _waiting(patient):
        remedy = "it opens with the keys of the rounds that are open or were just sealed: keep the two apart"
        yield warning(f"{path} may hold sealed answers.", remedy)


def _members(path: Path) -> list[str]:
    """Names inside an archive; none for what is not one."""
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            return archive.namelist()
    if path.stat().st_size and tarfile.is_tarfile(path):
        with tarfile.open(path) as archive:
            return archive.getnames()
    return []


def _boxes(path: Path, patient: Patient) -> Iterator[Sign]:
    """Sealed answers in a copy of a SQLite database whose key still exists."""
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True)) as copy:
            counts = dict(copy.execute("SELECT round_id, count(*) FROM urn GROUP BY round_id"))
    except sqlite3.Error:
        return
    for round_id, boxes in counts.items():
        if patient.services.round_keys.has(round_id):
            remedy = "keep the copy and the key folder apart until the round is sealed and its key destroyed"
            sealed = number(boxes, "sealed answer", "sealed answers")
            yield warning(f"{path} holds {sealed} of round {round_id}, whose key exists.", remedy)


def _waiting(patient: Patient) -> bool:
    with read_session(patient.services.sessions) as session:
        ids = session.scalars(select(Round.id).where(Round.opened_at.is_not(None))).all()
    return any(patient.services.round_keys.has(round_id) for round_id in ids)
