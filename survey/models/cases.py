"""Cases (individual-based systematic follow-up): named access, answers encrypted, and every reading logged."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, LargeBinary, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from survey.models.accounts import Account
from survey.models.base import Base, Moment
from survey.models.organisation import OrganisationUnit


class CaseRole(StrEnum):
    HOLDER = "holder"
    """Writes, closes, gives access and sees the log."""
    READER = "reader"


class CaseAct(StrEnum):
    OPENED = "opened"
    READ = "read"
    WROTE = "wrote"
    GRANTED = "granted"
    REVOKED = "revoked"
    CLOSED = "closed"
    COUNTED = "counted"
    EXPORTED = "exported"


class CaseCount(Base):
    """Figures over cases, frozen when they were counted. A case is counted once: no two counts differ by a person."""

    __tablename__ = "case_count"
    __table_args__ = (CheckConstraint("k >= 5", name="k_at_least_five"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    # The node whose cases were counted.
    unit_id: Mapped[int] = mapped_column(ForeignKey("organisation_unit.id", ondelete="RESTRICT"))
    instrument: Mapped[str] = mapped_column(String(40))
    k: Mapped[int]
    made_at: Mapped[datetime] = mapped_column(Moment)
    made_by: Mapped[str] = mapped_column(String(200))
    # What the gate let through, and nothing else.
    result: Mapped[dict[str, object]] = mapped_column(JSON)

    unit: Mapped[OrganisationUnit] = relationship()


class ClientCase(Base):
    """One client in one follow-up, under a code that the caseworker made up."""

    __tablename__ = "client_case"
    __table_args__ = (
        UniqueConstraint("unit_id", "instrument", "code"),
        CheckConstraint("closed_at IS NULL OR closed_at >= opened_at", name="closed_after_opening"),
        CheckConstraint("count_id IS NULL OR closed_at IS NOT NULL", name="counted_when_closed"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("organisation_unit.id", ondelete="RESTRICT"))
    instrument: Mapped[str] = mapped_column(String(40))
    # A pseudonym: what it stands for is known outside the system only.
    code: Mapped[str] = mapped_column(String(20))
    opened_at: Mapped[datetime] = mapped_column(Moment)
    closed_at: Mapped[datetime | None] = mapped_column(Moment)
    count_id: Mapped[int | None] = mapped_column(ForeignKey("case_count.id", ondelete="RESTRICT"))

    unit: Mapped[OrganisationUnit] = relationship()
    access: Mapped[list[CaseAccess]] = relationship(back_populates="case", order_by="CaseAccess.id")
    occasions: Mapped[list[CaseOccasion]] = relationship(back_populates="case", order_by="CaseOccasion.occasion")


class CaseAccess(Base):
    """A named person's access to a case, from when to when."""

    __tablename__ = "case_access"
    __table_args__ = (
        CheckConstraint("role IN ('holder','reader')", name="role_known"),
        CheckConstraint("revoked_at IS NULL OR revoked_at >= granted_at", name="revoked_after_granting"),
        # One access at a time; what was revoked stays, so that one can see who could read when.
        Index(
            "uq_case_access_current",
            "case_id",
            "account_id",
            unique=True,
            sqlite_where=text("revoked_at IS NULL"),
            postgresql_where=text("revoked_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("client_case.id", ondelete="CASCADE"))
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="RESTRICT"), index=True)
    role: Mapped[str] = mapped_column(String(8))
    granted_by: Mapped[str] = mapped_column(String(200))
    granted_at: Mapped[datetime] = mapped_column(Moment)
    revoked_at: Mapped[datetime | None] = mapped_column(Moment)

    case: Mapped[ClientCase] = relationship(back_populates="access")
    account: Mapped[Account] = relationship()


class CaseOccasion(Base):
    """What was answered before, during or after the support."""

    __tablename__ = "case_occasion"
    __table_args__ = (
        UniqueConstraint("case_id", "occasion"),
        CheckConstraint("occasion BETWEEN 1 AND 3", name="occasion_known"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("client_case.id", ondelete="CASCADE"))
    # 1 before, 2 during, 3 after: the values of the instrument's item `occasion`.
    occasion: Mapped[int]
    happened_on: Mapped[date]
    instrument_version: Mapped[str] = mapped_column(String(16))
    instrument_digest: Mapped[str] = mapped_column(String(64))
    # XChaCha20-Poly1305 under a key made from the pepper, which is outside the database; padded to a few lengths.
    answers: Mapped[bytes] = mapped_column(LargeBinary)
    written_by: Mapped[str] = mapped_column(String(200))
    written_at: Mapped[datetime] = mapped_column(Moment)

    case: Mapped[ClientCase] = relationship(back_populates="occasions")


class CaseLog(Base):
    """Who did what with a case, and when. Written before anything is shown."""

    __tablename__ = "case_log"
    __table_args__ = (
        CheckConstraint(
            "act IN ('opened','read','wrote','granted','revoked','closed','counted','exported')", name="act_known"
        ),
        Index("ix_case_log_case", "case_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("client_case.id", ondelete="CASCADE"))
    at: Mapped[datetime] = mapped_column(Moment)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    # As the account was called then: the log outlives it.
    name: Mapped[str] = mapped_column(String(200))
    act: Mapped[str] = mapped_column(String(10))
    # Who was given or lost access, or which occasion; never an answer.
    detail: Mapped[str] = mapped_column(String(200), default="")
