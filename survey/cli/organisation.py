"""`organisation`: counties, municipalities and units."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from survey.cli.context import pass_services
from survey.cli.output import echo_table, leave_trail
from survey.database import read_session
from survey.errors import Refusal
from survey.models import OrganisationKind
from survey.organisation.tree import NATION_CODE, add_unit, find_unit, import_units, load_register, load_tree
from survey.services import Services


@click.group("organisation")
def group() -> None:
    """List, add and import the units that take part in rounds.

    \b
    Example:
      ./run organisation list --under 23
      ./run organisation add krokom-norr "Hemtjänst norr" --under 2309
    """


@group.command("list")
@click.option("--under", default=NATION_CODE, show_default=True, metavar="CODE", help="This unit and all below it.")
@pass_services
def list_units(services: Services, under: str) -> None:
    """List a part of the tree. The register of counties and municipalities is loaded the first time.

    \b
    Example:
      ./run organisation list
      ./run organisation list --under 2309
    """
    _with_register(services)
    with read_session(services.sessions) as session:
        top = find_unit(session, under)
        tree = load_tree(session)
    depth = len(tree.ancestors(top.id))
    rows = [
        ("  " * (len(tree.ancestors(node.id)) - depth) + node.code, node.name, node.kind.value, _notes(node.private))
        for node in tree.descendants(top.id)
    ]
    echo_table(("CODE", "NAME", "KIND", ""), rows)


@group.command("add")
@click.argument("code")
@click.argument("name")
@click.option("--under", required=True, metavar="CODE", help="The municipality, region or unit it belongs to.")
@click.option(
    "--kind",
    type=click.Choice([OrganisationKind.UNIT.value, OrganisationKind.REGION.value]),
    default=OrganisationKind.UNIT.value,
    show_default=True,
)
@click.option("--short-name", help="For charts and lists.")
@click.option("--private", is_flag=True, help="Run by a private provider.")
@click.option("--from", "valid_from", type=click.DateTime(["%Y-%m-%d"]), help="First day; today if left out.")
@pass_services
def add(
    services: Services,
    code: str,
    name: str,
    under: str,
    kind: str,
    short_name: str | None,
    private: bool,
    valid_from: datetime | None,
) -> None:
    """Add one unit.

    \b
    Example:
      ./run organisation add krokom-norr "Hemtjänst norr" --under 2309
    """
    _with_register(services)
    with services.sessions.begin() as session:
        unit = add_unit(
            session,
            code=code,
            name=name,
            parent_code=under,
            kind=kind,
            short_name=short_name,
            private=private,
            valid_from=(valid_from or services.clock()).date(),
        )
        leave_trail(session, services, "add_unit", unit.code, under=under)
    click.echo(f"Added {unit.code}, {unit.name}.")


@group.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--from", "valid_from", type=click.DateTime(["%Y-%m-%d"]), help="First day; today if left out.")
@pass_services
def import_file(services: Services, file: Path, valid_from: datetime | None) -> None:
    """Add the units of a CSV FILE: code, name, parent code and, if you like, private (ja or nej).

    Comma or semicolon, UTF-8 or Latin-1. If one row is wrong, every fault is listed and nothing is stored.

    \b
    Example:
      ./run organisation import units.csv
    """
    _with_register(services)
    with services.sessions.begin() as session:
        before = len(load_tree(session).nodes)
        faults = import_units(session, file, valid_from=(valid_from or services.clock()).date())
        if not faults:
            added = len(load_tree(session).nodes) - before
            leave_trail(session, services, "import_units", file.name, added=added)
    if faults:
        for fault in faults:
            click.echo(str(fault), err=True)
        count = "1 fault" if len(faults) == 1 else f"{len(faults)} faults"
        raise Refusal("units_file_faulty", f"{file}: {count}, nothing is stored; correct the file and import it again")
    click.echo(f"Added {added} units.")


def _with_register(services: Services) -> None:
    with services.sessions.begin() as session:
        load_register(session)


def _notes(private: bool) -> str:
    return "private" if private else ""
