"""`./run bench`: measures, and prints ratios against floors measured in the same run. Never a timed test."""

from __future__ import annotations

import click

WHAT = ("respond", "urn", "reports", "disclosure", "instruments")
AT_LENGTH = ("kills", "statistics")
"""Only when asked for: takes minutes."""


@click.command("bench")
@click.argument("what", type=click.Choice(WHAT + AT_LENGTH), nargs=-1)
@click.option("--attacks", is_flag=True, help="Attack confidentiality instead of measuring speed; takes a while.")
@click.option("--seeds", default=50, show_default=True, type=click.IntRange(1, 1000), help="Rounds that are attacked.")
@click.option(
    "--cases", default=3000, show_default=True, type=click.IntRange(1), help="Random studies that are published."
)
@click.option("--fuzz", is_flag=True, help="Feed hostile files to every reader of instruments; counts executions.")
@click.option("--sequences", is_flag=True, help="Play random sequences of what people do to a form, on both databases.")
@click.option("--statistics", is_flag=True, help="The same as `./run bench statistics`.")
@click.option(
    "--load", is_flag=True, help="Let many respondents answer at once on PostgreSQL, and count what they were told."
)
@click.option(
    "--rate", default=310, show_default=True, type=click.IntRange(1, 5000), help="Requests a second of --load."
)
@click.option("--processes", default=1, show_default=True, type=click.IntRange(1, 16), help="Web processes of --load.")
@click.option(
    "--seconds",
    default=None,
    type=click.IntRange(1, 3600),
    help="Of --load (600 if not said), of fuzzing each reader or of --sequences on each database (60).",
)
@click.option("--simulation", is_flag=True, help="How often the test that decides a change is wrong; some minutes.")
@click.option("--write", is_flag=True, help="Put the tables of attacks, fuzzing or simulation into docs.")
@click.option("--runs", default=200, show_default=True, type=click.IntRange(1, 100_000), help="Flows in each round.")
def group(
    what: tuple[str, ...],
    runs: int,
    attacks: bool,
    seeds: int,
    cases: int,
    fuzz: bool,
    sequences: bool,
    statistics: bool,
    load: bool,
    simulation: bool,
    rate: int,
    processes: int,
    seconds: int | None,
    write: bool,
) -> None:
    """Measure what a respondent's flow, the sealed urn and a report cost the server, in CPU-time.

    With --attacks: play rounds on SQLite and PostgreSQL, steal everything, and try to tell who gave which answer.

    \b
    Example:
      ./run bench
      ./run bench reports
      ./run bench kills
      ./run bench statistics
      ./run bench respond --runs 500
      ./run bench --load
      ./run bench --load --seconds 30
      ./run bench --attacks --write
      ./run bench --fuzz --seconds 300 --write
      ./run bench --sequences --seconds 600
      ./run bench --simulation --write
    """
    if attacks:
        _attack(seeds, cases, write)
        return
    if fuzz:
        _fuzz(seconds or 60, write)
        return
    if sequences:
        _sequences(seconds or 60)
        return
    if simulation:
        _simulate(write)
        return
    if statistics:
        _statistics()
        return
    if load:
        _load(rate, seconds or 600, processes)
        return
    chosen = what or WHAT
    if "respond" in chosen:
        from bench import respond

        click.echo("A respondent's flow, database included (on a busy machine read the ratio to the floor)")
        click.echo(respond.table(respond.run(runs)))
    if "urn" in chosen:
        from bench import urn

        click.echo("The sealed urn (goals: sealing adds 0.5 CPU-ms, mixing takes 5 CPU-s)")
        click.echo(urn.table(urn.run(runs)))
    if "kills" in chosen:
        from bench import kill_runs

        click.echo("SIGKILL before every step of submitting, mixing and destroying keys, two rounds on each database")
        click.echo(kill_runs.table(kill_runs.run(2)))
    if "statistics" in chosen:
        _statistics()
    if "reports" in chosen:
        from bench import reports

        click.echo("A report (goal 0.06, budget 0.2 CPU-s)")
        click.echo(reports.table(reports.run()))
    if "disclosure" in chosen:
        from bench import disclosure

        click.echo("Protection (budgets: a national release 2 CPU-s, a crossing of 12 by 6 5 CPU-s)")
        click.echo(disclosure.table(disclosure.run()))
    if "instruments" in chosen:
        from bench import instruments

        click.echo("Instruments (budgets in CPU-ms behind each name)")
        click.echo(instruments.table(instruments.run()))


def _attack(seeds: int, cases: int, write: bool) -> None:
    from datetime import UTC, datetime

    from bench.attacks import report
    from survey.releases.code_version import code_version

    found = report.run(report.Length(seeds, cases=cases))
    text = found.text(datetime.now(UTC).date(), code_version())
    click.echo(text)
    if write:
        report.write(text)
    if not found.held:
        raise click.exceptions.Exit(1)


def _simulate(write: bool) -> None:
    from datetime import UTC, datetime

    from bench import simulation, simulation_table
    from survey.releases.code_version import code_version

    text = simulation_table.text(simulation.run(), datetime.now(UTC).date(), code_version())
    click.echo(text)
    if write:
        simulation_table.write(text)


def _statistics() -> None:
    from bench import statistics, workbench

    click.echo(
        "The national run: 50,000 answers to 37 items over two rounds, 290 municipalities, 4 scales, 2,000 resamples"
    )
    click.echo(statistics.table(statistics.run()))
    click.echo("Views of the workbench on a release of 2,500 units (budget 300 CPU-ms)")
    click.echo(workbench.table(workbench.run()))


def _load(rate: int, seconds: int, processes: int) -> None:
    from bench import load

    played = load.run(load.Length(rate, seconds, web_processes=processes))
    click.echo(
        f"{load.PEOPLE} respondents at once, {rate} requests a second for {seconds} s (goal: p95 300 ms, no error)"
    )
    click.echo(load.table(played))
    if not played.held:
        raise click.exceptions.Exit(1)


def _sequences(seconds: int) -> None:
    from bench.sequences import campaign

    played = campaign.run(seconds)
    click.echo("What people were told in random sequences of requests, each held against what was mixed at the end")
    click.echo(campaign.table(played))
    for one in played:
        if one.failed:
            click.echo(f"\n{one.database}:\n{one.failed}", err=True)
    if any(one.failed for one in played):
        raise click.exceptions.Exit(1)


def _fuzz(seconds: int, write: bool) -> None:
    from datetime import UTC, datetime

    from bench.fuzz import campaign
    from survey.releases.code_version import code_version

    found = campaign.run(seconds, examples=seconds * 20)
    when = f"{datetime.now(UTC).date()}, version {code_version()}, {seconds} s a reader with coverage."
    text = f"{when}\n\n{campaign.table(found)}"
    click.echo(text)
    if write:
        campaign.write(text)
    for one in found:
        if one.failed:
            click.echo(f"\n{one.target}:\n{one.failed}", err=True)
    if any(one.failed for one in found):
        raise click.exceptions.Exit(1)
