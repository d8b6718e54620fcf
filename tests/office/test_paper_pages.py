"""Paper in the office: forms to print with the round's promises, and the page where they are typed in."""

from __future__ import annotations

import json
import re
from io import BytesIO

import pytest
from flask.testing import FlaskClient
from office_site import Office, Played, email_of, make_study, text_of, token_in
from pypdf import PdfReader
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from bench.clock import NOON
from instruments.load import load
from instruments.model import ItemType
from survey.accounts.accounts import create_account, grant_role
from survey.answering.importing.paper import typed_items
from survey.answering.mixing import mix
from survey.fieldwork import rounds, studies
from survey.jobs import rounds as work
from survey.models import AuditEvent, Draft, Response, Round, UrnBox
from survey.organisation.units import find_unit

ITEMS = [item.id for item in typed_items(load("ebp-thermometer").instrument)]
SCORED = [item.id for item in load("ebp-thermometer").instrument.scored_items]
CHOSEN = "enhet=2309&sprak=sv&form=standard"


def hidden(response: TestResponse) -> dict[str, str]:
    """The hidden fields of the page's form."""
    page = response.get_data(as_text=True)
    form = page[page.index('class="paper-form"') :]
    return dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', form))


def opened(client: FlaskClient, round_id: int, chosen: str = CHOSEN) -> dict[str, str]:
    return hidden(client.get(f"/admin/matomgangar/{round_id}/papper?{chosen}"))


def send(client: FlaskClient, round_id: int, fields: dict[str, str], **typed: str) -> TestResponse:
    data = fields | {"gor": "spara"} | {f"svar-{item}": text for item, text in typed.items()}
    return client.post(f"/admin/matomgangar/{round_id}/papper", data=data)


def in_urn(office: Office, round_id: int) -> int:
    with office.services.sessions() as session:
        return session.scalar(select(func.count()).select_from(UrnBox).where(UrnBox.round_id == round_id)) or 0


def said(pdf: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages).split())


def test_the_rounds_page_leads_to_the_form_and_to_where_it_is_typed_in(played: Played) -> None:
    page = played.office.client("administrator").get(f"/admin/matomgangar/{played.open}").get_data(as_text=True)
    assert f'action="/admin/matomgangar/{played.open}/papper.pdf"' in page
    assert f'href="/admin/matomgangar/{played.open}/papper"' in page
    # Whoever may only look has neither.
    assert "papper" not in played.office.client("analyst").get(f"/admin/matomgangar/{played.open}").get_data(
        as_text=True
    )


def test_the_form_says_the_rounds_promises_and_is_the_same_every_time(played: Played) -> None:
    address = f"/admin/matomgangar/{played.open}/papper.pdf?sprak=sv&enhet=2309"
    first, second = (played.office.client("administrator").get(address) for _ in range(2))
    assert first.data == second.data
    assert first.headers["Cache-Control"] == "no-store"
    assert first.headers["Content-Disposition"].endswith(f"ebp-{played.open}-papper-2309-sv-standard.pdf")
    text = said(first.data)
    for sentence in ("EBP i Jämtland · 2025", "Enhet: Krokoms kommun", "Jämtlands län frågar.", "färre än 7 personer"):
        assert sentence in text
    assert "kvitto" not in text, "a form on paper has no receipt"


def test_the_form_speaks_its_own_language_whatever_the_page_speaks(played: Played) -> None:
    text = said(played.office.client("administrator").get(f"/admin/matomgangar/{played.open}/papper.pdf?sprak=en").data)
    assert "All copies are exactly alike" in text
    assert "Can anyone see what I have answered?" in text
    assert "they belong to your unit" in text


def test_a_form_that_is_typed_in_twice_says_so_and_that_it_gets_a_number(office: Office) -> None:
    _, round_id, _ = make_study(office)
    client, address = office.client("administrator"), f"/admin/matomgangar/{round_id}/papper.pdf?sprak=sv"
    once = said(client.get(address).data)
    with office.services.sessions.begin() as session:
        session.get_one(Round, round_id).paper_twice = True
    for sentence in (
        "Det skrivs in två gånger",
        "Numret sparas inte med dina svar.",
        "väntar på att skrivas in en andra",
    ):
        assert sentence in said(client.get(address).data)
        assert sentence not in once


def test_a_draft_can_be_printed_and_typed_in_later(played: Played) -> None:
    client = played.office.client("administrator")
    assert client.get(f"/admin/matomgangar/{played.draft}/papper.pdf").status_code == 200
    assert "har inte öppnat" in text_of(client.get(f"/admin/matomgangar/{played.draft}/papper"))


