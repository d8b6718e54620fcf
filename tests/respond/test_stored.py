"""What we store: a page below every link and a panel beside the form, from the schema and the round's settings."""

from __future__ import annotations

import re
from pathlib import Path
from types import SimpleNamespace

import pytest
from flask.testing import FlaskClient
from respond_site import FIRST, Site, begin, fill_in, make_site, text_of
from sqlalchemy import Column, Engine, Integer, MetaData, Table

from survey.models import Base, answers
from survey.web.respond import cookies, stored
from survey.web.respond.families import Audience, audience

MODELS = {one.__table__.name for one in vars(answers).values() if getattr(one, "__module__", "") == answers.__name__
          and hasattr(one, "__table__")}  # fmt: skip
NOTHING_OF_ONES_OWN = {"imported_file", "paper_form"}
"""A file that was read in, and a paper form that is typed in: nobody who follows a link leaves anything there."""


@pytest.fixture
def site(tmp_path: Path, sqlite_engine: Engine) -> Site:
    """The kind of database has no part in what is said."""
    return make_site(tmp_path / "home", sqlite_engine)


def page(site: Site, code: str, more: str = "") -> str:
    return text_of(site.client().get(f"/s/{code}/vad-vi-sparar?lang=sv{more}"))


def test_every_column_of_every_table_that_answers_pass_is_described() -> None:
    """A new column there fails here until those who answer are told of it."""
    assert stored.TABLES.keys() == MODELS - NOTHING_OF_ONES_OWN
    for name, kept in stored.TABLES.items():
        assert kept.columns.keys() == {column.name for column in Base.metadata.tables[name].columns}, name
        assert kept.only.keys() <= kept.columns.keys()


