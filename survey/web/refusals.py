"""What a person is told when a request is refused: one sentence a code, and what to do about it.

`survey.errors.Refusal` carries a code; here is its page. A code that is not listed is a fault that a test finds: each
one raised anywhere in survey/ has its sentence.
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
from survey.web.explanations.free_text import FREE_TEXT_REFUSALS
from survey.web.explanations.installation import INSTALLATION_REFUSALS
from survey.web.explanations.linking import LINKING_REFUSALS
from survey.web.explanations.office import OFFICE_REFUSALS
from survey.web.explanations.records import CASE_REFUSALS, RECORD_REFUSALS
from survey.web.explanations.results import RESULTS_REFUSALS

REFUSALS: dict[str, Explained] = (
    {
        "unknown_link": Explained(
            title=_("We cannot find this code"),
            text=_("No survey belongs to this link or code."),
            remedy=_("Check that you have the whole link, or type the code again as it stands on the letter or card."),
            status=404,
        ),
        "code_mistyped": Explained(
            title=_("The code is not quite right"),
            text=_(
                "A character is wrong or missing, or two have changed places. "
                "A code never has the letters O, I or L, nor the digits 0 and 1."
            ),
            remedy=_("Compare with the letter or the card, one group at a time, and type it again."),
            status=404,
        ),
        "used_link": Explained(
            title=_("An answer has already been sent"),
            text=_("This code has been used: an answer has been sent with it. Each code gives one answer."),
            remedy=_("If it was you, all is done. If it was not you, tell the person who gave you the code."),
            status=410,
        ),
        "withdrawn_link": Explained(
            title=_("The answer has been withdrawn"),
            text=_("The answer that was sent with this code has been withdrawn and is gone."),
            remedy=_("You need not do anything more. If you want to answer again, ask for a new code."),
            status=410,
        ),
        "not_yet_open": Explained(
            title=_("The survey has not opened yet"),
            text=_("The code is right, but the survey has not opened."),
            remedy=_("Keep the link or the code and come back later."),
            status=403,
        ),
        "opens_later": Explained(
            title=_("The survey has not opened yet"),
            text=_("The code is right. The survey is planned to open on %(opens_on)s."),
            remedy=_("Keep the link or the code and come back then."),
            status=403,
        ),
        "round_closed": Explained(
            title=_("The survey has closed"),
            text=_("It is no longer possible to answer. Answers that were not sent in have not been kept."),
            remedy=_("If you want to know about the results, ask the person who invited you."),
            status=410,
        ),
        "not_for_kiosk": Explained(
            title=_("This code is one person's own"),
            text=_("A shared tablet needs the link that is the same for everybody in the unit."),
            remedy=_("To answer with your own code, use your own phone or computer."),
            status=403,
        ),
        "receipt_unknown": Explained(
            title=_("The receipt does not fit"),
            text=_("No answer that can be taken back belongs to this link and this receipt."),
            remedy=_("Compare both with the original, one character at a time."),
            status=404,
        ),
        "already_sealed": Explained(
            title=_("The answers have been mixed"),
            text=_("Nobody can tell any more which answer is yours, so it cannot be taken back."),
            status=410,
        ),
        "link_code_damaged": Explained(
            title=_("The link cannot be used"),
            text=_("Something about this link has been changed or damaged on the server."),
            remedy=_("Tell the person who invited you. What you have saved is still there."),
        ),
        "cannot_object": Explained(
            title=_("There is nothing to take out"),
            text=_("Answers that came this way are not linked to earlier ones, so yours cannot be found."),
            status=404,
        ),
        "answer_invalid": Explained(
            title=_("We could not read this"),
            text=_("One of the answers is not possible for its question. Nothing has been sent in."),
            remedy=_("Go back, load the page again and try once more."),
            status=400,
        ),
        "draft_unreadable": Explained(
            title=_("The saved answers cannot be opened"),
            text=_("What was saved earlier has been changed or damaged, and nobody can read it."),
            remedy=_("Open the link again. If it still does not work, ask for a new code."),
            status=409,
        ),
        "draft_elsewhere": Explained(
            title=_("Begun in another browser"),
            text=_(
                "Somebody has begun to answer with this code in another browser, and what has been answered is not "
                "shown here without the PIN."
            ),
            remedy=_("Go on in the browser where it was begun, type the PIN, or start over."),
            status=409,
        ),
        "cookies_off": Explained(
            title=_("We do not know this browser again"),
            text=_(
                "Your answers are kept for the browser that you began in, and it knows itself by a cookie that it "
                "did not send."
            ),
            remedy=_("Open the link again and press Start. If you come back here, allow cookies for this site."),
            status=403,
        ),
        "pin_unfit": Explained(
            text=_("A PIN has %(shortest)s to %(longest)s digits and nothing else."),
            remedy=_("Write only digits."),
            status=422,
        ),
        "pin_wrong": Explained(
            text=_("The PIN is not the right one."),
            remedy=_("Try again. If you have forgotten it, or never chose one, you can start over."),
            status=422,
        ),
        "pin_slowed": Explained(
            title=_("Wait a few minutes"),
            text=_("A PIN has been tried many times for this code, so we take no more just now."),
            remedy=_("Wait two minutes and try once more, or start over."),
            status=429,
        ),
        "instrument_changed": Explained(
            title=_("The survey is being looked over"),
            text=_("The questions on the server are not those that the survey opened with, so we do not show them."),
            remedy=_("Come back later. What you have saved is still there."),
            status=503,
        ),
        "not_started": Explained(
            title=_("Start from the first page"),
            text=_("Nothing has been begun in this browser, or the page was left for too long."),
            remedy=_("Open the link or scan the code again and press Start."),
            status=403,
        ),
        "foreign_post": Explained(
            title=_("We did not accept this"),
            text=_("What was sent did not come from our own page, so nothing has been changed."),
            remedy=_("Open the link you were given again, and answer there."),
            status=403,
        ),
        "too_many_now": Explained(
            title=_("Many are doing this right now"),
            text=_("This page takes only so many at a time."),
            remedy=_("Wait a minute and try again."),
            status=429,
        ),
        "tampered": Explained(
            title=_("We could not read this"),
            text=_("What was sent does not fit the page it came from, so nothing has been changed."),
            remedy=_("Go back, load the page again and try once more. Answers on earlier pages are saved."),
            status=400,
        ),
        "expired": Explained(
            title=_("The page had been open too long"),
            text=_("For safety's sake a page can be sent in for a limited time only. Nothing has been changed."),
            remedy=_("Go back, load the page again and try once more."),
            status=400,
        ),
        "bad_request": Explained(
            title=_("We could not read this"),
            text=_("Something in what was sent could not be read. Nothing has been changed."),
            remedy=_("Go back, load the page again and try once more."),
            status=400,
        ),
        "too_large": Explained(
            title=_("That was too much at once"),
            text=_("What was sent is larger than we accept. Nothing has been changed."),
            remedy=_("Go back and make the text shorter. Answers on earlier pages are saved."),
            status=413,
        ),
        "too_often": Explained(
            title=_("Please wait a moment"),
            text=_("There have been many attempts in a short time."),
            remedy=_("Wait a minute and try again."),
            status=429,
        ),
        "no_rights": Explained(
            title=_("You do not have access to this"),
            text=_("Your account does not have the right to see or do this."),
            remedy=_("Log in with another account, or ask the person who runs the survey."),
            status=403,
        ),
        "not_found": Explained(
            title=_("The page does not exist"),
            text=_("There is nothing at this address."),
            remedy=_("Check the address. If you have a code for a survey, you can type it here."),
            status=404,
        ),
        "wrong_method": Explained(
            title=_("That cannot be done here"),
            text=_("The page was opened in a way that it does not answer to. Nothing has been changed."),
            remedy=_("Open the link you were given again."),
            status=405,
        ),
        "busy": Explained(
            title=_("The service is resting for a moment"),
            text=_("It cannot answer right now. What you have saved is still there."),
            remedy=_("Wait a minute and try again."),
            status=503,
        ),
        "server_error": Explained(
            title=_("Something went wrong with us"),
            text=_("It is our fault, not yours. What you have saved is still there."),
            remedy=_("Wait a minute and try again. If it happens again, report this number: %(error_id)s"),
            status=500,
        ),
    }
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
