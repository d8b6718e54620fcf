"""What we store, as a page of its own: below every link, from every page, and back to where the person was."""

from __future__ import annotations

import re

from flask import render_template, request, url_for

from instruments.model import in_language
from survey.answering.entry import Purpose
from survey.web import languages
from survey.web.respond import blueprint, cookies
from survey.web.respond.paths import PACES, part_path, review_path
from survey.web.respond.promises import asks_for_own_words, background_of, in_short, promised_of, promises
from survey.web.respond.stored import rooms
from survey.web.respond.visit import looking, whose

FROM = "fran"
"""In the address of a page that was opened from the form: which page of it, such as `del-2` or `fraga-granska`."""
_REVIEWS = frozenset({"respond.show_review", "respond.send_reviewed"})
_FROM = re.compile(f"({'|'.join(PACES)})-([0-9]{{1,4}}|granska)")


@blueprint.get("/s/<code>/vad-vi-sparar")
def what_is_stored(code: str) -> str:
    """The same promises as on the first page, and the tables themselves. Also when the link has been used."""
    with looking(code, Purpose.OBJECT, own=False) as visit:
        entry, background = visit.entry, background_of(visit.session, visit.entry)
        return render_template(
            "respond/stored.html",
            site=in_language(entry.instrument.title, languages.choose()),
            code=code,
            back=way_back(code),
            brief=in_short(promised_of(entry, background.k)),
            promises=promises(entry, background, visit.services.settings, shared=cookies.in_kiosk()),
            rooms=rooms(entry, written=asks_for_own_words(entry.instrument)),
        )


def way_back(code: str) -> str:
    """The page of the form that the person came from; empty where they came from elsewhere."""
    came = _FROM.fullmatch(request.args.get(FROM, ""))
    if came is None:
        return ""
    pace = PACES[came[1]]
    return review_path(code, pace) if came[2] == "granska" else part_path(code, pace, int(came[2]))


def coming_from() -> str | None:
    """What an address aside says of the review, so that it leads back there; pages of items say it when they save."""
    word = (request.view_args or {}).get("word", "")
    return f"{word}-granska" if request.endpoint in _REVIEWS else None


def address() -> str:
    """Where the page is, below the link that the person came by; empty where no link was entered."""
    code, known = (request.view_args or {}).get("code"), whose()
    entered = known is not None and known.entered
    return url_for("respond.what_is_stored", code=code, fran=coming_from()) if code and entered else ""
