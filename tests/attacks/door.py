"""The door of a served installation: requests that carry all that could be noted of a person."""

from __future__ import annotations

import http.client
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote, urlencode

from bench.attacks.scene import CHOICES, Unit
from bench.attacks.stage import Play
from survey.models import Round
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
