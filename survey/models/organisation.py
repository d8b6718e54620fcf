"""The dated tree: nation > county > municipality or region > unit."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from survey.models.base import Base


class OrganisationKind(StrEnum):
    NATION = "nation"
    COUNTY = "county"
    MUNICIPALITY = "municipality"
    REGION = "region"
    UNIT = "unit"


class OrganisationUnit(Base):
    __tablename__ = "organisation_unit"
    __table_args__ = (
        CheckConstraint("kind IN ('nation','county','municipality','region','unit')", name="kind_known"),
        CheckConstraint("(kind = 'nation') = (parent_id IS NULL)", name="only_nation_is_root"),
        CheckConstraint("id <> parent_id", name="not_its_own_parent"),
        CheckConstraint("valid_to IS NULL OR valid_to > valid_from", name="valid_period"),
        CheckConstraint("population IS NULL OR population > 0", name="population_positive"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("organisation_unit.id", ondelete="RESTRICT"), index=True)
    kind: Mapped[str] = mapped_column(String(16))
    # SE, two digits a county (SCB), four a municipality (SCB); a unit's code is chosen by its municipality.
    code: Mapped[str] = mapped_column(String(32), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    # "Krokom" beside "Krokoms kommun": for charts and lists.
    short_name: Mapped[str] = mapped_column(String(100))
    private: Mapped[bool] = mapped_column(default=False)
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    population: Mapped[int | None]

    parent: Mapped[OrganisationUnit | None] = relationship(remote_side="OrganisationUnit.id")
