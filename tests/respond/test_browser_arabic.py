"""A respondent who reads Arabic, in a real Chromium on a small phone: from the first page to the receipt."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from arabic import CONTENT, OFTEN, QUESTION, review
from browser import served
from respond_site import Site, make_site
from sqlalchemy import Engine

pytestmark = pytest.mark.browser

PHONE = {"width": 360, "height": 640}


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


def _well(page: Any) -> None:
    """In Arabic from the right, and nothing wider than the phone. What axe says is in test_browser_states.py."""
    assert page.evaluate("[document.documentElement.lang, document.documentElement.dir]") == ["ar", "rtl"]
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_a_whole_visit_in_arabic(chromium: Any, arabic: tuple[Site, str]) -> None:
    site, address = arabic
    link = f"{address}/s/{site.card}"
    with _phone(chromium) as context:
        page = context.new_page()
        page.goto(f"{address}/s/")
        page.fill("#code", "O0O")
        _press(page, "main form button.first")
        _well(page)
        for path in ("", "?variant=easy", "/tillganglighet", "/vad-vi-sparar"):
            page.goto(link + path)
            _well(page)
        page.goto(link)
        _press(page, "form[action$=borja] button.first")
        _press(page, ".bar button.first")
        _well(page)
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
        _well(page)
        # Digits of the person's own keyboard.
        page.fill("#f-years", "٤٫٥")
        page.fill("#f-word", "Lugnt")
        page.check("#f-how-7")
        _press(page, ".bar button[value=next]")
        _well(page)
        _press(page, "button[value=lang-sv]")
        assert "Känner du dig trygg här?" in page.inner_text("main")
        _press(page, "button[value=lang-ar]")
        assert QUESTION in page.inner_text("main")
        for path in ("fraga/3", "allt/1", "del/annan-enhet"):
            page.goto(f"{link}/{path}")
            _well(page)
        page.fill("#pin", "12")
        _press(page, "main button.first")
        _well(page)
        page.goto(f"{link}/del/granska")
        _press(page, ".bar button.first")
        _well(page)
        receipt = page.inner_text(".receipt .code")
        page.goto(link)
        _well(page)
        page.goto(f"{link}/ta-tillbaka")
        page.fill("#receipt", "2345")
        _press(page, "main form button.first")
        _well(page)
        page.fill("#receipt", receipt)
        _press(page, "main form button.first")
        _well(page)
    assert site.count("urn") == 0
