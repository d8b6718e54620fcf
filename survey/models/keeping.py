"""What is kept and what is deleted: backups that were verified, and the signed record of every deletion."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from survey.models.base import Base, Moment


class Backup(Base):
    """A copy of the database that has been read back and found whole."""

    __tablename__ = "backup"

    id: Mapped[int] = mapped_column(primary_key=True)
    # The moment that the copy shows.
    made_at: Mapped[datetime] = mapped_column(Moment)
    verified_at: Mapped[datetime] = mapped_column(Moment)
    digest: Mapped[str] = mapped_column(String(64))


class DeletionRecord(Base):
    """What was deleted, how much and under which decision: signed, and chained to the record before it."""

    __tablename__ = "deletion_record"
    __table_args__ = (CheckConstraint("amount >= 0", name="amount_not_negative"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(Moment)
    # contacts, drafts, keys, link_codes, free_text, audit ...
    what: Mapped[str] = mapped_column(String(40))
    subject: Mapped[str] = mapped_column(String(200))
    amount: Mapped[int]
    decision: Mapped[str] = mapped_column(Text, default="")
    # SHA-256 of the record before this one; zeros for the first.
    previous: Mapped[bytes] = mapped_column(LargeBinary(32))
    # Ed25519 over the canonical text of all fields above.
    signature: Mapped[bytes] = mapped_column(LargeBinary(64))
