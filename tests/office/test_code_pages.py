"""Two-step log-in in the pages: set up with a code, asked for at log-in and before what is sensitive."""

from __future__ import annotations

import re
from datetime import timedelta

import pyotp
import pytest
from flask.testing import FlaskClient
from office_site import PASSWORD, Office, email_of, post, text_of, token_in
from sqlalchemy import select

from survey.accounts.accounts import set_password
from survey.models import Account
from survey.web.office import access


def turn_on(office: Office, client: FlaskClient) -> str:
    """Two-step log-in by the page itself. Gives the secret that the page shows."""
    page = client.get("/konto").get_data(as_text=True)
    found = re.search(r'<code class="address">([A-Z2-7 ]+)</code>', page)
    assert found
    secret = found[1].replace(" ", "")
    response = post(client, "/konto", {"code": code_now(office, secret)})
    assert response.status_code == 302, text_of(response)
    office.clock.pass_time(minutes=1)
    return secret


def code_now(office: Office, secret: str) -> str:
    return pyotp.TOTP(secret).at(office.clock())


@pytest.fixture
def secret(office: Office) -> str:
    with office.services.sessions.begin() as session:
        set_password(
            session, session.scalars(select(Account).where(Account.email == email_of("analyst"))).one(), PASSWORD
        )
    return turn_on(office, office.client("analyst"))


def half_way(office: Office) -> FlaskClient:
    client = office.client()
    response = post(client, "/logga-in?next=/analys/", {"email": email_of("analyst"), "password": PASSWORD})
    assert response.location == "/logga-in/kod?next=/analys/"
    return client


def test_the_page_shows_one_secret_until_it_is_confirmed(office: Office) -> None:
    client = office.client("analyst")
    first, second = client.get("/konto").get_data(as_text=True), client.get("/konto").get_data(as_text=True)
    shown = re.findall(r'<code class="address">([A-Z2-7 ]+)</code>', first + second)
    assert len(set(shown)) == 1
    assert "<title>QR-kod till appen</title>" in first
    wrong = post(client, "/konto", {"code": "000000"})
    assert wrong.status_code == 422
    assert '<a href="#code">Koden stämmer inte' in wrong.get_data(as_text=True)


def test_the_cookie_does_not_hold_the_secret(office: Office) -> None:
    client = office.client("analyst")
    shown = re.search(r'<code class="address">([A-Z2-7 ]+)</code>', client.get("/konto").get_data(as_text=True))
    assert shown
    with client.session_transaction() as session:
        assert shown[1].replace(" ", "") not in str(dict(session))


def test_the_password_alone_lets_nobody_in(office: Office, secret: str) -> None:
    client = half_way(office)
    assert client.get("/analys/").status_code == 302
    assert office.events()[-1][1] == "set_up_second_factor", "one who is half way has not logged in"
    response = post(client, "/logga-in/kod?next=/analys/", {"code": code_now(office, secret)})
    assert response.location == "/analys/"
    assert client.get("/analys/").status_code == 200
    assert [action for _, action, _ in office.events()[-2:]] == ["right_code", "log_in"]


def test_a_one_time_link_needs_the_code_too(office: Office, secret: str) -> None:
    client = office.client()
    assert post(client, f"/logga-in/{office.code_for('analyst')}").location == "/logga-in/kod"
    assert client.get("/analys/").status_code == 302


def test_a_used_code_lets_nobody_else_in(office: Office, secret: str) -> None:
    code = code_now(office, secret)
    assert post(half_way(office), "/logga-in/kod", {"code": code}).status_code == 302
    second = post(half_way(office), "/logga-in/kod", {"code": code})
    assert second.status_code == 422
    assert "redan använd" in text_of(second)


def test_after_five_wrong_codes_a_right_one_has_to_wait(office: Office, secret: str) -> None:
    client = half_way(office)
    for _ in range(5):
        assert post(client, "/logga-in/kod", {"code": "000000"}).status_code == 422
    refused = post(client, "/logga-in/kod", {"code": code_now(office, secret)})
    assert "för många felaktiga koder" in text_of(refused)
    office.clock.pass_time(minutes=16)
    assert post(half_way(office), "/logga-in/kod", {"code": code_now(office, secret)}).status_code == 302


def test_looking_for_the_telephone_may_take_five_minutes(office: Office, secret: str) -> None:
    client = half_way(office)
    office.clock.pass_time(minutes=6)
    assert client.get("/logga-in/kod").location == "/logga-in"