def test_a_column_without_words_is_shown_by_its_name(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    grown = Table("draft", MetaData(), Column("id", Integer), Column("shoe_size", Integer))
    schema = SimpleNamespace(tables={**Base.metadata.tables, "draft": grown})
    monkeypatch.setattr(stored, "Base", SimpleNamespace(metadata=schema))
    assert "shoe_size" in page(site, site.card)


def test_the_tables_follow_the_way_in(site: Site) -> None:
    card, link = page(site, site.card), page(site, site.open)
    for shown in ("Tills du skickar in: det du har fyllt i", "Från att du har skickat in", "När svaren är blandade"):
        assert shown in card
        assert shown in link
    assert "Ditt kort, i alla mätomgångar" in card
    assert "Ditt kort" not in link
    for nowhere in ("Din adress, krypterad", "bjuds in till varje"):
        assert nowhere not in card + link


def test_an_invited_person_is_told_of_the_address_and_of_being_followed(site: Site) -> None:
    with site.app.test_request_context("/s/?lang=sv"):
        for followed in (False, True):
            entry = SimpleNamespace(way="invitation", is_followed=followed)
            said = str(stored.rooms(entry, written=False))
            assert "Din adress, krypterad" in said
            assert ("bjuds in till varje" in said) == followed


def test_own_words_are_told_of_where_they_are_asked_for(site: Site) -> None:
    with site.app.test_request_context("/s/?lang=sv"):
        entry = SimpleNamespace(way="open", is_followed=False)
        titles = [[room.title for room in stored.rooms(entry, written=written)] for written in (False, True)]
    assert len(titles[0]) + 1 == len(titles[1])
    assert "det som är skrivet med egna ord" in page(site, site.open)


@pytest.mark.parametrize(
    ("instrument", "who", "asks"),
    [
        ("ebp-thermometer", Audience.STAFF, "Kan min chef se att jag har svarat?"),
        ("user-survey-group-home", Audience.USERS, "Kan personalen eller min handläggare se att jag har svarat?"),
        ("user-survey-hvb", Audience.YOUNG, "Kan de vuxna runt mig se att jag har svarat?"),
        ("every-type", Audience.ANYBODY, "Kan någon, till exempel min chef eller handläggare, se att jag har svarat?"),
    ],
)
def test_people_are_asked_in_their_own_words(
    tmp_path: Path, sqlite_engine: Engine, instrument: str, who: Audience, asks: str
) -> None:
    site = make_site(tmp_path / "home", sqlite_engine, instrument=instrument)
    assert audience(instrument) is who
    said = page(site, site.card)
    assert asks.partition("?")[0] in said
    assert ("chef" in said) == (who in (Audience.STAFF, Audience.ANYBODY))


def test_the_page_is_there_when_the_link_has_been_used(site: Site, client: FlaskClient) -> None:
    thanks = client.get(client.post(fill_in(client, site.card)).location)
    assert 'href="vad-vi-sparar"' in thanks.text
    assert "Ingen ser vilka svar som är dina." in text_of(client.get(f"/s/{site.card}/vad-vi-sparar"))


def test_another_day_the_first_page_leads_to_where_an_answer_is_taken_back(site: Site, client: FlaskClient) -> None:
    receipt = re.findall(
        r"[2-9A-Z]{4}(?:-[2-9A-Z]{4}){3}", text_of(client.get(client.post(fill_in(client, site.open)).location))
    )[0]
    other = site.client()
    assert f'href="/s/{site.open}/ta-tillbaka"' in other.get(f"/s/{site.open}").text
    assert other.post(f"/s/{site.open}/ta-tillbaka", data={"receipt": receipt}).status_code == 303
    assert site.count("urn") == 0
    # By a card the page that says that it is used leads there; a tablet's start screen leads nobody there.
    assert "ta-tillbaka" not in site.client().get(f"/s/{site.card}").text
    assert "ta-tillbaka" not in site.client().get(f"/s/{site.open}/kiosk").text


def test_reading_about_it_loses_no_answer_and_leads_back(site: Site, client: FlaskClient) -> None:
    address = begin(client, site.card)
    panel = re.findall(r'(?s)<details class="stored">.*?</details>', client.get(address).text)
    assert "minst 7 personer" in panel[0]
    for go, path in (("stored", "vad-vi-sparar"), ("access", "tillganglighet")):
        aside = client.post(address, data=FIRST | {"go": go})
        assert aside.location == f"/s/{site.card}/{path}?fran=del-1"
        assert f'href="{address}">Tillbaka till frågorna' in client.get(aside.location).text
    assert "checked" in client.get(address).text
    review = client.get(f"/s/{site.card}/del/granska").text
    assert f'href="/s/{site.card}/vad-vi-sparar?fran=del-granska"' in review
    from_review = client.get(f"/s/{site.card}/vad-vi-sparar?fran=del-granska").text
    assert f'href="/s/{site.card}/del/granska">Tillbaka till frågorna' in from_review


def test_no_address_but_our_own_is_led_back_to(site: Site) -> None:
    for came in ("", "//evil.example", "del-", "del-1/../../x", "xx-1", "del-99999"):
        html = site.client().get(f"/s/{site.card}/vad-vi-sparar", query_string={"fran": came}).text
        assert f'href="/s/{site.card}">Till första sidan' in html
        assert 'href="//' not in html


def test_a_shared_tablet_is_told_what_holds_there(site: Site, client: FlaskClient) -> None:
    start = text_of(client.get(f"/s/{site.open}/kiosk"))
    aside = client.get(f"/s/{site.open}/vad-vi-sparar")
    assert aside.status_code == 200
    for said in (start, text_of(aside)):
        assert "Ingenting, när du är klar." in said
        assert "60 dagar" not in said


def test_every_cookie_of_a_visit_is_told_of() -> None:
    """A new cookie fails here until `promises._in_the_browser` says what it is for."""
    named = {value for name, value in vars(cookies).items() if name.isupper() and isinstance(value, str)}
    assert named - {cookies.WAITING} <= {"begun", "kept", "receipt", "kiosk", "left", "look"}
