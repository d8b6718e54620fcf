"""Finding and adding one unit of the tree."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from instruments.faults import nearest
from survey.errors import Refusal
from survey.models import OrganisationKind, OrganisationUnit
from survey.organisation.names import NAME_RULE, is_name

ALLOWED_PARENTS: Mapping[OrganisationKind, frozenset[OrganisationKind]] = {
    OrganisationKind.NATION: frozenset(),
    OrganisationKind.COUNTY: frozenset({OrganisationKind.NATION}),
    OrganisationKind.MUNICIPALITY: frozenset({OrganisationKind.COUNTY}),
    OrganisationKind.REGION: frozenset({OrganisationKind.COUNTY}),
    OrganisationKind.UNIT: frozenset(
        {OrganisationKind.MUNICIPALITY, OrganisationKind.REGION, OrganisationKind.UNIT},
    ),
}
"""What a node of each kind may stand under."""

CODE_PATTERN = re.compile(r"[A-Za-z0-9ÅÄÖåäö][A-Za-z0-9ÅÄÖåäö._-]{0,31}")
"""A code is also a file name and a link: no spaces, no slashes."""
CODE_RULE = "use at most 32 letters, digits, dots, hyphens or underscores, and begin with a letter or digit"
NAME_LENGTH = 200
SHORT_NAME_LENGTH = 100


def find_unit(session: Session, code: str) -> OrganisationUnit:
    """The unit with that code. Raises Refusal `unknown_unit`, with the nearest code if one is near."""
    return find_units(session, [code])[0]


def find_units(session: Session, codes: Iterable[str]) -> list[OrganisationUnit]:
    """The units with those codes, in that order, each once. Raises Refusal `unknown_unit` naming all unknown ones."""
    wanted = list(dict.fromkeys(code.strip() for code in codes))
    found = {
        unit.code: unit for unit in session.scalars(select(OrganisationUnit).where(OrganisationUnit.code.in_(wanted)))
    }
    unknown = [code for code in wanted if code not in found]
    if unknown:
        near = nearest(unknown[0], session.scalars(select(OrganisationUnit.code)))
        remedy = f"did you mean {near!r}?" if near else "see ./run organisation list"
        message = f"There is no unit {', '.join(unknown)}; {remedy}"
        raise Refusal("unknown_unit", message, unit=", ".join(unknown))
    return [found[code] for code in wanted]


def add_unit(
    session: Session,
    *,
    code: str,
    name: str,
    parent_code: str,
    kind: OrganisationKind | str = OrganisationKind.UNIT,
    short_name: str | None = None,
    private: bool = False,
    valid_from: date,
) -> OrganisationUnit:
    """Add one unit under another.

    Raises Refusal: `bad_unit` for a code, name or place in the tree that cannot be, `unit_exists`, `unknown_unit` for
    the parent.
    """
    kind = OrganisationKind(kind)
    code, name = code.strip(), name.strip()
    if not CODE_PATTERN.fullmatch(code):
        raise Refusal("bad_unit", f"{code!r} cannot be a unit's code; {CODE_RULE}", unit=code)
    if not is_name(name, NAME_LENGTH):
        raise Refusal("bad_unit", f"{code} needs a name of 1 to {NAME_LENGTH} characters {NAME_RULE}", unit=code)
    if session.scalar(select(OrganisationUnit.id).where(OrganisationUnit.code == code)) is not None:
        raise Refusal("unit_exists", f"There is a unit {code} already; choose another code", unit=code)
    parent = find_unit(session, parent_code)
    if parent.kind not in ALLOWED_PARENTS[kind]:
        wanted = " or ".join(sorted(ALLOWED_PARENTS[kind])) or "nothing"
        message = f"A {kind} stands under a {wanted}, and {parent.code} is a {parent.kind}; choose another parent"
        raise Refusal("bad_unit", message, unit=code)
    unit = OrganisationUnit(
        parent_id=parent.id,
        kind=kind,
        code=code,
        name=name,
        short_name=(short_name or name)[:SHORT_NAME_LENGTH],
        private=private,
        valid_from=valid_from,
    )
    session.add(unit)
    session.flush()
    return unit
