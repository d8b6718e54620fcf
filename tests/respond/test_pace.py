"""One question, one part or all at a time: the instrument's choice until the person makes another."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from respond_site import FIRST, Site, begin, make_site, send_part, text_of
from sqlalchemy import Engine

from instruments.load import load
from instruments.model import Pace
from survey.web.respond.parts import minutes, split


@pytest.mark.parametrize(
    ("exact", "said"), [(0.2, 0), (0.5, 1), (1.4, 1), (7.5, 8), (9.6, 10), (11.9, 10), (13, 15), (41, 40)]
)
def test_time_is_told_in_whole_minutes_and_long_times_in_steps_of_five(exact: float, said: int) -> None:
    assert minutes(exact) == said


@pytest.mark.parametrize("pace", list(Pace))
def test_the_time_left_begins_with_the_instruments_own_and_never_grows(pace: Pace) -> None:
    instrument = load("ebp-thermometer").instrument
    left = [part.minutes_left for part in split(instrument, {}, pace)]
    assert left[0] == instrument.minutes
    assert left == sorted(left, reverse=True)


def test_how_far_one_has_come_and_what_is_left(tmp_path: Path, engine: Engine) -> None:
    site = make_site(tmp_path / "home", engine, instrument="ebp-thermometer")
    client = site.client()
    begin(client, site.card)
    total = len(load("ebp-thermometer").instrument.items)
    page = text_of(client.get(f"/s/{site.card}/fraga/12"))
    assert f"Fråga 12 av {total}" in page
    assert re.search(r"ungefär \d minuter kvar", page)
    assert "mindre än en minut kvar" in text_of(client.get(f"/s/{site.card}/fraga/{total}"))


@pytest.mark.parametrize("pace", ["item", "section", "all"])
def test_begins_at_the_instruments_pace_and_any_other_can_be_chosen(tmp_path: Path, engine: Engine, pace: str) -> None:
    words = {"item": ("fraga", "En fråga i taget"), "section": ("del", "En del i taget"), "all": ("allt", "Allt på en")}
    site = make_site(tmp_path / "home", engine, pace=pace)
    client = site.client()
    address = begin(client, site.card)
    assert address.endswith(f"/{words[pace][0]}/1")
    page = text_of(client.get(address))
    for other, (word, label) in words.items():
        assert (label in page) == (other != pace)
        if other != pace:
            changed = send_part(client, address, dict(FIRST), go=f"pace-{other}")
            assert f"/{word}/" in changed.location
            assert client.get(changed.location).status_code == 200


def test_a_question_left_out_is_not_named_again_above_itself(site: Site, client: FlaskClient) -> None:
    first = begin(client, site.card).replace("/del/", "/fraga/")
    asked = client.post(first, data={"go": "next"})
    assert "Det går bra. Svara nu om du vill" in text_of(asked)
    assert text_of(asked).count("Första frågan?") == 1
    assert client.post(first, data={"go": "next", "noticed": "a"}).location.endswith("/fraga/2")


def test_every_answer_can_be_changed_from_the_review_one_question_at_a_time(site: Site, client: FlaskClient) -> None:
    begin(client, site.card)
    send_part(client, f"/s/{site.card}/del/1", dict(FIRST))
    review = client.get(f"/s/{site.card}/fraga/granska").get_data(as_text=True)
    changes = re.findall(r'href="([^"]+andra=1)#q-(\w+)"', review)
    assert [item for _address, item in changes] == ["a", "b", "many", "years", "born", "how", "word", "why"]
    for address, item in changes:
        assert f'id="q-{item}"' in client.get(address).get_data(as_text=True)
        changed = client.post(address, data={"go": "next", "noticed": "1"})
        assert changed.location == f"/s/{site.card}/fraga/granska"


@pytest.mark.parametrize("word", ["fraga", "del", "allt"])
def test_the_review_says_each_sections_heading_once_at_every_pace(tmp_path: Path, engine: Engine, word: str) -> None:
    site = make_site(tmp_path / "home", engine, instrument="ebp-thermometer")
    client = site.client()
    begin(client, site.open)
    review = client.get(f"/s/{site.open}/{word}/granska").get_data(as_text=True)
    sections = [section.title["sv"] for section in load("ebp-thermometer").instrument.sections]
    assert re.findall(r"<h2>(.+)</h2>", review) == sections
    assert review.count('<dl class="review">') == review.count("</dl>") == len(sections)
