"""Who reaches what: one row a page, one column a person; and what a respondent's cookies are worth here."""

from __future__ import annotations

import pytest
from office_site import ACCOUNTS, Played, email_of, text_of
from sqlalchemy import update

from bench.clock import NOON
from survey.models import Account, Round

PEOPLE = ("administrator", "analyst", "manager", "outsider", "nobody", "caseworker")

# {released}, {open} and {draft} are round ids; the release has id 1.
TABLE = {
    # page                                         administrator analyst manager outsider nobody caseworker
    "/kontor": (302, 302, 302, 302, 200, 302),
    "/losenord": (200, 200, 200, 200, 200, 200),
    "/konto": (200, 200, 200, 200, 200, 200),
    "/konto/ta-bort": (302, 302, 302, 302, 302, 302),
    "/bekrafta": (302, 302, 302, 302, 302, 302),
    "/admin/": (200, 200, 403, 200, 403, 403),
    "/admin/handelser": (200, 403, 403, 200, 403, 403),
    "/admin/undersokningar/ny": (200, 403, 403, 200, 403, 403),
    "/admin/undersokningar/ebp/ny-matomgang": (200, 403, 403, 403, 403, 403),
    "/admin/undersokningar/ebp/om": (200, 200, 403, 403, 403, 403),
    "/admin/undersokningar/ebp/andra": (200, 403, 403, 403, 403, 403),
    "/admin/undersokningar/ebp/gallring": (200, 403, 403, 403, 403, 403),
    # The study has an open round, and cannot end while it has.
    "/admin/undersokningar/ebp/avsluta": (409, 403, 403, 403, 403, 403),
    "/admin/matomgangar/{open}": (200, 200, 403, 403, 403, 403),
    "/admin/matomgangar/{released}": (200, 200, 403, 403, 403, 403),
    "/admin/matomgangar/{open}/lankar": (200, 403, 403, 403, 403, 403),
    "/admin/matomgangar/{open}/lankar.csv": (200, 403, 403, 403, 403, 403),
    "/admin/matomgangar/{open}/lankar/2309": (200, 403, 403, 403, 403, 403),
    "/admin/matomgangar/{open}/lankar/2309/qr.svg": (200, 403, 403, 403, 403, 403),
    "/admin/matomgangar/{open}/kort": (200, 403, 403, 403, 403, 403),
    "/admin/matomgangar/{open}/papper": (200, 403, 403, 403, 403, 403),
    "/admin/matomgangar/{open}/papper.pdf": (200, 403, 403, 403, 403, 403),
    "/admin/matomgangar/{draft}/grupper": (200, 403, 403, 403, 403, 403),
    "/admin/matomgangar/{draft}/oppna": (200, 403, 403, 403, 403, 403),
    "/admin/matomgangar/{open}/stang": (200, 403, 403, 403, 403, 403),
    "/analys/": (200, 200, 200, 200, 403, 403),
    "/analys/1/": (200, 200, 200, 403, 403, 403),
    "/analys/1/23": (200, 200, 403, 403, 403, 403),
    "/analys/1/2309": (200, 200, 200, 403, 403, 403),
    "/analys/1/23/fritext": (200, 200, 403, 403, 403, 403),
    "/analys/1/2309/fritext": (200, 200, 200, 403, 403, 403),
    "/analys/matomgang/{released}/fritext": (403, 200, 403, 403, 403, 403),
    "/analys/1/2380": (200, 200, 403, 403, 403, 403),
    "/analys/1/2309/rapport.pdf": (200, 200, 200, 403, 403, 403),
    "/analys/1/2380/rapport.pdf": (200, 200, 403, 403, 403, 403),
    "/analys/1/resultat.csv": (403, 200, 403, 403, 403, 403),
    "/analys/1/resultat.xlsx": (403, 200, 403, 403, 403, 403),
    "/analys/1/resultat.json": (403, 200, 403, 403, 403, 403),
    "/analys/1/kolada.json": (403, 200, 403, 403, 403, 403),
    "/analys/1/2309/resultat.csv": (403, 200, 403, 403, 403, 403),
    "/analys/matomgang/{released}/mikrodata": (403, 302, 403, 403, 403, 403),
    "/analys/1/2309/diagram/niva-knowledge.svg": (403, 200, 403, 403, 403, 403),
    "/analys/metod/": (200, 200, 200, 200, 403, 403),
    "/analys/metod/shrinkage": (200, 200, 200, 200, 403, 403),
    "/analys/undersokning/1/": (200, 200, 200, 404, 404, 404),
    "/analys/undersokning/1/over-tid": (200, 200, 200, 404, 404, 404),
    "/analys/undersokning/1/over-tid/knowledge.csv": (403, 200, 403, 404, 404, 404),
    "/analys/undersokning/1/planera": (200, 200, 200, 404, 404, 404),
    "/analys/undersokning/1/svarsandel/svarsandel.csv": (403, 200, 403, 404, 404, 404),
    # Entry 1 is Krokom's.
    "/aktiviteter/": (200, 200, 200, 200, 403, 403),
    "/aktiviteter/ny/activity-log": (200, 200, 200, 200, 403, 403),
    "/aktiviteter/activity-log/poster.csv": (200, 200, 200, 200, 403, 403),
    "/aktiviteter/1": (200, 200, 200, 403, 403, 403),
    "/aktiviteter/1/ratta": (200, 200, 200, 403, 403, 403),
    "/aktiviteter/1/ta-tillbaka": (200, 200, 200, 403, 403, 403),
    # Case 1 is held by the caseworker. There is no count yet.
    "/arenden/": (200, 200, 403, 200, 403, 200),
    "/arenden/nytt": (403, 403, 403, 403, 403, 200),
    "/arenden/1": (403, 403, 403, 403, 403, 200),
    "/arenden/1/tillfalle/2": (403, 403, 403, 403, 403, 200),
    "/arenden/1/utdrag.csv": (403, 403, 403, 403, 403, 200),
    "/arenden/1/avsluta": (403, 403, 403, 403, 403, 200),
    "/arenden/1/behorighet": (200, 403, 403, 403, 403, 200),
    "/arenden/1/logg": (200, 403, 403, 403, 403, 200),
    "/arenden/siffror": (403, 200, 403, 403, 403, 403),
    "/arenden/siffror/1": (403, 404, 403, 403, 403, 403),
}


