"""Where answers pass: ways in, drafts, the urn, and the mixed responses.

Nothing here has a time, a serial number or a key that leads from a response back to a way in. tests/ walks the real
schema and holds that.
"""

from __future__ import annotations

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from survey.models.base import Base, RandomId, random_id


class Card(Base):
    """A response card drawn from a bowl: no register says who holds it. The code itself is never stored."""

    __tablename__ = "card"
    __table_args__ = (UniqueConstraint("study_id", "lookup"),)

    id: Mapped[bytes] = mapped_column(RandomId, primary_key=True, default=random_id)
    study_id: Mapped[int] = mapped_column(ForeignKey("study.id", ondelete="CASCADE"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("organisation_unit.id", ondelete="RESTRICT"))
    # HMAC of the code under the study's pepper, which is outside the database.
    lookup: Mapped[bytes] = mapped_column(LargeBinary(32))


class Invitation(Base):
    """One chance to answer once in one round, by personal invitation or by card. No times."""

    __tablename__ = "invitation"
    __table_args__ = (
        CheckConstraint("way IN ('invitation','card')", name="way_known"),
        CheckConstraint("way = 'invitation' OR contact IS NULL", name="card_has_no_contact"),
        CheckConstraint("NOT (answered AND withdrawn)", name="answered_or_withdrawn"),
        UniqueConstraint("round_id", "lookup"),
        Index("ix_invitation_round_unit", "round_id", "unit_id"),
    )

    id: Mapped[bytes] = mapped_column(RandomId, primary_key=True, default=random_id)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id", ondelete="CASCADE"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("organisation_unit.id", ondelete="RESTRICT"))
    way: Mapped[str] = mapped_column(String(10))
    lookup: Mapped[bytes] = mapped_column(LargeBinary(32))
    contact: Mapped[bytes | None] = mapped_column(LargeBinary)
    answered: Mapped[bool] = mapped_column(default=False)
    withdrawn: Mapped[bool] = mapped_column(default=False)
    # Encrypted under the token; erased when the round is sealed.
    link_code: Mapped[bytes | None] = mapped_column(LargeBinary)


class Draft(Base):
    """Answers not yet submitted, encrypted under a key that only the person's own link can make."""

    __tablename__ = "draft"

    # HMAC of the token: nothing joins it to an invitation but the token itself.
    id: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id", ondelete="CASCADE"), index=True)
    body: Mapped[bytes] = mapped_column(LargeBinary)


class UrnBox(Base):
    """A submitted answer, sealed to the round's public key, waiting to be mixed. The table is the queue."""

    __tablename__ = "urn"
    __table_args__ = (UniqueConstraint("round_id", "receipt"), Index("ix_urn_round_unit", "round_id", "unit_id"))

    id: Mapped[bytes] = mapped_column(RandomId, primary_key=True, default=random_id)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id", ondelete="RESTRICT"))
    # Known from the way in; kept so that a unit's answers can be counted before they can be read.
    unit_id: Mapped[int] = mapped_column(ForeignKey("organisation_unit.id", ondelete="RESTRICT"))
    # Hash of the receipt: the same submission twice is refused by the table itself. Gone at mixing.
    receipt: Mapped[bytes] = mapped_column(LargeBinary(32))
    box: Mapped[bytes] = mapped_column(LargeBinary)


class Response(Base):
    """One mixed, unlinkable set of answers."""

    __tablename__ = "response"
    __table_args__ = (
        CheckConstraint("way IN ('invitation','card','open','import')", name="way_known"),
        Index("ix_response_round", "round_id"),
    )

    id: Mapped[bytes] = mapped_column(RandomId, primary_key=True, default=random_id)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id", ondelete="RESTRICT"))
    # The unit, or the nearest ancestor that has at least k answers.
    unit_id: Mapped[int] = mapped_column(ForeignKey("organisation_unit.id", ondelete="RESTRICT"))
    instrument_digest: Mapped[str] = mapped_column(String(64))
    way: Mapped[str] = mapped_column(String(10))
    variant: Mapped[str] = mapped_column(String(10))
    language: Mapped[str] = mapped_column(String(3))
    # Pseudonym that joins one person's responses over the rounds of a linked study.
    link_code: Mapped[bytes | None] = mapped_column(LargeBinary(16))
    answers: Mapped[dict[str, object]] = mapped_column(JSON)
