"""What every part that touches the outside needs, made once and passed on: settings, database, keys, clock."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy.orm import Session, sessionmaker

from survey.answering.keys import KeyFolder
from survey.config import Settings
from survey.database import open_engine, session_factory


def utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class Services:
    settings: Settings
    engine: Engine
    sessions: sessionmaker[Session]
    keys: KeyFolder
    clock: Callable[[], datetime]
    """Gives an aware moment in UTC; tests pass a fake."""

    @property
    def instrument_folders(self) -> tuple[Path, ...]:
        """Where an organisation keeps instrument definitions of its own, beside the catalogue."""
        return (self.settings.home / "instruments",)


def services_from(settings: Settings, clock: Callable[[], datetime] = utc_now) -> Services:
    """Open the database and the key folder. Migrates nothing: that is a command's work, never a web process's."""
    engine = open_engine(settings.database_url)
    return Services(
        settings=settings,
        engine=engine,
        sessions=session_factory(engine),
        keys=KeyFolder(settings.keys),
        clock=clock,
    )
