"""Respondents in a real Chromium: small phones, keyboard only, scripts off, dark, large text."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from browser import fits, focused
from respond_site import Site

pytestmark = pytest.mark.browser

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


def test_an_error_takes_the_focus_and_leads_to_its_field(every_type: Served, open_page: Callable[..., Any]) -> None:
    site, address = every_type
    page = open_page(f"{address}/s/{site.card}")
    page.get_by_role("button", name="Börja").click()
    page.goto(f"{address}/s/{site.card}/del/2")
    page.fill("#f-years", "400")
    page.get_by_role("button", name="Nästa").click()
    assert page.title().startswith("Fel: ")
    focused(page, "#summary")
    page.get_by_role("link", name="Hur många år?").click()
    focused(page, "#f-years")
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


def test_a_code_of_ones_own_and_an_objection_on_a_small_phone(followed: Served, open_page: Callable[..., Any]) -> None:
    site, address = followed
    page = open_page(f"{address}/s/{site.open}", width=320)
    page.get_by_role("link", name="Ta bort mina tidigare svar").press("Enter")
    page.get_by_role("button", name="Ta bort mina tidigare svar").press("Enter")
    page.get_by_role("heading", name="Alla frågor behöver ett svar").wait_for()
    for field in page.locator("input.short").all():
        field.fill("7" if field.get_attribute("inputmode") else "A")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Vi har tagit emot det").wait_for()
    page.goto(f"{address}/s/{site.open}")
    page.get_by_role("button", name="Börja").press("Enter")
    page.get_by_role("button", name="Fortsätt").press("Enter")
    page.get_by_role("heading", name="Alla frågor behöver ett svar").wait_for()
    assert fits(page)
    boxes = [page.locator(f".actions .{kind}").bounding_box() for kind in ("first", "second")]
    assert boxes[0]["y"] + boxes[0]["height"] + 8 <= boxes[1]["y"], "two buttons that touch are pressed by mistake"
    page.get_by_role("button", name="Gå vidare utan kod").press("Enter")
    page.wait_for_url("**/del/1")


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
