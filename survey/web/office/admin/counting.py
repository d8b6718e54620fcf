"""A round's counts as a page tells them. `fieldwork.counts` decides what may be told, and when."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from flask_babel import gettext as _

from survey.fieldwork.counts import STEP, RoundCounts, UnitCount, live_counts
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
        """A unit's count as it is known: the number, or the step of five that it lies in."""
        unit = self._by_unit[unit_id]
        if unit.answered is None:
            return "–"
        return str(unit.answered) if unit.hourly else f"{unit.answered}–{unit.answered + STEP - 1}"

    @property
    def counted_at(self) -> datetime | None:
        """When the oldest of the counts was made: none is older."""
        return min((unit.counted_at for unit in self.counts.units if unit.counted_at), default=None)

    @property
    def sentence(self) -> str:
        """How many have answered, as one says it. A live count is never more than the truth: hence "at least"."""
        answered, invited = self.counts.answered, self.counts.invited
        if answered is None:
            return ""
        if self.shows_units and not answered:
            said = _("No answers counted yet")
        elif self.shows_units and invited is None:
            said = _("At least %(n)s have answered", n=answered)
        elif self.shows_units:
            said = _("At least %(n)s of %(invited)s have answered", n=answered, invited=invited)
        elif invited is None:
            said = _("%(n)s answered", n=answered)
        else:
            said = _("%(n)s of %(invited)s answered", n=answered, invited=invited)
        return str(said)


def counted(round_ids: Iterable[int]) -> dict[int, Counted]:
    """Each round's counts as they may be shown now. A short transaction of its own: what is shown is kept."""
    now = current_services().clock()
    with writing() as session:
        return {
            round_id: Counted(live_counts(session, session.get_one(Round, round_id), now)) for round_id in round_ids
        }
