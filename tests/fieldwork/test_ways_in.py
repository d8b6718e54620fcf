"""Open links and cards: what is handed out, what is stored, and what never is."""

from __future__ import annotations

import csv
import io
import re
from datetime import UTC, datetime

import pytest
from pypdf import PdfReader
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from survey.answering.codes import shown, tidy_code
from survey.answering.keys import KeyFolder
from survey.answering.tokens import card_lookup
from survey.errors import Refusal
from survey.fieldwork.card_sheet import cards_pdf
from survey.fieldwork.cards import cards_csv, make_cards
from survey.fieldwork.links import links_csv, open_links, qr_svg
from survey.fieldwork.rounds import close_round, create_round, open_round
from survey.models import Card, Invitation, Round, Study
from survey.organisation.tree import find_unit

NOW = datetime(2026, 9, 1, 8, tzinfo=UTC)
PUBLIC_KEY = bytes(32)
URL = "https://t.example.se"


def lookups(session: Session, round_: Round) -> set[bytes]:
    return set(session.scalars(select(Invitation.lookup).where(Invitation.round_id == round_.id)))


def table(text: str) -> list[list[str]]:
    assert text.startswith("\ufeff")
    return list(csv.reader(io.StringIO(text[1:], newline=""), delimiter=";"))


def test_a_draft_has_no_links(session: Session, draft: Round) -> None:
    with pytest.raises(Refusal, match="open it first"):
        open_links(draft, URL)


def test_every_unit_has_its_own_link(session: Session, draft: Round) -> None:
    open_round(session, draft, NOW, public_key=PUBLIC_KEY)
    links = open_links(draft, URL + "/")
    assert [(link.unit_code, link.unit_name) for link in links] == [
        ("2305", "Bräcke kommun"),
        ("K1", "Hemtjänst norr"),
        ("K2", "Hemtjänst söder"),
    ]
    codes = [link.url.removeprefix(f"{URL}/s/") for link in links]
    assert codes == [tidy_code(code) for code in codes]
    assert len(set(codes)) == 3
    assert table(links_csv(links))[1] == ["2305", "Bräcke kommun", links[0].url, f"{links[0].url}/kiosk"]


def test_a_unit_name_cannot_run_as_a_formula(session: Session, draft: Round) -> None:
    find_unit(session, "K1").name = '=HYPERLINK("http://x")'
    open_round(session, draft, NOW, public_key=PUBLIC_KEY)
    assert table(links_csv(open_links(draft, URL)))[2][1] == '\'=HYPERLINK("http://x")'


def test_a_qr_code_is_one_svg_element_that_loads_nothing() -> None:
    drawn = qr_svg(f"{URL}/s/ABC")
    assert drawn.startswith("<svg")
    assert "viewBox" in drawn
    assert not re.search(r"href|<script|<style", drawn)


def test_cards_are_stored_only_as_lookups(session: Session, keys: KeyFolder, draft: Round) -> None:
    codes = make_cards(session, keys, draft, find_unit(session, "K1"), 20)
    assert len(set(codes)) == 20
    stored = session.execute(select(Card.lookup, Card.unit_id)).all()
    assert {row.lookup for row in stored} == {card_lookup(keys, draft.study_id, code) for code in codes}
    assert {row.unit_id for row in stored} == {find_unit(session, "K1").id}
    assert lookups(session, draft) == {row.lookup for row in stored}


def test_cards_work_again_in_the_studys_next_round(
    session: Session, keys: KeyFolder, study: Study, draft: Round
) -> None:
    make_cards(session, keys, draft, find_unit(session, "K1"), 10)
    make_cards(session, keys, draft, find_unit(session, "K2"), 10)
    first = lookups(session, draft)
    following = create_round(session, study, name="2027", unit_codes=["K1"], before=draft)
    more = make_cards(session, keys, following, find_unit(session, "K1"), 5)
    open_round(session, following, NOW, public_key=PUBLIC_KEY)
    kept = set(session.scalars(select(Card.lookup).where(Card.unit_id == find_unit(session, "K1").id)))
    assert lookups(session, following) == kept
    assert kept - first == {card_lookup(keys, study.id, code) for code in more}
    assert lookups(session, draft) == first


def test_an_open_round_takes_no_handful_of_cards(session: Session, keys: KeyFolder, draft: Round) -> None:
    """Six cards added to an open round would tell the answers that come by them apart."""
    open_round(session, draft, NOW, public_key=PUBLIC_KEY)
    unit = find_unit(session, "K1")
    with pytest.raises(Refusal, match="Make 7 to 5000") as refused:
        make_cards(session, keys, draft, unit, draft.study.k - 1)
    assert refused.value.code == "bad_card_count"
    assert len(make_cards(session, keys, draft, unit, draft.study.k)) == 7


def test_cards_are_for_units_of_a_round_that_is_not_closed(session: Session, keys: KeyFolder, draft: Round) -> None:
    with pytest.raises(Refusal) as stranger:
        make_cards(session, keys, draft, find_unit(session, "2303"), 10)
    open_round(session, draft, NOW, public_key=PUBLIC_KEY)
    close_round(session, draft, NOW)
    with pytest.raises(Refusal) as late:
        make_cards(session, keys, draft, find_unit(session, "K1"), 10)
    assert (stranger.value.code, late.value.code) == ("unit_not_in_round", "wrong_round_state")
    assert session.scalar(select(func.count()).select_from(Card)) == 0


def test_a_table_of_cards_holds_code_and_link() -> None:
    rows = table(cards_csv(["23456789CDFH"], unit_name="Norr", public_url=URL))
    assert rows == [["enhet", "kod", "länk"], ["Norr", "2345-6789-CDFH", f"{URL}/s/23456789CDFH"]]


def test_a_sheet_has_ten_cards_with_code_unit_and_address() -> None:
    codes = [f"{number:04d}6789CDFH" for number in range(13)]
    reader = PdfReader(
        io.BytesIO(cards_pdf(codes, title="EBP i Jämtland", unit_name="Hemtjänst åäö", public_url=URL, linked=True))
    )
    pages = [page.extract_text() for page in reader.pages]
    assert [sum(shown(code) in page for code in codes) for page in pages] == [10, 3]
    assert pages[0].count("t.example.se/s") == 10
    assert pages[0].count("Hemtjänst åäö") == 10
    assert pages[0].count("Spara kortet.") == 10
    assert reader.metadata is not None
    assert reader.metadata.title == "Svarskort – Hemtjänst åäö"
