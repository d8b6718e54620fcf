"""The person's cases, a new one, and those whose access an administrator looks after."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload, selectinload
from werkzeug.wrappers import Response as BaseResponse
from wtforms import SelectField, StringField
from wtforms.validators import InputRequired

from instruments.model import in_language
from survey.accounts.roles import Action
from survey.cases.desk import case_instruments, current_access, open_case
from survey.cases.occasions import Occasion
from survey.errors import Refusal
from survey.models import CaseAccess, CaseRole, ClientCase, OrganisationKind
from survey.organisation.tree import TreeNode, find_unit
from survey.web import current_services
from survey.web.office import access
from survey.web.office.cases import blueprint
from survey.web.office.cases.desk import OCCASIONS
from survey.web.office.database import reading, writing
from survey.web.office.forms import Form, choices
from survey.web.office.layout import page_language
from survey.web.refusals import sentence

Page = str | tuple[str, int] | BaseResponse


class NewCaseForm(Form):
    code = StringField(
        _l("Case code"),
        [InputRequired(_l("Write a case code."))],
        description=_l(
            "A code that you make up, for example B-17. Never a name, initials or a personal number. Keep what it "
            "stands for where only you can find it."
        ),
        render_kw={"autocomplete": "off", "maxlength": "20"},
    )
    unit = SelectField(_l("Unit"), [InputRequired(_l("Choose a unit."))])
    instrument = SelectField(_l("Followed with"))


@dataclass(frozen=True)
class CaseRow:
    case: ClientCase
    done: dict[Occasion, date]
    next: Occasion | None
    """The first occasion that has not been answered; None where the case is closed or all are."""
    writes: bool


@blueprint.get("/")
@access.login_required
def overview() -> str:
    person = access.person()
    keeps, manages = person.has(Action.KEEP_CASES), person.has(Action.MANAGE_CASE_ACCESS)
    if not keeps and not manages:
        access.require_somewhere(Action.COUNT_CASES)
    return render_template(
        "office/cases/overview.html",
        keeps=keeps,
        manages=manages,
        counts=person.has(Action.COUNT_CASES),
        rows=[_row(case) for case in _own_cases()] if keeps else [],
        managed=_managed_cases() if manages else [],
        occasions=OCCASIONS,
        holder=CaseRole.HOLDER,
    )


def _own_cases() -> list[ClientCase]:
    """Those the person is named in and is still a caseworker for; open ones first, by code."""
    person = access.person()
    mine = select(CaseAccess.case_id).where(CaseAccess.account_id == person.account.id, CaseAccess.revoked_at.is_(None))
    found = _cases().where(ClientCase.id.in_(mine))
    cases = [case for case in reading().scalars(found) if person.may(Action.KEEP_CASES, case.unit_id)]
    return sorted(cases, key=lambda case: (case.closed_at is not None, case.code.lower(), case.id))


def _managed_cases() -> list[ClientCase]:
    ids = [node.id for node in access.person().reach(Action.MANAGE_CASE_ACCESS)]
    return list(reading().scalars(_cases().where(ClientCase.unit_id.in_(ids)).order_by(ClientCase.code)))


def _cases() -> Select[ClientCase]:
    return select(ClientCase).options(
        joinedload(ClientCase.unit),
        selectinload(ClientCase.access).joinedload(CaseAccess.account),
        selectinload(ClientCase.occasions),
    )


def _row(case: ClientCase) -> CaseRow:
    done = {Occasion(one.occasion): one.happened_on for one in case.occasions}
    left = [one for one in Occasion if one not in done] if case.closed_at is None else []
    writes = current_access(case, access.person().account) is CaseRole.HOLDER
    return CaseRow(case, done, next(iter(left), None), writes)


@blueprint.route("/nytt", methods=["GET", "POST"])
@access.login_required
def new() -> Page:
    access.require_somewhere(Action.KEEP_CASES)
    form = NewCaseForm()
    nodes = [node for node in access.person().reach(Action.KEEP_CASES) if _takes_cases(node)]
    pairs = [(node.code, node.name) for node in nodes]
    form.unit.choices = choices([("", _("Choose")), *pairs] if len(pairs) > 1 else pairs)
    loaded = case_instruments(current_services().instrument_folders)
    titles = [(key, in_language(one.instrument.title, page_language())) for key, one in loaded.items()]
    form.instrument.choices = choices(titles)
    if form.validate_on_submit() and (case_id := _open(form)):
        flash(_("The case is open, and you hold it."))
        return redirect(url_for("cases.case_page", case_id=case_id))
    page = render_template("office/cases/new.html", form=form)
    return page, 422 if form.is_submitted() else 200


def _takes_cases(node: TreeNode) -> bool:
    wide = node.kind in (OrganisationKind.NATION, OrganisationKind.COUNTY)
    return not wide and node.is_valid(current_services().clock().date())


def _open(form: NewCaseForm) -> int | None:
    """The case's id; None where it is refused, and the form then says why."""
    person, services = access.person(), current_services()
    try:
        with writing() as session:
            unit = find_unit(session, form.unit.data)
            access.require(Action.KEEP_CASES, unit.id)
            case = open_case(
                session,
                instrument=case_instruments(services.instrument_folders)[form.instrument.data],
                unit=unit,
                code=form.code.data or "",
                account=person.account,
                now=services.clock(),
            )
            return case.id
    except Refusal as refusal:
        form.code.errors = [sentence(refusal)]
        return None
