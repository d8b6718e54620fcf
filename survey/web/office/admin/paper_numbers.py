"""The numbers of paper forms that are typed in twice: which is free, which wait, and what is wrong with one.

And the choice itself: whether each form of a round is typed in twice, made before the first one is.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from flask import flash, redirect, request, url_for
from flask_babel import format_decimal
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from instruments.model import Variant, item_text
from survey.accounts.roles import Action
from survey.answering.importing import twice
from survey.answering.importing.paper import typed_items
from survey.errors import Refusal
from survey.fieldwork.rounds import reference
from survey.models import Round
from survey.web import current_services
from survey.web.office import access
from survey.web.office.admin import blueprint, desk
from survey.web.office.admin.paper import VARIANTS, Offer
from survey.web.office.admin.paper_sheet import NUMBER_FIELD, Sheet, Turn, read_number
from survey.web.office.database import reading, writing
from survey.web.refusals import sentence

CHOOSE, DROP = "choose_paper_twice", "drop_paper"


@dataclass(frozen=True)
class Numbered:
    """What a form's number comes to; nothing at all where forms have none."""

    number: int = 0
    fault: str = ""
    kept: twice.Kept | None = None
    """The first typing, where this is the second."""
    already: bool = False
    """This very page has kept the form before."""

    @property
    def same(self) -> bool:
        """Whether the person typed in the form the first time too."""
        return self.kept is not None and self.kept.label.account_id == access.person().account.id


@dataclass(frozen=True)
class WaitingForm:
    """One that waits for its second time, in words."""

    number: int
    unit: str
    language: str
    variant: str
    own: bool


@dataclass(frozen=True)
class QualityTold:
    """How often two typings differed, told as counts are (docs/decisions/0007): fields in whole steps of forms."""

    percent: str
    fields: int
    items: tuple[tuple[int, str, str], ...]
    """(number, words, per cent of the forms) of each question that ever differed, most first."""


def checked(sheet: Sheet) -> Numbered:
    """The number that was sent, held against the round's forms."""
    if sheet.turn is Turn.ONCE:
        return Numbered()
    number = read_number(sheet.number)
    if number is None:
        most = twice.LARGEST_NUMBER
        return Numbered(fault=_("Write the number in the corner of the paper: a whole number from 1 to %(n)s.", n=most))
    try:
        kept = twice.find(reading(), current_services().keys, sheet.round.id, number)
    except Refusal as refusal:
        if refusal.code != "paper_number_unknown":
            raise
        known = sheet.turn is Turn.FIRST
        return Numbered(number, fault="" if known else fault_of(refusal.code, sheet, number))
    if kept is None:
        return Numbered(number, fault=fault_of("paper_number_used", sheet, number))
    if sheet.turn is Turn.FIRST:
        if kept.label.nonce == sheet.own_nonce.hex():
            return Numbered(number, already=True)
        return Numbered(number, fault=fault_of("paper_number_waits", sheet, number))
    return Numbered(number, kept=kept, fault="" if _same_form(sheet, kept.label) else _other_form(sheet, kept.label))


def fault_of(code: str, sheet: Sheet, number: int) -> str:
    """What is wrong with a number, in words; empty where the code is of something else."""
    match code:
        case "paper_number_used":
            said = _("Form %(number)s has been typed in twice already.", number=number)
        case "paper_number_waits":
            said = _("Form %(number)s has been typed in once already, and waits for its second time.", number=number)
        case "paper_number_unknown":
            return _("Form %(number)s has not been typed in a first time.", number=number)
        case _:
            return ""
    free = twice.next_number(reading(), current_services().keys, sheet.round.id, sheet.begins_at)
    if free == number:
        # Taken since this request began to read.
        free = twice.next_number(reading(), current_services().keys, sheet.round.id, number + 1)
    if sheet.turn is Turn.SECOND or free is None:
        return said
    return f"{said} " + _("If this is another paper, write another number on it: %(free)s is free.", free=free)


def suggested(sheet: Sheet) -> str:
    """The empty form, with the number that comes next."""
    if sheet.turn is Turn.FIRST:
        free = twice.next_number(reading(), current_services().keys, sheet.round.id, sheet.begins_at)
        return replace(sheet, number=str(free or "")).page()
    waits = first_waiting(sheet) if sheet.turn is Turn.SECOND else None
    if waits is None:
        return sheet.page()
    return replace(sheet, number=str(waits.number)).page(same=waits.account_id == access.person().account.id)


