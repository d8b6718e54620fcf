"""One fault in an instrument file: what is wrong, where, and what to do about it."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice, pairwise

_QUOTED = 80
"""Characters of a value in a message."""
_LONGEST = 600
"""Characters of a message."""
_LONGEST_WORD = 64
MOST_FAULTS = 500
"""So many are told of each sort of check, and of a file of another format."""
_MOST_COMPARED = 200
"""Words that one is held against: a file from a stranger may have thousands of both."""
_MOST_MATCHED = 8
"""Of them, those that are held against it letter by letter: that takes a tenth of a millisecond a word."""


@dataclass(frozen=True)
class Fault:
    """`line` is 1-based, None where the file as a whole is at fault; `place` is the path inside the file."""

    code: str
    line: int | None
    place: str
    message: str
    remedy: str

    def short(self) -> Fault:
        """Without what makes it unreadable: a name in a file from a stranger may be as long as the file."""
        if max(len(self.place), len(self.message), len(self.remedy)) <= _LONGEST:
            return self
        return Fault(self.code, self.line, *(cut(said, _LONGEST) for said in (self.place, self.message, self.remedy)))

    def __str__(self) -> str:
        where = f"line {self.line}" if self.line else "file"
        place = f" {self.place}:" if self.place else ""
        return f"{where} [{self.code}]{place} {self.message}; {self.remedy}"


def shown(value: object) -> str:
    """A value as a message quotes it: what is long is cut."""
    return cut(repr(value), _QUOTED)


def cut(said: str, longest: int) -> str:
    return said if len(said) <= longest else f"{said[:longest]}..."


def most(faults: Iterable[Fault]) -> Iterator[Fault]:
    """The first of them, each cut to what can be read: one small file can hold a million faults."""
    told = (fault.short() for fault in faults)
    yield from islice(told, MOST_FAULTS)
    if next(told, None) is not None:
        yield Fault("too_many_faults", None, "", f"there are more than {MOST_FAULTS} faults", "mend these first")


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word that `word` was probably meant to be, or None if none is near."""
    if len(word) > _LONGEST_WORD:
        return None
    near = (candidate for candidate in known if 2 * abs(len(candidate) - len(word)) <= len(word) + 1)
    by_lower_case = {candidate.lower(): candidate for candidate in sorted(islice(near, _MOST_COMPARED))}
    word = word.lower()
    pieces = _pieces(word)
    likely = sorted(by_lower_case, key=lambda one: len(pieces & _pieces(one)) / (len(one) + 1), reverse=True)
    found = difflib.get_close_matches(word, likely[:_MOST_MATCHED], n=1, cutoff=0.6)
    return by_lower_case[found[0]] if found else None


@lru_cache(maxsize=2048)
def _pieces(word: str) -> frozenset[str]:
    """Its letters and pairs of letters: what is near shares many of them."""
    return frozenset(word).union(map("".join, pairwise(word)))


def suggest(word: str, known: Iterable[str]) -> str:
    """A remedy for a word that is not known: the nearest right one, else the list of right ones."""
    words = list(known)
    guess = nearest(word, words)
    if guess is not None:
        return f"did you mean {guess!r}?"
    listed = ", ".join(cut(one, _QUOTED) for one in words[:12]) + (", ..." if len(words) > 12 else "")
    return f"use one of: {listed}" if words else "there is none to choose from here: add it first"
