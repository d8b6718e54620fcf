"""Activities and reports: signing without JavaScript, sums, correcting, taking back; and who may do it where."""

from __future__ import annotations

import csv
import io
from datetime import date

import pytest
from office_site import Office, make_entry, post, text_of
from sqlalchemy import func, select

from survey.fieldwork import rounds, studies
from survey.models import RecordEntry

NEW = "/aktiviteter/ny/activity-log"
ALL = "A01,A02,A03,A04,A05"
GOOD: dict[str, object] = {
    "happened_on": "2026-03-01",
    "unit": "2309",
    "shown": ALL,
    "a_A01": "2",
    "a_A02": "3",
    "a_A03": "25",
    "a_A04": ["1", "4"],
    "a_A05": "=Metoder & <b>stöd</b>",
}


def count(office: Office) -> int:
    with office.services.sessions() as session:
        return session.scalar(select(func.count()).select_from(RecordEntry)) or 0


def test_an_entry_is_signed_and_stands_open_with_name_and_time(office: Office) -> None:
    client = office.client("manager")
    sent = post(client, NEW, GOOD)
    assert sent.status_code == 302, text_of(sent)
    page = text_of(client.get(sent.location))
    for said in ("Krokoms kommun", "1 mars 2026", "Utbildning", "25", "Socialsekreterare", "<b>stöd</b>"):
        assert said in page
    assert "Undertecknad av Manager, 2026-03-02 13:00" in page
    assert ("manager@exempel.se", "sign_record", "activity-log 2309") in office.events()
    # Open to those above, and to nobody beside.
    assert office.client("analyst").get(sent.location).status_code == 200
    assert office.client("outsider").get(sent.location).status_code == 403


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"happened_on": "2026-03-03"}, "från 1990 till i dag"),
        ({"happened_on": "0226-03-01"}, "från 1990 till i dag"),
        ({"happened_on": "snart"}, "datum"),
        ({"unit": ""}, "Välj en enhet"),
        ({"a_A01": ""}, "Den här behöver ett svar"),
        ({"a_A01": "77"}, "Välj ett av alternativen"),
        ({"a_A02": "många"}, "Skriv ett tal från 1 till 1000"),
        ({"a_A05": "x" * 501}, "501 tecken"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_kept(office: Office, change: dict[str, object], said: str) -> None:
    client = office.client("manager")
    answer = post(client, NEW, GOOD | change)
    assert answer.status_code == 422
    assert said in text_of(answer), text_of(answer)
    assert "Metoder" in answer.get_data(as_text=True) or "x" * 500 in answer.get_data(as_text=True)
    assert count(office) == 0


def test_nobody_signs_for_a_unit_beside_their_own(office: Office) -> None:
    client = office.client("manager")
    assert post(client, NEW, GOOD | {"unit": "2380"}).status_code == 422
    assert post(office.client("outsider"), NEW, GOOD).status_code == 422
    assert count(office) == 0


def test_a_correction_stands_in_place_and_the_first_can_be_read(office: Office) -> None:
    first = make_entry(office)
    client = office.client("manager")
    page = f"/aktiviteter/{first}/ratta"
    shown = client.get(page).get_data(as_text=True)
    assert 'value="12"' in shown
    assert "Att söka kunskap" in shown
    assert post(client, page, GOOD).status_code == 422  # no reason
    sent = post(client, page, GOOD | {"reason": "Fel antal"})
    assert sent.status_code == 302, text_of(sent)
    assert "Fel antal" in text_of(client.get(sent.location))
    assert "har rättats" in text_of(client.get(f"/aktiviteter/{first}"))
    # Once only, by whatever way.
    assert client.get(page).status_code == 409
    assert client.get(f"/aktiviteter/{first}/ta-tillbaka").status_code == 409
    sums = text_of(client.get("/aktiviteter/"))
    assert "2026 Krokoms kommun 1 3 25" in sums


def test_what_is_taken_back_does_not_count(office: Office) -> None:
    first = make_entry(office)
    client = office.client("administrator")
    page = f"/aktiviteter/{first}/ta-tillbaka"
    assert post(client, page, {"reason": " "}).status_code == 422
    assert post(client, page, {"reason": "Hölls aldrig"}).status_code == 302
    assert "Det finns inga anteckningar här än" in text_of(client.get("/aktiviteter/"))
    assert "tagits tillbaka" in text_of(client.get(f"/aktiviteter/{first}"))
    rows = table(office, "administrator")
    assert [(row["entry"], row["retracted"], row["reason"]) for row in rows] == [
        ("2", "1", "Hölls aldrig"),
        ("1", "0", ""),
    ]


def table(office: Office, who: str, query: str = "") -> list[dict[str, str]]:
    text = office.client(who).get(f"/aktiviteter/activity-log/poster.csv{query}").get_data(as_text=True)
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff")), delimiter=";"))


def test_the_file_holds_every_answer_and_runs_nothing(office: Office) -> None:
    post(office.client("manager"), NEW, GOOD)
    (row,) = table(office, "analyst")
    assert (row["date"], row["unit"], row["A01"], row["A02"], row["A03"]) == ("2026-03-01", "2309", "2", "3", "25")
    assert (row["A04_1"], row["A04_2"], row["A04_4"]) == ("1", "0", "1")
    assert row["A05"].startswith("'=")
    assert table(office, "analyst", "?unit=2380") == []
    assert table(office, "analyst", "?year=2025") == []
    assert len(table(office, "analyst", "?year=x&unit=%00")) == 1
    assert table(office, "outsider") == []


def test_sums_are_by_year_and_municipality(office: Office) -> None:
    client = office.client("administrator")
    for unit, day, number in (("2309", "2025-05-05", "10"), ("2309", "2025-06-05", ""), ("2380", "2025-05-05", "7")):
        sent = post(client, NEW, GOOD | {"unit": unit, "happened_on": day, "a_A03": number})
        assert sent.status_code == 302
    page = text_of(client.get("/aktiviteter/"))
    assert "2025 Krokoms kommun 2 6 10" in page
    assert "2025 Östersunds kommun 1 3 7" in page
    assert "Östersunds" not in text_of(client.get("/aktiviteter/?unit=2309&year=2025")).partition("Anteckningar")[2]


def test_a_status_report_keeps_its_paragraphs(office: Office) -> None:
    client = office.client("administrator")
    page = "/aktiviteter/ny/county-status-report"
    report = {"happened_on": "2026-03-01", "unit": "23", "shown": ",".join(f"L{n:02}" for n in range(1, 11))}
    assert "Den här behöver ett svar" in text_of(post(client, page, report))
    sent = post(client, page, report | {"a_L01": "2", "a_L02": "Ett stycke.\r\n\r\nEtt till."})
    assert sent.status_code == 302, text_of(sent)
    assert "Ett stycke.\n\nEtt till." in client.get(sent.location).get_data(as_text=True)


def test_no_other_kind_of_instrument_is_signed_here(office: Office) -> None:
    client = office.client("administrator")
    for instrument in ("ebp-thermometer", "individual-follow-up", "nothing"):
        assert client.get(f"/aktiviteter/ny/{instrument}").status_code == 404
        assert client.get(f"/aktiviteter/{instrument}/poster.csv").status_code == 404
    assert client.get("/aktiviteter/99999999999").status_code == 404


def test_results_show_what_was_done_between_the_rounds(office: Office) -> None:
    """Of the municipality alone, between the rounds' last days, and without a word of cause."""
    with office.services.sessions.begin() as session:
        study = studies.create_study(
            session, slug="x", title="X", instrument="ebp-thermometer", owner_code="23", simulated=True
        )
        units = ["2309", "2380"]
        days = ((date(2025, 1, 1), date(2025, 1, 31)), (date(2026, 2, 1), date(2026, 2, 10)))
        before, now = (
            rounds.create_round(session, study, name=name, unit_codes=units, opens_on=opens, closes_on=closes)
            for name, (opens, closes) in zip(("2025", "2026"), days, strict=True)
        )
        now.before_id = before.id
        for round_ in (before, now):
            key = office.services.round_keys.make(round_.id)
            rounds.open_round(session, round_, office.clock(), public_key=key)
        ids = before.id, now.id
    for round_id in ids:
        office.answer(round_id, {"2309": 12, "2380": 14})
    office.finish(ids[0])
    release = office.finish(ids[1])
    client = office.client("manager")
    assert "Vad som gjordes" not in text_of(client.get(f"/analys/{release}/2309"))
    make_entry(office)
    for day in ("2025-01-31", "2026-02-11"):
        assert post(client, NEW, GOOD | {"happened_on": day}).status_code == 302
    page = text_of(client.get(f"/analys/{release}/2309"))
    box = page.partition("Vad som gjordes mellan mätomgångarna")[2].partition("Kunskap")[0]
    assert "2026-02-10 EBP-cirkel Krokoms kommun 4 12" in box
    assert box.count("2026-02-11") == box.count("2025-01-31") == box.count("Utbildning") == 0
    assert "Vad som gjordes" not in text_of(office.client("analyst").get(f"/analys/{release}/2380"))
