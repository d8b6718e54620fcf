"""`export`: rows of a sealed round, for who runs the installation. Analysts take them out on their own pages."""

from __future__ import annotations

from pathlib import Path

import click

from survey.accounts.audit import COMMAND_LINE
from survey.cli.context import pass_services
from survey.cli.output import echo_table, new_private_file
from survey.fieldwork.rounds import find_round
from survey.services import Services

FORMATS = ("csv", "sav", "parquet")
PLACES = ("unit", "municipality", "region", "county", "nation", "none")


@click.group("export")
def group() -> None:
    """Take rows out of a sealed round.

    \b
    Example:
      ./run export microdata ebp/2026 --purpose "Avhandling om EBP, beslut 2026/17" --into rows.zip
    """


@group.command("microdata")
@click.argument("round_", metavar="ROUND")
@click.option("--purpose", required=True, help="What the rows are for; it stays in the trail.")
@click.option("--into", required=True, type=click.Path(dir_okay=False, path_type=Path), help="The zip file to write.")
@click.option("--place", type=click.Choice(PLACES), default="unit", show_default=True, help="The finest place wanted.")
@click.option("--background", multiple=True, metavar="ITEM", help="A background item to take along; may be repeated.")
@click.option("--format", "format_", type=click.Choice(FORMATS), default="csv", show_default=True, help="Of the table.")
@click.option("--with-before", is_flag=True, help="The earlier round too; linked persons get a number for this file.")
@pass_services
def microdata(
    services: Services,
    round_: str,
    purpose: str,
    into: Path,
    place: str,
    background: tuple[str, ...],
    format_: str,
    with_before: bool,
) -> None:
    """Write the rows of ROUND, so coarse that nobody is alone in them (docs/method/microdata.md).

    In the zip file: the table, a codebook, which items make each scale, and how the rows were made. sav (SPSS) and
    parquet carry labels of columns and values, and codes of missing answers.

    Account, purpose, digest and number of rows are kept; the file is not.

    \b
    Example:
      ./run export microdata ebp/2026 --purpose "Avhandling, beslut 2026/17" --background role --into rows.zip
      ./run export microdata ebp/2026 --purpose "Avhandling, beslut 2026/17" --format sav --into rows.zip
    """
    from reports.export.rows import Format
    from reports.findings import NodeKind
    from reports.microdata_source import Choice
    from survey.releases.microdata import Asked, export_rows

    choice = Choice(None if place == "none" else NodeKind(place), background)
    asked = Asked(choice, with_before, purpose, COMMAND_LINE, None, Format(format_))
    with new_private_file(into) as file:
        with services.sessions.begin() as session:
            made = export_rows(
                session, find_round(session, round_), asked, services.clock(), folders=services.instrument_folders
            )
        # After the commit: what leaves is in the ledger, whatever happens to the file.
        file.write(made.archive)
    plan = made.plan
    echo_table(
        ("COLUMN", "GROUPS"),
        [("place", plan.place_shown), *((one.item, len(one.shown) or None) for one in plan.variables)],
    )
    click.echo(
        f"{plan.rows} rows in {plan.classes} classes, the smallest of {plan.smallest} (k {plan.k}); "
        f"{plan.blank} without background, {plan.homogeneous} classes alike in an item, "
        f"smallest by unit {plan.smallest_by_unit}. Digest {made.digest}"
    )
