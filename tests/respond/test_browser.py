"""Respondents in a real Chromium: small phones, keyboard only, scripts off, dark, large text; axe on every page."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from respond_site import Site

from instruments.load import load

pytestmark = pytest.mark.browser

Axe = Callable[[Any], list[str]]
Served = tuple[Site, str]


@pytest.fixture
def open_page(chromium: Any) -> Iterator[Callable[..., Any]]:
    """Opens a page in a context of its own; `open_page(address, width=360, ...)`."""
    contexts = []

    def make(address: str, *, width: int = 360, height: int = 640, **options: Any) -> Any:
        context = chromium.new_context(viewport={"width": width, "height": height}, locale="sv-SE", **options)
        contexts.append(context)
        page = context.new_page()
        page.goto(address)
        return page

    yield make
    for context in contexts:
        context.close()


def fits(page: Any) -> bool:
    """True when nothing has to be scrolled sideways."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"))


@pytest.mark.parametrize(("width", "height"), [(360, 640), (320, 568)])
def test_37_items_on_a_phone_with_scripts_off(
    thermometer: Served, open_page: Callable[..., Any], width: int, height: int
) -> None:
    site, address = thermometer
    page = open_page(f"{address}/s/{site.open}", width=width, height=height, java_script_enabled=False)
    page.get_by_role("button", name="Börja").click()
    chosen = 0
    while page.locator("fieldset").count():
        for group in page.locator("fieldset").all():
            row = group.locator(".option label").nth(1)
            assert row.bounding_box()["height"] >= 48
            row.click()
            chosen += 1
        with page.expect_navigation():
            page.locator(".bar .first").click()
    assert page.get_by_role("heading", level=1).text_content() == "Gå igenom dina svar"
    page.get_by_role("button", name="Skicka in").click()
    assert "Tack!" in page.get_by_role("heading", level=1).text_content()
    items = load("ebp-thermometer").instrument.items
    assert chosen == len(items)
    answers = site.sealed()[0]
    assert len(answers) == len(items)
    assert answers["K01"] == 2


def test_keyboard_only(every_type: Served, open_page: Callable[..., Any]) -> None:
    site, address = every_type
    page = open_page(f"{address}/s/{site.card}", width=1000, height=800)
    press = page.keyboard.press
    page.get_by_role("button", name="Börja").focus()
    press("Enter")
    page.wait_for_url("**/del/1")
    press("Tab")  # what makes the page easier to read
    press("Tab")  # the first option of the first question
    press("Space")
    press("ArrowDown")
    press("Tab")
    press("Space")
    press("Tab")
    assert page.evaluate("document.activeElement.textContent.trim()") == "Nästa"
    press("Enter")
    page.wait_for_url("**/del/2")
    page.goto(page.url.replace("/del/2", "/del/1"))
    assert page.locator("#f-a-2").is_checked()
    assert page.locator("#f-b-1").is_checked()
    # Enter in a field sends the page forward, never back.
    page.goto(page.url.replace("/del/1", "/del/2"))
    page.locator("#f-years").focus()
    page.keyboard.type("4")
    press("Enter")
    page.get_by_role("heading", name="2 frågor saknar svar").wait_for()


def test_an_error_takes_the_focus_and_leads_to_its_field(every_type: Served, open_page: Callable[..., Any]) -> None:
    site, address = every_type
    page = open_page(f"{address}/s/{site.card}")
    page.get_by_role("button", name="Börja").click()
    page.goto(f"{address}/s/{site.card}/del/2")
    page.fill("#f-years", "400")
    page.get_by_role("button", name="Nästa").click()
    assert page.title().startswith("Fel: ")
    page.wait_for_function("document.activeElement.id === 'summary'")
    page.get_by_role("link", name="Hur många år?").click()
    page.wait_for_function("document.activeElement.id === 'f-years'")
    assert page.input_value("#f-years") == "400"
    # What has the focus is not under the bar.
    field, bar = page.locator("#f-years").bounding_box(), page.locator(".bar").bounding_box()
    assert field["y"] + field["height"] <= bar["y"]


