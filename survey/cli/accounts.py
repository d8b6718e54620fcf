"""`accounts`: people who log in, and what they may do where."""

from __future__ import annotations

import click
from sqlalchemy import select

from survey.accounts.accounts import create_account, find_account, grant_role
from survey.accounts.export import EXPORTED, exported, find_any_account
from survey.accounts.login_codes import issue_code
from survey.accounts.second_factor import remove
from survey.cli.context import pass_services
from survey.cli.output import echo_table, leave_trail
from survey.database import read_session
from survey.models import Account, Role
from survey.organisation.tree import find_unit, load_register
from survey.services import Services

ROLE = click.Choice([role.value for role in Role])


@click.group("accounts")
def group() -> None:
    """Create accounts, give them roles, and let people in.

    A role holds in one node of the organisation and everything below it.

    \b
    Example:
      ./run accounts create eva@krokom.se "Eva Berg"
      ./run accounts grant eva@krokom.se administrator 2309
      ./run accounts login-code eva@krokom.se
    """


@group.command("create")
@click.argument("email")
@click.argument("name")
@pass_services
def create(services: Services, email: str, name: str) -> None:
    """Create an account, without password or roles.

    \b
    Example:
      ./run accounts create eva@krokom.se "Eva Berg"
    """
    with services.sessions.begin() as session:
        account = create_account(session, email=email, name=name)
        leave_trail(session, services, "create_account", account.email)
    click.echo(f"Created {account.email}. Next: ./run accounts grant {account.email} ROLE CODE")


@group.command("list")
@pass_services
def list_accounts(services: Services) -> None:
    """List the accounts with their roles.

    \b
    Example:
      ./run accounts list
    """
    with read_session(services.sessions) as session:
        accounts = session.scalars(select(Account).order_by(Account.email)).all()
        rows = [
            (
                account.email,
                account.name,
                ", ".join(sorted(f"{grant.role} in {grant.unit.code}" for grant in account.grants)) or None,
                "" if account.active else "closed",
            )
            for account in accounts
        ]
    if not rows:
        click.echo("No accounts yet. Create one with ./run accounts create EMAIL NAME")
        return
    echo_table(("E-MAIL", "NAME", "ROLES", ""), rows)


@group.command("grant")
@click.argument("email")
@click.argument("role", type=ROLE)
@click.argument("code")
@pass_services
def grant(services: Services, email: str, role: str, code: str) -> None:
    """Give an account a ROLE in the unit with that CODE and everything below it.

    \b
    Example:
      ./run accounts grant eva@krokom.se analyst 23
    """
    with services.sessions.begin() as session:
        load_register(session)
        account = find_account(session, email)
        unit = find_unit(session, code)
        given = grant_role(session, account, role, unit)
        if given:
            leave_trail(session, services, "grant_role", account.email, role=role, unit=unit.code)
    said = "is now" if given else "was already"
    click.echo(f"{account.email} {said} {role} in {unit.name} and below.")


@group.command("login-code")
@click.argument("email")
@click.option("--hours", type=click.IntRange(1, 24 * 7), default=24, show_default=True, help="How long it works.")
@pass_services
def login_code(services: Services, email: str, hours: int) -> None:
    """Make an address that logs the person in once. It is shown here and nowhere else.

    \b
    Example:
      ./run accounts login-code eva@krokom.se --hours 8
    """
    with services.sessions.begin() as session:
        account = find_account(session, email)
        code = issue_code(session, account, services.clock(), hours)
        leave_trail(session, services, "issue_login_code", account.email, hours=hours)
    click.echo(f"{services.settings.public_url}/logga-in/{code}")
    click.echo(f"Works once, within {hours} h.", err=True)


@group.command("reset-second-factor")
@click.argument("email")
@pass_services
def reset_second_factor(services: Services, email: str) -> None:
    """Turn two-step log-in off for somebody who has lost the telephone, or typed too many wrong codes.

    Make sure that it is the person who asks. Until it is set up again, the password alone lets them in.

    \b
    Example:
      ./run accounts reset-second-factor eva@krokom.se
    """
    with services.sessions.begin() as session:
        account = find_account(session, email)
        had = remove(session, account)
        if had:
            account.session_number += 1
            leave_trail(session, services, "reset_second_factor", account.email)
    if had:
        click.echo(f"Two-step log-in is off for {account.email}; all their log-ins have ended.")
    else:
        click.echo(f"{account.email} has no two-step log-in; nothing to do.")


@group.command("export")
@click.argument("email")
@pass_services
def export(services: Services, email: str) -> None:
    """Write everything that is stored about an account, as JSON. Secrets are told of, never told.

    \b
    Example:
      ./run accounts export eva@krokom.se > eva.json
    """
    with services.sessions.begin() as session:
        account = find_any_account(session, email)
        leave_trail(session, services, EXPORTED, account.email)
        session.flush()
        text = exported(session, account, services.clock())
    click.echo(text, nl=False)
