"""A round's counts as a page tells them. `fieldwork.counts` decides what may be told, and when."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from flask_babel import gettext as _

from survey.fieldwork.counts import RoundCounts, UnitCount, live_counts
from survey.models import Round
from survey.web import current_services
from survey.web.office.database import writing


@dataclass(frozen=True)
class Counted:
    counts: RoundCounts

    @cached_property
    def _by_unit(self) -> dict[int, UnitCount]:
        return {unit.unit_id: unit for unit in self.counts.units}

    @property
    def shows_units(self) -> bool:
        """Whether the counts are told unit by unit: while the answers lie in the urn."""
        return any(unit.answered is not None for unit in self.counts.units)

    def of(self, unit_id: int) -> str:
        """A unit's count as it is known: at least so many, or fewer than the first step."""
        answered = self._by_unit[unit_id].answered
        if answered is None:
            return "–"
        if not answered:
            return str(_("fewer than %(step)s", step=self.counts.step))
        return str(_("at least %(n)s", n=answered))

    @property
    def counted_at(self) -> datetime | None:
        """When the oldest of the counts was made: none is older."""
        return min((unit.counted_at for unit in self.counts.units if unit.counted_at), default=None)

    @property
    def sentence(self) -> str:
        """How many have answered, as one says it. A count is never more than the truth: hence "at least"."""
        answered, invited = self.counts.answered, self.counts.invited
        if answered is None:
            return ""
        if not answered:
            said = _("Fewer than %(step)s answers so far", step=self.counts.step)
        elif invited is None:
            said = _("At least %(n)s have answered", n=answered)
        else:
            said = _("At least %(n)s of %(invited)s have answered", n=answered, invited=invited)
        return str(said)


def counted(round_ids: Iterable[int]) -> dict[int, Counted]:
    """Each round's counts as they may be shown now. A short transaction of its own: what is shown is kept."""
    now = current_services().clock()
    with writing() as session:
        return {
            round_id: Counted(live_counts(session, session.get_one(Round, round_id), now)) for round_id in round_ids
        }
