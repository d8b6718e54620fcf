"""`responses`: bring in answers from paper forms and older rounds."""

from __future__ import annotations

from pathlib import Path

import click

from survey.answering.importing.store import FaultyFile, import_responses
from survey.cli.context import pass_services
from survey.cli.output import leave_trail, show_faults
from survey.fieldwork.rounds import find_round, reference
from survey.services import Services

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group("responses")
def group() -> None:
    """Import responses from paper forms and older rounds.

    \b
    Example:
      ./run responses import ebp/2025 paper.csv --invited invited.csv
    """


@group.command("import")
@click.argument("round_", metavar="ROUND")
@click.argument("file", type=FILE)
@click.option(
    "--mapping", type=FILE, help="CSV or YAML, for columns not called what they are: column, then item id or unit."
)
@click.option("--invited", type=FILE, help="CSV with the columns unit and invited.")
@click.option("--no-unit", metavar="CODE", help="The unit for rows that name none; otherwise they are faults.")
@pass_services
def import_file(
    services: Services, round_: str, file: Path, mapping: Path | None, invited: Path | None, no_unit: str | None
) -> None:
    """Put the responses of FILE into ROUND: into its urn, or after sealing beside the mixed ones.

    What comes after sealing is shown by the next ./run rounds release, if it is enough that nobody stands alone.

    Columns: unit (the unit's code), link_code if the study links persons, and item ids. Comma, semicolon or tab;
    UTF-8 or Latin-1. An option is written as its value or its words; an empty cell is no answer. If one cell is
    wrong, every fault is listed and nothing is stored.

    \b
    Example:
      ./run responses import ebp/2025 paper.csv
      ./run responses import ebp/2025 old.csv --mapping columns.csv --invited invited.csv --no-unit 2309
    """
    with services.sessions.begin() as session:
        found = find_round(session, round_)
        try:
            imported = import_responses(
                session,
                services.keys,
                found,
                file,
                mapping=mapping,
                invited=invited,
                no_unit=no_unit,
                folders=services.instrument_folders,
            )
        except FaultyFile as faulty:
            show_faults(faulty.faults)
            raise
        leave_trail(
            session, services, "import_responses", reference(found), responses=imported.responses, batch=imported.batch
        )
    for notice in imported.notices:
        click.echo(f"Note: {notice}.")
    late = f" as late batch {imported.batch}; release the round again to show them" if imported.batch else ""
    click.echo(f"Imported {imported.responses} responses into {round_}{late}.")
