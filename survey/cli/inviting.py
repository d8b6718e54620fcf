"""`rounds invite`, `rounds launch`, `rounds letters`: people who are invited by name.

Only the command line and the worker do this: no web process can read an address or make a personal code.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TextIO

import click

from survey.answering.study_key import NEEDED
from survey.cli.context import pass_services
from survey.cli.output import leave_trail, new_private_file, quoted, show_faults
from survey.database import read_session
from survey.fieldwork.invitations import FaultyInvitationsError, invite
from survey.fieldwork.launching import add_link_codes, shares_of, unlinked_invitations
from survey.fieldwork.letters import letters_by_unit, letters_pdf
from survey.fieldwork.rounds import find_round, open_round, reference
from survey.models import Round, RoundState
from survey.services import Services

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
SHARES = click.option(
    "--shares",
    type=click.File(encoding="utf-8"),
    help="Shares of the study key, one a line; - reads them from standard input. Else they are asked for.",
)


@click.command("invite")
@click.argument("round_", metavar="ROUND")
@click.argument("file", type=FILE)
@SHARES
@pass_services
def invite_people(services: Services, round_: str, file: Path, shares: TextIO | None) -> None:
    """Invite everybody in FILE to ROUND, by name.

    Columns: unit (the unit's code) and e-mail, or name and address (postcode, town). If one row is wrong, every fault
    is listed and nothing is stored. Addresses are stored encrypted, and go when the round is sealed. Who is invited is
    fixed when the round opens; an open round takes only the study's smallest group or more at once, in each unit.

    \b
    Example:
      ./run rounds invite ebp/2026 staff.csv
    """
    with services.sessions.begin() as session:
        found = find_round(session, round_)
        try:
            added = invite(session, services.keys, services.round_keys, found, file)
        except FaultyInvitationsError as faulty:
            show_faults(faulty.faults)
            raise
        if found.state == RoundState.OPEN and unlinked_invitations(session, found):
            given = _shares(services, found, shares)
            add_link_codes(session, services.keys, services.round_keys, found, given)
        leave_trail(session, services, "invite", reference(found), invitations=added)
        where, opened = reference(found), found.state == RoundState.OPEN
    step = "letters" if opened else "launch"
    click.echo(f"Invited {added} to {where}. Next: ./run rounds {step} {quoted(where)}")


@click.command("launch")
@click.argument("round_", metavar="ROUND")
@SHARES
@pass_services
def launch(services: Services, round_: str, shares: TextIO | None) -> None:
    """Open ROUND with its personal invitations. In a linked study that takes two shares of the study key.

    One share lies with the worker, so one of those who hold the others is enough. The key is whole only while this
    command runs, and is stored nowhere.

    \b
    Example:
      ./run rounds launch ebp/2026
    """
    with read_session(services.sessions) as session:
        found = find_round(session, round_)
        round_id = found.id
        given = _shares(services, found, shares) if unlinked_invitations(session, found) else []
    # Outside the transaction: on SQLite nobody is to wait for the key's way to the disk.
    public_key = services.round_keys.make(round_id)
    with services.sessions.begin() as session:
        found = session.get_one(Round, round_id)
        linked = 0
        if found.state == RoundState.DRAFT and given:
            linked = add_link_codes(session, services.keys, services.round_keys, found, given)
        open_round(session, found, services.clock(), public_key=public_key, folders=services.instrument_folders)
        where = reference(found)
        leave_trail(session, services, "launch_round", where, linked=linked)
    click.echo(f"{where} is open, {linked} invitations linked. Next: ./run rounds letters {quoted(where)}")


@click.command("letters")
@click.argument("round_", metavar="ROUND")
@click.option(
    "--into", type=click.Path(file_okay=False, path_type=Path), required=True, help="A folder: one file a unit."
)
@click.option("--not-answered", is_flag=True, help="Reminders: only to those who have not answered.")
@pass_services
def letters(services: Services, round_: str, into: Path, not_answered: bool) -> None:
    """Write a letter to each person invited to ROUND, one file a unit, for a print shop.

    The files hold personal codes. With --not-answered they also say who has not answered: they are for the printer and
    for nobody else, and are to be deleted when they have been printed.

    \b
    Example:
      ./run rounds letters ebp/2026 --into letters
      ./run rounds letters ebp/2026 --into reminders --not-answered
    """
    with services.sessions.begin() as session:
        found = find_round(session, round_)
        units = letters_by_unit(session, services.round_keys, found, not_answered=not_answered)
        into.mkdir(mode=0o700, parents=True, exist_ok=True)
        for letters_of in units:
            with new_private_file(into / f"{letters_of.unit_code}.pdf") as file:
                file.write(letters_pdf(letters_of, public_url=services.settings.public_url))
        detail = {"letters": sum(len(one.people) for one in units), "reminders": not_answered}
        leave_trail(session, services, "print_letters", reference(found), **detail)
    click.echo(f"Wrote {detail['letters']} letters in {len(units)} files: {into}. Delete them when they are printed.")


def _shares(services: Services, round_: Round, file: TextIO | None) -> Sequence[str]:
    """The shares that people give: those of the file, or as many as are missing, asked for without being shown."""
    if file is not None:
        return [line for line in file.read().splitlines() if line.strip()]
    missing = NEEDED - len(shares_of(services.round_keys, round_.study, []))
    return [
        click.prompt(f"Share {number} of {missing} (not shown)", hide_input=True, err=True)
        for number in range(1, missing + 1)
    ]