def first_waiting(sheet: Sheet) -> twice.Label | None:
    """The form to type in a second time: of this kind, somebody else's before one's own, the lowest number first."""
    own = access.person().account.id
    waiting = twice.waiting(reading(), current_services().keys, sheet.round.id)
    fitting = [label for label in waiting if _same_form(sheet, label)]
    return min(fitting, key=lambda label: (label.account_id == own, label.number), default=None)


def choice_of(round_: Round, found: Offer) -> dict[str, object]:
    """What the page where a form is chosen says of numbers."""
    if not round_.paper_twice:
        return {"waiting": (), "quality": None}
    own = access.person().account.id
    waiting = tuple(
        WaitingForm(label.number, *_in_words(found, label), label.account_id == own)
        for label in twice.waiting(reading(), current_services().keys, round_.id)
    )
    return {"waiting": waiting, "quality": quality_of(round_, found)}


def quality_of(round_: Round, found: Offer) -> QualityTold | None:
    """None below k forms: a rate of a few says nothing of how people type."""
    k, instrument = round_.study.k, found.loaded.instrument
    if round_.paper_compared < k:
        return None
    came_to, language = twice.quality(reading(), round_, instrument), found.languages[0][0]
    numbered = {item.id: (number, item) for number, item in enumerate(typed_items(instrument), start=1)}
    items = tuple(
        (number, item_text(item, language, Variant.STANDARD), _percent(forms / came_to.forms))
        for item_id, forms in came_to.differed.items()
        for number, item in [numbered[item_id]]
    )
    return QualityTold(_percent(came_to.rate), came_to.forms // k * k * came_to.fields, items)


@blueprint.post("/matomgangar/<int:round_id>/papper/ganger")
@access.login_required
def paper_times(round_id: int) -> BaseResponse:
    """Choose whether each form is typed in twice."""
    round_ = desk.find_round(round_id, Action.MANAGE_ROUNDS)
    wish = request.form.get("ganger") == "2"
    try:
        with writing() as session:
            stored = session.get_one(Round, round_.id)
            if twice.choose_twice(session, stored, wish):
                desk.record(session, CHOOSE, reference(stored), twice=wish)
    except Refusal as refusal:
        flash(sentence(refusal), "warning")
    else:
        flash(_("Each form is typed in twice.") if wish else _("Each form is typed in once."))
    return redirect(url_for("admin.round_page", round_id=round_id))


@blueprint.post("/matomgangar/<int:round_id>/papper/kasta")
@access.login_required
def throw_paper_away(round_id: int) -> BaseResponse:
    """Drop what was typed in the first time, so that the form can be begun anew. Its number goes nowhere."""
    round_ = desk.find_round(round_id, Action.MANAGE_ROUNDS)
    number, gone = read_number(request.form.get(NUMBER_FIELD, "")), False
    if number is not None:
        with writing() as session:
            stored = session.get_one(Round, round_.id)
            gone = twice.throw_away(session, current_services().keys, stored, number)
            if gone:
                desk.record(session, DROP, reference(stored))
    if gone:
        flash(_("What was typed in of form %(number)s is gone. Begin it anew from the paper.", number=number))
    else:
        flash(_("No such form is waiting."), "warning")
    return redirect(url_for("admin.paper_entry", round_id=round_id))


def _percent(share: float) -> str:
    return str(format_decimal(100 * share, format="0.0"))


def _same_form(sheet: Sheet, label: twice.Label) -> bool:
    chosen = sheet.chosen
    return (label.unit_code, label.language, label.variant) == (chosen.unit, chosen.language, chosen.variant.value)


def _other_form(sheet: Sheet, label: twice.Label) -> str:
    return _(
        "Form %(number)s was typed in the first time as another form: %(form)s. Look at the paper. Choose that form, "
        "or throw away the first typing if it is wrong.",
        number=label.number,
        form=", ".join(_in_words(sheet.found, label)),
    )


def _in_words(found: Offer, label: twice.Label) -> tuple[str, str, str]:
    """(unit, language, variant) of a form, as the page calls them."""
    return (
        dict(found.units).get(label.unit_code, label.unit_code),
        dict(found.languages).get(label.language, label.language),
        str(VARIANTS[Variant(label.variant)]),
    )
