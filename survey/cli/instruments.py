"""`instruments`: what can be asked, how it reads, and what is wrong with a file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from instruments.check import Fault, check_file
from instruments.describe import describe
from instruments.load import CATALOGUE, catalogue, faulty_files, instrument_files, load
from survey.cli.context import pass_settings
from survey.config import Settings


@click.group("instruments")
def group() -> None:
    """List, show and check instruments.

    An organisation's own instruments lie in the folder `instruments` of TERMOMETERN_HOME.

    \b
    Example:
      ./run instruments list
      ./run instruments check my-survey.yaml
    """


@group.command("list")
@pass_settings
def list_instruments(settings: Settings) -> None:
    """List every instrument version that can be used.

    \b
    Example:
      ./run instruments list
    """
    folders = _own_folders(settings)
    rows = [("ID", "VERSION", "KIND", "ITEMS", "SCALES", "LANGUAGES", "TITLE")]
    for instrument in (loaded.instrument for loaded in catalogue(folders)):
        counts = (str(len(instrument.items)), str(len(instrument.scales)))
        title = next(iter(instrument.title.values()))
        languages = ", ".join(instrument.languages)
        rows.append((instrument.id, instrument.version, instrument.kind, *counts, languages, title))
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        click.echo("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
    for faulty in faulty_files(folders):
        click.echo(f"left out: {faulty}", err=True)


@group.command()
@click.argument("instrument_id", metavar="ID")
@click.option("--version", help="Version to show, such as 2026.1; the newest if left out.")
@click.option("--language", default="sv", show_default=True, help="Language of the texts.")
@pass_settings
def show(settings: Settings, instrument_id: str, version: str | None, language: str) -> None:
    """Print one instrument: scales, items, background items and answer sets.

    \b
    Example:
      ./run instruments show ebp-thermometer
      ./run instruments show ebp-thermometer --version 2026.1 --language en
    """
    loaded = load(instrument_id, version, _own_folders(settings))
    languages = loaded.instrument.languages
    if language not in languages:
        message = f"{instrument_id} has no texts in {language!r}; use one of: {', '.join(languages)}"
        raise click.BadParameter(message, param_hint="--language")
    click.echo(describe(loaded, language), nl=False)


@group.command()
@click.argument("files", nargs=-1, metavar="[FILE]...", type=click.Path(path_type=Path))
@click.option("--all", "everything", is_flag=True, help="Check the whole catalogue and the organisation's own folder.")
@pass_settings
def check(settings: Settings, files: Sequence[Path], everything: bool) -> None:
    """List every fault of instrument files, each with its line and remedy. Exit code 2 if there is one.

    \b
    Example:
      ./run instruments check my-survey.yaml
      ./run instruments check --all
    """
    context = click.get_current_context()
    if everything == bool(files):
        raise click.UsageError("name the files to check, or write --all", context)
    paths = _all_files(settings) if everything else files
    checked = [(path, check_file(path)) for path in paths]
    for path, faults in checked:
        _say_faults(path, faults)
    if any(faults for _, faults in checked):
        context.exit(2)


def _all_files(settings: Settings) -> list[Path]:
    return [path for folder in (CATALOGUE, *_own_folders(settings)) for path in instrument_files(folder)]


def _say_faults(path: Path, faults: Sequence[Fault]) -> None:
    count = {0: "no faults", 1: "1 fault"}.get(len(faults), f"{len(faults)} faults")
    click.echo(f"{path}: {count}")
    for fault in faults:
        click.echo(f"  {fault}")


def _own_folders(settings: Settings) -> tuple[Path, ...]:
    return (settings.home / "instruments",)