def test_somebody_half_way_is_out_when_the_password_is_changed(office: Office, secret: str) -> None:
    client = half_way(office)
    with office.services.sessions.begin() as session:
        account = session.scalars(select(Account).where(Account.email == email_of("analyst"))).one()
        set_password(session, account, PASSWORD + " ny")
    assert client.get("/logga-in/kod").location == "/logga-in"


def test_one_is_led_on_within_this_site_only(office: Office, secret: str) -> None:
    client = half_way(office)
    response = post(client, "/logga-in/kod?next=https://elsewhere.example/", {"code": code_now(office, secret)})
    assert response.location == "/kontor"


@pytest.fixture
def guarded(office: Office) -> str:
    """A page that is sensitive, in this application only."""
    office.app._got_first_request = False
    office.app.add_url_rule("/hemligt", "guarded", access.step_up_required(lambda: "det hemliga"))
    return "/hemligt"


def test_what_is_sensitive_is_open_for_ten_minutes_after_a_code(office: Office, guarded: str, secret: str) -> None:
    client = half_way(office)
    post(client, "/logga-in/kod", {"code": code_now(office, secret)})
    office.clock.pass_time(minutes=9)
    assert client.get(guarded).status_code == 200
    office.clock.pass_time(minutes=2)
    assert client.get(guarded).location == f"/bekrafta?next={guarded}"
    assert post(client, f"/bekrafta?next={guarded}", {"code": "000000"}).status_code == 422
    assert client.get(guarded).status_code == 302
    assert post(client, f"/bekrafta?next={guarded}", {"code": code_now(office, secret)}).location == guarded
    assert client.get(guarded).get_data(as_text=True) == "det hemliga"


def test_without_a_second_factor_one_is_led_to_set_it_up_and_back(office: Office, guarded: str) -> None:
    client = office.client("analyst")
    assert client.get(guarded).location == f"/konto?next={guarded}"
    assert "kräver tvåstegsinloggning" in text_of(client.get(f"/konto?next={guarded}"))
    assert office.client().get(guarded).location == f"/logga-in?next={guarded}"


def test_taking_it_away_needs_a_code(office: Office, secret: str) -> None:
    client = half_way(office)
    post(client, "/logga-in/kod", {"code": code_now(office, secret)})
    assert post(client, "/konto/ta-bort", {"code": "000000"}).status_code == 422
    office.clock.now += timedelta(minutes=1)
    assert post(client, "/konto/ta-bort", {"code": code_now(office, secret)}).status_code == 302
    response = post(office.client(), "/logga-in", {"email": email_of("analyst"), "password": PASSWORD})
    assert response.location == "/kontor"


def test_nothing_of_secret_or_code_is_in_the_trail(office: Office, secret: str) -> None:
    code = code_now(office, secret)
    post(half_way(office), "/logga-in/kod", {"code": code})
    assert not any(part in str(event) for event in office.events() for part in (secret, code))


def test_a_browser_that_was_left_open_sets_up_nobodys_factor(office: Office) -> None:
    """Else whoever finds it could take rows out with a telephone of their own."""
    client = office.client("analyst")
    page = client.get("/konto").get_data(as_text=True)
    shown = re.search(r'<code class="address">([A-Z2-7 ]+)</code>', page)
    assert shown
    office.clock.pass_time(minutes=11)
    later = client.get("/konto?next=/analys/").get_data(as_text=True)
    assert shown[1] not in later
    assert 'href="/logga-in?next=/konto?next' in later.replace("%2F", "/").replace("%3F", "?")
    sent = {"csrf_token": token_in(client.get("/konto")), "code": code_now(office, shown[1].replace(" ", ""))}
    client.post("/konto", data=sent)
    assert "set_up_second_factor" not in [event[1] for event in office.events()]


def test_a_password_is_changed_just_after_a_log_in_only(office: Office) -> None:
    with office.services.sessions.begin() as session:
        set_password(
            session, session.scalars(select(Account).where(Account.email == email_of("analyst"))).one(), PASSWORD
        )
    client = office.client("analyst")
    assert client.get("/losenord").status_code == 200
    office.clock.pass_time(minutes=11)
    assert client.get("/losenord").location == "/logga-in?next=/losenord"
    post(client, "/logga-in?next=/losenord", {"email": email_of("analyst"), "password": PASSWORD})
    assert client.get("/losenord").status_code == 200
