"""The analyst's saved views."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from survey.models.base import Base


class SavedView(Base):
    """A person's own name for the address of a view. No figures: those are read from the releases every time."""

    __tablename__ = "saved_view"
    __table_args__ = (
        CheckConstraint("length(name) > 0", name="named"),
        CheckConstraint("length(view) > 0", name="of_a_view"),
        UniqueConstraint("account_id", "study_id", "name"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"))
    study_id: Mapped[int] = mapped_column(ForeignKey("study.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(80))
    # The view's part of the address, and the query after it.
    view: Mapped[str] = mapped_column(String(40))
    query: Mapped[str] = mapped_column(String(500))
