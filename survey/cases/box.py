"""A case's answers as they lie in the database: XChaCha20-Poly1305 under a key that is not in it.

The key is made from the installation's pepper (`Keys.secret_box_key`), which web processes hold: who has the database
alone reads nothing, who runs the web process could. Each box is bound to its case and occasion, so that none can be put
in another's place, and padded, so that its length tells little of how much was written.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

from nacl.bindings import sodium_pad, sodium_unpad
from nacl.exceptions import CryptoError
from nacl.secret import Aead

from instruments.model import Answer
from survey.answering.box import from_json
from survey.answering.keys import Keys
from survey.errors import Refusal

PURPOSE = "case answers"
STEP = 4096


def sealed(keys: Keys, case_id: int, occasion: int, answers: Mapping[str, Answer]) -> bytes:
    text = json.dumps(answers, ensure_ascii=False, separators=(",", ":")).encode()
    return bytes(Aead(keys.secret_box_key(PURPOSE)).encrypt(sodium_pad(text, STEP), _bound(case_id, occasion)))


def opened(keys: Keys, case_id: int, occasion: int, box: bytes) -> dict[str, Answer]:
    """The reverse. Raises Refusal `case_unreadable` for another case's box, or another installation's key.

    `occasions.read` and `counting` enter it in the log first. `occasions.write` only asks whether what is kept is what
    a holder sends once more.
    """
    try:
        padded = Aead(keys.secret_box_key(PURPOSE)).decrypt(box, _bound(case_id, occasion))
    except (CryptoError, ValueError):
        message = f"case {case_id} does not open with the pepper in the key folder; put the right one back"
        raise Refusal("case_unreadable", message) from None
    answers: dict[str, object] = json.loads(sodium_unpad(padded, STEP))
    return from_json(answers)


def _bound(case_id: int, occasion: int) -> bytes:
    return f"case {case_id} occasion {occasion}".encode()
