"""What may be the name of a unit, a study, a round or an account: one line of text that can be shown anywhere."""

from __future__ import annotations

import unicodedata

_UNSHOWABLE = frozenset({"Cc", "Cs", "Zl", "Zp"})
"""Control characters, halves of characters, line and paragraph breaks. PostgreSQL cannot even hold all of them."""
_TURNS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Marks that turn the direction of what follows: a name with one makes the text around it read as something else."""
NAME_RULE = "on one line, without control characters"


def is_name(text: str, longest: int) -> bool:
    """Whether `text`, already stripped, is a name of 1 to `longest` characters."""
    return 1 <= len(text) <= longest and not any(
        character in _TURNS or unicodedata.category(character) in _UNSHOWABLE for character in text
    )
