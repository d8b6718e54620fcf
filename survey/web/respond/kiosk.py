"""A shared tablet: one person after another on an open link, and nothing of the one before for the next to find.

The start screen marks the device with a cookie. From then on the link's pages are only for whoever has pressed Start;
everybody else, the Back button included, is led to the start screen. See docs/decisions/0013.
"""

from __future__ import annotations

from flask import make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from instruments.model import in_language
from survey.answering.codes import shown
from survey.errors import Refusal
from survey.fieldwork.links import address
from survey.web import current_services, languages
from survey.web.respond import blueprint, cookies
from survey.web.respond.after import round_of
from survey.web.respond.entrance import first_page
from survey.web.respond.following import onward
from survey.web.respond.visit import looking

IDLE_SECONDS = 180
"""After so long without a touch the page asks whether anybody is there."""
WARNING_SECONDS = 60
"""How long it waits for an answer before it clears: WCAG 2.2.1 asks for 20."""
UNTOUCHED_SECONDS = 600
"""The same as IDLE_SECONDS where scripts are off: a page cannot feel a touch then, only how long it has been shown."""

_FOR_ANYBODY = frozenset(
    f"respond.{name}"
    for name in (
        "start_screen",
        "start",
        "thanks_in_kiosk",
        "leave",
        "ask_to_withdraw",
        "take_back",
        "taken_back",
        "accessibility_of",
        "what_is_stored",
    )
)
"""What a marked device may ask for when nobody has begun."""
_OF_ONE_PERSON = frozenset(f"respond.{name}" for name in ("take_part", "take_code", "take_objection"))
"""Forms that hold, or show again, what one person has written."""


@blueprint.before_request
def back_to_the_start_screen() -> Response | None:
    """On a marked device where nobody has begun: what the person before looked at is not looked at again."""
    code = (request.view_args or {}).get("code")
    if code is None or not cookies.in_kiosk() or cookies.nonce() is not None or request.endpoint in _FOR_ANYBODY:
        return None
    # Sent twice by a double click: the first reply was lost, and with it the way to the receipt.
    ended = request.method == "POST" and cookies.sent() is not None
    return redirect(url_for("respond.thanks_in_kiosk" if ended else "respond.start_screen", code=code), 303)


@blueprint.before_request
def only_ones_own_answers() -> Response | None:
    """A browser's history keeps what was sent, and sends it again if asked: not into the next person's answers."""
    if request.method != "POST" or request.endpoint not in _OF_ONE_PERSON or not cookies.in_kiosk():
        return None
    return None if request.form.get("visit") == cookies.visit_mark() else redirect(request.path, 303)


@blueprint.get("/s/<code>/kiosk")
def start_screen(code: str) -> Response:
    """What the tablet shows between two persons. Nobody's number is left in its cookies afterwards.

    Nor anybody's language: it speaks the one in the address, else the browser's.
    """
    languages.forget_choices()
    with looking(code, own=False) as visit:
        if visit.entry.way != "open":
            raise Refusal("not_for_kiosk", "the code is one person's own; use the unit's open link on a shared tablet")
        response = make_response(
            first_page(visit, start_screen=True, kiosk=True, leave_to="", chosen=bool(request.args))
        )
    cookies.wait_in_kiosk(response, code)
    return response


@blueprint.get("/s/<code>/kiosk/kvar")
def still_there(code: str) -> str:
    """Where a page leads that has been shown for long, with scripts off: to a question that can be answered."""
    with looking(code) as visit:
        _ = visit.contents  # speaks the draft's language, and refuses whoever has not begun
        site = in_language(visit.instrument.title, languages.choose())
        return render_template("respond/still_there.html", site=site, onward=onward(visit), code=code, leave_to="")


@blueprint.get("/s/<code>/kiosk/tack")
def thanks_in_kiosk(code: str) -> Response:
    """The receipt, once: asked for again, by whomever, there is only the start screen."""
    sent = cookies.sent()
    if sent is None:
        return redirect(url_for("respond.start_screen", code=code), 303)
    there = f"{address(current_services().settings.public_url, code)}/ta-tillbaka"
    facts = round_of(sent)
    page = render_template(
        "respond/thanks_in_kiosk.html",
        receipt=shown(sent.receipt),
        code=code,
        address=there,
        simulated=facts is not None and facts.simulated,
    )
    response = make_response(page)
    cookies.forget_sent(response, code)
    return response