def test_the_table_names_every_account() -> None:
    assert set(PEOPLE) == set(ACCOUNTS)


@pytest.mark.parametrize("page", TABLE)
def test_each_person_reaches_what_the_table_says(played: Played, page: str) -> None:
    address = page.format(released=played.released, open=played.open, draft=played.draft)
    got = tuple(played.office.client(who).get(address).status_code for who in PEOPLE)
    assert dict(zip(PEOPLE, got, strict=True)) == dict(zip(PEOPLE, TABLE[page], strict=True))


@pytest.mark.parametrize("page", TABLE)
def test_without_logging_in_every_page_leads_to_the_log_in_page_and_back(played: Played, page: str) -> None:
    address = page.format(released=played.released, open=played.open, draft=played.draft)
    response = played.office.client().get(address)
    assert response.status_code == 302
    assert response.location == f"/logga-in?next={address}"


def test_every_page_that_needs_a_log_in_is_in_the_table(played: Played) -> None:
    """A new page cannot be forgotten: the application's own routes are compared with the table."""
    adapter = played.office.app.url_map.bind("localhost")
    tested = {
        adapter.match(page.format(released=played.released, open=played.open, draft=played.draft))[0] for page in TABLE
    }
    open_to_all = {f"account.{page}" for page in ("log_in", "log_in_code", "log_in_once", "log_out", "choose_language")}
    # A form without a page of its own; tests/office/test_study_pages.py holds who may send it.
    open_to_all.add("account.own_data")
    # The same; tests/office/test_case_pages.py holds it.
    open_to_all.add("cases.end_access")
    # The same; tests/office/test_workbench.py holds them.
    open_to_all |= {"research.save_view", "research.delete_view"}
    # The same; tests/office/test_paper_twice_pages.py holds them.
    open_to_all |= {"admin.paper_times", "admin.throw_paper_away"}
    office = {"account", "admin", "research", "records", "cases"}
    rules = {rule.endpoint for rule in played.office.app.url_map.iter_rules()}
    assert {endpoint for endpoint in rules if endpoint.partition(".")[0] in office} - open_to_all == tested


def test_a_friendly_page_says_no(played: Played) -> None:
    said = text_of(played.office.client("manager").get("/analys/1/2380"))
    assert "har inte" in said
    assert "Till startsidan" in said


@pytest.mark.parametrize(
    "address",
    [
        "/analys/99/",
        "/analys/99999999999999999999/",
        "/admin/matomgangar/9999999999",
        "/admin/undersokningar/%00/ny-matomgang",
        "/analys/1/9999",
        "/admin/matomgangar/99",
        "/analys/1/2309/diagram/x.svg",
    ],
)
def test_what_is_not_there_is_not_found(played: Played, address: str) -> None:
    assert played.office.client("analyst").get(address).status_code == 404


def test_a_manager_sees_no_other_group_anywhere(played: Played) -> None:
    client = played.office.client("manager")
    for address in ("/analys/1/", "/analys/1/2309"):
        page = client.get(address).get_data(as_text=True)
        assert "Krokoms kommun" in page
        assert "Östersunds kommun" not in page
        assert "Ragunda kommun" not in page


def test_a_respondents_cookies_open_nothing_here(played: Played) -> None:
    with played.office.services.sessions() as session:
        code = session.get_one(Round, played.open).units[0].open_code
    client = played.office.client()
    assert client.post(f"/s/{code}/borja", data={"lang": "sv"}).status_code == 303
    for page in TABLE:
        address = page.format(released=played.released, open=played.open, draft=played.draft)
        assert client.get(address).location.startswith("/logga-in"), address


def test_an_account_that_is_closed_is_out_at_once(played: Played) -> None:
    client = played.office.client("nobody")
    assert client.get("/losenord").status_code == 200
    change = update(Account).where(Account.email == email_of("nobody"))
    with played.office.services.sessions.begin() as session:
        session.execute(change.values(active=False))
    try:
        assert client.get("/losenord").status_code == 302
    finally:
        with played.office.services.sessions.begin() as session:
            session.execute(change.values(active=True))


def test_a_log_in_lasts_a_working_day(played: Played) -> None:
    client = played.office.client("analyst")
    try:
        played.office.clock.pass_time(hours=11)
        assert client.get("/analys/").status_code == 200
        played.office.clock.pass_time(hours=2)
        assert client.get("/analys/").status_code == 302
    finally:
        played.office.clock.now = NOON
