"""Canary: what is planted at the door appears nowhere behind it. A round's whole life, in real processes.

Planted by every request: token, addresses, browser, name. Looked for, however written, in what the processes say, the
home folder, the database's own files and all that leaves the system.
"""

from __future__ import annotations

import http.client
import io
import os
import re
import signal
import socket
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote, urlencode

import pytest
from pypdf import PdfReader
from sqlalchemy import make_url, select, text

from bench.attacks.ground import content_of
from bench.attacks.needles import Needles, encodings
from bench.attacks.over_http import ask_everything
from bench.attacks.scene import CHOICES, Unit
from bench.attacks.stage import Play, prepare
from survey.accounts.accounts import create_account, grant_role
from survey.accounts.login_codes import issue_code
from survey.answering.codes import shown
from survey.app import create_app
from survey.config import settings_from
from survey.jobs.store import close_clients
from survey.models import FreeText, Invitation, Release, Role, Round
from survey.organisation.tree import find_unit
from survey.web.respond.forms import field_name

ROOT = Path(__file__).parents[2]
UNITS = {
    "2309-a": Unit("2309", links=6, answer=6),
    "2309-b": Unit("2309", links=6, mailed=True, answer=6),
    "2309-c": Unit("2309", open=5),
}
FORWARDED, CLIENT = "203.0.113.77", "127.0.0.77"
NAME, BROWSER, MAIL = "Kanarina Fågelsson", "Kanariefjäder/7.31 (planted)", "kanarina@fagelbur.example.se"
PATIENCE = 60.0


