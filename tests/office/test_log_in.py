"""Logging in: passwords, one-time links, the slowing down of guesses, and where one ends up."""

from __future__ import annotations

import pytest
from office_site import PASSWORD, Office, email_of, post, text_of
from sqlalchemy import select

from survey.accounts.accounts import set_password
from survey.models import Account, AuditEvent

REFUSED = "Vi kunde inte logga in er"


@pytest.fixture
def with_password(office: Office) -> Office:
    with office.services.sessions.begin() as session:
        account = session.scalars(select(Account).where(Account.email == email_of("analyst"))).one()
        set_password(session, account, PASSWORD)
    return office


def log_in(office: Office, password: str = PASSWORD, who: str = "analyst", next_page: str = "") -> object:
    address = "/logga-in" + (f"?next={next_page}" if next_page else "")
    return post(office.client(), address, {"email": email_of(who).upper() + " ", "password": password})


def test_the_password_opens_and_leads_to_what_the_role_is_for(with_password: Office) -> None:
    response = log_in(with_password)
    assert (response.status_code, response.location) == (302, "/kontor")
    assert with_password.events()[-1] == (email_of("analyst"), "log_in", email_of("analyst"))


@pytest.mark.parametrize("who", ["analyst", "administrator", "stranger"])
def test_wrong_password_no_password_and_no_account_are_told_the_same(with_password: Office, who: str) -> None:
    response = log_in(with_password, "fel " + PASSWORD, who)
    assert response.status_code == 422
    assert REFUSED in text_of(response)
    assert not any(action == "log_in" for _, action, _ in with_password.events())


def test_an_empty_form_says_what_is_missing_and_links_to_it(office: Office) -> None:
    page = post(office.client(), "/logga-in").get_data(as_text=True)
    assert '<a href="#email">Skriv er e-postadress.</a>' in page
    assert '<a href="#password">Skriv ert lösenord.</a>' in page
    assert "<title>Fel: " in page


def test_after_five_failures_the_account_waits_and_then_may_try_again(with_password: Office) -> None:
    for _ in range(5):
        log_in(with_password, "fel")
    assert log_in(with_password).status_code == 422
    with_password.clock.pass_time(minutes=16)
    assert log_in(with_password).status_code == 302


def test_a_log_in_that_works_wipes_the_slate(with_password: Office) -> None:
    for _ in range(4):
        log_in(with_password, "fel")
    assert log_in(with_password).status_code == 302
    log_in(with_password, "fel")
    assert log_in(with_password).status_code == 302


def test_one_accounts_failures_are_not_anothers(with_password: Office) -> None:
    for _ in range(6):
        log_in(with_password, "fel", "administrator")
    assert log_in(with_password).status_code == 302


def test_the_trail_of_failures_holds_no_address_and_no_stranger(with_password: Office) -> None:
    log_in(with_password, "fel")
    log_in(with_password, "fel", "stranger")
    with with_password.services.sessions() as session:
        event = session.scalars(select(AuditEvent)).one()
    assert (event.action, event.actor, event.detail) == ("log_in_failed", email_of("analyst"), {})


def test_a_one_time_link_is_not_used_up_by_looking(office: Office) -> None:
    address = f"/logga-in/{office.code_for('analyst')}"
    for _ in range(3):  # a mail scanner
        assert office.client().get(address).status_code == 200
    client = office.client()
    assert post(client, address).status_code == 302
    assert client.get("/analys/").status_code == 200


def test_a_one_time_link_works_once(office: Office) -> None:
    address = f"/logga-in/{office.code_for('analyst')}"
    assert post(office.client(), address).status_code == 302
    second = post(office.client(), address)
    assert second.status_code == 410
    assert "Länken är använd" in text_of(second)


def test_a_one_time_link_grows_old(office: Office) -> None:
    address = f"/logga-in/{office.code_for('analyst', hours=2)}"
    office.clock.pass_time(hours=2)
    assert post(office.client(), address).status_code == 410


