"""A browser with cookies of its own, which it keeps for as long as it was told to by the clock of the play."""

from __future__ import annotations

import gzip
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http.cookies import SimpleCookie

from werkzeug.test import TestResponse

from bench.sequences.world import World

Form = Mapping[str, str | list[str]]
Jar = dict[tuple[str, str], tuple[str, datetime | None]]
"""(name, path) -> (value, until when)."""


@dataclass
class Browser:
    world: World
    jar: Jar = field(default_factory=dict)

    def cookie(self, name: str, path: str) -> str | None:
        """What a page at `path` is sent under this name."""
        return self._sent(path).get(name)

    def get(self, address: str, *, head: bool = False) -> TestResponse:
        return self._ask(address, "HEAD" if head else "GET", None)

    def post(self, address: str, form: Form, *, lost: bool = False) -> tuple[TestResponse, Jar]:
        """`lost`: the reply never comes, so its cookies are not kept. Returns the jar that it would have left too."""
        before = dict(self.jar)
        response = self._ask(address, "POST", form)
        after = self.jar
        if lost:
            self.jar = before
        return response, after

    def _ask(self, address: str, method: str, form: Form | None) -> TestResponse:
        client = self.world.app.test_client(use_cookies=False)
        path = address.partition("?")[0]
        cookies = "; ".join(f"{name}={value}" for name, value in self._sent(path).items())
        headers = {"Accept-Language": "sv", "Accept-Encoding": "gzip"} | ({"Cookie": cookies} if cookies else {})
        response = client.open(address, method=method, data=form, headers=headers)
        for header in response.headers.getlist("Set-Cookie"):
            for name, morsel in SimpleCookie(header).items():
                place = (name, morsel["path"])
                if morsel["max-age"] == "0":
                    self.jar.pop(place, None)
                else:
                    seconds = morsel["max-age"]
                    until = self.world.clock.now + timedelta(seconds=int(seconds)) if seconds else None
                    self.jar[place] = (morsel.value, until)
        return response

    def _sent(self, path: str) -> dict[str, str]:
        now = self.world.clock.now
        return {
            name: value
            for (name, place), (value, until) in self.jar.items()
            if (until is None or now < until) and (path == place or path.startswith(place.rstrip("/") + "/"))
        }


def body(response: TestResponse) -> str:
    packed = response.headers.get("Content-Encoding") == "gzip"
    return (gzip.decompress(response.data) if packed else response.data).decode()
