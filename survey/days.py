"""Days as those who write them mean them: in Swedish time, whatever the server's clock says, and none still to come."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

SWEDISH_TIME = ZoneInfo("Europe/Stockholm")
EARLIEST = date(1990, 1, 1)
"""Before that nothing was kept: a slip of the keyboard ("0226") is told at once."""


def has_been(day: date, now: datetime) -> bool:
    """Whether something that is written down can have happened that day."""
    return EARLIEST <= day <= now.astimezone(SWEDISH_TIME).date()
