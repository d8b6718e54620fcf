"""One fault in an instrument file: what is wrong, where, and what to do about it."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass

_QUOTED = 80


@dataclass(frozen=True)
class Fault:
    """`line` is 1-based, None where the file as a whole is at fault; `place` is the path inside the file."""

    code: str
    line: int | None
    place: str
    message: str
    remedy: str

    def __str__(self) -> str:
        where = f"line {self.line}" if self.line else "file"
        place = f" {self.place}:" if self.place else ""
        return f"{where} [{self.code}]{place} {self.message}; {self.remedy}"


def shown(value: object) -> str:
    """A value as a message quotes it: what is long is cut."""
    said = repr(value)
    return said if len(said) <= _QUOTED else f"{said[:_QUOTED]}..."


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word that `word` was probably meant to be, or None if none is near."""
    by_lower_case = {candidate.lower(): candidate for candidate in sorted(known)}
    found = difflib.get_close_matches(word.lower(), by_lower_case, n=1, cutoff=0.6)
    return by_lower_case[found[0]] if found else None


def suggest(word: str, known: Iterable[str]) -> str:
    """A remedy for a word that is not known: the nearest right one, else the list of right ones."""
    words = list(known)
    guess = nearest(word, words)
    if guess is not None:
        return f"did you mean {guess!r}?"
    listed = ", ".join(words[:12]) + (", ..." if len(words) > 12 else "")
    return f"use one of: {listed}" if words else "there is none to choose from here: add it first"
