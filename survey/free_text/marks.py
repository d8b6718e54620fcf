"""Finding what may point to a person in a free text: names, e-mail, phone and personal numbers, marked for the reader.

Marks help a reader; they decide nothing. Each is found by its shape or by the name list, also where it has been written
so as not to be found: invisible characters, wide letters, "(at)". What is found too often is seen at once by the
reader; what is missed is not, so the rules rather mark too much.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from survey.free_text.names import Names


class MarkKind(StrEnum):
    PERSONAL_NUMBER = "personal_number"
    EMAIL = "email"
    PHONE = "phone"
    NAME = "name"


STRUCK = {
    MarkKind.PERSONAL_NUMBER: "[personnummer]",
    MarkKind.EMAIL: "[e-post]",
    MarkKind.PHONE: "[telefon]",
    MarkKind.NAME: "[namn]",
}
"""What is put in a marked place's stead. Texts are Swedish far more often than not, and so are these words."""


@dataclass(frozen=True)
class Mark:
    start: int
    end: int
    """Characters of the text, as written."""
    kind: MarkKind


# Personnummer: birth date, separator, four digits (Skatteverket, SKV 704); a day above 60 is a samordningsnummer. The
# check digit is not asked for: a number with a slip of the pen points to the same person.
_PERSONAL_NUMBER = re.compile(
    r"(?<!\d)(?:(?:18|19|20)[ -]?)?\d\d[ -]?(?:0[1-9]|1[0-2])[ -]?(?:[012]\d|3[01]|6[1-9]|[78]\d|9[01])"
    r" ?[-+]? ?(?:\d{4}|[xX*]{4})(?!\d)"
)
_EMAIL = re.compile(
    r"(?<![\w.+-])[\w.+-]{1,64} ?(?:@|\(at\)|\[at\]| at | snabel-?a | alfa ) ?"
    r"[\w-]{1,63}(?:(?:\.| ?\((?:dot|punkt)\) ?| punkt )[\w-]{1,63})+",
    re.IGNORECASE,
)
# A number that one can call: begins with + or 0, and has seven digits or more however they are grouped.
_PHONE = re.compile(r"(?<![\d,.])(?:\+ ?\d|\(?0\d)(?:[ ()/.-]{0,2}\d){5,13}(?![\d])")
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_ENDS_SENTENCE = re.compile(r"(?:^|[.!?:;…\n\"”»(–-])\s*[\"”»'’(]*$")

_LOOK_BACK = 8
"""Characters before a word that say whether a sentence begins with it."""


def find_marks(text: str, names: Names) -> tuple[Mark, ...]:
    """Everything in `text` that may point to a person, from left to right, none inside another."""
    plain, places = _plain(text)
    found: list[Mark] = []
    for kind, spans in (
        (MarkKind.EMAIL, _spans(_EMAIL, plain)),
        (MarkKind.PERSONAL_NUMBER, _spans(_PERSONAL_NUMBER, plain)),
        (MarkKind.PHONE, _spans(_PHONE, plain)),
        (MarkKind.NAME, _names(plain, names)),
    ):
        for start, end in spans:
            mark = Mark(places[start], places[end - 1] + 1, kind)
            # The first kind that sees a place keeps it: an address holds a name, a personal number looks like a phone.
            if all(mark.end <= other.start or other.end <= mark.start for other in found):
                found.append(mark)
    return tuple(sorted(found, key=lambda mark: mark.start))


def struck(text: str, marks: Iterable[Mark]) -> str:
    """The text with every marked place replaced by what kind of thing stood there: what the reader begins from."""
    parts, at = [], 0
    for mark in marks:
        parts += [text[at : mark.start], STRUCK[mark.kind]]
        at = mark.end
    return "".join([*parts, text[at:]])


def _plain(text: str) -> tuple[str, list[int]]:
    """The text as it is searched, and each of its characters' place in the text as written.

    Without invisible characters, with wide letters and odd digits made ordinary (NFKC), one kind of space and hyphen.
    """
    plain: list[str] = []
    places: list[int] = []
    for place, written in enumerate(text):
        if unicodedata.category(written) == "Cf":
            continue
        for character in unicodedata.normalize("NFKC", written):
            category = unicodedata.category(character)
            if category == "Nd":
                character = str(unicodedata.digit(character))
            elif category == "Zs":
                character = " "
            elif category == "Pd" or character == "−":
                character = "-"
            plain.append(character)
            places.append(place)
    return "".join(plain), places


def _spans(pattern: re.Pattern[str], plain: str) -> Iterator[tuple[int, int]]:
    return (match.span() for match in pattern.finditer(plain))


def _names(plain: str, names: Names) -> list[tuple[int, int]]:
    """Words that are names, neighbours ("Karin Berg") as one."""
    spans: list[tuple[int, int]] = []
    for match in _WORD.finditer(plain):
        if not _is_name(match.group(), plain[max(0, match.start() - _LOOK_BACK) : match.start()], names):
            continue
        if spans and plain[spans[-1][1] : match.start()] == " ":
            spans[-1] = (spans[-1][0], match.end())
        else:
            spans.append(match.span())
    return spans


def _is_name(word: str, before: str, names: Names) -> bool:
    capital = word[0].isupper()
    parts = [form for part in [word, *re.split(r"['’-]", word)] for form in _without_genitive(part.casefold())]
    if any(form in names.known and (capital or form not in names.everyday) for form in parts):
        return True
    # A name that no list has: a capital inside a sentence. Abbreviations (LSS, SoL) are not.
    ordinary = len(word) > 1 and capital and word[1:].islower()
    return ordinary and not _ENDS_SENTENCE.search(before) and names.not_persons.isdisjoint(parts)


def _without_genitive(word: str) -> tuple[str, ...]:
    return (word, word[:-1]) if word.endswith("s") and len(word) > 3 else (word,)
