"""Link codes: pseudonyms that join one person's responses over the rounds of a linked study.

A study that links is confidential, never anonymous (GDPR): the code is personal data as long as its key exists.
"""

from __future__ import annotations

import hmac

LINK_CODE_BYTES = 16


def link_code_of(study_key: bytes, person: bytes) -> bytes:
    """HMAC of a person's random id or card code under the study's key: 16 bytes, the same in every round.

    `person` is never an address or a number that stands for the person elsewhere.
    """
    return hmac.digest(study_key, b"link code" + person, "sha256")[:LINK_CODE_BYTES]