@dataclass
class Door:
    """A served installation, and all that has been planted there."""

    play: Play
    port: int
    environment: dict[str, str]
    folder: Path
    tokens: set[str] = field(default_factory=set)
    texts: set[str] = field(default_factory=set)

    def ask(self, method: str, path: str, form: bytes = b"", cookie: str = "") -> tuple[int, str]:
        """From an address of its own, with everything that could be noted. Returns the status and the cookies."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, source_address=(CLIENT, 0))
        headers = {
            "X-Forwarded-For": FORWARDED,
            "X-Real-IP": FORWARDED,
            "Forwarded": f"for={FORWARDED}",
            "User-Agent": BROWSER.encode().decode("latin-1"),
            "From": MAIL,
            "Referer": f"http://127.0.0.1:{self.port}{path}?namn={quote(NAME)}",
            "Sec-Fetch-Site": "same-origin",
            "Accept-Language": "sv",
            "Content-Type": "application/x-www-form-urlencoded",
            "Cookie": cookie,
        }
        connection.request(method, f"{path}?epost={quote(MAIL)}&namn={quote(NAME)}", form or None, headers)
        response = connection.getresponse()
        response.read()
        new = [value.split(";")[0] for name, value in response.getheaders() if name.lower() == "set-cookie"]
        connection.close()
        kept = dict(one.split("=", 1) for one in [*cookie.split("; "), *new] if "=" in one)
        return response.status, "; ".join(f"{name}={value}" for name, value in kept.items())

    def answer(self, code: str, number: int) -> None:
        """Look, begin, fill in, send, thank; the words are a person's own."""
        words = f"{NAME} skrev hemlighet{number:04}x"
        self.tokens, self.texts = self.tokens | {code}, self.texts | {words}
        answers = {field_name(f"a{n:02}"): str((number * (n + 3)) % 5 + 1) for n in range(CHOICES)}
        form = answers | {field_name("mark"): "1234", field_name("words"): words, "go": "send"}
        assert self.ask("GET", f"/s/{code}")[0] == 200
        status, cookie = self.ask("POST", f"/s/{code}/borja", b"lang=sv")
        assert status == 303
        assert self.ask("GET", f"/s/{code}/allt/1", cookie=cookie)[0] == 200
        status, cookie = self.ask("POST", f"/s/{code}/allt/1", urlencode(form).encode(), cookie)
        assert status == 303
        assert self.ask("GET", f"/s/{code}/tack", cookie=cookie)[0] == 200

    def misbehave(self, code: str) -> None:
        """What ends up in logs elsewhere: unknown pages, broken forms and cookies, and a server that cannot go on."""
        keys = self.play.services.settings.keys
        for path in (f"/s/{code}/finns-inte", f"/s/{quote(NAME)}", f"/{quote(MAIL)}", f"/s/{code}%ff%00", "/admin/"):
            self.ask("GET", path)
        self.ask("POST", f"/s/{code}/borja", b"%ff=%ff&lang=" + NAME.encode(), cookie=f"session={code}; a=\xff")
        # The server may hang up before all of it has come.
        with suppress(ConnectionError):
            self.ask("POST", f"/s/{code}/allt/1", b"x" * 3_000_000)
        keys.chmod(0o755)
        try:
            assert self.ask("GET", f"/s/{code}")[0] >= 400
        finally:
            keys.chmod(0o700)

    def step(self, *words: str) -> None:
        done = subprocess.run(
            [sys.executable, "-m", "survey.cli", *words],
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        (self.folder / f"{'-'.join(words[:2])}.said").write_text(done.stdout + done.stderr)
        assert done.returncode == 0, done.stderr

    def wait(self, state: str) -> None:
        def come() -> bool:
            with self.play.services.sessions() as session:
                return session.get_one(Round, self.play.round_id).state == state

        until(come, f"the round did not become {state}")


def until(what: Callable[[], bool], message: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while not what():
        assert time.monotonic() < deadline, message
        time.sleep(0.05)


@pytest.fixture
def unused_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def door(database_url: str, tmp_path: Path, unused_port: int) -> Iterator[Door]:
    """Served as a person serves it; on PostgreSQL with a worker beside."""
    said = tmp_path / "said"
    said.mkdir()
    kept = {name: value for name, value in os.environ.items() if not name.startswith("TERMOMETERN_")}
    environment = kept | {
        "PYTHONPATH": str(ROOT),
        "TERMOMETERN_HOME": str(tmp_path / "home"),
        "TERMOMETERN_DATABASE": database_url,
        "TERMOMETERN_PORT": str(unused_port),
    }
    play = prepare(settings_from(environment), 1, linked=True, units=UNITS)
    with ExitStack() as stack:
        for words in (["serve"], ["worker"])[: 1 if database_url.startswith("sqlite") else 2]:
            out = stack.enter_context((said / f"{words[0]}.said").open("wb"))
            process = subprocess.Popen(
                [sys.executable, "-m", "survey.cli", *words],
                env=environment,
                cwd=tmp_path,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
            stack.callback(_end, process)
        door = Door(play, unused_port, environment, said)
        until(lambda: _answers(door), "the server does not answer")
        yield door
    close_clients()
    play.services.engine.dispose()


def _answers(door: Door) -> bool:
    try:
        return door.ask("GET", "/logga-in")[0] == 200
    except OSError:
        return False


def _end(process: subprocess.Popen[bytes]) -> None:
    os.killpg(process.pid, signal.SIGTERM)
    process.wait(timeout=PATIENCE)


def _outputs(door: Door) -> dict[str, bytes]:
    """Every page, filter, round and format, as one who may see them all."""
    services = door.play.services
    app = create_app(services.settings)
    with services.sessions.begin() as session:
        account = create_account(session, email="kontoret@example.se", name="Kontoret")
        for role in (Role.ADMINISTRATOR, Role.ANALYST):
            grant_role(session, account, role, find_unit(session, "SE"))
        code = issue_code(session, account, datetime.now(UTC), 1)
        known = {
            "release_id": [str(one) for one in session.scalars(select(Release.id))],
            "round_id": [str(door.play.round_id)],
            "code": ["SE", "23", "2309", *UNITS],
            "slug": ["attacked"],
        }
    client = app.test_client()
    token = re.search(rb'name="csrf_token"[^>]*value="([^"]+)"', client.get(f"/logga-in/{code}").data)
    assert token is not None
    assert client.post(f"/logga-in/{code}", data={"csrf_token": token[1].decode()}).status_code == 302

    def get(address: str) -> tuple[int, bytes]:
        response = client.get(address)
        return response.status_code, response.data

    return ask_everything(app.url_map, get, known)


def _unpacked(content: bytes) -> bytes:
    """With what is inside a workbook, an archive or a PDF beside it."""
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return content + b"".join(archive.read(name) for name in archive.namelist())
    if content.startswith(b"%PDF"):
        reader = PdfReader(io.BytesIO(content))
        return content + b"\n".join(page.extract_text().encode() for page in reader.pages)
    return content


def _files(door: Door) -> dict[str, bytes]:
    """The home folder, the keys, what was said; and on PostgreSQL the server's own files and log."""
    services = door.play.services
    folders = [services.settings.home, door.folder]
    database = Path(make_url(services.settings.database_url).database or "")
    found = [database] if services.settings.embedded else []
    if not services.settings.embedded:
        with services.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("CHECKPOINT"))
            data = Path(connection.execute(text("SHOW data_directory")).scalar_one())
            oid = connection.execute(
                text("SELECT oid FROM pg_database WHERE datname = current_database()")
            ).scalar_one()
        folders += [data / "base" / str(oid), data / "pg_wal"]
        found += list(data.glob("log*"))
    found += [path for folder in folders for path in folder.rglob("*")]
    return {str(path): _unpacked(content_of(path)) for path in found if path.is_file()}


def test_what_is_planted_at_the_door_is_found_nowhere_behind_it(door: Door) -> None:
    mailed = door.play.links["2309-b"]
    codes = [*door.play.links["2309-a"], *mailed, *[door.play.open_codes["2309-c"]] * 5]
    for number, code in enumerate(codes):
        door.answer(code, number)
    door.tokens -= set(door.play.open_codes.values())
    door.misbehave(mailed[0])

    door.step("rounds", "close", "attacked/r")
    door.wait("closed")
    during = _files(door)
    door.step("rounds", "seal", "attacked/r")
    door.wait("sealed")
    door.step("rounds", "release", "attacked/r")
    door.wait("released")
    outputs = {address: _unpacked(body) for address, body in _outputs(door).items()}
    after = _files(door)

    planted = [
        *door.tokens,
        *(f"{n}@2309-b.example.se" for n in range(6)),
        FORWARDED,
        CLIENT,
        BROWSER,
        MAIL,
        "hemlighet0",
    ]
    written = [(one, one) for one in planted] + [(shown(one), one) for one in door.tokens]
    sought = Needles({form: one for form_of, one in written for form in encodings(form_of.encode())})
    for place, content in (during | outputs).items():
        found = sought.find(content).keys() - _expected(place)
        assert not found, (place, found)
    for place, content in after.items():
        found = sought.find(content).keys() - ({"hemlighet0"} if _is_database(place) else set())
        assert not found, (place, found)

    _assert_texts_are_apart(door)
    assert len(outputs) > 20
    assert any(place.endswith(".pdf") for place in after)


def _expected(place: str) -> set[str]:
    """A person reads free texts on a page of its own; elsewhere nothing is expected."""
    return {"hemlighet0"} if "/analys/matomgang/" in place and place.endswith("/fritext") else set()


def _is_database(place: str) -> bool:
    return "/base/" in place or "pg_wal" in place or (".sqlite" in Path(place).name and "jobs" not in Path(place).name)


def _assert_texts_are_apart(door: Door) -> None:
    """All of them in their own table, and in no other."""
    with door.play.services.sessions() as session:
        assert sorted(session.scalars(select(FreeText.text))) == sorted(door.texts)
        assert session.scalars(select(Invitation.contact).where(Invitation.contact.is_not(None))).all() == []
        for table in ("response", "release", "audit_event", "deletion_record", "ledger_entry", "live_count"):
            assert "hemlighet" not in repr(session.execute(text(f"SELECT * FROM {table}")).all()), table
