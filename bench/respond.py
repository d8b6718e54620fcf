"""What a respondent's whole flow costs the server: GET the form of 41 items on one page, POST it, GET the thank-you.

Server CPU-ms a flow, database included, against a floor measured in the same run: a bare application that sends a kept
page, makes one durable insert, and sends another. Both are called through WSGI in this process, so what a server adds
(parsing HTTP, writing to the socket) is in neither. Nothing here is a timed test: run it and read it.
"""

from __future__ import annotations

import io
import secrets
import statistics
import sys
import tempfile
import time
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import islice, repeat
from pathlib import Path
from typing import Protocol
from urllib.parse import urlencode
from wsgiref.types import WSGIApplication

from flask import Flask, Response, redirect
from sqlalchemy import Column, Engine, LargeBinary, MetaData, Table, insert

from instruments.load import load
from survey.answering import tokens
from survey.answering.codes import new_code
from survey.app import create_app
from survey.config import settings_from
from survey.database import open_engine
from survey.migrate import upgrade
from survey.models import Card, Invitation, OrganisationUnit, Round, RoundUnit, Study
from survey.services import services_from
from survey.web.respond.forms import field_name

INSTRUMENT = "ebp-thermometer"
ROUNDS = 5
WARM_UP = 20

Cookies = dict[str, str]


@dataclass(frozen=True)
class Measured:
    """One row of the table. `cpu_ms` is the median over the rounds, `spread_ms` the slowest round minus the fastest."""

    name: str
    cpu_ms: float
    spread_ms: float
    bytes_sent: int


class Flow(Protocol):
    """Something that is done many times."""

    name: str

    def ready(self, count: int) -> None:
        """Make ready for `count` more runs; not counted."""

    def run(self) -> int:
        """Do it once; the bytes that were sent."""


@dataclass(frozen=True)
class Answered:
    status: str
    headers: list[tuple[str, str]]
    body: bytes

    def header(self, name: str) -> str:
        return next((value for key, value in self.headers if key.lower() == name.lower()), "")


def call(
    application: WSGIApplication, method: str, path: str, form: bytes = b"", cookies: Cookies | None = None
) -> Answered:
    """One request, as a WSGI server makes it."""
    caught: list[tuple[str, list[tuple[str, str]]]] = []

    def start_response(status: str, headers: list[tuple[str, str]], _exc_info: object = None) -> Callable[..., object]:
        caught.append((status, headers))
        return lambda _data: None

    body: Iterable[bytes] = application(
        {
            "REQUEST_METHOD": method,
            "SCRIPT_NAME": "",
            "PATH_INFO": path,
            "QUERY_STRING": "",
            "SERVER_NAME": "localhost",
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "CONTENT_TYPE": "application/x-www-form-urlencoded" if form else "",
            "CONTENT_LENGTH": str(len(form)),
            "HTTP_HOST": "localhost",
            "HTTP_ACCEPT_ENCODING": "gzip, deflate, br",
            "HTTP_ACCEPT_LANGUAGE": "sv-SE,sv;q=0.9,en;q=0.8",
            "HTTP_SEC_FETCH_SITE": "same-origin",
            "HTTP_COOKIE": "; ".join(f"{name}={value}" for name, value in (cookies or {}).items()),
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(form),
            "wsgi.errors": io.StringIO(),
            "wsgi.multithread": False,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
        },
        start_response,
    )
    content = b"".join(body)
    if hasattr(body, "close"):
        body.close()
    status, headers = caught[0]
    return Answered(status, headers, content)


def measure(flow: Flow, runs: int) -> Measured:
    """CPU of this process for each run, SQLite's work included."""
    per_round, sent = [], 0
    for count in (WARM_UP, *[runs] * ROUNDS):
        flow.ready(count)
        begun = time.process_time()
        for _ in range(count):
            sent = flow.run()
        per_round.append((time.process_time() - begun) / count * 1000)
    counted = per_round[1:]
    return Measured(flow.name, statistics.median(counted), max(counted) - min(counted), sent)


def floor_application(engine: Engine, page: bytes) -> Flask:
    """A kept page and one durable insert: what no honest answer can go below with these parts."""
    boxes = Table("floor", MetaData(), Column("id", LargeBinary, primary_key=True), Column("box", LargeBinary))
    boxes.metadata.create_all(engine)
    statement = insert(boxes)
    app = Flask("floor")

    @app.get("/page")
    def show() -> Response:
        return Response(page, mimetype="text/html")

    @app.post("/page")
    def take() -> Response:
        with engine.begin() as connection:
            connection.execute(statement, {"id": secrets.token_bytes(16), "box": secrets.token_bytes(2048)})
        return redirect("/page", 303)

    return app


@dataclass(frozen=True)
class Field:
    """An open round with one open link and as many cards as there are flows."""

    app: Flask
    engine: Engine
    open_code: str
    cards: list[str]
    form: bytes