def test_back_and_next_stand_in_the_same_place_on_every_part(
    thermometer: Served, open_page: Callable[..., Any]
) -> None:
    site, address = thermometer
    page = open_page(f"{address}/s/{site.card}")
    page.get_by_role("button", name="Börja").click()
    places = set()
    for number in range(2, 6):
        page.goto(f"{address}/s/{site.card}/del/{number}")
        boxes = [page.locator(f".bar .{kind}").bounding_box() for kind in ("second", "first")]
        places.add(tuple((round(box["x"]), round(box["y"]), round(box["width"])) for box in boxes))
    assert len(places) == 1


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", ["sv", "en"])
def test_axe_finds_nothing_on_any_page(
    every_type: Served, open_page: Callable[..., Any], axe: Axe, scheme: str, language: str
) -> None:
    site, address = every_type
    page = open_page(f"{address}/s/{site.card}?lang={language}", color_scheme=scheme)
    faults = {"landing": axe(page)}
    page.locator("form button").click()
    faults["part"] = axe(page)
    page.locator("label[for=f-a-3]").click()
    page.locator(".bar .first").click()
    faults["more questions"] = axe(page)
    page.goto(f"{address}/s/{site.card}/del/2")
    page.fill("#f-years", "400")
    page.locator(".bar .first").click()
    faults["error"] = axe(page)
    page.goto(f"{address}/s/{site.card}/allt/1")
    faults["all on one page"] = axe(page)
    page.goto(f"{address}/s/{site.card}/fraga/1")
    faults["one at a time"] = axe(page)
    page.goto(f"{address}/s/{site.card}/del/granska")
    faults["review"] = axe(page)
    page.locator(".bar .first").click()
    faults["thanks"] = axe(page)
    for name, path in {
        "withdraw": f"{site.card}/ta-tillbaka",
        "used": site.card,
        "stored": f"{site.card}/vad-vi-sparar",
        "code": "",
        "mistyped": "K7PX",
    }.items():
        page.goto(f"{address}/s/{path}?lang={language}")
        faults[name] = axe(page)
    assert {name: found for name, found in faults.items() if found} == {}


def test_a_code_of_ones_own_and_an_objection_on_a_small_phone(
    followed: Served, open_page: Callable[..., Any], axe: Axe
) -> None:
    site, address = followed
    page = open_page(f"{address}/s/{site.open}", width=320)
    faults = {"landing": axe(page)}
    page.get_by_role("link", name="Ta bort mina tidigare svar").press("Enter")
    page.get_by_role("button", name="Ta bort mina tidigare svar").press("Enter")
    page.get_by_role("heading", name="Alla frågor behöver ett svar").wait_for()
    faults["objection, faulty"] = axe(page)
    for field in page.locator("input.short").all():
        field.fill("7" if field.get_attribute("inputmode") else "A")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Vi har tagit emot det").wait_for()
    faults["objected"] = axe(page)
    page.goto(f"{address}/s/{site.open}")
    page.get_by_role("button", name="Börja").press("Enter")
    page.get_by_role("button", name="Fortsätt").press("Enter")
    page.get_by_role("heading", name="Alla frågor behöver ett svar").wait_for()
    faults["own code, faulty"] = axe(page)
    assert fits(page)
    boxes = [page.locator(f".actions .{kind}").bounding_box() for kind in ("first", "second")]
    assert boxes[0]["y"] + boxes[0]["height"] + 8 <= boxes[1]["y"], "two buttons that touch are pressed by mistake"
    page.get_by_role("button", name="Gå vidare utan kod").press("Enter")
    page.wait_for_url("**/del/1")
    assert {name: found for name, found in faults.items() if found} == {}


def test_nothing_is_lost_when_text_doubles_or_the_page_is_zoomed(
    thermometer: Served, open_page: Callable[..., Any]
) -> None:
    site, address = thermometer
    # 1280 px at 400 % is 320 px; doubled text on top of that.
    page = open_page(f"{address}/s/{site.card}", width=320, height=256)
    for step in ("landing", "part", "review"):
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        assert fits(page), step
        if step == "landing":
            page.get_by_role("button", name="Börja").click()
        if step == "part":
            page.goto(f"{address}/s/{site.card}/del/granska")


def test_a_cold_first_visit_is_small_and_asks_nobody_else(thermometer: Served, open_page: Callable[..., Any]) -> None:
    site, address = thermometer
    page = open_page("about:blank")
    asked: list[tuple[str, int]] = []
    page.on("requestfinished", lambda request: asked.append((request.url, request.sizes()["responseBodySize"])))
    page.goto(f"{address}/s/{site.open}", wait_until="networkidle")
    page.get_by_role("button", name="Börja").click()
    page.wait_for_load_state("networkidle")
    # A kept stylesheet is no request: its size is below nothing.
    fetched = [(url, size) for url, size in asked if not url.startswith("data:") and size >= 0]
    assert {re.match(r"https?://[^/]+", url)[0] for url, _ in fetched} == {address}
    # The first page with its stylesheet and its script; then Start and the first part.
    assert len(fetched) <= 5
    assert sum("/borja" not in url and "/del/" not in url for url, _ in fetched) <= 3
    assert sum(size for _, size in fetched) <= 20_000
