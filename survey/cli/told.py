"""`rounds releases` and `studies ledger`: what has been told, and what had to be left out because of it."""

from __future__ import annotations

import click
from sqlalchemy import select

from survey.cli.context import pass_services
from survey.cli.output import echo_table
from survey.database import read_session
from survey.fieldwork.rounds import find_round, reference
from survey.fieldwork.studies import find_study
from survey.models import LedgerEntry, Release, Round
from survey.services import Services


@click.command("releases")
@click.argument("round_", metavar="ROUND")
@pass_services
def releases(services: Services, round_: str) -> None:
    """List the releases of ROUND, newest first, with what earlier ones hide in each.

    \b
    Example:
      ./run rounds releases ebp/2026
    """
    from survey.releases.freeze import open_release

    with read_session(services.sessions) as session:
        found = find_round(session, round_)
        query = select(Release).where(Release.round_id == found.id).order_by(Release.id.desc())
        rows = []
        for release in session.scalars(query):
            withheld = open_release(session, release.id, folders=services.instrument_folders)[1].findings.withheld
            causes = sorted({label for one in withheld for label in one.because})
            rows.append((release.id, release.created_at.date(), release.digest[:12], len(withheld), "; ".join(causes)))
        where = reference(found)
    if not rows:
        click.echo(f"{where} has no release. Make one with ./run rounds release {where}")
        return
    echo_table(("NO", "DAY", "DIGEST", "CELLS LEFT OUT", "BECAUSE OF"), rows)


@click.command("ledger")
@click.argument("study")
@pass_services
def ledger(services: Services, study: str) -> None:
    """List everything that has been told about STUDY: releases, live counts and exports, oldest first.

    BATCH is the last late batch of the round's answers that the entry tells about.

    \b
    Example:
      ./run studies ledger ebp
    """
    with read_session(services.sessions) as session:
        query = select(LedgerEntry, Round.name).join(Round, Round.id == LedgerEntry.round_id)
        found = session.execute(
            query.where(LedgerEntry.study_id == find_study(session, study).id).order_by(LedgerEntry.id)
        )
        rows = [(one.id, one.created_at.date(), one.kind, one.label, name, one.batch) for one, name in found]
    if not rows:
        click.echo("Nothing has been told yet.")
        return
    echo_table(("NO", "DAY", "KIND", "CALLED", "ABOUT ROUND", "BATCH"), rows)
