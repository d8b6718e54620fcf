"""A round carried through the pages, from a new study to its results; what is refused; and the trace it leaves."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask.testing import FlaskClient
from office_site import INSTRUMENT, Office, email_of, make_study, post, text_of
from sqlalchemy import func, select

from survey.accounts.audit import JOB
from survey.jobs import client as jobs
from survey.jobs import rounds as work
from survey.jobs.store import close_clients
from survey.jobs.worker import working
from survey.models import Card, Round, RoundUnit, Study

STUDY = {"title": "EBP i Jämtland", "slug": "ebp", "instrument": INSTRUMENT, "owner": "23", "k": ""} | {
    "purpose": "Följa arbetssättet.",
    "legal_basis": "public_interest",
    "controller": "Region Jämtland Härjedalen",
    "contact": "dataskydd@example.se",
}
ROUND = {"name": "hösten 2026", "version": "2026.1", "before": "", "units": ["2303", "2309", "2380"]}
NEW_ROUND = "/admin/undersokningar/ebp/ny-matomgang"


def create(client: FlaskClient) -> str:
    """A study and a draft round, made through the pages; the address of the round's page."""
    assert post(client, "/admin/undersokningar/ny", STUDY).location == NEW_ROUND
    return post(client, NEW_ROUND, ROUND).location


def do_jobs(office: Office) -> None:
    """Be the worker until nothing is left to do."""

    def work() -> None:
        with working(office.services):
            for job in jobs.list_jobs(office.services.settings):
                jobs.wait(office.services.settings, job.id)

    # A thread of its own: where browser tests have run, this one has playwright's event loop, which DBOS refuses.
    with ThreadPoolExecutor(1) as pool:
        pool.submit(work).result()


def opened(office: Office, client: FlaskClient, page: str) -> None:
    """Ask for the round to be opened, and do the one step of that job."""
    post(client, f"{page}/oppna")
    assert office.state_of(int(page.rsplit("/", 1)[1])) == "draft", "no web process opens a round"
    work.open_(office.services, int(page.rsplit("/", 1)[1]))


def test_from_a_new_study_to_its_results_through_the_pages(office: Office) -> None:
    client = office.client("administrator")
    page = create(client)
    round_id = int(page.rsplit("/", 1)[1])
    units = {place.unit.code: place.unit_id for place in units_of(office, round_id)}
    post(client, page, {f"unit_{units['2309']}": "20", f"unit_{units['2380']}": "60"})
    for path, state in (("oppna", "open"), ("stang", "closed"), ("forsegla", "sealed"), ("publicera", "released")):
        response = post(client, f"{page}/{path}")
        assert response.location == page
        do_jobs(office)
        assert office.state_of(round_id) == state
        if path == "oppna":
            office.answer(round_id, {"2309": 12, "2380": 15})
    close_clients()
    said = text_of(client.get(page))
    assert "Minst 21 har svarat." in said, "27 answers, told in steps of 7; Ragunda has not said how many it invited"
    results = re.search(r'href="(/analys/\d+/)"', client.get(page).get_data(as_text=True))
    assert results
    assert "Krokoms kommun" in text_of(client.get(results[1]))
    who = email_of("administrator")
    assert [(actor, action) for actor, action, _ in office.events()[1:]] == [
        (who, "create_study"),
        (who, "create_round"),
        (who, "set_invited"),
        (who, "ask_open_round"),
        (JOB, "open_round"),
        (who, "ask_close_round"),
        (JOB, "close_round"),
        (who, "ask_seal_round"),
        (JOB, "seal_round"),
        (who, "ask_release_round"),
        (JOB, "release_round"),
    ]


def units_of(office: Office, round_id: int) -> list[RoundUnit]:
    with office.services.sessions() as session:
        found = list(session.scalars(select(RoundUnit).where(RoundUnit.round_id == round_id)))
        assert all(place.unit.code for place in found)
        return found


