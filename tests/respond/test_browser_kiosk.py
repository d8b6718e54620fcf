"""A shared tablet and a hurried exit in a real Chromium: two persons in a row, Back, a time-out, Esc three times."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from browser import served
from playwright.sync_api import Error
from respond_site import Site, make_site
from sqlalchemy import Engine

pytestmark = pytest.mark.browser

Served = tuple[Site, str]
LEFT_IN_THE_BROWSER = "[document.cookie, localStorage.length, sessionStorage.length]"


@pytest.fixture
def tablet(chromium: Any) -> Iterator[Callable[..., Any]]:
    contexts = []

    def make(*, width: int = 768, height: int = 1024, **options: Any) -> Any:
        context = chromium.new_context(viewport={"width": width, "height": height}, locale="sv-SE", **options)
        contexts.append(context)
        return context.new_page()

    yield make
    for context in contexts:
        context.close()


@pytest.fixture
def residents(tmp_path: Path, sqlite_engine: Engine) -> Iterator[Served]:
    """A user survey, and where it is served."""
    site = make_site(tmp_path / "home", sqlite_engine, instrument="user-survey-group-home")
    with served(site.app) as address:
        yield site, address


def press_start(page: Any, start: str) -> None:
    page.goto(start)
    page.get_by_role("button", name="Börja").click()
    page.wait_for_url("**/del/1")


def go_back_to_the_beginning(page: Any, address: str) -> list[str]:
    """What Back shows, step after step."""
    seen = []
    for _step in range(12):
        try:
            page.go_back(wait_until="load")
        except Error:
            # A page that came in answer to a form: the browser has not kept it, and shows a page of its own instead.
            page.wait_for_timeout(300)
            continue
        if not page.url.startswith(address):
            break
        seen.append(page.content())
    return seen


def test_two_persons_in_a_row_and_back(every_type: Served, tablet: Callable[..., Any]) -> None:
    site, address = every_type
    start = f"{address}/s/{site.open}/kiosk"
    page = tablet()
    press_start(page, start)
    page.evaluate("sessionStorage.kept = 'secret'; localStorage.kept = 'secret'")
    page.locator("label[for=f-a-2]").click()
    page.locator(".bar .first").click()
    page.goto(f"{address}/s/{site.open}/del/3")
    page.fill("#f-why", "det som den första skrev")
    page.locator(".bar .first").click()
    page.get_by_role("button", name="Nästa").or_(page.get_by_role("button", name="Se dina svar")).click()
    page.get_by_role("button", name="Skicka in").click()
    page.get_by_role("heading", name="Tack!").wait_for()
    page.get_by_role("button", name="Klar").click()
    page.get_by_role("button", name="Börja").wait_for()
    assert page.evaluate(LEFT_IN_THE_BROWSER) == ["", 0, 0]
    kept = {cookie["name"]: cookie["value"] for cookie in page.context.cookies()}
    assert kept == {"kiosk": "-"}
    for shown in go_back_to_the_beginning(page, address):
        assert "Börja" in shown
        assert "det som den första skrev" not in shown
        assert "checked" not in shown
    # Forward again is no way either.
    press_start(page, start)
    assert page.locator("input:checked").count() == 0
    page.locator("label[for=f-a-1]").click()
    page.get_by_role("button", name="Avsluta och töm").click()
    page.get_by_role("button", name="Börja").wait_for()
    assert (site.count("draft"), site.count("urn")) == (0, 1)
    assert all("checked" not in shown for shown in go_back_to_the_beginning(page, address))


@pytest.mark.parametrize("stays", [True, False])
def test_nobody_touches_the_tablet(every_type: Served, tablet: Callable[..., Any], stays: bool) -> None:
    site, address = every_type
    start = f"{address}/s/{site.open}/kiosk"
    page = tablet()
    press_start(page, start)
    page.locator("label[for=f-a-2]").click()
    page.locator(".bar .first").click()
    page.get_by_role("heading", name="1 fråga").or_(page.locator("#summary")).first.wait_for()
    page.clock.install()
    page.reload()
    dialog = page.get_by_role("dialog", name="Är du kvar?")
    for _time in range(11 if stays else 1):
        page.clock.run_for(175_000)
        assert not dialog.is_visible()
        page.clock.run_for(10_000)
        assert dialog.is_visible()
        # At least 20 seconds to react: it is still there after 40.
        page.clock.run_for(40_000)
        if stays:
            dialog.get_by_role("button", name="Ja, fortsätt").click()
            assert not dialog.is_visible()
    if stays:
        assert site.count("draft") == 1
        return
    assert dialog.get_by_role("button", name="Ja, fortsätt").evaluate("button => button === document.activeElement")
    page.clock.run_for(20_000)
    page.get_by_role("button", name="Börja").wait_for()
    assert site.count("draft") == 0
    assert all("checked" not in shown for shown in go_back_to_the_beginning(page, address))


def test_a_language_that_was_chosen_on_the_start_screen_and_left_goes_back(
    every_type: Served, tablet: Callable[..., Any]
) -> None:
    site, address = every_type
    page = tablet()
    page.clock.install()
    page.goto(f"{address}/s/{site.open}/kiosk?lang=en")
    page.clock.run_for(590_000)
    page.get_by_role("heading", name="Every type").click()
    page.clock.run_for(590_000)
    assert page.get_by_role("button", name="Start").is_visible()
    page.clock.run_for(20_000)
    page.get_by_role("button", name="Börja").wait_for()


def test_a_tablet_without_scripts(every_type: Served, tablet: Callable[..., Any]) -> None:
    site, address = every_type
    page = tablet(java_script_enabled=False)
    press_start(page, f"{address}/s/{site.open}/kiosk")
    page.locator("label[for=f-a-2]").click()
    page.locator(".bar .first").click()
    page.goto(f"{address}/s/{site.open}/kiosk/kvar")
    page.get_by_role("link", name="Ja, fortsätt").click()
    assert page.locator("#f-a-2").is_checked()
    page.get_by_role("button", name="Avsluta och töm").click()
    page.get_by_role("button", name="Börja").wait_for()
    assert site.count("draft") == 0
    assert all("checked" not in shown for shown in go_back_to_the_beginning(page, address))


@pytest.mark.parametrize("way", ["button", "escape", "button without scripts"])
def test_leaving_quickly(residents: Served, tablet: Callable[..., Any], way: str) -> None:
    site, address = residents
    page = tablet(width=360, height=640, java_script_enabled=way != "button without scripts")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{address}/s/{site.card}")
    page.get_by_role("button", name="Börja").click()
    page.locator(".option label").first.click()
    page.locator(".bar .first").click()
    page.wait_for_load_state()
    assert page.get_by_role("button", name="Lämna sidan snabbt").bounding_box()["y"] < 80
    if way == "escape":
        assert page.get_by_text("tryck Esc tre gånger").is_visible()
        for _press in range(3):
            page.keyboard.press("Escape")
    else:
        page.get_by_role("button", name="Lämna sidan snabbt").click()
    page.get_by_role("heading", name="Sidan är stängd").wait_for()
    assert page.url == f"{address}/stangd?lang=sv"
    assert [cookie["name"] for cookie in page.context.cookies()] == ["left"]
    assert (site.count("draft"), site.count("urn")) == (0, 0)
    shown = go_back_to_the_beginning(page, address)
    assert shown
    for content in shown:
        assert "Sidan är stängd" in content
        assert "gruppbostad" not in content
    # Nothing was asked of any other host.
    assert all(url.startswith((address, "data:")) for url in asked)


def test_escape_once_or_slowly_does_not_leave(residents: Served, tablet: Callable[..., Any]) -> None:
    site, address = residents
    page = tablet()
    page.clock.install()
    page.goto(f"{address}/s/{site.card}")
    for _press in range(4):
        page.keyboard.press("Escape")
        page.clock.run_for(3_000)
    assert page.get_by_role("button", name="Börja").is_visible()
