"""A shared tablet, and leaving in a hurry: what the server sends, and what it does not keep."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from respond_site import FIRST, SECOND, THIRD, Site, begin, make_site, send_part, settings_for, text_of
from sqlalchemy import Engine
from werkzeug.test import TestResponse

from survey.answering.codes import new_code
from survey.app import create_app
from survey.models import Study
from survey.web.headers import HEADERS

ALL = '"cache", "cookies", "storage"'


def begin_in_kiosk(client: FlaskClient, site: Site) -> str:
    client.get(f"/s/{site.open}/kiosk")
    return begin(client, site.open, kiosk="1")


def answer(client: FlaskClient, address: str, answers: dict[str, object]) -> TestResponse:
    """Fill in a page as its form would: with the mark of the visit."""
    mark = re.findall(r'name="visit" value="(\w+)"', client.get(address).text)[0]
    return send_part(client, address, answers | {"visit": mark})


def fill_in(client: FlaskClient, site: Site) -> str:
    address = begin_in_kiosk(client, site)
    for answers in (FIRST, SECOND, THIRD):
        address = answer(client, address, dict(answers)).location
    return address


def cookie(client: FlaskClient, site: Site, name: str) -> str | None:
    found = client.get_cookie(name, path=f"/s/{site.open}")
    return found.value if found else None


def test_the_start_screen_has_start_and_neither_goes_on_nor_asks_whose_the_device_is(
    site: Site, client: FlaskClient
) -> None:
    page = client.get(f"/s/{site.open}/kiosk")
    body = page.get_data(as_text=True)
    assert page.headers["Cache-Control"] == "no-store"
    assert "data-kiosk" in body
    assert body.count('class="first wide-button large"') == 1
    assert 'name="own"' not in body
    assert "Vad vi sparar" in text_of(page)
    assert site.count("draft") == 0


def test_a_persons_own_code_is_refused_on_a_shared_tablet(site: Site, client: FlaskClient) -> None:
    page = client.get(f"/s/{site.card}/kiosk")
    assert page.status_code == 403
    assert "koden är personlig" in text_of(page)


def test_nobody_goes_on_where_another_stopped(site: Site, client: FlaskClient) -> None:
    address = begin_in_kiosk(client, site)
    answer(client, address, dict(FIRST))
    assert site.count("draft") == 1
    # The next person comes to the start screen, by whatever way, and presses Start.
    assert begin_in_kiosk(client, site) == address
    assert "checked" not in client.get(address).get_data(as_text=True)


def test_what_one_sent_is_not_sent_again_by_the_next(site: Site, client: FlaskClient) -> None:
    address = begin_in_kiosk(client, site)
    mark = re.findall(r'name="visit" value="(\w+)"', client.get(address).text)[0]
    first = {"a_a": "2", "visit": mark, "go": "next"}
    assert client.post(address, data=first).status_code == 200
    client.post(f"/s/{site.open}/lamna")
    begin_in_kiosk(client, site)
    again = client.post(address, data=first)
    assert (again.status_code, again.location) == (303, address)
    assert "checked" not in client.get(address).text


def test_own_device_is_not_believed_on_a_shared_tablet(site: Site, client: FlaskClient) -> None:
    begin(client, site.open, own="1")
    assert cookie(client, site, "kept")
    begin_in_kiosk(client, site)
    assert cookie(client, site, "kept") is None
    begin(client, site.open, own="1")
    assert cookie(client, site, "kept") is None


def test_leaving_deletes_the_draft_and_tells_the_browser_to_forget_all(site: Site, client: FlaskClient) -> None:
    address = begin_in_kiosk(client, site)
    answer(client, address, dict(FIRST))
    left = client.post(f"/s/{site.open}/lamna")
    assert left.status_code == 303
    assert left.location == f"/s/{site.open}/kiosk"
    assert left.headers["Clear-Site-Data"] == ALL
    assert site.count("draft") == 0


def test_after_the_end_every_page_leads_to_the_start_screen(site: Site, client: FlaskClient) -> None:
    begin_in_kiosk(client, site)
    client.post(f"/s/{site.open}/lamna")
    client.get(f"/s/{site.open}/kiosk")
    for path in ("", "/del/1", "/del/granska", "/tack", "/kiosk/kvar", "/kiosk/tack"):
        back = client.get(f"/s/{site.open}{path}")
        assert (back.status_code, back.location) == (303, f"/s/{site.open}/kiosk"), path
    assert client.post(f"/s/{site.open}/del/1", data=FIRST).location == f"/s/{site.open}/kiosk"


def test_the_receipt_is_shown_once(site: Site, client: FlaskClient) -> None:
    sent = client.post(fill_in(client, site))
    assert sent.location == f"/s/{site.open}/kiosk/tack"
    thanks = client.get(sent.location)
    receipt = re.findall(r"[2-9A-Z]{4}(?:-[2-9A-Z]{4}){3}", text_of(thanks))[0]
    assert client.get(sent.location).location == f"/s/{site.open}/kiosk"
    assert site.count("urn") == 1
    # It is the right one: from another device the answer is taken back.
    assert site.client().post(f"/s/{site.open}/ta-tillbaka", data={"receipt": receipt}).status_code == 303
    assert site.count("urn") == 0


def test_sent_twice_on_a_tablet_is_one_answer_and_leads_to_the_receipt(site: Site, client: FlaskClient) -> None:
    review = fill_in(client, site)
    assert client.post(review).location == client.post(review).location == f"/s/{site.open}/kiosk/tack"
    assert site.count("urn") == 1


def test_two_persons_in_a_row_give_two_answers(site: Site, client: FlaskClient) -> None:
    for _person in range(2):
        client.post(fill_in(client, site))
        client.post(f"/s/{site.open}/lamna")
    assert site.count("urn") == 2
    assert site.count("draft") == 0


def test_with_scripts_off_a_page_leads_to_a_question_before_it_is_cleared(site: Site, client: FlaskClient) -> None:
    address = begin_in_kiosk(client, site)
    assert '<noscript><meta http-equiv="refresh" content="600;url=../kiosk/kvar">' in client.get(address).text
    asked = client.get(f"/s/{site.open}/kiosk/kvar")
    assert f'content="60;url=/s/{site.open}/kiosk"' in asked.text
    assert f'href="{address}"' in asked.text
    assert "refresh" not in site.client().get(f"/s/{site.open}").text


def test_a_drawn_page_of_a_tablet_is_kept_apart_from_others(site: Site, client: FlaskClient) -> None:
    kiosk = client.get(begin_in_kiosk(client, site)).text
    other = site.client()
    own = other.get(begin(other, site.card)).text
    assert "data-kiosk" in kiosk
    assert "data-kiosk" not in own
    assert "lamna" not in own


def test_leaving_a_closed_round_leaves(site: Site, client: FlaskClient) -> None:
    begin_in_kiosk(client, site)
    site.change_round(state="sealed", closed_at=site.clock.now, sealed_at=site.clock.now)
    assert client.post(f"/s/{site.open}/lamna").headers["Clear-Site-Data"] == ALL


def test_leaving_a_user_survey_in_a_hurry(tmp_path: Path, engine: Engine) -> None:
    site = make_site(tmp_path / "home", engine, instrument="user-survey-group-home")
    client = site.client()
    landing = client.get(f"/s/{site.card}")
    assert f'action="/s/{site.card}/lamna"' in landing.text
    assert "Esc tre gånger" in text_of(landing)
    page = client.get(begin(client, site.card))
    assert 'action="../lamna"' in page.text
    assert site.count("draft") == 1
    left = client.post(f"/s/{site.card}/lamna")
    assert left.location == "/stangd?lang=sv"
    # The person may have logged in elsewhere under the same name: those cookies are not ours to take.
    assert left.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert site.count("draft") == 0
    closed = client.get("/stangd")
    assert "Sidan är stängd" in text_of(closed)
    for betraying in (site.card, "gruppbostad", "Termometern", "undersökning", "Krokom"):
        assert betraying not in closed.text
    for path in ("", "/fraga/1", "/fraga/granska"):
        assert client.get(f"/s/{site.card}{path}").location == "/stangd?lang=sv", path


def test_the_closed_page_speaks_the_language_of_the_visit(tmp_path: Path, sqlite_engine: Engine) -> None:
    site = make_site(tmp_path / "home", sqlite_engine, instrument="user-survey-group-home")
    client = site.client()
    page = client.get(f"/s/{site.card}?lang=en", headers=site.languages)
    assert 'name="lang" value="en"' in page.text[: page.text.index("</form>")]
    left = client.post(f"/s/{site.card}/lamna", data={"lang": "en"}, headers=site.languages)
    for closed in (left, client.get(f"/s/{site.card}")):
        assert "The page is closed" in client.get(closed.location, headers=site.languages).text


def test_the_receipt_of_a_user_survey_has_the_way_out_too(tmp_path: Path, sqlite_engine: Engine) -> None:
    site = make_site(tmp_path / "home", sqlite_engine, instrument="user-survey-group-home")
    client = site.client()
    review = begin(client, site.card).rsplit("/", 1)[0] + "/granska"
    thanks = client.get(client.post(review).location)
    assert 'action="lamna"' in thanks.text
    receipt = re.findall(r"[2-9A-Z]{4}(?:-[2-9A-Z]{4}){3}", text_of(thanks))[0]
    back = client.post(f"/s/{site.card}/ta-tillbaka", data={"receipt": receipt})
    assert "lamna" in client.get(back.location).text
    # The answer stays sent in; only the traces in the browser go.
    client.post(f"/s/{site.card}/lamna", data={"lang": "sv"})
    assert client.get(f"/s/{site.card}/tack").location == "/stangd?lang=sv"


def test_the_next_person_at_a_tablet_does_not_meet_the_language_of_the_one_before(
    site: Site, client: FlaskClient
) -> None:
    client.get(f"/s/{site.open}/kiosk?lang=en")
    begin(client, site.open, kiosk="1", lang="en")
    start = client.get(f"/s/{site.open}/kiosk", headers=site.languages)
    assert '<html lang="sv">' in start.text
    # Whoever chose a language and walked away: the screen goes back by itself, also with scripts off.
    chosen = client.get(f"/s/{site.open}/kiosk?lang=en", headers=site.languages)
    assert f'content="600;url=/s/{site.open}/kiosk"' in chosen.text
    assert "refresh" not in start.text


def test_the_way_back_opens_after_ten_minutes(tmp_path: Path, engine: Engine) -> None:
    site = make_site(tmp_path / "home", engine, instrument="user-survey-group-home")
    left = site.client().post(f"/s/{site.card}/lamna")
    marks = [value for value in left.headers.getlist("Set-Cookie") if value.startswith("left=")]
    assert "Max-Age=600" in marks[0]


def test_staff_surveys_have_no_such_button(site: Site, client: FlaskClient) -> None:
    assert "lamna" not in client.get(f"/s/{site.open}").text


def test_leaving_from_another_site_is_refused(site: Site, client: FlaskClient) -> None:
    begin_in_kiosk(client, site)
    forged = client.post(f"/s/{site.open}/lamna", headers={"Sec-Fetch-Site": "cross-site"})
    assert forged.status_code == 403
    assert "Clear-Site-Data" not in forged.headers
    assert site.count("draft") == 1


@pytest.mark.parametrize("language", ["sv", "en"])
def test_the_statement_says_what_the_law_asks_for(site: Site, client: FlaskClient, language: str) -> None:
    said = text_of(client.get(f"/tillganglighet?lang={language}"))
    # Law 2018:1937, section 13, and the authority's list.
    for must in {
        "sv": ("2018:1937", "delvis förenliga", "Ingen utomstående", "oskäligt betungande", "22 november 2026"),
        "en": ("2018:1937", "comply partly", "No outside party", "too burdensome", "22 November 2026"),
    }[language]:
        assert must in said
    assert "digg.se/tdosanmalan" in said
    # No audit has passed it, so no standard is claimed.
    assert not re.search(r"WCAG|EN 301|helt förenlig|fully", said)


def test_the_statement_names_the_study_contact_and_leads_to_no_form(site: Site, client: FlaskClient) -> None:
    with site.session() as session:
        study = session.get_one(Study, site.study_id)
        study.controller, study.contact = "Krokoms kommun, socialnämnden", "enkat@krokom.example"
        session.commit()
    page = client.get(f"/s/{site.card}/tillganglighet")
    assert "Krokoms kommun, socialnämnden ansvarar" in text_of(page)
    assert 'href="mailto:enkat@krokom.example"' in page.text
    assert "<form" not in page.text
    with site.session() as session:
        session.get_one(Study, site.study_id).contact = '<b>Anna</b>, 0640-161 00 "a@b.se'
        session.commit()
    page = client.get(f"/s/{site.card}/tillganglighet")
    assert "mailto" not in page.text
    assert "&lt;b&gt;Anna" in page.text


def test_a_link_that_leads_nowhere_has_a_statement_with_the_installations_contact(site: Site) -> None:
    settings = replace(
        settings_for(site.keys.path.parent, site.engine.url.render_as_string(hide_password=False)),
        operator="FoU Jämtland",
        contact="fou@jamtland.example",
    )
    client = create_app(settings, site.clock).test_client()
    for path in ("/tillganglighet", f"/s/{new_code()}/tillganglighet"):
        page = client.get(path, headers={"Accept-Language": "sv"})
        assert page.status_code == 200
        assert "FoU Jämtland ansvarar" in text_of(page)
        assert "mailto:fou@jamtland.example" in page.text


def test_every_page_of_a_respondent_leads_to_the_statement(site: Site, client: FlaskClient) -> None:
    address = begin(client, site.card)
    for path, statement in (
        ("/s/", "/tillganglighet"),
        (f"/s/{new_code()}", "tillganglighet"),
        (f"/s/{site.open}", f"/s/{site.open}/tillganglighet"),
        (f"/s/{site.card}/del/granska", f"/s/{site.card}/tillganglighet"),
        (f"/s/{site.card}/ta-tillbaka", f"/s/{site.card}/tillganglighet"),
    ):
        assert re.search(f'{re.escape(statement)}(\\?fran=[a-z-]+)?">Tillgänglighet', client.get(path).text), path
    # From a page of the form a button leads there, so that nothing on it is lost.
    assert 'value="access">Tillgänglighet' in client.get(address).text


def test_the_statement_on_a_shared_tablet_leads_nowhere_else(site: Site, client: FlaskClient) -> None:
    begin_in_kiosk(client, site)
    page = client.get(f"/s/{site.open}/tillganglighet").text
    assert "digg.se/tdosanmalan" in page
    assert 'href="http' not in page
    assert "mailto" not in page


def test_these_pages_carry_the_strict_headers_and_nothing_inline(site: Site, client: FlaskClient) -> None:
    start = client.get(f"/s/{site.open}/kiosk")
    review = fill_in(client, site)
    pages = [start, client.get(review), client.get(f"/s/{site.open}/kiosk/kvar"), client.get("/stangd")]
    pages += [client.get("/tillganglighet"), sent := client.post(review), client.get(sent.location)]
    pages.append(client.post(f"/s/{site.open}/lamna"))
    for page in pages:
        assert {name: page.headers.get(name) for name in HEADERS} == HEADERS, page.request.path
        assert page.headers["Cache-Control"] == "no-store"
        assert not re.search(r"<script(?! src=\"/)|<style|\sstyle=|\son\w+=", page.text)
