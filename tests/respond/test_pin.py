"""Another browser goes on with a PIN, or starts over; without one it shows nothing of what has been answered."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from respond_site import FIRST, SECOND, Site, begin, send_part, text_of

from survey.answering.pins import pin_half, read_pin
from survey.errors import Refusal


def choose_pin(client: FlaskClient, code: str, pin: str = "4711") -> None:
    chosen = client.post(f"/s/{code}/del/annan-enhet", data={"pin": pin})
    assert chosen.status_code == 303
    assert "PIN-koden är vald" in text_of(client.get(chosen.location))


@pytest.mark.parametrize(("written", "read"), [("4711", "4711"), (" 47-11 08", "471108"), ("٤٧١١", "4711")])
def test_a_pin_is_read_as_people_write_it(written: str, read: str) -> None:
    assert read_pin(written) == read


@pytest.mark.parametrize("written", ["", "123", "1" * 13, "47a1", "½½½½", "4711\0", "9" * 100_000])
def test_what_is_no_pin(written: str) -> None:
    with pytest.raises(Refusal) as refused:
        read_pin(written)
    assert refused.value.code == "pin_unfit"


def test_the_same_pin_makes_another_key_for_another_link_and_round(site: Site) -> None:
    made = {pin_half(site.keys, *where, "4711") for where in ((1, b"a"), (1, b"b"), (2, b"a"))}
    assert len(made) == 3
    assert {len(half) for half in made} == {16}


def test_another_browser_shows_nothing_without_a_pin(site: Site, client: FlaskClient) -> None:
    address = begin(client, site.card)
    assert send_part(client, address, dict(FIRST)).status_code == 303
    other = site.client()
    assert "i en annan webbläsare" in text_of(other.get(f"/s/{site.card}"))
    assert begin(other, site.card) == f"/s/{site.card}/pin-kod"
    for path in ("del/1", "del/granska", "del/annan-enhet"):
        page = other.get(f"/s/{site.card}/{path}")
        assert page.status_code == 409
        assert "checked" not in page.get_data(as_text=True)
    for path in ("del/1", "del/granska", "del/annan-enhet"):
        assert other.post(f"/s/{site.card}/{path}", data=FIRST | {"go": "next", "pin": "4711"}).status_code == 409
    # A cookie that somebody made up opens nothing either.
    other.set_cookie("kept", "AAAAAAAAAAAAAAAAAAAAAA==", path=f"/s/{site.card}")
    assert other.get(f"/s/{site.card}/del/1").status_code == 409
    # The browser where it was begun notices nothing of all this.
    assert re.search(r'value="2" checked', client.get(address).get_data(as_text=True))


def test_with_the_pin_another_browser_goes_on_at_the_first_unanswered_part(site: Site, client: FlaskClient) -> None:
    started = client.post(f"/s/{site.card}/borja", data={"lang": "sv", "device": "1"})
    assert started.location == f"/s/{site.card}/del/annan-enhet"
    choose_pin(client, site.card)
    send_part(client, f"/s/{site.card}/del/1", dict(FIRST))
    other = site.client()
    opened = other.post(f"/s/{site.card}/pin-kod", data={"pin": "47 11"})
    assert other.get(opened.location).location == f"/s/{site.card}/del/2"
    assert re.search(r'value="2" checked', other.get(f"/s/{site.card}/del/1").get_data(as_text=True))
    # From now on both are the person's own.
    send_part(other, f"/s/{site.card}/del/2", dict(SECOND))
    assert "4,5" in text_of(client.get(f"/s/{site.card}/del/granska"))
    assert client.post(f"/s/{site.card}/del/granska").status_code == 303
    assert other.get(f"/s/{site.card}/del/1").status_code == 410
    assert len(site.sealed()) == 1
    assert site.count("draft") == 0


def test_a_pin_is_taken_away_again(site: Site, client: FlaskClient) -> None:
    send_part(client, begin(client, site.card), dict(FIRST))
    choose_pin(client, site.card)
    other = site.client()
    assert other.post(f"/s/{site.card}/pin-kod", data={"pin": "4711"}).status_code == 303
    removed = client.post(f"/s/{site.card}/del/annan-enhet", data={"go": "remove"})
    assert "ingen PIN-kod längre" in text_of(client.get(removed.location))
    assert "checked" in client.get(f"/s/{site.card}/del/1").text
    # Neither the PIN nor the browser that was opened with it shows anything now.
    assert site.client().post(f"/s/{site.card}/pin-kod", data={"pin": "4711"}).status_code == 422
    assert other.get(f"/s/{site.card}/del/1").status_code == 409


def test_a_new_pin_takes_the_place_of_the_old(site: Site, client: FlaskClient) -> None:
    send_part(client, begin(client, site.card), dict(FIRST))
    choose_pin(client, site.card, "1111")
    choose_pin(client, site.card, "2222")
    assert site.client().post(f"/s/{site.card}/pin-kod", data={"pin": "1111"}).status_code == 422
    assert site.client().post(f"/s/{site.card}/pin-kod", data={"pin": "2222"}).status_code == 303


def test_a_wrong_pin_is_slowed_down_for_that_code_alone(site: Site, client: FlaskClient) -> None:
    send_part(client, begin(client, site.card), dict(FIRST))
    choose_pin(client, site.card)
    other, path = site.client(), f"/s/{site.card}/pin-kod"
    for _ in range(5):
        page = other.post(path, data={"pin": "0000"})
        assert page.status_code == 422
        assert "PIN-koden stämmer inte" in text_of(page)
    # Not even the right one, nor from yet another browser.
    for browser in (other, site.client()):
        slowed = browser.post(path, data={"pin": "4711"})
        assert slowed.status_code == 429
        assert "Vänta två minuter" in text_of(slowed)
    site.clock.now += timedelta(minutes=2)
    assert other.post(path, data={"pin": "4711"}).status_code == 303
    # What is no PIN at all is told at once and counts for nothing.
    third = site.client()
    for _ in range(8):
        page = third.post(path, data={"pin": "fyra"})
        assert page.status_code == 422
        assert "4 till 12 siffror" in text_of(page)
        assert "<title>Fel: " in page.get_data(as_text=True)


def test_who_starts_over_is_told_what_is_lost_and_the_first_browser_too(site: Site, client: FlaskClient) -> None:
    address = begin(client, site.card)
    send_part(client, address, dict(FIRST))
    other = site.client()
    assert "raderas allt" in text_of(other.get(f"/s/{site.card}/pin-kod"))
    begun = other.post(f"/s/{site.card}/borja-om")
    assert other.get(begun.location).location == f"/s/{site.card}/del/1"
    assert "checked" not in other.get(f"/s/{site.card}/del/1").get_data(as_text=True)
    # The page that still stands open in the first browser, before anything is answered in the other: nothing is mixed.
    for go in ("save", "next", "send"):
        late = send_part(client, address, dict(FIRST), go)
        assert late.status_code == 409
        assert "eller börjat om där" in text_of(late)
    site.tab_of(client).post(f"/s/{site.card}/lamna")
    assert "checked" not in other.get(f"/s/{site.card}/del/1").get_data(as_text=True)
    send_part(other, f"/s/{site.card}/del/1", {"a_a": "1", "a_b": "1"})
    assert client.get(address).status_code == 409
    assert site.count("draft") == 1
    # Where there is something to go on with, nothing is thrown away.
    assert other.post(f"/s/{site.card}/borja-om").location == f"/s/{site.card}"
    assert re.search(r'value="1" checked', other.get(f"/s/{site.card}/del/1").get_data(as_text=True))


def test_who_has_begun_may_start_over_in_the_hour_after_closing(site: Site, client: FlaskClient) -> None:
    send_part(client, begin(client, site.card), dict(FIRST))
    site.close()
    other = site.client()
    assert other.get(other.post(f"/s/{site.card}/borja-om").location).location == f"/s/{site.card}/del/1"
    assert send_part(other, f"/s/{site.card}/del/1", dict(FIRST)).status_code == 303


def test_start_pressed_twice_begins_once(site: Site) -> None:
    first, second = site.client(), site.client()
    for client in (first, second):
        assert begin(client, site.card) == f"/s/{site.card}/del/1"
    assert send_part(second, f"/s/{site.card}/del/1", dict(FIRST)).status_code == 303
    assert first.get(f"/s/{site.card}/del/1").status_code == 409


def test_a_browser_that_sends_no_cookies_is_told_so_before_it_answers(site: Site) -> None:
    client = site.app.test_client(use_cookies=False)
    address = client.post(f"/s/{site.card}/borja", data={"lang": "sv"}).location
    for page in (client.get(address), client.post(address, data=FIRST | {"go": "next"})):
        assert page.status_code == 403
        assert "tillåta kakor" in text_of(page)
    other = site.client()
    send_part(other, begin(other, site.card), dict(FIRST))
    page = client.get(client.post(f"/s/{site.card}/borja-om").location)
    assert (page.status_code, "tillåta kakor" in text_of(page)) == (403, True)


def test_the_browsers_half_is_that_links_alone(site: Site, client: FlaskClient) -> None:
    begun = client.post(f"/s/{site.card}/borja", data={"lang": "sv"})
    cookie = next(value for value in begun.headers.getlist("Set-Cookie") if value.startswith("kept="))
    assert cookie.endswith(f"; Max-Age=5184000; HttpOnly; Path=/s/{site.card}; SameSite=Lax")
    send_part(client, f"/s/{site.card}/del/1", dict(FIRST))
    sent = client.post(f"/s/{site.card}/del/granska")
    assert any(value.startswith("kept=;") for value in sent.headers.getlist("Set-Cookie"))


def test_an_open_link_has_no_pin_and_says_why(site: Site, client: FlaskClient) -> None:
    begin(client, site.open)
    page = f"/s/{site.open}/del/annan-enhet"
    assert "Det går inte med den här länken" in text_of(client.get(page))
    assert client.post(page, data={"pin": "4711"}).location == page
    assert client.get(f"/s/{site.open}/pin-kod").location == f"/s/{site.open}"
    assert client.post(f"/s/{site.open}/borja-om").location == f"/s/{site.open}"


def test_every_page_has_the_way_to_a_pin(site: Site, client: FlaskClient) -> None:
    address = begin(client, site.card)
    asked = send_part(client, address, dict(FIRST), go="device")
    assert asked.location == f"/s/{site.card}/del/annan-enhet"
    page = client.get(asked.location).get_data(as_text=True)
    assert f'href="/s/{site.card}/del/2"' in page
    assert "Du måste inte" in page


def test_leaving_deletes_nothing_that_another_browser_has_saved(site: Site, client: FlaskClient) -> None:
    begin(client, site.card)
    send_part(client, f"/s/{site.card}/del/1", dict(FIRST))
    assert site.client().post(f"/s/{site.card}/lamna").status_code == 303
    assert client.get(f"/s/{site.card}/del/1").status_code == 200
    assert client.post(f"/s/{site.card}/lamna").status_code == 303
    assert site.count("draft") == 0
