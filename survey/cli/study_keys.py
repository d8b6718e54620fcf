"""`studies keys` and `studies end`: the key that persons are followed by, from its making to its end."""

from __future__ import annotations

import click
from sqlalchemy import func, select

from survey.answering.study_key import new_shares
from survey.cli.context import pass_services
from survey.cli.output import leave_trail
from survey.database import read_session
from survey.errors import Refusal
from survey.fieldwork.ending import require_mixed
from survey.fieldwork.studies import find_study, links_by_key, require_running
from survey.models import Person
from survey.services import Services


@click.command("keys")
@click.argument("slug", metavar="STUDY")
@click.option("--anew", is_flag=True, help="Again, where the shares were lost before any round was launched.")
@pass_services
def keys(services: Services, slug: str, anew: bool) -> None:
    """Make the key of a linked STUDY, split in three shares. Any two give it; it is stored nowhere.

    One share stays with the worker. The two others are shown here, once: give them to two people, on paper, and keep
    neither on this machine. Launching a round takes one of them; without the worker's, both.

    \b
    Example:
      ./run studies keys ebp
    """
    with services.sessions.begin() as session:
        study = find_study(session, slug)
        require_running(study)
        if not links_by_key(study):
            message = f"Study {slug} does not follow persons with personal links, so it needs no key"
            raise Refusal("study_not_linked", f"{message}; open its rounds as they are", study=slug)
        launched = session.scalar(select(func.count()).where(Person.study_id == study.id))
        made = services.round_keys.share(study.id) is not None
        if launched or (made and not anew):
            message = f"Study {slug} has its key; use the shares that were handed out: a new key would follow nobody"
            raise Refusal("study_keys_made", message, study=slug)
        kept, first, second = new_shares(slug)
        services.round_keys.drop_share(study.id)
        services.round_keys.keep_share(study.id, kept)
        leave_trail(session, services, "make_study_key", slug)
    for number, share in enumerate((first, second), start=1):
        click.echo(f"Share {number}, for one person only:\n\n{_in_rows(share)}\n")
    click.echo("They are not shown again. Write them down on two papers, kept by two people in two places.")


@click.command("end")
@click.argument("slug", metavar="STUDY")
@click.option("--yes", is_flag=True, help="Do not ask.")
@pass_services
def end(services: Services, slug: str, yes: bool) -> None:
    """End STUDY: destroy its keys, persons, cards and link codes. Its results stay. This cannot be undone.

    After that nobody can be followed over its rounds, and no new round can be made in it. It needs all its rounds to be
    sealed.

    \b
    Example:
      ./run studies end ebp
    """
    from survey.jobs.studies import end as end_study

    with read_session(services.sessions) as session:
        study = find_study(session, slug)
        require_mixed(study)
        study_id, ended = study.id, study.ended_at
    if not ended and not yes:
        click.confirm(f"End {slug} for good, with all that links persons over its rounds?", abort=True)
    with services.sessions.begin() as session:
        leave_trail(session, services, "ask_end_study", slug)
    gone = end_study(services, study_id)
    click.echo(
        f"{slug} has ended: {gone.link_codes} link codes, {gone.persons} persons and {gone.cards} cards are gone, and"
        " its keys. Tell those who hold shares to destroy them."
    )


def _in_rows(share: str, words: int = 6) -> str:
    """Numbered rows of words: easier to copy by hand, and to check."""
    listed = share.split()
    return "\n".join(
        f"{start + 1:>5}  {' '.join(listed[start : start + words])}" for start in range(0, len(listed), words)
    )
