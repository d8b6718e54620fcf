"""Canary: what is planted at the door appears nowhere behind it. A round's whole life, in real processes.

Planted by every request: token, addresses, browser, name. Looked for, however written, in what the processes say, the
home folder, the database's own files and all that leaves the system.
"""

from __future__ import annotations

import io
import os
import re
import signal
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

import pytest
from door import BROWSER, CLIENT, FORWARDED, MAIL, NAME, PATIENCE, ROOT, UNITS, Door, until
from pypdf import PdfReader
from sqlalchemy import make_url, select, text

from bench.attacks.ground import content_of
from bench.attacks.needles import Needles, encodings
from bench.attacks.over_http import ask_everything
from bench.attacks.stage import prepare
from bench.ports import free_port
from survey.accounts.accounts import create_account, grant_role
from survey.accounts.login_codes import issue_code
from survey.answering.codes import shown
from survey.app import create_app
from survey.config import settings_from
from survey.jobs.store import close_clients
from survey.models import FreeText, Invitation, Release, Role
from survey.organisation.tree import find_unit

WRITTEN = {NAME, "hemlighet0"}
"""What stands in the free texts: kept in their table, and shown on the page of the person who reads them."""


@pytest.fixture
def door(database_url: str, tmp_path: Path) -> Iterator[Door]:
    """Served as a person serves it; on PostgreSQL with a worker beside."""
    said, port = tmp_path / "said", free_port()
    said.mkdir()
    kept = {name: value for name, value in os.environ.items() if not name.startswith("TERMOMETERN_")}
    environment = kept | {
        "PYTHONPATH": str(ROOT),
        "TERMOMETERN_HOME": str(tmp_path / "home"),
        "TERMOMETERN_DATABASE": database_url,
        "TERMOMETERN_PORT": str(port),
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
        door = Door(play, port, environment, said)
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
        *WRITTEN,
    ]
    written = [(one, one) for one in planted] + [(shown(one), one) for one in door.tokens]
    sought = Needles({form: one for form_of, one in written for form in encodings(form_of.encode())})
    for place, content in (during | outputs).items():
        found = sought.find(content).keys() - _expected(place)
        assert not found, (place, found)
    for place, content in after.items():
        found = sought.find(content).keys() - (WRITTEN if _is_database(place) else set())
        assert not found, (place, found)

    _assert_texts_are_apart(door)
    assert len(outputs) > 20
    assert any(place.endswith(".pdf") for place in after)


def _expected(place: str) -> set[str]:
    """A person reads free texts on a page of its own; elsewhere nothing is expected."""
    return WRITTEN if "/analys/matomgang/" in place and place.endswith("/fritext") else set()


def _is_database(place: str) -> bool:
    return "/base/" in place or "pg_wal" in place or (".sqlite" in Path(place).name and "jobs" not in Path(place).name)


def _assert_texts_are_apart(door: Door) -> None:
    """All of them in their own table, and in no other."""
    with door.play.services.sessions() as session:
        assert sorted(session.scalars(select(FreeText.text))) == sorted(door.texts)
        assert session.scalars(select(Invitation.contact).where(Invitation.contact.is_not(None))).all() == []
        for table in ("response", "release", "audit_event", "deletion_record", "ledger_entry", "live_count"):
            assert "hemlighet" not in repr(session.execute(text(f"SELECT * FROM {table}")).all()), table
