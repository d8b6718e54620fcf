"""Where paper forms that have come back are typed in, one after the other, with the keyboard alone.

What is typed is in the page and in the request, and nowhere else until it lies sealed in the urn: no list of what was
typed, no way back to it. Only where each form is typed in twice is the first time kept, encrypted (`paper_second`).
How many forms there are the page itself counts, for the person at the keyboard: from the database it would be a count
to the unit (docs/decisions/0007).
"""

from __future__ import annotations

from datetime import datetime, time

from flask import render_template, request
from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.answering.importing.paper import TAKES_PAPER, PaperForm, TypedForm, is_stored, read_form, store_form
from survey.answering.importing.twice import Label, keep_first
from survey.days import SWEDISH_TIME
from survey.errors import Refusal
from survey.fieldwork.rounds import reference
from survey.models import AuditEvent, Round
from survey.web import current_services
from survey.web.office import access
from survey.web.office.admin import blueprint, desk
from survey.web.office.admin.paper import Offer, chosen_from, found_with
from survey.web.office.admin.paper_numbers import (
    Numbered,
    checked,
    choice_of,
    fault_of,
    first_waiting,
    quality_of,
    suggested,
)
from survey.web.office.admin.paper_second import finished
from survey.web.office.admin.paper_sheet import Page, Sheet, Turn, accepted, asked_for, sent
from survey.web.office.database import reading, writing

EVENT = "type_paper"


@blueprint.route("/matomgangar/<int:round_id>/papper", methods=["GET", "POST"])
@access.login_required
def paper_entry(round_id: int) -> Page:
    round_, found = found_with(round_id)
    if round_.state not in TAKES_PAPER:
        page = render_template("office/admin/paper_file.html", round=round_, quality=quality_of(round_, found))
        return page, 409 if request.form else 200
    given = request.form or request.args
    chosen, turn = chosen_from(found, given), _turn(round_, given.get("gang", ""))
    if not chosen.unit:
        return _choice(round_, found)
    if request.method == "POST":
        return _sent(sent(round_, found, chosen, turn))
    sheet = asked_for(round_, found, chosen, turn, given)
    if turn is Turn.SECOND and first_waiting(sheet) is None:
        return _choice(round_, found, none_wait=True, saved=sheet.count > 0)
    return suggested(sheet)


def _turn(round_: Round, text: str) -> Turn:
    """The round decides whether forms are typed in twice; the address only which time it is."""
    if not round_.paper_twice:
        return Turn.ONCE
    return Turn.SECOND if text == Turn.SECOND else Turn.FIRST


def _choice(round_: Round, found: Offer, *, none_wait: bool = False, saved: bool = False) -> str:
    return render_template(
        "office/admin/paper_choice.html",
        round=round_,
        paper=found,
        none_wait=none_wait,
        saved=saved,
        **choice_of(round_, found),
    )


def _sent(sheet: Sheet) -> Page:
    """Look at what was sent: show it again with all that is wrong, or save it and give an empty form."""
    # First of all: a form that is in the urn is not shown again, whatever is sent.
    if is_stored(reading(), current_services().keys, sheet.round.id, sheet.own_nonce):
        return sheet.next(already=True)
    numbered = checked(sheet)
    if numbered.already:
        return sheet.next(already=True)
    read = read_form(sheet.instrument, sheet.typed or {})
    empty = not any(text.strip() for text in (sheet.typed or {}).values())
    wish = request.form.get("gor")
    compares = sheet.turn is Turn.SECOND and "jamfort" in request.form and wish != "tillbaka"
    looks = wish != "spara" and not compares
    asks = not compares and not set(read.left_out) <= accepted()
    if read.faults or empty or looks or asks or numbered.fault:
        wrong = bool(read.faults or (not looks and (empty or numbered.fault)))
        page = sheet.page(read=read, empty=empty, looked=looks, number_fault=numbered.fault, same=numbered.same)
        return page, 422 if wrong else 200
    if sheet.turn is Turn.SECOND:
        return finished(sheet, numbered, read, save=wish == "spara", leave_trail=leave_trail)
    return _saved(sheet, numbered, read)


def _saved(sheet: Sheet, numbered: Numbered, read: TypedForm) -> Page:
    """The only time, or the first of two."""
    services, chosen = current_services(), sheet.chosen
    answers = read.given if numbered.number else read.answers
    form = PaperForm(chosen.unit, chosen.language, chosen.variant, answers, sheet.own_nonce)
    try:
        with writing() as session:
            stored, folders = session.get_one(Round, sheet.round.id), services.instrument_folders
            if numbered.number:
                account, mark = access.person().account.id, sheet.own_nonce.hex()
                language, variant = chosen.language, chosen.variant.value
                label = Label(numbered.number, chosen.unit, language, variant, account, mark)
                new = keep_first(session, services.keys, stored, form, label, folders=folders)
            else:
                new = store_form(session, services.keys, stored, form, folders=folders)
            if new:
                leave_trail(session, stored)
    except Refusal as refusal:
        # Somebody else took the number a moment ago: what was typed stays in the page.
        fault = fault_of(refusal.code, sheet, numbered.number)
        if not fault:
            raise
        return sheet.page(read=read, number_fault=fault), 422
    return sheet.next(already=not new)


def leave_trail(session: Session, round_: Round) -> None:
    """Who has typed in forms of which round, once a day: one event a form would count them to the unit."""
    subject = reference(round_)
    today = datetime.combine(current_services().clock().astimezone(SWEDISH_TIME), time(), SWEDISH_TIME)
    known = select(AuditEvent.id).where(
        AuditEvent.account_id == access.person().account.id,
        AuditEvent.action == EVENT,
        AuditEvent.subject == subject[:200],
        AuditEvent.at >= today,
    )
    if session.execute(known.limit(1)).first() is None:
        desk.record(session, EVENT, subject)
