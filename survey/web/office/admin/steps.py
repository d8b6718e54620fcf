"""A round's four steps: a page that says what the step means, and a button that asks the worker to take it."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response as BaseResponse

from survey.accounts.roles import Action
from survey.answering.importing.twice import refuse_waiting_paper
from survey.errors import Refusal
from survey.fieldwork import rounds as fieldwork
from survey.jobs import client as jobs
from survey.models import Round
from survey.releases.late import late_answers
from survey.web import current_services
from survey.web.office import access, words
from survey.web.office.admin import blueprint, desk
from survey.web.office.database import between_transactions, reading, writing
from survey.web.office.forms import PlainForm
from survey.web.refusals import sentence

NEEDS = {
    "open": Action.MANAGE_ROUNDS,
    "close": Action.MANAGE_ROUNDS,
    "seal": Action.RELEASE_ROUNDS,
    "release": Action.RELEASE_ROUNDS,
}


@blueprint.route("/matomgangar/<int:round_id>/<any(oppna,stang,forsegla,publicera):path>", methods=["GET", "POST"])
@access.login_required
def step(round_id: int, path: str) -> str | BaseResponse:
    round_ = desk.find_round(round_id, NEEDS[words.STEPS_BY_PATH[path].name])
    chosen = words.step_at(path, round_.state)
    back = redirect(url_for("admin.round_page", round_id=round_id))
    if round_.state != chosen.before or (chosen is words.AGAIN and not late_answers(reading(), round_id)):
        flash(sentence(Refusal("wrong_round_state", "look at the round")), "warning")
        return back
    if chosen.name == "seal":
        try:
            refuse_waiting_paper(reading(), round_)
        except Refusal as refusal:
            flash(sentence(refusal), "warning")
            return back
    form = PlainForm()
    if not form.validate_on_submit():
        return render_template("office/admin/step.html", round=round_, step=chosen, form=form)
    try:
        take(chosen, round_)
    except Refusal as refusal:
        flash(sentence(refusal), "warning")
    else:
        flash(str(chosen.done))
    return back


def take(chosen: words.Step, round_: Round) -> None:
    """Every step is a job: only the worker holds round keys. The trace is kept before the job can begin."""
    with writing() as session:
        desk.record(session, f"ask_{chosen.name}_round", fieldwork.reference(round_))
    with between_transactions():
        jobs.start(current_services().settings, chosen.name, round_.id)
