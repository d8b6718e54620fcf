"""What the tests of real processes wait for."""

from __future__ import annotations

import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from survey.jobs.executors import claim_executor

ROOT = Path(__file__).parent.parent.parent
PATIENCE = 60.0


def wait_until(what: Callable[[], bool], message: str, seconds: float = PATIENCE) -> None:
    deadline = time.monotonic() + seconds
    while not what():
        if time.monotonic() > deadline:
            raise AssertionError(message)
        time.sleep(0.02)


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


def worker_lives(home: Path) -> bool:
    """The first place among the executors is held by a living process."""
    known = (home / "workers" / "1").read_text() if (home / "workers" / "1").exists() else ""
    if not known:
        return False
    with claim_executor(home / "workers") as mine:
        return mine != known
