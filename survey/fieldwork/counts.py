"""How many have answered, told so that nobody can see one answer arrive.

A unit with at least 50 invited is counted once an hour. A smaller one, or one that has not said how many it invited, is
counted once a day and shown in steps of 5. The round's total adds the units counted hourly to the others *together*:
those are counted hourly if they have at least 50 invited between them. If not, the total is the sum of what is shown,
since a finer total would give a small unit away as the difference.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from survey.models import LiveCount, Response, Round, RoundState, RoundUnit, UrnBox

HOURLY_FROM = 50
"""Invited persons."""
STEP = 5
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
TOGETHER = 0
"""`live_count.unit_id` of the units that are counted daily, taken together."""


@dataclass(frozen=True)
class UnitCount:
    unit_id: int
    code: str
    name: str
    invited: int | None
    answered: int | None
    """None in a draft, and after sealing: then the release says what may be said."""
    hourly: bool
    """False: counted daily, in steps of 5."""
    counted_at: datetime | None


@dataclass(frozen=True)
class RoundCounts:
    units: tuple[UnitCount, ...]
    """By unit code."""
    invited: int | None
    """None if some unit has not said how many."""
    answered: int | None
    """None in a draft, and after sealing if there are fewer than k."""


def live_counts(session: Session, round_: Round, now: datetime) -> RoundCounts:
    """The counts as they may be shown now. Keeps what it shows: call it in a session that is committed."""
    rows = sorted(round_.units, key=lambda row: row.unit.code)
    invited = None if any(row.invited is None for row in rows) else sum(row.invited or 0 for row in rows)
    if round_.state not in (RoundState.OPEN, RoundState.CLOSED):
        return RoundCounts(tuple(_unit(row, None) for row in rows), invited, _responses(session, round_))
    # Two who look at once must not both count; a respondent who submits is not held up by this lock.
    session.execute(select(Round.id).where(Round.id == round_.id).with_for_update(key_share=True))
    counter = _Counter(session, round_.id, now)
    units = tuple(_unit(row, counter.of(row.unit_id, _is_hourly(row))) for row in rows)
    daily = [row for row in rows if not _is_hourly(row)]
    answered = sum(unit.answered or 0 for unit in units)
    if sum(row.invited or 0 for row in daily) >= HOURLY_FROM:
        coarse = sum(unit.answered or 0 for unit in units if not unit.hourly)
        answered += counter.together([row.unit_id for row in daily]).shown - coarse
    session.flush()
    return RoundCounts(units, invited, answered)


class _Counter:
    """Counts what is due and gives back the last count of what is not."""

    def __init__(self, session: Session, round_id: int, now: datetime) -> None:
        self.session, self.round_id, self.now = session, round_id, now
        query = select(LiveCount).where(LiveCount.round_id == round_id).execution_options(populate_existing=True)
        self.kept = {count.unit_id: count for count in session.scalars(query)}
        self._in_urn: Mapping[int, int] | None = None

    def of(self, unit_id: int, hourly: bool) -> LiveCount:
        count = self.in_urn().get(unit_id, 0)
        return self._shown(unit_id, count if hourly else count - count % STEP, HOUR if hourly else DAY)

    def together(self, unit_ids: list[int]) -> LiveCount:
        return self._shown(TOGETHER, sum(self.in_urn().get(unit_id, 0) for unit_id in unit_ids), HOUR)

    def in_urn(self) -> Mapping[int, int]:
        if self._in_urn is None:
            query = select(UrnBox.unit_id, func.count().label("boxes")).where(UrnBox.round_id == self.round_id)
            rows = self.session.execute(query.group_by(UrnBox.unit_id))
            self._in_urn = {row.unit_id: row.boxes for row in rows}
        return self._in_urn

    def _shown(self, unit_id: int, count: int, every: timedelta) -> LiveCount:
        kept = self.kept.get(unit_id)
        if kept is None:
            kept = LiveCount(round_id=self.round_id, unit_id=unit_id, shown=count, counted_at=self.now)
            self.session.add(kept)
        elif self.now - kept.counted_at >= every:
            kept.shown, kept.counted_at = count, self.now
        return kept


def _is_hourly(row: RoundUnit) -> bool:
    return (row.invited or 0) >= HOURLY_FROM


def _unit(row: RoundUnit, count: LiveCount | None) -> UnitCount:
    return UnitCount(
        unit_id=row.unit_id,
        code=row.unit.code,
        name=row.unit.name,
        invited=row.invited,
        answered=count.shown if count else None,
        hourly=_is_hourly(row),
        counted_at=count.counted_at if count else None,
    )


def _responses(session: Session, round_: Round) -> int | None:
    """All of a mixed round's responses, if there are at least k."""
    count = session.scalar(select(func.count()).where(Response.round_id == round_.id)) or 0
    return count if count >= round_.study.k else None
