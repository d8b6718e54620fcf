"""What the page's script sends between two pages, and that the script itself is small and kept for ever."""

from __future__ import annotations

import gzip
import re

import pytest
from flask.testing import FlaskClient
from respond_site import FIRST, STORED, Site, begin, fill_in, send_part, text_of


def save(client: FlaskClient, address: str, answers: dict[str, object]) -> int:
    response = client.post(address, data=answers | {"go": "save"})
    assert response.get_data() == b""
    assert "Set-Cookie" not in response.headers
    return response.status_code


@pytest.mark.parametrize("way", ["open", "card"])
def test_what_is_saved_between_two_pages_stands_there_afterwards(site: Site, client: FlaskClient, way: str) -> None:
    address = begin(client, getattr(site, way))
    assert save(client, address, {"a_a": "2"}) == 204
    page = client.get(address).get_data(as_text=True)
    assert re.search(r'value="2" checked', page)
    assert save(client, address, {}) == 204
    assert "checked" not in client.get(address).get_data(as_text=True)
    assert site.sealed() == []


def test_what_cannot_be_read_is_told_and_the_rest_is_saved(site: Site, client: FlaskClient) -> None:
    begin(client, site.card)
    address = f"/s/{site.card}/del/2"
    assert save(client, address, {"a_years": "400", "a_born": "1980"}) == 422
    page = client.get(address).get_data(as_text=True)
    assert 'value="1980"' in page
    assert 'value="400"' not in page


def test_nothing_is_saved_before_start_nor_after_sending_in(site: Site, client: FlaskClient) -> None:
    for code in (site.open, site.card):
        assert client.post(f"/s/{code}/del/1", data={"a_a": "1", "go": "save"}).status_code == 403
    review = fill_in(client, site.open)
    cookies = [(one.key, one.value) for one in client._cookies.values()]
    client.post(review)
    for name, value in cookies:
        client.set_cookie(name, value, path=f"/s/{site.open}" if name == "begun" else "/s/")
    assert client.post(review.replace("granska", "3"), data={"a_word": "sent", "go": "save"}).status_code == 403
    assert site.sealed() == [STORED]
    assert site.count("draft") == 0


def test_a_question_that_was_opened_while_saving_is_shown_before_going_on(site: Site, client: FlaskClient) -> None:
    address = begin(client, site.card)
    noticed = client.post(address, data={"a_a": "2", "go": "next"}).get_data(as_text=True)
    told = re.findall(r'name="noticed" value="([^"]*)"', noticed)
    assert told == ["b"]
    # The person then answers otherwise, and the script saves before the button is pressed.
    assert save(client, address, {"a_a": "3", "noticed": "b"}) == 204
    shown = client.post(address, data={"a_a": "3", "noticed": "b", "go": "next"})
    assert shown.status_code == 200
    assert "Följdfråga?" in text_of(shown)
    assert client.post(address, data={"a_a": "3", "noticed": "b,c", "go": "next"}).location == f"/s/{site.card}/del/2"


def test_the_scripts_are_small_named_by_its_content_and_kept_for_ever(site: Site, client: FlaskClient) -> None:
    address = begin(client, site.card)
    pages = [client.get(path).get_data(as_text=True) for path in (f"/s/{site.card}", address)]
    found = {match for page in pages for match in re.findall(r'<script src="([^"]+)" defer></script>', page)}
    assert len(found) == 1
    script = client.get(found.pop(), headers={"Accept-Encoding": "gzip"})
    assert script.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert script.mimetype == "text/javascript"
    # With what reads aloud, which comes along: one request for both.
    assert len(script.data) < 4_500
    assert len(gzip.decompress(script.data)) < 12_000


def test_the_page_says_in_words_how_saving_went(site: Site, client: FlaskClient) -> None:
    page = client.get(begin(client, site.card)).get_data(as_text=True)
    assert re.search(r'<p class="saved" role="status"></p>', page)
    assert 'data-away="Inte sparat: ingen kontakt. Vi försöker igen."' in page
    send_part(client, f"/s/{site.card}/del/1", dict(FIRST))
    assert '<p class="saved">Sparat</p>' in client.get(f"/s/{site.card}/del/1").get_data(as_text=True)
