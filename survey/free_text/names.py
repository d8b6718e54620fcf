"""The names that texts are searched for: the list that comes with the program, and an organisation's own beside it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from survey.errors import Refusal

_DATA = Path(__file__).parent / "data"
OWN_FILE = "names.txt"
"""In the installation's folder: one name a line."""


@dataclass(frozen=True)
class Names:
    known: frozenset[str]
    """Lower case."""
    everyday: frozenset[str]
    """Those that are also everyday words: marked only with a capital."""
    not_persons: frozenset[str]
    """Written with a capital inside a sentence, and no person: authorities, places, services."""


def load_names(home: Path) -> Names:
    """The list, with `home`/names.txt added if it is there. Raises Refusal `names_unreadable`."""
    shipped = _shipped()
    own = home / OWN_FILE
    if not own.is_file():
        return shipped
    try:
        lines = own.read_text(encoding="utf-8-sig").splitlines()
    except (UnicodeDecodeError, OSError) as error:
        raise Refusal("names_unreadable", f"{own} cannot be read; save it as UTF-8, one name a line") from error
    # "Karin Berg" is searched for word by word.
    added = {word.casefold() for line in lines for word in line.split()}
    return Names(shipped.known | added, shipped.everyday - added, shipped.not_persons - added)


@cache
def _shipped() -> Names:
    return Names(_lines("names.txt"), _lines("everyday.txt"), _lines("not_persons.txt"))


def _lines(name: str) -> frozenset[str]:
    return frozenset((_DATA / name).read_text(encoding="utf-8").split())
