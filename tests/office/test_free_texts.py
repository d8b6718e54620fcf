"""Free texts: read by a person, one by one, before anybody else sees them; shown only where enough people wrote."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from office_site import Office, make_study, post, text_of
from sqlalchemy import select

from instruments.load import load
from instruments.model import ItemType, in_language
from survey.answering.importing.store import import_responses
from survey.fieldwork.rounds import create_round, open_round
from survey.fieldwork.studies import create_study
from survey.models import FreeText, OrganisationUnit, Round
from survey.organisation.units import find_unit

ITEM = load("ebp-thermometer").instrument.items[0].id
WITH_NAME = "Karin Berg är <b>bäst</b>, ring 070-993 45 67"


@pytest.fixture
def round_id(office: Office) -> int:
    """A released round in which eight in Östersund and three in Krokom have written."""
    released, _, _ = make_study(office)
    with office.services.sessions.begin() as session:
        for code, number in (("2380", 7), ("2309", 3)):
            write(session.add, released, find_unit(session, code), [f"Text {code} nummer {n}" for n in range(number)])
        write(session.add, released, find_unit(session, "2380"), [WITH_NAME])
    return released


def write(add: object, round_id: int, unit: OrganisationUnit, texts: list[str]) -> None:
    for text in texts:
        add(FreeText(round_id=round_id, unit_id=unit.id, item=ITEM, text=text))  # type: ignore[operator]


def reader_page(round_id: int) -> str:
    return f"/analys/matomgang/{round_id}/fritext"


def hidden_id(page: str) -> str:
    found = re.search(r'name="text_id"[^>]*value="([0-9a-f]{32})"', page)
    assert found
    return found[1]


def bring_forward(client: FlaskClient, round_id: int, wanted: str) -> str:
    """Withhold texts until the one that contains `wanted` is the one to read. Returns its page."""
    for _ in range(20):
        page = client.get(reader_page(round_id)).get_data(as_text=True)
        if wanted in page:
            return page
        post(client, reader_page(round_id), {"text_id": hidden_id(page), "wording": "x", "withhold": "1"})
    raise AssertionError(f"{wanted} never came")


def let_all_through(office: Office, round_id: int) -> None:
    client = office.client("analyst")
    while 'name="text_id"' in (page := client.get(reader_page(round_id)).get_data(as_text=True)):
        with office.services.sessions() as session:
            text = session.get_one(FreeText, bytes.fromhex(hidden_id(page))).text
        answer = {"text_id": hidden_id(page), "wording": text, "confirmed": "y", "release": "1"}
        assert post(client, reader_page(round_id), answer).status_code == 302


def test_what_may_point_to_a_person_is_marked_and_struck_out_in_the_proposal(office: Office, round_id: int) -> None:
    page = bring_forward(office.client("analyst"), round_id, "Karin Berg")
    assert re.search(r"<mark>Karin Berg<span[^>]*> \(namn\)</span></mark>", page)
    assert re.search(r"<mark>070-993 45 67<span[^>]*> \(telefonnummer\)</span></mark>", page)
    assert re.search(r"<textarea[^>]*>\s*\[namn\] är &lt;b&gt;bäst&lt;/b&gt;, ring \[telefon\]</textarea>", page)
    assert "<b>bäst" not in page


def test_a_marked_text_is_let_through_only_when_the_reader_says_that_it_may_stay(office: Office, round_id: int) -> None:
    client = office.client("analyst")
    text_id = hidden_id(bring_forward(client, round_id, "Karin Berg"))
    answer = {"text_id": text_id, "wording": "Karin är bäst", "release": "1"}
    refused = post(client, reader_page(round_id), answer)
    assert refused.status_code == 422
    assert "Något i texten kan fortfarande peka ut en person." in text_of(refused)
    assert "Karin är bäst</textarea>" in refused.get_data(as_text=True)
    assert post(client, reader_page(round_id), answer | {"confirmed": "y"}).status_code == 302
    with office.services.sessions() as session:
        stored = session.get_one(FreeText, bytes.fromhex(text_id))
        assert (stored.state, stored.released_text) == ("released", "Karin är bäst")
        assert stored.text == "Karin är bäst", "what was struck out is not kept"


def test_the_trail_says_that_a_text_was_read_and_not_which(office: Office, round_id: int) -> None:
    client = office.client("analyst")
    page = client.get(reader_page(round_id)).get_data(as_text=True)
    post(client, reader_page(round_id), {"text_id": hidden_id(page), "wording": "Bra.", "release": "1"})
    assert office.events()[-1] == ("analyst@exempel.se", "release_text", "ebp/2024")
    assert "fritextsvar" not in text_of(office.client("administrator").get("/admin/handelser"))


def test_a_text_that_is_withheld_is_emptied(office: Office, round_id: int) -> None:
    client = office.client("analyst")
    page = client.get(reader_page(round_id)).get_data(as_text=True)
    post(client, reader_page(round_id), {"text_id": hidden_id(page), "wording": "x", "withhold": "1"})
    with office.services.sessions() as session:
        stored = session.get_one(FreeText, bytes.fromhex(hidden_id(page)))
        assert (stored.state, stored.text, stored.released_text) == ("withheld", "", None)


def test_of_two_readers_one_decides(office: Office, round_id: int) -> None:
    first, second = office.client("analyst"), office.client("analyst")
    text_id = hidden_id(first.get(reader_page(round_id)).get_data(as_text=True))
    assert (
        post(first, reader_page(round_id), {"text_id": text_id, "wording": "Bra.", "release": "1"}).status_code == 302
    )
    late = post(second, reader_page(round_id), {"text_id": text_id, "wording": "Dåligt.", "release": "1"})
    assert late.status_code == 302
    assert "Någon annan har redan läst den texten" in text_of(second.get(reader_page(round_id)))
    with office.services.sessions() as session:
        assert session.get_one(FreeText, bytes.fromhex(text_id)).released_text == "Bra."


def test_texts_stand_only_under_groups_where_enough_wrote(office: Office, round_id: int) -> None:
    """Eight wrote in Östersund, three in Krokom: with Östersund shown, the county's list would give Krokom's three."""
    let_all_through(office, round_id)
    client = office.client("analyst")
    assert "Text 2309 nummer 1" in text_of(client.get("/analys/1/23/fritext"))
    for code in ("2309", "2380", "2303"):
        assert "Text 23" not in text_of(client.get(f"/analys/1/{code}/fritext"))
    assert "/analys/1/23/fritext" in client.get("/analys/1/23").get_data(as_text=True)
    assert "fritext" not in client.get("/analys/1/2309").get_data(as_text=True)


def test_nothing_is_shown_that_nobody_has_read(office: Office, round_id: int) -> None:
    assert "Det finns inga texter att visa" in text_of(office.client("analyst").get("/analys/1/23/fritext"))


@pytest.mark.parametrize("who", ["administrator", "manager", "outsider", "nobody"])
def test_only_analysts_of_the_studys_owner_read_texts(office: Office, round_id: int, who: str) -> None:
    assert office.client(who).get(reader_page(round_id)).status_code == 403


def test_a_round_that_is_not_mixed_has_no_texts_to_read(office: Office, round_id: int) -> None:
    with office.services.sessions() as session:
        open_one = session.scalars(select(Round.id).where(Round.state == "open")).one()
    assert office.client("analyst").get(reader_page(open_one)).status_code == 404


def test_the_overview_leads_to_the_texts_until_all_are_read(office: Office, round_id: int) -> None:
    client = office.client("analyst")
    assert reader_page(round_id) in client.get("/analys/").get_data(as_text=True)
    let_all_through(office, round_id)
    assert reader_page(round_id) not in client.get("/analys/").get_data(as_text=True)
    assert "Alla texter är lästa." in text_of(client.get(reader_page(round_id)))


def test_a_user_surveys_last_question_goes_from_the_file_to_the_page(office: Office, tmp_path: Path) -> None:
    """The catalogue's own text item: imported with the answers, mixed apart from them, read, let through, shown."""
    instrument = load("user-survey-hvb").instrument
    asked = next(item for item in instrument.items if item.type is ItemType.LONG_TEXT)
    scored = instrument.scored_items[0]
    file = tmp_path / "paper.csv"
    rows = [f'2380,{1 + number % 4},"Text {number}, på två rader.\nRing 070-993 45 6{number}"' for number in range(8)]
    file.write_text("\n".join([f"unit,{scored.id},{asked.id}", *rows]), encoding="utf-8")
    with office.services.sessions.begin() as session:
        study = create_study(
            session, slug="hvb", title="HVB", instrument=instrument.id, owner_code="23", simulated=True
        )
        round_ = create_round(session, study, name="2026", unit_codes=["2380"])
        public_key = office.services.round_keys.make(round_.id)
        open_round(session, round_, office.clock(), public_key=public_key)
        import_responses(session, office.services.keys, round_, file)
        made = round_.id
    release = office.finish(made)
    client = office.client("analyst")
    assert "Text" not in text_of(client.get(f"/analys/{release}/2380/fritext")).replace("Texter", "")
    while 'name="text_id"' in (page := client.get(reader_page(made)).get_data(as_text=True)):
        assert in_language(asked.text, "sv") in page
        proposed = re.search(r"(?s)<textarea[^>]*>\s*(.*?)</textarea>", page)
        assert proposed
        answer = {"text_id": hidden_id(page), "wording": proposed[1], "release": "1"}
        assert post(client, reader_page(made), answer).status_code == 302
    shown = text_of(client.get(f"/analys/{release}/2380/fritext"))
    assert in_language(asked.text, "sv") in shown
    assert shown.count("Ring [telefon]") == 8
    assert "070-993" not in shown
