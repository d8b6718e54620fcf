"""What a respondent's whole flow costs the server: GET the form of 41 items on one page, POST it, GET the thank-you.

Server CPU-ms a flow, database included, against a floor measured in the same run: a bare application that sends a kept
page, makes one durable insert, and sends another. A page turn (POST, redirect, GET) has a floor of its own: the same
application reads a row and changes it durably, redirects, reads it again and sends a kept page. All are called through
WSGI in this process, so what a server adds (parsing HTTP, writing to the socket) is in none; the last row is the same
flow against a real granian process, with all that it adds. Nothing here is a timed test: run it and read it. On a busy
machine every figure grows, and the ratio to the floor is what stays.
"""

from __future__ import annotations

import secrets
import statistics
import sys
import tempfile
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice, repeat
from pathlib import Path
from typing import Protocol

from flask import Flask, Response, redirect
from sqlalchemy import Column, Engine, LargeBinary, MetaData, Table, insert, select, update
from werkzeug.wrappers import Response as AnyResponse

from bench.calls import Cookies, Server, granian, in_process
from bench.field import prepare
from bench.postgres import Database, postgresql, sqlite
from survey.database import alone, open_engine

ROUNDS = 5
WARM_UP = 20


@dataclass(frozen=True)
class Measured:
    """One row of the table. `cpu_ms` is the median over the rounds, `spread_ms` the slowest round minus the fastest."""

    name: str
    cpu_ms: float
    spread_ms: float
    bytes_sent: int
    aim: str = ""
    """Goal and budget, in CPU-ms."""


class Flow(Protocol):
    """Something that is done many times."""

    name: str
    server: Server
    aim: str

    def ready(self, count: int) -> None:
        """Make ready for `count` more runs; not counted."""

    def run(self) -> int:
        """Do it once; the bytes that were sent."""


def measure(flows: Sequence[Flow], runs: int) -> list[Measured]:
    """CPU of the flow's server for each run, the database's work included.

    The flows take turns, so that a busy machine is unfair to none of them.
    """
    per_round: dict[str, list[float]] = {flow.name: [] for flow in flows}
    sent: dict[str, int] = {}
    aims = {flow.name: flow.aim for flow in flows}
    for round_number in range(ROUNDS + 1):
        count = runs if round_number else WARM_UP
        for flow in flows:
            flow.ready(count)
            begun = flow.server.cpu()
            for _ in range(count):
                sent[flow.name] = flow.run()
            per_round[flow.name].append((flow.server.cpu() - begun) / count * 1000)
    return [
        Measured(name, statistics.median(times[1:]), max(times[1:]) - min(times[1:]), sent[name], aims[name])
        for name, times in per_round.items()
    ]


def floor_application(engine: Engine, page: bytes) -> Flask:
    """Kept pages with one durable insert, or with one durable change: nothing honest goes below with these parts."""
    boxes = Table("floor", MetaData(), Column("id", LargeBinary, primary_key=True), Column("box", LargeBinary))
    boxes.metadata.create_all(engine)
    statement = insert(boxes)
    own = secrets.token_bytes(16)
    with engine.begin() as connection:
        connection.execute(statement, {"id": own, "box": secrets.token_bytes(1024)})
    read = select(boxes.c.box).where(boxes.c.id == own)
    change = update(boxes).where(boxes.c.id == own)
    app = Flask("floor")

    @app.get("/page")
    def show() -> Response:
        return Response(page, mimetype="text/html")

    @app.post("/page")
    def take() -> AnyResponse:
        with engine.begin() as connection:
            connection.execute(statement, {"id": secrets.token_bytes(16), "box": secrets.token_bytes(2048)})
        return redirect("/page", 303)

    @app.get("/turn")
    def turned() -> Response:
        with alone(engine) as connection:
            connection.execute(read).scalar()
        return Response(page, mimetype="text/html")

    @app.post("/turn")
    def turn() -> AnyResponse:
        with alone(engine) as connection:
            connection.execute(read).scalar()
            connection.execute(change, {"box": secrets.token_bytes(1024)})
        return redirect("/turn", 303)

    return app


class Floor:
    name = "floor: kept page, one durable insert, kept page"
    aim = ""

    def __init__(self, server: Server) -> None:
        self.server = server

    def ready(self, count: int) -> None:
        pass

    def run(self) -> int:
        page = self.server.send("GET", "/page", b"", {})
        self.server.send("POST", "/page", b"go=send", {})
        return len(page.body) + len(self.server.send("GET", "/page", b"", {}).body)


class TurnFloor(Floor):
    name = "floor of a page turn: row read, changed durably, read"

    def run(self) -> int:
        self.server.send("POST", "/turn", b"go=next", {})
        return len(self.server.send("GET", "/turn", b"", {}).body)


