"""A study's pages: what it says in law, the trail of what it said before, the plan of deletions and their records."""

from __future__ import annotations

from dataclasses import asdict

import pytest
from office_site import INSTRUMENT, Office, Played, post, text_of
from sqlalchemy import text

from bench.clock import NOON
from survey.fieldwork.law import law_of
from survey.keeping.records import write_record
from survey.models import Study

LAW = {
    "purpose": "Följa arbetssättet.",
    "legal_basis": "public_interest",
    "controller": "Socialnämnden i Krokom",
    "contact": "dataskydd@krokom.se",
    "information_sv": "Ring oss.",
    "information_en": "",
}
ABOUT, CHANGE, DELETION = (f"/admin/undersokningar/ebp/{page}" for page in ("om", "andra", "gallring"))


def said(office: Office) -> dict[str, object]:
    with office.services.sessions() as session:
        return asdict(law_of(session.query(Study).filter_by(slug="ebp").one()))


def test_a_study_is_created_with_what_it_says(office: Office) -> None:
    client = office.client("administrator")
    study = {"title": "EBP", "slug": "ebp", "instrument": INSTRUMENT, "owner": "23", "k": ""}
    post(client, "/admin/undersokningar/ny", study | LAW)
    assert said(office)["controller"] == "Socialnämnden i Krokom"
    assert said(office)["information"] == {"sv": "Ring oss."}
    shown = text_of(client.get(ABOUT))
    for part in ("Följa arbetssättet.", "Uppgift av allmänt intresse (artikel 6.1 e)", "dataskydd@krokom.se"):
        assert part in shown


def test_a_change_is_shown_beside_what_was_said_before(played: Played) -> None:
    client = played.office.client("administrator")
    assert post(client, CHANGE, LAW).location == ABOUT
    assert post(client, CHANGE, LAW | {"legal_basis": "consent"}).location == ABOUT
    shown = text_of(client.get(ABOUT))
    assert "Uppgift av allmänt intresse (artikel 6.1 e) Samtycke (artikel 6.1 a)" in shown
    # What is not changed leaves no line.
    lines = len(played.office.events())
    post(client, CHANGE, LAW | {"legal_basis": "consent"})
    assert len(played.office.events()) == lines


@pytest.mark.parametrize(
    "wrong",
    [{"purpose": "a" * 1001}, {"controller": "a" * 201}, {"legal_basis": "curiosity"}, {"contact": "a\x07b"}],
)
def test_what_cannot_be_said_is_refused_and_kept_in_the_form(played: Played, wrong: dict[str, str]) -> None:
    client = played.office.client("administrator")
    before = said(played.office)
    response = post(client, CHANGE, LAW | wrong)
    assert response.status_code == 422
    assert "Det här behöver rättas" in text_of(response)
    assert said(played.office) == before


def test_the_decision_is_written_and_the_plan_follows(played: Played) -> None:
    client = played.office.client("administrator")
    with played.office.services.sessions.begin() as session:
        session.execute(text("UPDATE study SET simulated = FALSE"))
    assert "Sparas tills den ansvariga har beslutat om gallring." in text_of(client.get(DELETION))
    assert post(client, DELETION, {"deletion_decision": "SN 2026/7 § 12", "free_text_days": "30"}).location == DELETION
    shown = text_of(client.get(DELETION))
    assert "30 dagar efter blandningen." in shown
    # Somebody may have answered with the old number before their eyes.
    assert post(client, DELETION, {"deletion_decision": "", "free_text_days": "31"}).status_code == 422
    assert said(played.office)["free_text_days"] == 30


def test_records_are_shown_and_a_gap_is_told(played: Played) -> None:
    client, services = played.office.client("administrator"), played.office.services
    seed, now = services.round_keys.signing_key(), services.clock()
    with services.sessions.begin() as session:
        for what, subject in (("contacts", "ebp/2024"), ("drafts", "another/2024")):
            write_record(session, seed, at=now, what=what, subject=subject, amount=4)
    shown = text_of(client.get(DELETION))
    assert "Adresser som inbjudningar skickas till ebp/2024 4" in shown
    assert "another" not in shown
    assert "utan lucka" in shown
    with services.sessions.begin() as session:
        session.execute(text("DELETE FROM deletion_record WHERE id = 1"))
    assert "ett har tagits bort eller ändrats" in text_of(client.get(DELETION))


@pytest.mark.parametrize("what", ["boxes", "answers", "drafts", "free_text", "link_codes"])
def test_records_tell_how_many_people_in_steps_only(played: Played, what: str) -> None:
    """An exact number beside a release could tell of the group that the release hides."""
    client, services = played.office.client("administrator"), played.office.services
    with services.sessions.begin() as session:
        for subject, amount in (("ebp/one", 1), ("ebp/more", 45)):
            write_record(session, services.round_keys.signing_key(), at=NOON, what=what, subject=subject, amount=amount)
    shown = text_of(client.get(DELETION))
    assert "ebp/one färre än 7" in shown
    assert "ebp/more minst 42" in shown


def test_a_person_gets_what_is_stored_about_them(office: Office) -> None:
    client = office.client("manager")
    response = post(client, "/konto/uppgifter", page="/konto")
    assert response.headers["Content-Disposition"].startswith("attachment")
    found = response.get_json()
    assert found["roles"][0]["role"] == "manager"
    assert found["events"][-1]["action"] == "export_account"
    assert office.client("nobody").get("/konto/uppgifter").status_code == 405
