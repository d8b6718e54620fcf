"""`./run bench --load`: many respondents at once against the real server, for a while, and every answer counted.

The server (granian) and PostgreSQL (durable) are those of use; the sender is a process of its own with 32 people at a
time. It is open: a request is due at its moment whether or not those before it have been answered, and its time is
taken from when it was due, so that a server that falls behind is seen to. Half the requests are of people who answer
all on one page, half of people who turn a page an item; a third come by an open link, the others by card.

Bounded: so many requests, and never longer than twice the planned time. Loopback only. At the end the receipts that
were given, the boxes in the urn and the cards that have answered are counted, and the drafts of those who were still
answering.
"""

from __future__ import annotations

import http.client
import itertools
import multiprocessing
import os
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Generator, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

from sqlalchemy import Engine, text

from bench.calls import Answered, Cookies, browser_headers, granian
from bench.field import INSTRUMENT, prepare
from bench.postgres import Database, postgresql
from instruments.load import load
from survey.web.respond.assets import STYLESHEET
from survey.web.respond.forms import field_name

PEOPLE = 32
"""At once, each with a connection of their own, as in the design's trials."""
TURNING_EVERY = 17
"""One person in so many turns 41 pages: about as many requests as the others' together."""
OPEN_EVERY = 3
LONGEST_WAIT_S = 30


@dataclass(frozen=True)
class Length:
    """How much is sent: `rate` requests a second, `seconds` long; the floor is shorter."""

    rate: float = 310.0
    seconds: float = 60.0
    floor_seconds: float = 10.0
    web_processes: int = 1

    @property
    def requests(self) -> int:
        return round(self.rate * self.seconds)

    @property
    def people(self) -> int:
        """More than can get through: five requests at least each."""
        return self.requests // 5 + PEOPLE


@dataclass
class Sent:
    """What one sender saw."""

    waited: list[float] = field(default_factory=list)
    """Seconds of each request from the moment that it was due to its last byte."""
    took: float = 0.0
    errors: Counter[str] = field(default_factory=Counter)
    turned: int = 0
    """Pages of one item that were sent in and led to the next."""
    receipts: list[str] = field(default_factory=list)
    """Each with the code that it was given to before it."""
    begun: int = 0


@dataclass(frozen=True)
class Tallies:
    receipts: int
    by_card: int
    """Of the receipts: those given to people who came by card."""
    boxes: int
    answered: int
    begun: int
    drafts: int

    @property
    def exact(self) -> bool:
        return (
            self.receipts == self.boxes and self.by_card == self.answered and self.begun == self.receipts + self.drafts
        )


@dataclass(frozen=True)
class Measured:
    name: str
    sent: Sent
    server_s: float
    database_s: float

    def wait_ms(self, share: float) -> float:
        ordered = sorted(self.sent.waited)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))] * 1000 if ordered else 0.0


@dataclass(frozen=True)
class Played:
    length: Length
    rows: tuple[Measured, ...]
    tallies: Tallies
    load_before: float
    """How many processes wanted to run, on average over a minute: who else used the machine's cores."""
    load_after: float

    @property
    def held(self) -> bool:
        """No error, and nothing lost or counted twice; how fast it went is for a reader to judge."""
        return self.tallies.exact and not any(row.sent.errors for row in self.rows)


Step = tuple[str, str, bytes, Cookies, int]
"""(method, path, form, cookies, the status that is expected)"""
Person = Generator[Step, Answered, None]


def run(length: Length) -> Played:
    """On a fresh PostgreSQL."""
    with postgresql() as database, tempfile.TemporaryDirectory() as folder:
        return play(length, Path(folder), database)


def play(length: Length, home: Path, database: Database) -> Played:
    """On this database, empty or migrated; `home` is an empty folder."""
    prepared, load_before = prepare(home, length.people, database.url), os.getloadavg()[0]
    environment = {"TERMOMETERN_HOME": str(home), "TERMOMETERN_DATABASE": database.url}
    with granian("wsgi:application", environment, length.web_processes) as server:
        rows = []
        floor = Length(length.rate, length.floor_seconds)
        for name, sent_of in (
            ("floor: the stylesheet", lambda: _in_own_process(server.port, floor, "", [])),
            ("answering", lambda: _in_own_process(server.port, length, prepared.open_code, prepared.cards)),
        ):
            begun = server.cpu(), database.cpu()
            sent = sent_of()
            rows.append(Measured(name, sent, server.cpu() - begun[0], database.cpu() - begun[1]))
        tallies = _tallies(prepared.engine, rows[-1].sent, prepared.open_code)
    prepared.engine.dispose()
    return Played(length, tuple(rows), tallies, load_before, os.getloadavg()[0])


def _in_own_process(port: int, length: Length, open_code: str, cards: list[str]) -> Sent:
    """Spawned, so that the sender's interpreter lock and CPU are nobody else's."""
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=context) as pool:
        return pool.submit(send, port, length, open_code, cards).result(length.seconds * 2 + 10 * LONGEST_WAIT_S)


