"""`instruments` to and from files: overlays, other tools' formats, codebooks and forms for paper."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from instruments.check import check_document, check_file
from instruments.document import parse_document
from instruments.exchange.contract import MAX_BYTES, NotRead
from instruments.exchange.formats import (
    MODULES,
    carried_table,
    export_instrument,
    format_named,
    import_instrument,
)
from instruments.exchange.frame import Frame
from instruments.faults import Fault
from instruments.load import LoadedInstrument, digest_of, load, load_file
from instruments.model import Instrument, Variant
from instruments.overlay import FaultyOverlay, lay_over, read_rows
from instruments.save import to_yaml
from survey.cli.context import pass_settings
from survey.cli.failures import REMEDIES
from survey.cli.output import show_faults
from survey.config import Settings

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
NEW_FILE = click.Path(path_type=Path)
_LANGUAGE = re.compile(r"[a-z]{2,3}")
_version = click.option("--version", help="Version, such as 2026.1; the newest if left out.")


def add_commands(group: click.Group) -> None:
    for command in (overlay, list_formats, export, import_file, codebook, paper):
        group.add_command(command)


def own_folders(settings: Settings) -> tuple[Path, ...]:
    return (settings.home / "instruments",)


def own_symbols(settings: Settings) -> tuple[Path, ...]:
    return (settings.home / "symbols",)


def own_recordings(settings: Settings) -> tuple[Path, ...]:
    return (settings.home / "recordings",)


def named(settings: Settings, name: str) -> LoadedInstrument:
    """A file, or ID or ID@VERSION of the catalogue. Raises InvalidInstrument and ValueError as `instruments.load`."""
    path = Path(name)
    if path.suffix in (".yaml", ".yml") or path.is_file():
        return load_file(path)
    instrument_id, _, version = name.partition("@")
    return load(instrument_id, version or None, own_folders(settings))


def write_new(path: Path, content: bytes) -> None:
    """A file that was not there, whole or not at all. An old one is never replaced."""
    try:
        with path.open("xb") as file:
            try:
                file.write(content)
                file.flush()
            except OSError:
                path.unlink(missing_ok=True)
                raise
    except FileExistsError:
        remedy = "it is a folder; name a file in it" if path.is_dir() else "choose another name, or remove it first"
        raise click.ClickException(f"{path} is there already; {remedy}") from None
    except OSError as error:
        remedy = REMEDIES.get(error.errno or 0, "choose another place")
        raise click.ClickException(f"{path} cannot be written: {error.strerror}; {remedy}") from None
    click.echo(f"written: {path}")


def _read(path: Path) -> bytes:
    """At most one byte more than any reader takes: a file may be longer than the memory."""
    with path.open("rb") as file:
        return file.read(MAX_BYTES + 1)


def _refuse(faults: Sequence[Fault], what: str) -> None:
    """Every fault, and nothing written."""
    show_faults(faults)
    count = "1 fault" if len(faults) == 1 else f"{len(faults)} faults"
    click.echo(f"{what}: {count}, nothing is written", err=True)
    click.get_current_context().exit(2)


def _write_instrument(settings: Settings, instrument: Instrument, into: Path, heading: str) -> None:
    """As YAML, if it passes every check that a file passes."""
    content = to_yaml(instrument, heading).encode()
    checked, faults = check_document(parse_document(content))
    if checked is None:
        _refuse(faults, str(into))
        return
    write_new(into, content)
    click.echo(f"{checked.id} {checked.version}, digest {digest_of(checked)}")
    for fault in check_file(into, own_symbols(settings), own_recordings(settings)):
        click.echo(f"  {fault}", err=True)
    home = own_folders(settings)[0]
    if home not in into.resolve().parents:
        click.echo(f"to use it, put it in {home}")


@click.command()
@click.argument("instrument_id", metavar="ID")
@click.argument("texts", type=FILE)
@click.option("--into", required=True, type=NEW_FILE, help="YAML file to write.")
@click.option("--id", "new_id", help="Id of the instrument that comes of it; ID-official if left out.")
@click.option("--permission", default="", help="Who has allowed the use of the wording, when and for what.")
@_version
@pass_settings
def overlay(
    settings: Settings,
    instrument_id: str,
    texts: Path,
    into: Path,
    new_id: str | None,
    permission: str,
    version: str | None,
) -> None:
    """Lay another wording over an instrument: for those who have permission to use the official one.

    TEXTS is a CSV file with the columns item, language and text: every statement in each language that it has.
    Options may be named as ANSWER_SET.VALUE. If something is wrong, every fault is listed and nothing is written.

    \b
    Example:
      ./run instruments overlay ebp-thermometer official.csv --into official.yaml --permission "By X, 2026-05-04"
    """
    base = load(instrument_id, version, own_folders(settings))
    try:
        rows = read_rows(_read(texts))
        made = lay_over(base, rows, new_id or f"{instrument_id}-official", permission)
    except FaultyOverlay as error:
        _refuse(error.faults, str(texts))
        return
    _write_instrument(settings, made, into, f"{base.instrument.id} {base.instrument.version} in another wording.")
    for part in _lost(base.instrument, made):
        click.echo(f"left out, since it is in the old wording: {part}", err=True)
    if not permission:
        click.echo("write it yourself: who has given permission (licence and overlay), or use --permission", err=True)


def _lost(base: Instrument, made: Instrument) -> Iterator[str]:
    """What an overlay does not give, and what is therefore gone."""
    if set(base.variants) != set(made.variants):
        yield "the easy-read variant"
    yield from (f"texts in {code!r}" for code in base.languages if code not in made.languages)
    if any(scale.reference for scale in base.scales):
        yield "reference values of scales"


@click.command("formats")
@click.option("--table", is_flag=True, help="What each of them carries, as a Markdown table.")
def list_formats(table: bool) -> None:
    """List the formats of other tools that instruments can be written to and read from.

    \b
    Example:
      ./run instruments formats
      ./run instruments formats --table
    """
    if table:
        click.echo(carried_table())
        return
    for name in MODULES:
        found = format_named(name)
        click.echo(f"{name:<11} {found.suffix:<6} {found.title}")


@click.command("export")
@click.argument("instrument", metavar="ID")
@click.option("--to", "format_name", required=True, type=click.Choice(list(MODULES)), help="The other tool's format.")
@click.option("--into", required=True, type=NEW_FILE, help="File to write.")
@click.option("--language", help="Language of the texts, where the format has room for one.")
@pass_settings
def export(settings: Settings, instrument: str, format_name: str, into: Path, language: str | None) -> None:
    """Write an instrument for another tool, and say what that tool's format cannot carry.

    The instrument is a file, ID, or ID@VERSION. docs/instrument-exchange.md says what each format carries.

    \b
    Example:
      ./run instruments export ebp-thermometer --to xlsform --into ebp.xlsx
      ./run instruments export ebp-thermometer@2026.1 --to redcap --language en --into ebp.csv
    """
    loaded = named(settings, instrument)
    _known_language(loaded.instrument, language)
    exported = export_instrument(loaded.instrument, format_name, language)
    write_new(into, exported.content)
    for one in exported.dropped:
        click.echo(str(one), err=True)


@click.command("import")
@click.argument("file", type=FILE)
@click.option("--from", "format_name", required=True, type=click.Choice(list(MODULES)), help="The file's format.")
@click.option("--into", required=True, type=NEW_FILE, help="YAML file to write.")
@click.option("--id", "instrument_id", help="Id where the file names none; the file's name if left out.")
@click.option("--version", default="2026.1", show_default=True, help="Version where the file names none.")
@click.option("--language", default="sv", show_default=True, help="Language of texts that do not say theirs.")
@pass_settings
def import_file(
    settings: Settings, file: Path, format_name: str, into: Path, instrument_id: str | None, version: str, language: str
) -> None:
    """Read an instrument that another tool has written. If something is wrong, every fault is listed, nothing written.

    \b
    Example:
      ./run instruments import survey.xlsx --from xlsform --into our-survey.yaml
    """
    if not _LANGUAGE.fullmatch(language):
        raise click.BadParameter(f"{language!r} is not a language code; write one like sv", param_hint="--language")
    frame = Frame(instrument_id or _as_id(into.stem), version, language)
    try:
        imported = import_instrument(_read(file), format_name, frame)
    except NotRead as error:
        _refuse(error.faults, str(file))
        return
    _write_instrument(settings, imported.instrument, into, f"Read from a file of the format {format_name}.")
    for part in imported.open_parts:
        click.echo(f"write it yourself, the file did not say it: {part}", err=True)


@click.command()
@click.argument("instrument", metavar="ID")
@click.option(
    "--into", required=True, type=click.Path(file_okay=False, path_type=Path), help="Folder for the two files."
)
@click.option("--language", default="sv", show_default=True, type=click.Choice(["sv", "en"]), help="Of the headings.")
@pass_settings
def codebook(settings: Settings, instrument: str, into: Path, language: str) -> None:
    """Write the codebook of an instrument version, as PDF and Markdown: for archives and ethics applications.

    \b
    Example:
      ./run instruments codebook ebp-thermometer --into codebooks
    """
    from reports.codebook import codebook_markdown
    from reports.pdf.codebook import codebook_pdf

    loaded = named(settings, instrument)
    into.mkdir(parents=True, exist_ok=True)
    stem = into / f"{loaded.instrument.id}-{loaded.instrument.version}-{language}"
    write_new(stem.with_name(stem.name + ".md"), codebook_markdown(loaded, language).encode())
    write_new(stem.with_name(stem.name + ".pdf"), codebook_pdf(loaded, language))


@click.command()
@click.argument("instrument", metavar="ID")
@click.option("--into", required=True, type=NEW_FILE, help="PDF file to write.")
@click.option("--language", help="Language of the form; the instrument's first if left out.")
@click.option("--easy", is_flag=True, help="The easy-read variant, with pictures.")
@pass_settings
def paper(settings: Settings, instrument: str, into: Path, language: str | None, easy: bool) -> None:
    """Write an instrument as a form for paper, with boxes to tick.

    A round's own form, with what is stored and who sees it, is on the round's page.

    \b
    Example:
      ./run instruments paper user-survey-group-home --easy --into form.pdf
    """
    from instruments.symbols import find_symbol
    from reports.pdf.paper_form import can_be_set, paper_form

    loaded = named(settings, instrument)
    _known_language(loaded.instrument, language)
    variant = Variant.EASY if easy else Variant.STANDARD
    if variant not in loaded.instrument.variants:
        has, remedy = ("no easy-read", "leave it out") if easy else ("only an easy-read", "write --easy")
        raise click.BadParameter(f"{loaded.instrument.id} has {has} variant; {remedy}", param_hint="--easy")
    chosen = language or loaded.instrument.languages[0]
    if not can_be_set(loaded.instrument, chosen):
        has = " or ".join(code for code in loaded.instrument.languages if can_be_set(loaded.instrument, code))
        remedy = f"use {has}" if has else "let people answer on a screen"
        message = f"a form on paper has no letters for {chosen!r}; {remedy}"
        raise click.BadParameter(message, param_hint="--language")
    pictures = own_symbols(settings)
    write_new(into, paper_form(loaded, chosen, variant, symbols=lambda name: find_symbol(name, pictures)))


def _known_language(instrument: Instrument, language: str | None) -> None:
    if language is not None and language not in instrument.languages:
        known = ", ".join(instrument.languages)
        message = f"{instrument.id} has no texts in {language!r}; use one of: {known}"
        raise click.BadParameter(message, param_hint="--language")


def _as_id(name: str) -> str:
    """A file's name as an id: "Our survey 2" -> our-survey-2."""
    letters = "".join(sign if sign.isascii() and sign.isalnum() else "-" for sign in name.lower()).strip("-_")
    return letters if letters[:1].isalpha() else f"i-{letters}" if letters else "instrument"
