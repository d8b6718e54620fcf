"""Which releases, and which groups of a release, a person may read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from flask import abort
from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from instruments.model import Instrument
from reports.charts import Focus
from reports.disclosure import Disclosed
from reports.findings import Findings, GroupFinding
from survey.accounts.roles import Action
from survey.models import LARGEST_ID, MIXED, FreeText, Release, ReportFile, Round, Study, TextState
from survey.releases.freeze import open_release
from survey.web import current_services
from survey.web.office import access
from survey.web.office.database import reading


@dataclass(frozen=True)
class OpenRelease:
    """A release with the groups that this person may read. There is always at least one."""

    release: Release
    disclosed: Disclosed
    instrument: Instrument
    codes: frozenset[str]
    exportable: frozenset[str]
    """Those of `codes` that the person may also have as files of figures."""

    @property
    def findings(self) -> Findings:
        return self.disclosed.findings

    @cached_property
    def groups(self) -> tuple[GroupFinding, ...]:
        """The person's groups, parents before children."""
        return tuple(group for group in self.findings.groups if group.code in self.codes)

    @cached_property
    def lead(self) -> GroupFinding:
        """The group that the release is about for this person: the uppermost one that is not alone in its parent.

        A study in one county begins with the county, although the nation stands above it with the same answers.
        """
        group = self.groups[0]
        while len(below := self._below(group.code)) == 1:
            group = below[0]
        return group

    def _below(self, code: str) -> list[GroupFinding]:
        return [group for group in self.groups if group.parent == code]

    @cached_property
    def reports(self) -> dict[str, ReportFile]:
        """The finished reports of the person's groups, by group code."""
        return {file.group_code: file for file in self.release.reports if file.group_code in self.codes}

    def focus(self, code: str, language: str) -> Focus:
        return Focus(self.disclosed, self.instrument, code, language)


def find_release(release_id: int) -> OpenRelease:
    """The release, opened for the person who asks. 404 where there is none, 403 where no group of it is theirs."""
    session = reading()
    if release_id > LARGEST_ID or session.get(Release, release_id) is None:
        abort(404)
    folders = current_services().instrument_folders
    release, disclosed, instrument = open_release(session, release_id, folders=folders)
    present = [group.code for group in disclosed.findings.groups]
    codes = _allowed(Action.SEE_RESULTS, present)
    if not codes:
        abort(403)
    return OpenRelease(release, disclosed, instrument, codes, _allowed(Action.EXPORT_RESULTS, present))


def newer_release(release: Release) -> Release | None:
    """The newest release of the same round, if this one is older."""
    query = select(Release).where(Release.round_id == release.round_id, Release.id > release.id)
    return reading().scalars(query.order_by(Release.id.desc())).first()


def replaced(releases: Iterable[Release]) -> frozenset[int]:
    """Ids of those that a later one of the same round has come after."""
    newest: dict[int, int] = {}
    ids = [(release.id, release.round_id) for release in releases]
    for release_id, round_id in ids:
        newest[round_id] = max(release_id, newest.get(round_id, 0))
    return frozenset(release_id for release_id, round_id in ids if release_id < newest[round_id])


def _allowed(action: Action, codes: Iterable[str]) -> frozenset[str]:
    person = access.person()
    units = person.tree.by_code
    return frozenset(code for code in codes if code in units and person.may(action, units[code].id))


def may_take_rows(round_: Round) -> bool:
    """Rows are of the whole round, so they need the right in every unit that took part."""
    person = access.person()
    mixed = round_.state in MIXED
    return mixed and all(person.may(Action.EXPORT_MICRODATA, unit.unit_id) for unit in round_.units)


def rounds_with_rows() -> list[Round]:
    """The sealed and released rounds whose rows the person may take out, newest first."""
    if not access.person().has(Action.EXPORT_MICRODATA):
        return []
    query = select(Round).where(Round.state.in_(MIXED)).order_by(Round.id.desc())
    with_parts = query.options(joinedload(Round.study), selectinload(Round.units))
    return [round_ for round_ in reading().scalars(with_parts) if may_take_rows(round_)]


def stem(opened: OpenRelease) -> str:
    """What the name of every file of a release begins with; a table has no other room to say that it is made up."""
    made_up = "simulerad-" if opened.findings.simulated else ""
    return f"{made_up}{opened.release.round.study.slug}-{opened.release.round_id}-{opened.release.digest[:8]}"


def studies_with_releases() -> list[tuple[Study, list[Release]]]:
    """Studies by title with their releases, newest first; only those with a group that the person may read."""
    query = (
        select(Release)
        .join(Release.round)
        .join(Round.study)
        .options(joinedload(Release.round).joinedload(Round.study), joinedload(Release.round).selectinload(Round.units))
        .order_by(Study.title, Release.created_at.desc(), Release.id.desc())
    )
    found: dict[int, tuple[Study, list[Release]]] = {}
    for release in reading().scalars(query):
        if concerns_person(unit.unit_id for unit in release.round.units):
            study = release.round.study
            found.setdefault(study.id, (study, []))[1].append(release)
    return list(found.values())


def concerns_person(unit_ids: Iterable[int]) -> bool:
    """Whether any unit that took part, or any group that it is counted in, is the person's to read."""
    person = access.person()
    return any(
        person.may(Action.SEE_RESULTS, node_id)
        for unit_id in unit_ids
        for node_id in (unit_id, *(node.id for node in person.tree.ancestors(unit_id)))
    )


def rounds_to_read() -> list[Round]:
    """Rounds with texts that nobody has read, of studies whose texts the person may read."""
    person = access.person()
    waiting = select(FreeText.round_id).where(FreeText.state == TextState.UNREAD)
    query = select(Round).join(Study).where(Round.id.in_(waiting)).order_by(Study.title, Round.id)
    found = reading().scalars(query.options(joinedload(Round.study)))
    return [round_ for round_ in found if person.may(Action.READ_TEXTS, round_.study.owner_id)]
