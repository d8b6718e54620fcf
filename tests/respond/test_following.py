"""A code of one's own, and earlier answers taken out: what the pages ask, keep and promise."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from respond_site import FIRST, SECOND, THIRD, Site, begin, make_site, send_part, text_of
from sqlalchemy import Engine, select, update

from survey.answering.box import Submission, open_box
from survey.answering.own_code import MENU, link_code_from
from survey.answering.round_keys import RoundKeyFolder
from survey.errors import Refusal
from survey.models import Base, UrnBox
from survey.web.respond.code_questions import HINTS, QUESTIONS
from survey.web.respond.turns import Turns

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)

CHOSEN = ["mother_name", "birth_day", "birth_place", "older_siblings"]
WRITTEN = {"mother_name": "Åsa-Britt", "birth_day": "7", "birth_place": "Östersund", "older_siblings": "2"}
READ = {"mother_name": "å", "birth_day": "07", "birth_place": "ö", "older_siblings": "02"}


@pytest.fixture
def own(tmp_path: Path, engine: Engine) -> Site:
    site = make_site(tmp_path / "home", engine, linked=True)
    with site.session() as session:
        session.execute(update(Base.metadata.tables["study"]).values(code_questions=CHOSEN))
        session.commit()
    return site


@pytest.fixture
def linked(tmp_path: Path, engine: Engine) -> Site:
    return make_site(tmp_path / "home", engine, linked=True)


def boxes(site: Site) -> list[Submission]:
    key = RoundKeyFolder(site.keys.path / "rounds").private_key(site.round_id)
    with site.session() as session:
        return [open_box(box, key) for box in session.scalars(select(UrnBox.box))]


def expected(site: Site) -> bytes:
    return link_code_from(READ, study_pepper=site.keys.study_pepper(site.study_id), study_id=site.study_id)


def answer_all(client: FlaskClient, address: str) -> None:
    for answers in (FIRST, SECOND, THIRD):
        address = send_part(client, address, dict(answers)).location
    assert client.post(address).status_code == 303


@pytest.mark.parametrize("way", ["open", "card"])
def test_the_code_is_asked_for_first_kept_through_every_page_and_sealed(own: Site, way: str) -> None:
    client, code = own.client(), getattr(own, way)
    address = begin(client, code)
    assert address == f"/s/{code}/kod"
    page = text_of(client.get(address))
    assert "Vi gör koden på en gång" in page
    onward = client.post(address, data=WRITTEN | {"go": "code"})
    assert (onward.status_code, onward.location) == (303, f"/s/{code}/del/1")
    answer_all(client, onward.location)
    (box,) = boxes(own)
    assert box.link_code == expected(own)
    assert not set(CHOSEN) & box.answers.keys()


def test_nothing_of_the_answers_to_the_code_questions_is_stored(own: Site) -> None:
    client = own.client()
    client.post(begin(client, own.card), data=WRITTEN | {"go": "code"})
    with own.session() as session:
        for table in Base.metadata.sorted_tables:
            for row in session.execute(select(table)):
                assert "Britt" not in repr(row)
                assert "stersund" not in repr(row)


def test_who_skips_is_not_linked_and_is_not_stopped(own: Site) -> None:
    client = own.client()
    onward = client.post(begin(client, own.open), data={"go": "skip"})
    answer_all(client, onward.location)
    (box,) = boxes(own)
    assert box.link_code is None


def test_a_code_with_a_gap_is_sent_back_with_what_was_written(own: Site) -> None:
    client = own.client()
    address = begin(client, own.open)
    response = client.post(address, data=WRITTEN | {"birth_day": "32", "go": "code"})
    assert response.status_code == 422
    page = response.get_data(as_text=True)
    assert page.count('aria-invalid="true"') == 1
    assert 'value="Östersund"' in page
    assert "Alla frågor behöver ett svar" in page


def test_a_code_is_not_asked_for_again(own: Site) -> None:
    client = own.client()
    client.post(begin(client, own.card), data=WRITTEN | {"go": "code"})
    assert begin(client, own.card) == f"/s/{own.card}/del/1"


def test_a_study_without_such_codes_never_meets_the_page(linked: Site) -> None:
    client = linked.client()
    address = begin(client, linked.card)
    assert address == f"/s/{linked.card}/del/1"
    assert client.get(f"/s/{linked.card}/kod").location == address


def test_the_page_of_a_code_needs_a_start(own: Site) -> None:
    assert own.client().get(f"/s/{own.open}/kod").status_code == 403


def test_earlier_answers_are_taken_out_by_a_wish_that_changes_nothing_else(linked: Site) -> None:
    client = linked.client()
    assert "Ta bort mina tidigare svar" in text_of(client.get(f"/s/{linked.card}"))
    for _time in range(2):
        done = client.post(f"/s/{linked.card}/tidigare-svar")
        assert done.status_code == 303
        assert "Dina tidigare svar" in text_of(client.get(done.location))
    (wish,) = boxes(linked)
    assert (wish.objects, dict(wish.answers)) == (True, {})
    assert wish.link_code is not None
    answer_all(client, begin(client, linked.card))
    # After answering too: the link is used, and the wish still has its way.
    assert client.get(f"/s/{linked.card}/tidigare-svar").status_code == 200
    assert sorted(box.objects for box in boxes(linked)) == [False, True]
    assert {box.link_code for box in boxes(linked)} == {wish.link_code}


def test_earlier_answers_are_found_by_a_self_made_code(own: Site) -> None:
    client = own.client()
    address = f"/s/{own.open}/tidigare-svar"
    assert client.post(address, data={}).status_code == 422
    assert boxes(own) == []
    assert client.post(address, data=WRITTEN).status_code == 303
    (wish,) = boxes(own)
    assert (wish.objects, wish.link_code) == (True, expected(own))


def test_a_program_that_tries_code_after_code_is_held_up(own: Site) -> None:
    """Whoever objects by a self-made code need not have a draft: a guess at a colleague's answers must cost time."""
    client = own.client()
    path = f"/s/{own.open}/tidigare-svar"
    for number in range(20):
        assert client.post(path, data=WRITTEN | {"older_siblings": str(number)}).status_code == 303
    held_up = client.post(path, data=WRITTEN)
    assert held_up.status_code == 429
    assert "Vänta en minut och försök igen." in text_of(held_up)
    assert len(boxes(own)) == 20


