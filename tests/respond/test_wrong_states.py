"""A table of wrong states: what each page says, in both languages, with which status, and where it leads on."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from respond_site import EVERY_TYPE, FIRST, Site, begin, fill_in, make_site, send_part, text_of
from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError
from werkzeug.test import TestResponse

from survey.answering.codes import new_code
from survey.models import Base

Wrong = Callable[[Site, FlaskClient], TestResponse]


@pytest.fixture
def site(tmp_path: Path, sqlite_engine: Engine) -> Site:
    return make_site(tmp_path / "home", sqlite_engine)


def language_of(client: FlaskClient) -> str:
    return str(client.get_cookie("lang", path="/s/").value)


def begun(site: Site, client: FlaskClient) -> str:
    return begin(client, site.card, lang=language_of(client))


def unknown(site: Site, client: FlaskClient) -> TestResponse:
    return client.get(f"/s/{new_code()}")


def mistyped(site: Site, client: FlaskClient) -> TestResponse:
    return client.get("/s/K7PX")


def used(site: Site, client: FlaskClient) -> TestResponse:
    client.post(fill_in(client, site.card))
    return site.client().get(f"/s/{site.card}")


def taken_back(site: Site, client: FlaskClient) -> TestResponse:
    client.post(fill_in(client, site.card))
    receipt = str(client.get_cookie("receipt", path=f"/s/{site.card}").value).partition(".")[2]
    client.post(f"/s/{site.card}/ta-tillbaka", data={"receipt": receipt})
    return client.get(f"/s/{site.card}")


def sealed(site: Site, client: FlaskClient) -> TestResponse:
    site.change_round(state="sealed", closed_at=site.clock.now, sealed_at=site.clock.now)
    return client.get(f"/s/{site.card}/ta-tillbaka")


def closed(site: Site, client: FlaskClient) -> TestResponse:
    site.close()
    return client.get(f"/s/{site.open}")


def not_yet_open(site: Site, client: FlaskClient) -> TestResponse:
    site.change_round(state="draft", opened_at=None, closed_at=None, sealed_at=None)
    return client.get(f"/s/{site.open}")


def another_browser(site: Site, client: FlaskClient) -> TestResponse:
    other = site.client()
    send_part(other, begin(other, site.card), dict(FIRST))
    return client.get(f"/s/{site.card}/del/1")


def wrong_pin(site: Site, client: FlaskClient) -> TestResponse:
    another_browser(site, client)
    return client.post(f"/s/{site.card}/pin-kod", data={"pin": "4711"})


def wrong_pin_again_and_again(site: Site, client: FlaskClient) -> TestResponse:
    another_browser(site, client)
    for _time in range(5):
        site.client().post(f"/s/{site.card}/pin-kod", data={"pin": "4711"})
    return client.post(f"/s/{site.card}/pin-kod", data={"pin": "4711"})


def without_cookies(site: Site, client: FlaskClient) -> TestResponse:
    begun(site, client)
    other = site.client()
    other.set_cookie("lang", language_of(client), path="/s/")
    return other.get(f"/s/{site.card}/del/1")


def not_begun(site: Site, client: FlaskClient) -> TestResponse:
    return client.get(f"/s/{site.open}/del/1")


def too_large(site: Site, client: FlaskClient) -> TestResponse:
    return client.post(begun(site, client), data={"go": "next", "a_why": "x" * 1_100_000})


def tampered(site: Site, client: FlaskClient) -> TestResponse:
    return client.post(begun(site, client), data={"go": "away"})


def from_elsewhere(site: Site, client: FlaskClient) -> TestResponse:
    return client.post(f"/s/{site.card}/borja", headers={"Sec-Fetch-Site": "cross-site"})


def deleted_study(site: Site, client: FlaskClient) -> TestResponse:
    begin(client, site.card)
    with site.session() as session:
        for table in ("draft", "invitation", "card", "round_unit", "round", "study"):
            session.execute(Base.metadata.tables[table].delete())
        session.commit()
    return client.get(f"/s/{site.card}/del/1")


def database_away(site: Site, client: FlaskClient) -> TestResponse:
    address = begun(site, client)

    def away(*_arguments: object, **_more: object) -> None:
        raise OperationalError("SELECT", {}, Exception("the server has gone"))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("survey.web.respond.visit.find_with_draft", away)
        return client.get(address)


CODE_PAGE, FIRST_PAGE = 'href="/s/"', 'href="/s/{code}"'
TABLE: tuple[tuple[Wrong, int, str, str, str], ...] = (
    # state, status, Swedish, English, where it leads
    (unknown, 404, "Vi hittar inte koden", "We cannot find this code", CODE_PAGE),
    (mistyped, 404, "Koden stämmer inte riktigt", "The code is not quite right", CODE_PAGE),
    (used, 410, "Det finns redan ett svar", "An answer has already been sent", "/ta-tillbaka"),
    (taken_back, 410, "Svaret är tillbakataget", "The answer has been withdrawn", ""),
    (sealed, 410, "Svaren är redan blandade", "The answers have been mixed", ""),
    (closed, 410, "Undersökningen har stängt", "The survey has closed", ""),
    (another_browser, 409, "Påbörjat i en annan webbläsare", "Begun in another browser", "/pin-kod"),
    (wrong_pin, 422, "PIN-koden stämmer inte", "The PIN is not the right one", "/borja-om"),
    (wrong_pin_again_and_again, 429, "Vänta några minuter", "Wait a few minutes", "/pin-kod"),
    (without_cookies, 403, "Vi känner inte igen den här webbläsaren", "We do not know this browser again", FIRST_PAGE),
    (not_begun, 403, "Börja från första sidan", "Start from the first page", FIRST_PAGE),
    (too_large, 413, "för mycket på en gång", "That was too much at once", ""),
    (tampered, 400, "Vi kunde inte läsa det här", "We could not read this", FIRST_PAGE),
    (from_elsewhere, 403, "Vi tog inte emot det här", "We did not accept this", FIRST_PAGE),
    (deleted_study, 404, "Vi hittar inte koden", "We cannot find this code", CODE_PAGE),
    (database_away, 503, "Tjänsten vilar en stund", "The service is resting for a moment", ""),
)


@pytest.mark.parametrize(
    ("wrong", "status", "swedish", "english", "onward"), TABLE, ids=[row[0].__name__ for row in TABLE]
)
def test_each_wrong_state_says_what_to_do(
    site: Site, wrong: Wrong, status: int, swedish: str, english: str, onward: str
) -> None:
    for language, said in (("sv", swedish), ("en", english)):
        client = site.client()
        client.set_cookie("lang", language, path="/s/")
        page = wrong(site, client)
        assert page.status_code == status
        assert f'<html lang="{language}"' in page.text
        assert said in text_of(page)
        assert page.text.count("<h1>") == 1
        code = page.request.path.split("/")[2]
        assert onward.format(code=code) in page.text
        assert page.headers["Cache-Control"] == "no-store"
        if wrong in (used, taken_back, sealed, closed, deleted_study):
            break  # the state is there to stay: English is asked for in test_bad_states.py


@pytest.mark.parametrize("kind", ["user-survey-own", "staff-survey-own"])
def test_whoever_must_leave_quickly_can_do_so_where_a_known_link_is_refused(
    tmp_path: Path, sqlite_engine: Engine, kind: str
) -> None:
    content = EVERY_TYPE.replace("id: every-type", f"id: {kind}", 1)
    users = kind.startswith("user-survey-")
    site = make_site(tmp_path / "home", sqlite_engine, instrument=kind, content=content, simulated=True)
    for wrong in (unknown, mistyped, not_begun, taken_back, closed, sealed, not_yet_open):
        client = site.client()
        page = wrong(site, client)
        known = wrong not in (unknown, mistyped)
        assert page.status_code >= 400
        assert ("Lämna sidan snabbt" in page.text) == (users and known), wrong.__name__
        assert ("Simulerad undersökning" in page.text) == known, wrong.__name__
    assert client.post(f"/s/{site.card}/lamna").location == "/stangd?lang=sv"
