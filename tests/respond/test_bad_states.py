"""Each wrong state has its own page, with the right status and what to do; never a traceback."""

from __future__ import annotations

import io
import re
from datetime import date, timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from respond_site import FIRST, Site, begin, fill_in, send_part, text_of
from sqlalchemy import event
from structlog.testing import capture_logs

from survey.answering.codes import new_code, with_check
from survey.web import EXTENSION, errors
from survey.web.refusals import REFUSALS

FORM = "application/x-www-form-urlencoded"
SURVEY = Path(__file__).parents[2] / "survey"


def refused(response: object, status: int, sentence: str) -> None:
    assert response.status_code == status, text_of(response)
    assert sentence in text_of(response)
    page = response.get_data(as_text=True)
    assert page.count("<h1>") == 1
    assert "Traceback" not in page


def test_unknown_link(client: FlaskClient) -> None:
    refused(client.get(f"/s/{new_code()}"), 404, "Vi hittar inte koden")


def test_mistyped_link(site: Site, client: FlaskClient) -> None:
    swapped = site.card[:4] + site.card[5] + site.card[4] + site.card[6:]
    wrong = swapped if swapped != site.card else site.card[:-1] + ("2" if site.card[-1] != "2" else "3")
    refused(client.get(f"/s/{wrong}"), 404, "Koden stämmer inte riktigt")


def test_used_link(site: Site, client: FlaskClient) -> None:
    client.post(fill_in(client, site.card))
    page = site.client().get(f"/s/{site.card}")
    refused(page, 410, "Det finns redan ett svar")
    assert "Ta tillbaka svaret" in text_of(page)


def test_withdrawn_link(site: Site, client: FlaskClient) -> None:
    thanks = client.post(fill_in(client, site.card)).location
    receipt = re.findall(r"[2-9A-Z]{4}(?:-[2-9A-Z]{4}){3}", text_of(client.get(thanks)))[0]
    client.post(f"/s/{site.card}/ta-tillbaka", data={"receipt": receipt})
    refused(client.get(f"/s/{site.card}"), 410, "Svaret är tillbakataget")


def test_not_yet_open(site: Site, client: FlaskClient) -> None:
    site.change_round(state="draft", opened_at=None)
    refused(client.get(f"/s/{site.open}"), 403, "inte öppnat än")
    assert "mars" not in text_of(client.get(f"/s/{site.open}"))  # the day is over; nobody knows when
    site.change_round(opens_on=date(2026, 3, 14))
    refused(client.get(f"/s/{site.open}"), 403, "ska enligt planen öppna den 14 mars")
    refused(client.get(f"/s/{site.open}?lang=en"), 403, "planned to open on 14 March")


def test_closed(site: Site, client: FlaskClient) -> None:
    site.close()
    refused(client.get(f"/s/{site.open}"), 410, "Undersökningen har stängt")


def test_answering_without_having_begun(site: Site, client: FlaskClient) -> None:
    refused(client.get(f"/s/{site.open}/del/1"), 403, "Börja från första sidan")
    refused(send_part(client, f"/s/{site.open}/del/1", dict(FIRST)), 403, "Börja från första sidan")
    refused(client.post(f"/s/{site.open}/del/granska"), 403, "Börja från första sidan")
    assert site.count("urn") == 0


def test_a_cookie_that_we_did_not_make(site: Site, client: FlaskClient) -> None:
    begin(client, site.open)
    for value in ("", "å", "AAAA", "A" * 24, "!" * 24):
        client.set_cookie("begun", value, path=f"/s/{site.open}")
        refused(client.get(f"/s/{site.open}/del/1"), 403, "Börja från första sidan")


@pytest.mark.parametrize("go", ["", "away", "lang-xx", "pace-never"])
def test_a_button_that_does_not_exist(site: Site, client: FlaskClient, go: str) -> None:
    address = begin(client, site.card)
    refused(client.post(address, data=FIRST | {"go": go, "noticed": "1"}), 400, "Vi kunde inte läsa det här")


def test_too_large(site: Site, client: FlaskClient) -> None:
    address = begin(client, site.card)
    refused(client.post(address, data={"go": "next", "a_why": "x" * 1_100_000}), 413, "för mycket på en gång")


def test_from_another_site(site: Site, client: FlaskClient) -> None:
    address = begin(client, site.card)
    for headers in (
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.example"},
        {"Origin": "http://["},
    ):
        refused(client.post(address, data=FIRST | {"go": "next"}, headers=headers), 403, "Vi tog inte emot det här")
    for headers in ({"Sec-Fetch-Site": "same-origin"}, {"Origin": "null"}, {"Origin": "http://localhost"}):
        assert client.post(address, data=FIRST | {"go": "next"}, headers=headers).status_code == 303


def test_no_such_page_and_no_such_method(site: Site, client: FlaskClient) -> None:
    refused(client.get("/nowhere"), 404, "Sidan finns inte")
    refused(client.delete(f"/s/{site.card}"), 405, "Det går inte att göra här")


