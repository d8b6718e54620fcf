"""One round's page: where it is, what comes next, its units with invited and answered."""

from __future__ import annotations

from datetime import datetime

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from werkzeug.wrappers import Response as BaseResponse
from wtforms import IntegerField
from wtforms.validators import NumberRange, Optional

from survey.accounts.roles import Action
from survey.answering.entry import GRACE
from survey.fieldwork import rounds as fieldwork
from survey.jobs import client as jobs
from survey.models import Release, Round, RoundState, RoundUnit
from survey.releases.late import late_answers
from survey.web import current_services
from survey.web.office import access, words
from survey.web.office.admin import blueprint, desk, groups, paper
from survey.web.office.admin.counting import counted
from survey.web.office.admin.steps import NEEDS
from survey.web.office.database import between_transactions, reading, writing
from survey.web.office.forms import Form
from survey.web.refusals import sentence

MOST_INVITED = 1_000_000


@blueprint.route("/matomgangar/<int:round_id>", methods=["GET", "POST"])
@access.login_required
def round_page(round_id: int) -> str | tuple[str, int] | BaseResponse:
    round_ = desk.find_round(round_id, Action.SEE_ROUNDS)
    may_manage = access.person().may(Action.MANAGE_ROUNDS, round_.study.owner_id)
    may_edit = may_manage and round_.state != RoundState.RELEASED
    form = invited_form(round_)
    if form.is_submitted():
        access.require(Action.MANAGE_ROUNDS, round_.study.owner_id)
        if form.validate():
            _save_invited(round_, form)
            flash(_("The numbers are saved."))
            return redirect(url_for("admin.round_page", round_id=round_id))
    page = render_template(
        "office/admin/round.html",
        round=round_,
        form=form,
        may_manage=may_manage,
        may_edit=may_edit,
        may_group=may_manage and bool(groups.groupable(round_)),
        paper=paper.offer(round_) if may_manage else None,
        counts=counted([round_id])[round_id],
        releases=_releases(round_),
        **_next(round_),
    )
    return page, 422 if form.is_submitted() else 200


def _next(round_: Round) -> dict[str, object]:
    """The newest job of the round, and the step that can be taken if no job is under way."""
    with between_transactions():
        found = jobs.list_jobs(current_services().settings, round_id=round_.id)
    job = found[0] if found else None
    step = words.next_step(round_.state, late_answers(reading(), round_.id) > 0)
    busy = job is not None and not job.finished
    allowed = step is not None and access.person().may(NEEDS[step.name], round_.study.owner_id)
    return {
        "job": job,
        "job_trouble": sentence(job.refusal) if job and job.refusal else "",
        "step": step if allowed and not busy else None,
        "waits_until": _waits_until(round_),
    }


def _waits_until(round_: Round) -> datetime | None:
    """Until when sealing waits for those who have begun; None when it does not."""
    if round_.state != RoundState.CLOSED or round_.closed_at is None or round_.study.simulated:
        return None
    until = round_.closed_at + GRACE
    return until if current_services().clock() < until else None


def _releases(round_: Round) -> list[Release]:
    """Newest first, for those who may read results in the study's node."""
    if round_.state != RoundState.RELEASED or not access.person().may(Action.SEE_RESULTS, round_.study.owner_id):
        return []
    query = select(Release).where(Release.round_id == round_.id).order_by(Release.id.desc())
    return list(reading().scalars(query))


def field_name(place: RoundUnit) -> str:
    return f"unit_{place.unit_id}"


def invited_form(round_: Round) -> Form:
    """One whole number a unit; an empty one leaves the number as it is."""

    class InvitedForm(Form):
        pass

    for place in round_.units:
        wrong = _l("Write a whole number for %(unit)s.", unit=place.unit.name)
        checks = [Optional(), NumberRange(min=0, max=MOST_INVITED, message=wrong)]
        setattr(InvitedForm, field_name(place), _WholeNumber(place.unit.name, checks, wrong=wrong))
    return InvitedForm(data={field_name(place): place.invited for place in round_.units})


class _WholeNumber(IntegerField):  # type: ignore[misc]  # WTForms ships no types
    """A number whose fault names the unit: forty fields that all say "not a valid integer" help nobody."""

    def __init__(self, label: str, validators: list[object], *, wrong: object, **kwargs: object) -> None:
        super().__init__(label, validators, render_kw={"inputmode": "numeric", "autocomplete": "off"}, **kwargs)
        self.wrong = wrong

    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(str(self.wrong)) from None


def _save_invited(round_: Round, form: Form) -> None:
    given = {place.unit.code: form[field_name(place)].data for place in round_.units}
    changed = {
        place.unit.code: given[place.unit.code]
        for place in round_.units
        if given[place.unit.code] is not None and given[place.unit.code] != place.invited
    }
    if changed:
        with writing() as session:
            fieldwork.set_invited(session, session.get_one(Round, round_.id), changed)
            desk.record(session, "set_invited", fieldwork.reference(round_), invited=changed)
