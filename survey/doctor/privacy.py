"""The examination of what docs/privacy.md promises, part by part."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from survey.doctor import backups, database, keys, logs, retention, tables
from survey.doctor.signs import Patient, Sign

PARTS: tuple[tuple[str, Callable[[Patient], Iterable[Sign]]], ...] = (
    ("Tables", tables.examine),
    ("Database", database.examine),
    ("Keys", keys.examine),
    ("Logs", logs.examine),
    ("Retention", retention.examine),
    ("Backups", backups.examine),
)


def examine(patient: Patient) -> Iterator[tuple[str, tuple[Sign, ...]]]:
    """Each part with its signs, at least one. Nothing is changed."""
    for title, part in PARTS:
        yield title, tuple(part(patient))
