"""Which language a page speaks: what the person chose, else what the browser prefers, else Swedish.

Whoever logs in meets Swedish or English. Respondents also meet every other language that is on (`survey.web.catalogues`
says when one is): complete, reviewed, and there in the instrument too.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import cast

import flask_babel
from flask import Flask, current_app, g, has_request_context, request

from survey.web import catalogues

DEFAULT = "sv"

NAMES = {"sv": "Svenska", "en": "English"}
"""The languages that every page is complete in, each by its own name: those of the logged-in pages and of paper."""

COOKIE = "lang"

EXTENSION = "termometern-languages"

_RESPONDENTS = frozenset({"respond", None})
"""Blueprints whose pages the respondents' catalogues cover; None is an address that leads nowhere."""


def set_up(app: Flask, babel: flask_babel.Babel, home: Path) -> None:
    """Read the catalogues that are on. A new one counts from the next start."""
    others = catalogues.others_that_are_on(home)
    names = NAMES | {code: language.name for code, (language, _texts) in others.items()}
    app.extensions[EXTENSION] = MappingProxyType(names)
    if others:
        with app.app_context():
            domain = babel.domain_instance
            domain.cache |= {(code, domain.domain[0]): texts for code, (_language, texts) in others.items()}


def names() -> Mapping[str, str]:
    """The languages that a respondent's page may speak on this installation, each by its own name."""
    return cast(Mapping[str, str], current_app.extensions[EXTENSION])


def choose() -> str:
    """What `speak` set, else `?lang=`, else the cookie that a choice left, else the browser's wish."""
    if not has_request_context():
        return DEFAULT
    possible = names() if request.blueprint in _RESPONDENTS else NAMES
    spoken = g.get("language")
    if spoken in possible:
        return str(spoken)
    kept = None if choices_forgotten() else request.cookies.get(COOKIE)
    for chosen in (request.args.get("lang"), kept):
        if chosen in possible:
            return str(chosen)
    return request.accept_languages.best_match(possible, default=DEFAULT) or DEFAULT


def forget_choices() -> None:
    """Let the rest of this request pass over what earlier choices left in the browser, of looks too."""
    g.choices_forgotten = True


def choices_forgotten() -> bool:
    return "choices_forgotten" in g


def speak(language: str) -> None:
    """Let the rest of this request speak `language`."""
    if g.get("language") != language:
        g.language = language
        flask_babel.refresh()


def offered(instrument_languages: tuple[str, ...]) -> tuple[str, ...]:
    """The languages that both the pages and the instrument are complete in; never empty, see `has_one_of`."""
    return tuple(language for language in names() if language in instrument_languages) or (DEFAULT,)


def has_one_of(instrument_languages: tuple[str, ...]) -> bool:
    """Whether there is a language that both the pages and the instrument are complete in."""
    return any(language in names() for language in instrument_languages)


def speak_one_of(instrument_languages: tuple[str, ...]) -> str:
    """Speak the language that was chosen if the instrument has it, else the first that it has. Says which."""
    possible = offered(instrument_languages)
    chosen = choose()
    language = chosen if chosen in possible else possible[0]
    speak(language)
    return language


def direction(language: str) -> str:
    """`ltr` or `rtl`."""
    return "rtl" if language not in NAMES and catalogues.is_right_to_left(language) else "ltr"


def written_date(day: date, *, year: bool = False) -> str:
    """A day in the page's language: "31 mars", with the year if asked for."""
    if choose() in NAMES:
        return str(flask_babel.format_date(day, "d MMMM y" if year else "d MMMM"))
    from babel.dates import format_skeleton

    return str(format_skeleton("yMMMMd" if year else "MMMMd", day, locale=choose()))
