"""What pages say: promises by the round's settings, languages, and the Swedish catalogue."""

from __future__ import annotations

import re
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from flask.testing import FlaskClient
from respond_site import Site, begin, make_site, text_of
from sqlalchemy import Engine

from instruments.readability import count, longest_sentence

WEB = Path(__file__).parents[2] / "survey" / "web"
SWEDISH = WEB / "respond" / "translations" / "sv" / "LC_MESSAGES"


def test_the_first_page_says_who_asks_and_what_is_promised(site: Site, client: FlaskClient) -> None:
    page = text_of(client.get(f"/s/{site.card}"))
    for said in ("Krokoms kommun frågar", "2 minuter", "31 mars", "färre än 7 personer", "Egna ord.", "Du drog kortet"):
        assert said in page
    assert "anonym" not in page.lower()
    assert "Länken är densamma för alla" in text_of(client.get(f"/s/{site.open}"))


def test_what_is_asked_first_is_told_openly_and_the_rest_is_one_stop_before_start(
    site: Site, client: FlaskClient
) -> None:
    opened, folded = client.get(f"/s/{site.card}").text.split("<summary>Läs mer om vad vi sparar</summary>")
    assert opened.count("<details open><summary>Kan någon") == 2
    assert opened.count("<summary>") == 3  # and what makes the page easier to read
    folded = folded.partition("Börja</button>")[0]
    for asked in (
        "Vad sparas?",
        "Hur länge sparas det?",
        "Kan jag ta tillbaka mitt svar?",
        "Vilka rättigheter har jag?",
    ):
        assert f"<details><summary>{asked}</summary>" in folded


def test_a_linked_study_is_called_confidential(tmp_path: Path, engine: Engine) -> None:
    linked = make_site(tmp_path / "home", engine, linked=True)
    assert "konfidentiell" in text_of(linked.client().get(f"/s/{linked.card}"))
    # Nothing joins answers from an open link, whatever the study says.
    assert "konfidentiell" not in text_of(linked.client().get(f"/s/{linked.open}"))


@pytest.mark.parametrize(
    ("accepts", "address", "speaks"),
    [("", "", "sv"), ("en-GB,en;q=0.8", "", "en"), ("de,sv;q=0.5,en;q=0.1", "", "sv"), ("sv", "?lang=en", "en"),
     ("sv", "?lang=xx", "sv")],
)  # fmt: skip
def test_the_language_is_the_persons_choice_else_the_browsers(
    site: Site, accepts: str, address: str, speaks: str
) -> None:
    page = site.client().get(f"/s/{site.open}{address}", headers={"Accept-Language": accepts})
    assert f'<html lang="{speaks}">' in page.get_data(as_text=True)
    assert "Set-Cookie" not in page.headers


def test_a_form_begun_in_english_speaks_english_to_the_end(site: Site) -> None:
    client = site.client()
    address = begin(client, site.card, lang="en")
    assert "First question?" in text_of(client.get(address))
    thanks = client.get(client.post(address.rsplit("/", 1)[0] + "/granska").location)
    assert "Thank you" in text_of(thanks)


def _catalogue() -> Catalog:
    with (SWEDISH / "messages.po").open("rb") as file:
        return read_po(file, locale="sv")


def test_every_message_has_its_swedish_and_none_is_left_over() -> None:
    translated = {message.id: message for message in _catalogue() if message.id}
    assert _places().keys() == set(translated)
    assert [message.id for message in translated.values() if message.fuzzy or not all(_strings(message.string))] == []


def _strings(translation: str | tuple[str, ...]) -> tuple[str, ...]:
    return translation if isinstance(translation, tuple) else (translation,)


def test_the_swedish_keeps_every_fact_of_the_english() -> None:
    named = re.compile(r"%\((\w+)\)s")
    for message in _catalogue():
        for text in _strings(message.string) if message.id else ():
            assert set(named.findall(text)) <= set(named.findall(str(message.id))), text
        if message.id and not message.pluralizable:
            assert sorted(named.findall(str(message.string))) == sorted(named.findall(str(message.id)))


def test_the_compiled_catalogue_is_the_written_one() -> None:
    compiled = BytesIO()
    write_mo(compiled, _catalogue())
    assert compiled.getvalue() == (SWEDISH / "messages.mo").read_bytes()


LAW = {"rights.py", "accessibility.html"}
"""What the law asks to be said, in its words: the one place where a sentence may be longer."""
LONGEST, LONGEST_OF_LAW, HARDEST = 15, 21, 45


def test_what_the_pages_say_is_easy_to_read() -> None:
    """Buttons, hints, errors, promises, refusals: the same words for whoever reads easy text, so all are plain.

    Sentences of a page are short, and no text of some length is harder than LIX 45.
    """
    swedish = {message.id: message.string for message in _catalogue() if message.id}
    for message, file in _places().items():
        for text in _strings(swedish[message]):
            assert longest_sentence(text) <= (LONGEST_OF_LAW if file in LAW else LONGEST), text
            assert count(text).words < 15 or count(text).lix <= (60 if file in LAW else HARDEST), text


def _places() -> dict[str | tuple[str, ...], str]:
    """Every message of the respondent's pages, as the code has it now, and a file that says it."""
    with (WEB / "respond" / "babel.cfg").open(encoding="utf-8") as file:
        methods, options = parse_mapping_cfg(file)
    return {message: Path(found).name for found, _line, message, _, _ in extract_from_dir(WEB, methods, options)}


def test_the_two_catalogues_agree_where_they_meet() -> None:
    # They are merged into one: a word translated in two ways would be right on one side only.
    with (WEB / "office" / "translations" / "sv" / "LC_MESSAGES" / "messages.po").open("rb") as file:
        office = {message.id: message.string for message in read_po(file, locale="sv") if message.id}
    ours = {message.id: message.string for message in _catalogue() if message.id}
    assert {
        word: (ours[word], office[word]) for word in ours.keys() & office.keys() if ours[word] != office[word]
    } == {}
