"""Merge groups of a draft: which units are shown together where one of them is too small."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from survey.accounts.roles import Action
from survey.errors import Refusal
from survey.fieldwork.groups import FEWEST, declare_group
from survey.fieldwork.rounds import reference
from survey.models import OrganisationKind, Round, RoundState, RoundUnit
from survey.web import current_services
from survey.web.office import access
from survey.web.office.admin import blueprint, desk
from survey.web.office.database import writing
from survey.web.office.forms import GroupForm, choices
from survey.web.refusals import sentence


@blueprint.route("/matomgangar/<int:round_id>/grupper", methods=["GET", "POST"], endpoint="groups")
@access.login_required
def page(round_id: int) -> str | tuple[str, int] | BaseResponse:
    round_ = desk.find_round(round_id, Action.MANAGE_ROUNDS)
    form = GroupForm()
    form.units.choices = choices((row.unit.code, row.unit.name) for row in groupable(round_))
    if form.validate_on_submit() and _declare(round_, form):
        flash(_("The group is declared."))
        return redirect(url_for("admin.round_page", round_id=round_id))
    content = render_template("office/admin/groups.html", round=round_, form=form)
    return content, 422 if form.is_submitted() else 200


def groupable(round_: Round) -> list[RoundUnit]:
    """A draft's units that have a sibling to be grouped with and are in no group yet, by parent and name."""
    if round_.state != RoundState.DRAFT:
        return []
    free = [row for row in round_.units if row.unit.kind == OrganisationKind.UNIT and row.group_id is None]
    siblings: dict[int | None, list[RoundUnit]] = {}
    for row in free:
        siblings.setdefault(row.unit.parent_id, []).append(row)
    return [
        row
        for family in siblings.values()
        if len(family) >= FEWEST
        for row in sorted(family, key=lambda row: row.unit.name)
    ]


def _declare(round_: Round, form: GroupForm) -> bool:
    """False where the group cannot be made so; the form then says why."""
    try:
        with writing() as session:
            stored = session.get_one(Round, round_.id)
            group = declare_group(
                session, stored, form.units.data, current_services().clock(), name=form.name.data or None
            )
            units = ", ".join(form.units.data)
            desk.record(session, "declare_group", reference(stored), group=group.code, units=units)
    except Refusal as refusal:
        form.units.errors = [sentence(refusal)]
        return False
    return True
