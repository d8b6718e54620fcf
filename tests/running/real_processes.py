"""What the tests of real processes wait for."""

from __future__ import annotations

import secrets
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from survey.cli.serve import check_port
from survey.errors import Refusal
from survey.jobs.executors import claim_executor

ROOT = Path(__file__).parent.parent.parent
PATIENCE = 60.0


def wait_until(what: Callable[[], bool], message: str, seconds: float = PATIENCE) -> None:
    deadline = time.monotonic() + seconds
    while not what():
        if time.monotonic() > deadline:
            raise AssertionError(message)
        time.sleep(0.02)


def free_port() -> int:
    """Below those that a system hands out by itself: no browser's connection takes it while its server is down."""
    while not is_free(port := secrets.choice(range(20_000, 32_000))):
        pass
    return port


def answers(port: int) -> bool:
    try:
        urllib.request.urlopen(f"http://127.0.0.1:{port}/logga-in", timeout=5).close()
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False
    return True


def wait_until_it_answers(server: subprocess.Popen[str], port: int) -> None:
    wait_until(lambda: answers(port) or server.poll() is not None, f"nothing answers at port {port}")
    if server.poll() is not None:
        raise AssertionError(f"the server ended: {server.communicate()}")


class Start(Protocol):
    def __call__(self, *words: str) -> subprocess.Popen[str]: ...


class Run(Protocol):
    def __call__(self, *words: str) -> subprocess.CompletedProcess[str]: ...


def is_free(port: int) -> bool:
    try:
        check_port(port)
    except Refusal:
        return False
    return True


def worker_lives(home: Path) -> bool:
    """The first place among the executors is held by a living process."""
    known = (home / "workers" / "1").read_text() if (home / "workers" / "1").exists() else ""
    if not known:
        return False
    with claim_executor(home / "workers") as mine:
        return mine != known
