"""A group's way through the study's rounds on one scale."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from instruments.model import Comparability, Scale
from reports.charts import Focus
from reports.charts.over_rounds import RoundPoint
from reports.findings import Change, Estimate, Reason
from survey.web.office.research.library import OpenRelease
from survey.web.office.research.tables import finding_of
from survey.web.office.research.workbench.bench import Bench


@dataclass(frozen=True)
class Stop:
    """One round: what the group has there, and how the scale compares with the round before."""

    opened: OpenRelease
    focus: Focus | None
    """None where the group took no part, or is not the person's to read."""
    level: Estimate
    sd: float | None
    positive: Estimate
    change: Change | None
    before: str | None
    """Name of the round that the change is measured from."""
    comparable: Comparability | None
    """With the round before; None for the first."""

    @property
    def joined(self) -> bool:
        return self.comparable is not Comparability.NEW


def scales_of(bench: Bench) -> tuple[Scale, ...]:
    """The newest round's scales in their order, then those that only earlier rounds had."""
    found: dict[str, Scale] = {}
    for opened in reversed(bench.rounds):
        for scale in opened.instrument.scales:
            found.setdefault(scale.id, scale)
    return tuple(found.values())


def stops(bench: Bench, code: str, scale: Scale) -> tuple[Stop, ...]:
    """One for each round, in order."""
    found: list[Stop] = []
    for opened in bench.rounds:
        before = found[-1].opened if found else None
        focus = bench.focus(opened, code)
        finding = finding_of(focus.group, scale.id) if focus else None
        nothing = _nothing(opened, focus, scale)
        found.append(
            Stop(
                opened=opened,
                focus=focus,
                level=finding.level.mean if finding else nothing,
                sd=finding.level.sd if finding else None,
                positive=finding.level.positive if finding else nothing,
                change=finding.change if finding else None,
                before=opened.findings.before,
                comparable=bench.comparable(opened, before, scale.id) if before else None,
            )
        )
    return tuple(found)


def newest_run(line: Sequence[Stop]) -> tuple[Stop, ...]:
    """The last rounds in a row in which the scale is the same thing."""
    first = next((at for at in range(len(line) - 1, 0, -1) if not line[at].joined), 0)
    return tuple(line[first:])


def points_of(line: Sequence[Stop]) -> tuple[RoundPoint, ...]:
    return tuple(RoundPoint(stop.opened.findings.round, stop.level, stop.joined) for stop in line)


def _nothing(opened: OpenRelease, focus: Focus | None, scale: Scale) -> Estimate:
    asked = scale.id in opened.instrument.scales_by_id
    reason = (focus.group.reason or Reason.PROTECTED) if focus and asked else Reason.NOT_ASKED
    return Estimate(None, None, None, None, reason)
