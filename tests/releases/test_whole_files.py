"""A file is there whole or not at all; what a killed writer left goes, what a living one writes stays."""

from __future__ import annotations

import fcntl
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from survey.releases.whole_files import write_whole

KILLED_WHILE_WRITING = """
import os, pathlib, sys
from survey.releases import whole_files
os.fsync = lambda _: os.kill(os.getpid(), 9)
whole_files.write_whole(pathlib.Path(sys.argv[1]), b"half")
"""


def test_what_a_killed_writer_left_is_removed_by_the_next(tmp_path: Path) -> None:
    path = tmp_path / "report.pdf"
    killed = subprocess.run([sys.executable, "-c", KILLED_WHILE_WRITING, str(path)], check=False)
    assert killed.returncode == -signal.SIGKILL
    (left,) = tmp_path.iterdir()
    assert left.name.startswith(".report.pdf.")
    other = tmp_path / ".report.pdf2.0a1b2c3d"
    other.write_bytes(b"of another report")
    write_whole(path, b"whole")
    assert path.read_bytes() == b"whole"
    assert sorted(tmp_path.iterdir()) == [other, path]


def test_what_a_living_writer_has_beside_stays(tmp_path: Path) -> None:
    beside = tmp_path / ".report.pdf.0a1b2c3d"
    with beside.open("xb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        write_whole(tmp_path / "report.pdf", b"whole")
        assert beside.exists()


def test_many_at_once_leave_one_whole_file(tmp_path: Path) -> None:
    path = tmp_path / "report.pdf"
    content = b"whole" * 20_000
    with ThreadPoolExecutor(16) as writers:
        for written in [writers.submit(write_whole, path, content) for _ in range(200)]:
            written.result()
    assert path.read_bytes() == content
    assert list(tmp_path.iterdir()) == [path]