def test_a_fault_of_ours_is_logged_without_the_address(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    client = site.client()
    address = begin(client, site.card)

    def broken(*_arguments: object) -> None:
        raise RuntimeError(f"what the person wrote, and {site.card}")

    monkeypatch.setattr("survey.web.respond.parts.Splits.split", broken)
    with capture_logs() as logged:
        page = client.get(address)
    refused(page, 500, "Något gick fel hos oss")
    assert logged[0]["rule"] == "/s/<code>/<any(fraga, del, allt):word>/<int:number>"
    assert logged[0]["error_id"] in text_of(page)
    assert site.card not in str(logged)
    assert "what the person wrote" not in str(logged)


def test_the_code_page_explains_a_mistyped_code_and_keeps_it(client: FlaskClient, site: Site) -> None:
    wrong = client.post("/s/", data={"code": '<b>"K7PX'})
    assert wrong.status_code == 422
    page = wrong.get_data(as_text=True)
    assert "<title>Fel: " in page
    assert 'value="&lt;b&gt;&#34;K7PX"' in page
    assert 'role="alert"' in page
    spoken = f"{site.card[:4]}-{site.card[4:8]}-{site.card[8:]}".lower()
    assert client.post("/s/", data={"code": spoken}).location == f"/s/{site.card}"


def test_every_code_that_is_raised_is_explained() -> None:
    raised = {
        code
        for path in SURVEY.rglob("*.py")
        # What the command line alone raises never meets a page.
        if path.parent.name != "cli"
        for code in re.findall(r"Refusal\(\s*\"([a-z_]+)\"", path.read_text(encoding="utf-8"))
    }
    assert raised - REFUSALS.keys() == set()
    assert set(errors.CODES_BY_STATUS.values()) <= REFUSALS.keys()


def test_a_slow_sender_keeps_nobody_waiting(site: Site) -> None:
    """What was sent is read to its end before a transaction begins: on SQLite that would hold the write lock."""
    begun: list[str] = []
    event.listen(site.app.extensions[EXTENSION].engine, "begin", lambda connection: begun.append("begin"))

    class Slow(io.RawIOBase):
        left = body = b"lang=sv"

        def readable(self) -> bool:
            return True

        def readinto(self, room: bytearray) -> int:
            begun.append("read")
            some, self.left = self.left[: len(room)], self.left[len(room) :]
            room[: len(some)] = some
            return len(some)

    sent = {"wsgi.input": Slow(), "CONTENT_LENGTH": str(len(Slow.body))}
    site.client().post(f"/s/{site.open}/borja", content_type=FORM, environ_overrides=sent)
    assert "begin" in begun
    assert begun.index("begin") > max(place for place, what in enumerate(begun) if what == "read")


def test_a_receipt_cookie_that_was_made_up_is_no_server_error(site: Site, client: FlaskClient) -> None:
    client.set_cookie("receipt", "99999999999." + with_check("2" * 15), path=f"/s/{site.open}")
    assert client.get(f"/s/{site.open}/tack").status_code < 500


@pytest.mark.parametrize("address", ["/analys", "/s", "/s//X"])
def test_no_redirect_repeats_the_host_that_was_sent(client: FlaskClient, address: str) -> None:
    response = client.get(address, headers={"Host": "evil.example"})
    assert "evil.example" not in response.headers.get("Location", "")


def test_the_bare_address_leads_to_where_a_code_is_typed(client: FlaskClient) -> None:
    assert client.get("/").location == "/s/"
    assert "/logga-in" in client.get("/s/").get_data(as_text=True)


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("K7PX-3MRT-9WO", "Det finns inget O i en kod. Är det kanske D eller C?"),
        ("K7PX-3MRT-9W0H", "Det finns inget 0 i en kod. Är det kanske D eller C?"),
        ("K7PX-3MRT-9W1H", "Det finns inget 1 i en kod. Är det kanske 7 eller T?"),
        ("K7PX-3MRT-9WÅH", "Det finns inget Å i en kod."),
        ("K7PX", "Det är 4 tecken och ska vara 12. Något saknas."),
        ("K7PX-3MRT-9WCHH", "Det är 13 tecken och ska vara 12. Det är för många."),
        ("2222-2222-2222-2222", "Det här är ett kvitto. Här ska koden stå."),
        (" - ", "Det står inget i rutan."),
        ("🙂" * 12, "Det finns inget 🙂 i en kod."),
    ],
)
def test_what_is_wrong_with_a_typed_code_is_said_of_that_code(client: FlaskClient, typed: str, told: str) -> None:
    page = client.post("/s/", data={"code": typed}, headers={"Accept-Language": "sv"})
    refused(page, 422, told)
    assert "en grupp i taget" in text_of(page)


def test_two_characters_that_have_changed_places(client: FlaskClient, site: Site) -> None:
    place = next(number for number in range(11) if site.card[number] != site.card[number + 1])
    swapped = site.card[:place] + site.card[place + 1] + site.card[place] + site.card[place + 2 :]
    refused(client.post("/s/", data={"code": swapped}), 422, "två bytt plats")


def test_a_mistyped_receipt_is_told_its_length(client: FlaskClient, site: Site) -> None:
    client.post(fill_in(client, site.card))
    page = client.post(f"/s/{site.card}/ta-tillbaka", data={"receipt": "K7PX-3MRT"})
    refused(page, 422, "Det är 8 tecken och ska vara 16. Något saknas.")
    page = client.post(f"/s/{site.card}/ta-tillbaka", data={"receipt": site.card})
    refused(page, 422, "Det här är en kod. Här ska kvittot stå")


def test_every_wrong_state_speaks_english_too(site: Site) -> None:
    client = site.client()
    english = {"Accept-Language": "en"}
    refused(client.get(f"/s/{new_code()}", headers=english), 404, "We cannot find this code")
    site.change_round(state="draft", opened_at=None)
    refused(client.get(f"/s/{site.open}", headers=english), 403, "The survey has not opened yet")


def test_an_hours_grace_for_those_who_have_begun(site: Site, client: FlaskClient) -> None:
    address = begin(client, site.card)
    site.close()
    assert "inom en timme" in text_of(client.get(f"/s/{site.card}"))
    assert client.get(address).status_code == 200
    refused(site.client().get(f"/s/{site.open}"), 410, "Undersökningen har stängt")
    site.clock.now += timedelta(hours=1)
    refused(client.get(address), 410, "Undersökningen har stängt")
