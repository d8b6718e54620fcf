"""Self-made codes: a link code that a person makes anew each time from answers that stay the same.

The answers are normalised, stretched with Argon2id (RFC 9106) and thrown away: only the 16 bytes that come out are
kept, encrypted with the draft and then sealed in the box. How often people make the same code twice, and how easily it
is guessed, is in docs/method/linking.md.
"""

from __future__ import annotations

import hmac
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from argon2.low_level import Type, hash_secret_raw

from survey.answering.linking import LINK_CODE_BYTES

FEWEST_QUESTIONS = 4
"""With fewer, too many people of one round share a code."""

PASSES, MEMORY_KIB, LANES = 2, 32 * 1024, 1
"""65 ms and 32 MiB once a respondent (measured on one core here); above the 19 MiB and two passes that OWASP's
Password Storage Cheat Sheet asks for at least."""

_KEPT = "åäö"
_SAME = str.maketrans({"æ": "ä", "ø": "ö"})


class Kind(StrEnum):
    FIRST_LETTER = "first_letter"
    LAST_LETTER = "last_letter"
    NUMBER = "number"


@dataclass(frozen=True)
class Question:
    """What is asked is said by `survey.web.respond.code_questions`; here is how its answer is read."""

    id: str
    kind: Kind
    lowest: int = 0
    highest: int = 0


MENU: Mapping[str, Question] = {
    question.id: question
    for question in (
        Question("mother_name", Kind.FIRST_LETTER),
        Question("birth_day", Kind.NUMBER, 1, 31),
        Question("birth_place", Kind.FIRST_LETTER),
        Question("older_siblings", Kind.NUMBER, 0, 30),
        Question("own_name_end", Kind.LAST_LETTER),
        Question("birth_month", Kind.NUMBER, 1, 12),
        Question("first_school", Kind.FIRST_LETTER),
        Question("second_parent_name", Kind.FIRST_LETTER),
    )
}
"""By id. Fixed: a question that was changed would break every code that was made with it."""


def normalise(question: Question, written: str) -> str | None:
    """The part of the answer that counts, or None if there is no such part.

    A letter: the first (or last) one that was written, in lower case and without accents, so that É and e are one.
    Å, ä and ö are letters of their own, as Swedish has it; æ counts as ä and ø as ö. A number: two digits.
    """
    text = unicodedata.normalize("NFKC", written).casefold().strip()
    if question.kind is Kind.NUMBER:
        if not (text.isdecimal() and len(text) <= 2 and question.lowest <= int(text) <= question.highest):
            return None
        return f"{int(text):02}"
    letters = [_plain(character) for character in text if character.isalpha()]
    if not letters:
        return None
    return letters[-1] if question.kind is Kind.LAST_LETTER else letters[0]


def link_code_from(answers: Mapping[str, str], *, study_pepper: bytes, study_id: int) -> bytes:
    """16 bytes of Argon2id over the normalised answers (question id -> `normalise`), whatever their order.

    The salt comes from the study's pepper, which is outside the database: without it nothing can be tried out.
    """
    salt = hmac.digest(study_pepper, b"own code" + study_id.to_bytes(8), "sha256")[:16]
    secret = "\n".join(f"{name}={value}" for name, value in sorted(answers.items())).encode()
    return hash_secret_raw(secret, salt, PASSES, MEMORY_KIB, LANES, LINK_CODE_BYTES, Type.ID)


def unknown_or_few(chosen: Sequence[str], suggest: Callable[[str], str]) -> str | None:
    """What is wrong with a study's choice of questions, in words with the remedy; None if nothing is."""
    strangers = [name for name in chosen if name not in MENU]
    if strangers:
        return f"no question is called {strangers[0]!r}; {suggest(strangers[0])}"
    if len(set(chosen)) != len(chosen):
        return "a question is named twice; name each once"
    if len(chosen) < FEWEST_QUESTIONS:
        return f"a code needs at least {FEWEST_QUESTIONS} questions; choose from {', '.join(MENU)}"
    return None


def _plain(letter: str) -> str:
    letter = letter.translate(_SAME)
    return letter if letter in _KEPT else unicodedata.normalize("NFD", letter)[0]
