"""How many have answered, told in steps of k, so that nobody sees one answer arrive or the count of a small unit.

A count says "at least": the largest multiple of k that is not more than the truth. A unit that had invited at least 50
when the round opened is counted once an hour; a smaller one, or one that had not said, once a day. What was invited at
opening decides, so that nobody can quicken a count afterwards. docs/decisions/0007 says why no count is exact.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from survey.models import LiveCount, Response, Round, RoundState, RoundUnit, UrnBox

HOURLY_FROM = 50
"""Invited persons."""
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
TOGETHER = 0
"""`live_count.unit_id` of all units taken together."""


@dataclass(frozen=True)
class UnitCount:
    unit_id: int
    code: str
    name: str
    invited: int | None
    answered: int | None
    """At least so many; None in a draft, and after sealing: then the release says what may be said."""
    hourly: bool
    """False: counted daily."""
    counted_at: datetime | None


@dataclass(frozen=True)
class RoundCounts:
    units: tuple[UnitCount, ...]
    """By unit code."""
    invited: int | None
    """None if some unit has not said how many."""
    answered: int | None
    """At least so many; None in a draft, and after sealing if there are fewer than k."""
    step: int
    """Every count is a multiple of it: the study's k."""


def live_counts(session: Session, round_: Round, now: datetime) -> RoundCounts:
    """The counts as they may be shown now. Keeps what it shows: call it in a session that is committed."""
    rows = sorted(round_.units, key=lambda row: row.unit.code)
    invited = None if any(row.invited is None for row in rows) else sum(row.invited or 0 for row in rows)
    step = round_.study.k
    if round_.state not in (RoundState.OPEN, RoundState.CLOSED):
        return RoundCounts(tuple(_unit(row, None) for row in rows), invited, _responses(session, round_), step)
    # Two who look at once must not both count; a respondent who submits is not held up by this lock.
    session.execute(select(Round.id).where(Round.id == round_.id).with_for_update(key_share=True))
    counter = _Counter(session, round_.id, step, now)
    units = tuple(_unit(row, counter.of(row.unit_id, is_hourly(row.invited_at_opening))) for row in rows)
    together = counter.together(is_hourly(sum(row.invited_at_opening or 0 for row in rows)))
    session.flush()
    return RoundCounts(units, invited, total_told([unit.answered or 0 for unit in units], together.shown, step), step)


def is_hourly(invited: int | None) -> bool:
    return (invited or 0) >= HOURLY_FROM


def total_told(units: Sequence[int], together: int, step: int) -> int:
    """What is told of the whole round, given what is told of each unit and the count of all together.

    A unit told as `c` has c to c + step - 1. A total finer than the sum of those could fix one of them: all are at
    their highest if it says so. It is therefore at most the sum plus (units - 1)(step - 1), down to a whole step: then
    every unit may have any number within its step, whatever is known of the others' counts. With one or two units that
    is the sum itself.
    """
    told = sum(units)
    more = min(max(together - told, 0), max(len(units) - 1, 0) * (step - 1))
    return told + more - more % step


class _Counter:
    """Counts what is due and gives back the last count of what is not."""

    def __init__(self, session: Session, round_id: int, step: int, now: datetime) -> None:
        self.session, self.round_id, self.step, self.now = session, round_id, step, now
        query = select(LiveCount).where(LiveCount.round_id == round_id).execution_options(populate_existing=True)
        self.kept = {count.unit_id: count for count in session.scalars(query)}
        self._in_urn: Mapping[int, int] | None = None

    def of(self, unit_id: int, hourly: bool) -> LiveCount:
        return self._shown(unit_id, self.in_urn().get(unit_id, 0), hourly)

    def together(self, hourly: bool) -> LiveCount:
        return self._shown(TOGETHER, sum(self.in_urn().values()), hourly)

    def in_urn(self) -> Mapping[int, int]:
        if self._in_urn is None:
            query = select(UrnBox.unit_id, func.count().label("boxes")).where(UrnBox.round_id == self.round_id)
            rows = self.session.execute(query.group_by(UrnBox.unit_id))
            self._in_urn = {row.unit_id: row.boxes for row in rows}
        return self._in_urn

    def _shown(self, unit_id: int, count: int, hourly: bool) -> LiveCount:
        told = count - count % self.step
        kept = self.kept.get(unit_id)
        if kept is None:
            kept = LiveCount(round_id=self.round_id, unit_id=unit_id, shown=told, counted_at=self.now)
            self.session.add(kept)
        elif self.now - kept.counted_at >= (HOUR if hourly else DAY):
            kept.shown, kept.counted_at = told, self.now
        return kept


def _unit(row: RoundUnit, count: LiveCount | None) -> UnitCount:
    return UnitCount(
        unit_id=row.unit_id,
        code=row.unit.code,
        name=row.unit.name,
        invited=row.invited,
        answered=count.shown if count else None,
        hourly=is_hourly(row.invited_at_opening),
        counted_at=count.counted_at if count else None,
    )


def _responses(session: Session, round_: Round) -> int | None:
    """All of a mixed round's responses, in steps too: what came late must not be told before it is released."""
    count = session.scalar(select(func.count()).where(Response.round_id == round_.id)) or 0
    return count - count % round_.study.k or None
