"""Where answers pass: ways in, drafts, the urn, and the mixed responses.

Nothing here has a time, a serial number or a key that leads from a response back to a way in. tests/ walks the real
schema and holds that.
"""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint
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
        # A code is followed before its round is known.
        Index("ix_invitation_lookup", "lookup"),
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


class Person(Base):
    """One who may be invited in every round of a linked study: a random id, and no address."""

    __tablename__ = "person"
    __table_args__ = (UniqueConstraint("study_id", "contact_lookup"),)

    # What link codes are made from, under the study key; never shown, never an address or number.
    id: Mapped[bytes] = mapped_column(RandomId, primary_key=True, default=random_id)
    study_id: Mapped[int] = mapped_column(ForeignKey("study.id", ondelete="CASCADE"))
    # HMAC of the address under the study's pepper: finds the same person when the next round is launched.
    contact_lookup: Mapped[bytes] = mapped_column(LargeBinary(32))


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


class PaperForm(Base):
    """A numbered form of a round where each is typed in twice: kept after the first time, and then only a number used.

    Nothing joins it to what lies in the urn. Gone at mixing.
    """

    __tablename__ = "paper_form"
    __table_args__ = (CheckConstraint("(label IS NULL) = (body IS NULL)", name="kept_whole"),)

    # HMAC of round and number: the same number twice is refused by the table itself.
    id: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id", ondelete="CASCADE"), index=True)
    # Which form it is and who typed it, encrypted; none once it has been typed in twice.
    label: Mapped[bytes | None] = mapped_column(LargeBinary)
    # What was typed the first time, encrypted; goes with the label.
    body: Mapped[bytes | None] = mapped_column(LargeBinary)


class Response(Base):
    """One mixed, unlinkable set of answers."""

    __tablename__ = "response"
    __table_args__ = (
        CheckConstraint("way IN ('invitation','card','open','import')", name="way_known"),
        CheckConstraint("batch >= 0", name="batch_not_negative"),
        CheckConstraint("order_seed IS NULL OR order_seed BETWEEN 0 AND 65535", name="order_seed_small"),
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
    # 0 at mixing; each import after that has a number of its own, so that releases can tell what was added.
    batch: Mapped[int] = mapped_column(default=0)
    # What the order of the items was made from; none where everybody is asked in the same order.
    order_seed: Mapped[int | None]
    # Without free text, which is kept apart.
    answers: Mapped[dict[str, object]] = mapped_column(JSON)


class ImportedFile(Base):
    """A file of responses that a round has taken, so that it is taken once: no name, no time."""

    __tablename__ = "imported_file"
    __table_args__ = (CheckConstraint("batch >= 0", name="batch_not_negative"),)

    round_id: Mapped[int] = mapped_column(ForeignKey("round.id", ondelete="CASCADE"), primary_key=True)
    # HMAC of what its rows say, under the pepper: whatever order, encoding or separator.
    digest: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    # 0 where it went through the urn, else the number of its responses' batch.
    batch: Mapped[int]


class TextState(StrEnum):
    UNREAD = "unread"
    RELEASED = "released"
    WITHHELD = "withheld"


class FreeText(Base):
    """What somebody wrote to one item, shuffled on its own: nothing joins it to the rest of that person's answers."""

    __tablename__ = "free_text"
    __table_args__ = (
        CheckConstraint("state IN ('unread','released','withheld')", name="state_known"),
        CheckConstraint("(state = 'released') = (released_text IS NOT NULL)", name="released_has_text"),
        Index("ix_free_text_round", "round_id"),
    )

    id: Mapped[bytes] = mapped_column(RandomId, primary_key=True, default=random_id)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id", ondelete="RESTRICT"))
    # The place of the answers that it came with.
    unit_id: Mapped[int] = mapped_column(ForeignKey("organisation_unit.id", ondelete="RESTRICT"))
    item: Mapped[str] = mapped_column(String(64))
    # As it was written, until it has been read; then what was let through, or nothing.
    text: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(10), default=TextState.UNREAD)
    # As its reader let it through, with names struck out.
    released_text: Mapped[str | None] = mapped_column(Text)
