"""The trail of events: what accounts and the command line have done, as far as it is the reader's to know."""

from __future__ import annotations

from flask import render_template
from sqlalchemy import ColumnElement, or_, select, true

from survey.accounts.roles import Action
from survey.models import AuditEvent, OrganisationKind, RoleGrant, Study
from survey.web.office import access
from survey.web.office.admin import blueprint
from survey.web.office.database import reading

SHOWN = 200
COUNTED = ("release_text", "withhold_text")
"""One event a text: shown here, they would tell exactly how many wrote."""


@blueprint.get("/handelser")
@access.login_required
def events() -> str:
    access.require_somewhere(Action.MANAGE_ROUNDS)
    query = (
        select(AuditEvent)
        .where(_within_scope(), AuditEvent.action.not_in(COUNTED))
        .order_by(AuditEvent.id.desc())
        .limit(SHOWN)
    )
    return render_template("office/admin/events.html", events=reading().scalars(query).all(), most=SHOWN)


def _within_scope() -> ColumnElement[bool]:
    """Events on studies of the person's nodes, and of accounts that hold roles only there. The nation's sees all."""
    person = access.person()
    reach = person.reach(Action.MANAGE_ROUNDS)
    if any(node.kind == OrganisationKind.NATION for node in reach):
        return true()
    ids = [node.id for node in reach]
    slugs = reading().scalars(select(Study.slug).where(Study.owner_id.in_(ids))).all()
    inside = select(RoleGrant.account_id).where(RoleGrant.unit_id.in_(ids))
    outside = select(RoleGrant.account_id).where(RoleGrant.unit_id.not_in(ids))
    own_people = AuditEvent.account_id.in_(inside) & AuditEvent.account_id.not_in(outside)
    on_studies = [AuditEvent.subject == slug for slug in slugs]
    on_rounds = [AuditEvent.subject.startswith(f"{slug}/", autoescape=True) for slug in slugs]
    return or_(own_people, *on_studies, *on_rounds)
