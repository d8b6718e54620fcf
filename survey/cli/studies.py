"""`studies`: chains of rounds with one instrument."""

from __future__ import annotations

import click
from sqlalchemy import select

from survey.cli.context import pass_services
from survey.cli.output import echo_table, leave_trail
from survey.database import read_session
from survey.fieldwork.studies import create_study
from survey.models import Study
from survey.organisation.tree import load_register
from survey.services import Services


@click.group("studies")
def group() -> None:
    """Create and list studies.

    \b
    Example:
      ./run studies create ebp "EBP i Jämtland" --instrument ebp-thermometer --owner 23
    """


@group.command("create")
@click.argument("slug")
@click.argument("title")
@click.option("--instrument", required=True, metavar="ID", help="See ./run instruments list.")
@click.option("--owner", required=True, metavar="CODE", help="The unit it belongs to: who may work with it.")
@click.option("-k", "--smallest-group", "k", type=int, help="Nothing is shown on fewer; what suits the instrument.")
@click.option("--linked", is_flag=True, help="Follow the same persons over rounds, with a pseudonym.")
@click.option("--simulated", is_flag=True, help="The answers are made up, and every page says so.")
@click.option("--purpose", default="", help="What respondents are told that it is for.")
@pass_services
def create(
    services: Services,
    slug: str,
    title: str,
    instrument: str,
    owner: str,
    k: int | None,
    linked: bool,
    simulated: bool,
    purpose: str,
) -> None:
    """Create a study. SLUG is its short name (a-z, 0-9, hyphens) and cannot be changed.

    \b
    Example:
      ./run studies create ebp "EBP i Jämtland" --instrument ebp-thermometer --owner 23
    """
    with services.sessions.begin() as session:
        load_register(session)
        study = create_study(
            session,
            slug=slug,
            title=title,
            instrument=instrument,
            owner_code=owner,
            k=k,
            linked=linked,
            simulated=simulated,
            purpose=purpose,
            folders=services.instrument_folders,
        )
        leave_trail(session, services, "create_study", study.slug, instrument=study.instrument)
    click.echo(f"Created {study.slug}: no group below {study.k} is shown. Next: ./run rounds create {study.slug} NAME")


@group.command("list")
@pass_services
def list_studies(services: Services) -> None:
    """List the studies.

    \b
    Example:
      ./run studies list
    """
    with read_session(services.sessions) as session:
        studies = session.scalars(select(Study).order_by(Study.slug)).all()
        rows = [
            (study.slug, study.title, study.instrument, study.owner.code, study.k, len(study.rounds), _notes(study))
            for study in studies
        ]
    if not rows:
        click.echo("No studies yet. Create one with ./run studies create")
        return
    echo_table(("STUDY", "TITLE", "INSTRUMENT", "OWNER", "K", "ROUNDS", ""), rows)


def _notes(study: Study) -> str:
    return ", ".join(word for word, holds in (("linked", study.linked), ("simulated", study.simulated)) if holds)
