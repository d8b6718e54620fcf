"""The recordings that an instrument may name: sound files in an organisation's own folder. None come with the program.

A name is a name and nothing else, as with `instruments.symbols`. The ending says what the file is, and its first bytes
must say the same: a browser is told what to play, and nothing else than sound is given out from the folder.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from instruments.names import RECORDING_NAME

MAX_BYTES = 2_000_000
"""Two minutes of speech at 128 kbit/s; as much as a phone should fetch for one question."""
_HEAD = 12
"""Bytes that are enough to know what a file is."""

KINDS = {".mp3": "audio/mpeg", ".m4a": "audio/mp4", ".ogg": "audio/ogg", ".wav": "audio/wav"}
"""Ending -> what a browser is told that it is."""


def _mp3(head: bytes) -> bool:
    """A tag, or at once a frame of MPEG audio: eleven bits set."""
    return head.startswith(b"ID3") or (len(head) > 1 and head[0] == 0xFF and head[1] & 0xE0 == 0xE0)


_BEGINS: dict[str, Callable[[bytes], bool]] = {
    ".mp3": _mp3,
    ".m4a": lambda head: head[4:8] == b"ftyp",
    ".ogg": lambda head: head.startswith(b"OggS"),
    ".wav": lambda head: head.startswith(b"RIFF") and head[8:12] == b"WAVE",
}


def recording_names(folders: Iterable[Path]) -> frozenset[str]:
    """Every file in the folders that is called as a recording; one that is not there is empty."""
    every = (path for folder in folders if folder.is_dir() for path in folder.iterdir())
    return frozenset(path.name for path in every if RECORDING_NAME.fullmatch(path.name) and _inside(path))


def find_recording(name: str, folders: Iterable[Path]) -> Path | None:
    """The file of that name in the first of the folders that has it, if it can be played; else None."""
    path = _named(name, folders)
    return path if path is not None and not _too_big(path) and _is_sound(path) else None


def faulty_recording(name: str, folders: Iterable[Path]) -> str | None:
    """What is wrong with it: `recording_missing`, `recording_too_big`, `recording_kind`; None if it can be played."""
    path = _named(name, folders)
    if path is None:
        return "recording_missing"
    if _too_big(path):
        return "recording_too_big"
    return None if _is_sound(path) else "recording_kind"


def _too_big(path: Path) -> bool:
    try:
        return path.stat().st_size > MAX_BYTES
    except OSError:
        return False


def _is_sound(path: Path) -> bool:
    """Whether the file begins as one of its ending does."""
    try:
        with path.open("rb") as file:
            return _BEGINS[path.suffix](file.read(_HEAD))
    except OSError:
        return False


def _named(name: str, folders: Iterable[Path]) -> Path | None:
    if not RECORDING_NAME.fullmatch(name):
        return None
    return next((path for folder in folders if _inside(path := folder / name)), None)


def _inside(path: Path) -> bool:
    """A file of the folder itself: a link out of it would publish whatever it leads to."""
    try:
        return path.resolve().is_relative_to(path.parent.resolve()) and path.is_file()
    except (OSError, RuntimeError):
        return False