def prepare(home: Path, cards: int) -> Field:
    """A database with one round of the EBP thermometer, all on one page."""
    settings = settings_from({"TERMOMETERN_HOME": str(home)})
    services = services_from(settings)
    upgrade(services.engine)
    loaded = load(INSTRUMENT)
    now = datetime.now(UTC)
    open_code, codes = new_code(), [new_code() for _ in range(cards)]
    with services.sessions.begin() as session:
        nation = OrganisationUnit(kind="nation", code="SE", name="Sverige", short_name="Sverige", valid_from=date.min)
        session.add(nation)
        session.flush()
        study = Study(slug="bench", title="Bench", instrument=INSTRUMENT, owner_id=nation.id, k=7)
        session.add(study)
        session.flush()
        round_ = Round(
            study_id=study.id,
            name="bench",
            instrument_version=loaded.instrument.version,
            instrument_digest=loaded.digest,
        )
        session.add(round_)
        session.flush()
        round_.public_key = services.keys.new_round_keys(round_.id)
        round_.state, round_.opened_at = "open", now
        session.add(RoundUnit(round_id=round_.id, unit_id=nation.id, invited=cards, open_code=open_code))
        pepper = services.keys.study_pepper(study.id)
        lookups = [tokens.card_lookup_under(pepper, code) for code in codes]
        session.add_all(Card(study_id=study.id, unit_id=nation.id, lookup=lookup) for lookup in lookups)
        session.add_all(
            Invitation(round_id=round_.id, unit_id=nation.id, way="card", lookup=lookup) for lookup in lookups
        )
    instrument = loaded.instrument
    answers = {field_name(item.id): str(instrument.options(item)[0].value) for item in instrument.items}
    form = urlencode(answers | {"go": "send"}).encode()
    return Field(create_app(settings), services.engine, open_code, codes, form)


class Floor:
    name = "floor: kept page, one durable insert, kept page"

    def __init__(self, application: WSGIApplication) -> None:
        self.application = application

    def ready(self, count: int) -> None:
        pass

    def run(self) -> int:
        page = call(self.application, "GET", "/page")
        call(self.application, "POST", "/page", b"go=send")
        return len(page.body) + len(call(self.application, "GET", "/page").body)


class Answering:
    """A respondent's flow. Start has been pressed before, since it is another page's button."""

    def __init__(self, name: str, field: Field, codes: Iterable[str]) -> None:
        self.name = name
        self.field = field
        self.codes = iter(codes)
        self.started: deque[tuple[str, Cookies]] = deque()

    def ready(self, count: int) -> None:
        for code in islice(self.codes, count):
            answered = call(self.field.app, "POST", f"/s/{code}/borja", b"lang=sv")
            self.started.append((code, cookies_of(answered)))

    def run(self) -> int:
        code, cookies = self.started.popleft()
        form = call(self.field.app, "GET", f"/s/{code}/allt/1", cookies=cookies)
        sent = call(self.field.app, "POST", f"/s/{code}/allt/1", self.field.form, cookies)
        thanks = call(self.field.app, "GET", f"/s/{code}/tack", cookies=cookies | cookies_of(sent))
        if [form.status[:3], sent.status[:3], thanks.status[:3]] != ["200", "303", "200"]:
            raise RuntimeError(f"the flow broke: {form.status}, {sent.status}, {thanks.status}")
        return len(form.body) + len(thanks.body)


class Turning(Answering):
    """One page turn of one section: POST ten answers, GET the next page."""

    def run(self) -> int:
        code, cookies = self.started.popleft()
        form = self.field.form.replace(b"go=send", b"go=next")
        turned = call(self.field.app, "POST", f"/s/{code}/del/1", form, cookies)
        page = call(self.field.app, "GET", turned.header("Location"), cookies=cookies)
        if [turned.status[:3], page.status[:3]] != ["303", "200"]:
            raise RuntimeError(f"the turn broke: {turned.status}, {page.status}")
        return len(page.body)


def run(runs: int = 200) -> list[Measured]:
    """Measure all of it in a fresh SQLite database; the floor comes first."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        field = prepare(home, cards=2 * (WARM_UP + ROUNDS * runs))
        code = field.cards[-1]
        cookies = cookies_of(call(field.app, "POST", f"/s/{code}/borja", b"lang=sv"))
        page = call(field.app, "GET", f"/s/{code}/allt/1", cookies=cookies).body
        bare = open_engine(f"sqlite:///{home / 'floor.sqlite'}")
        half = WARM_UP + ROUNDS * runs
        flows: tuple[Flow, ...] = (
            Floor(floor_application(bare, page)),
            Answering("open link: form of 41, submit, thank-you", field, repeat(field.open_code)),
            Answering("card: form of 41, submit, thank-you", field, field.cards[:half]),
            Turning("card: one page turn", field, field.cards[half:]),
        )
        measured = [measure(flow, runs) for flow in flows]
        bare.dispose()
        field.engine.dispose()
    return measured


def table(measured: list[Measured]) -> str:
    """The figures as lines of text, each with its ratio to the floor."""
    floor = measured[0].cpu_ms
    lines = [f"{'':<52}{'CPU-ms':>9}{'spread':>9}{'x floor':>9}{'kB sent':>9}"]
    lines += [
        f"{one.name:<52}{one.cpu_ms:>9.2f}{one.spread_ms:>9.2f}{one.cpu_ms / floor:>9.1f}{one.bytes_sent / 1000:>9.1f}"
        for one in measured
    ]
    return "\n".join(lines)


def cookies_of(answered: Answered) -> Cookies:
    """What a browser would keep."""
    pairs = (value.split(";")[0].partition("=") for key, value in answered.headers if key == "Set-Cookie")
    return {name: value for name, _, value in pairs}


if __name__ == "__main__":
    sys.stdout.write(table(run()) + "\n")
