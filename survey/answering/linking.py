"""Link codes: pseudonyms that join one person's responses over the rounds of a linked study.

A study that links is confidential, never anonymous (GDPR): the code is personal data as long as its key exists. On the
invitation it stands encrypted under the invitation's token, which nobody stores; what is kept of an address is an HMAC.
"""

from __future__ import annotations

import hmac
import re
import unicodedata

from nacl.bindings import (
    crypto_aead_xchacha20poly1305_ietf_decrypt,
    crypto_aead_xchacha20poly1305_ietf_encrypt,
    crypto_aead_xchacha20poly1305_ietf_NPUBBYTES,
)
from nacl.exceptions import CryptoError
from nacl.utils import random as randombytes

from survey.answering import tokens
from survey.answering.keys import Keys
from survey.errors import Refusal

LINK_CODE_BYTES = 16
_NONCE_BYTES = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES


def link_code_of(study_key: bytes | bytearray, person: bytes) -> bytes:
    """HMAC of a person's random id or card code under the study's key: 16 bytes, the same in every round.

    `person` is never an address or a number that stands for the person elsewhere.
    """
    return hmac.digest(study_key, b"link code" + person, "sha256")[:LINK_CODE_BYTES]


def seal_link_code(keys: Keys, round_id: int, lookup: bytes, token: bytes, link_code: bytes) -> bytes:
    """What stands in `invitation.link_code`: encrypted under the token, and bound to that row of that round."""
    nonce = randombytes(_NONCE_BYTES)
    key = tokens.link_code_key(keys, round_id, token)
    return nonce + crypto_aead_xchacha20poly1305_ietf_encrypt(link_code, _bound_to(round_id, lookup), nonce, key)


def open_link_code(keys: Keys, round_id: int, lookup: bytes, token: bytes, sealed: bytes) -> bytes:
    """The reverse. Raises Refusal `link_code_damaged` for one that was changed, or moved from another row."""
    nonce, body = sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:]
    key = tokens.link_code_key(keys, round_id, token)
    try:
        return crypto_aead_xchacha20poly1305_ietf_decrypt(body, _bound_to(round_id, lookup), nonce, key)
    except (CryptoError, ValueError):
        message = "the invitation has been changed in the database; restore it from a backup"
        raise Refusal("link_code_damaged", message) from None


def contact_lookup(study_pepper: bytes, address: str) -> bytes:
    """What stands in `person.contact_lookup`, for an address as `normalised` gives it."""
    return hmac.digest(study_pepper, b"contact lookup" + address.encode(), "sha256")


def normalised(*parts: str) -> str:
    """An address in the one way that all its spellings share: no case, no double spaces, no commas or full stops at
    the end of a word.

    Whoever moves, or changes e-mail, is a new person here: nothing else is known of them.
    """
    text = unicodedata.normalize("NFKC", "\n".join(parts)).casefold()
    return "\n".join(" ".join(re.sub(r"[.,;](?=\s|$)", " ", line).split()) for line in text.split("\n"))


def _bound_to(round_id: int, lookup: bytes) -> bytes:
    return b"link code" + round_id.to_bytes(8) + lookup