@pytest.mark.parametrize("query", ["sprak=fi", "sprak=../..", "form=easy", "form=x", "enhet=9999", "enhet=22"])
@pytest.mark.parametrize("page", ["papper", "papper.pdf"])
def test_a_form_that_there_is_not_is_not_found(played: Played, page: str, query: str) -> None:
    client = played.office.client("administrator")
    assert client.get(f"/admin/matomgangar/{played.open}/{page}?{query}").status_code == 404


def test_a_form_is_saved_and_the_next_one_is_empty(office: Office) -> None:
    make_study(office)
    client = office.client("administrator")
    fields = opened(client, 2)
    response = send(client, 2, fields, **dict.fromkeys(SCORED, "3"), role="-", years="–")
    assert response.status_code == 302
    page = client.get(response.location)
    assert "Sparat. Du har skrivit in 1 formulär sedan du började." in text_of(page)
    assert page.headers["Cache-Control"] == "no-store"
    assert 'value="3"' not in page.get_data(as_text=True)
    assert hidden(page)["lopnummer"] != fields["lopnummer"]
    assert hidden(page)["enhet"] == "2309"
    assert in_urn(office, 2) == 1
    assert not re.search(r"svar|svar-", response.location)


def test_what_is_typed_comes_out_at_mixing_as_paper_in_its_language(office: Office) -> None:
    make_study(office)
    client = office.client("administrator")
    for _ in range(7):
        send(client, 2, opened(client, 2, "enhet=2309&sprak=en"), **dict.fromkeys(SCORED, "4"), role="2")
    work.close(office.services, 2)
    with office.services.sessions.begin() as session:
        mix(session, office.services.round_keys, 2, NOON)
    with office.services.sessions() as session:
        stored = session.scalars(select(Response).where(Response.round_id == 2)).all()
    assert [one.answers for one in stored] == [dict.fromkeys(SCORED, 4) | {"role": 2}] * 7
    assert {(one.way, one.language, one.variant) for one in stored} == {("import", "en", "standard")}


def test_a_double_click_and_a_resend_add_nothing_and_show_nothing(office: Office) -> None:
    make_study(office)
    client = office.client("administrator")
    fields = opened(client, 2)
    wrong = send(client, 2, fields, K01="7", K02="2")
    assert wrong.status_code == 422
    first = send(client, 2, fields, K01="1", K02="2")
    again = send(client, 2, fields, K01="1", K02="2")
    # What was wrong, sent again from the browser's history, is not shown again either.
    late = send(client, 2, fields, K01="7", K02="2")
    assert {one.status_code for one in (first, again, late)} == {302}
    # Nobody can tell a form sent twice from another one typed on an old page: so the page says what holds for both.
    assert again.location == late.location != first.location
    said = text_of(client.get(again.location))
    assert "Det formuläret var redan sparat." in said
    assert "är det inte sparat" in said
    assert "Sparat." not in said
    assert in_urn(office, 2) == 1


def test_a_number_that_another_has_used_suppresses_no_form(office: Office) -> None:
    """Who has seen the page of a colleague sends its number first, with answers of no worth."""
    _, round_id, _ = make_study(office)
    with office.services.sessions.begin() as session:
        account = create_account(session, email=email_of("colleague"), name="Colleague")
        grant_role(session, account, "administrator", find_unit(session, "23"))
    first, second = office.client("administrator"), office.client("colleague")
    fields, before = opened(first, round_id), in_urn(office, round_id)
    stolen = opened(second, round_id) | {"lopnummer": fields["lopnummer"]}
    assert send(second, round_id, stolen, **dict.fromkeys(SCORED, "1")).status_code == 302
    assert send(first, round_id, fields, **dict.fromkeys(SCORED, "3")).status_code == 302
    assert in_urn(office, round_id) == before + 2


def test_all_faults_at_once_beside_their_fields_and_what_was_typed_stays(office: Office) -> None:
    make_study(office)
    client = office.client("administrator")
    response = send(client, 2, opened(client, 2), K01="9", K02="2", A03="x", role="1 2")
    page = response.get_data(as_text=True)
    assert response.status_code == 422
    for item, number in (("K01", 1), ("A03", 13), ("role", 38)):
        assert f'href="#svar-{item}"' in page
        assert f'id="svar-{item}-fault"' in page
        assert f"Fråga {number}: skriv en av koderna 1, 2" in page
    assert page.count('aria-invalid="true"') == 3
    for typed in ("9", "2", "x", "1 2"):
        assert f'value="{typed}"' in page
    assert re.search(r'id="svar-K01"[^>]*autofocus', page), "the first fault is where one goes on"
    assert in_urn(office, 2) == 0


