"""Settings: read once from the environment, passed on as an argument."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

MOST_AUDIT_DAYS = 36_500
JOBS_SCHEMA = "dbos"
"""Where the job engine's tables are in PostgreSQL."""
MOST_KEY_HOURS = 24 * 31
"""A month: keys that lie longer than that would make the promise of docs/privacy.md an empty one."""


class ConfigError(ValueError):
    """A setting that cannot be used; the message is one line with the remedy."""


@dataclass(frozen=True)
class Settings:
    home: Path
    """Everything that the installation writes: database, keys, reports. TERMOMETERN_HOME, else ./var."""
    database_url: str
    """TERMOMETERN_DATABASE, else SQLite in `home`. PostgreSQL as postgresql+psycopg://..."""
    jobs_url: str
    """The job engine's own database: TERMOMETERN_JOBS, else SQLite beside, or the same PostgreSQL (own schema)."""
    port: int
    """TERMOMETERN_PORT, else 8000."""
    public_url: str
    """What links and QR codes begin with: TERMOMETERN_URL, else this machine."""
    round_keys: Path
    """Keys that no web process may read: TERMOMETERN_ROUND_KEYS, else the folder `rounds` among the other keys."""
    key_hours: int
    """Hours after sealing at which a round's keys are destroyed at the latest: TERMOMETERN_KEY_HOURS, else 24."""
    audit_days: int
    """Days that events are kept, where a decision lets them go: TERMOMETERN_AUDIT_DAYS, else 730."""
    audit_decision: str
    """The decision (gallringsbeslut) for events that are of no study: TERMOMETERN_AUDIT_DECISION, else none."""
    case_days: int
    """Days after closing that a case's answers are kept, where a decision lets them go: TERMOMETERN_CASE_DAYS."""
    case_decision: str
    """The decision (gallringsbeslut) for answers of closed cases: TERMOMETERN_CASE_DECISION, else none."""
    operator: str
    """Who answers for the pages where no study says it: TERMOMETERN_OPERATOR, else nobody is named."""
    contact: str
    """Whom respondents turn to where no study says it, for instance to report a page: TERMOMETERN_CONTACT."""
    pg_dump: str
    """PostgreSQL's own program for copies: TERMOMETERN_PG_DUMP, else `pg_dump` on PATH; pg_restore stands beside it."""

    @property
    def keys(self) -> Path:
        return self.home / "keys"

    @property
    def reports(self) -> Path:
        return self.home / "reports"

    @property
    def embedded(self) -> bool:
        """True on SQLite: web and worker share one machine and start together."""
        return self.database_url.startswith("sqlite")


def settings_from(environment: Mapping[str, str] = os.environ) -> Settings:
    """Read the settings. Raises ConfigError with what to change."""
    home = Path(environment.get("TERMOMETERN_HOME") or "var").resolve()
    raw_port = environment.get("TERMOMETERN_PORT") or "8000"
    if not raw_port.isdecimal() or not 1 <= int(raw_port) <= 65535:
        raise ConfigError(f"TERMOMETERN_PORT is {raw_port!r}; set it to a number from 1 to 65535")
    database_url = environment.get("TERMOMETERN_DATABASE") or f"sqlite:///{home / 'termometern.sqlite'}"
    if not database_url.startswith(("sqlite:///", "postgresql+psycopg://")):
        raise ConfigError("TERMOMETERN_DATABASE must begin with sqlite:/// or postgresql+psycopg://")
    raw_hours = environment.get("TERMOMETERN_KEY_HOURS") or "24"
    if not raw_hours.isdecimal() or not int(raw_hours) <= MOST_KEY_HOURS:
        raise ConfigError(f"TERMOMETERN_KEY_HOURS is {raw_hours!r}; set it to a number of hours, 0 to {MOST_KEY_HOURS}")
    raw_days = environment.get("TERMOMETERN_AUDIT_DAYS") or "730"
    if not raw_days.isdecimal() or not 1 <= int(raw_days) <= MOST_AUDIT_DAYS:
        raise ConfigError(f"TERMOMETERN_AUDIT_DAYS is {raw_days!r}; set it to a number of days, 1 to {MOST_AUDIT_DAYS}")
    raw_case_days = environment.get("TERMOMETERN_CASE_DAYS") or "1825"
    if not raw_case_days.isdecimal() or not 1 <= int(raw_case_days) <= MOST_AUDIT_DAYS:
        message = f"TERMOMETERN_CASE_DAYS is {raw_case_days!r}; set it to a number of days, 1 to {MOST_AUDIT_DAYS}"
        raise ConfigError(message)
    default_jobs = f"sqlite:///{home / 'jobs.sqlite'}" if database_url.startswith("sqlite") else database_url
    return Settings(
        home=home,
        database_url=database_url,
        jobs_url=environment.get("TERMOMETERN_JOBS") or default_jobs,
        port=int(raw_port),
        public_url=(environment.get("TERMOMETERN_URL") or f"http://127.0.0.1:{raw_port}").rstrip("/"),
        round_keys=Path(environment.get("TERMOMETERN_ROUND_KEYS") or home / "keys" / "rounds").resolve(),
        key_hours=int(raw_hours),
        audit_days=int(raw_days),
        audit_decision=(environment.get("TERMOMETERN_AUDIT_DECISION") or "").strip(),
        case_days=int(raw_case_days),
        case_decision=(environment.get("TERMOMETERN_CASE_DECISION") or "").strip(),
        operator=(environment.get("TERMOMETERN_OPERATOR") or "").strip(),
        contact=(environment.get("TERMOMETERN_CONTACT") or "").strip(),
        pg_dump=environment.get("TERMOMETERN_PG_DUMP") or "pg_dump",
    )
