"""Which workers are alive. The jobs themselves live in the job engine's own database."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from survey.models.base import Base, Moment


class Worker(Base):
    """A worker's heartbeat: one that has gone silent has its jobs taken up again."""

    __tablename__ = "worker"

    executor_id: Mapped[str] = mapped_column(String(80), primary_key=True)
    seen_at: Mapped[datetime] = mapped_column(Moment)
