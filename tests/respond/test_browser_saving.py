"""Nothing lost, in a real Chromium: saving by itself, a server that goes away and comes back, and a PIN elsewhere."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from browser import _Silent
from flask import Flask
from respond_site import Site, make_site
from sqlalchemy import Engine
from werkzeug.serving import make_server

pytestmark = pytest.mark.browser

Axe = Callable[[Any], list[str]]
Served = tuple[Site, str]


class Server:
    """An application that can be stopped and started again at the same address."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._port = 0
        self.start()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    def start(self) -> None:
        self._server = make_server("127.0.0.1", self._port, self._app, threaded=True, request_handler=_Silent)
        self._port = self._server.port
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


@contextmanager
def a_server(app: Flask) -> Iterator[Server]:
    server = Server(app)
    yield server
    server.stop()


@pytest.fixture
def browse(chromium: Any) -> Iterator[Callable[..., Any]]:
    """Opens an address in a browser of its own."""
    contexts = []

    def make(address: str, **options: Any) -> Any:
        context = chromium.new_context(viewport={"width": 360, "height": 640}, locale="sv-SE", **options)
        contexts.append(context)
        page = context.new_page()
        page.goto(address)
        return page

    yield make
    for context in contexts:
        context.close()


def begun(browse: Callable[..., Any], address: str, code: str, part: str = "del/1") -> Any:
    page = browse(f"{address}/s/{code}")
    page.get_by_role("button", name="Börja").click()
    page.wait_for_url("**/del/1")
    page.goto(f"{address}/s/{code}/{part}")
    return page


def status(page: Any, text: str) -> None:
    """Wait until the page says so: at the latest two seconds after the person stopped, and a little for the machine."""
    page.locator("[role=status]", has_text=re.compile(f"^{re.escape(text)}")).wait_for(timeout=6000)


def kept(page: Any) -> int:
    return int(page.evaluate("Object.keys(sessionStorage).length"))


@pytest.mark.parametrize("way", ["open", "card"])
def test_what_is_chosen_and_written_is_saved_without_a_button(
    every_type: Served, browse: Callable[..., Any], axe: Axe, way: str
) -> None:
    site, address = every_type
    page = begun(browse, address, getattr(site, way))
    with page.expect_response(lambda response: response.request.method == "POST", timeout=2500) as saved:
        page.locator("label[for=f-a-2]").click()
    assert saved.value.status == 204
    status(page, "Sparat")
    assert axe(page) == []
    page.goto(f"{address}/s/{getattr(site, way)}/del/3")
    page.locator("#f-why").press_sequentially("Åsa & <b>")
    status(page, "Sparat")
    assert kept(page) == 0
    for path, look in (("del/1", "#f-a-2:checked"), ("del/3", "#f-why")):
        page.goto(f"{address}/s/{getattr(site, way)}/{path}")
        assert page.locator(look).count() == 1
    assert page.input_value("#f-why") == "Åsa & <b>"


def test_what_cannot_be_read_is_said_and_what_goes_on_is_not_stopped(
    every_type: Served, browse: Callable[..., Any]
) -> None:
    site, address = every_type
    page = begun(browse, address, site.card, "del/2")
    page.fill("#f-years", "400")
    status(page, "Inte allt är sparat")
    page.fill("#f-years", "40")
    status(page, "Sparat")
    page.reload()
    assert page.input_value("#f-years") == "40"


