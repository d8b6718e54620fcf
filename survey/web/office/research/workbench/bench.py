"""What there is to look at in a study: the newest release of each round, and the groups that the person may read."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from sqlalchemy import select
from sqlalchemy.orm import defer, joinedload, selectinload

from instruments.comparability import scales_comparable
from instruments.model import Comparability
from reports.charts import Focus
from survey.errors import Refusal
from survey.models import LARGEST_ID, Release, Round, RoundUnit, Study
from survey.web.office.database import reading
from survey.web.office.research import library
from survey.web.office.research.library import OpenRelease


@dataclass(frozen=True)
class Bench:
    """Rounds stand in the order that they were made in, so the last one is the newest."""

    study: Study
    releases: tuple[Release, ...]
    """The newest of each round that has a group of the person's; never empty."""
    language: str

    @cached_property
    def rounds(self) -> tuple[OpenRelease, ...]:
        """All of them opened: for a view over time. The others open one with `opened`."""
        return tuple(self.opened(release.round_id) for release in self.releases)

    def opened(self, round_id: int) -> OpenRelease:
        """The newest release of that round. Raises KeyError for a round that is not here."""
        if round_id not in self._opened:
            release = next((one for one in self.releases if one.round_id == round_id), None)
            if release is None:
                raise KeyError(round_id)
            self._opened[round_id] = library.find_release(release.id)
        return self._opened[round_id]

    @cached_property
    def _opened(self) -> dict[int, OpenRelease]:
        return {}

    @cached_property
    def _compared(self) -> dict[tuple[int, int], dict[str, Comparability]]:
        return {}

    @property
    def newest(self) -> OpenRelease:
        return self.opened(self.releases[-1].round_id)

    def focus(self, opened: OpenRelease, code: str) -> Focus | None:
        """The group in that round; None where it took no part, or is not the person's to read."""
        return opened.focus(code, self.language) if code in opened.codes else None

    def comparable(self, now: OpenRelease, before: OpenRelease, scale_id: str) -> Comparability:
        """What a scale of one round is to the same scale of an earlier one; NEW where no line may join them."""
        pair = now.release.round_id, before.release.round_id
        if pair not in self._compared:
            self._compared[pair] = scales_comparable(now.instrument, before.instrument)
        return self._compared[pair].get(scale_id, Comparability.NEW)

    def exportable(self, codes: frozenset[str]) -> bool:
        """Whether the person may have these groups' numbers as files, from every round that has them."""
        groups = [(opened, codes & opened.codes) for opened in self._opened.values()]
        return all(shown <= opened.exportable for opened, shown in groups) and any(shown for _, shown in groups)


def not_here() -> Refusal:
    return Refusal("view_not_here", "there is nothing here that this account may see; ask who sent the address")


def open_bench(study_id: int, language: str) -> Bench:
    """Raises Refusal `view_not_here` where there is no such study, nothing of it is released, or none of its groups is
    the person's: whoever was sent an address does not learn from it which.
    """
    study = reading().get(Study, study_id) if study_id <= LARGEST_ID else None
    if study is None:
        raise not_here()
    query = (
        select(Release)
        .join(Release.round)
        .where(Round.study_id == study_id)
        # What a release says is long: only those that are looked at are read.
        .options(defer(Release.findings), joinedload(Release.round))
        .options(selectinload(Release.reports))
        .order_by(Release.round_id, Release.id)
    )
    newest = {release.round_id: release for release in reading().scalars(query)}
    if not newest:
        raise not_here()
    units: dict[int, list[int]] = {}
    for round_id, unit_id in reading().execute(
        select(RoundUnit.round_id, RoundUnit.unit_id).where(RoundUnit.round_id.in_(newest))
    ):
        units.setdefault(round_id, []).append(unit_id)
    mine = tuple(release for release in newest.values() if library.concerns_person(units.get(release.round_id, ())))
    if not mine:
        raise not_here()
    return Bench(study, mine, language)
