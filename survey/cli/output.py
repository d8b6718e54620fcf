"""What commands have in common: a table or a list of faults on the screen, a private file, a line in the trail."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import click
from sqlalchemy.orm import Session

from instruments.faults import Fault
from survey.accounts.audit import COMMAND_LINE, record
from survey.services import Services

MOST_FAULTS_SHOWN = 200


def echo_table(header: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Columns as wide as their longest cell; numbers stand to the right, None is a dash."""
    cells = [tuple(header), *(tuple("–" if cell is None else _on_one_line(str(cell)) for cell in row) for row in rows)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    numeric = [all(isinstance(row[column], int | None) for row in rows) for column in range(len(header))]
    for line in cells:
        shown = [
            cell.rjust(width) if right else cell.ljust(width)
            for cell, width, right in zip(line, widths, numeric, strict=True)
        ]
        click.echo("  ".join(shown).rstrip())


def _on_one_line(text: str) -> str:
    """What people have written may hold line feeds, and signs that a terminal obeys."""
    return "".join(sign if sign.isprintable() else " " for sign in text)


def quoted(word: str) -> str:
    """As it is typed on a command line."""
    return f'"{word}"' if " " in word else word


def leave_trail(session: Session, services: Services, action: str, subject: str, **detail: object) -> None:
    """One event in the command's own transaction."""
    record(
        session,
        actor=COMMAND_LINE,
        account_id=None,
        action=action,
        subject=subject,
        detail=detail,
        now=services.clock(),
    )


def show_faults(faults: Sequence[Fault]) -> None:
    """One line a fault on stderr: where, which, what and the remedy."""
    for fault in faults[:MOST_FAULTS_SHOWN]:
        places = [f"row {fault.line}" if fault.line else "", fault.place]
        where = ", ".join(place for place in places if place) or "file"
        click.echo(f"{where} [{fault.code}]: {fault.message}; {fault.remedy}", err=True)
    if len(faults) > MOST_FAULTS_SHOWN:
        click.echo(f"... and {len(faults) - MOST_FAULTS_SHOWN} more", err=True)


@contextmanager
def new_private_file(path: Path) -> Iterator[IO[bytes]]:
    """A new file that only its owner may read; gone again if the work fails. An old file is never replaced."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise click.UsageError(f"{path} is there already; choose another name, its codes may be in use") from None
    try:
        with os.fdopen(descriptor, "wb") as file:
            yield file
    except BaseException:
        path.unlink()
        raise