class Answering:
    """A respondent's flow. Start has been pressed before, since it is another page's button."""

    aim = "3.5 / 6"

    def __init__(self, name: str, server: Server, form: bytes, codes: Iterable[str]) -> None:
        self.name = name
        self.server = server
        self.form = form
        self.codes = iter(codes)
        self.started: deque[tuple[str, Cookies]] = deque()

    def ready(self, count: int) -> None:
        for code in islice(self.codes, count):
            answered = self.server.send("POST", f"/s/{code}/borja", b"lang=sv", {})
            self.started.append((code, answered.cookies))

    def run(self) -> int:
        code, cookies = self.started.popleft()
        form = self.server.send("GET", f"/s/{code}/allt/1", b"", cookies)
        sent = self.server.send("POST", f"/s/{code}/allt/1", self.form, cookies)
        thanks = self.server.send("GET", f"/s/{code}/tack", b"", cookies | sent.cookies)
        if (form.status, sent.status, thanks.status) != (200, 303, 200):
            raise RuntimeError(f"the flow broke: {form.status}, {sent.status}, {thanks.status}")
        return len(form.body) + len(thanks.body)


class Turning(Answering):
    """One page turn: POST what is on the first page, GET the next."""

    word = "del"
    aim = "- / 1.5"

    def run(self) -> int:
        code, cookies = self.started.popleft()
        turned = self.server.send("POST", f"/s/{code}/{self.word}/1", self.form + b"&go=next", cookies)
        page = self.server.send("GET", turned.header("Location"), b"", cookies)
        if (turned.status, page.status) != (303, 200):
            raise RuntimeError(f"the turn broke: {turned.status}, {page.status}")
        return len(page.body)


class TurningItems(Turning):
    """The same where a page has one item: 41 of them make a form."""

    word = "fraga"


def run(runs: int = 200) -> dict[str, list[Measured]]:
    """Measure all of it in fresh databases, by the database's name; each time the floor comes first."""
    measured = {}
    with tempfile.TemporaryDirectory() as folder:
        measured["SQLite"] = _run_on(sqlite(Path(folder)), Path(folder), runs)
    with tempfile.TemporaryDirectory() as folder, postgresql() as database:
        measured["PostgreSQL, its own processes included"] = _run_on(database, Path(folder), runs)
    return measured


def _run_on(database: Database, home: Path, runs: int) -> list[Measured]:
    each = WARM_UP + ROUNDS * runs
    field = prepare(home, 3 * each + 1, database.url)
    ours = in_process(field.app, database.cpu)
    cookies = ours.send("POST", f"/s/{field.cards[-1]}/borja", b"lang=sv", {}).cookies
    page = ours.send("GET", f"/s/{field.cards[-1]}/allt/1", b"", cookies).body
    on_sqlite = database.url.startswith("sqlite")
    bare = open_engine(f"sqlite:///{home / 'floor.sqlite'}" if on_sqlite else database.url)
    floor = in_process(floor_application(bare, page), database.cpu)
    name, section = "form of 41, submit, thank-you", field.form.removesuffix(b"&go=send")
    cards = iter(field.cards)
    with granian("wsgi:application", {"TERMOMETERN_HOME": str(home), "TERMOMETERN_DATABASE": database.url}) as served:
        with_database = replace(served, cpu=partial(_together, served.cpu, database.cpu))
        measured = measure(
            (
                Floor(floor),
                TurnFloor(floor),
                Answering(f"open link: {name}", ours, field.form, repeat(field.open_code)),
                Answering(f"card: {name}", ours, field.form, islice(cards, each)),
                Turning("card: one page turn, a section a page", ours, section, islice(cards, each)),
                TurningItems("card: one page turn, an item a page", ours, field.first, islice(cards, each)),
                Answering(f"open link through granian: {name}", with_database, field.form, repeat(field.open_code)),
            ),
            runs,
        )
    bare.dispose()
    field.engine.dispose()
    return measured


def _together(one: Callable[[], float], other: Callable[[], float]) -> float:
    return one() + other()


def table(measured: dict[str, list[Measured]]) -> str:
    """The figures as lines of text, each with its ratio to the floor."""
    return "\n".join(line for name, rows in measured.items() for line in _lines(name, rows))


def _lines(name: str, measured: list[Measured]) -> list[str]:
    floor = measured[0].cpu_ms
    lines = [f"{name:<60}{'CPU-ms':>9}{'goal / budget':>15}{'spread':>9}{'x floor':>9}{'kB sent':>9}"]
    lines += [
        f"{one.name:<60}{one.cpu_ms:>9.2f}{one.aim:>15}{one.spread_ms:>9.2f}"
        f"{one.cpu_ms / floor:>9.1f}{one.bytes_sent / 1000:>9.1f}"
        for one in measured
    ]
    return lines


if __name__ == "__main__":
    sys.stdout.write(table(run()) + "\n")
