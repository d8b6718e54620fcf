"""Larger text and more contrast: chosen without a script, kept in a cookie, and nobody else's."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from respond_site import FIRST, Site, begin, make_site, send_part
from sqlalchemy import Engine

PACKED = {"Accept-Encoding": "gzip"}


@pytest.fixture
def site(tmp_path: Path, sqlite_engine: Engine) -> Site:
    """The database has no part in how a page looks."""
    return make_site(tmp_path / "home", sqlite_engine)


def look(body: str) -> str:
    """The classes of the page's first tag."""
    return (re.findall(r'<html[^>]*? class="([^"]*)"', body) or [""])[0]


def pressed(body: str) -> set[str]:
    return set(re.findall(r'value="look-(\w+)" aria-pressed="true"', body))


def test_a_button_saves_what_is_written_and_every_page_looks_so(site: Site, client: FlaskClient) -> None:
    address = begin(client, site.card)
    changed = send_part(client, address, dict(FIRST), go="look-150")
    assert (changed.status_code, changed.location) == (303, address)
    assert changed.headers.getlist("Set-Cookie") == ["look=150; HttpOnly; Path=/s/; SameSite=Strict"]
    page = client.get(address).get_data(as_text=True)
    assert look(page) == "text-150"
    assert pressed(page) == {"150", "plain"}
    assert len(re.findall(r'id="f-[ab]-[12]"[^>]* checked', page)) == 2
    send_part(client, address, dict(FIRST), go="look-high")
    assert look(client.get(address).get_data(as_text=True)) == "text-150 contrast"
    send_part(client, address, dict(FIRST), go="look-100")
    page = client.get(address).get_data(as_text=True)
    assert (look(page), pressed(page)) == ("contrast", {"100", "high"})
    review = f"/s/{site.card}/del/granska"
    assert look(client.get(review).get_data(as_text=True)) == "contrast"
    thanks = client.post(review)
    assert look(client.get(thanks.location).get_data(as_text=True)) == "contrast"


@pytest.mark.parametrize("word", ["", "200", "150h", "huge", "100 onload=x"])
def test_what_no_button_says_is_refused(site: Site, client: FlaskClient, word: str) -> None:
    address = begin(client, site.card)
    assert send_part(client, address, dict(FIRST), go=f"look-{word}").status_code == 400


def test_a_link_keeps_the_rest_of_the_address_and_changes_nothing_else(site: Site, client: FlaskClient) -> None:
    page = client.get(f"/s/{site.open}?lang=en&look=125").get_data(as_text=True)
    assert look(page) == "text-125"
    links = re.findall(r'href="(\?lang=en&amp;look=\w+)"( aria-current="true")?', page)
    assert [chosen for _href, chosen in links] == ["", ' aria-current="true"', "", ' aria-current="true"', ""]
    assert [href.rpartition("=")[2] for href, _chosen in links] == ["100", "125", "150", "125", "125h"]
    assert look(client.get(f"/s/{site.open}").get_data(as_text=True)) == "text-125"
    assert site.count("draft") == 0


@pytest.mark.parametrize("said", ["999", "125x", '"><script>', "h"])
def test_another_word_in_the_address_or_the_cookie_is_passed_over(site: Site, client: FlaskClient, said: str) -> None:
    page = client.get(f"/s/{site.open}", query_string={"look": said})
    assert not any(value.startswith("look=") for value in page.headers.getlist("Set-Cookie"))
    client.set_cookie("look", said, path="/s/")
    assert look(client.get(f"/s/{site.open}").get_data(as_text=True)) == ""


def test_looking_without_choosing_sets_no_cookie(site: Site, client: FlaskClient) -> None:
    for path in ("/s/", f"/s/{site.open}", f"/s/{site.card}/tillganglighet"):
        assert not client.get(path).headers.getlist("Set-Cookie")


def test_who_has_chosen_nothing_gets_the_page_that_is_kept(site: Site) -> None:
    """One drawing for all, whatever others have chosen."""
    bodies = []
    for word in ("150", ""):
        client = site.client()
        address = begin(client, site.open)
        if word:
            client.set_cookie("look", word, path="/s/")
        bodies.append(gzip.decompress(client.get(address, headers=PACKED).data).decode())
    assert look(bodies[0]) == "text-150"
    assert "class" not in re.findall(r"<html[^>]*>", bodies[1])[0]
    assert pressed(bodies[1]) == {"100", "plain"}


def test_a_shared_tablet_forgets_it_for_the_next_person(site: Site, client: FlaskClient) -> None:
    start = f"/s/{site.open}/kiosk"
    assert look(client.get(f"{start}?look=150h").get_data(as_text=True)) == "text-150 contrast"
    address = begin(client, site.open, kiosk="1")
    assert look(client.get(address).get_data(as_text=True)) == "text-150 contrast"
    assert look(client.get(start).get_data(as_text=True)) == ""
    assert client.get_cookie("look", path="/s/") is None


def test_leaving_in_a_hurry_forgets_it(tmp_path: Path, sqlite_engine: Engine) -> None:
    site = make_site(tmp_path / "other", sqlite_engine, instrument="user-survey-youth")
    client = site.client()
    begin(client, site.open)
    client.get(f"/s/{site.open}?look=125")
    client.post(f"/s/{site.open}/lamna")
    assert client.get_cookie("look", path="/s/") is None
