"""Who answered: the share of those invited, group by group, now and in the earlier round."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from reports import wording
from reports.charts.analyst_phrases import phrase
from reports.charts.dot_rows import DotRow, axis_of, dot_rows, head, uncertain
from reports.charts.focus import Focus
from reports.charts.sketch import Chart, Sketch
from reports.estimates import Estimate, Reason, estimate, nothing
from reports.findings import GroupFinding
from reports.statistics.proportion import wilson
from reports.wording import PER_CENT

TOP = 20.0


@dataclass(frozen=True)
class Answered:
    """One group in one round."""

    name: str
    n: int | None
    invited: int | None
    rate: Estimate
    """Per cent, with Wilson's interval."""


def answered(group: GroupFinding, name: str) -> Answered:
    """All who were invited were asked, so the share is exact; the interval says how far chance alone moves a share of
    so many."""
    told = group.response_rate
    if told.value is None or not group.invited:
        return Answered(name, group.n, group.invited, nothing(told.reason or Reason.UNKNOWN_INVITED))
    between = wilson(told.value, group.invited)
    rate = estimate(
        100 * told.value,
        100 * float(between.low),
        100 * float(between.high),
        group.invited,
        Reason.UNKNOWN_INVITED,
    )
    return Answered(name, group.n, group.invited, rate)


def participation(focus: Focus, rows: Sequence[tuple[Answered, Answered | None]], *, width: float = 499.0) -> Chart:
    """Each row is a group now and, as a ring, in the earlier round."""
    language = focus.language
    sketch = Sketch(width)
    axis = axis_of(width, 0.0, 100.0)
    signs = [wording.number(end, language, 0) + PER_CENT.sign[language] for end in (0, 100)]
    head(sketch, axis, 13, (signs[0], signs[1]), uncertain(language, phrase(language, "share")))
    drawn = [
        DotRow(
            f"{now.name} ({of(now, language)})" if now.rate.value is not None else now.name,
            now.rate,
            wording.level(now.rate.value, language, PER_CENT),
            wording.level_interval(now.rate, language, PER_CENT),
            before.rate if before else None,
        )
        for now, before in rows
    ]
    bottom = dot_rows(sketch, axis, drawn, TOP, language)
    said = " ".join(
        f"{row.label}: {wording.level_estimate(now.rate, language, PER_CENT)}."
        for row, (now, _) in zip(drawn, rows, strict=True)
    )
    return sketch.finish(
        bottom + 2,
        title=phrase(language, "participation_title", group=focus.name, round=focus.round),
        description=said or phrase(language, "nothing_there"),
    )


def of(one: Answered, language: str) -> str:
    """64 av 88."""
    first = wording.NOTHING[language] if one.n is None else str(one.n)
    return f"{first} {wording.OF[language]} {one.invited}"
