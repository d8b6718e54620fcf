"""Real processes: what is tested here is what a person starts."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from browser import chromium
from real_processes import ROOT, Run, Start

from bench.ports import free_port

__all__ = ["chromium"]


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def environment(home: Path, port: int) -> dict[str, str]:
    """The caller's environment without its settings; tests add TERMOMETERN_DATABASE."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("TERMOMETERN_")}
    return {**kept, "PYTHONPATH": str(ROOT), "TERMOMETERN_HOME": str(home), "TERMOMETERN_PORT": str(port)}


@pytest.fixture
def start(environment: dict[str, str], tmp_path: Path) -> Iterator[Start]:
    """Starts `./run WORDS` as a process; whatever still runs at the end is killed."""
    begun: list[subprocess.Popen[str]] = []

    def start(*words: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-m", "survey.cli", *words],
            env=environment,
            cwd=tmp_path,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
        begun.append(process)
        return process

    yield start
    for process in begun:
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except ProcessLookupError:
            continue
        finally:
            process.wait()


@pytest.fixture
def run(environment: dict[str, str], tmp_path: Path) -> Run:
    """Runs `./run WORDS` to its end."""

    def run(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "survey.cli", *words],
            env=environment,
            cwd=tmp_path,
            text=True,
            capture_output=True,
            check=False,
        )

    return run
