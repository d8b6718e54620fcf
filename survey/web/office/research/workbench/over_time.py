"""Every scale over the study's rounds: the level with its uncertainty, and the change with its verdict in words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from flask_babel import gettext as _

from instruments.model import Comparability, Scale
from reports import wording
from reports.charts import Focus
from reports.charts.over_rounds import RoundPoint, over_rounds
from reports.charts.phrases import phrase
from reports.findings import Change, Estimate, Reason
from reports.sums import unit_of
from survey.web.office.research.library import OpenRelease
from survey.web.office.research.tables import finding_of
from survey.web.office.research.workbench import shown
from survey.web.office.research.workbench.asked import Asked
from survey.web.office.research.workbench.bench import Bench
from survey.web.office.research.workbench.shown import Column, Figure, Shown, Table


@dataclass(frozen=True)
class Stop:
    """One round of the line: what the group has there, and how the scale compares with the round before."""

    opened: OpenRelease
    focus: Focus | None
    level: Estimate
    change: Change | None
    before: str | None
    """Name of the round that the change is measured from."""
    comparable: Comparability | None
    """With the round before on the line; None for the first."""


def make(bench: Bench, asked: Asked) -> Shown:
    code = asked.group_anywhere(bench)
    return Shown(tuple(_figure(bench, code, scale) for scale in scales_of(bench)))


def scales_of(bench: Bench) -> tuple[Scale, ...]:
    """The newest round's scales in their order, then those that only earlier rounds had."""
    found: dict[str, Scale] = {}
    for opened in reversed(bench.rounds):
        for scale in opened.instrument.scales:
            found.setdefault(scale.id, scale)
    return tuple(found.values())


def stops(bench: Bench, code: str, scale: Scale) -> Iterator[Stop]:
    """One for each round."""
    before: OpenRelease | None = None
    for opened in bench.rounds:
        focus = bench.focus(opened, code)
        finding = finding_of(focus.group, scale.id) if focus else None
        yield Stop(
            opened=opened,
            focus=focus,
            level=finding.level.mean if finding else _nothing(opened, focus, scale),
            change=finding.change if finding else None,
            before=opened.findings.before,
            comparable=bench.comparable(opened, before, scale.id) if before else None,
        )
        before = opened


def _nothing(opened: OpenRelease, focus: Focus | None, scale: Scale) -> Estimate:
    asked = scale.id in opened.instrument.scales_by_id
    reason = (focus.group.reason or Reason.PROTECTED) if focus and asked else Reason.NOT_ASKED
    return Estimate(None, None, None, None, reason)


def _figure(bench: Bench, code: str, scale: Scale) -> Figure:
    line = tuple(stops(bench, code, scale))
    name = next(stop.focus.name for stop in reversed(line) if stop.focus)
    title = next(stop.focus for stop in reversed(line) if stop.focus).text(scale.title)
    points = [
        RoundPoint(stop.opened.findings.round, stop.level, stop.comparable is not Comparability.NEW) for stop in line
    ]
    return Figure(
        name=scale.id.replace("_", "-"),
        title=title,
        table=_table(line, scale, bench.language),
        how_to_read=_how(bench.language),
        codes=frozenset({code}),
        draw=lambda: over_rounds(f"{title}, {name}", scale, bench.language, points),
    )


def _table(line: tuple[Stop, ...], scale: Scale, language: str) -> Table:
    unit = unit_of(scale)
    rows = tuple(
        (
            shown.text(stop.opened.findings.round),
            shown.count(stop.level.n),
            shown.level(stop.level, language, unit),
            shown.interval(stop.level, language, unit),
            shown.text(stop.before or "–"),
            shown.change(stop.change.difference if stop.change else None, language, unit),
            shown.verdict(_verdict(stop.change), language),
            shown.text(comparable_words(stop.comparable)),
        )
        for stop in line
    )
    return Table(
        (
            Column(_("Round")),
            Column(_("Answers"), number=True),
            Column(_("Level"), number=True),
            interval_column(language),
            Column(_("Change since")),
            Column(_("Change"), in_file=(_("Change"), *ends(language))),
            Column(_("Verdict")),
            Column(_("The scale, beside the round before")),
        ),
        rows,
    )


def interval_column(language: str) -> Column:
    return Column(phrase(language, "uncertainty"), number=True, in_file=ends(language))


def ends(language: str) -> tuple[str, str]:
    """The heads of an interval's two ends in a file: the same as in the other files of a release."""
    return {"sv": ("Lägst 95 %", "Högst 95 %"), "en": ("Low 95 %", "High 95 %")}[wording.language_of(language)]


def _verdict(change: Change | None) -> shown.Verdict | None:
    return change.verdict if change and change.difference.value is not None else None


def comparable_words(found: Comparability | None) -> str:
    """How a scale compares with the one of the round before."""
    if found is None:
        return "–"
    words = {
        Comparability.SAME: _("the same"),
        Comparability.REWORDED: _("reworded, may be compared"),
        Comparability.NEW: _("another, cannot be compared"),
    }
    return words[found]


def _how(language: str) -> str:
    return str(
        _(
            "Each point is the group's level in one round; the line through it is %(uncertainty)s. Points are joined"
            " only where the scale was asked and scored so that the rounds can be compared. The axis shows the part of"
            " the scale that the points lie in. Whether a change is more than chance stands in the table: the verdict"
            " also takes account of those who answered in both rounds, which the eye cannot.",
            uncertainty=phrase(language, "uncertainty"),
        )
    )