def test_while_a_job_waits_the_page_says_so_and_offers_no_step(office: Office) -> None:
    client = office.client("administrator")
    page = create(client)
    opened(office, client, page)
    post(client, f"{page}/stang")
    said = text_of(client.get(page))
    assert "Mätomgången stängs Det väntar på sin tur. Titta igen" in said
    assert "Nästa steg" not in said
    close_clients()


@pytest.mark.parametrize("path", ["stang", "forsegla", "publicera"])
def test_a_step_out_of_turn_is_refused_in_words(office: Office, path: str) -> None:
    client = office.client("administrator")
    page = create(client)
    assert client.get(f"{page}/{path}").location == page
    assert "Mätomgången har kommit längre, eller är inte redo" in text_of(client.get(page))
    response = client.post(f"{page}/{path}", data={"csrf_token": token(client)})
    assert response.location == page
    assert office.state_of(1) == "draft"
    close_clients()


def token(client: FlaskClient) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/admin/").get_data(as_text=True))
    assert found
    return found[1]


def test_a_link_alone_takes_no_step(office: Office) -> None:
    client = office.client("administrator")
    page = create(client)
    for _ in range(2):
        said = text_of(client.get(f"{page}/oppna"))
    assert "De öppna länkarna och svarskorten börjar fungera." in said
    assert office.state_of(1) == "draft"


def test_a_forged_post_takes_no_step(office: Office) -> None:
    client = office.client("administrator")
    page = create(client)
    before = office.events()
    for address in (page, f"{page}/oppna", f"{page}/kort", NEW_ROUND, "/admin/undersokningar/ny"):
        assert client.post(address, data={"unit": "2309", "count": "9", "form": "csv"}).status_code == 400
    assert office.state_of(1) == "draft"
    assert office.events() == before


def test_a_fault_in_the_form_keeps_what_was_written(office: Office) -> None:
    client = office.client("administrator")
    response = post(client, "/admin/undersokningar/ny", STUDY | {"slug": "EBP å", "k": "3"})
    page = response.get_data(as_text=True)
    assert response.status_code == 422
    assert '<a href="#slug">Använd bara a–z, 0–9 och bindestreck i kortnamnet.</a>' in page
    assert '<a href="#k">Välj ett tal från 5 till 100.</a>' in page
    assert 'value="EBP i Jämtland"' in page
    create(client)
    response = post(client, NEW_ROUND, ROUND | {"units": ["2309"]})
    assert "redan en mätomgång som heter hösten 2026" in text_of(response)
    assert re.search(r'value="2309" checked', response.get_data(as_text=True))
    backwards = ROUND | {"name": "ny", "opens_on": "2026-05-02", "closes_on": "2026-05-01", "units": []}
    said = text_of(post(client, NEW_ROUND, backwards))
    assert "kan inte stänga innan den öppnar" in said
    assert "Välj minst en enhet." in said


@pytest.mark.parametrize("field", [{"owner": "22"}, {"owner": "SE"}, {"instrument": "okänt"}])
def test_a_study_outside_ones_own_nodes_cannot_be_made(office: Office, field: dict[str, str]) -> None:
    assert post(office.client("administrator"), "/admin/undersokningar/ny", STUDY | field).status_code == 422
    with office.services.sessions() as session:
        assert session.scalar(select(func.count()).select_from(Study)) == 0


@pytest.mark.parametrize("unit", ["2280", "22", "SE", "23"])
def test_a_unit_outside_the_study_cannot_take_part(office: Office, unit: str) -> None:
    client = office.client("administrator")
    post(client, "/admin/undersokningar/ny", STUDY)
    assert post(client, NEW_ROUND, ROUND | {"units": ["2309", unit]}).status_code == 422
    with office.services.sessions() as session:
        assert session.scalar(select(func.count()).select_from(Round)) == 0


