"""What an examination finds, in words an operator can act on."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from survey.services import Services


class Level(StrEnum):
    WELL = "well"
    WARNING = "warning"
    """Nothing is broken; somebody should know, or decide."""
    FAULT = "fault"
    """The promise of docs/privacy.md does not hold until this is put right."""


@dataclass(frozen=True)
class Sign:
    level: Level
    says: str
    remedy: str = ""


@dataclass(frozen=True)
class Patient:
    """What is examined: the installation, and what lies outside it that the operator points at."""

    services: Services
    now: datetime
    logs: tuple[Path, ...] = field(default=())
    """Log files and folders outside the installation's own folder."""
    backups: tuple[Path, ...] = field(default=())
    """Backups: files and folders."""


def well(says: str) -> Sign:
    return Sign(Level.WELL, says)


def warning(says: str, remedy: str) -> Sign:
    return Sign(Level.WARNING, says, remedy)


def fault(says: str, remedy: str) -> Sign:
    return Sign(Level.FAULT, says, remedy)


def number(count: int, one: str, several: str) -> str:
    return f"{count} {one if count == 1 else several}"
