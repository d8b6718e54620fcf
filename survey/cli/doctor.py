"""`./run doctor`: examines the installation that runs here."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from survey.cli.context import pass_services
from survey.services import Services

PLACES = click.Path(path_type=Path, exists=True, resolve_path=True)


@click.command("doctor")
@click.option("--privacy", is_flag=True, required=True, help="Examine what docs/privacy.md promises.")
@click.option("--log", "log_files", multiple=True, type=PLACES, help="A log file or folder; may be repeated.")
@click.option("--backup", "copies", multiple=True, type=PLACES, help="A backup or a folder of them; may be repeated.")
@pass_services
def group(services: Services, privacy: bool, log_files: tuple[Path, ...], copies: tuple[Path, ...]) -> None:
    """Examine the installation and say in words what is wrong. Changes nothing.

    Run it as the worker's user: it looks at the round keys. Ends with 1 if something has to be put right.

    \b
    Example:
      ./run doctor --privacy
      ./run doctor --privacy --log /var/log/nginx --backup /srv/backups
    """
    from survey.doctor.privacy import examine
    from survey.doctor.signs import Level, Patient, number

    marks = {Level.WELL: "  well   ", Level.WARNING: "  notice ", Level.FAULT: "  FAULT  "}
    counts = dict.fromkeys(Level, 0)
    for title, signs in examine(Patient(services, services.clock(), log_files, copies)):
        click.echo(title)
        for sign in signs:
            counts[sign.level] += 1
            click.echo(marks[sign.level] + sign.says)
            if sign.remedy:
                click.echo(f"         -> {sign.remedy}")
    faults, notices = counts[Level.FAULT], counts[Level.WARNING]
    verdict = number(faults, "fault", "faults") + " to put right" if faults else "Nothing to put right"
    click.echo(f"\n{verdict}; {number(notices, 'notice', 'notices')}.")
    if faults:
        sys.exit(1)
