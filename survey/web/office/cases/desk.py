"""What every page of a case begins with: the case that the address names, and what the person is to it."""

from __future__ import annotations

from flask import abort
from flask_babel import lazy_gettext as _l

from instruments.load import LoadedInstrument
from survey.accounts.roles import Action
from survey.cases.desk import case_instruments, current_access, find_case
from survey.cases.occasions import Occasion
from survey.errors import Refusal
from survey.models import CaseAct, CaseRole, ClientCase
from survey.web import current_services
from survey.web.office import access
from survey.web.office.database import reading

OCCASIONS = {Occasion.BEFORE: _l("Before"), Occasion.DURING: _l("During"), Occasion.AFTER: _l("After")}
ROLES = {CaseRole.HOLDER: _l("Holder"), CaseRole.READER: _l("Reader")}
ACTS = {
    CaseAct.OPENED: _l("Opened the case"),
    CaseAct.READ: _l("Read the answers"),
    CaseAct.WROTE: _l("Wrote"),
    CaseAct.GRANTED: _l("Gave access to"),
    CaseAct.REVOKED: _l("Took access from"),
    CaseAct.CLOSED: _l("Closed the case"),
    CaseAct.COUNTED: _l("Counted in figures over many cases"),
    CaseAct.EXPORTED: _l("Took the answers out as a file"),
}


def named(case_id: int, *roles: CaseRole) -> ClientCase:
    """The case. 403 unless the person is a caseworker there and named in it (as one of `roles`)."""
    case = _found(case_id)
    role = role_in(case)
    if role is None or (roles and role not in roles):
        abort(403)
    return case


def managed(case_id: int) -> ClientCase:
    """The case, for its holder or an administrator of the unit: who may see it, and what was done with it."""
    case = _found(case_id)
    if role_in(case) is not CaseRole.HOLDER and not access.person().may(Action.MANAGE_CASE_ACCESS, case.unit_id):
        abort(403)
    return case


def role_in(case: ClientCase) -> CaseRole | None:
    """What the person is to the case: nothing where the role of caseworker has been taken away."""
    person = access.person()
    return current_access(case, person.account) if person.may(Action.KEEP_CASES, case.unit_id) else None


def instrument_for(case: ClientCase) -> LoadedInstrument:
    """The newest version of what the case is followed with. Raises Refusal `instrument_changed`."""
    found = case_instruments(current_services().instrument_folders).get(case.instrument)
    if found is None:
        raise Refusal("instrument_changed", f"{case.instrument} is not there any more; put the file back")
    return found


def _found(case_id: int) -> ClientCase:
    """403 for what is not there too: else anybody could count the cases of others by their numbers."""
    try:
        return find_case(reading(), case_id)
    except Refusal:
        abort(403)
