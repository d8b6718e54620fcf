"""The signed record of every deletion: what went, how much, under which decision, and nothing about a person.

Each record is signed (Ed25519, RFC 8032, by PyNaCl) and holds the SHA-256 of the record before it, so that whoever
changes, removes, adds or moves one without the key is found. Two things it cannot show alone: that the *newest* records
were cut off (note the newest digest elsewhere and hand it to `verify_records`), and a forgery by somebody who has the
signing key, which lies in the folder of round keys.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from nacl.exceptions import BadSignatureError
from nacl.signing import SigningKey, VerifyKey
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from survey.answering.statements import dialect_of
from survey.models import DeletionRecord

NO_RECORD = bytes(32)
"""What the first record holds as the digest of the one before it."""


class Fault(StrEnum):
    SIGNATURE = "signature"
    """A field, or the signature itself, is not what was signed."""
    CHAIN = "chain"
    """The record before this one was removed, changed, added or moved."""
    CUT_OFF = "cut_off"
    """No record has the digest that was noted: the newest ones are gone, or all have been written anew."""


@dataclass(frozen=True)
class RecordFault:
    """`record_id` None where no record is left to point at."""

    record_id: int | None
    fault: Fault


def write_record(
    session: Session, seed: bytes, *, at: datetime, what: str, subject: str, amount: int, decision: str = ""
) -> DeletionRecord:
    """Sign and chain one record, in the transaction of the deletion that it tells of: both are kept, or neither.

    `seed` is the 32-byte Ed25519 seed (`RoundKeys.signing_key()`); `what` is a key of `policy.KINDS`; `subject` names a
    study or round (`ebp/2024`) or the installation, never a person. Others who write one wait until this transaction
    ends, so write it last.
    """
    if dialect_of(session) == "postgresql":
        # SQLite's transactions are BEGIN IMMEDIATE: one writer at a time already.
        session.execute(text("LOCK TABLE deletion_record IN SHARE ROW EXCLUSIVE MODE"))
    last = session.scalar(select(DeletionRecord).order_by(DeletionRecord.id.desc()).limit(1))
    record = DeletionRecord(
        id=last.id + 1 if last else 1,
        at=at,
        what=what,
        subject=subject,
        amount=amount,
        decision=decision,
        previous=digest_of(last) if last else NO_RECORD,
    )
    record.signature = SigningKey(seed).sign(signed_text(record)).signature
    session.add(record)
    session.flush()
    return record


def verify_records(session: Session, verify_key: bytes | None, noted: bytes | None = None) -> tuple[RecordFault, ...]:
    """Every fault in the chain, oldest first; empty if all is as it was signed.

    `verify_key` is the 32-byte public key (`verify_key_of`); None looks at the chain alone. `noted` is the digest of a
    record that was once the newest.
    """
    key = VerifyKey(verify_key) if verify_key is not None else None
    faults: list[RecordFault] = []
    previous, number, found = NO_RECORD, 1, noted is None
    for record in session.scalars(select(DeletionRecord).order_by(DeletionRecord.id)):
        if key is not None and not _is_signed(key, record):
            faults.append(RecordFault(record.id, Fault.SIGNATURE))
        if record.previous != previous or record.id != number:
            faults.append(RecordFault(record.id, Fault.CHAIN))
        previous, number = digest_of(record), record.id + 1
        found = found or previous == noted
    if not found:
        faults.append(RecordFault(None, Fault.CUT_OFF))
    return tuple(faults)


def verify_key_of(seed: bytes) -> bytes:
    """The public key that belongs to a signing seed: 32 bytes, not secret."""
    return bytes(SigningKey(seed).verify_key)


def digest_of(record: DeletionRecord) -> bytes:
    """SHA-256 of the record with its signature: what the next one holds."""
    return hashlib.sha256(signed_text(record) + record.signature).digest()


def signed_text(record: DeletionRecord) -> bytes:
    """Canonical JSON of all fields but the signature: sorted keys, no spaces, UTC to the microsecond, UTF-8."""
    fields = {
        "id": record.id,
        "at": record.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "what": record.what,
        "subject": record.subject,
        "amount": record.amount,
        "decision": record.decision,
        "previous": record.previous.hex(),
    }
    return json.dumps(fields, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def _is_signed(key: VerifyKey, record: DeletionRecord) -> bool:
    try:
        key.verify(signed_text(record), record.signature)
    except (BadSignatureError, ValueError):
        # ValueError: not 64 bytes.
        return False
    return True
