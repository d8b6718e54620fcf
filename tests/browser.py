"""A real Chromium for tests marked `browser`. Import the fixtures into a folder's conftest: `from browser import ...`.

Where Chromium is not there the tests are skipped, loudly, with the line that installs it. TERMOMETERN_REQUIRE_BROWSER=1
turns that skip into a failure, so that a machine that must run them cannot forget.
"""

from __future__ import annotations

import atexit
import os
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache, wraps
from typing import Any

import pytest
from flask import Flask
from werkzeug.serving import WSGIRequestHandler, make_server

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--force-prefers-reduced-motion",
]
REMEDY = "no Chromium here: apt-get install chromium"


def chromium_path() -> str | None:
    return next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


@pytest.fixture(scope="session")
def chromium() -> Any:
    """A running browser (playwright's Browser)."""
    path = chromium_path()
    if path is None:
        if os.environ.get("TERMOMETERN_REQUIRE_BROWSER") == "1":
            pytest.fail(REMEDY)
        pytest.skip(REMEDY)
    return _running(path)


@cache
def _running(path: str) -> Any:
    """One browser a process: each folder that imports the fixture has its own copy of it, and Playwright allows one."""
    from playwright.sync_api import Locator, Page, sync_playwright

    for kind, action in ((Locator, "click"), (Locator, "tap"), (Locator, "press"), (Page, "click")):
        setattr(kind, action, _to_the_end(getattr(kind, action)))
    playwright = sync_playwright().start()
    atexit.register(playwright.stop)
    return playwright.chromium.launch(executable_path=path, args=ARGUMENTS)


def _to_the_end(act: Callable[..., Any]) -> Callable[..., Any]:
    """The action, and then the page that it leads to, whole.

    Playwright waits until the new page has begun. A test that looks at once finds half of it, or nothing: on a busy
    machine that has turned good changes red.
    """

    @wraps(act)
    def and_wait(where: Any, *given: Any, **named: Any) -> Any:
        done = act(where, *given, **named)
        page = getattr(where, "page", where)
        if not page.is_closed():
            page.wait_for_load_state()
        return done

    return and_wait


class _Silent(WSGIRequestHandler):
    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Keep the tests' output to what failed."""


def focused(page: Any, where: str = "") -> None:
    """Waits until the page has put the focus where it belongs (anywhere, or on what the selector names).

    What is typed sooner goes nowhere. Waiting by a string of script is no way: the page's policy forbids
    it as soon as it has to be asked a second time.
    """
    page.locator(f"{where}:focus").wait_for(state="attached")


@contextmanager
def served(app: Flask) -> Iterator[str]:
    """The application at an address on this machine, for as long as the block lasts."""
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=_Silent)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    thread.join()


@pytest.fixture
def axe() -> Callable[[Any], list[str]]:
    """What axe-core finds on a page, each fault as a line; WCAG 2.2 AA and the best practices."""
    from axe_playwright_python.sync_playwright import Axe

    def find(page: Any) -> list[str]:
        results = Axe().run(page)
        return [
            f"{fault['id']}: {fault['help']} ({node['target']})"
            for fault in results.response["violations"]
            for node in fault["nodes"]
        ]

    return find


def fits(page: Any) -> bool:
    """True when nothing has to be scrolled sideways."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"))