def send(port: int, length: Length, open_code: str, cards: list[str]) -> Sent:
    """Send all of it; without an open code, the stylesheet only."""
    sent = Sent()
    people = _people(open_code, cards, sent) if open_code else _lookers()
    lock = threading.Lock()
    tickets = itertools.count()
    begun = time.monotonic() + 0.5
    until = begun + 2 * length.seconds

    def take_part() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=LONGEST_WAIT_S)
        person: Person | None = None
        answered: Answered | None = None
        while True:
            with lock:
                ticket = next(tickets)
            due = begun + ticket / length.rate
            if ticket >= length.requests or time.monotonic() > until:
                break
            if person is None or answered is None:
                with lock:
                    person = next(people)
                step = next(person)
            else:
                try:
                    step = person.send(answered)
                except StopIteration:
                    with lock:
                        person = next(people)
                    step = next(person)
            time.sleep(max(0.0, due - time.monotonic()))
            answered = _asked(connection, step, sent.errors)
            sent.waited.append(time.monotonic() - due)
        if person is not None and answered is not None:
            # What the last answer told (a receipt, perhaps) still counts.
            _end(person, answered)
        connection.close()

    threads = [threading.Thread(target=take_part) for _ in range(PEOPLE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    sent.took = time.monotonic() - begun
    return sent


def _end(person: Person, answered: Answered) -> None:
    try:
        person.send(answered)
    except StopIteration:
        return
    person.close()


def _asked(connection: http.client.HTTPConnection, step: Step, errors: Counter[str]) -> Answered | None:
    """What came back; None after an error, which ends this person's visit."""
    method, path, form, cookies, expected = step
    headers = browser_headers(cookies) | {"Content-Type": "application/x-www-form-urlencoded"}
    try:
        connection.request(method, path, form or None, headers)
        response = connection.getresponse()
        answered = Answered(response.status, response.getheaders(), response.read())
    except (OSError, http.client.HTTPException) as error:
        connection.close()
        errors[type(error).__name__] += 1
        return None
    if answered.status != expected:
        errors[f"{answered.status} instead of {expected}"] += 1
        return None
    return answered


def _people(open_code: str, cards: list[str], sent: Sent) -> Iterator[Person]:
    """One after the other, for ever as far as the cards go."""
    instrument = load(INSTRUMENT).instrument
    given = [urlencode({field_name(item.id): instrument.options(item)[0].value}).encode() for item in instrument.items]
    unused = iter(cards)
    for number in itertools.count():
        code = open_code if number % OPEN_EVERY == 0 else next(unused)
        yield _person(code, given, sent, turning=number % TURNING_EVERY == 0)


def _person(code: str, given: list[bytes], sent: Sent, *, turning: bool) -> Person:
    """The way of one person, request by request."""
    link = f"/s/{code}"
    yield "GET", link, b"", {}, 200
    cookies = (yield "POST", f"{link}/borja", b"lang=sv", {}, 303).cookies
    sent.begun += 1
    if turning:
        there = f"{link}/fraga/1"
        for answer in given:
            yield "GET", there, b"", cookies, 200
            there = (yield "POST", there, answer + b"&go=next", cookies, 303).header("Location")
            sent.turned += 1
        yield "GET", there, b"", cookies, 200
        thanked = yield "POST", there, b"go=send", cookies, 303
    else:
        yield "GET", f"{link}/allt/1", b"", cookies, 200
        thanked = yield "POST", f"{link}/allt/1", b"&".join((*given, b"go=send")), cookies, 303
    receipt, _, _until = thanked.cookies["receipt"].rpartition(".")
    sent.receipts.append(f"{code} {receipt}")
    yield "GET", f"{link}/tack", b"", cookies | thanked.cookies, 200


def _lookers() -> Iterator[Person]:
    while True:
        yield _looker()


def _looker() -> Person:
    yield "GET", f"/stil/{STYLESHEET.digest}.css", b"", {}, 200


def _tallies(engine: Engine, sent: Sent, open_code: str) -> Tallies:
    counts = [
        "SELECT count(*) FROM urn",
        "SELECT count(*) FROM invitation WHERE answered",
        "SELECT count(*) FROM draft",
    ]
    with engine.connect().execution_options(read_only=True) as connection:
        boxes, answered, drafts = (int(connection.execute(text(one)).scalar_one()) for one in counts)
    receipts = set(sent.receipts)
    by_card = sum(not one.startswith(open_code) for one in receipts)
    return Tallies(len(receipts), by_card, boxes, answered, sent.begun, drafts)


def table(played: Played) -> str:
    """The figures as lines of text."""
    heads = ("requests", "a second", "p50 ms", "p95 ms", "p99 ms", "max ms", "errors", "server", "database")
    lines = [f"{'':<24}" + "".join(f"{head:>10}" for head in heads)]
    for row in played.rows:
        count = len(row.sent.waited) or 1
        figures = (
            f"{count}",
            f"{count / row.sent.took:.0f}",
            *(f"{row.wait_ms(share):.1f}" for share in (0.5, 0.95, 0.99, 1.0)),
            f"{row.sent.errors.total()}",
            f"{row.server_s / count * 1000:.2f}",
            f"{row.database_s / count * 1000:.2f}",
        )
        lines.append(f"{row.name:<24}" + "".join(f"{one:>10}" for one in figures))
        lines += [f"  {number} x {what}" for what, number in sorted(row.sent.errors.items())]
    told = played.tallies
    lines += [
        "Server and database: CPU-ms a request. Times are from when a request was due.",
        f"{played.rows[-1].sent.turned} of the answering were page turns with one item a page. The machine's load was"
        f" {played.load_before:.1f} before and {played.load_after:.1f} after, this run's own included.",
        f"{told.receipts} receipts, {told.boxes} boxes in the urn; {told.by_card} of them by card,"
        f" {told.answered} cards answered;",
        f"{told.begun} had begun, {told.drafts} drafts are left: {'exact' if told.exact else 'NOT EXACT'}.",
    ]
    return "\n".join(lines)
