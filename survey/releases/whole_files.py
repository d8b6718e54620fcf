"""Files that appear whole or not at all, and leave nothing behind when their writer is killed."""

from __future__ import annotations

import fcntl
import os
import secrets
from pathlib import Path


def write_whole(path: Path, content: bytes) -> None:
    """Beside, then renamed: nobody meets half a file, and two who write at once write the same bytes.

    A writer that is killed leaves its file beside; the next one to write `path` removes it. Who lives holds a lock on
    its own, which dies with its process.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    _remove_abandoned(path)
    while not _write(path.with_name(f"{_beside(path)}{secrets.token_hex(4)}"), path, content):
        pass


def _write(aside: Path, path: Path, content: bytes) -> bool:
    """False if another writer removed the file between its making and its locking, taking it for abandoned."""
    try:
        with aside.open("xb") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            if os.fstat(file.fileno()).st_nlink == 0:
                return False
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
            aside.replace(path)
            return True
    finally:
        aside.unlink(missing_ok=True)


def _remove_abandoned(path: Path) -> None:
    for aside in [one for one in path.parent.iterdir() if one.name.startswith(_beside(path))]:
        try:
            with aside.open("rb") as file:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                aside.unlink(missing_ok=True)
        except (FileNotFoundError, BlockingIOError):
            # Renamed into its place meanwhile, or its writer lives.
            continue


def _beside(path: Path) -> str:
    return f".{path.name}."