def test_the_server_goes_away_and_comes_back(
    tmp_path: Path, sqlite_engine: Engine, browse: Callable[..., Any], axe: Axe
) -> None:
    site = make_site(tmp_path / "home", sqlite_engine)
    with a_server(site.app) as server:
        page = begun(browse, server.address, site.card)
        server.stop()
        page.locator("label[for=f-a-2]").click()
        status(page, "Inte sparat: ingen kontakt. Vi försöker igen.")
        # Seen, and in nobody's way: below what stands above the questions, and above the button.
        told, button = page.locator("[role=status]").bounding_box(), page.get_by_role("button", name="Nästa")
        above = page.locator(".ease summary").bounding_box()
        assert above["y"] + above["height"] <= told["y"]
        assert told["y"] + told["height"] <= button.bounding_box()["y"]
        assert axe(page) == []
        # Going on does not lead to the browser's own page of errors: everything stays where it is.
        page.locator("label[for=f-b-1]").click()
        page.get_by_role("button", name="Nästa").click()
        page.wait_for_timeout(500)
        assert page.url.endswith("/del/1")
        assert kept(page) == 1
        server.start()
        status(page, "Sparat")
        assert kept(page) == 0
        page.reload()
        assert page.locator("input:checked").count() == 2
        page.get_by_role("button", name="Nästa").click()
        page.wait_for_url("**/del/2")


def test_a_page_that_was_sent_to_nobody_is_kept_in_the_tab(
    tmp_path: Path, sqlite_engine: Engine, browse: Callable[..., Any]
) -> None:
    site = make_site(tmp_path / "home", sqlite_engine)
    with a_server(site.app) as server:
        page = begun(browse, server.address, site.open)
        there = page.url
        server.stop()
        page.locator("label[for=f-a-2]").click()
        page.get_by_role("button", name="Nästa").click()  # before the script has found out
        page.wait_for_timeout(1000)
        server.start()
        page.goto(there)
        status(page, "Sparat")
        page.reload()
        assert page.locator("#f-a-2").is_checked()
        page.locator("label[for=f-b-1]").click()
        page.get_by_role("button", name="Nästa").click()
        page.wait_for_url("**/del/2")
        assert kept(page) == 0


def test_a_phone_that_knows_it_has_no_contact_keeps_the_page(every_type: Served, browse: Callable[..., Any]) -> None:
    site, address = every_type
    page = begun(browse, address, site.card)
    page.context.set_offline(True)
    page.locator("label[for=f-a-1]").click()
    page.locator("label[for=f-b-1]").click()
    page.get_by_role("button", name="Nästa").click()
    status(page, "Inte sparat")
    page.context.set_offline(False)
    status(page, "Sparat")
    page.get_by_role("button", name="Nästa").click()
    page.wait_for_url("**/del/2")
    assert kept(page) == 0


def test_the_next_person_in_the_same_tab_meets_nothing(
    tmp_path: Path, sqlite_engine: Engine, browse: Callable[..., Any]
) -> None:
    site = make_site(tmp_path / "home", sqlite_engine)
    with a_server(site.app) as server:
        page = begun(browse, server.address, site.open)
        server.stop()
        page.locator("label[for=f-a-2]").click()
        status(page, "Inte sparat")
        server.start()
        page.goto(f"{server.address}/s/{site.open}")
        assert kept(page) == 0
        page.get_by_role("button", name="Börja").click()
        page.wait_for_url("**/del/1")
        assert page.locator("input:checked").count() == 0


def test_on_a_shared_tablet_nothing_is_kept_in_the_tab(
    tmp_path: Path, sqlite_engine: Engine, browse: Callable[..., Any]
) -> None:
    site = make_site(tmp_path / "home", sqlite_engine)
    with a_server(site.app) as server:
        page = browse("about:blank")
        page.add_init_script(
            "new MutationObserver(() => { if (document.body) document.body.dataset.kiosk = '180' })"
            ".observe(document, { childList: true, subtree: true })"
        )
        page.goto(f"{server.address}/s/{site.open}")
        page.get_by_role("button", name="Börja").click()
        page.wait_for_url("**/del/1")
        page.locator("label[for=f-a-2]").click()
        status(page, "Sparat")
        server.stop()
        page.locator("label[for=f-a-3]").click()
        status(page, "Inte sparat")
        assert kept(page) == 0
        server.start()
        status(page, "Sparat")


