"""`records`: activity logs and status reports, listed and taken out."""

from __future__ import annotations

from pathlib import Path

import click
from sqlalchemy.orm import Session

from instruments.faults import suggest
from survey.cli.context import pass_services
from survey.cli.output import echo_table, leave_trail, new_private_file
from survey.database import read_session
from survey.errors import Refusal
from survey.organisation.tree import NATION_CODE, find_unit, load_tree
from survey.records.entries import record_instruments
from survey.records.overview import Filter, entries, headline_of, to_csv
from survey.services import Services

UNDER = click.option("--under", default=NATION_CODE, show_default=True, metavar="CODE", help="This unit and below.")
YEAR = click.option("--year", type=click.IntRange(1990, 2200), help="Only entries of that year.")


@click.group("records")
def group() -> None:
    """List and export signed entries: what was done, and how the work goes.

    \b
    Example:
      ./run records list --under 23
      ./run records export activity-log log.csv
    """


@group.command("list")
@click.option("--instrument", help="Only entries of that instrument.")
@YEAR
@UNDER
@pass_services
def list_entries(services: Services, instrument: str | None, year: int | None, under: str) -> None:
    """List the entries that stand, newest first.

    \b
    Example:
      ./run records list --instrument activity-log --year 2026 --under 2309
    """
    folders = services.instrument_folders
    if instrument is not None:
        _known(instrument, services)
    with read_session(services.sessions) as session:
        found = entries(session, Filter(_below(session, under), instrument, year))
        rows = [
            (
                entry.id,
                entry.happened_on,
                entry.unit.code,
                entry.instrument,
                headline_of(entry, "sv", folders),
                entry.signed_name,
            )
            for entry in found
        ]
    if rows:
        echo_table(("NO", "DATE", "UNIT", "INSTRUMENT", "ABOUT", "SIGNED BY"), rows)
    else:
        click.echo("No entries yet. They are signed on the pages, under Activities and reports.")


@group.command("export")
@click.argument("instrument")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@YEAR
@UNDER
@pass_services
def export(services: Services, instrument: str, file: Path, year: int | None, under: str) -> None:
    """Write the entries of one INSTRUMENT to a CSV FILE, with what has been corrected or taken back.

    \b
    Example:
      ./run records export activity-log log.csv --year 2026
    """
    newest = record_instruments(services.instrument_folders)[_known(instrument, services)].instrument
    with new_private_file(file) as out, services.sessions.begin() as session:
        found = entries(session, Filter(_below(session, under), instrument, year), history=True)
        out.write(to_csv(found, newest).encode())
        leave_trail(session, services, "export_records", instrument, entries=len(found), under=under)
    click.echo(f"Wrote {len(found)} entries to {file}.")


def _known(instrument: str, services: Services) -> str:
    known = sorted(record_instruments(services.instrument_folders))
    if instrument not in known:
        raise Refusal("not_a_record", f"{instrument!r} is no instrument of kind record; {suggest(instrument, known)}")
    return instrument


def _below(session: Session, under: str) -> frozenset[int]:
    top = find_unit(session, under)
    return frozenset(node.id for node in load_tree(session).descendants(top.id))
