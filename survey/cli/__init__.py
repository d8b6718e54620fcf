"""The command line: one module a group, imported only when its command is used (a start takes tens of milliseconds)."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import NamedTuple

import click

# Before numpy is loaded: models of a scale are fitted on matrices of 14 by 14, where a second thread of linear algebra
# waits more than it works (40 CPU-ms instead of 4 for an omega on two cores).
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")


class Entry(NamedTuple):
    module: str
    summary: str


COMMANDS: dict[str, Entry] = {
    "accounts": Entry("survey.cli.accounts", "People who log in, their roles and login codes."),
    "backup": Entry("survey.cli.backup", "Copy the database, and put a copy back."),
    "bench": Entry("bench.command", "Measure CPU-time a flow and a report against a floor."),
    "demo": Entry("survey.cli.demo", "Play the demo study and serve it."),
    "doctor": Entry("survey.cli.doctor", "Examine what the installation promises about privacy."),
    "export": Entry("survey.cli.export", "Take rows out of a sealed round, made coarse."),
    "instruments": Entry("survey.cli.instruments", "List, show, check, compare and exchange instruments."),
    "jobs": Entry("survey.cli.jobs", "Show durable jobs: opening, closing, sealing and releasing rounds."),
    "languages": Entry("survey.cli.languages", "Which languages respondents are shown, and how one is switched on."),
    "organisation": Entry("survey.cli.organisation", "Counties, municipalities and units."),
    "records": Entry("survey.cli.records", "Activity logs and status reports: list and export."),
    "report": Entry("survey.cli.report", "Write reports of a released round to a folder."),
    "responses": Entry("survey.cli.responses", "Import responses from paper forms and older rounds."),
    "retention": Entry("survey.cli.retention", "What is deleted when, and the signed records of it."),
    "rounds": Entry("survey.cli.rounds", "Create, open, close, seal and release rounds."),
    "serve": Entry("survey.cli.serve", "Serve the pages on this machine."),
    "studies": Entry("survey.cli.studies", "Create, change and list studies."),
    "worker": Entry("survey.cli.worker", "Run jobs beside the web process."),
}
"""Command word -> module that exports `group`, and the line that `--help` shows without importing it."""


class LazyCommands(click.Group):
    def list_commands(self, context: click.Context) -> list[str]:
        return sorted(COMMANDS)

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        entry = COMMANDS.get(name)
        if entry is None:
            return None
        command = import_module(entry.module).group
        if not isinstance(command, click.Command):
            raise TypeError(f"{entry.module}.group is not a command")
        return command

    def format_commands(self, context: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, COMMANDS[name].summary) for name in self.list_commands(context)])

    def resolve_command(
        self, context: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in COMMANDS:
            from difflib import get_close_matches

            near = get_close_matches(args[0], COMMANDS, n=1)
            hint = f"; did you mean {near[0]!r}?" if near else ""
            raise click.UsageError(f"No such command {args[0]!r}{hint}", context)
        return super().resolve_command(context, args)


@click.group(cls=LazyCommands, context_settings={"help_option_names": ["-h", "--help"]}, invoke_without_command=True)
@click.option("--debug", is_flag=True, help="Show the whole traceback of an error.")
@click.version_option(package_name="termometern", message="%(version)s")
@click.pass_context
def cli(context: click.Context, debug: bool) -> None:
    """Termometern: asks, protects, scores, compares over time, reports.

    Without a command: plays the demo study the first time, and serves at 127.0.0.1:8000.

    \b
    Example:
      ./run
      ./run instruments list
    """
    from survey.cli.context import CommandContext
    from survey.config import settings_from

    context.obj = CommandContext(settings_from(), debug)
    if context.invoked_subcommand is None:
        demo = cli.get_command(context, "demo")
        if demo is not None:
            context.invoke(demo)


def main(arguments: Sequence[str] | None = None) -> None:
    """Runs one command and ends the process: 0 done, 1 refused, 2 wrong command; a failure is one line on stderr."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    debug = "--debug" in words
    words = [word for word in words if word != "--debug"]
    try:
        status = cli.main(args=words, prog_name="./run", standalone_mode=False)
    except click.exceptions.Abort:
        _say("stopped")
        sys.exit(130)
    except Exception as error:
        if debug:
            raise
        from survey.cli.failures import in_one_line

        line, status = in_one_line(error)
        _say(line)
    sys.exit(status if isinstance(status, int) else 0)


def _say(line: str) -> None:
    click.echo(f"termometern: {line}", err=True)
