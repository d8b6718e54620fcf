"""The PIN with which a person goes on in another browser: half of the draft's key, and stored nowhere.

A draft of a card or an invitation is encrypted under the link *and* a half that the link does not give: a random number
in the browser's own cookie, or what a PIN is stretched to. So no other browser shows what has been answered, unless the
person has chosen a PIN and types it there (docs/decisions/0014).
"""

from __future__ import annotations

import unicodedata

from argon2.low_level import Type, hash_secret_raw

from survey.answering import tokens
from survey.answering.keys import Keys
from survey.answering.own_code import LANES, MEMORY_KIB, PASSES
from survey.errors import Refusal

SHORTEST, LONGEST = 4, 12


def read_pin(written: str) -> str:
    """The digits of what a person wrote, in whatever script; spaces and dashes are passed over.

    Raises Refusal `pin_unfit` for anything that is no PIN.
    """
    digits = "".join(written[:100].split()).replace("-", "")
    if not (digits.isdecimal() and SHORTEST <= len(digits) <= LONGEST):
        raise Refusal("pin_unfit", f"a PIN has {SHORTEST} to {LONGEST} digits", shortest=SHORTEST, longest=LONGEST)
    return "".join(str(unicodedata.decimal(digit)) for digit in digits)


def pin_half(keys: Keys, round_id: int, token: bytes, pin: str) -> bytes:
    """What a PIN adds to the key of this person's draft. Argon2id (RFC 9106): takes 65 ms and 32 MiB on purpose."""
    salt = tokens.pin_salt(keys, round_id, token)
    return hash_secret_raw(pin.encode(), salt, PASSES, MEMORY_KIB, LANES, tokens.NONCE_BYTES, Type.ID)
