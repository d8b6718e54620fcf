"""Signed records: what was done, and how the work goes. Open, never edited: a correction is an entry of its own."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from survey.models.base import Base, Moment
from survey.models.organisation import OrganisationUnit


class RecordEntry(Base):
    """One signed entry of a record instrument."""

    __tablename__ = "record_entry"
    __table_args__ = (
        # Two people who correct the same entry at once: one of them is refused by the table itself.
        UniqueConstraint("replaces_id"),
        CheckConstraint("replaces_id <> id", name="not_its_own_correction"),
        CheckConstraint("(replaces_id IS NULL) = (reason = '')", name="correction_has_reason"),
        CheckConstraint("NOT retracted OR replaces_id IS NOT NULL", name="retraction_of_something"),
        Index("ix_record_entry_unit", "unit_id", "happened_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("organisation_unit.id", ondelete="RESTRICT"))
    instrument: Mapped[str] = mapped_column(String(40))
    instrument_version: Mapped[str] = mapped_column(String(16))
    instrument_digest: Mapped[str] = mapped_column(String(64))
    happened_on: Mapped[date]
    # Empty in a retraction.
    answers: Mapped[dict[str, object]] = mapped_column(JSON)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    # As the account was called when it signed: the signature outlives it.
    signed_name: Mapped[str] = mapped_column(String(200))
    signed_at: Mapped[datetime] = mapped_column(Moment)
    # The entry that this one corrects or takes back, and why.
    replaces_id: Mapped[int | None] = mapped_column(ForeignKey("record_entry.id", ondelete="RESTRICT"))
    reason: Mapped[str] = mapped_column(Text, default="")
    retracted: Mapped[bool] = mapped_column(default=False)

    unit: Mapped[OrganisationUnit] = relationship()
    replaces: Mapped[RecordEntry | None] = relationship(remote_side="RecordEntry.id", back_populates="replaced_by")
    replaced_by: Mapped[RecordEntry | None] = relationship(back_populates="replaces")