@pytest.mark.parametrize("number", ["-1", "många", "2,5", "99999999999"])
def test_a_wrong_number_of_invited_names_its_unit_and_stores_nothing(office: Office, number: str) -> None:
    client = office.client("administrator")
    page = create(client)
    unit_id = units_of(office, 1)[0].unit_id
    response = post(client, page, {f"unit_{unit_id}": number})
    assert response.status_code == 422
    assert f'<a href="#unit_{unit_id}">Skriv ett heltal för ' in response.get_data(as_text=True)
    assert all(place.invited is None for place in units_of(office, 1))
    close_clients()


def test_links_are_shown_drawn_and_downloaded(office: Office) -> None:
    client = office.client("administrator")
    page = create(client)
    opened(office, client, page)
    address = re.search(r"http://127.0.0.1:8000/s/\w+", text_of(client.get(f"{page}/lankar")))
    assert address
    assert office.client().get(address[0]).status_code == 200
    sheet = client.get(f"{page}/lankar.csv").get_data(as_text=True)
    assert sheet.startswith("\ufeffenhetskod;enhet;länk;gemensam läsplatta\r\n")
    assert f"{address[0]};{address[0]}/kiosk\r\n" in sheet
    drawn = client.get(f"{page}/lankar/2309/qr.svg")
    assert drawn.content_type.startswith("image/svg+xml")
    assert client.get(f"{page}/lankar/2280/qr.svg").status_code == 404
    close_clients()


def test_a_draft_has_no_links_and_says_so(office: Office) -> None:
    client = office.client("administrator")
    response = client.get(f"{create(client)}/lankar")
    assert response.status_code == 409
    assert "inte redo för det här" in text_of(response)


@pytest.mark.parametrize(("form", "begins"), [("csv", b"\xef\xbb\xbfenhet;kod"), ("pdf", b"%PDF-")])
def test_cards_are_handed_over_once_and_their_codes_are_kept_nowhere(office: Office, form: str, begins: bytes) -> None:
    client = office.client("administrator")
    page = create(client)
    response = post(client, f"{page}/kort", {"unit": "2309", "count": "8", "form": form})
    assert response.data.startswith(begins)
    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["Content-Disposition"].startswith("attachment")
    with office.services.sessions() as session:
        assert session.scalar(select(func.count()).select_from(Card)) == 8
    assert office.events()[-1] == (email_of("administrator"), "make_cards", "ebp/hösten 2026")
    if form == "csv":
        code = response.get_data(as_text=True).splitlines()[1].split(";")[1]
        assert not any(code in subject for _, _, subject in office.events())


def test_too_few_cards_in_an_open_round_are_refused_in_words(office: Office) -> None:
    client = office.client("administrator")
    page = create(client)
    opened(office, client, page)
    response = post(client, f"{page}/kort", {"unit": "2309", "count": "2", "form": "csv"})
    assert response.status_code == 422
    assert "Gör från 7 till" in text_of(response)


def test_counts_move_in_steps_and_say_so(office: Office) -> None:
    _, open_id, _ = make_study(office)
    client = office.client("administrator")
    office.answer(open_id, {"2309": 7})
    page = f"/admin/matomgangar/{open_id}"
    first = text_of(client.get(page))
    assert "Minst 7 har svarat" in first
    assert "Krokoms kommun minst 7" in first
    assert "i steg om 7" in first
    office.answer(open_id, {"2309": 8})
    assert "Minst 7 har svarat" in text_of(client.get(page))
    office.clock.pass_time(hours=25)
    client = office.client("administrator")
    assert "Minst 14 har svarat" in text_of(client.get(page))
    close_clients()


def test_the_trail_of_events_is_told_in_words_and_within_scope(office: Office) -> None:
    client = office.client("administrator")
    create(client)
    said = text_of(client.get("/admin/handelser"))
    assert "Skapade en mätomgång ebp/hösten 2026" in said
    assert "Loggade in" in said
    other = text_of(office.client("outsider").get("/admin/handelser"))
    assert "ebp" not in other
    assert email_of("administrator") not in other
    assert email_of("outsider") in other
