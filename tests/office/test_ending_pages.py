"""A study that follows persons, from the form where it is made to the page where it ends."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from office_site import Office, post, text_of
from sqlalchemy import select

from survey.jobs import client as jobs
from survey.jobs.store import close_clients
from survey.jobs.studies import end
from survey.models import Study

FORM = {"title": "EBP i Jämtland", "slug": "ebp", "instrument": "ebp-thermometer", "owner": "23"}


@pytest.fixture(autouse=True)
def jobs_end() -> Iterator[None]:
    yield
    close_clients()


def study(office: Office) -> Study:
    with office.services.sessions() as session:
        return session.scalars(select(Study)).one()


def test_questions_for_a_self_made_code_are_chosen_in_the_form(office: Office) -> None:
    client = office.client("administrator")
    few = post(client, "/admin/undersokningar/ny", FORM | {"code_questions": ["mother_name", "birth_day"]})
    assert few.status_code == 422
    assert "Välj minst fyra frågor" in text_of(few)
    chosen = ["mother_name", "birth_day", "birth_place", "own_name_end"]
    assert post(client, "/admin/undersokningar/ny", FORM | {"code_questions": chosen}).status_code == 302
    made = study(office)
    assert (made.linked, made.code_questions) == (True, chosen)
    for page in ("/admin/", "/admin/undersokningar/ebp/om"):
        assert "en kod som de gör själva" in text_of(client.get(page))


def test_a_study_is_ended_by_a_job_and_the_pages_say_so(office: Office) -> None:
    client = office.client("administrator")
    post(client, "/admin/undersokningar/ny", FORM | {"linked": "y"})
    assert "Avsluta undersökningen" in text_of(client.get("/admin/"))
    asked = post(client, "/admin/undersokningar/ebp/avsluta")
    assert asked.location == "/admin/"
    assert "ask_end_study" in [action for _, action, _ in office.events()]
    number = study(office).id
    assert [job.name for job in jobs.list_jobs(office.services.settings)] == ["end"]
    # It is no round's job, though a round may have the same number.
    assert jobs.list_jobs(office.services.settings, round_id=number) == []
    end(office.services, number)
    page = text_of(client.get("/admin/"))
    assert "avslutad: ingen följs längre" in page
    assert "Ny mätomgång" not in page
    refused = client.get("/admin/undersokningar/ebp/ny-matomgang")
    assert refused.status_code == 409
    assert "Skapa en ny undersökning" in text_of(refused)
    assert client.get("/admin/undersokningar/ebp/avsluta").status_code == 409
    assert "end_study" in [action for _, action, _ in office.events()]


def test_a_study_that_follows_nobody_offers_no_end(office: Office) -> None:
    client = office.client("administrator")
    post(client, "/admin/undersokningar/ny", FORM)
    assert "Avsluta undersökningen" not in text_of(client.get("/admin/"))
