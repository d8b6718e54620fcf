"""`./run serve` as a process: it answers, it stops when asked, and killed it leaves nothing behind."""

from __future__ import annotations

import signal
import socket
from pathlib import Path

from real_processes import Run, Start, wait_until, wait_until_it_answers, worker_lives

from bench.ports import is_free


def test_it_stops_when_asked(start: Start, port: int, home: Path) -> None:
    server = start("serve")
    wait_until_it_answers(server, port)
    wait_until(lambda: worker_lives(home), "no worker")
    server.send_signal(signal.SIGTERM)
    stdout, stderr = server.communicate(timeout=60)
    assert server.returncode == 0
    assert "Traceback" not in stdout + stderr
    assert is_free(port)
    assert not worker_lives(home)


def test_killed_it_leaves_nothing_that_holds_the_port_or_does_jobs(start: Start, port: int, home: Path) -> None:
    server = start("serve")
    wait_until_it_answers(server, port)
    wait_until(lambda: worker_lives(home), "no worker")
    server.kill()
    server.wait()
    wait_until(lambda: is_free(port), "the port is still held")
    wait_until(lambda: not worker_lives(home), "the worker still lives")
    wait_until_it_answers(start("serve"), port)


def test_a_port_in_use_is_said_before_anything_is_touched(run: Run, port: int, home: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", port))
        other.listen()
        for command in ("serve", "demo"):
            done = run(command)
            assert done.returncode == 1
            assert len(done.stderr.splitlines()) == 1
            assert f"port {port} is in use" in done.stderr
            assert f"TERMOMETERN_PORT={port + 1}" in done.stderr
    assert not home.exists()


def test_nothing_is_heard_outside_this_machine(start: Start, port: int) -> None:
    wait_until_it_answers(start("serve"), port)
    address = socket.gethostbyname(socket.gethostname())
    if address.startswith("127."):
        return
    with socket.socket() as probe:
        assert probe.connect_ex((address, port)) != 0
