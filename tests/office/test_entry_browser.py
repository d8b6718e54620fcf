"""Records and cases in a real Chromium: axe on each page, a phone without scripts, and the keyboard alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from browser import focused
from office_site import Played
from test_office_browser import fits, log_in, open_page

__all__ = ["open_page"]

pytestmark = pytest.mark.browser

Axe = Callable[[Any], list[str]]

PAGES = {
    "administrator": (
        "/aktiviteter/",
        "/aktiviteter/ny/activity-log",
        "/aktiviteter/ny/county-status-report",
        "/aktiviteter/1",
        "/aktiviteter/1/ratta",
        "/aktiviteter/1/ta-tillbaka",
        "/arenden/",
        "/arenden/1/behorighet",
        "/arenden/1/logg",
    ),
    "caseworker": ("/arenden/", "/arenden/nytt", "/arenden/1", "/arenden/1/tillfalle/3", "/arenden/1/avsluta"),
    "analyst": ("/arenden/siffror",),
}


@pytest.mark.parametrize(("width", "scheme"), [(320, "light"), (1280, "dark")])
@pytest.mark.parametrize("who", PAGES)
def test_every_page_fits_and_axe_finds_nothing(
    played_once: Played, address: str, open_page: Callable[..., Any], axe: Axe, who: str, width: int, scheme: str
) -> None:
    page = open_page(width=width, color_scheme=scheme)
    log_in(page, played_once, address, who)
    for path in PAGES[who]:
        page.goto(address + path)
        assert (path, axe(page), fits(page)) == (path, [], True)


def test_an_entry_is_signed_by_keyboard_without_scripts(
    played_once: Played, address: str, open_page: Callable[..., Any]
) -> None:
    page = open_page(width=320, java_script_enabled=False)
    log_in(page, played_once, address, "manager")
    page.goto(f"{address}/aktiviteter/ny/activity-log")
    page.get_by_role("button", name="Skriv under").focus()
    page.keyboard.press("Enter")
    # Each line of the summary leads to its field.
    page.get_by_role("link", name="Aktivitet: Den här behöver ett svar.").click()
    focused(page, "#item-A01-1")
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    page.keyboard.type("2")
    page.keyboard.press("Tab")
    page.keyboard.type("14")
    page.get_by_label("Datum").fill("2026-02-27")
    page.get_by_label("Vad handlade det om?").press("Enter")
    page.get_by_text("Anteckningen är undertecknad.").wait_for()
    assert page.get_by_role("main").inner_text().count("Utbildning") == 1


def test_a_scale_is_answered_by_keyboard(played_once: Played, address: str, open_page: Callable[..., Any]) -> None:
    page = open_page(width=1280)
    log_in(page, played_once, address, "caseworker")
    page.goto(f"{address}/arenden/1/tillfalle/2")
    page.get_by_label("Datum").fill("2026-02-01")
    group = page.get_by_role("group", name="Hur fungerar boendet?")
    group.get_by_role("radio", name="Inget svar").focus()
    page.keyboard.press("ArrowUp")
    assert group.get_by_role("radio", name="10", exact=True).is_checked()
    page.keyboard.press("ArrowUp")
    page.get_by_role("button", name="Spara svaren").click()
    page.get_by_role("heading", name="Ärende B-17").wait_for()
    assert page.get_by_role("row", name="Hur fungerar boendet? 3 9").count() == 1
