"""A submission in a box of fixed size, sealed so that only the round's private key opens it.

libsodium's sealed box: an anonymous X25519 key of its own for every box. All boxes of a round have the same size, so
that a box tells nothing about what is in it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from nacl.bindings import (
    crypto_box_seal,
    crypto_box_seal_open,
    crypto_box_SEALBYTES,
    crypto_scalarmult_base,
    sodium_pad,
    sodium_unpad,
)
from nacl.exceptions import CryptoError

from instruments.model import Answer, Instrument, Item, ItemType
from survey.answering.values import longest_text

_STEP = 1024
# Everything but the answers: digest, unit, way, variant, language, link code, objection, seed, and JSON's own signs.
_FRAME = 320
# A number as it is written, with sign, point and exponent.
_NUMBER = 24
# UTF-8 takes at most four bytes a character; quotation marks and line breaks become two in JSON.
_CHARACTER = 4


@dataclass(frozen=True)
class Submission:
    """What one person has sent in, and nothing that says who or when."""

    unit_id: int
    way: str
    variant: str
    language: str
    instrument_digest: str
    link_code: bytes | None
    answers: Mapping[str, Answer]
    objects: bool = False
    """No answer, but the wish that the person's responses in earlier rounds are taken out (`objections`)."""
    order_seed: int | None = None
    """What the order of this person's items was made from; None where everybody is asked in the same order."""


_sizes: dict[str, int] = {}
"""By instrument digest."""


def box_size(instrument: Instrument, digest: str) -> int:
    """Bytes of a submission before sealing, the same for every respondent: room for the longest possible answers."""
    if digest not in _sizes:
        needed = _FRAME + sum(len(item.id) + 4 + _room(instrument, item) for item in instrument.items)
        # One byte at least is padding.
        _sizes[digest] = -(-(needed + 1) // _STEP) * _STEP
    return _sizes[digest]


def seal(submission: Submission, public_key: bytes, size: int) -> bytes:
    """The box: `size` + 48 bytes. Raises ValueError if the submission does not fit, which box_size rules out."""
    link_code = submission.link_code.hex() if submission.link_code else None
    fields = {
        "unit": submission.unit_id,
        "way": submission.way,
        "variant": submission.variant,
        "language": submission.language,
        "digest": submission.instrument_digest,
        "link": link_code,
        "objects": submission.objects,
        "seed": submission.order_seed,
        "answers": submission.answers,
    }
    content = json.dumps(fields, ensure_ascii=False, separators=(",", ":")).encode()
    if len(content) >= size:
        raise ValueError(f"the submission is {len(content)} bytes and the box holds {size - 1}")
    return crypto_box_seal(sodium_pad(content, size), public_key)


def open_box(box: bytes, private_key: bytes, public_key: bytes | None = None) -> Submission:
    """What is in the box. Raises ValueError if the key is not the one that it was sealed to.

    `public_key` spares deriving it anew for each of thousands of boxes.
    """
    public_key = public_key or crypto_scalarmult_base(private_key)
    try:
        content = crypto_box_seal_open(box, public_key, private_key)
    except CryptoError:
        raise ValueError("the box was sealed to another key, or has been changed") from None
    fields = json.loads(sodium_unpad(content, len(box) - crypto_box_SEALBYTES))
    return Submission(
        unit_id=fields["unit"],
        way=fields["way"],
        variant=fields["variant"],
        language=fields["language"],
        instrument_digest=fields["digest"],
        link_code=bytes.fromhex(fields["link"]) if fields["link"] else None,
        answers=from_json(fields["answers"]),
        objects=fields.get("objects", False),
        order_seed=fields.get("seed"),
    )


def from_json(answers: Mapping[str, object]) -> dict[str, Answer]:
    """Answers as the instruments know them: what JSON calls a list is a tuple of option values."""
    return {item: tuple(value) if isinstance(value, list) else value for item, value in answers.items()}  # type: ignore[misc]


def _room(instrument: Instrument, item: Item) -> int:
    """The most bytes that an item's answer takes as JSON."""
    values = [len(str(option.value)) + 1 for option in instrument.options(item)]
    match item.type:
        case ItemType.SINGLE_CHOICE:
            return max(values, default=0)
        case ItemType.MULTIPLE_CHOICE:
            return sum(values) + 2
        case ItemType.SHORT_TEXT | ItemType.LONG_TEXT:
            return longest_text(item) * _CHARACTER + 2
        case ItemType.STATEMENT:
            return 0
        case _:
            return _NUMBER
