"""Reading aloud and looks in a real Chromium: which voice, which recording, what is marked, and what is never heard."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from browser import fits, served
from easy_instrument import EASY, put_symbols
from respond_site import Site, make_site
from sqlalchemy import Engine

from survey.database import open_engine
from tests.definitions.sounds import wav

pytestmark = pytest.mark.browser

Axe = Callable[..., Any]
SPOKEN = (
    EASY.replace("pace: item\n", "")
    .replace(
        "easy: {sv: Sover du bra?, en: Do you sleep well?}",
        "easy: {sv: Sover du bra?, en: Do you sleep well?}\n        easy_audio: {sv: sleep.wav}",
    )
    .replace("easy: {sv: Ja, en:", "easy_audio: {sv: 'yes.wav'}\n        easy: {sv: Ja, en:")
)
# Voices of a browser's own, and what they are asked to say. `end` ends the sentence that is being said.
VOICES = """
window.SpeechSynthesisUtterance = class { constructor(text) { this.text = text; } };
const heard = [];
let changed = () => {};
const speech = {
  voices: VOICES, heard, cancelled: 0,
  getVoices: () => speech.voices,
  addEventListener: (_sign, then) => { changed = then; },
  speak: (said) => { speech.now = said; heard.push([said.text, said.voice.name, said.lang]); },
  cancel: () => { speech.cancelled += 1; },
  end: () => speech.now.onend(),
  come: (voices) => { speech.voices = voices; changed(); },
};
Object.defineProperty(window, "speechSynthesis", { value: speech });
"""
LOCAL = "{name: 'own', lang: 'sv_SE', localService: true}"
REMOTE = "{name: 'far', lang: 'sv-SE', localService: false, default: true}"
OTHER = "{name: 'english', lang: 'en-GB', localService: true}"


@pytest.fixture(scope="module")
def easy(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Site, str]]:
    """The easy form, where one question and one option have been read aloud."""
    folder = tmp_path_factory.mktemp("reading")
    put_symbols(folder / "home")
    (folder / "home" / "recordings").mkdir()
    for name in ("sleep.wav", "yes.wav"):
        (folder / "home" / "recordings" / name).write_bytes(wav())
    shutil.copy(sqlite_template, folder / "termometern.sqlite")
    engine: Engine = open_engine(f"sqlite:///{folder / 'termometern.sqlite'}")
    site = make_site(folder / "home", engine, instrument="easy-form", content=SPOKEN)
    with served(site.app) as address:
        yield site, address
    engine.dispose()


@pytest.fixture
def opened(easy: tuple[Site, str], chromium: Any) -> Iterator[Callable[..., Any]]:
    """The first page on a phone whose browser has these voices."""
    site, address = easy
    contexts = []

    def make(voices: str, path: str = "?variant=easy", **options: Any) -> Any:
        context = chromium.new_context(viewport={"width": 360, "height": 640}, locale="sv-SE", **options)
        contexts.append(context)
        context.add_init_script(VOICES.replace("VOICES", f"[{voices}]"))
        page = context.new_page()
        page.faults = []
        page.on("pageerror", lambda error: page.faults.append(str(error)))
        page.goto(f"{address}/s/{site.open}{path}")
        return page

    yield make
    for context in contexts:
        context.close()


def start(page: Any) -> Any:
    page.get_by_role("button", name="Börja").click()
    page.wait_for_load_state("networkidle")
    return page


def said(page: Any) -> list[str]:
    return [text for text, _voice, _language in page.evaluate("speechSynthesis.heard")]


def test_a_question_is_read_with_its_options_by_a_voice_of_the_device(opened: Callable[..., Any]) -> None:
    page = opened(f"{REMOTE}, {OTHER}, {LOCAL}")
    page.get_by_role("button", name="Lyssna: Din vardag", exact=True).first.click()
    assert said(page) == ["Vi vill veta hur du har det."]
    start(page)
    page.get_by_role("button", name="Lyssna: Maten").or_(
        page.get_by_role("button", name="Lyssna: Är maten god?")
    ).click()
    for _ in range(4):
        page.evaluate("speechSynthesis.end()")
    # A recorded option is played, not said: "Ja" is heard from its file, and the reading goes on when it has ended.
    page.locator(".heard", has_text="Vet inte").wait_for()
    assert said(page) == ["Är maten god?", "Det du äter.", "Du kan välja mellan:", "Nej", "Vet inte"]
    assert {(voice, language) for _text, voice, language in page.evaluate("speechSynthesis.heard")} == {
        ("own", "sv_SE")
    }
    # The second press stops, and nothing more is said when the voice reports that it has ended.
    page.get_by_role("button", name="Sluta läsa: Är maten god?").click()
    page.evaluate("speechSynthesis.end()")
    assert page.locator(".heard").count() == 0
    assert len(said(page)) == 5
    assert page.evaluate("speechSynthesis.cancelled") == 1
    page.goto(page.url.replace("/del/1", "/del/granska"))
    page.get_by_role("button", name="Lyssna: Dagarna").click()
    for _ in range(2):
        page.evaluate("speechSynthesis.end()")
    # Each question with its answer, and not the links that change them.
    assert [text for text in said(page) if text in ("Inget svar", "Ändra")] == ["Inget svar"]
    assert page.faults == []


@pytest.mark.parametrize("voices", [REMOTE, OTHER, ""])
def test_no_voice_of_the_device_in_the_language_and_nothing_shows(opened: Callable[..., Any], voices: str) -> None:
    page = opened(voices, path="")
    assert page.locator(".listen").count() == 0
    page.evaluate(f"speechSynthesis.come([{LOCAL}])")
    assert page.locator(".listen:visible").count() > 0
    page.evaluate(f"speechSynthesis.come([{REMOTE}])")
    assert page.locator(".listen").count() == 0


def test_recordings_are_fetched_when_they_are_asked_for_and_need_no_voice(opened: Callable[..., Any]) -> None:
    page = opened(REMOTE)
    fetched: list[str] = []
    page.on("response", lambda response: fetched.append(f"{response.status} {response.url.rpartition('/')[2]}"))
    start(page)
    assert not any("wav" in one for one in fetched)
    page.get_by_role("button", name="Lyssna: Sover du bra?").click()
    page.locator(".listen.on").wait_for(state="detached")
    assert [one for one in fetched if "wav" in one] in (
        ["206 sleep.wav", "206 yes.wav"],
        ["200 sleep.wav", "200 yes.wav"],
    )
    assert said(page) == []
    assert page.faults == []


def test_without_scripts_a_recording_has_the_browsers_own_player(opened: Callable[..., Any]) -> None:
    page = start(opened(LOCAL, java_script_enabled=False))
    players = page.locator("audio:visible")
    assert (
        sorted(filter(None, (one.get_attribute("aria-label") for one in players.all())))[-1] == "Lyssna: Sover du bra?"
    )
    assert {one.get_attribute("preload") for one in players.all()} == {"none"}
    assert page.locator(".listen").count() == 0
    page.get_by_text("Lättare att läsa").click()
    page.locator("label[for=f-sleep-2]").click()
    page.get_by_role("button", name="Störst").click()
    assert page.locator("html.text-150").count() == 1
    assert page.locator("#f-sleep-2").is_checked()


def test_what_clears_a_shared_tablet_stops_the_reading(opened: Callable[..., Any]) -> None:
    page = start(opened(LOCAL, path="/kiosk?variant=easy"))
    page.get_by_role("button", name="Lyssna: Träffar du vänner?").click()
    assert said(page) == ["Träffar du vänner?"]
    # The page is kept from leaving, as it stands while the server is slow.
    page.evaluate("document.querySelector('form.leave').submit = () => {}")
    page.evaluate("document.querySelector('dialog button[value=leave]').click()")
    assert page.evaluate("speechSynthesis.cancelled") >= 1


LOOKS = {"light": [("150", "h"), ("100", "")], "dark": [("100", "h")]}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_look_is_within_the_page_and_without_faults(
    opened: Callable[..., Any], axe: Axe, easy: tuple[Site, str], scheme: str
) -> None:
    from axe_playwright_python.sync_playwright import Axe as Finder

    page = start(opened(LOCAL, color_scheme=scheme))
    enhanced = {"runOnly": {"type": "rule", "values": ["color-contrast-enhanced"]}}
    origin = page.url.partition("/s/")[0]
    for size, high in LOOKS[scheme]:
        page.context.add_cookies([{"name": "look", "value": size + high, "url": f"{origin}/s/"}])
        page.reload()
        page.get_by_text("Lättare att läsa").click()
        page.locator(".listen").nth(1).click()
        assert axe(page) == [], (size, high)
        if high:
            # As much as axe can tell: 7:1, and 4.5:1 of large text.
            assert Finder().run(page, options=enhanced).response["violations"] == []
        assert fits(page)
        small = [one for one in page.locator(".ease button, .ease summary, .listen").all() if one.is_visible()]
        assert min(one.bounding_box()["height"] for one in small) >= 44
    assert page.faults == []
