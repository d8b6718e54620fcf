"""Rounds: created as drafts, then step by step from open to released (`transitions`)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from instruments.faults import suggest
from survey.errors import Refusal
from survey.fieldwork.groups import group_ids
from survey.fieldwork.studies import find_instrument, require_running
from survey.fieldwork.transitions import (
    TRANSITIONS,
    close_round,
    mark_released,
    mark_sealed,
    open_round,
    reference,
    refuse_state,
)
from survey.models import OrganisationKind, OrganisationUnit, Round, RoundState, RoundUnit, Study
from survey.organisation.names import NAME_RULE, is_name
from survey.organisation.tree import find_units

__all__ = [
    "TRANSITIONS",
    "close_round",
    "create_round",
    "find_round",
    "mark_released",
    "mark_sealed",
    "open_round",
    "reference",
    "set_invited",
]

NAME_LENGTH = 80
MOST_INVITED = 10_000_000
"""In one unit: as many as live in the nation."""
MAY_TAKE_PART = frozenset(OrganisationKind) - {OrganisationKind.NATION}
"""A municipality may answer as one unit, and so may a county; the nation is the sum of all."""


def create_round(
    session: Session,
    study: Study,
    *,
    name: str,
    version: str | None = None,
    unit_codes: Iterable[str],
    opens_on: date | None = None,
    closes_on: date | None = None,
    before: Round | None = None,
    folders: Sequence[Path] = (),
) -> Round:
    """A round in draft. `version` None takes the newest; `before` is the round that change is measured from.

    Raises Refusal: `study_ended`, `bad_round`, `round_exists`, `unknown_unit` (all unknown codes at once),
    `unknown_instrument`, `wrong_before`.
    """
    require_running(study)
    name = name.strip()
    if not is_name(name, NAME_LENGTH):
        raise Refusal(
            "bad_round", f"A round needs a name of 1 to {NAME_LENGTH} characters {NAME_RULE}", study=study.slug
        )
    if opens_on and closes_on and closes_on < opens_on:
        message = f"The round closes on {closes_on}, before it opens on {opens_on}; change one of the days"
        raise Refusal("bad_round", message, study=study.slug)
    if session.scalar(select(Round.id).where(Round.study_id == study.id, Round.name == name)) is not None:
        raise Refusal("round_exists", f"{study.slug} has a round {name!r} already; choose another name", round=name)
    if before is not None and before.study_id != study.id:
        message = f"{reference(before)} is of another study; change is measured within one study only"
        raise Refusal("wrong_before", message, round=name, before=reference(before))
    units = _units(session, unit_codes)
    round_ = Round(
        study=study,
        name=name,
        instrument_version=find_instrument(study.instrument, version, folders).instrument.version,
        state=RoundState.DRAFT,
        opens_on=opens_on,
        closes_on=closes_on,
        before=before,
        units=[RoundUnit(unit=unit) for unit in units],
    )
    session.add(round_)
    session.flush()
    return round_


def find_round(session: Session, which: int | str) -> Round:
    """A round by its id, or by `study/name`. Raises Refusal `unknown_round`, with the nearest name if one is near."""
    text = str(which).strip()
    slug, separator, name = text.partition("/")
    query = select(Round).join(Study)
    if separator:
        query = query.where(Study.slug == slug, Round.name == name)
    else:
        # Ids are whole numbers that the database can hold.
        query = query.where(Round.id == (int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0))
    found = session.scalar(query)
    if found is None:
        known = [f"{slug}/{name}" for slug, name in session.execute(select(Study.slug, Round.name).join(Round.study))]
        raise Refusal("unknown_round", f"There is no round {text!r}; {suggest(text, known)}", round=text)
    return found


def set_invited(session: Session, round_: Round, invited: Mapping[str, int]) -> None:
    """Say how many each unit invited, by unit code: without it there is no response rate.

    Raises Refusal: `unit_not_in_round` (all such codes at once), `bad_invited`, `wrong_round_state` once the results
    are frozen.
    """
    if round_.state == RoundState.RELEASED:
        raise refuse_state(round_, "have its invited counts changed", "make a new round")
    units = {row.unit.code: row for row in round_.units}
    strangers = [code for code in invited if code not in units]
    if strangers:
        remedy = suggest(strangers[0], units)
        message = f"Not in round {reference(round_)}: {', '.join(strangers)}; {remedy}"
        raise Refusal("unit_not_in_round", message, units=", ".join(strangers))
    wrong = [code for code, number in invited.items() if not 0 <= number <= MOST_INVITED]
    if wrong:
        message = f"No unit can invite that many: {', '.join(wrong)}; write a number from 0 to {MOST_INVITED}"
        raise Refusal("bad_invited", message, units=", ".join(wrong))
    for code, number in invited.items():
        units[code].invited = number
    session.flush()


def _units(session: Session, codes: Iterable[str]) -> list[OrganisationUnit]:
    units = find_units(session, codes)
    if any(unit.kind not in MAY_TAKE_PART for unit in units):
        raise Refusal("bad_round", "The nation cannot take part as a unit; choose counties, municipalities or units")
    if not group_ids(session).isdisjoint(unit.id for unit in units):
        raise Refusal("bad_round", "A merge group does not take part by itself; choose the units that it is made of")
    return units
