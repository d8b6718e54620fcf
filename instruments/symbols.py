"""The pictures that an instrument may name: SVG files, an organisation's own before those that come with the program.

A name is a name and nothing else: it cannot lead out of its folder. What a picture says in words stands in the
instrument (`model.Picture.alt`), so that a file may be drawn better without any text changing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

SHIPPED = Path(__file__).with_name("symbols")
MAX_BYTES = 64_000
"""A symbol is a simple drawing; a phone fetches some of them for each page."""

_NAME = re.compile(r"[a-z0-9_-]+\.svg")


def symbol_names(folders: Iterable[Path] = ()) -> frozenset[str]:
    """Every name that `find_symbol` finds. `folders` are an organisation's own; one that is not there is empty."""
    every = (path for folder in (*folders, SHIPPED) if folder.is_dir() for path in folder.iterdir())
    return frozenset(path.name for path in every if _NAME.fullmatch(path.name) and _fits(path))


def find_symbol(name: str, folders: Iterable[Path] = ()) -> Path | None:
    """The file of that name in the first of `folders` that has it, else the shipped one, else None."""
    if not _NAME.fullmatch(name):
        return None
    return next((path for folder in (*folders, SHIPPED) if _fits(path := folder / name)), None)


def _fits(path: Path) -> bool:
    """A small file of the folder itself: a link out of it would publish whatever it leads to."""
    try:
        inside = path.resolve().is_relative_to(path.parent.resolve())
        return inside and path.is_file() and path.stat().st_size <= MAX_BYTES
    except (OSError, RuntimeError):
        return False
