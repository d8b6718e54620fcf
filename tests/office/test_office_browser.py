"""The logged-in pages in a real Chromium: axe on each of them, phones, keyboard, scripts off, dark."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pyotp
import pytest
from browser import fits
from office_site import Played, email_of
from sqlalchemy import delete, update

from instruments.load import load
from survey.models import Account, FreeText
from survey.organisation.units import find_unit

pytestmark = pytest.mark.browser

Axe = Callable[[Any], list[str]]

PAGES = (
    "/losenord",
    "/konto",
    "/admin/",
    "/admin/handelser",
    "/admin/undersokningar/ny",
    "/admin/undersokningar/ebp/ny-matomgang",
    "/admin/undersokningar/ebp/om",
    "/admin/undersokningar/ebp/andra",
    "/admin/undersokningar/ebp/gallring",
    "/admin/matomgangar/{released}",
    "/admin/matomgangar/{open}",
    "/admin/matomgangar/{draft}",
    "/admin/matomgangar/{draft}/oppna",
    "/admin/matomgangar/{draft}/grupper",
    "/admin/undersokningar/ebp/avsluta",
    "/admin/matomgangar/{open}/lankar",
    "/admin/matomgangar/{open}/lankar/2309",
    "/admin/matomgangar/{open}/kort",
    "/analys/",
    "/analys/1/",
    "/analys/1/2309",
    "/analys/1/2303",
    "/analys/9/",
    "/analys/metod/",
    "/analys/metod/shrinkage",
)


@pytest.fixture
def open_page(chromium: Any) -> Iterator[Callable[..., Any]]:
    """A page in a context of its own; `open_page(width=360, ...)`."""
    contexts = []

    def make(*, width: int = 360, height: int = 740, **options: Any) -> Any:
        contexts.append(chromium.new_context(viewport={"width": width, "height": height}, locale="sv-SE", **options))
        return contexts[-1].new_page()

    yield make
    for context in contexts:
        context.close()


def log_in(page: Any, played_once: Played, address: str, who: str = "administrator") -> None:
    page.goto(f"{address}/logga-in/{played_once.office.code_for(who)}")
    page.get_by_role("button", name="Logga in").click()
    page.get_by_role("navigation", name="Huvudmeny").wait_for()
    page.wait_for_load_state()


def filled(path: str, played: Played) -> str:
    return path.format(released=played.released, open=played.open, draft=played.draft)


@pytest.mark.parametrize(("width", "scheme"), [(320, "light"), (1280, "dark")])
def test_every_page_fits_and_axe_finds_nothing(
    played_once: Played, address: str, open_page: Callable[..., Any], axe: Axe, width: int, scheme: str
) -> None:
    page = open_page(width=width, color_scheme=scheme)
    refused: list[str] = []
    page.on("console", lambda message: refused.append(message.text) if "Content Security" in message.text else None)
    for path in ("/logga-in", "/logga-in/abc"):
        page.goto(address + path)
        assert (path, axe(page), fits(page)) == (path, [], True)
    log_in(page, played_once, address)
    for path in PAGES:
        page.goto(address + filled(path, played_once))
        assert (path, axe(page), fits(page)) == (path, [], True)
    assert refused == []


@pytest.fixture
def analyst_as_before(played_once: Played) -> Iterator[None]:
    """Whoever turns two-step log-in on leaves the account without it."""
    yield
    with played_once.office.services.sessions.begin() as session:
        session.execute(update(Account).where(Account.email == email_of("analyst")).values(totp_secret=None))


@pytest.mark.usefixtures("analyst_as_before")
def test_rows_are_taken_out_without_scripts_on_a_phone_and_axe_finds_nothing_on_the_way(
    played_once: Played, address: str, open_page: Callable[..., Any], axe: Axe
) -> None:
    page = open_page(width=320, java_script_enabled=False)
    log_in(page, played_once, address, "analyst")
    looked_at = open_page(width=320)

    def look() -> None:
        # axe is a script itself, so it reads a copy of the page where scripts may run.
        looked_at.context.add_cookies(page.context.cookies())
        looked_at.goto(page.url)
        assert (page.url, axe(looked_at), fits(looked_at)) == (page.url, [], True)

    page.goto(f"{address}/analys/matomgang/{played_once.released}/mikrodata?place=county&background=role")
    assert "/konto?next=" in page.url
    look()
    secret = page.locator("code.address").inner_text().replace(" ", "")
    page.get_by_label("Kod", exact=True).fill(pyotp.TOTP(secret).at(played_once.office.clock()))
    page.get_by_role("button", name="Slå på").click()
    page.get_by_role("heading", name="Det här tas ut").wait_for()
    look()
    page.get_by_label("Vad ska raderna användas till?").fill("Avhandling om EBP")
    with page.expect_download() as download:
        page.get_by_role("button", name="Ta ut filen").click()
    assert download.value.suggested_filename.startswith("simulerad-ebp-")
    for path in ("/konto", "/konto/ta-bort", "/bekrafta?next=/analys/"):
        page.goto(address + path)
        look()


@pytest.fixture
def text_to_read(played_once: Played) -> Iterator[None]:
    """A text with a name in it, written in the released round."""
    with played_once.office.services.sessions.begin() as session:
        item = load("ebp-thermometer").instrument.items[0].id
        unit = find_unit(session, "2380")
        session.add(FreeText(round_id=played_once.released, unit_id=unit.id, item=item, text="Ring Karin Berg."))
    yield
    with played_once.office.services.sessions.begin() as session:
        session.execute(delete(FreeText))


@pytest.mark.usefixtures("text_to_read")
def test_a_text_is_read_with_the_keyboard_and_a_name_left_in_is_pointed_out(
    played_once: Played, address: str, open_page: Callable[..., Any], axe: Axe
) -> None:
    page = open_page(width=320, color_scheme="dark")
    log_in(page, played_once, address, "analyst")
    page.goto(f"{address}/analys/")
    page.get_by_role("link", name="EBP i Jämtland, 2024").first.press("Enter")
    page.get_by_role("heading", name="Så här skrevs det").wait_for()
    assert (axe(page), fits(page)) == ([], True)
    page.get_by_label("Så här kommer det att visas").fill("Ring Karin Berg.")
    page.get_by_role("button", name="Släpp igenom texten").press("Enter")
    page.get_by_role("alert").wait_for()
    assert (axe(page), fits(page)) == ([], True)
    page.get_by_role("button", name="Håll inne texten").press("Enter")
    page.get_by_text("Alla texter är lästa.").wait_for()
    assert (axe(page), fits(page)) == ([], True)


def test_axe_finds_nothing_with_everything_unfolded_or_faults_shown(
    played_once: Played, address: str, open_page: Callable[..., Any], axe: Axe
) -> None:
    page = open_page(width=1280)
    log_in(page, played_once, address)
    page.goto(f"{address}/analys/1/2309")
    for summary in page.locator("summary").all():
        summary.click()
    assert axe(page) == []
    page.goto(f"{address}/admin/undersokningar/ny")
    page.get_by_role("button", name="Skapa undersökningen").click()
    assert page.get_by_role("alert").is_visible()
    assert axe(page) == []


def test_with_the_keyboard_alone_and_scripts_off_one_gets_from_log_in_to_a_group(
    played_once: Played, address: str, open_page: Callable[..., Any]
) -> None:
    page = open_page(java_script_enabled=False)
    log_in(page, played_once, address, "analyst")
    page.keyboard.press("Tab")
    assert page.locator(":focus").text_content() == "Hoppa till innehållet"
    page.keyboard.press("Enter")
    for name in ("2024", "Krokoms kommun"):
        link = page.get_by_role("link", name=name, exact=True).last
        for _ in range(60):
            page.keyboard.press("Tab")
            if link.evaluate("node => node === document.activeElement"):
                break
        with page.expect_navigation():
            page.keyboard.press("Enter")
    assert page.get_by_role("heading", level=1).text_content() == "Krokoms kommun"


def test_text_can_double_without_loss(played_once: Played, address: str, open_page: Callable[..., Any]) -> None:
    page = open_page(width=640)
    log_in(page, played_once, address)
    for path in PAGES:
        page.goto(address + filled(path, played_once))
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        assert (path, fits(page)) == (path, True)


def test_a_fault_in_a_form_is_led_to_by_its_link(
    played_once: Played, address: str, open_page: Callable[..., Any]
) -> None:
    page = open_page()
    page.goto(f"{address}/logga-in")
    page.get_by_role("button", name="Logga in").click()
    page.get_by_role("link", name="Skriv ert lösenord.").click()
    assert page.locator("#password").evaluate("node => node === document.activeElement")
    described = page.locator("#password").get_attribute("aria-describedby")
    assert "Skriv ert lösenord." in page.locator(f"#{described}").text_content()
