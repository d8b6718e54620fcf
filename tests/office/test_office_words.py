"""The Swedish catalogue of the logged-in pages is complete and compiled, and no table of words has a gap."""

from __future__ import annotations

import re
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from survey.accounts import audit
from survey.jobs.client import NAMES, STATES
from survey.models import RoundState
from survey.web.office import words

WEB = Path(__file__).parents[2] / "survey" / "web"
TRANSLATIONS = WEB / "office" / "translations"
SWEDISH = TRANSLATIONS / "sv" / "LC_MESSAGES"


def catalog(room: str = "office") -> Catalog:
    with (WEB / room / "translations" / "sv" / "LC_MESSAGES" / "messages.po").open("rb") as file:
        return read_po(file, locale="sv")


def test_everything_that_is_said_has_its_swedish_and_nothing_is_left_over() -> None:
    with (TRANSLATIONS / "babel.cfg").open(encoding="utf-8") as file:
        methods, options = parse_mapping_cfg(file)
    keywords = {"_": None, "_l": None, "gettext": None, "ngettext": (1, 2), "lazy_gettext": None}
    said = {message for _, _, message, _, _ in extract_from_dir(WEB, methods, options, keywords)}
    assert {message.id for message in catalog() if message.id} == said
    assert [message.id for message in catalog() if message.id and not all(_texts(message.string))] == []


def _texts(string: object) -> tuple[str, ...]:
    return string if isinstance(string, tuple) else (str(string),)


def test_what_is_compiled_is_what_is_written() -> None:
    compiled = BytesIO()
    write_mo(compiled, catalog())
    assert (SWEDISH / "messages.mo").read_bytes() == compiled.getvalue()


def test_a_translation_keeps_what_is_filled_in() -> None:
    for message in catalog():
        for text in _texts(message.string) if message.id else ():
            wanted = _texts(message.id)[-1]
            assert sorted(re.findall(r"%\(\w+\)s|%%", text)) == sorted(re.findall(r"%\(\w+\)s|%%", wanted)), text


def test_the_two_catalogues_agree_where_they_say_the_same() -> None:
    """Both are loaded as one: a message in both would be told by whichever comes last."""
    theirs = {message.id: message.string for message in catalog("respond") if message.id}
    both = {message.id: (message.string, theirs[message.id]) for message in catalog() if message.id in theirs}
    assert {key: pair for key, pair in both.items() if pair[0] != pair[1]} == {}


def test_every_state_step_and_job_has_its_words() -> None:
    assert set(words.STATES) == set(words.STATE_SENTENCES) == set(RoundState)
    assert set(words.JOBS) == set(NAMES)
    assert set(words.JOB_STATES) == set(STATES.values())
    assert set(words.ACTORS) == {audit.JOB, audit.COMMAND_LINE}
    for late, last in ((False, None), (True, RoundState.RELEASED)):
        steps = [words.next_step(state, late) for state in RoundState]
        assert [step and step.before for step in steps] == [*list(RoundState)[:-1], last]
