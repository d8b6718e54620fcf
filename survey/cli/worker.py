"""`./run worker`: the job engine as a process of its own, beside the web process or under `./run serve`."""

from __future__ import annotations

import signal
import threading

import click

from survey.cli.context import pass_services
from survey.services import Services


@click.command("worker")
@click.option("--parent", type=int, hidden=True, help="Process that started this one; the worker ends with it.")
@pass_services
def group(services: Services, parent: int | None) -> None:
    """Run jobs until stopped (Ctrl-C or SIGTERM): the work in hand is finished or taken up again later.

    On SQLite `./run serve` starts one by itself; on PostgreSQL run it beside the web process, on as many machines as
    you like.

    \b
    Example:
      TERMOMETERN_DATABASE=postgresql+psycopg://... ./run worker
    """
    from survey.cli.processes import end_with_parent
    from survey.jobs.worker import working

    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    if parent is not None:
        end_with_parent(parent)
    with working(services):
        click.echo("Worker ready.")
        stop.wait()
