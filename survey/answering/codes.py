"""Codes that people type: 12 characters in groups of four, the last one a check character.

The alphabet has 23 characters and leaves out everything that is easily read as something else (0 O Q 1 I L, and one of
each of B/8, G/6, S/5, U/V, Z/2), and the vowels, so that no code spells a word. 23 is prime: a weighted sum modulo 23
then catches every single wrong character and every swap of two characters (weights are distinct and not 0 modulo 23).
Eleven random characters are 49.8 bits: enough beside the pepper, which is outside the database.
"""

from __future__ import annotations

import re
import secrets
import unicodedata
from collections.abc import Callable
from itertools import groupby

from survey.errors import Refusal

ALPHABET = "23456789CDFHJKMNPRTVWXY"
CODE_LENGTH = 12
RECEIPT_LENGTH = 16
GROUP = 4
_POSITION = {character: position for position, character in enumerate(ALPHABET)}
# What people write for a character of the alphabet when they copy by hand.
_READ_AS = str.maketrans({"B": "8", "G": "6", "S": "5", "U": "V", "Z": "2"})
# What a Greek or Cyrillic keyboard has in the same place: nobody sees the difference on paper or on the screen.
_LATIN = str.maketrans("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧАВЕЅІЈКМНОРСТУХ", "ABEZHIKMNOPTYXABESIJKMHOPCTYX")
_LONGEST = 400
"""More than this nobody types: a pasted address or a sentence of a letter has room."""
_SEPARATOR = re.compile(r"[\W_]+")


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
    """What was typed in one case, without separators, and with what is taken for another character as that one.

    Spaces, punctuation, and what cannot be seen go. Letters of another script that look alike are taken as Latin, wide
    ones as narrow, and digits of any script as ours.
    """
    whole = unicodedata.normalize("NFKC", text[:_LONGEST]).upper().translate(_LATIN)
    kept = (_digit(one) for one in whole if unicodedata.category(one)[0] not in "ZPC" and not _joins(one))
    return "".join(kept).translate(_READ_AS)


def _digit(character: str) -> str:
    return str(unicodedata.decimal(character, character))


def _joins(character: str) -> bool:
    """A mark that changes how the character before it looks, and no more: what a keyboard adds to a picture sign."""
    return unicodedata.category(character) == "Mn"


def code_in(text: str, length: int = CODE_LENGTH) -> str:
    """The one code in what was typed or pasted: alone, in an address, or in a sentence of the letter.

    Raises Refusal `code_mistyped` where there is none, or more than one.
    """
    try:
        return tidy_code(text, length)
    except Refusal:
        words = [plain(word) for word in _SEPARATOR.split(text[:_LONGEST])]
        runs = groupby(filter(None, words), key=lambda word: len(word) == GROUP and set(word) <= _POSITION.keys())
        # A receipt has a group more than a code, so that a run of groups is taken whole or not at all.
        whole = ("".join(run) for is_group, run in runs if is_group)
        found = {one for one in (*whole, *words) if _is_code(one, length)}
        if len(found) != 1:
            raise
        return found.pop()


def tidy_code(text: str, length: int = CODE_LENGTH) -> str:
    """The code that a person meant: any case, with or without separators, B read as 8, G as 6, S as 5, U as V, Z as 2.

    Raises Refusal `code_mistyped` when it cannot be a code, which says nothing about which codes exist.
    """
    code = text if len(text) == length and set(text) <= _POSITION.keys() else plain(text)
    if len(code) != length:
        message = f"a code has {length} characters and this one has {len(code)}; check that all of it is there"
        raise Refusal("code_mistyped", message, length=length)
    if not _is_code(code, length):
        message = "the code has a character that is wrong or two that have changed places; compare it with the original"
        raise Refusal("code_mistyped", message, length=length)
    return code


def _is_code(code: str, length: int) -> bool:
    return len(code) == length and set(code) <= _POSITION.keys() and with_check(code[:-1]) == code


def code_from_number(number: int, length: int) -> str:
    """A code of `length` characters with check character; `number` is taken modulo what fits."""
    characters = []
    for _ in range(length - 1):
        number, digit = divmod(number, len(ALPHABET))
        characters.append(ALPHABET[digit])
    return with_check("".join(characters))


def _weighted(characters: str) -> int:
    return sum(weight * _POSITION[character] for weight, character in enumerate(characters, start=1))