def test_turns_come_back_with_time_and_never_more_than_there_were() -> None:
    turns = Turns(at_once=2, each_minute=1)
    turns.take(NOON)
    turns.take(NOON)
    for seconds, given in ((0, False), (59, False), (61, True), (62, False)):
        if given:
            turns.take(NOON + timedelta(seconds=seconds))
        else:
            with pytest.raises(Refusal, match="try again in a minute"):
                turns.take(NOON + timedelta(seconds=seconds))
    much_later = NOON + timedelta(days=9)
    turns.take(much_later)
    turns.take(much_later)
    with pytest.raises(Refusal):
        turns.take(much_later)


def test_by_an_open_link_there_is_nothing_to_take_out(linked: Site) -> None:
    client = linked.client()
    assert "Ta bort mina tidigare svar" not in text_of(client.get(f"/s/{linked.open}"))
    for response in (client.get(f"/s/{linked.open}/tidigare-svar"), client.post(f"/s/{linked.open}/tidigare-svar")):
        assert response.status_code == 404
        assert "kan inte hittas" in text_of(response)
    assert boxes(linked) == []


def test_the_way_to_it_stands_beside_taking_the_answer_back(linked: Site) -> None:
    assert "Ta bort mina tidigare svar" in text_of(linked.client().get(f"/s/{linked.card}/ta-tillbaka"))


@pytest.mark.parametrize(
    ("way", "said"),
    [("card", "Koden görs av kortet"), ("open", "Nej. Ditt svar kopplas varken")],
)
def test_the_promise_says_how_persons_are_linked(linked: Site, way: str, said: str) -> None:
    assert said in text_of(linked.client().get(f"/s/{getattr(linked, way)}"))


@pytest.mark.parametrize("way", ["card", "open"])
def test_the_promise_of_a_self_made_code(own: Site, way: str) -> None:
    page = text_of(own.client().get(f"/s/{getattr(own, way)}"))
    assert "Koden gör du själv" in page
    assert "konfidentiell" in page


def test_every_question_of_the_menu_can_be_asked() -> None:
    assert QUESTIONS.keys() == MENU.keys()
    assert {question.kind for question in MENU.values()} == HINTS.keys()