def test_an_empty_form_is_not_saved(office: Office) -> None:
    make_study(office)
    client = office.client("administrator")
    response = send(client, 2, opened(client, 2), K01="  ")
    assert response.status_code == 422
    assert "Inget är ifyllt" in text_of(response)
    assert in_urn(office, 2) == 0


def test_enter_in_a_field_without_scripts_looks_and_saves_nothing(office: Office) -> None:
    """The browser presses a form's first button then; it must not be the one that saves."""
    make_study(office)
    client = office.client("administrator")
    fields = opened(client, 2)
    page = client.get(f"/admin/matomgangar/2/papper?{CHOSEN}").get_data(as_text=True)
    buttons = re.findall(r'name="gor" value="(\w+)"', page)
    assert buttons == ["titta", "spara"]
    response = client.post("/admin/matomgangar/2/papper", data=fields | {"gor": "titta", "svar-K01": "3"})
    assert response.status_code == 200
    assert "Inget är sparat" in text_of(response)
    assert 'value="3"' in response.get_data(as_text=True)
    assert in_urn(office, 2) == 0


def test_the_trail_says_who_has_typed_and_never_how_much(office: Office) -> None:
    make_study(office)
    client = office.client("administrator")
    for _ in range(3):
        send(client, 2, opened(client, 2), K01="3")
    with office.services.sessions() as session:
        events = session.scalars(select(AuditEvent).where(AuditEvent.action == "type_paper")).all()
        assert [(event.subject, event.detail) for event in events] == [("ebp/2025", {})]
        assert session.scalar(select(func.count()).select_from(Draft)) == 0
    office.clock.pass_time(days=1)
    send(office.client("administrator"), 2, opened(office.client("administrator"), 2), K01="3")
    assert "Skrev in pappersformulär" in text_of(office.client("administrator").get("/admin/handelser"))


@pytest.mark.parametrize(
    "changed", [{"lopnummer": "x"}, {"lopnummer": ""}, {"lopnummer": "a" * 31}, {"csrf_token": "x"}]
)
def test_a_page_that_was_changed_on_the_way_is_refused(office: Office, changed: dict[str, str]) -> None:
    make_study(office)
    client = office.client("administrator")
    assert send(client, 2, opened(client, 2) | changed, K01="3").status_code == 400
    assert in_urn(office, 2) == 0


@pytest.mark.parametrize("count", ["99999999999", "-1", "x", "1e9", "٣"])
def test_a_made_up_count_is_only_the_pages_own(office: Office, count: str) -> None:
    make_study(office)
    client = office.client("administrator")
    response = send(client, 2, opened(client, 2) | {"inskrivna": count}, K01="3")
    assert response.status_code == 302
    assert client.get(response.location).status_code == 200


def test_whoever_may_not_manage_the_round_cannot_send(played: Played) -> None:
    administrator = played.office.client("administrator")
    fields = opened(administrator, played.open)
    before = in_urn(played.office, played.open)
    for who in ("analyst", "manager", "outsider", "nobody"):
        client = played.office.client(who)
        token = token_in(client.get("/losenord"))
        assert send(client, played.open, fields | {"csrf_token": token}, K01="3").status_code == 403
    assert in_urn(played.office, played.open) == before


def test_a_closed_round_takes_forms_and_a_mixed_one_says_what_to_do(office: Office) -> None:
    make_study(office)
    client = office.client("administrator")
    work.close(office.services, 2)
    fields = opened(client, 2)
    assert send(client, 2, fields, K01="3").status_code == 302
    work.seal(office.services, 2)
    response = send(client, 2, fields, K01="3")
    assert response.status_code == 409
    assert "responses import ebp/2025" in text_of(response)
    assert "responses import" in text_of(client.get("/admin/matomgangar/2/papper"))


def test_no_statement_has_a_field_and_every_other_question_has_one(played: Played) -> None:
    page = played.office.client("administrator").get(f"/admin/matomgangar/{played.open}/papper?{CHOSEN}")
    assert re.findall(r'name="svar-(\w+)"', page.get_data(as_text=True)) == ITEMS
    statements = {one.id for one in load("ebp-thermometer").instrument.items if one.type is ItemType.STATEMENT}
    assert not statements & set(ITEMS)


