"""Frozen results, and the counts that an administrator may see while a round is open."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from survey.models.base import Base, Moment
from survey.models.study import Round


class Release(Base):
    """A frozen, disclosure-checked set of results. Never changed, never deleted: a correction is a new release."""

    __tablename__ = "release"
    __table_args__ = (UniqueConstraint("round_id", "digest"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id", ondelete="RESTRICT"), index=True)
    # SHA-256 of `findings` as stored.
    digest: Mapped[str] = mapped_column(String(64))
    matrix_digest: Mapped[str] = mapped_column(String(64))
    instrument_digest: Mapped[str] = mapped_column(String(64))
    code_version: Mapped[str] = mapped_column(String(80))
    seed: Mapped[int] = mapped_column(BigInteger)
    # Canonical JSON of what passed the disclosure gate; nothing else is kept.
    findings: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(Moment)

    round: Mapped[Round] = relationship()
    reports: Mapped[list[ReportFile]] = relationship(back_populates="release", order_by="ReportFile.group_code")


class ReportFile(Base):
    """A finished report: written once, found by release and group."""

    __tablename__ = "report_file"

    release_id: Mapped[int] = mapped_column(ForeignKey("release.id", ondelete="RESTRICT"), primary_key=True)
    group_code: Mapped[str] = mapped_column(String(32), primary_key=True)
    # Relative to the reports folder.
    path: Mapped[str] = mapped_column(String(200), unique=True)
    digest: Mapped[str] = mapped_column(String(64))

    release: Mapped[Release] = relationship(back_populates="reports")


class LiveCount(Base):
    """The count last shown for a unit of an open round: it moves hourly or daily and in steps, never per answer."""

    __tablename__ = "live_count"
    __table_args__ = (CheckConstraint("shown >= 0", name="shown_not_negative"),)

    round_id: Mapped[int] = mapped_column(ForeignKey("round.id", ondelete="CASCADE"), primary_key=True)
    # 0 stands for the units that are counted daily, taken together.
    unit_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    shown: Mapped[int]
    counted_at: Mapped[datetime] = mapped_column(Moment)


class LedgerEntry(Base):
    """What one output told about one round: every release, the live counts, every export of microdata."""

    __tablename__ = "ledger_entry"
    __table_args__ = (
        CheckConstraint("kind IN ('release','live_counts','microdata')", name="kind_known"),
        CheckConstraint("(kind = 'release') = (release_id IS NOT NULL)", name="release_named"),
        CheckConstraint("batch >= 0", name="batch_not_negative"),
        UniqueConstraint("release_id", "round_id"),
        Index("ix_ledger_entry_round", "round_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    study_id: Mapped[int] = mapped_column(ForeignKey("study.id", ondelete="RESTRICT"))
    # The round whose answers it tells about: a release with an earlier round beside it makes two entries.
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id", ondelete="RESTRICT"))
    kind: Mapped[str] = mapped_column(String(12))
    release_id: Mapped[int | None] = mapped_column(ForeignKey("release.id", ondelete="RESTRICT"))
    label: Mapped[str] = mapped_column(String(200))
    # Canonical JSON of reports.ledger: which groups of which cells, and the places behind them.
    cells: Mapped[str] = mapped_column(Text)
    # The last batch of the round's answers that it tells about: what is late to it came after.
    batch: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(Moment)
