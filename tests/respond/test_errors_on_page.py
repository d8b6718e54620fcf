"""What cannot be an answer is refused with a summary that leads to each field; what was given is kept."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from respond_site import EVERY_TYPE, FIRST, Site, begin, make_site, send_part, text_of
from sqlalchemy import Engine

SUMMARY = re.compile(r'(?s)<div class="notice fault" id="summary" role="alert" tabindex="-1" autofocus>(.*?)</div>')


@pytest.fixture
def second(site: Site, client: FlaskClient) -> str:
    """The address of the part with numbers, for a card."""
    return send_part(client, begin(client, site.card), dict(FIRST)).location


@pytest.mark.parametrize(
    ("field", "posted", "says"),
    [
        ("a_years", "61", "Skriv ett tal från 0 till 60"),
        ("a_years", "-1", "Skriv ett tal från 0 till 60"),
        ("a_years", "nan", "Skriv ett tal från 0 till 60"),
        ("a_years", "1_0", "Skriv ett tal från 0 till 60"),
        ("a_years", "9" * 5000, "Skriv ett tal från 0 till 60"),
        ("a_born", "1899", "Skriv ett tal från 1900 till 2026"),
        ("a_born", "1980,5", "Skriv ett tal från 1900 till 2026"),
        ("a_many", "4", "Välj bland alternativen"),
        ("a_many", "<script>", "Välj bland alternativen"),
    ],
)
def test_out_of_range_is_refused(client: FlaskClient, second: str, field: str, posted: str, says: str) -> None:
    refused = client.post(second, data={"go": "next", field: posted})
    page = refused.get_data(as_text=True)
    assert refused.status_code == 422
    assert "<title>Fel: Del 2 av 3" in page
    target = re.findall(r'href="#([^"]+)"', SUMMARY.findall(page)[0])[0]
    assert f'id="{target}"' in page
    assert says in text_of(refused)
    assert f'id="e-{field[2:]}"' in page
    assert "<script>" not in page


def test_what_was_given_is_kept_beside_what_was_refused(client: FlaskClient, second: str) -> None:
    page = client.post(second, data={"go": "next", "a_many": ["1", "3"], "a_years": "hundra"}).get_data(as_text=True)
    assert 'value="hundra"' in page
    assert re.search(r'id="f-many-1" value="1" checked', page)
    assert re.search(r'id="f-many-3" value="3" checked', page)
    saved = client.get(second).get_data(as_text=True)
    assert re.search(r'id="f-many-3" value="3" checked', saved)
    assert "hundra" not in saved


def test_a_long_text_may_hold_anything_and_comes_out_as_text(site: Site, client: FlaskClient, second: str) -> None:
    text = "</textarea><script>x</script>\N{RIGHT-TO-LEFT MARK}\N{ARABIC LETTER ALEF} \N{GRINNING FACE}\n'\"&amp;"
    third = send_part(client, second, {}).location
    review = send_part(client, third, {"a_why": text}).location
    page = client.get(third).get_data(as_text=True)
    assert "<script>" not in page
    assert "&lt;/textarea&gt;&lt;script&gt;x" in page
    assert "<script>" not in client.get(review).get_data(as_text=True)
    client.post(review)
    assert site.sealed()[0]["why"] == text


def test_a_text_that_is_too_long_says_how_long_it_may_be(site: Site, client: FlaskClient, second: str) -> None:
    third = send_part(client, second, {}).location
    refused = client.post(third, data={"go": "back", "a_why": "å" * 10_001})
    assert refused.status_code == 422
    assert "högst 10000 får plats" in text_of(refused)
    assert "å" * 10_001 in refused.get_data(as_text=True)
    assert send_part(client, third, {"a_why": "å" * 10_000}).status_code == 303


def test_the_review_says_in_words_which_question_must_be_answered(tmp_path: Path, sqlite_engine: Engine) -> None:
    content = EVERY_TYPE.replace("answer_set: steps, help", "answer_set: steps, required: true, help")
    site = make_site(tmp_path / "home", sqlite_engine, content=content)
    client = site.client()
    begin(client, site.card)
    review = f"/s/{site.card}/del/granska"
    refused = client.post(review)
    assert refused.status_code == 422
    assert "Andra frågan? Den här behöver ett svar." in text_of(refused)
    assert re.search(r'href="/s/\w+/del/1[?]andra=1#q-b">Andra frågan[?]</a>', refused.text)
    # Five more may be left out, and only of those it is said that it is fine.
    assert "5 frågor saknar svar. Det går bra." in text_of(refused)
    for answers, number in ((FIRST, 1), ({"a_many": "1", "a_years": "4", "a_born": "1980"}, 2)):
        client.post(f"/s/{site.card}/del/{number}", data=answers | {"go": "next", "noticed": "1"})
    client.post(f"/s/{site.card}/del/3", data={"a_how": "1", "a_word": "x", "a_why": "y", "go": "next"})
    assert "Du har gått igenom alla frågor." in text_of(client.get(review))
