"""Who may read a case, and what has been done with it. Neither page shows an answer."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import selectinload
from werkzeug.wrappers import Response as BaseResponse
from wtforms import SelectField
from wtforms.validators import InputRequired

from survey.accounts.roles import Action, may
from survey.cases.desk import find_case, grant, log_of, revoke
from survey.errors import Refusal
from survey.models import Account, CaseRole, ClientCase
from survey.web import current_services
from survey.web.office import access
from survey.web.office.cases import blueprint
from survey.web.office.cases.desk import ACTS, OCCASIONS, ROLES, managed, role_in
from survey.web.office.database import reading, writing
from survey.web.office.forms import Form, PlainForm, choices
from survey.web.refusals import sentence

Page = str | tuple[str, int] | BaseResponse


class GrantForm(Form):
    account = SelectField(_l("Caseworker"), [InputRequired(_l("Choose a person."))])
    role = SelectField(_l("As"), choices=choices((role.value, label) for role, label in ROLES.items()))


@blueprint.route("/<int:case_id>/behorighet", methods=["GET", "POST"])
@access.login_required
def access_page(case_id: int) -> Page:
    case = managed(case_id)
    form = GrantForm()
    form.account.choices = choices([("", _("Choose")), *_may_be_named(case)])
    if form.validate_on_submit() and _grant(case, form):
        flash(_("The person has access from now on."))
        return redirect(url_for("cases.access_page", case_id=case.id))
    page = render_template(
        "office/cases/access.html", case=case, form=form, roles=ROLES, role=role_in(case), role_of=CaseRole
    )
    return page, 422 if form.is_submitted() else 200


def _may_be_named(case: ClientCase) -> list[tuple[str, object]]:
    """Caseworkers of the unit who have no access, but for the one who asks."""
    tree, own = access.person().tree, access.person().account.id
    named = {one.account_id for one in case.access if one.revoked_at is None} | {own}
    query = select(Account).where(Account.active).options(selectinload(Account.grants)).order_by(Account.name)
    return [
        (str(account.id), f"{account.name} ({account.email})")
        for account in reading().scalars(query)
        if account.id not in named and may(account.grants, Action.KEEP_CASES, case.unit_id, tree)
    ]


def _grant(case: ClientCase, form: GrantForm) -> bool:
    person = access.person()
    try:
        with writing() as session:
            grant(
                session,
                find_case(session, case.id),
                account=session.get_one(Account, int(form.account.data)),
                role=CaseRole(form.role.data),
                by=person.account,
                tree=person.tree,
                now=current_services().clock(),
            )
    except Refusal as refusal:
        form.account.errors = [sentence(refusal)]
        return False
    return True


@blueprint.post("/<int:case_id>/behorighet/<int:access_id>/ta-bort")
@access.login_required
def end_access(case_id: int, access_id: int) -> BaseResponse:
    case = managed(case_id)
    if PlainForm().validate_on_submit():
        with writing() as session:
            revoke(
                session,
                find_case(session, case.id),
                access_id,
                by=access.person().account,
                now=current_services().clock(),
            )
        flash(_("The access has ended."))
    # Who has ended their own access has no business on its page any more.
    person = access.person()
    stays = person.may(Action.MANAGE_CASE_ACCESS, case.unit_id) or not any(
        one.id == access_id and one.account_id == person.account.id for one in case.access
    )
    return redirect(url_for("cases.access_page", case_id=case.id) if stays else url_for("cases.overview"))


@blueprint.get("/<int:case_id>/logg")
@access.login_required
def log_page(case_id: int) -> str:
    case = managed(case_id)
    names = {which.name.lower(): label for which, label in OCCASIONS.items()}
    return render_template("office/cases/log.html", case=case, lines=log_of(reading(), case), acts=ACTS, names=names)
