"""`rounds group`: units that are shown together where one of them is too small."""

from __future__ import annotations

import click

from survey.cli.context import pass_services
from survey.cli.output import leave_trail
from survey.fieldwork.groups import declare_group
from survey.fieldwork.rounds import find_round, reference
from survey.services import Services


@click.command("group")
@click.argument("round_", metavar="ROUND")
@click.argument("name", required=False)
@click.option("--unit", "units", multiple=True, required=True, metavar="CODE", help="A unit of the group; repeated.")
@pass_services
def declare(services: Services, round_: str, name: str | None, units: tuple[str, ...]) -> None:
    """Show units of ROUND together, as NAME, where one of them has too few answers.

    Declared before the round opens, and not changed after. The units stand under the same node. Without NAME the
    group is called what its units are called.

    \b
    Example:
      ./run rounds group ebp/2026 "Hemtjänsten i Krokom" --unit K1 --unit K2
    """
    with services.sessions.begin() as session:
        found = find_round(session, round_)
        group = declare_group(session, found, units, services.clock(), name=name)
        leave_trail(session, services, "declare_group", reference(found), group=group.code, units=", ".join(units))
        said = f"{group.name} ({group.code})"
    click.echo(f"Small units among {', '.join(units)} are shown together as {said}.")
