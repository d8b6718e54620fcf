"""What is wrong with a code that somebody has typed, said of that code: which character, or how many are missing."""

from __future__ import annotations

from flask_babel import gettext as _

from survey.answering.codes import ALPHABET, CODE_LENGTH, RECEIPT_LENGTH, code_in, plain
from survey.errors import Refusal

LOOKS_LIKE = {
    "O": "DC",
    "0": "DC",
    "Q": "DC",
    "I": "TJ",
    "1": "7T",
    "L": "JT",
    "A": "RH",
    "E": "F3",
}
"""What the alphabet has instead of a character that it leaves out: codes have neither O nor 0, so neither is meant."""

MOST = 3


def what_is_wrong(typed: str, length: int = CODE_LENGTH) -> str:
    """One or a few sentences; `typed` could not be read as a code of `length` characters."""
    written = plain(typed)
    if not written:
        return _("Nothing is written in the box.")
    other = RECEIPT_LENGTH if length == CODE_LENGTH else CODE_LENGTH
    if _is_a_code(typed, other):
        return _("This is a receipt. Here you write the code.") if length == CODE_LENGTH else _(
            "This is a code. Here you write the receipt, which you were shown when you had sent in.")  # fmt: skip
    foreign = [character for character in dict.fromkeys(written) if character not in ALPHABET]
    said = [_foreign(character) for character in foreign[:MOST]]
    if len(written) < length:
        said.append(
            _(
                "There are %(found)s characters and there should be %(length)s. Something is missing.",
                found=len(written),
                length=length,
            )
        )
    elif len(written) > length:
        said.append(
            _(
                "There are %(found)s characters and there should be %(length)s. That is too many.",
                found=len(written),
                length=length,
            )
        )
    if not said:
        said.append(_("All characters can be there, but one of them is wrong, or two have changed places."))
    return " ".join(said)


def _is_a_code(typed: str, length: int) -> bool:
    try:
        return bool(code_in(typed, length))
    except Refusal:
        return False


def _foreign(character: str) -> str:
    like = LOOKS_LIKE.get(character)
    if like is None:
        return _("There is no %(character)s in a code.", character=character)
    instead = _("%(one)s or %(other)s", one=like[0], other=like[1])
    return _("There is no %(character)s in a code. Is it perhaps %(instead)s?", character=character, instead=instead)
