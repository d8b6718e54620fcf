"""Recordings on the page: the words that are shown and no others, served in parts, kept for ever by their content."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

import pytest
from easy_instrument import EASY, put_symbols
from flask.testing import FlaskClient
from respond_site import Site, begin, make_site
from sqlalchemy import Engine

from tests.definitions.sounds import wav

SPOKEN = EASY
for before, audio in (
    ("    random_order: true", "    audio: {sv: intro.wav}\n    easy_audio: {sv: easy-intro.wav}\n"),
    ("        help: {sv: Middag", "        audio: {sv: food.wav, en: food-en.wav}\n"),
    ("        text: {sv: Instämmer inte", "        audio: {sv: disagree.wav}\n        easy_audio: {sv: gone.wav}\n"),
    ("minutes: 2", "audio: {sv: hello.wav}\n"),
):
    SPOKEN = SPOKEN.replace(before, audio + before, 1)
NAMES = ("intro", "easy-intro", "food", "food-en", "disagree", "hello")


@pytest.fixture
def site(tmp_path: Path, sqlite_engine: Engine) -> Site:
    home = tmp_path / "home"
    put_symbols(home)
    (home / "recordings").mkdir()
    for number, name in enumerate(NAMES, start=1):
        (home / "recordings" / f"{name}.wav").write_bytes(wav(number))
    return make_site(home, sqlite_engine, instrument="easy-form", content=SPOKEN)


def heard(body: str) -> list[str]:
    """The names of what a page plays, each as the script and as the browser's own player have it."""
    scripted = re.findall(r'data-audio="/ljud/[0-9a-f]{12}/([\w.-]+)"', body)
    assert scripted == re.findall(r'<noscript><p><audio controls preload="none" src="/ljud/\w+/([\w.-]+)"', body)
    return scripted


def first_page(client: FlaskClient, site: Site, **form: str) -> list[str]:
    return heard(client.get(begin(client, site.card, **form)).get_data(as_text=True))


def test_the_words_that_are_shown_and_no_others(site: Site) -> None:
    # Items come in each person's own order; every choice has the same options.
    assert set(first_page(site.client(), site)) == {"intro.wav", "food.wav", "disagree.wav"}
    assert heard(site.client().get(f"/s/{site.open}").get_data(as_text=True)) == ["hello.wav"]
    # Another text, read aloud by nobody, or by a file that is gone: no recording.
    easy = site.client()
    assert heard(easy.get(f"/s/{site.open}?variant=easy").get_data(as_text=True)) == []


def test_the_easy_text_and_the_other_language_have_their_own(site: Site) -> None:
    assert first_page(site.client(), site, variant="easy") == ["easy-intro.wav"]


def test_the_other_language_has_its_own(site: Site) -> None:
    assert first_page(site.client(), site, lang="en") == ["food-en.wav"]


def test_it_is_served_whole_and_in_parts_and_kept_for_ever(site: Site, client: FlaskClient) -> None:
    page = client.get(f"/s/{site.open}").get_data(as_text=True)
    (address,) = re.findall(r'data-audio="([^"]+)"', page)
    content = wav(6)
    assert address.split("/")[2] == hashlib.sha256(content).hexdigest()[:12]
    whole = client.get(address)
    assert (whole.data, whole.mimetype) == (content, "audio/wav")
    assert whole.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert whole.headers["X-Content-Type-Options"] == "nosniff"
    # Without this some browsers play nothing.
    part = client.get(address, headers={"Range": "bytes=4-7"})
    assert (part.status_code, part.data, part.headers["Content-Range"]) == (
        206,
        content[4:8],
        f"bytes 4-7/{len(content)}",
    )
    assert client.get(address, headers={"Range": "bytes=900-"}).status_code == 416
    assert client.get("/ljud/000000000000/hello.wav").headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize("name", ["gone.wav", "hello.mp3", "..%2Fkeys%2Fpepper", "page.wav", "easy-form.yaml"])
def test_nothing_else_is_given_out(site: Site, client: FlaskClient, tmp_path: Path, name: str) -> None:
    (tmp_path / "home" / "recordings" / "page.wav").write_text("<script>alert(1)</script>", encoding="utf-8")
    assert client.get(f"/ljud/000000000000/{name}").status_code == 404


def test_a_recording_that_goes_away_leaves_the_question(site: Site, client: FlaskClient, tmp_path: Path) -> None:
    address = begin(client, site.card)
    for path in (tmp_path / "home" / "recordings").iterdir():
        path.unlink()
    page = client.get(address)
    assert page.status_code == 200
    assert heard(page.get_data(as_text=True)) == []
