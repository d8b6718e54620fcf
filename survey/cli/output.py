"""What the commands that change something have in common: a table on the screen, a line in the trail."""

from __future__ import annotations

from collections.abc import Sequence

import click
from sqlalchemy.orm import Session

from survey.accounts.audit import COMMAND_LINE, record
from survey.services import Services


def echo_table(header: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Columns as wide as their longest cell; numbers stand to the right, None is a dash."""
    cells = [tuple(header), *(tuple("–" if cell is None else str(cell) for cell in row) for row in rows)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    numeric = [all(isinstance(row[column], int | None) for row in rows) for column in range(len(header))]
    for line in cells:
        shown = [
            cell.rjust(width) if right else cell.ljust(width)
            for cell, width, right in zip(line, widths, numeric, strict=True)
        ]
        click.echo("  ".join(shown).rstrip())


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
