"""`languages`: which languages respondents are shown, what is lacking in the others, and a file for a reviewer."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import click

from survey.cli.context import pass_settings
from survey.cli.instrument_files import write_new
from survey.cli.output import echo_table
from survey.config import Settings
from survey.web import catalogues
from survey.web.catalogues import Language

MOST_SHOWN = 20


@click.group("languages", invoke_without_command=True)
@click.pass_context
def group(context: click.Context) -> None:
    """Say which languages the respondent's pages speak, and how another one is switched on.

    A language is on where every text has its translation and a reviewer has put their name to the file. Reviewed files
    lie in the folder `languages` of TERMOMETERN_HOME; docs/languages.md says more.

    \b
    Example:
      ./run languages
      ./run languages show ar
      ./run languages export ar --into ar.po
    """
    if context.invoked_subcommand is None:
        context.invoke(list_languages)


@group.command("list")
@pass_settings
def list_languages(settings: Settings) -> None:
    """List the languages: how complete, who has reviewed each, whether it is on, and what to do.

    \b
    Example:
      ./run languages list
    """
    rows = [_row(settings.home, language) for language in catalogues.languages(settings.home)]
    echo_table(("CODE", "LANGUAGE", "TEXTS", "REVIEWED ON", "SHOWN", "REVIEWED BY", "TO DO"), rows)
    click.echo("\nAn instrument is offered in those of them that it has texts in.")


def _row(home: Path, language: Language) -> tuple[object, ...]:
    there = f"{language.texts - len(language.missing)} of {language.texts}"
    on = "yes" if language.is_on else "no"
    by = language.reviewed_by or "nobody"
    return (language.code, language.name, there, language.reviewed_on, on, by, _remedy(home, language))


def _remedy(home: Path, language: Language) -> str:
    code = language.code
    if language.is_on:
        return "–"
    if language.faults:
        return f"mend {len(language.faults)} faults: ./run languages show {code}"
    if language.missing:
        return f"translate {len(language.missing)} texts: ./run languages export {code} --into {code}.po"
    if language.path and language.path.parent == catalogues.folder(home):
        return f"fill in {catalogues.REVIEWED_BY} and {catalogues.REVIEWED_ON} (as 2026-12-24) in {language.path}"
    return f"let somebody review it: ./run languages export {code} --into {code}.po"


@group.command()
@click.argument("code")
@pass_settings
def show(settings: Settings, code: str) -> None:
    """List the texts that one language lacks, and what is wrong with the others. Exit code 1 unless it is on.

    \b
    Example:
      ./run languages show ar
    """
    language = next((one for one in catalogues.languages(settings.home) if one.code == code), None)
    if language is None:
        raise click.BadParameter("there is no such catalogue; ./run languages lists them", param_hint="CODE")
    click.echo(f"{language.name}: {language.path or 'in the program itself'}")
    for fault in language.faults:
        click.echo(f"  fault: {fault}")
    for text in language.missing[:MOST_SHOWN]:
        click.echo(f"  not translated: {text}")
    if len(language.missing) > MOST_SHOWN:
        click.echo(f"  ... and {len(language.missing) - MOST_SHOWN} more")
    click.echo("It is on." if language.is_on else f"It is off. To do: {_remedy(settings.home, language)}")
    if not language.is_on:
        click.get_current_context().exit(1)


@group.command()
@click.argument("code")
@click.option("--into", required=True, type=click.Path(dir_okay=False, path_type=Path), help="File to write.")
@pass_settings
def export(settings: Settings, code: str, into: Path) -> None:
    """Write a catalogue to translate or review: every text as the program has it now, with the Swedish above it.

    What is translated already stands there. What has changed since a review is marked `fuzzy`, which counts as not
    translated until the mark is taken away.

    \b
    Example:
      ./run languages export ar --into ar.po
      ./run languages export uk --into uk.po
    """
    if code in (catalogues.REFERENCE, catalogues.SOURCE):
        raise click.BadParameter("the pages are written in it; there is nothing to translate", param_hint="CODE")
    if not catalogues.is_language(code):
        raise click.BadParameter("write the language as two or three letters, as in ar or som", param_hint="CODE")
    from babel.messages.pofile import write_po

    from survey.web.catalogue_review import to_review

    written = BytesIO()
    write_po(written, to_review(settings.home, code), width=0, sort_output=True)
    write_new(into, written.getvalue())
    there = catalogues.folder(settings.home) / f"{code}.po"
    click.echo(f"{into} is written. When it is reviewed: put it in as {there}, and start the program again.")
