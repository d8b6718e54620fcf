"""`studies`: chains of rounds with one instrument, and what each says in law."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import reduce
from typing import Any

import click
from sqlalchemy import select

from survey.answering.own_code import MENU
from survey.cli import study_keys, told
from survey.cli.context import pass_services
from survey.cli.output import echo_table, leave_trail
from survey.database import read_session
from survey.fieldwork.law import ARTICLES, NO_LAW, LegalBasis, law_of, set_law
from survey.fieldwork.studies import create_study, find_study
from survey.models import Study
from survey.organisation.tree import load_register
from survey.services import Services

LAW_OPTIONS = (
    click.option("--purpose", help="What respondents are told that it is for."),
    click.option(
        "--legal-basis",
        type=click.Choice([str(basis) for basis in LegalBasis]),
        help="Article 6.1 of the GDPR. Authorities cannot use legitimate_interest in their tasks.",
    ),
    click.option("--controller", help="Who is responsible for the personal data (personuppgiftsansvarig)."),
    click.option("--contact", help="Whom respondents may turn to, such as the data protection officer."),
    click.option("--information-sv", "sv", type=click.File(encoding="utf-8"), help="Own words to respondents."),
    click.option("--information-en", "en", type=click.File(encoding="utf-8"), help="The same in English."),
    click.option("--deletion-decision", help="Reference of the formal decision on deletion (gallringsbeslut)."),
    click.option("--free-text-days", type=int, help="Days after sealing that texts are kept; 365 unless said."),
)
"""What `create` and `change` have in common."""


def law_options(command: Callable[..., None]) -> Callable[..., None]:
    return reduce(lambda made, option: option(made), reversed(LAW_OPTIONS), command)


@click.group("studies")
def group() -> None:
    """Create, change and list studies.

    \b
    Example:
      ./run studies create ebp "EBP i Jämtland" --instrument ebp-thermometer --owner 23
    """


for command in (study_keys.keys, study_keys.end, told.ledger):
    group.add_command(command)


@group.command("create")
@click.argument("slug")
@click.argument("title")
@click.option("--instrument", required=True, metavar="ID", help="See ./run instruments list.")
@click.option("--owner", required=True, metavar="CODE", help="The unit it belongs to: who may work with it.")
@click.option("-k", "--smallest-group", "k", type=int, help="Nothing is shown on fewer; what suits the instrument.")
@click.option("--spread-from", type=int, default=10, show_default=True, help="Answers that a distribution needs.")
@click.option("--sd-from", type=int, default=20, show_default=True, help="Answers that a standard deviation needs.")
@click.option("--linked", is_flag=True, help="Follow the same persons over rounds, with a pseudonym.")
@click.option(
    "--own-code",
    metavar="QUESTIONS",
    help="Follow them by a code that each makes from four or more of: " + ", ".join(MENU) + ". Commas between.",
)
@click.option("--simulated", is_flag=True, help="The answers are made up, and every page says so.")
@law_options
@pass_services
def create(
    services: Services,
    slug: str,
    title: str,
    instrument: str,
    owner: str,
    k: int | None,
    spread_from: int,
    sd_from: int,
    linked: bool,
    own_code: str | None,
    simulated: bool,
    **said: Any,
) -> None:
    """Create a study. SLUG is its short name (a-z, 0-9, hyphens) and cannot be changed.

    A round opens only when purpose, legal basis, controller and contact are written, here or with change.

    \b
    Example:
      ./run studies create ebp "EBP i Jämtland" --instrument ebp-thermometer --owner 23 \\
        --purpose "Följa hur arbetssättet utvecklas" --legal-basis public_interest \\
        --controller "Region Jämtland Härjedalen" --contact dataskydd@rjh.se
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
            spread_from=spread_from,
            sd_from=sd_from,
            linked=linked,
            code_questions=[name.strip() for name in own_code.split(",")] if own_code is not None else (),
            simulated=simulated,
            law=replace(NO_LAW, **_given(said, {})),
            folders=services.instrument_folders,
        )
        leave_trail(session, services, "create_study", study.slug, instrument=study.instrument)
    click.echo(f"Created {study.slug}: no group below {study.k} is shown. Next: ./run rounds create {study.slug} NAME")


@group.command("change")
@click.argument("slug", metavar="STUDY")
@law_options
@pass_services
def change(services: Services, slug: str, **said: Any) -> None:
    """Change what STUDY says about purpose, law and deletion. The trail keeps the old words and the new.

    \b
    Example:
      ./run studies change ebp --deletion-decision "SN 2026/114" --free-text-days 180
    """
    with services.sessions.begin() as session:
        study = find_study(session, slug)
        law = law_of(study)
        changed = set_law(study, replace(law, **_given(said, law.information)))
        if changed:
            leave_trail(session, services, "change_study", study.slug, **changed)
    click.echo(f"{slug}: changed {', '.join(changed)}." if changed else f"{slug} says that already.")


@group.command("show")
@click.argument("slug", metavar="STUDY")
@pass_services
def show(services: Services, slug: str) -> None:
    """Show what STUDY says about purpose, law and deletion.

    \b
    Example:
      ./run studies show ebp
    """
    with read_session(services.sessions) as session:
        study = find_study(session, slug)
        law = law_of(study)
        click.echo(f"{study.title} ({study.slug}): {study.instrument}, no group below {study.k} is shown")
        basis = f"{law.legal_basis}, article {ARTICLES[law.legal_basis]}" if law.legal_basis else None
        rows = [
            ("purpose", law.purpose or None),
            ("legal basis", basis),
            ("controller", law.controller or None),
            ("contact", law.contact or None),
            *((f"information ({language})", text) for language, text in sorted(law.information.items())),
            ("gallringsbeslut", law.deletion_decision or None),
            ("texts kept", f"{law.free_text_days} days after sealing"),
            ("rounds", ", ".join(round_.name for round_ in study.rounds) or None),
        ]
        echo_table(("", ""), rows)


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


def _given(said: dict[str, Any], information: Any) -> dict[str, Any]:
    """The options that were given, as fields of Law; texts in other languages stay as they are."""
    texts = {language: said.pop(language) for language in ("sv", "en")}
    fields = {name: value for name, value in said.items() if value is not None}
    if basis := fields.get("legal_basis"):
        fields["legal_basis"] = LegalBasis(basis)
    written = {language: file.read() for language, file in texts.items() if file is not None}
    return fields | ({"information": {**information, **written}} if written else {})


def _notes(study: Study) -> str:
    words = {
        "linked": study.linked,
        "own code": bool(study.code_questions),
        "ended": study.ended_at is not None,
        "simulated": study.simulated,
    }
    return ", ".join(word for word, holds in words.items() if holds)
