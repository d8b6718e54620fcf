"""What somebody who means harm sends: their cookies and forms change nothing of anybody else's."""

from __future__ import annotations

import base64
import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from respond_site import EVERY_TYPE, Site, begin, make_site
from sqlalchemy import Engine

from survey.answering.codes import RECEIPT_LENGTH, with_check

A_NUMBER = base64.urlsafe_b64encode(b"x" * 16).decode()
A_RECEIPT = with_check("2" * (RECEIPT_LENGTH - 1))
LONG_FROM_NOW = 9_999_999_999


@pytest.fixture
def site(tmp_path: Path, sqlite_engine: Engine) -> Site:
    return make_site(tmp_path / "home", sqlite_engine)


def brought(client: FlaskClient, code: str, **cookies: str) -> FlaskClient:
    """The browser with cookies that somebody has made."""
    for name, value in cookies.items():
        client.set_cookie(name, value, path=f"/s/{code}")
    return client


def test_the_thank_you_page_that_all_are_sent_holds_nothing_of_whoever_made_it_be_drawn(
    tmp_path: Path, sqlite_engine: Engine
) -> None:
    site = make_site(
        tmp_path / "home",
        sqlite_engine,
        instrument="user-survey-own",
        content=EVERY_TYPE.replace("id: every-type", "id: user-survey-own"),
    )
    receipt = f"{site.round_id}.{A_RECEIPT}.{LONG_FROM_NOW}"
    first = brought(site.client(), site.open, kiosk=A_NUMBER, receipt=receipt).get(f"/s/{site.open}/tack")
    assert first.status_code == 200
    page = brought(site.client(), site.card, receipt=receipt).get(f"/s/{site.card}/tack").text
    assert site.open not in page
    assert "data-kiosk" not in page


@pytest.mark.parametrize("body", ["a&" * 100_000, "a=" + "%" * 100_000], ids=["fields", "signs"])
@pytest.mark.parametrize("address", ["/s/", "/logga-in"])
def test_a_form_of_a_hundred_thousand_fields_is_not_taken_apart(site: Site, address: str, body: str) -> None:
    sent = site.client().post(address, data=body, content_type="application/x-www-form-urlencoded")
    assert sent.status_code == 413


@pytest.mark.parametrize("page", ["kod", "tidigare-svar"])
def test_what_one_wrote_of_a_parent_on_a_tablet_is_not_shown_to_the_next(
    tmp_path: Path, sqlite_engine: Engine, page: str
) -> None:
    """The browser's history keeps a form that came back, and sends it again if asked."""
    questions = ["mother_name", "birth_day"]
    site = make_site(tmp_path / "home", sqlite_engine, linked=True, code_questions=questions)
    client, address = site.client(), f"/s/{site.open}/{page}"
    client.get(f"/s/{site.open}/kiosk")
    begin(client, site.open)
    sent = {"visit": re.findall(r'name="visit" value="(\w+)"', client.get(address).text)[0], "birth_day": "Qvist"}
    assert "Qvist" in client.post(address, data=sent).text
    client.post(f"/s/{site.open}/lamna")
    client.get(f"/s/{site.open}/kiosk")
    begin(client, site.open)
    again = client.post(address, data=sent)
    assert (again.status_code, again.location) == (303, address)


def test_the_button_that_sends_passes_no_question_that_must_be_answered(tmp_path: Path, sqlite_engine: Engine) -> None:
    content = EVERY_TYPE.replace("{id: b, text", "{id: b, required: true, text")
    site = make_site(tmp_path / "home", sqlite_engine, content=content)
    begin(client := site.client(), site.card)
    sent = client.post(f"/s/{site.card}/del/2", data={"go": "send", "noticed": "1", "a_many": "1"})
    assert (sent.status_code, sent.location) == (303, f"/s/{site.card}/del/granska")
    assert (site.count("urn"), site.count("draft")) == (0, 1)


def test_one_card_does_not_use_up_the_stretching_of_all(site: Site) -> None:
    begin(client := site.client(), site.card)
    chosen = [client.post(f"/s/{site.card}/del/annan-enhet", data={"pin": "4711"}).status_code for _ in range(12)]
    assert chosen == [303] * 10 + [429] * 2
    assert client.get(f"/s/{site.card}/del/1").status_code == 200