def test_a_one_time_link_works_for_an_account_that_has_to_wait(with_password: Office) -> None:
    for _ in range(5):
        log_in(with_password, "fel")
    assert post(with_password.client(), f"/logga-in/{with_password.code_for('analyst')}").status_code == 302


@pytest.mark.parametrize(
    ("wished", "led"),
    [
        ("/analys/", "/analys/"),
        ("/analys/1/?delskala=practice", "/analys/1/?delskala=practice"),
        ("https://elsewhere.example/", "/kontor"),
        ("//elsewhere.example/", "/kontor"),
        ("/%5Celsewhere.example/", "/kontor"),
        ("/%09/elsewhere.example/", "/kontor"),
        ("javascript:alert(1)", "/kontor"),
    ],
)
def test_one_is_led_on_within_this_site_only(with_password: Office, wished: str, led: str) -> None:
    assert log_in(with_password, next_page=wished).location == led


def test_logging_in_leaves_nothing_of_the_session_before(with_password: Office) -> None:
    client = with_password.client()
    client.get("/logga-in")
    with client.session_transaction() as session:
        session["planted"] = "by somebody else"
    post(client, "/logga-in", {"email": email_of("analyst"), "password": PASSWORD})
    with client.session_transaction() as session:
        assert "planted" not in session


def test_logging_out_needs_a_post_and_ends_it(office: Office) -> None:
    client = office.client("analyst")
    assert client.get("/logga-ut").status_code == 405
    assert post(client, "/logga-ut", page="/analys/").location == "/logga-in"
    assert client.get("/analys/").status_code == 302


def test_a_copied_cookie_is_worth_nothing_after_logging_out_or_a_new_password(office: Office) -> None:
    for leave in (
        lambda client: post(client, "/logga-ut", page="/analys/"),
        lambda client: post(client, "/losenord", {"password": PASSWORD, "again": PASSWORD}),
    ):
        client, copied = office.client("analyst"), office.client()
        copied.set_cookie("office", client.get_cookie("office").value)
        assert copied.get("/analys/").status_code == 200
        leave(client)
        assert copied.get("/analys/").status_code == 302
    assert client.get("/analys/").status_code == 200, "whoever chose the new password stays logged in"


def test_the_cookie_is_out_of_reach_for_scripts_and_other_sites(office: Office) -> None:
    cookie = office.client().get("/logga-in").headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


def test_a_password_is_chosen_by_the_person(office: Office) -> None:
    client = office.client("analyst")
    short = post(client, "/losenord", {"password": "kort", "again": "kort"})
    assert "minst 12 tecken" in text_of(short)
    easy = post(client, "/losenord", {"password": "aaaaaaaaaaaaaa", "again": "aaaaaaaaaaaaaa"})
    assert "för lätt att gissa" in text_of(easy)
    assert post(client, "/losenord", {"password": PASSWORD, "again": PASSWORD}).status_code == 302
    assert log_in(office).status_code == 302


@pytest.mark.parametrize("address", ["/logga-in", "/logga-in/x", "/logga-ut", "/losenord", "/sprak"])
def test_a_post_without_the_pages_token_changes_nothing(office: Office, address: str) -> None:
    client = office.client("analyst")
    before = office.events()
    response = client.post(address, data={"email": email_of("analyst"), "password": PASSWORD, "again": PASSWORD})
    assert response.status_code == 400
    assert office.events() == before
    assert client.get("/analys/").status_code == 200


def test_the_language_is_changed_by_a_button_and_kept(office: Office) -> None:
    client = office.client("analyst")
    response = post(client, "/sprak", {"language": "en", "next": "/analys/"}, page="/analys/")
    assert response.location == "/analys/"
    page = client.get("/analys/").get_data(as_text=True)
    assert '<html lang="en">' in page
    assert "Log out" in page
    assert post(client, "/sprak", {"language": "xx"}, page="/analys/").status_code == 400
