"""After sending: the receipt, and taking an answer back."""

from __future__ import annotations

from contextlib import suppress

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from survey.answering.codes import RECEIPT_LENGTH, code_in, shown
from survey.answering.entry import Purpose
from survey.answering.withdraw import withdraw
from survey.database import read_session, together
from survey.errors import Refusal
from survey.web import current_services, languages
from survey.web.refusals import sentence
from survey.web.respond import blueprint, cookies, look
from survey.web.respond.desk import RoundFacts, current_desk, facts_of
from survey.web.respond.families import is_user_survey
from survey.web.respond.pieces import slot
from survey.web.respond.typed_codes import what_is_wrong
from survey.web.respond.visit import acting, looking

_INLINE = frozenset({"code_mistyped", "receipt_unknown"})
"""What a person can put right in the field where they typed."""


@blueprint.get("/s/<code>/tack")
def thanks(code: str) -> Response:
    """The receipt, from the cookie that sending left. Without it the landing page says how things stand."""
    sent = cookies.sent()
    if sent is None:
        return redirect(url_for("respond.landing", code=code), 303)
    facts = round_of(sent)
    simulated = facts is not None and facts.simulated
    leave_to = "lamna" if facts is not None and is_user_survey(facts.instrument) else ""
    pieces = current_desk().drawings.get(
        ("thanks", languages.choose(), simulated, leave_to),
        # All that a page otherwise asks the request for is said here: what one brings is drawn for everybody.
        lambda: render_template("respond/thanks.html", simulated=simulated, leave_to=leave_to, kiosk=False, slot=slot),
    )
    return pieces.response({"receipt": shown(sent.receipt), "look": look.chosen().attribute})


def round_of(sent: cookies.Sent) -> RoundFacts | None:
    """What is known of the round that an answer was sent in to; None if it has gone."""
    return current_desk().facts(sent.round_id, lambda: _look_up(sent.round_id))


def _look_up(round_id: int) -> RoundFacts | None:
    with read_session(current_services().sessions) as session:
        return facts_of(session, round_id)


@blueprint.get("/s/<code>/ta-tillbaka")
def ask_to_withdraw(code: str) -> str:
    with looking(code, Purpose.WITHDRAW) as visit:
        sent = cookies.sent()
        return _withdraw_page(visit.entry.is_followed, code, shown(sent.receipt) if sent else "")


@blueprint.post("/s/<code>/ta-tillbaka")
def take_back(code: str) -> Response | tuple[str, int]:
    typed = request.form.get("receipt", "")
    followed = False
    try:
        with acting(code, Purpose.WITHDRAW) as visit, together(visit.connection):
            followed = visit.entry.is_followed
            withdraw(visit.connection, visit.services.keys, visit.entry, code_in(typed, RECEIPT_LENGTH))
    except Refusal as refusal:
        if refusal.code not in _INLINE:
            raise
        mistyped = refusal.code == "code_mistyped"
        fault = what_is_wrong(typed, RECEIPT_LENGTH) if mistyped else sentence(refusal)
        return _withdraw_page(followed, code, typed, fault), 422
    response = redirect(url_for("respond.taken_back", code=code), 303)
    cookies.forget_sent(response, code)
    return response


@blueprint.get("/s/<code>/tillbakataget")
def taken_back(code: str) -> str:
    # Whose pages these were: their language, the way out of them, and whether anybody meant it.
    with suppress(Refusal), looking(code, Purpose.OBJECT):
        pass
    return render_template("respond/taken_back.html")


def _withdraw_page(followed: bool, code: str, typed: str, fault: str | None = None) -> str:
    return render_template("respond/withdraw.html", typed=typed, fault=fault, followed=followed, code=code)
