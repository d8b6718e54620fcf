"""Which language a page speaks: what the person chose, else what the browser prefers, else Swedish."""

from __future__ import annotations

import flask_babel
from flask import g, has_request_context, request

DEFAULT = "sv"

NAMES = {"sv": "Svenska", "en": "English"}
"""The languages that every page is complete in, each by its own name."""

COOKIE = "lang"


def choose() -> str:
    """What `speak` set, else `?lang=`, else the cookie that a choice left, else the browser's wish. One of NAMES."""
    if not has_request_context():
        return DEFAULT
    kept = None if g.get("language_forgotten") else request.cookies.get(COOKIE)
    for chosen in (g.get("language"), request.args.get("lang"), kept):
        if chosen in NAMES:
            return str(chosen)
    return request.accept_languages.best_match(NAMES, default=DEFAULT) or DEFAULT


def forget_choice() -> None:
    """Let the rest of this request pass over what an earlier choice left in the browser."""
    g.language_forgotten = True


def speak(language: str) -> None:
    """Let the rest of this request speak `language`."""
    g.language = language
    flask_babel.refresh()


def offered(instrument_languages: tuple[str, ...]) -> tuple[str, ...]:
    """The languages that both the page and the instrument are complete in; never empty."""
    return tuple(language for language in NAMES if language in instrument_languages) or (DEFAULT,)


def speak_one_of(instrument_languages: tuple[str, ...]) -> str:
    """Speak the language that was chosen if the instrument has it, else the first that it has. Says which."""
    possible = offered(instrument_languages)
    language = choose() if choose() in possible else possible[0]
    speak(language)
    return language
