"""The first page: every study in the person's nodes with its rounds, their state and their counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import render_template
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from survey.accounts.roles import Action
from survey.fieldwork.ending import is_running
from survey.models import Round, Study
from survey.web.office import access
from survey.web.office.admin import blueprint
from survey.web.office.admin.counting import Counted, counted
from survey.web.office.database import reading
from survey.web.office.layout import day


@dataclass(frozen=True)
class RoundLine:
    round: Round
    answers: str
    """How many have answered, in words; empty where there is nothing to say."""
    dates: str


@dataclass(frozen=True)
class StudyEntry:
    study: Study
    rounds: tuple[RoundLine, ...]
    """Newest first."""
    may_manage: bool
    may_end: bool
    """A linked study whose rounds are all sealed or have never been opened."""


@blueprint.get("/")
@access.login_required
def overview() -> str:
    access.require_somewhere(Action.SEE_ROUNDS)
    studies = _studies()
    counts = counted(round_.id for study in studies for round_ in study.rounds)
    return render_template(
        "office/admin/overview.html",
        studies=[_entry(study, counts) for study in studies],
        may_create=access.person().has(Action.MANAGE_ROUNDS),
    )


def _studies() -> Sequence[Study]:
    ids = [node.id for node in access.person().reach(Action.SEE_ROUNDS)]
    query = (
        select(Study)
        .where(Study.owner_id.in_(ids))
        .options(joinedload(Study.owner), selectinload(Study.rounds))
        .order_by(Study.title, Study.id)
    )
    return reading().scalars(query).all()


def _entry(study: Study, counts: Mapping[int, Counted]) -> StudyEntry:
    lines = tuple(RoundLine(round_, counts[round_.id].sentence, _dates(round_)) for round_ in reversed(study.rounds))
    person, owner = access.person(), study.owner_id
    may_end = study.linked and not is_running(study) and person.may(Action.RELEASE_ROUNDS, owner)
    return StudyEntry(study, lines, person.may(Action.MANAGE_ROUNDS, owner), may_end)


def _dates(round_: Round) -> str:
    """The days that respondents are told, as far as they are set."""
    if round_.opens_on and round_.closes_on:
        return f"{day(round_.opens_on)} – {day(round_.closes_on)}"
    if round_.opens_on:
        return str(_("from %(day)s", day=day(round_.opens_on)))
    if round_.closes_on:
        return str(_("until %(day)s", day=day(round_.closes_on)))
    return ""
