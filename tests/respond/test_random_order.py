"""A person's own order of items: the same on every page, kept with the draft, sealed with the answers."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from easy_instrument import EASY, put_symbols
from flask.testing import FlaskClient
from respond_site import Site, begin, make_site, send_part, text_of
from sqlalchemy import Engine, select

from instruments.load import load
from instruments.order import ordered_items
from survey.answering.box import Submission, open_box
from survey.answering.mixing import mix
from survey.answering.round_keys import RoundKeyFolder
from survey.models import Response, UrnBox

DAYS = {"a_food": "1", "a_sleep": "2", "a_friends": "1", "a_out": "9"}
IN_FILE = ["food", "sleep", "friends", "out"]


@pytest.fixture
def mixed(tmp_path: Path, engine: Engine, monkeypatch: pytest.MonkeyPatch) -> Site:
    """Whoever begins draws seed 3, then 4 and so on."""
    put_symbols(tmp_path / "home")
    drawn = iter(range(3, 100))
    monkeypatch.setattr("survey.web.respond.entrance.secrets.randbelow", lambda _below: next(drawn))
    return make_site(tmp_path / "home", engine, instrument="easy-form", content=EASY)


def met(page: str) -> list[str]:
    return [item for item in re.findall(r'id="q-(\w+)"', page) if item in IN_FILE]


def order_of(site: Site, seed: int) -> list[str]:
    folder = site.keys.path.parent / "instruments"
    section = load("easy-form", folders=[folder]).instrument.sections[0]
    return [item.id for item in ordered_items(section, seed)]


def sealed(site: Site) -> list[Submission]:
    key = RoundKeyFolder(site.keys.path / "rounds").private_key(site.round_id)
    with site.session() as session:
        return [open_box(box, key) for box in session.scalars(select(UrnBox.box))]


def test_two_persons_meet_two_orders_and_each_the_same_again(mixed: Site) -> None:
    assert order_of(mixed, 3) != order_of(mixed, 4)
    for seed in (3, 4):
        client = mixed.client()
        address = begin(client, mixed.open)
        for _ in range(2):
            assert met(client.get(address).get_data(as_text=True)) == order_of(mixed, seed)


def test_each_answer_stands_at_its_own_question_whatever_the_order(mixed: Site) -> None:
    client = mixed.client()
    address = begin(client, mixed.open)
    send_part(client, address, dict(DAYS), go="review")
    page = client.get(address).get_data(as_text=True)
    assert met(page) == order_of(mixed, 3)
    assert set(re.findall(r'name="(a_\w+)" id="[^"]*" value="(\d+)" checked', page)) == set(DAYS.items())
    everything = client.get(address.replace("/del/", "/allt/")).get_data(as_text=True)
    assert met(everything) == order_of(mixed, 3)
    assert everything.count("<h2") == 2


def test_one_at_a_time_and_the_review_follow_the_same_order(mixed: Site) -> None:
    client = mixed.client()
    address = begin(client, mixed.open).replace("/del/", "/fraga/")
    pages = [client.get(address.replace("/fraga/1", f"/fraga/{n}")).get_data(as_text=True) for n in (1, 2, 3, 4)]
    assert [met(page) for page in pages] == [[item] for item in order_of(mixed, 3)]
    review = client.get(f"/s/{mixed.open}/del/granska").get_data(as_text=True)
    assert [item for item in re.findall(r"#q-(\w+)", review) if item in IN_FILE] == order_of(mixed, 3)


def test_what_was_left_out_is_told_in_the_order_of_the_page(mixed: Site) -> None:
    client = mixed.client()
    answer = client.post(begin(client, mixed.open), data={"go": "next"}).get_data(as_text=True)
    notice = answer[answer.index('id="summary"') : answer.index("</ul>")]
    assert re.findall(r"#f-(\w+?)-1", notice) == order_of(mixed, 3)


def finish(client: FlaskClient, code: str) -> None:
    address = send_part(client, begin(client, code), dict(DAYS)).location
    review = send_part(client, address, {"a_content": "7"}).location
    assert "Tack" in text_of(client.get(client.post(review).location))


def test_the_seed_lies_in_the_box_and_then_with_the_response(mixed: Site) -> None:
    for code in (mixed.card, mixed.open):
        finish(mixed.client(), code)
    assert sorted(one.order_seed or 0 for one in sealed(mixed)) == [3, 4]
    mixed.close()
    with mixed.session() as session:
        mix(session, RoundKeyFolder(mixed.keys.path / "rounds"), mixed.round_id, mixed.clock.now, drop_drafts=True)
        assert sorted(session.scalars(select(Response.order_seed))) == [3, 4]


def test_without_random_sections_no_seed_is_drawn(site: Site, client: FlaskClient) -> None:
    review = send_part(client, begin(client, site.open), {"a_a": "1"}, go="send")
    assert review.status_code == 303
    assert [one.order_seed for one in sealed(site)] == [None]


def test_a_card_goes_on_in_the_same_order_on_another_device(mixed: Site) -> None:
    first, second = mixed.client(), mixed.client()
    begin(first, mixed.card)
    address = begin(second, mixed.card)
    assert met(second.get(address).get_data(as_text=True)) == order_of(mixed, 3)
