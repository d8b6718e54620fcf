"""`rounds`: create, follow and bring forward. Handing out links and cards is in `ways_in`."""

from __future__ import annotations

from datetime import datetime

import click
from sqlalchemy import select

from survey.cli import groups, inviting, told, ways_in
from survey.cli.context import pass_services
from survey.cli.output import echo_table, leave_trail, quoted
from survey.database import read_session
from survey.fieldwork.counts import live_counts
from survey.fieldwork.rounds import create_round, find_round, reference
from survey.fieldwork.studies import find_study
from survey.fieldwork.transitions import refuse_done
from survey.models import OrganisationKind, Round, RoundState
from survey.organisation.tree import find_unit, load_tree
from survey.services import Services

DAY = click.DateTime(["%Y-%m-%d"])


@click.group("rounds")
def group() -> None:
    """Create rounds and bring them from draft to released.

    ROUND is a round's number, or study/name. A round goes draft > open > closed > sealed > released, and never back.

    \b
    Example:
      ./run rounds create ebp 2026 --municipalities 23
      ./run rounds open ebp/2026
      ./run rounds links ebp/2026
    """


for command in (
    groups.declare,
    ways_in.links,
    ways_in.cards,
    ways_in.invited,
    inviting.invite_people,
    inviting.launch,
    inviting.letters,
    told.releases,
):
    group.add_command(command)


@group.command("create")
@click.argument("study")
@click.argument("name")
@click.option("--unit", "units", multiple=True, metavar="CODE", help="A unit that takes part; may be repeated.")
@click.option("--municipalities", "within", multiple=True, metavar="CODE", help="All municipalities in this county.")
@click.option("--version", help="Instrument version; the newest if left out.")
@click.option("--opens", type=DAY, help="The first day, as respondents are told.")
@click.option("--closes", type=DAY, help="The last day, as respondents are told.")
@click.option("--before", metavar="ROUND", help="The earlier round that change is measured from.")
@pass_services
def create(
    services: Services,
    study: str,
    name: str,
    units: tuple[str, ...],
    within: tuple[str, ...],
    version: str | None,
    opens: datetime | None,
    closes: datetime | None,
    before: str | None,
) -> None:
    """Create a round of STUDY, as a draft.

    \b
    Example:
      ./run rounds create ebp 2026 --municipalities 23 --opens 2026-09-01 --closes 2026-09-30 --before ebp/2025
      ./run rounds create ebp trial --unit 2309 --unit krokom-norr
    """
    with services.sessions.begin() as session:
        tree = load_tree(session)
        municipalities = [
            node.code
            for code in within
            for node in tree.descendants(find_unit(session, code).id)
            if node.kind is OrganisationKind.MUNICIPALITY
        ]
        round_ = create_round(
            session,
            find_study(session, study),
            name=name,
            version=version,
            unit_codes=[*units, *municipalities],
            opens_on=opens.date() if opens else None,
            closes_on=closes.date() if closes else None,
            before=find_round(session, before) if before else None,
            folders=services.instrument_folders,
        )
        leave_trail(session, services, "create_round", reference(round_), units=len(round_.units))
        where, taking_part = reference(round_), len(round_.units)
    click.echo(f"Created {where} with {taking_part} units, as a draft. Next: ./run rounds open {quoted(where)}")


@group.command("list")
@pass_services
def list_rounds(services: Services) -> None:
    """List all rounds with their state.

    \b
    Example:
      ./run rounds list
    """
    with read_session(services.sessions) as session:
        rounds = session.scalars(select(Round).order_by(Round.id)).all()
        rows = [
            (
                round_.id,
                reference(round_),
                round_.state,
                f"{round_.study.instrument} {round_.instrument_version}",
                len(round_.units),
                round_.opens_on,
                round_.closes_on,
            )
            for round_ in rounds
        ]
    if not rows:
        click.echo("No rounds yet. Create one with ./run rounds create")
        return
    echo_table(("NO", "ROUND", "STATE", "INSTRUMENT", "UNITS", "OPENS", "CLOSES"), rows)


