"""Codes that people type: 12 characters in groups of four, the last one a check character.

The alphabet has 23 characters and leaves out everything that is easily read as something else (0 O Q 1 I L, and one of
each of B/8, G/6, S/5, U/V, Z/2), and the vowels, so that no code spells a word. 23 is prime: a weighted sum modulo 23
then catches every single wrong character and every swap of two characters (weights are distinct and not 0 modulo 23).
Eleven random characters are 49.8 bits: enough beside the pepper, which is outside the database.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable

from survey.errors import Refusal

ALPHABET = "23456789CDFHJKMNPRTVWXY"
CODE_LENGTH = 12
RECEIPT_LENGTH = 16
_POSITION = {character: position for position, character in enumerate(ALPHABET)}
# What people write for a character of the alphabet when they copy by hand.
_READ_AS = str.maketrans({"B": "8", "G": "6", "S": "5", "U": "V", "Z": "2"})
_SEPARATORS = str.maketrans("", "", " -–.\t\u00a0")


def new_code(randbelow: Callable[[int], int] = secrets.randbelow) -> str:
    """A fresh code without separators, as it is stored and put in links."""
    return with_check("".join(ALPHABET[randbelow(len(ALPHABET))] for _ in range(CODE_LENGTH - 1)))


def with_check(characters: str) -> str:
    """The characters of the alphabet followed by their check character."""
    return characters + ALPHABET[_weighted(characters) % len(ALPHABET)]


def shown(code: str) -> str:
    """The code in groups of four, as it is printed: `K7PX-3MRT-9WCH`."""
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))


def plain(text: str) -> str:
    """What was typed in one case, without separators, and with what is taken for another character as that one."""
    return text.upper().translate(_SEPARATORS).translate(_READ_AS)


def tidy_code(text: str, length: int = CODE_LENGTH) -> str:
    """The code that a person meant: any case, with or without separators, B read as 8, G as 6, S as 5, U as V, Z as 2.

    Raises Refusal `code_mistyped` when it cannot be a code, which says nothing about which codes exist.
    """
    code = plain(text)
    if len(code) != length:
        message = f"a code has {length} characters and this one has {len(code)}; check that all of it is there"
        raise Refusal("code_mistyped", message, length=length)
    if not set(code) <= _POSITION.keys() or with_check(code[:-1]) != code:
        message = "the code has a character that is wrong or two that have changed places; compare it with the original"
        raise Refusal("code_mistyped", message, length=length)
    return code


def code_from_number(number: int, length: int) -> str:
    """A code of `length` characters with check character; `number` is taken modulo what fits."""
    characters = []
    for _ in range(length - 1):
        number, digit = divmod(number, len(ALPHABET))
        characters.append(ALPHABET[digit])
    return with_check("".join(characters))


def _weighted(characters: str) -> int:
    return sum(weight * _POSITION[character] for weight, character in enumerate(characters, start=1))
