"""`backup`: copies of the database that have been read back, and putting one back."""

from __future__ import annotations

from pathlib import Path

import click
from sqlalchemy import select

from survey.cli.context import pass_services, pass_settings, prepare_database
from survey.cli.output import echo_table, leave_trail
from survey.config import Settings
from survey.database import read_session
from survey.models import Backup
from survey.services import Services


@click.group("backup")
def group() -> None:
    """Copy the database, and put a copy back. Keys are never in it: copy the key folder to another place.

    \b
    Example:
      ./run backup make /mnt/backup
      ./run backup list
      TERMOMETERN_HOME=/srv/new ./run backup restore /mnt/backup/termometern-20260901T120000Z.sqlite
    """


@group.command("make")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@pass_services
def make(services: Services, folder: Path) -> None:
    """Copy the database into FOLDER while it is in use, and read the copy back.

    Keys of rounds that were sealed before it may be destroyed from now on.

    \b
    Example:
      ./run backup make /mnt/backup
    """
    from survey.keeping.backup import make_backup

    made = make_backup(services, folder, services.clock())
    with services.sessions.begin() as session:
        leave_trail(session, services, "make_backup", made.path.name, digest=made.digest)
    click.echo(f"{made.path}: {made.tables} tables with {made.rows} rows, read back and whole.")
    click.echo(f"Keys and reports are not in it. Copy {services.settings.keys} to another place than this file.")


@group.command("restore")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@pass_settings
def restore(settings: Settings, file: Path) -> None:
    """Put FILE back into an empty home or database, and say what cannot be opened any more.

    Put your copy of the key folder in its place first. A key that has been destroyed is not made again.

    \b
    Example:
      TERMOMETERN_HOME=/srv/new ./run backup restore /mnt/backup/termometern-20260901T120000Z.sqlite
    """
    from survey.keeping.backup import checked, look_after, put_back, refuse_occupied
    from survey.services import services_from

    refuse_occupied(settings)
    # Read before anything is made: a damaged file leaves the home as empty as it was.
    counts = checked(settings, file)
    services = services_from(settings)
    put_back(settings, services.engine, file)
    prepare_database(services)
    told = look_after(services)
    with services.sessions.begin() as session:
        leave_trail(session, services, "restore_backup", file.name)
    click.echo(f"{file} is back: {len(counts)} tables with {sum(counts.values())} rows.")
    for sentence in told:
        click.echo(sentence)


@group.command("list")
@pass_services
def list_backups(services: Services) -> None:
    """List the verified backups of this database, newest first.

    \b
    Example:
      ./run backup list
    """
    with read_session(services.sessions) as session:
        backups = session.scalars(select(Backup).order_by(Backup.made_at.desc())).all()
    if not backups:
        click.echo("No backups yet. Make one with ./run backup make")
        return
    rows = [(f"{one.made_at:%Y-%m-%d %H:%M}", f"{one.verified_at:%Y-%m-%d %H:%M}", one.digest) for one in backups]
    echo_table(("SHOWS (UTC)", "READ BACK", "SHA-256"), rows)
