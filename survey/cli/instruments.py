"""`instruments`: what can be asked, how it reads, and what is wrong with a file."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import click

from instruments.check import Fault, check_file
from instruments.describe import describe
from instruments.diff import describe_difference
from instruments.load import CATALOGUE, catalogue, faulty_files, instrument_files, load
from instruments.model import Instrument
from survey.cli import instrument_files as files
from survey.cli.context import pass_settings
from survey.cli.instrument_files import named, own_folders, own_recordings, own_symbols, write_new
from survey.cli.output import echo_table
from survey.config import Settings


@click.group("instruments")
def group() -> None:
    """List, show, check and compare instruments, and exchange them with other tools.

    An organisation's own instruments lie in the folder `instruments` of TERMOMETERN_HOME, its symbols in `symbols`,
    and what it has read aloud in `recordings`.

    \b
    Example:
      ./run instruments list
      ./run instruments check my-survey.yaml
    """


files.add_commands(group)


@group.command("list")
@pass_settings
def list_instruments(settings: Settings) -> None:
    """List every instrument version that can be used.

    \b
    Example:
      ./run instruments list
    """
    folders = own_folders(settings)
    header = ("ID", "VERSION", "KIND", "ITEMS", "SCALES", "LANGUAGES", "VARIANTS", "TITLE")
    echo_table(header, [_listed(loaded.instrument) for loaded in catalogue(folders)])
    for faulty in faulty_files(folders):
        click.echo(f"left out: {faulty}", err=True)


def _listed(instrument: Instrument) -> tuple[object, ...]:
    languages, variants = ", ".join(instrument.languages), ", ".join(instrument.variants)
    title = next(iter(instrument.title.values()))
    counts = (len(instrument.items), len(instrument.scales))
    return (instrument.id, instrument.version, instrument.kind.value, *counts, languages, variants, title)


@group.command()
@click.argument("instrument", metavar="ID")
@click.option("--version", help="Version to show, such as 2026.1; the newest if left out.")
@click.option("--language", help="Language of the texts; the instrument's first if left out.")
@pass_settings
def show(settings: Settings, instrument: str, version: str | None, language: str | None) -> None:
    """Print one instrument: scales, items, background items and answer sets.

    The instrument is a file, ID, or ID@VERSION.

    \b
    Example:
      ./run instruments show ebp-thermometer
      ./run instruments show ebp-thermometer@2026.1 --language en
      ./run instruments show my-survey.yaml
    """
    loaded = load(instrument, version, own_folders(settings)) if version else named(settings, instrument)
    languages = loaded.instrument.languages
    if language is not None and language not in languages:
        message = f"{loaded.instrument.id} has no texts in {language!r}; use one of: {', '.join(languages)}"
        raise click.BadParameter(message, param_hint="--language")
    click.echo(describe(loaded, language or languages[0]), nl=False)


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
    taken = _taken(settings, paths)
    checked = [
        (path, check_file(path, own_symbols(settings), own_recordings(settings)) or taken.get(path.resolve(), ()))
        for path in paths
    ]
    for path, faults in checked:
        _say_faults(path, faults)
    if any(faults for _, faults in checked):
        context.exit(2)


@group.command()
@click.argument("before", metavar="A")
@click.argument("now", metavar="B")
@pass_settings
def diff(settings: Settings, before: str, now: str) -> None:
    """Say what changed from A to B, and what may be compared: item by item, scale by scale.

    A and B are files, or ID@VERSION of the catalogue; ID alone is its newest version.

    \b
    Example:
      ./run instruments diff ebp-thermometer@2026.1 my-version.yaml
    """
    old, new = (named(settings, name).instrument for name in (before, now))
    click.echo(describe_difference(old, new), nl=False)


@group.command("schema")
@click.option("--into", type=click.Path(path_type=Path), help="File to write; the screen if left out.")
def write_schema(into: Path | None) -> None:
    """Write the JSON Schema of the instrument format, made from the model that reads the files.

    \b
    Example:
      ./run instruments schema --into instrument.schema.json
    """
    from instruments.schema import schema

    content = json.dumps(schema(), ensure_ascii=False, indent=2) + "\n"
    if into is None:
        click.echo(content, nl=False)
    else:
        write_new(into, content.encode())


def _all_files(settings: Settings) -> list[Path]:
    return [path for folder in (CATALOGUE, *own_folders(settings)) for path in instrument_files(folder)]


def _taken(settings: Settings, paths: Sequence[Path]) -> dict[Path, tuple[Fault, ...]]:
    """Of own files that are sound, those that are not used because another holds their version."""
    folders = own_folders(settings)
    if not any(path.resolve().is_relative_to(folder.resolve()) for path in paths for folder in folders):
        return {}
    return {one.path.resolve(): one.faults for one in faulty_files(folders)}


def _say_faults(path: Path, faults: Sequence[Fault]) -> None:
    count = {0: "no faults", 1: "1 fault"}.get(len(faults), f"{len(faults)} faults")
    click.echo(f"{path}: {count}")
    for fault in faults:
        click.echo(f"  {fault}")