BRANCHING = """\
id: branching
version: "2026.1"
languages: [sv, en]
variants: [standard, easy]
title: {sv: Grenar, en: Branches}
introduction: {sv: Några frågor., en: Some questions.}
minutes: 1
provenance: {wording: own, sources: [Made for this test.], licence: CC0, notice: {sv: Egna ord., en: Own words.}}
answer_sets:
  - id: steps
    options:
      - {value: 1, text: {sv: "Nej", en: "No"}}
      - {value: 2, text: {sv: "Ja <b>\\"O'k\\"</b>", en: "Yes"}}
      - {value: 12, text: {sv: "Kanske", en: "Perhaps"}}
sections:
  - id: all
    title: {sv: Allt, en: All}
    items:
      - {id: a, text: {sv: Första, en: First}, easy: {sv: Ett, en: One}, answer_set: steps}
      - id: why
        type: long_text
        text: {sv: "Varför?", en: "Why?"}
        easy: {sv: "Varför då?", en: "Why then?"}
        visible_if: {op: is, item: a, value: 2}
      - {id: many, type: multiple_choice, text: {sv: Vilka, en: Which}, easy: {sv: Fler, en: More}, answer_set: steps}
      - {id: years, type: number, text: {sv: År, en: Years}, easy: {sv: År, en: Years}, minimum: 0, maximum: 60}
"""


@pytest.fixture
def branching(office: Office) -> tuple[Office, int]:
    """An open round of an instrument with a rule, several crosses, a number and a text."""
    folder = office.services.settings.home / "instruments"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "branching.yaml").write_text(BRANCHING, encoding="utf-8")
    folders = office.services.instrument_folders
    with office.services.sessions.begin() as session:
        study = studies.create_study(
            session,
            slug="b",
            title="B",
            instrument="branching",
            owner_code="23",
            simulated=True,
            folders=folders,
        )
        round_ = rounds.create_round(session, study, name="ett", unit_codes=["2309"], folders=folders)
        key = office.services.round_keys.make(round_.id)
        rounds.open_round(session, round_, NOON, public_key=key, folders=folders)
        return office, round_.id


def test_answers_off_the_path_are_named_and_left_out_when_saved_once_more(branching: tuple[Office, int]) -> None:
    office, round_id = branching
    client = office.client("administrator")
    first = send(client, round_id, opened(client, round_id), a="1", why="Ändå.", many="2, 12", years="3,5")
    assert first.status_code == 200
    assert "Besvarat fast formuläret sa att man inte skulle" in text_of(first)
    assert "Fråga 2 Varför?" in text_of(first)
    assert in_urn(office, round_id) == 0
    fields = hidden(first)
    assert fields["utelamnas"].split() == ["why"]
    assert send(client, round_id, fields, a="1", why="Ändå.", many="2, 12", years="3,5").status_code == 302
    assert in_urn(office, round_id) == 1


def test_a_new_answer_off_the_path_is_asked_about_again(branching: tuple[Office, int]) -> None:
    office, round_id = branching
    client = office.client("administrator")
    fields = opened(client, round_id)
    # What was accepted was no answer then; a made-up list accepts nothing that is not named.
    assert send(client, round_id, fields | {"utelamnas": "many x"}, a="1", why="Ändå.").status_code == 200
    assert in_urn(office, round_id) == 0


def test_the_easy_form_is_typed_in_its_own_words_and_nothing_is_markup(branching: tuple[Office, int]) -> None:
    office, round_id = branching
    client = office.client("administrator")
    page = client.get(f"/admin/matomgangar/{round_id}/papper?enhet=2309&form=easy&sprak=sv")
    assert "Varför då?" in text_of(page)
    body = page.get_data(as_text=True)
    assert "<b>&#34;" not in body
    assert "Ja <b>" not in body
    codes = re.findall(r"data-codes='([^']*)'", body)
    assert json.loads(codes[0]) == {"1": "Nej", "2": 'Ja <b>"O\'k"</b>', "12": "Kanske"}
    typed = '"><script>alert(1)</script>'
    wrong = send(client, round_id, hidden(page), a=typed, why="</textarea><b>")
    assert typed not in wrong.get_data(as_text=True)
    assert "</textarea><b>" not in wrong.get_data(as_text=True)
    assert hidden(wrong)["form"] == "easy"
