"""Merge groups: units that are shown together where one of them is too small, declared before the round opens.

A group is an organisation unit of its own under the units' common parent. In its round it stands between them and that
parent: a small unit's answers are placed at the group before they go further up (`answering.raising`). It is declared
blindly, before anybody has answered: chosen afterwards it could be cut so that it tells something about one unit.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.errors import Refusal
from survey.fieldwork.transitions import reference, refuse_state
from survey.models import OrganisationKind, OrganisationUnit, Round, RoundState, RoundUnit
from survey.organisation.names import NAME_RULE, is_name
from survey.organisation.units import NAME_LENGTH, SHORT_NAME_LENGTH

FEWEST = 2
NAMED = 4
"""A name made of the units' own names lists so many; the others are counted."""


def declare_group(
    session: Session, round_: Round, unit_codes: Iterable[str], now: datetime, *, name: str | None = None
) -> OrganisationUnit:
    """Declare units of a draft to be shown together if one is small. `name` None makes one of theirs.

    The same units grouped in an earlier round of the study are the same group, so that change can be told for it.
    Raises Refusal: `wrong_round_state`, `unit_not_in_round` (all such codes at once), `bad_group`.
    """
    session.refresh(round_, with_for_update=True)
    if round_.state != RoundState.DRAFT:
        raise refuse_state(round_, "get new groups", "groups are declared before a round opens")
    rows = _rows(round_, unit_codes)
    _check(rows)
    units = [row.unit for row in rows]
    if name is not None and not is_name(name := name.strip(), NAME_LENGTH):
        raise _bad(f"a group needs a name of 1 to {NAME_LENGTH} characters {NAME_RULE}")
    group = _earlier(session, round_, units, name) or _new(session, round_, units, name or default_name(units), now)
    for row in rows:
        row.group_id = group.id
    session.flush()
    return group


def default_name(units: Sequence[OrganisationUnit]) -> str:
    """`A, B och C`; of many only the first are named."""
    names = [unit.name for unit in units[:NAMED]]
    if len(units) > NAMED:
        names.append(f"{len(units) - NAMED} till")
    named = f"{', '.join(names[:-1])} och {names[-1]}"
    return named if len(named) <= NAME_LENGTH else f"{len(units)} enheter"


def placing_parents(session: Session, round_: Round) -> dict[int, int | None]:
    """Every node's parent as answers of this round are placed: a grouped unit stands under its group."""
    nodes = session.execute(select(OrganisationUnit.id, OrganisationUnit.parent_id)).all()
    parents: dict[int, int | None] = {node.id: node.parent_id for node in nodes}
    return parents | {row.unit_id: row.group_id for row in round_.units if row.group_id is not None}


def group_ids(session: Session) -> frozenset[int]:
    """All nodes that are a merge group of some round: a group never takes part by itself."""
    ids = session.scalars(select(RoundUnit.group_id).where(RoundUnit.group_id.is_not(None)).distinct())
    return frozenset(one for one in ids if one is not None)


def _rows(round_: Round, unit_codes: Iterable[str]) -> list[RoundUnit]:
    by_code = {row.unit.code: row for row in round_.units}
    codes = list(dict.fromkeys(code.strip() for code in unit_codes))
    strangers = [code for code in codes if code not in by_code]
    if strangers:
        message = f"Not in round {reference(round_)}: {', '.join(strangers)}; choose among its units"
        raise Refusal("unit_not_in_round", message, units=", ".join(strangers))
    return [by_code[code] for code in codes]


def _check(rows: Sequence[RoundUnit]) -> None:
    if len(rows) < FEWEST:
        raise _bad(f"a group has at least {FEWEST} units; name one more with --unit")
    grouped = [row.unit.code for row in rows if row.group_id is not None]
    if grouped:
        raise _bad(f"in a group already: {', '.join(grouped)}; a unit is in one group at most")
    if any(row.unit.kind != OrganisationKind.UNIT for row in rows):
        raise _bad("only units are grouped; municipalities, regions and counties have their own place in the tree")
    if len({row.unit.parent_id for row in rows}) > 1:
        raise _bad("its units stand under different nodes; group units of the same one")


def _earlier(
    session: Session, round_: Round, units: Sequence[OrganisationUnit], name: str | None
) -> OrganisationUnit | None:
    """The newest group of the study that had exactly these units, and this name if one is given."""
    query = (
        select(RoundUnit.round_id, RoundUnit.group_id, RoundUnit.unit_id)
        .join(Round, Round.id == RoundUnit.round_id)
        .where(Round.study_id == round_.study_id, RoundUnit.group_id.is_not(None))
        .order_by(RoundUnit.round_id.desc())
    )
    members: dict[tuple[int, int], set[int]] = {}
    for row in session.execute(query):
        members.setdefault((row.round_id, row.group_id), set()).add(row.unit_id)
    wanted = {unit.id for unit in units}
    for (_, group_id), unit_ids in members.items():
        group = session.get_one(OrganisationUnit, group_id)
        if unit_ids == wanted and name in (None, group.name):
            return group
    return None


def _new(
    session: Session, round_: Round, units: Sequence[OrganisationUnit], name: str, now: datetime
) -> OrganisationUnit:
    taken = set(
        session.scalars(select(OrganisationUnit.code).where(OrganisationUnit.code.like(f"grupp-{round_.id}-%")))
    )
    # One more than are there, so at least one of them is free.
    code = next(code for number in range(1, len(taken) + 2) if (code := f"grupp-{round_.id}-{number}") not in taken)
    group = OrganisationUnit(
        parent_id=units[0].parent_id,
        kind=OrganisationKind.UNIT,
        code=code,
        name=name,
        short_name=_short(name),
        private=all(unit.private for unit in units),
        valid_from=now.date(),
    )
    session.add(group)
    session.flush()
    return group


def _short(name: str) -> str:
    return name if len(name) <= SHORT_NAME_LENGTH else f"{name[: SHORT_NAME_LENGTH - 1]}…"


def _bad(why: str) -> Refusal:
    return Refusal("bad_group", f"The group cannot be made so: {why}", why=why)
