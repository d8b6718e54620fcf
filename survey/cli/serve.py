"""`./run serve`: the web process, and on SQLite the worker beside it, as children of this one."""

from __future__ import annotations

import errno
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable

import click

from survey.cli.context import current_context
from survey.config import Settings
from survey.errors import Refusal

ADDRESS = "127.0.0.1"
BLOCKING_THREADS = 4
"""Requests handled at once in a web process. Python runs one at a time; the others wait for the database."""
BACKLOG = 1024
START_SECONDS = 30
RESTART_SECONDS = 3.0


@click.command("serve")
@click.option("--workers", default=1, show_default=True, type=click.IntRange(1, 64), help="Number of web processes.")
def group(workers: int) -> None:
    """Serve the pages at 127.0.0.1, until Ctrl-C or SIGTERM. A front server adds TLS and the outside address.

    On SQLite the job worker runs beside it; on PostgreSQL start `./run worker` too.

    \b
    Example:
      ./run serve
      TERMOMETERN_PORT=8080 ./run serve --workers 2
    """
    settings = current_context().settings
    check_port(settings.port)
    current_context().services.engine.dispose()
    serve(settings, workers=workers)


def check_port(port: int) -> None:
    """Raises Refusal("port_in_use") where another program listens. Done before anything else is touched."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((ADDRESS, port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                remedy = f"stop the other program, or choose another port: TERMOMETERN_PORT={_next(port)} ./run"
                raise Refusal("port_in_use", f"port {port} is in use; {remedy}", port=port) from error
            remedy = f"choose another port: TERMOMETERN_PORT={_next(port)} ./run"
            raise Refusal("port_refused", f"port {port} cannot be opened ({error.strerror}); {remedy}") from error


def serve(settings: Settings, *, workers: int = 1, announce: Callable[[], None] | None = None) -> None:
    """Serves until stopped. The database is migrated already. `announce` is called once the pages answer."""
    import multiprocessing

    # Imported here: the other commands start without a web server.
    from granian.constants import HTTPModes, Interfaces
    from granian.log import LogLevels
    from granian.server import Server

    # A forked web process would share this one's open database files, and with them their locks.
    multiprocessing.set_start_method("spawn", force=True)
    # The children read the same settings that this process was given.
    os.environ.update(environment_of(settings))
    server = Server(
        "survey.cli.web_process:application",
        address=ADDRESS,
        port=settings.port,
        interface=Interfaces.WSGI,
        http=HTTPModes.http1,
        workers=workers,
        blocking_threads=BLOCKING_THREADS,
        backlog=BACKLOG,
        log_level=LogLevels.warning,
        # No respondent's address may be logged.
        log_access=False,
        respawn_failed_workers=True,
        workers_kill_timeout=10,
    )
    threading.Thread(target=_announce, args=(settings.port, announce), daemon=True).start()
    if settings.embedded:
        worker = WorkerProcess()
        server.on_shutdown(worker.stop)
        threading.Thread(target=worker.keep_running, args=(settings.port,), daemon=True).start()
    server.serve()


def environment_of(settings: Settings) -> dict[str, str]:
    return {
        "TERMOMETERN_HOME": str(settings.home),
        "TERMOMETERN_DATABASE": settings.database_url,
        "TERMOMETERN_JOBS": settings.jobs_url,
        "TERMOMETERN_PORT": str(settings.port),
        "TERMOMETERN_URL": settings.public_url,
        "TERMOMETERN_ROUND_KEYS": str(settings.round_keys),
        "TERMOMETERN_KEY_HOURS": str(settings.key_hours),
        "TERMOMETERN_AUDIT_DAYS": str(settings.audit_days),
        "TERMOMETERN_AUDIT_DECISION": settings.audit_decision,
        "TERMOMETERN_PG_DUMP": settings.pg_dump,
    }


class WorkerProcess:
    """The job worker as a child: holds what a web process must not, the rounds' private keys."""

    def __init__(self) -> None:
        self._stopping = threading.Event()
        self._child: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()

    def keep_running(self, port: int) -> None:
        # The pages come first: on a small machine the worker's start would delay them.
        _wait_for_answer(port)
        while not self._stopping.is_set():
            with self._lock:
                if self._stopping.is_set():
                    return
                command = [sys.executable, "-m", "survey.cli", "worker", "--parent", str(os.getpid())]
                self._child = subprocess.Popen(command, stdout=subprocess.DEVNULL)  # noqa: S603
            self._child.wait()
            self._stopping.wait(RESTART_SECONDS)

    def stop(self) -> None:
        with self._lock:
            self._stopping.set()
            if self._child is not None and self._child.poll() is None:
                self._child.terminate()
        if self._child is not None:
            self._child.wait()


def _announce(port: int, announce: Callable[[], None] | None) -> None:
    if not _wait_for_answer(port):
        return
    click.echo(f"Serving at http://{ADDRESS}:{port} - Ctrl-C stops it.")
    if announce is not None:
        announce()


def _wait_for_answer(port: int) -> bool:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        try:
            socket.create_connection((ADDRESS, port), timeout=1).close()
        except OSError:
            time.sleep(0.02)
        else:
            return True
    return False


def _next(port: int) -> int:
    return port + 1 if port < 65535 else 8000
