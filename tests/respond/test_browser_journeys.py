"""Whole visits in a real Chromium, from the link to the receipt. Which journey is where: tests/journeys/README.md."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from browser import focused, served
from easy_instrument import EASY, put_symbols
from respond_site import EVERY_TYPE, STORED, Site, make_site
from sqlalchemy import Engine

from instruments.load import load

pytestmark = pytest.mark.browser

Served = tuple[Site, str]
PHONE = {"width": 360, "height": 640}
FOUR_TIMES = {"width": 320, "height": 256}
"""What is left of a window of 1280 by 1024 at 400 %."""


@pytest.fixture
def visit(chromium: Any) -> Iterator[Callable[..., Any]]:
    """Opens an address in a browser of its own, a phone unless something else is said."""
    contexts = []

    def make(address: str, **options: Any) -> Any:
        context = chromium.new_context(**{"viewport": PHONE, "locale": "sv-SE"} | options)
        contexts.append(context)
        page = context.new_page()
        page.goto(address)
        return page

    yield make
    for context in contexts:
        context.close()


@pytest.fixture
def users(tmp_path: Path, sqlite_engine: Engine) -> Iterator[Served]:
    """A user survey that has an item of every type, and a bar at the top for leaving it."""
    content = EVERY_TYPE.replace("id: every-type", "id: user-survey-every-type", 1)
    site = make_site(tmp_path / "home", sqlite_engine, instrument="user-survey-every-type", content=content)
    with served(site.app) as address:
        yield site, address


@pytest.fixture
def easy(tmp_path: Path, sqlite_engine: Engine) -> Iterator[Served]:
    put_symbols(tmp_path / "home")
    site = make_site(tmp_path / "home", sqlite_engine, instrument="easy-form", content=EASY)
    with served(site.app) as address:
        yield site, address


def press(page: Any, button: str) -> None:
    """Press, and wait for the page that comes."""
    with page.expect_navigation():
        page.get_by_role("button", name=button, exact=True).click()


def heading(page: Any) -> str:
    return str(page.get_by_role("heading", level=1).first.inner_text())


SIDEWAYS = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
WITHIN_REACH = f"""[
  [...document.querySelectorAll('.option label')].every(one => one.getBoundingClientRect().height >= 48),
  document.querySelector('.bar .first').getBoundingClientRect().bottom <= innerHeight, {SIDEWAYS}]"""
CUT_OFF = """[...document.querySelectorAll('body *')].filter(one => {
  const box = one.getBoundingClientRect();
  if (!box.width || !box.height || one.closest('.unseen') || !one.checkVisibility()) return false;
  return box.left < -1 || box.right > innerWidth + 1 || (getComputedStyle(one).overflowX === 'hidden'
    && one.scrollWidth > one.clientWidth + 1);
}).map(one => one.outerHTML.slice(0, 80))"""
COVERED = """(() => {
  const one = document.activeElement, seen = one.matches('.option input') ? one.labels[0] : one;
  const box = seen.getClientRects()[0], [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  const hit = document.elementFromPoint(x, Math.min(y, innerHeight - 2));
  return box.bottom < 0 || box.top > innerHeight || !(seen.contains(hit) || one === hit);
})()"""
WHO = "document.activeElement.id || document.activeElement.textContent.trim()"


def test_37_items_on_a_phone_one_at_a_time(thermometer: Served, visit: Callable[..., Any]) -> None:
    site, address = thermometer
    page = visit(f"{address}/s/{site.open}", has_touch=True, is_mobile=True)
    press(page, "Börja")
    page.locator("details.ease summary").tap()
    press(page, "En fråga i taget")
    items, answered = load("ebp-thermometer").instrument.items, 0
    while page.locator("fieldset").count():
        answered += 1
        assert page.locator("fieldset").count() == 1
        assert f"Fråga {answered} av {len(items)}" in page.inner_text("main")
        # A thumb reaches every option and the button, and nothing is wider than the phone.
        assert page.evaluate(WITHIN_REACH) == [True, True, False]
        page.locator(".option label").nth(1).tap()
        with page.expect_navigation():
            page.locator(".bar .first").tap()
    assert answered == len(items)
    assert heading(page) == "Gå igenom dina svar"
    # One answer is changed from the review, and the way leads back there.
    page.locator(".review .change a").first.tap()
    page.locator(".option label").nth(3).tap()
    with page.expect_navigation():
        page.locator(".bar .first").tap()
    assert heading(page) == "Gå igenom dina svar"
    press(page, "Skicka in")
    assert heading(page).startswith("Tack!")
    answers = site.sealed()[0]
    assert len(answers) == len(items)
    assert (answers["K01"], answers["K02"]) == (4, 2)


def test_37_items_with_javascript_off(thermometer: Served, visit: Callable[..., Any]) -> None:
    site, address = thermometer
    page = visit(f"{address}/s/{site.open}", java_script_enabled=False)
    press(page, "Börja")
    chosen = 0
    while page.locator("fieldset").count():
        for group in page.locator("fieldset").all():
            row = group.locator(".option label").nth(1)
            assert row.bounding_box()["height"] >= 48
            row.click()
            chosen += 1
        with page.expect_navigation():
            page.locator(".bar .first").click()
    assert heading(page) == "Gå igenom dina svar"
    press(page, "Skicka in")
    assert heading(page).startswith("Tack!")
    items = load("ebp-thermometer").instrument.items
    assert chosen == len(items) == len(site.sealed()[0])


def test_keyboard_only(every_type: Served, visit: Callable[..., Any]) -> None:
    site, address = every_type
    page = visit(f"{address}/s/{site.card}", viewport={"width": 1000, "height": 600})
    keys = page.keyboard

    def tab_to(what: str) -> None:
        """Tab until it has the focus, with a mark around it and nothing over it."""
        for _ in range(60):
            keys.press("Tab")
            assert not page.evaluate(COVERED), page.evaluate(WHO)
            if page.evaluate(WHO) == what:
                break
        else:
            raise AssertionError(f"Tab does not come to {what}")
        marked = "getComputedStyle(document.activeElement{}).outlineStyle !== 'none'"
        label = ".matches('.option input') ? document.activeElement.nextElementSibling : document.activeElement"
        assert page.evaluate(marked.format("")) or page.evaluate(
            f"getComputedStyle(document.activeElement{label}).outlineStyle !== 'none'"
        )

    def enter(what: str) -> None:
        tab_to(what)
        with page.expect_navigation():
            keys.press("Enter")

    enter("Börja")
    tab_to("f-a-1")
    keys.press("ArrowDown")
    tab_to("f-b-1")
    keys.press("Space")
    enter("Nästa")
    for option in ("f-many-1", "f-many-3"):
        tab_to(option)
        keys.press("Space")
    tab_to("f-years")
    keys.type("4,5")
    tab_to("f-born")
    keys.type("180")
    # Enter in a field sends the page onward; the summary of faults has the focus, and leads to the field.
    with page.expect_navigation():
        keys.press("Enter")
    focused(page, "#summary")
    tab_to("Vilket år?")
    keys.press("Enter")
    focused(page, "#f-born")
    keys.press("Control+a")
    keys.type("1980")
    with page.expect_navigation():
        keys.press("Enter")
    tab_to("f-how-0")
    for _ in range(7):
        keys.press("ArrowRight")
    tab_to("f-word")
    keys.type("lugnt")
    tab_to("f-why")
    keys.type(str(STORED["why"]))
    enter("Se dina svar")
    enter("Skicka in")
    assert heading(page).startswith("Tack!")
    assert site.sealed() == [STORED]
    receipt = page.inner_text(".receipt .code")
    enter("Ta tillbaka svaret")
    assert page.input_value("#receipt") == receipt
    enter("Ta bort mitt svar")
    assert heading(page) == "Ditt svar är tillbakataget"


@pytest.mark.parametrize("doubled", [False, True], ids=["400 per cent", "and text twice as large"])
def test_zoom_400_per_cent(users: Served, visit: Callable[..., Any], doubled: bool) -> None:
    """A window of 1280 by 1024 at 400 %: one column, nothing cut off, nothing over what has the focus."""
    site, address = users
    page = visit(f"{address}/s/{site.card}", viewport=FOUR_TIMES, device_scale_factor=4)

    def look() -> None:
        if doubled:
            page.evaluate("document.documentElement.style.fontSize = '200%'")
        page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
        assert not page.evaluate(SIDEWAYS), page.url
        assert page.evaluate(CUT_OFF) == [], page.url
        for one in page.locator("main :is(a, button, input, textarea, summary)").all():
            one.focus()
            assert not page.evaluate(COVERED), page.evaluate(WHO)

    look()
    press(page, "Börja")
    look()
    page.locator("label[for=f-a-3]").click()
    press(page, "Nästa")
    page.get_by_role("heading", name="Dina svar öppnade fler frågor").wait_for()
    look()
    page.locator("label[for=f-b-1]").click()
    page.locator("label[for=f-c-1]").click()
    press(page, "Nästa")
    page.fill("#f-years", "400")
    press(page, "Nästa")
    assert page.title().startswith("Fel: ")
    look()
    page.fill("#f-years", "40")
    press(page, "Nästa")
    page.get_by_role("heading", name="2 frågor saknar svar").wait_for()
    look()
    press(page, "Nästa")
    look()
    page.locator("#f-how-10").check()
    page.fill("#f-why", "Ett långt ord: " + "sammansättning" * 8)
    press(page, "Se dina svar")
    look()
    press(page, "Skicka in")
    assert heading(page).startswith("Tack!")
    look()
    with page.expect_navigation():
        page.get_by_role("link", name="Ta tillbaka svaret").click()
    look()
    assert [answers["how"] for answers in site.sealed()] == [10]


def test_easy_read_with_pictures(easy: Served, visit: Callable[..., Any]) -> None:
    site, address = easy
    page = visit(f"{address}/s/{site.open}")
    page.get_by_role("link", name="Lättläst").click()
    page.get_by_text("Vi vill veta hur du har det.").wait_for()
    press(page, "Börja")
    assert page.get_by_role("img", name="ett hus", exact=True).is_visible()
    # Whoever cannot read presses the pictures.
    groups = page.locator("fieldset").all()
    for group in groups:
        group.locator(".option img").nth(1).click()
    assert page.locator("input:checked").count() == len(groups) == 4
    press(page, "Nästa")
    page.locator("#f-content-8").check()
    press(page, "Se dina svar")
    # The review shows what was pressed: the picture, and its words beside it.
    assert page.evaluate("[...document.images].every(one => one.complete && one.naturalWidth > 0)")
    assert page.locator(".review img").count() == 4
    assert page.locator(".review").first.inner_text().count("Ja") == 4
    press(page, "Skicka in")
    assert heading(page).startswith("Tack!")
    assert site.sealed() == [{"food": 2, "sleep": 2, "friends": 2, "out": 2, "content": 8}]
