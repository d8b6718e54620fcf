"""A respondent who reads Arabic, in a real Chromium on a small phone: from the first page to the receipt."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from arabic import CONTENT, OFTEN, QUESTION, review
from browser import served
from respond_site import Site, make_site
from sqlalchemy import Engine

pytestmark = pytest.mark.browser

PHONE = {"width": 360, "height": 640}
Axe = Callable[[Any], list[str]]


@pytest.fixture
def arabic(tmp_path: Path, sqlite_engine: Engine) -> Iterator[tuple[Site, str]]:
    review(tmp_path / "home")
    site = make_site(tmp_path / "home", sqlite_engine, content=CONTENT)
    with served(site.app) as address:
        yield site, address


def _phone(chromium: Any) -> Any:
    return chromium.new_context(viewport=PHONE, locale="ar")


def _press(page: Any, button: str) -> None:
    """Press, and wait for the page that comes: the script may save first."""
    with page.expect_navigation():
        page.click(button)


def _well(page: Any, axe: Axe) -> None:
    """In Arabic from the right, nothing wider than the phone, and nothing that axe finds in either colours."""
    assert page.evaluate("[document.documentElement.lang, document.documentElement.dir]") == ["ar", "rtl"]
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    found = {}
    for colours in ("dark", "light"):
        page.emulate_media(color_scheme=colours)
        found[colours] = axe(page)
    assert found == {"dark": [], "light": []}


def test_every_page_and_state_in_arabic(chromium: Any, axe: Axe, arabic: tuple[Site, str]) -> None:
    site, address = arabic
    link = f"{address}/s/{site.card}"
    with _phone(chromium) as context:
        page = context.new_page()
        page.goto(f"{address}/s/")
        page.fill("#code", "O0O")
        _press(page, "main form button.first")
        _well(page, axe)
        for path in ("", "?variant=easy", "/tillganglighet", "/vad-vi-sparar"):
            page.goto(link + path)
            _well(page, axe)
        page.goto(link)
        _press(page, "form[action$=borja] button.first")
        _press(page, ".bar button.first")
        _well(page, axe)
        option = page.locator("label[for=f-a-3]")
        assert option.inner_text() == OFTEN
        # The ring to tick stands to the right of its words.
        assert page.locator("#f-a-3").bounding_box()["x"] > PHONE["width"] / 2
        option.click()
        _press(page, ".bar button[value=next]")
        page.locator("label[for=f-how-0]").wait_for()
        first, last = (page.locator(f"label[for=f-how-{step}]").bounding_box() for step in (0, 5))
        assert first["x"] > last["x"]
        page.fill("#f-years", "999")
        page.fill("#f-why", "كل شيء جيد\nmed svenska ord")
        _press(page, ".bar button[value=next]")
        _well(page, axe)
        # Digits of the person's own keyboard.
        page.fill("#f-years", "٤٫٥")
        page.fill("#f-word", "Lugnt")
        page.check("#f-how-7")
        _press(page, ".bar button[value=next]")
        _well(page, axe)
        _press(page, "button[value=lang-sv]")
        assert "Känner du dig trygg här?" in page.inner_text("main")
        _press(page, "button[value=lang-ar]")
        assert QUESTION in page.inner_text("main")
        for path in ("fraga/3", "allt/1", "del/annan-enhet"):
            page.goto(f"{link}/{path}")
            _well(page, axe)
        page.fill("#pin", "12")
        _press(page, "main button.first")
        _well(page, axe)
        page.goto(f"{link}/del/granska")
        _press(page, ".bar button.first")
        _well(page, axe)
        receipt = page.inner_text(".receipt .code")
        page.goto(link)
        _well(page, axe)
        page.goto(f"{link}/ta-tillbaka")
        page.fill("#receipt", "2345")
        _press(page, "main form button.first")
        _well(page, axe)
        page.fill("#receipt", receipt)
        _press(page, "main form button.first")
        _well(page, axe)
    assert site.count("urn") == 0


def test_a_shared_tablet_and_another_browser_in_arabic(
    chromium: Any, axe: Axe, tmp_path: Path, sqlite_engine: Engine
) -> None:
    """A user survey that is linked by a code of one's own, and simulated: it has all that other forms have not."""
    review(tmp_path / "home")
    site = make_site(
        tmp_path / "home",
        sqlite_engine,
        instrument="user-survey-ar",
        content=CONTENT.replace("id: every-type", "id: user-survey-ar"),
        simulated=True,
        linked=True,
        code_questions=["mother_name", "birth_day", "birth_place", "older_siblings"],
    )
    with served(site.app) as address:
        with _phone(chromium) as context:
            page = context.new_page()
            page.goto(f"{address}/s/{site.card}")
            _press(page, "form[action$=borja] button.first")
            _press(page, "button[value=skip]")
            page.click("label[for=f-a-1]")
            _press(page, ".bar button[value=next]")
        with _phone(chromium) as context:
            page = context.new_page()
            for path in ("pin-kod", "del/1"):
                page.goto(f"{address}/s/{site.card}/{path}")
                _well(page, axe)
            page.goto(f"{address}/s/{site.open}")
            _press(page, "form[action$=borja] button.first")
            _press(page, "button[value=code]")
            _well(page, axe)
            _press(page, "button[value=skip]")
            _press(page, "form.leave button")
            _well(page, axe)
        with _phone(chromium) as context:
            page = context.new_page()
            page.goto(f"{address}/s/{site.open}/kiosk")
            _well(page, axe)
            _press(page, "form[action$=borja] button.first")
            _press(page, "button[value=skip]")
            _well(page, axe)
            page.goto(f"{address}/s/{site.open}/kiosk/kvar")
            _well(page, axe)
            page.goto(f"{address}/s/{site.open}/del/granska")
            _press(page, ".bar button.first")
            _well(page, axe)
            assert "شكرًا" in page.inner_text("h1")
