"""What is derived from a token, and under which key. Every purpose has its own label.

The token is the code itself (card, invitation) or, for an open link, made from a random number that only the
respondent's own cookie holds. The database holds none of them.
"""

from __future__ import annotations

import hmac
import secrets

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from survey.answering.codes import CODE_LENGTH, RECEIPT_LENGTH, code_from_number
from survey.answering.keys import Keys

NONCE_BYTES = 16


def new_nonce() -> bytes:
    """For a respondent's cookie, when an open link is begun."""
    return secrets.token_bytes(NONCE_BYTES)


def personal_token(code: str) -> bytes:
    """The token of a card or an invitation."""
    return code.encode("ascii")


def invitation_code(token_key: bytes, invitation_id: bytes) -> str:
    """The code of a personal invitation: made anew from the round's token key for a letter, and stored nowhere."""
    number = int.from_bytes(_mac(token_key, "invitation code", invitation_id))
    return code_from_number(number, CODE_LENGTH)


def open_token(code: str, nonce: bytes) -> bytes:
    """The token of one respondent on an open link. Raises ValueError for a nonce of the wrong length."""
    if len(nonce) != NONCE_BYTES:
        raise ValueError(f"a nonce has {NONCE_BYTES} bytes, this one has {len(nonce)}")
    return _mac(nonce, "open token", code.encode("ascii"))


def invitation_lookup(keys: Keys, code: str) -> bytes:
    """What stands in `invitation.lookup` for a personal invitation."""
    return _mac(keys.pepper(), "invitation lookup", code.encode("ascii"))


def card_lookup(keys: Keys, study_id: int, code: str) -> bytes:
    """What stands in `card.lookup`, and in `invitation.lookup` for that card in every round."""
    return card_lookup_under(keys.study_pepper(study_id), code)


def card_lookup_under(study_pepper: bytes, code: str) -> bytes:
    return _mac(study_pepper, "card lookup", code.encode("ascii"))


def draft_id(keys: Keys, round_id: int, token: bytes) -> bytes:
    return _mac(keys.pepper(), "draft id", _number(round_id), token)


def draft_key(keys: Keys, round_id: int, token: bytes, half: bytes = b"") -> bytes:
    """HKDF-SHA256 (RFC 5869): token as key material, pepper as salt.

    `half` is the half that the link does not give: the browser's own number, or a stretched PIN (`pins`).
    """
    info = b"draft key" + _number(round_id)
    return HKDF(algorithm=SHA256(), length=32, salt=keys.pepper(), info=info).derive(token + half)


def pin_salt(keys: Keys, round_id: int, token: bytes) -> bytes:
    """16 bytes, another for each draft: a PIN is stretched with them."""
    return _mac(keys.pepper(), "pin salt", _number(round_id), token)[:16]


def link_code_key(keys: Keys, round_id: int, token: bytes) -> bytes:
    """What an invitation's link code is encrypted under: made like a draft's key, and no other's."""
    info = b"link code key" + _number(round_id)
    return HKDF(algorithm=SHA256(), length=32, salt=keys.pepper(), info=info).derive(token)


def contact_key(token_key: bytes, round_id: int) -> bytes:
    """What a round's contacts are encrypted under: the round's token key never meets a web process."""
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=b"contact key" + _number(round_id)).derive(token_key)


def receipt_of(round_id: int, token: bytes) -> str:
    """HKDF(token, "receipt"), as a code of 16 characters. The same token in the same round: the same receipt."""
    info = b"receipt" + _number(round_id)
    derived = HKDF(algorithm=SHA256(), length=16, salt=None, info=info).derive(token)
    return code_from_number(int.from_bytes(derived), RECEIPT_LENGTH)


def receipt_hash(keys: Keys, round_id: int, receipt: str, way: str) -> bytes:
    """What stands in `urn.receipt`; `way` is how the answer came.

    Open links have another: an answer by card, taken back at the unit's open link, would leave its card used without
    an answer, and a round where the two differ is not mixed.
    """
    purpose = "open receipt hash" if way == "open" else "receipt hash"
    return _mac(keys.pepper(), purpose, _number(round_id), receipt.encode("ascii"))


def objection_hash(keys: Keys, round_id: int, token: bytes) -> bytes:
    """What stands in `urn.receipt` for an objection: the same person's a second time is the same one."""
    return _mac(keys.pepper(), "objection hash", _number(round_id), token)


def import_hash(keys: Keys, round_id: int, content_digest: bytes, row: int) -> bytes:
    """What stands in `urn.receipt` for a row of an imported file: the table itself refuses the same file twice."""
    return _mac(keys.pepper(), "import hash", _number(round_id), content_digest, _number(row))


def paper_hash(keys: Keys, round_id: int, nonce: bytes) -> bytes:
    """What stands in `urn.receipt` for a paper form that was typed in: the same form sent twice is the same one."""
    return _mac(keys.pepper(), "paper form hash", _number(round_id), nonce)


def paper_number(keys: Keys, round_id: int, number: int) -> bytes:
    """What stands in `paper_form.id`: the same number in the same round is the same form. It goes nowhere else."""
    return _mac(keys.pepper(), "paper form number", _number(round_id), _number(number))


def imported_file(keys: Keys, round_id: int, content_digest: bytes) -> bytes:
    """What stands in `imported_file.digest`: remembered when the urn's receipts are gone."""
    return _mac(keys.pepper(), "imported file", _number(round_id), content_digest)


def _mac(key: bytes, purpose: str, *parts: bytes) -> bytes:
    # Each part with its length, so that no two lists of parts give the same message.
    message = purpose.encode("ascii") + b"".join(_number(len(part)) + part for part in parts)
    return hmac.digest(key, message, "sha256")


def _number(value: int) -> bytes:
    return value.to_bytes(8)
