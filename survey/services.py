"""What every part that touches the outside needs, made once and passed on: settings, database, keys, clock.

`services_from` is for the mailing process (worker and command line), `web_services_from` for a web process: only the
first holds round keys.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy.orm import Session, sessionmaker

from survey.answering.keys import KeyFolder
from survey.answering.round_keys import NoRoundKeys, RoundKeyFolder, RoundKeys
from survey.config import Settings
from survey.database import open_engine, open_reading_engine, session_factory


def utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class Services:
    settings: Settings
    engine: Engine
    sessions: sessionmaker[Session]
    reading: Engine
    """On the same database, for looking: see `open_reading_engine`."""
    keys: KeyFolder
    round_keys: RoundKeys
    """What opens answers; in a web process every question to it is refused."""
    clock: Callable[[], datetime]
    """Gives an aware moment in UTC; tests pass a fake."""

    @property
    def instrument_folders(self) -> tuple[Path, ...]:
        """Where an organisation keeps instrument definitions of its own, beside the catalogue."""
        return (self.settings.home / "instruments",)

    @property
    def symbol_folders(self) -> tuple[Path, ...]:
        """Where an organisation keeps pictures of its own, before those that come with the program."""
        return (self.settings.home / "symbols",)

    @property
    def recording_folders(self) -> tuple[Path, ...]:
        """Where an organisation keeps what it has read aloud."""
        return (self.settings.home / "recordings",)


def services_from(settings: Settings, clock: Callable[[], datetime] = utc_now) -> Services:
    """Open the database and the key folders. Migrates nothing: that is a command's work."""
    return _opened(settings, clock, RoundKeyFolder(settings.round_keys, clock))


def web_services_from(settings: Settings, clock: Callable[[], datetime] = utc_now) -> Services:
    """The same for a web process, which never comes near a round key."""
    return _opened(settings, clock, NoRoundKeys())


def _opened(settings: Settings, clock: Callable[[], datetime], round_keys: RoundKeys) -> Services:
    engine = open_engine(settings.database_url)
    return Services(
        settings=settings,
        engine=engine,
        sessions=session_factory(engine),
        reading=open_reading_engine(settings.database_url),
        keys=KeyFolder(settings.keys),
        round_keys=round_keys,
        clock=clock,
    )
