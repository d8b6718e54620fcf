"""The respondent's way from the link to the receipt, without scripts, on both databases."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from respond_site import FIRST, SECOND, STORED, THIRD, Site, begin, fill_in, send_part, text_of

RECEIPT = re.compile(r"[2-9A-Z]{4}(?:-[2-9A-Z]{4}){3}")


def receipt_on(client: FlaskClient, address: str) -> str:
    return RECEIPT.findall(text_of(client.get(address)))[0]


@pytest.mark.parametrize("way", ["open", "card"])
def test_what_was_answered_is_what_lies_in_the_urn(site: Site, client: FlaskClient, way: str) -> None:
    review = fill_in(client, getattr(site, way))
    page = text_of(client.get(review))
    assert "Nej, Ja" in page
    assert "4,5" in page
    assert "Du har gått igenom alla frågor" in page
    sent = client.post(review)
    assert sent.status_code == 303
    assert "Tack" in text_of(client.get(sent.location))
    assert site.sealed() == [STORED]
    assert site.count("draft") == 0


def test_looking_changes_nothing(site: Site, client: FlaskClient) -> None:
    for code in (site.open, site.card):
        for method in (client.get, client.head):
            response = method(f"/s/{code}")
            assert response.status_code == 200
            assert "Set-Cookie" not in response.headers
    assert site.count("draft") == 0


@pytest.mark.parametrize("way", ["open", "card"])
def test_sending_again_gives_the_same_receipt_and_one_answer(site: Site, client: FlaskClient, way: str) -> None:
    review = fill_in(client, getattr(site, way))
    cookies = {cookie.key: cookie.value for cookie in client._cookies.values()}
    first = receipt_on(client, client.post(review).location)
    # The reply was lost: the browser still has the cookies it had before.
    for name, value in cookies.items():
        client.set_cookie(name, value, path=f"/s/{getattr(site, way)}" if name == "begun" else "/s/")
    assert receipt_on(client, client.post(review).location) == first
    # Back to the last page, and forward once more.
    last_page = review.replace("granska", "3")
    again = send_part(client, last_page, dict(THIRD), go="send")
    assert receipt_on(client, again.location) == first
    assert site.sealed() == [STORED]


def test_the_receipt_is_shown_once_more_for_ten_minutes_and_until_the_browser_is_closed(
    site: Site, client: FlaskClient
) -> None:
    there = client.post(fill_in(client, site.card)).location
    kept = client.get_cookie("receipt", path=f"/s/{site.card}")
    assert kept is not None
    assert kept.max_age is kept.expires is None
    site.clock.now += timedelta(minutes=9)
    assert client.get(there).status_code == 200
    site.clock.now += timedelta(minutes=1)
    assert client.get(there).location == f"/s/{site.card}"


def test_a_card_goes_on_at_the_first_unanswered_part_in_the_same_browser(site: Site, client: FlaskClient) -> None:
    send_part(client, begin(client, site.card), dict(FIRST))
    assert "Du har börjat" in text_of(client.get(f"/s/{site.card}"))
    address = begin(client, site.card)
    assert address.endswith("/del/2")
    back = client.get(address.replace("/del/2", "/del/1")).get_data(as_text=True)
    assert re.search(r'value="2" checked', back)


def test_an_open_link_shows_nobody_what_another_began(site: Site, client: FlaskClient) -> None:
    send_part(client, begin(client, site.open), dict(FIRST))
    # The same browser, the same link: the next person at a shared device.
    assert "Du har börjat" not in text_of(client.get(f"/s/{site.open}"))
    address = begin(client, site.open)
    assert address.endswith("/del/1")
    assert "checked" not in client.get(address).get_data(as_text=True)


def test_on_ones_own_device_an_open_link_goes_on_where_one_stopped(site: Site, client: FlaskClient) -> None:
    send_part(client, begin(client, site.open, own="1"), dict(FIRST))
    kept = next(cookie for cookie in client._cookies.values() if cookie.key == "kept")
    assert (kept.path, kept.same_site, kept.http_only) == (f"/s/{site.open}", "Lax", True)
    # The browser was closed: only what was kept is left.
    client.delete_cookie("begun", path=f"/s/{site.open}")
    assert "Du har börjat" in text_of(client.get(f"/s/{site.open}"))
    assert "Du har börjat" not in text_of(site.client().get(f"/s/{site.open}"))
    address = begin(client, site.open)
    assert address.endswith("/del/2")
    for answers in (SECOND, THIRD):
        address = send_part(client, address, dict(answers)).location
    client.post(address)
    assert "kept" not in {cookie.key for cookie in client._cookies.values()}
    assert "Du har börjat" not in text_of(client.get(f"/s/{site.open}"))


def test_what_is_left_out_is_asked_for_once_and_then_passes(site: Site, client: FlaskClient) -> None:
    address = begin(client, site.card)
    asked = client.post(address, data={"go": "next", "a_a": "1"})
    assert asked.status_code == 200
    assert "En fråga saknar svar" in text_of(asked)
    assert 'href="#f-b-1"' in asked.get_data(as_text=True)
    passed = client.post(address, data={"go": "next", "a_a": "1", "noticed": "1"})
    assert passed.location.endswith("/del/2")


def test_an_empty_box_for_own_words_is_not_asked_about(site: Site, client: FlaskClient) -> None:
    last = begin(client, site.card).replace("/1", "/3")
    asked = client.post(last, data={"go": "next"})
    assert "En fråga saknar svar" in text_of(asked)
    assert 'name="noticed" value="how"' in asked.text
    passed = client.post(last, data={"a_how": "7", "go": "next"})
    assert passed.location.endswith("/granska")
    # Of the others five are left: a, b, which, how many, which year.
    assert "5 frågor saknar svar. Det går bra." in text_of(client.get(passed.location))


def test_who_declines_is_not_asked_again_and_stores_nothing(site: Site, client: FlaskClient) -> None:
    address = begin(client, site.card)
    passed = client.post(address, data={"go": "next", "a_a": "-", "a_b": "1"})
    assert passed.location.endswith("/del/2")
    review = address.replace("/1", "/granska")
    assert "Vill inte svara" in text_of(client.get(review))
    client.post(review)
    assert site.sealed() == [{"b": 1}]


def test_an_answer_that_opens_a_question_shows_it_before_going_on(site: Site, client: FlaskClient) -> None:
    address = begin(client, site.card)
    assert "Följdfråga" not in text_of(client.get(address))
    opened = client.post(address, data={"go": "next", "a_a": "3", "a_b": "1"})
    assert opened.status_code == 200
    assert "Dina svar öppnade fler frågor" in text_of(opened)
    client.post(address, data={"go": "next", "a_a": "3", "a_b": "1", "a_c": "2"})
    # Going back and closing the branch keeps the answer out of what is sent in.
    client.post(address, data={"go": "next", "a_a": "1", "a_b": "1"})
    client.post(address.replace("/1", "/granska"))
    assert site.sealed() == [{"a": 1, "b": 1}]


def test_changing_one_answer_leads_back_to_the_review(site: Site, client: FlaskClient) -> None:
    review = fill_in(client, site.card)
    page = client.get(review).get_data(as_text=True)
    change = re.findall(r'href="([^"]+)#q-years"', page)[0]
    assert 'value="4,5"' in client.get(change).get_data(as_text=True)
    changed = send_part(client, change, SECOND | {"a_years": "5"})
    assert changed.location == review
    client.post(review)
    assert site.sealed()[0]["years"] == 5


def test_all_on_one_page_is_sent_in_from_that_page(site: Site, client: FlaskClient) -> None:
    address = begin(client, site.open).replace("/del/", "/allt/")
    sent = send_part(client, address, FIRST | SECOND | THIRD, go="send")
    assert sent.status_code == 303
    assert site.sealed() == [STORED]


@pytest.mark.parametrize(
    ("button", "leads_to"), [("back", "/del/1"), ("review", "/del/granska"), ("pace-all", "/allt/1")]
)
def test_every_button_saves_what_is_on_the_page(site: Site, client: FlaskClient, button: str, leads_to: str) -> None:
    send_part(client, begin(client, site.card), dict(FIRST))
    pressed = client.post(f"/s/{site.card}/del/2", data={"go": button, "a_years": "7"})
    assert pressed.location.endswith(leads_to)
    assert 'value="7"' in client.get(f"/s/{site.card}/del/2").get_data(as_text=True)


def test_changing_language_keeps_the_answers(site: Site, client: FlaskClient) -> None:
    address = begin(client, site.card)
    switched = client.post(address, data={"go": "lang-en", "a_a": "2"})
    page = client.get(switched.location)
    assert "First question?" in text_of(page)
    assert '<html lang="en">' in page.get_data(as_text=True)
    assert re.search(r'id="f-a-2" value="2" checked', page.get_data(as_text=True))


@pytest.mark.parametrize("way", ["open", "card"])
def test_with_link_and_receipt_an_answer_is_taken_back(site: Site, client: FlaskClient, way: str) -> None:
    code = getattr(site, way)
    receipt = receipt_on(client, client.post(fill_in(client, code)).location)
    other = site.client()
    wrong = other.post(f"/s/{code}/ta-tillbaka", data={"receipt": "2222-2222-2222-2222"})
    assert wrong.status_code == 422
    assert site.count("urn") == 1
    done = other.post(f"/s/{code}/ta-tillbaka", data={"receipt": receipt.lower()})
    assert done.status_code == 303
    assert "borttaget" in text_of(other.get(done.location))
    assert site.count("urn") == 0


def test_who_has_begun_has_an_hour_after_closing(site: Site, client: FlaskClient) -> None:
    review = fill_in(client, site.card)
    site.close()
    site.clock.now += timedelta(minutes=59)
    assert "inom en timme" in text_of(client.get(f"/s/{site.card}"))
    assert client.post(review).status_code == 303
    assert site.sealed() == [STORED]


def test_an_hour_after_closing_nothing_more_is_taken(site: Site, client: FlaskClient) -> None:
    review = fill_in(client, site.card)
    site.close()
    site.clock.now += timedelta(minutes=61)
    assert client.post(review).status_code == 410
    assert site.sealed() == []
