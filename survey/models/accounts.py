"""Who may do what, and the trail of what was done. Respondents have no accounts."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import JSON, BigInteger, CheckConstraint, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from survey.models.base import Base, Moment
from survey.models.organisation import OrganisationUnit


class Role(StrEnum):
    ADMINISTRATOR = "administrator"
    ANALYST = "analyst"
    MANAGER = "manager"
    CASEWORKER = "caseworker"


class Account(Base):
    __tablename__ = "account"
    __table_args__ = (CheckConstraint("email = lower(email)", name="email_lower_case"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(200), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    # Argon2id; None until the person has chosen a password.
    password_hash: Mapped[str | None] = mapped_column(String(200))
    active: Mapped[bool] = mapped_column(default=True)
    # Goes up at log-out and with a new password: a session from before is over, also where its cookie was copied.
    session_number: Mapped[int] = mapped_column(default=0)
    # Second factor (RFC 6238), encrypted under a key outside the database; None until the person has set it up.
    totp_secret: Mapped[bytes | None] = mapped_column(LargeBinary)
    # The last time step that was used: a code is good for one log-in.
    totp_step: Mapped[int] = mapped_column(BigInteger, default=0)

    grants: Mapped[list[RoleGrant]] = relationship(back_populates="account", cascade="all, delete-orphan")


class RoleGrant(Base):
    """A role in a node of the tree and everything below it."""

    __tablename__ = "role_grant"
    __table_args__ = (CheckConstraint("role IN ('administrator','analyst','manager','caseworker')", name="role_known"),)

    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), primary_key=True)
    role: Mapped[str] = mapped_column(String(16), primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("organisation_unit.id", ondelete="RESTRICT"), primary_key=True)

    account: Mapped[Account] = relationship(back_populates="grants")
    unit: Mapped[OrganisationUnit] = relationship()


class LoginCode(Base):
    """A one-time way to log in, stored only as a hash."""

    __tablename__ = "login_code"

    code_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"))
    expires_at: Mapped[datetime] = mapped_column(Moment)

    account: Mapped[Account] = relationship()


class AuditEvent(Base):
    """What an account or the command line did. Never anything about a respondent."""

    __tablename__ = "audit_event"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(Moment)
    # None for the command line and the job engine, which `actor` names.
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    actor: Mapped[str] = mapped_column(String(200))
    action: Mapped[str] = mapped_column(String(60))
    subject: Mapped[str] = mapped_column(String(200))
    detail: Mapped[dict[str, object]] = mapped_column(JSON, default=dict)