def test_a_double_click_while_saving_sends_one_answer(every_type: Served, browse: Callable[..., Any]) -> None:
    site, address = every_type
    page = begun(browse, address, site.card, "allt/1")
    page.fill("#f-word", "en gång")
    page.get_by_role("button", name="Skicka in").dblclick()
    page.get_by_role("heading", name="frågor saknar svar").wait_for()
    page.fill("#f-word", "en gång till")
    page.get_by_role("button", name="Skicka in").dblclick()
    page.get_by_role("heading", name="Tack!").wait_for()
    assert [answers["word"] for answers in site.sealed()] == ["en gång till"]
    assert site.count("draft") == 0
    assert kept(page) == 0


def test_going_on_in_a_second_browser_with_a_pin(every_type: Served, browse: Callable[..., Any]) -> None:
    site, address = every_type
    first = browse(f"{address}/s/{site.card}")
    first.get_by_label("Jag vill kunna fortsätta på en annan telefon eller dator").check()
    first.get_by_role("button", name="Börja").click()
    first.get_by_label("PIN-kod").fill("12")
    first.get_by_role("button", name="Välj PIN-koden").click()
    first.get_by_label("PIN-kod").fill("2580")
    first.keyboard.press("Enter")
    first.get_by_role("heading", name="PIN-koden är vald").wait_for()
    first.get_by_role("link", name="Fortsätt svara").click()
    first.locator("label[for=f-a-2]").click()
    first.locator("label[for=f-b-1]").click()
    first.get_by_role("button", name="Nästa").click()
    first.wait_for_url("**/del/2")

    second = browse(f"{address}/s/{site.card}")
    second.get_by_role("button", name="Fortsätt").click()
    assert "2580" not in second.content()
    for _ in range(5):
        second.get_by_label("PIN-kod").fill("1111")
        second.keyboard.press("Enter")
        second.get_by_text("PIN-koden stämmer inte").wait_for()
    second.get_by_label("PIN-kod").fill("2580")
    second.keyboard.press("Enter")
    second.get_by_role("heading", name="Vänta några minuter").wait_for()
    site.clock.now = site.clock.now.replace(minute=5)
    second.get_by_role("link", name="Skriv PIN-koden").click()
    second.get_by_label("PIN-kod").fill("2580")
    second.keyboard.press("Enter")
    second.wait_for_url("**/del/2")
    second.get_by_role("button", name="Tillbaka").click()
    assert second.locator("#f-a-2").is_checked()
    second.get_by_role("button", name="Nästa").click()
    second.wait_for_url("**/del/2")
    second.goto(second.url.replace("/del/2", "/del/granska"))
    second.get_by_role("button", name="Skicka in").click()
    second.get_by_role("heading", name="Tack!").wait_for()
    assert site.sealed() == [{"a": 2, "b": 1}]
    # Whoever still has the page open in the first browser gets the same receipt, and nothing is sent twice.
    receipt = second.inner_text(".receipt .code")
    first.get_by_role("button", name="Se dina svar").or_(first.get_by_role("button", name="Nästa")).click()
    first.get_by_role("heading", name="Tack!").wait_for()
    assert first.inner_text(".receipt .code") == receipt
    assert (site.count("draft"), site.count("urn")) == (0, 1)


def test_starting_over_with_scripts_off(every_type: Served, browse: Callable[..., Any]) -> None:
    site, address = every_type
    first = begun(browse, address, site.card)
    first.locator("label[for=f-a-2]").click()
    status(first, "Sparat")
    second = browse(f"{address}/s/{site.card}", java_script_enabled=False)
    second.get_by_role("button", name="Fortsätt").click()
    assert "raderas allt" in second.content()
    second.get_by_role("button", name="Radera och börja om").click()
    second.wait_for_url("**/del/1")
    assert second.locator("input:checked").count() == 0
    second.locator("label[for=f-a-3]").click()
    second.get_by_role("button", name="Nästa").click()
    second.get_by_role("heading", name="Dina svar öppnade fler frågor").wait_for()
    assert second.locator(".top .saved").text_content() == "Sparat"
    # The first browser learns of it at its next save, and the page says why.
    first.locator("label[for=f-a-1]").click()
    status(first, "Det här går inte att spara")
    first.get_by_role("button", name="Nästa").click()
    first.get_by_role("heading", name="Påbörjat i en annan webbläsare").wait_for()
