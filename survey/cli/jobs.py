"""`./run jobs`: what the job engine has done and is doing."""

from __future__ import annotations

import click

from survey.cli.context import pass_services
from survey.services import Services


@click.command("jobs")
@click.option("--limit", default=20, show_default=True, type=click.IntRange(1, 1000), help="How many, newest first.")
@pass_services
def group(services: Services, limit: int) -> None:
    """Show the durable jobs: opening, closing, sealing and releasing rounds.

    \b
    Example:
      ./run jobs
      ./run jobs --limit 5
    """
    from survey.jobs.client import list_jobs

    jobs = list_jobs(services.settings, limit=limit)
    if not jobs:
        click.echo("No jobs yet. A round that is opened, closed, sealed or released makes one.")
        return
    click.echo(f"{'started (UTC)':<19}  {'job':<8} {'round':>5}  {'state':<9} {'steps':>5}  result")
    for job in jobs:
        result = job.refusal.message if job.refusal else ", ".join(f"{k} {v}" for k, v in job.result.items())
        number = "" if job.round_id is None else job.round_id
        click.echo(
            f"{job.created_at:%Y-%m-%d %H:%M:%S}  {job.name:<8} {number:>5}  {job.state:<9} {job.steps:>5}  {result}"
        )
