"""Typing in paper forms in a real Chromium: by keyboard alone, with scripts and without, and no way back to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from browser import fits, focused
from office_site import Played
from playwright.sync_api import Error
from sqlalchemy import func, select

from instruments.load import load
from survey.models import UrnBox

pytestmark = pytest.mark.browser

SCORED = [item.id for item in load("ebp-thermometer").instrument.scored_items]
QUESTIONS = [item.id for item in load("ebp-thermometer").instrument.items]


@pytest.fixture
def open_page(chromium: Any) -> Iterator[Callable[..., Any]]:
    contexts = []

    def make(*, width: int = 1280, **options: Any) -> Any:
        contexts.append(chromium.new_context(viewport={"width": width, "height": 900}, locale="sv-SE", **options))
        return contexts[-1].new_page()

    yield make
    for context in contexts:
        context.close()


def entry(page: Any, played_once: Played, address: str) -> None:
    """From the log-in to an empty form, as somebody would go."""
    page.goto(f"{address}/logga-in/{played_once.office.code_for('administrator')}")
    page.get_by_role("button", name="Logga in").click()
    page.get_by_role("navigation", name="Huvudmeny").wait_for()
    page.goto(f"{address}/admin/matomgangar/{played_once.open}")
    page.get_by_role("link", name="Skriv in formulär").click()
    page.get_by_label("Enhet").select_option("2309")
    page.get_by_role("button", name="Börja").click()
    page.get_by_role("heading", name="Krokoms kommun").wait_for()
    focused(page)


def in_urn(played: Played) -> int:
    with played.office.services.sessions() as session:
        boxes = select(func.count()).select_from(UrnBox).where(UrnBox.round_id == played.open)
        return session.scalar(boxes) or 0


def typed(page: Any) -> list[str]:
    """What the fields hold."""
    values: list[str] = page.eval_on_selector_all(".paper-answer input", "fields => fields.map(one => one.value)")
    return values


def test_a_form_is_37_digits_and_the_next_is_empty(
    played_once: Played, address: str, open_page: Callable[..., Any]
) -> None:
    page = open_page()
    entry(page, played_once, address)
    before = in_urn(played_once)
    # Nothing but the keyboard from here on: the first field has the focus, and each code goes on by itself.
    page.keyboard.type("12345" * 7 + "12")
    focused(page, "#svar-role")
    assert page.locator('output[for="svar-K02"]').inner_text() == "Stämmer ganska dåligt"
    for _ in range(len(QUESTIONS) - len(SCORED)):
        page.keyboard.press("Enter")
    focused(page, "#save")
    assert in_urn(played_once) == before
    with page.expect_navigation():
        page.keyboard.press("Enter")
    focused(page)
    page.get_by_text("Du har skrivit in 1 formulär").wait_for()
    assert set(typed(page)) == {""}
    focused(page, f"#svar-{SCORED[0]}")
    assert in_urn(played_once) == before + 1
    # And the next at once.
    page.keyboard.type("5" * 37)
    page.keyboard.press("Control+End")
    page.locator("#save").focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    focused(page)
    page.get_by_text("Du har skrivit in 2 formulär").wait_for()


def test_back_shows_an_empty_form(played_once: Played, address: str, open_page: Callable[..., Any]) -> None:
    page = open_page()
    entry(page, played_once, address)
    before = in_urn(played_once)
    # First a fault, so that the history also holds a page that a form was sent to.
    page.keyboard.type("9")
    page.locator("#save").focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    focused(page)
    page.get_by_role("heading", name="Det här behöver rättas").wait_for()
    assert typed(page)[0] == "9"
    page.locator("#svar-K01").fill("3")
    page.locator("#save").focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    focused(page)
    page.get_by_text("Du har skrivit in 1 formulär").wait_for()
    for _ in range(2):
        try:
            page.go_back()
        except Error:
            # The browser asks before it sends a form again, on a page of its own; whoever says yes gets an empty one.
            page.wait_for_timeout(500)
            page.reload()
        page.locator(".paper-form").wait_for()
        assert set(typed(page)) == {""}
    assert in_urn(played_once) == before + 1


def test_without_scripts_tab_goes_on_and_enter_saves_no_half_form(
    played_once: Played, address: str, open_page: Callable[..., Any]
) -> None:
    page = open_page(java_script_enabled=False)
    entry(page, played_once, address)
    before = in_urn(played_once)
    page.locator("#svar-K01").focus()
    for number in range(37):
        page.keyboard.type(str(number % 5 + 1))
        page.keyboard.press("Tab" if number != 20 else "Enter")
        if number == 20:
            page.get_by_text("Inget är sparat än").wait_for()
            page.locator(f"#svar-{SCORED[21]}").focus()
    for _ in range(len(QUESTIONS) - len(SCORED)):
        page.keyboard.press("Tab")
    assert in_urn(played_once) == before
    page.keyboard.press("Enter")
    page.get_by_text("Du har skrivit in 1 formulär").wait_for()
    assert in_urn(played_once) == before + 1


@pytest.mark.parametrize(("width", "scheme"), [(320, "light"), (1280, "dark")])
def test_the_pages_fit_and_axe_finds_nothing(
    played_once: Played,
    address: str,
    open_page: Callable[..., Any],
    axe: Callable[[Any], list[str]],
    width: int,
    scheme: str,
) -> None:
    page = open_page(width=width, color_scheme=scheme)
    refused: list[str] = []
    page.on("console", lambda message: refused.append(message.text) if "Content Security" in message.text else None)
    entry(page, played_once, address)
    assert (axe(page), fits(page)) == ([], True)
    page.keyboard.type("9")
    page.locator("#save").focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    focused(page)
    page.get_by_role("heading", name="Det här behöver rättas").wait_for()
    assert (axe(page), fits(page)) == ([], True)
    for path in (f"{played_once.open}/papper", f"{played_once.released}/papper", f"{played_once.draft}/papper"):
        page.goto(f"{address}/admin/matomgangar/{path}")
        assert (path, axe(page), fits(page)) == (path, [], True)
    assert refused == []
