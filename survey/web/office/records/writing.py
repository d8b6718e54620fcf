"""Signing an entry, correcting one, and taking one back."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse
from wtforms import DateField, SelectField, StringField
from wtforms.validators import DataRequired, InputRequired, Length

from instruments.load import LoadedInstrument
from survey.accounts.roles import Action
from survey.errors import Refusal
from survey.models import OrganisationKind, OrganisationUnit, RecordEntry
from survey.organisation.tree import find_unit
from survey.records.entries import REASON_LENGTH, instrument_of, record_instruments, retract, sign
from survey.web import current_services
from survey.web.office import access
from survey.web.office.admin import desk
from survey.web.office.database import writing
from survey.web.office.entry_form import MORE, EntryForm, range_hint
from survey.web.office.forms import Form, choices
from survey.web.office.records import blueprint
from survey.web.office.records.lists import about, readable, title_of
from survey.web.refusals import sentence

Page = str | tuple[str, int] | BaseResponse
_REASON = [
    DataRequired(_l("Write why.")),
    Length(max=REASON_LENGTH, message=_l("At most 500 characters.")),
]


class SignForm(Form):
    happened_on = DateField(
        _l("Date"),
        [InputRequired(_l("Write the date, for example 2026-03-02."))],
        description=_l("The day that this is about. A series of meetings gets the day of the last one."),
    )
    unit = SelectField(_l("Municipality or unit"), [InputRequired(_l("Choose a unit."))])

    def offer_units(self) -> None:
        person = access.person()
        nodes = [node for node in person.reach(Action.WRITE_RECORDS) if node.kind is not OrganisationKind.NATION]
        pairs = [(node.code, node.name) for node in nodes if node.is_valid(current_services().clock().date())]
        self.unit.choices = choices([("", _("Choose")), *pairs] if len(pairs) > 1 else pairs)


class CorrectForm(SignForm):
    reason = StringField(
        _l("Why it is corrected"),
        _REASON,
        description=_l("Stands beside the entry, with your name. What was signed first can still be read."),
    )


class RetractForm(Form):
    reason = StringField(_l("Why it is taken back"), _REASON)


@blueprint.route("/ny/<instrument_id>", methods=["GET", "POST"])
@access.login_required
def new(instrument_id: str) -> Page:
    access.require_somewhere(Action.WRITE_RECORDS)
    loaded = record_instruments(current_services().instrument_folders).get(instrument_id)
    if loaded is None:
        abort(404)
    form = SignForm()
    form.offer_units()
    entry = EntryForm(loaded.instrument, posted=request.form if form.is_submitted() else None)
    if form.validate_on_submit() and entry.complete and (signed := _sign(form, entry, loaded)):
        flash(_("The entry is signed."))
        return redirect(url_for("records.entry_page", entry_id=signed))
    return _page(form, entry, None)


@blueprint.route("/<int:entry_id>/ratta", methods=["GET", "POST"])
@access.login_required
def correct(entry_id: int) -> Page:
    earlier = _standing(entry_id)
    folders = current_services().instrument_folders
    # In the version that it was signed in: a correction is of what was said, not of what was asked.
    instrument = instrument_of(earlier, folders)
    loaded = LoadedInstrument(instrument, earlier.instrument_digest, None)
    form = CorrectForm(data={"happened_on": earlier.happened_on, "unit": earlier.unit.code})
    form.offer_units()
    posted = request.form if form.is_submitted() else None
    entry = EntryForm(instrument, stored=earlier.answers, posted=posted)  # type: ignore[arg-type]  # JSON of answers
    if form.validate_on_submit() and entry.complete and (signed := _sign(form, entry, loaded, earlier)):
        flash(_("The correction is signed. It stands in place of the earlier entry."))
        return redirect(url_for("records.entry_page", entry_id=signed))
    return _page(form, entry, earlier)


def _page(form: SignForm, entry: EntryForm, earlier: RecordEntry | None) -> Page:
    page = render_template(
        "office/records/sign.html",
        form=form,
        entry=entry,
        earlier=earlier,
        more_words=MORE,
        range_hint=range_hint,
        signer=access.person().name,
    )
    return page, 422 if form.is_submitted() else 200


def _sign(form: SignForm, entry: EntryForm, loaded: LoadedInstrument, earlier: RecordEntry | None = None) -> int | None:
    """The signed entry's id; None where it is refused, and the form then says why."""
    now = current_services().clock()
    person = access.person()
    try:
        with writing() as session:
            unit = find_unit(session, form.unit.data)
            access.require(Action.WRITE_RECORDS, unit.id)
            signed = sign(
                session,
                instrument=loaded,
                unit=unit,
                happened_on=form.happened_on.data,
                answers=entry.answers(),
                account=person.account,
                now=now,
                replaces=earlier,
                reason=form.reason.data if isinstance(form, CorrectForm) else "",
            )
            _leave_trail(session, "correct_record" if earlier else "sign_record", signed, unit)
            return signed.id
    except Refusal as refusal:
        if refusal.code in ("record_day", "unit_has_ended"):
            form.happened_on.errors = [sentence(refusal)]
        else:
            form.form_errors.append(sentence(refusal))
        return None


@blueprint.route("/<int:entry_id>/ta-tillbaka", methods=["GET", "POST"])
@access.login_required
def take_back(entry_id: int) -> Page:
    entry = _standing(entry_id)
    form = RetractForm()
    if form.validate_on_submit() and (taken := _retract(form, entry)):
        flash(_("The entry is taken back. It no longer counts, and can still be read."))
        return redirect(url_for("records.entry_page", entry_id=taken))
    page = render_template(
        "office/records/take_back.html", form=form, entry=entry, title=title_of(entry), about=about(entry)
    )
    return page, 422 if form.is_submitted() else 200


def _retract(form: RetractForm, entry: RecordEntry) -> int | None:
    """The id of the entry that takes this one back; None where it is refused, and the form then says why."""
    try:
        with writing() as session:
            taken = retract(
                session,
                entry,
                reason=form.reason.data or "",
                account=access.person().account,
                now=current_services().clock(),
            )
            _leave_trail(session, "retract_record", taken, entry.unit)
            return taken.id
    except Refusal as refusal:
        form.reason.errors = [sentence(refusal)]
        return None


def _standing(entry_id: int) -> RecordEntry:
    """The entry, to correct or take back. Raises Refusal `record_replaced` for one that stands no longer."""
    entry = readable(entry_id, Action.WRITE_RECORDS)
    if entry.replaced_by is not None or entry.retracted:
        raise Refusal("record_replaced", f"entry {entry.id} has been replaced; correct the newest")
    return entry


def _leave_trail(session: Session, action: str, entry: RecordEntry, unit: OrganisationUnit) -> None:
    desk.record(session, action, f"{entry.instrument} {unit.code}", entry=entry.id)
