"""Studies, rounds and the units that take part."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import JSON, CheckConstraint, ForeignKey, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from survey.models.base import Base, Moment
from survey.models.organisation import OrganisationUnit


class Study(Base):
    """A chain of rounds that may be compared, and (if it says so) linked."""

    __tablename__ = "study"
    __table_args__ = (
        # Never below 5 respondents, whatever an administrator writes (docs/privacy.md).
        CheckConstraint("k >= 5", name="k_at_least_five"),
        # Distributions and spreads need larger groups: a study may ask for more, never for less.
        CheckConstraint("spread_from >= 10 AND spread_from >= k", name="spread_from_at_least_ten"),
        CheckConstraint("sd_from >= 20 AND sd_from >= spread_from", name="sd_from_at_least_twenty"),
        CheckConstraint(
            "legal_basis IS NULL OR legal_basis IN"
            " ('public_interest','legal_obligation','consent','legitimate_interest')",
            name="legal_basis_known",
        ),
        CheckConstraint("free_text_days BETWEEN 1 AND 3650", name="free_text_days_bounded"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(60), unique=True)
    title: Mapped[str] = mapped_column(String(200))
    instrument: Mapped[str] = mapped_column(String(40))
    # Linked persons make the study confidential, never anonymous.
    linked: Mapped[bool] = mapped_column(default=False)
    # Simulated answers are labelled on every page and report.
    simulated: Mapped[bool] = mapped_column(default=False)
    k: Mapped[int] = mapped_column(default=5)
    spread_from: Mapped[int] = mapped_column(default=10)
    sd_from: Mapped[int] = mapped_column(default=20)
    purpose: Mapped[str] = mapped_column(Text, default="")
    # Article 6.1 of the GDPR; a round opens only when purpose and legal basis are stated.
    legal_basis: Mapped[str | None] = mapped_column(String(24))
    # Who answers for the processing (personuppgiftsansvarig), and whom respondents may turn to.
    controller: Mapped[str] = mapped_column(String(200), default="")
    contact: Mapped[str] = mapped_column(String(200), default="")
    # The organisation's own words to respondents, by language; the rest is written from the settings.
    information: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    # The formal decision on deletion (gallringsbeslut): its reference, as the archive knows it.
    deletion_decision: Mapped[str] = mapped_column(String(200), default="")
    free_text_days: Mapped[int] = mapped_column(default=365)
    # Questions that a self-made code is made from; empty where links and cards carry the code.
    code_questions: Mapped[list[str]] = mapped_column(JSON, default=list)
    # From here no new round can be linked: keys, persons, cards and link codes are gone.
    ended_at: Mapped[datetime | None] = mapped_column(Moment)
    owner_id: Mapped[int] = mapped_column(ForeignKey("organisation_unit.id", ondelete="RESTRICT"))

    owner: Mapped[OrganisationUnit] = relationship()
    rounds: Mapped[list[Round]] = relationship(back_populates="study", order_by="Round.id")


class RoundState(StrEnum):
    DRAFT = "draft"
    OPEN = "open"
    CLOSED = "closed"
    SEALED = "sealed"
    RELEASED = "released"


MIXED = frozenset({RoundState.SEALED, RoundState.RELEASED})
"""The urn has been emptied: the round has responses, and its keys are on the way out."""


class Round(Base):
    """One fielding of one instrument version. State follows from moments; transitions are in fieldwork.rounds."""

    __tablename__ = "round"
    __table_args__ = (
        UniqueConstraint("study_id", "name"),
        CheckConstraint("state IN ('draft','open','closed','sealed','released')", name="state_known"),
        CheckConstraint("(state = 'draft') = (opened_at IS NULL)", name="open_is_dated"),
        CheckConstraint("(state IN ('draft','open')) = (closed_at IS NULL)", name="closed_is_dated"),
        CheckConstraint("(state IN ('draft','open','closed')) = (sealed_at IS NULL)", name="sealed_is_dated"),
        CheckConstraint("(state = 'released') = (released_at IS NOT NULL)", name="released_is_dated"),
        # From opening on, the instrument version and the round's public key are fixed.
        CheckConstraint("state = 'draft' OR (instrument_digest IS NOT NULL AND public_key IS NOT NULL)", name="pinned"),
        CheckConstraint("keys_destroyed_at IS NULL OR sealed_at IS NOT NULL", name="keys_destroyed_after_sealing"),
        CheckConstraint("closes_on IS NULL OR opens_on IS NULL OR closes_on >= opens_on", name="dates_in_order"),
        CheckConstraint("NOT paper_begun OR state <> 'draft'", name="paper_after_opening"),
        CheckConstraint("paper_compared = 0 OR (paper_compared > 0 AND paper_twice)", name="compared_when_twice"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    study_id: Mapped[int] = mapped_column(ForeignKey("study.id", ondelete="RESTRICT"), index=True)
    name: Mapped[str] = mapped_column(String(80))
    instrument_version: Mapped[str] = mapped_column(String(12))
    instrument_digest: Mapped[str | None] = mapped_column(String(64))
    # X25519 key that every answer is sealed to; the private half is in the key folder until sealing.
    public_key: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    state: Mapped[str] = mapped_column(String(10), default=RoundState.DRAFT)
    # The days that respondents are told; the state decides.
    opens_on: Mapped[date | None]
    closes_on: Mapped[date | None]
    opened_at: Mapped[datetime | None] = mapped_column(Moment)
    closed_at: Mapped[datetime | None] = mapped_column(Moment)
    sealed_at: Mapped[datetime | None] = mapped_column(Moment)
    released_at: Mapped[datetime | None] = mapped_column(Moment)
    # When the round's keys were destroyed: after sealing and the next verified backup, or a set number of hours.
    keys_destroyed_at: Mapped[datetime | None] = mapped_column(Moment)
    # The earlier round of the same study that change is measured from.
    before_id: Mapped[int | None] = mapped_column(ForeignKey("round.id", ondelete="RESTRICT"))
    # Whether each paper form is typed in twice; fixed when the first one has been.
    paper_twice: Mapped[bool] = mapped_column(default=False)
    paper_begun: Mapped[bool] = mapped_column(default=False)
    # How many forms have been typed in twice and compared.
    paper_compared: Mapped[int] = mapped_column(default=0)

    study: Mapped[Study] = relationship(back_populates="rounds")
    before: Mapped[Round | None] = relationship(remote_side="Round.id")
    units: Mapped[list[RoundUnit]] = relationship(back_populates="round", order_by="RoundUnit.unit_id")


class RoundUnit(Base):
    """An organisation unit that takes part in a round, how many it invited, and its open link."""

    __tablename__ = "round_unit"
    __table_args__ = (
        CheckConstraint("invited IS NULL OR invited >= 0", name="invited_not_negative"),
        CheckConstraint("group_id IS NULL OR group_id <> unit_id", name="not_its_own_group"),
    )

    round_id: Mapped[int] = mapped_column(ForeignKey("round.id", ondelete="CASCADE"), primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("organisation_unit.id", ondelete="RESTRICT"), primary_key=True)
    invited: Mapped[int | None]
    # As it stood at opening: how often the unit's count moves follows from this one, which nobody can change.
    invited_at_opening: Mapped[int | None]
    # The merge group declared for it before opening: small units of one group are shown together.
    group_id: Mapped[int | None] = mapped_column(ForeignKey("organisation_unit.id", ondelete="RESTRICT"))
    # Public by nature: the same link for everybody in the unit, so it is stored as it is.
    open_code: Mapped[str | None] = mapped_column(String(20), unique=True)

    round: Mapped[Round] = relationship(back_populates="units")
    unit: Mapped[OrganisationUnit] = relationship(foreign_keys=unit_id)
    group: Mapped[OrganisationUnit | None] = relationship(foreign_keys=group_id)


class PaperDifference(Base):
    """In how many paper forms the two who typed an item wrote different answers: a figure, and no answer."""

    __tablename__ = "paper_difference"
    __table_args__ = (CheckConstraint("forms > 0", name="forms_positive"),)

    round_id: Mapped[int] = mapped_column(ForeignKey("round.id", ondelete="CASCADE"), primary_key=True)
    item: Mapped[str] = mapped_column(String(64), primary_key=True)
    forms: Mapped[int]
