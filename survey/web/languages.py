"""Which language a page speaks: what the person chose, else what the browser prefers, else Swedish."""

from __future__ import annotations

from flask import has_request_context, request

DEFAULT = "sv"

NAMES = {"sv": "Svenska", "en": "English"}
"""The languages that every page is complete in, each by its own name."""

COOKIE = "lang"


def choose() -> str:
    """`?lang=` of this address, else the cookie that a choice left, else the browser's wish. One of NAMES."""
    if not has_request_context():
        return DEFAULT
    for chosen in (request.args.get("lang"), request.cookies.get(COOKIE)):
        if chosen in NAMES:
            return chosen
    return request.accept_languages.best_match(NAMES, default=DEFAULT) or DEFAULT


def offered(instrument_languages: tuple[str, ...]) -> tuple[str, ...]:
    """The languages that both the page and the instrument are complete in; never empty."""
    return tuple(language for language in NAMES if language in instrument_languages) or (DEFAULT,)
