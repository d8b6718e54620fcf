"""Typing a pile in twice in a real Chromium: two people, the keyboard alone, and a paper that decides."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from browser import fits, focused, served
from office_site import Played, email_of
from sqlalchemy import func, select

from instruments.load import load
from survey.accounts.accounts import create_account, grant_role
from survey.models import PaperForm, UrnBox
from survey.organisation.units import find_unit

pytestmark = pytest.mark.browser

INSTRUMENT = load("ebp-thermometer").instrument
SCORED = [item.id for item in INSTRUMENT.scored_items]
BACKGROUND = len(INSTRUMENT.items) - len(SCORED)


@pytest.fixture(scope="module")
def address(played_once: Played) -> Iterator[str]:
    with played_once.office.services.sessions.begin() as session:
        account = create_account(session, email=email_of("colleague"), name="Colleague")
        grant_role(session, account, "administrator", find_unit(session, "23"))
    with served(played_once.office.app) as address:
        yield address


@pytest.fixture
def logged_in(chromium: Any, played_once: Played, address: str) -> Iterator[Callable[..., Any]]:
    contexts = []

    def make(who: str, *, width: int = 1280, height: int = 900, **options: Any) -> Any:
        contexts.append(chromium.new_context(viewport={"width": width, "height": height}, locale="sv-SE", **options))
        page = contexts[-1].new_page()
        page.goto(f"{address}/logga-in/{played_once.office.code_for(who)}")
        page.get_by_role("button", name="Logga in").click()
        page.get_by_role("navigation", name="Huvudmeny").wait_for()
        page.goto(f"{address}/admin/matomgangar/{played_once.open}")
        return page

    yield make
    for context in contexts:
        context.close()


def begin(page: Any, time: str) -> None:
    """From the round's page to an empty form."""
    page.get_by_role("link", name="Skriv in formulär").click()
    page.get_by_label("Enhet", exact=True).select_option("2309")
    page.get_by_role("radio", name=time).check()
    page.get_by_role("button", name="Börja").click()
    page.get_by_role("heading", name="Krokoms kommun").wait_for()
    focused(page)


def press(page: Any, key: str = "Enter") -> None:
    with page.expect_navigation():
        page.keyboard.press(key)
    focused(page)


def focus(page: Any) -> str:
    found: str = page.evaluate("document.activeElement.id")
    return found


def finish(page: Any, digits: str) -> None:
    """The whole form from its first question, by keyboard; nothing of the background is answered."""
    page.keyboard.type(digits)
    for _ in range(BACKGROUND):
        page.keyboard.press("Enter")
    assert focus(page) == "save"
    press(page)


def counted(played: Played) -> tuple[int, int]:
    """(boxes in the urn, forms that wait)."""
    with played.office.services.sessions() as session:
        boxes = session.scalar(select(func.count()).select_from(UrnBox).where(UrnBox.round_id == played.open)) or 0
        waits = session.scalar(select(func.count()).select_from(PaperForm).where(PaperForm.body.is_not(None))) or 0
    return boxes, waits


def test_two_people_type_a_pile_twice_and_the_paper_decides(
    played_once: Played, logged_in: Callable[..., Any], axe: Callable[[Any], list[str]]
) -> None:
    first, boxes = logged_in("administrator"), counted(played_once)[0]
    first.get_by_label("Varje formulär skrivs in två gånger").check()
    first.get_by_role("button", name="Spara valet").click()
    first.get_by_text("Varje formulär skrivs in två gånger.").wait_for()
    begin(first, "Första gången")
    # Nothing but the keyboard from here on. Form 1, and form 2 with a slip in question 3.
    assert (first.locator("#nummer").input_value(), focus(first)) == ("1", f"svar-{SCORED[0]}")
    finish(first, "3" * 37)
    first.get_by_text("Behåll papperet").wait_for()
    assert first.locator("#nummer").input_value() == "2"
    finish(first, "335" + "3" * 34)
    assert counted(played_once) == (boxes, 2)

    second = logged_in("colleague", width=360, height=640, color_scheme="dark")
    begin(second, "Andra gången")
    assert (second.locator("#nummer").input_value(), focus(second)) == ("1", "nummer")
    second.keyboard.press("Enter")
    finish(second, "3" * 37)
    assert counted(played_once) == (boxes + 1, 1)
    # The paper at the top of the pile is the one with number 2.
    second.keyboard.type("2")
    second.keyboard.press("Enter")
    finish(second, "3" * 37)
    second.get_by_role("heading", name="Formulär 2: det som skiljer sig").wait_for()
    assert focus(second) == f"annat-{SCORED[2]}"
    assert (axe(second), fits(second)) == ([], True)
    assert second.locator(".difference").count() == 1
    assert counted(played_once) == (boxes + 1, 1)
    # Forgotten first; then the code that stands on the paper: the choice follows what is written, and goes on.
    second.locator("#save").focus()
    press(second)
    second.get_by_role("link", name="Fråga 3: titta på papperet").wait_for()
    assert (axe(second), fits(second)) == ([], True)
    second.locator(f"#val-{SCORED[2]}-1").check()
    second.locator(f"#annat-{SCORED[2]}").focus()
    second.keyboard.type("4")
    assert second.locator(f"#val-{SCORED[2]}-3").is_checked()
    assert focus(second) == "save"
    second.keyboard.press("Enter")
    second.get_by_text("Inga fler formulär av det här slaget väntar").wait_for()
    assert counted(played_once) == (boxes + 2, 0)


def test_the_pages_fit_a_narrow_screen_and_axe_finds_nothing(
    played_once: Played, logged_in: Callable[..., Any], axe: Callable[[Any], list[str]]
) -> None:
    page = logged_in("administrator", width=320)
    begin(page, "Första gången")
    finish(page, "4" * 37)
    number = str(int(page.locator("#nummer").input_value()) - 1)
    page.goto(page.url.partition("?")[0])
    page.get_by_role("heading", name="Väntar på andra gången").wait_for()
    assert (axe(page), fits(page)) == ([], True)
    page.get_by_label("Enhet", exact=True).select_option("2309")
    page.get_by_role("radio", name="Andra gången").check()
    page.get_by_role("button", name="Börja").click()
    page.get_by_text("Du skrev in det här formuläret första gången också").wait_for()
    assert (axe(page), fits(page)) == ([], True)
    page.keyboard.type("0")
    page.keyboard.press("Enter")
    finish(page, "1" * 37)
    page.get_by_role("heading", name="Det här behöver rättas").wait_for()
    assert (axe(page), fits(page)) == ([], True)
    page.locator("#nummer").fill(number)
    page.locator("#save").focus()
    press(page)
    page.get_by_text("knappast är samma formulär").wait_for()
    assert (axe(page), fits(page)) == ([], True)
    page.goto(page.url.partition("?")[0])
    page.get_by_role("button", name="Kasta").first.click()
    page.get_by_text(f"formulär {number} är borta").wait_for()
