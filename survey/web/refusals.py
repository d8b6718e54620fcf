"""What a person is told when a request is refused: one sentence a code, and what to do about it.

`survey.errors.Refusal` carries a code; here is its page, and in `survey.web.explanations` what it says. A code that is
not listed is a fault that a test finds: each one raised anywhere in survey/ has its sentence.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from flask import render_template, request, url_for
from flask_babel import LazyString
from flask_babel import lazy_gettext as _

from survey.days import SWEDISH_TIME
from survey.errors import Refusal
from survey.web import current_services, languages
from survey.web.explanations import Explained
from survey.web.explanations.access import ACCESS_REFUSALS
from survey.web.explanations.answering import ANSWERING_REFUSALS
from survey.web.explanations.free_text import FREE_TEXT_REFUSALS
from survey.web.explanations.installation import INSTALLATION_REFUSALS
from survey.web.explanations.linking import LINKING_REFUSALS
from survey.web.explanations.office import OFFICE_REFUSALS
from survey.web.explanations.records import CASE_REFUSALS, RECORD_REFUSALS
from survey.web.explanations.requests import REQUEST_REFUSALS
from survey.web.explanations.results import RESULTS_REFUSALS

REFUSALS: dict[str, Explained] = (
    ANSWERING_REFUSALS
    | REQUEST_REFUSALS
    | ACCESS_REFUSALS
    | OFFICE_REFUSALS
    | RESULTS_REFUSALS
    | FREE_TEXT_REFUSALS
    | INSTALLATION_REFUSALS
    | LINKING_REFUSALS
    | RECORD_REFUSALS
    | CASE_REFUSALS
)


def _type_code() -> tuple[str, LazyString]:
    return url_for("respond.type_code"), _("Type a code")


def _take_back() -> tuple[str, LazyString]:
    code = (request.view_args or {}).get("code")
    return url_for("respond.ask_to_withdraw", code=code) if code else "", _("Take your answer back")


def _begin() -> tuple[str, LazyString]:
    code = (request.view_args or {}).get("code")
    return url_for("respond.landing", code=code) if code else "", _("To the first page")


def _type_pin() -> tuple[str, LazyString]:
    code = (request.view_args or {}).get("code")
    return url_for("respond.ask_for_pin", code=code) if code else "", _("Type the PIN or start over")


_WAYS_ON: dict[str, tuple[Callable[[], tuple[str, LazyString]], ...]] = {
    "unknown_link": (_type_code,),
    "code_mistyped": (_type_code,),
    "not_found": (_type_code,),
    "used_link": (_take_back,),
    "not_started": (_begin,),
    "draft_unreadable": (_begin,),
    "draft_elsewhere": (_type_pin,),
    "cookies_off": (_begin,),
    "pin_slowed": (_type_pin,),
    "foreign_post": (_begin,),
    "tampered": (_begin,),
}
"""Where a person can go from the page: (address, label); an empty address where the request names no link."""


class _Facts(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return "–"


def _fill(text: LazyString | None, facts: Mapping[str, object]) -> str:
    said = {name: languages.written_date(value) if isinstance(value, date) else value for name, value in facts.items()}
    return str(text) % _Facts(said) if text else ""


def _named(refusal: Refusal) -> str:
    """Which explanation a refusal has: one that names the day it is about, where that day is still to come."""
    opens_on = refusal.facts.get("opens_on")
    if refusal.code == "not_yet_open" and isinstance(opens_on, date):
        today = current_services().clock().astimezone(SWEDISH_TIME).date()
        return "opens_later" if opens_on > today else refusal.code
    return refusal.code


def explained(code: str) -> Explained:
    """What `code` says; a code that nobody has explained says the general thing rather than nothing."""
    return REFUSALS.get(code, REFUSALS["bad_request"])


def sentence(refusal: Refusal) -> str:
    """What happened and what to do, in the person's language: for a message on a page."""
    entry = explained(_named(refusal))
    return " ".join(filter(None, (_fill(entry.text, refusal.facts), _fill(entry.remedy, refusal.facts))))


def refusal_page(refusal: Refusal) -> tuple[str, int]:
    """The whole page and its HTTP status."""
    entry = explained(_named(refusal))
    page = render_template(
        "respond/refusal.html",
        ways_on=[(address, label) for address, label in (way() for way in _WAYS_ON.get(refusal.code, ())) if address],
        title=_fill(entry.title or entry.text, refusal.facts),
        text=_fill(entry.text, refusal.facts),
        remedy=_fill(entry.remedy, refusal.facts),
    )
    return page, entry.status
