"""Where paper forms that have come back are typed in, one after the other, with the keyboard alone.

What is typed is in the page and in the request, and nowhere else until it lies sealed in the urn: no draft, no list of
what was typed, no way back to it. How many forms there are the page itself counts, for the person at the keyboard: from
the database it would be a count to the unit (docs/decisions/0007).
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from datetime import datetime, time
from typing import Any

from flask import redirect, render_template, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from instruments.model import Instrument
from survey.answering.importing.paper import (
    TAKES_PAPER,
    PaperForm,
    TypedForm,
    is_stored,
    read_form,
    store_form,
    typed_items,
)
from survey.answering.tokens import NONCE_BYTES
from survey.days import SWEDISH_TIME
from survey.errors import Refusal
from survey.fieldwork.rounds import reference
from survey.models import AuditEvent, Round
from survey.web import current_services
from survey.web.office import access
from survey.web.office.admin import blueprint, desk
from survey.web.office.admin.paper import Chosen, Offer, chosen_from, found_with
from survey.web.office.admin.paper_rows import FIELD, parts_of
from survey.web.office.database import reading, writing

EVENT = "type_paper"
MOST_COUNTED = 99_999
_NONCE = re.compile(rf"[0-9a-f]{{{2 * NONCE_BYTES}}}")

Page = str | tuple[str, int] | BaseResponse


@blueprint.route("/matomgangar/<int:round_id>/papper", methods=["GET", "POST"])
@access.login_required
def paper_entry(round_id: int) -> Page:
    round_, found = found_with(round_id)
    if round_.state not in TAKES_PAPER:
        return render_template("office/admin/paper_file.html", round=round_), 409 if request.form else 200
    given = request.form or request.args
    chosen = chosen_from(found, given)
    if not chosen.unit:
        return render_template("office/admin/paper_choice.html", round=round_, paper=found)
    if request.method == "GET":
        return _page(round_, found, chosen, nonce=secrets.token_hex(NONCE_BYTES), typed={}, count=_counted(given))
    return _sent(round_, found, chosen)


def _sent(round_: Round, found: Offer, chosen: Chosen) -> Page:
    """Look at what was sent: show it again with all that is wrong, or seal it and give an empty form."""
    instrument, count = found.loaded.instrument, _counted(request.form)
    nonce = request.form.get("lopnummer", "")
    if not _NONCE.fullmatch(nonce):
        raise Refusal("tampered", "the page was changed on the way; open it again")
    # First of all: a form that is in the urn is not shown again, whatever is sent.
    if is_stored(reading(), current_services().keys, round_.id, _own(nonce)):
        return _next(round_, chosen, count + 1)
    typed = _typed(instrument)
    read = read_form(instrument, typed)
    accepted = set(request.form.get("utelamnas", "").split())
    empty = not any(text.strip() for text in typed.values())
    looks = request.form.get("gor") != "spara"
    if read.faults or empty or looks or not set(read.left_out) <= accepted:
        page = _page(round_, found, chosen, nonce=nonce, typed=typed, count=count, read=read, empty=empty, looked=looks)
        return page, 422 if read.faults or (empty and not looks) else 200
    form = PaperForm(chosen.unit, chosen.language, chosen.variant, read.answers, _own(nonce))
    with writing() as session:
        stored = session.get_one(Round, round_.id)
        folders = current_services().instrument_folders
        if store_form(session, current_services().keys, stored, form, folders=folders):
            _leave_trail(session, stored)
    return _next(round_, chosen, count + 1)


def _own(nonce: str) -> bytes:
    """The page's number as this person's: who has seen another's cannot have that form taken for one already sent."""
    return bytes.fromhex(nonce) + access.person().account.id.to_bytes(8, "big")


def _next(round_: Round, chosen: Chosen, count: int) -> BaseResponse:
    """An empty form for the same unit, at an address that says nothing of the last one."""
    values: dict[str, Any] = chosen.address | {"inskrivna": str(count)}
    return redirect(url_for("admin.paper_entry", round_id=round_.id, **values))


def _page(
    round_: Round,
    found: Offer,
    chosen: Chosen,
    *,
    nonce: str,
    typed: dict[str, str],
    count: int,
    read: TypedForm | None = None,
    empty: bool = False,
    looked: bool = False,
) -> str:
    parts = parts_of(found.loaded.instrument, chosen.language, chosen.variant, typed, read)
    rows = [row for part in parts for row in part.rows]
    faults = [row for row in rows if row.fault]
    # Only where all else is right: then pressing once more saves.
    asks = read is not None and bool(read.left_out) and not empty
    first = next(iter(faults), None) or (rows[0] if rows else None)
    return render_template(
        "office/admin/paper_entry.html",
        round=round_,
        paper=found,
        chosen=chosen,
        unit_name=dict(found.units)[chosen.unit],
        parts=parts,
        faults=faults,
        left_out=[row for row in rows if row.left_out] if asks else [],
        empty=empty and not looked,
        looked=looked and not faults and not empty,
        nonce=nonce,
        count=count,
        saved=count > 0 and read is None,
        begins_at="" if asks else (first.name if first else ""),
    )


def _typed(instrument: Instrument) -> dict[str, str]:
    """Item id -> what its field holds."""
    return {item.id: request.form.get(FIELD + item.id, "") for item in typed_items(instrument)}


def _counted(given: Mapping[str, str]) -> int:
    """How many forms this page has taken since somebody began; carried from page to page by the browser."""
    text = given.get("inskrivna", "")
    return min(int(text), MOST_COUNTED - 1) if re.fullmatch(r"[0-9]{1,5}", text) else 0


def _leave_trail(session: Session, round_: Round) -> None:
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
