"""`./run` and `./run demo`: the demo studies, played once, and served."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from survey.cli.context import CommandContext, current_context
from survey.config import Settings, settings_from

if TYPE_CHECKING:
    from survey.services import Services

LOGIN_HOURS = 12


@click.command("demo")
@click.option("--no-serve", is_flag=True, help="Play the demo, and stop there.")
@click.option(
    "--into",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder for all that is written, instead of TERMOMETERN_HOME.",
)
def group(no_serve: bool = False, into: Path | None = None) -> None:
    """Play the demo studies, unless they have been, and serve them at 127.0.0.1.

    Simulated staff of eight municipalities answer three rounds, which are closed, sealed and released; two rounds stand
    open to be tried. Takes half a minute the first time. What is there is never changed.

    \b
    Example:
      ./run demo
      ./run demo --no-serve --into out
    """
    settings = current_context().settings if into is None else _own_home(into)
    if not no_serve:
        from survey.cli.serve import check_port

        # Before anything else: half a minute of playing for a port that is taken would be wasted.
        check_port(settings.port)
    if not _has_studies(settings):
        _play(settings)
    if no_serve:
        click.echo(_reports(settings))
        return
    from survey.cli.serve import serve

    serve(settings, announce=lambda: _welcome(settings))


def _own_home(into: Path) -> Settings:
    outside = {name: value for name, value in os.environ.items() if name in ("TERMOMETERN_PORT", "TERMOMETERN_URL")}
    return settings_from({**outside, "TERMOMETERN_HOME": str(into)})


def _has_studies(settings: Settings) -> bool:
    """True where there is anything already, the demo's or an organisation's own: then it is served as it is."""
    if settings.embedded and not Path(settings.database_url.removeprefix("sqlite:///")).exists():
        return False
    from sqlalchemy import select

    from survey.models import Study

    with _opened(settings) as services, services.sessions() as session:
        return session.scalar(select(Study.id).limit(1)) is not None


def _play(settings: Settings) -> None:
    from survey.cli.progress import Progress
    from survey.demo.play import play

    with _playground(settings) as there, _opened(there) as services, Progress() as progress:
        play(services, progress)


@contextmanager
def _playground(settings: Settings) -> Iterator[Settings]:
    """Where to play. A new home is made aside and moved into place when it is whole: no half demo is ever left."""
    home = settings.home
    usual = settings_from({"TERMOMETERN_HOME": str(home)})
    if settings.database_url != usual.database_url or (home.exists() and any(home.iterdir())):
        yield settings
        return
    home.parent.mkdir(parents=True, exist_ok=True)
    aside = Path(tempfile.mkdtemp(prefix=f".{home.name}-", dir=home.parent))
    try:
        there = settings_from({"TERMOMETERN_HOME": str(aside)})
        yield replace(there, port=settings.port, public_url=settings.public_url)
        from survey.jobs.store import close_clients

        close_clients()
        aside.rename(home)
    finally:
        if aside.exists():
            shutil.rmtree(aside)


@contextmanager
def _opened(settings: Settings) -> Iterator[Services]:
    services = CommandContext(settings).services
    try:
        yield services
    finally:
        services.engine.dispose()


def _welcome(settings: Settings) -> None:
    """Where to go. A login code works once, so every start makes new ones."""
    from survey.demo.doors import doors

    with _opened(settings) as services, services.sessions.begin() as session:
        opened = doors(session, services.clock(), settings.public_url, LOGIN_HOURS)
    width = max((len(label) for label, _ in opened), default=0)
    click.echo()
    for label, address in opened:
        click.echo(f"  {label.ljust(width)}  {address}")
    click.echo(f"\n{_reports(settings)}\nCtrl-C stops it; ./run starts it again with everything kept.")


def _reports(settings: Settings) -> str:
    count = sum(1 for _ in settings.reports.glob("*.pdf"))
    return f"{count} finished reports in {settings.reports}"
