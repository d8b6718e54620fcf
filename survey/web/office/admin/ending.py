"""Ending a linked study: a page that says what goes and what stays, and a button that asks for it."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from survey.accounts.roles import Action
from survey.fieldwork.ending import require_mixed
from survey.fieldwork.studies import require_running
from survey.jobs import client as jobs
from survey.web import current_services
from survey.web.office import access
from survey.web.office.admin import blueprint, desk
from survey.web.office.database import between_transactions, writing
from survey.web.office.forms import PlainForm


@blueprint.route("/undersokningar/<slug>/avsluta", methods=["GET", "POST"])
@access.login_required
def end_study(slug: str) -> str | BaseResponse:
    """A job does it, where the keys are. The trace is kept before the job can begin."""
    study = desk.find_study(slug, Action.RELEASE_ROUNDS)
    require_running(study)
    require_mixed(study)
    form = PlainForm()
    if not form.validate_on_submit():
        return render_template("office/admin/end_study.html", study=study, form=form)
    with writing() as session:
        desk.record(session, "ask_end_study", study.slug)
    with between_transactions():
        jobs.start(current_services().settings, "end", study.id)
    flash(_("The study is being ended. It takes a moment."))
    return redirect(url_for("admin.overview"))