@group.command("show")
@click.argument("round_", metavar="ROUND")
@pass_services
def show(services: Services, round_: str) -> None:
    """Show a round's units and how many have answered.

    Counts say "at least", in steps of the smallest group that is shown: hourly where at least 50 were invited when
    the round opened, daily elsewhere.

    \b
    Example:
      ./run rounds show ebp/2026
    """
    with services.sessions.begin() as session:
        found = find_round(session, round_)
        counts = live_counts(session, found, services.clock())
        study = found.study
        click.echo(f"{study.title}, {found.name} (round {found.id}): {found.state}")
        click.echo(f"{study.instrument} {found.instrument_version}; no group below {study.k} is shown")
        rows: list[tuple[object, ...]] = [(unit.code, unit.name, unit.invited, unit.answered) for unit in counts.units]
        echo_table(("CODE", "UNIT", "INVITED", "ANSWERED"), [*rows, ("", "All", counts.invited, counts.answered)])


@group.command("open")
@click.argument("round_", metavar="ROUND")
@pass_services
def open_(services: Services, round_: str) -> None:
    """Open a draft: from now on its instrument and units are fixed, and its links work.

    \b
    Example:
      ./run rounds open ebp/2026
    """
    where = _run_job(services, "open", round_)
    click.echo(f"{where} is open. Next: ./run rounds links {quoted(where)}")


@group.command("close")
@click.argument("round_", metavar="ROUND")
@pass_services
def close(services: Services, round_: str) -> None:
    """Close an open round: nobody may start; those who have begun have an hour.

    \b
    Example:
      ./run rounds close ebp/2026
    """
    where = _run_job(services, "close", round_)
    click.echo(f"{where} is closed. Next, when those who have begun are done: ./run rounds seal {quoted(where)}")


@group.command("seal")
@click.argument("round_", metavar="ROUND")
@pass_services
def seal(services: Services, round_: str) -> None:
    """Seal a closed round: mix its answers for good. This cannot be undone.

    Its keys are destroyed after the next backup, at the latest TERMOMETERN_KEY_HOURS (24) hours later.

    \b
    Example:
      ./run rounds seal ebp/2026
    """
    where = _run_job(services, "seal", round_)
    click.echo(f"{where} is sealed. Next: ./run rounds release {quoted(where)}")


@group.command("release")
@click.argument("round_", metavar="ROUND")
@pass_services
def release(services: Services, round_: str) -> None:
    """Release a sealed round: freeze its results and write the reports.

    A round that is released already is released again if late paper has come in since: the earlier release stays.

    \b
    Example:
      ./run rounds release ebp/2026
    """
    where = _run_job(services, "release", round_)
    click.echo(f"{where} is released. Reports: {services.settings.reports}")


@group.command("destroy-keys")
@pass_services
def destroy_keys(services: Services) -> None:
    """Destroy the keys of all sealed rounds whose time has come, as the worker does every hour.

    It comes with the next verified backup after sealing, at the latest TERMOMETERN_KEY_HOURS (24) hours after it.

    \b
    Example:
      ./run backup make /mnt/backup
      ./run rounds destroy-keys
    """
    from survey.answering.destroying import destroy_due_keys

    destroyed = destroy_due_keys(services, services.clock())
    with services.sessions.begin() as session:
        names = [reference(session.get_one(Round, round_id)) for round_id in destroyed]
        for name in names:
            leave_trail(session, services, "destroy_keys", name)
    click.echo("\n".join(f"Destroyed the keys of {name}" for name in names) or "No round has keys that are due")


_TARGETS = {
    "open": RoundState.OPEN,
    "close": RoundState.CLOSED,
    "seal": RoundState.SEALED,
    "release": RoundState.RELEASED,
}


def _run_job(services: Services, name: str, which: str) -> str:
    """Do the job and wait for it. Returns the round's reference; raises the Refusal that stopped the job."""
    from survey.cli.progress import Progress
    from survey.jobs import client

    with read_session(services.sessions) as session:
        round_ = find_round(session, which)
        # What came late is shown by a release of its own; without any, the job finds the release that is there.
        if not (name == "release" and round_.state == RoundState.RELEASED):
            refuse_done(round_, _TARGETS[name])
        round_id, where = round_.id, reference(round_)
    with services.sessions.begin() as session:
        leave_trail(session, services, f"ask_{name}_round", where)
    label = f"{name.capitalize()} {where}"
    with Progress() as tell:
        client.run(
            services.settings,
            name,
            round_id,
            on_progress=lambda done, total: tell(label, done, total),
            services=services,
        )
    return where
