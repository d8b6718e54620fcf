"""The second time that a form is typed in: where it differs from the first, the person looks at the paper and says.

The two answers stand in the order of their codes, so that nobody can tell whose is whose. What was typed this time is
in the page only. Where so much differs that it is hardly the same form, nothing of the first is shown.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import chain
from typing import cast

from flask import current_app, render_template, request
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from instruments.model import Answer
from survey.answering.importing.paper import PaperForm, TypedForm, read_form
from survey.answering.importing.twice import Kept, differing, store_second, too_many
from survey.errors import Refusal
from survey.models import Round
from survey.web import current_services
from survey.web.office import access
from survey.web.office.admin.paper_numbers import Numbered
from survey.web.office.admin.paper_rows import Row, parts_of
from survey.web.office.admin.paper_sheet import Page, Sheet, accepted
from survey.web.office.database import writing
from survey.web.respond.turns import TurnsEach

PICKED, OTHER, SOMETHING_ELSE = "val-", "annat-", "annat"
"""Before an item's id in the names of its fields, and the choice of neither answer."""
_NOTHING = "-"
_MISSES = "termometern-paper-misses"


@dataclass(frozen=True)
class Difference:
    """A question that was typed in two ways."""

    row: Row
    options: tuple[tuple[str, str], ...]
    """(value of the choice, words), in the order of the codes."""
    picked: str
    other: str
    fault: str

    @property
    def name(self) -> str:
        return OTHER + self.row.item_id


def finished(
    sheet: Sheet, numbered: Numbered, read: TypedForm, *, save: bool, leave_trail: Callable[[Session, Round], None]
) -> Page:
    """Compare with the first time: ask about what differs, or seal the form."""
    kept = numbered.kept
    if kept is None:
        raise ValueError("a second time without a first")
    person, misses = b"%d" % access.person().account.id, _misses()
    try:
        misses.take(person, current_services().clock())
    except Refusal:
        fault = _(
            "Too many forms have not been like the first time. Wait ten minutes, and look at the papers' numbers."
        )
        return sheet.page(read=read, number_fault=fault, same=numbered.same), 429
    items = differing(sheet.instrument, kept.answers, read.given)
    if too_many(items, kept.answers, read.given):
        return sheet.page(read=read, odd=True, same=numbered.same), 422
    misses.give_back(person)
    if not items and not save:
        return sheet.page(read=read, looked=True, same=numbered.same)
    said = {item: _said(item) for item in items}
    settled = {item: text for item, (text, fault) in said.items() if not fault}
    final = read_form(sheet.instrument, dict(sheet.typed or {}) | settled)
    unsettled = len(settled) < len(items) or final.faults
    asks = not set(final.left_out) <= accepted()
    if unsettled or asks or not final.answers or not save:
        tried = "jamfort" in request.form and save
        differences = _differences(sheet, kept, read, items, final, tried)
        wrong = tried and bool(unsettled or not final.answers)
        return _page(sheet, numbered, differences, final, empty=not final.answers), 422 if wrong else 200
    services, chosen = current_services(), sheet.chosen
    form = PaperForm(chosen.unit, chosen.language, chosen.variant, final.answers, sheet.own_nonce)
    with writing() as session:
        stored, folders = session.get_one(Round, sheet.round.id), services.instrument_folders
        new = store_second(session, services.keys, stored, form, kept, items, folders=folders)
        if new:
            leave_trail(session, stored)
    return sheet.next(already=not new, same=numbered.same)


def _misses() -> TurnsEach:
    """Each person's in this application, in memory alone.

    A form of ten questions with three options is met by one made-up form in fifty.
    """
    return cast(TurnsEach, current_app.extensions.setdefault(_MISSES, TurnsEach(at_once=8, each_minute=0.1)))


def _said(item_id: str) -> tuple[str, str]:
    """(what stands on the paper, as somebody would type it; or what is wrong with the choice)."""
    picked, other = request.form.get(PICKED + item_id, ""), request.form.get(OTHER + item_id, "").strip()
    if picked.startswith("="):
        if other and other != picked[1:]:
            return "", _("Choose one of the answers, or write another: not both.")
        return picked[1:], ""
    return (other, "") if other else ("", _("Look at the paper and say what stands there."))


def _differences(
    sheet: Sheet, kept: Kept, read: TypedForm, items: tuple[str, ...], final: TypedForm, tried: bool
) -> list[Difference]:
    """`tried`: the person has pressed Save here before, so what is missing is a fault."""
    parts = parts_of(sheet.instrument, sheet.chosen.language, sheet.chosen.variant, {}, final)
    rows = {row.item_id: row for row in chain.from_iterable(part.rows for part in parts)}
    found = []
    for item in items:
        two = sorted((_as_typed(answers.get(item)) for answers in (kept.answers, read.given)), key=_by_code)
        options = tuple((f"={text}", in_words(rows[item], text)) for text in two)
        missing = _said(item)[1] if tried else ""
        fault = _("Question %(number)s: %(remedy)s", number=rows[item].number, remedy=missing) if missing else ""
        other = request.form.get(OTHER + item, "")
        found.append(
            Difference(rows[item], options, request.form.get(PICKED + item, ""), other, rows[item].fault or fault)
        )
    return found


def _page(sheet: Sheet, numbered: Numbered, differences: list[Difference], final: TypedForm, *, empty: bool) -> str:
    faults = [one for one in differences if one.fault]
    settled = not faults and all(not _said(one.row.item_id)[1] for one in differences)
    parts = parts_of(sheet.instrument, sheet.chosen.language, sheet.chosen.variant, {}, final)
    left_out = [row for part in parts for row in part.rows if row.left_out] if settled else []
    first = next(iter(faults), None) or next(iter(differences), None)
    return render_template(
        "office/admin/paper_compare.html",
        round=sheet.round,
        paper=sheet.found,
        sheet=sheet,
        chosen=sheet.chosen,
        number=numbered.number,
        same=numbered.same,
        unit_name=dict(sheet.found.units)[sheet.chosen.unit],
        differences=differences,
        faults=faults,
        left_out=left_out,
        accepted=sorted(accepted() | {row.item_id for row in left_out}),
        empty=empty and settled,
        begins_at=first.name if first and not left_out else "",
    )


def in_words(row: Row, text: str) -> str:
    """An answer as it was typed, with the words of its codes."""
    if text == _NOTHING:
        return _("No answer")
    parts = text.split() if row.several else [text]
    return " + ".join(f"{part} {row.codes[part]}" if part in row.codes else part for part in parts)


def _as_typed(answer: Answer) -> str:
    """The reverse of reading a field: what somebody would type to mean that answer."""
    match answer:
        case None:
            return _NOTHING
        case float():
            return f"{answer:.9f}".rstrip("0").rstrip(".")
        case tuple():
            return " ".join(str(one) for one in answer)
        case _:
            return str(answer)


def _by_code(text: str) -> tuple[float, str]:
    """Numbers by size, then words; no answer at the end."""
    try:
        return (float(text.split()[0]), text)
    except ValueError:
        return (float("inf"), "\uffff" if text == _NOTHING else text)
