"""The easy variant in a real Chromium: pictures on a phone and at 400 % zoom, steps by keyboard, what is read out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from browser import fits, served
from easy_instrument import EASY, put_symbols
from respond_site import Site, make_site
from sqlalchemy import Engine

pytestmark = pytest.mark.browser

HOSTILE = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><script>document.title = "taken"</script>'
    '<image href="/bild/0/test-no.svg"/><foreignObject><form action="/s/"/></foreignObject></svg>'
)


@pytest.fixture
def easy(tmp_path: Path, sqlite_engine: Engine) -> Iterator[tuple[Site, str]]:
    put_symbols(tmp_path / "home")
    (tmp_path / "home" / "symbols" / "hostile.svg").write_text(HOSTILE, encoding="utf-8")
    site = make_site(tmp_path / "home", sqlite_engine, instrument="easy-form", content=EASY)
    with served(site.app) as address:
        yield site, address


@pytest.fixture
def begun(easy: tuple[Site, str], chromium: Any) -> Iterator[Callable[..., Any]]:
    """The first page of the easy form, begun; `begun(width=360, height=640, ...)`."""
    site, address = easy
    contexts = []

    def make(*, width: int = 360, height: int = 640, **options: Any) -> Any:
        context = chromium.new_context(viewport={"width": width, "height": height}, locale="sv-SE", **options)
        contexts.append(context)
        page = context.new_page()
        page.goto(f"{address}/s/{site.open}?variant=easy")
        page.get_by_role("button", name="Börja").click()
        page.wait_for_load_state("networkidle")
        return page

    yield make
    for context in contexts:
        context.close()


@pytest.mark.parametrize(("width", "height"), [(360, 640), (320, 256)])
def test_pictures_and_steps_fit_a_phone_and_400_per_cent(begun: Callable[..., Any], width: int, height: int) -> None:
    page = begun(width=width, height=height, java_script_enabled=True)
    for part in (1, 2):
        page.goto(page.url.rpartition("/")[0] + f"/{part}")
        assert fits(page)
        for label in page.locator(".option label").all():
            box = label.bounding_box()
            assert min(box["width"], box["height"]) >= 44
        assert page.evaluate("[...document.images].every(one => one.complete && one.naturalWidth > 0)")


def test_each_choice_is_called_what_stands_beside_it(begun: Callable[..., Any]) -> None:
    page = begun()
    group = page.get_by_role("group", name="Är maten god?", exact=True)
    for name in ("Nej", "Ja", "Vet inte"):
        assert group.get_by_role("radio", name=name, exact=True).count() == 1
    assert page.get_by_role("img").count() == page.get_by_role("img", name="ett hus", exact=True).count() == 1
    page.goto(page.url.replace("/del/1", "/del/2"))
    group = page.get_by_role("group", name="Hur bra är det?", exact=True)
    for name in ("0 inte alls", "1", "9", "10 helt"):
        assert group.get_by_role("radio", name=name, exact=True).count() == 1


def test_a_step_is_chosen_by_keyboard(begun: Callable[..., Any], easy: tuple[Site, str]) -> None:
    page = begun(width=1000, height=800)
    page.goto(page.url.replace("/del/1", "/del/2"))
    page.locator("#f-content-0").focus()
    for _ in range(4):
        page.keyboard.press("ArrowRight")
    assert page.locator("#f-content-4").is_checked()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent.trim()") == "Se dina svar"


def test_changing_to_ordinary_text_keeps_the_answers_and_the_place(begun: Callable[..., Any]) -> None:
    page = begun()
    page.locator("label[for=f-sleep-2]").click()
    page.get_by_text("Lättare att läsa").click()
    page.get_by_role("button", name="Vanlig text").click()
    assert page.locator("#f-sleep-2").is_checked()
    assert page.locator("img").count() == 0
    page.get_by_text("Lättare att läsa").click()
    page.get_by_role("button", name="Lättläst").click()
    assert page.locator("#f-sleep-2").is_checked()


def test_a_hostile_picture_opened_by_itself_runs_nothing(easy: tuple[Site, str], chromium: Any) -> None:
    _, address = easy
    page = chromium.new_page()
    fetched: list[str] = []
    page.on("response", lambda response: fetched.append(response.url))
    page.goto(f"{address}/bild/0/hostile.svg")
    assert page.title() != "taken"
    assert fetched == [f"{address}/bild/0/hostile.svg"]
    page.close()
