"""`./run bench`: measures, and prints ratios against floors measured in the same run. Never a timed test."""

from __future__ import annotations

import click

WHAT = ("respond", "urn", "reports")


@click.command("bench")
@click.argument("what", type=click.Choice(WHAT), nargs=-1)
@click.option("--runs", default=200, show_default=True, type=click.IntRange(1, 100_000), help="Flows in each round.")
def group(what: tuple[str, ...], runs: int) -> None:
    """Measure what a respondent's flow, the sealed urn and a report cost the server, in CPU-time.

    \b
    Example:
      ./run bench
      ./run bench reports
      ./run bench respond --runs 500
    """
    chosen = what or WHAT
    if "respond" in chosen:
        from bench import respond

        click.echo("A respondent's flow, database included (goal 3.5, budget 8 CPU-ms)")
        click.echo(respond.table(respond.run(runs)))
    if "urn" in chosen:
        from bench import urn

        click.echo("The sealed urn (goals: sealing adds 0.5 CPU-ms, mixing takes 5 CPU-s)")
        click.echo(urn.table(urn.run(runs)))
    if "reports" in chosen:
        from bench import reports

        click.echo("A report (goal 0.06, budget 0.2 CPU-s)")
        click.echo(reports.table(reports.run()))
