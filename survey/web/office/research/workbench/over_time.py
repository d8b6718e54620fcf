"""Every scale over the study's rounds: the level with its uncertainty, and the change with its verdict in words."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import gettext as _

from instruments.model import Scale
from reports import wording
from reports.analyst_findings import Trend
from reports.charts import Focus
from reports.charts.over_rounds import over_rounds
from reports.findings import Change, Verdict
from reports.rounds_line import FEWEST_FOR_LINE, LevelsTrend, levels_trend
from reports.sums import unit_of
from survey.web.office.research.workbench import shown, texts
from survey.web.office.research.workbench.asked import Asked
from survey.web.office.research.workbench.bench import Bench
from survey.web.office.research.workbench.shown import Column, Figure, Shown, Table
from survey.web.office.research.workbench.stops import Stop, newest_run, points_of, scales_of, stops


def make(bench: Bench, asked: Asked) -> Shown:
    code = asked.group_anywhere(bench)
    figures = tuple(_figure(bench, code, scale) for scale in scales_of(bench))
    return Shown(figures, says=() if len(bench.releases) > 1 else (_("There is one round so far, and so no change."),))


def _figure(bench: Bench, code: str, scale: Scale) -> Figure:
    line, language = stops(bench, code, scale), bench.language
    focus = next(stop.focus for stop in reversed(line) if stop.focus)
    run = newest_run(line)
    trend = levels_trend([stop.level for stop in run], [stop.sd for stop in run])
    mixed = _mixed(focus, scale)
    # Of the release's own line the slope is told, not the height: there is nothing to draw of it.
    heights = _heights(line, run, trend) if mixed is None else ()
    title = focus.text(scale.title)
    return Figure(
        name=scale.id.replace("_", "-"),
        title=title,
        table=_table(line, scale, language),
        how_to_read=_how(language),
        codes=frozenset({code}),
        draw=(lambda: over_rounds(f"{title}, {focus.name}", scale, language, points_of(line), line=heights))
        if any(stop.level.value is not None for stop in line)
        else None,
        says=tuple(_says(bench, scale, run, mixed, trend)),
    )


def _heights(line: Sequence[Stop], run: Sequence[Stop], trend: LevelsTrend) -> tuple[float | None, ...]:
    """The dashed line's height at each round; None before the rounds that it goes through."""
    return (*(None for _stop in line[len(run) :]), *trend.heights) if trend.heights else ()


def _says(bench: Bench, scale: Scale, run: Sequence[Stop], mixed: Trend | None, trend: LevelsTrend) -> list[str]:
    """The newest change, and the line through the rounds, named for what it is."""
    language, unit = bench.language, unit_of(scale)
    said = []
    last = run[-1] if run else None
    if last and last.change and last.change.difference.value is not None:
        change = wording.change_estimate(last.change.difference, language, unit)
        verdict = wording.verdict(last.change.verdict, language)
        said.append(_("Since %(before)s: %(change)s, %(verdict)s.", before=last.before, change=change, verdict=verdict))
        if last.change.holm_overruled:
            said.append(
                _("The interval leaves nought out, but that is not enough when several scales are tested at once.")
            )
    if mixed is not None:
        by = {
            "mixed": _("by a mixed model of the persons followed"),
            "units": _("by a mixed model of the units; nobody is followed"),
        }
        said.append(
            _(
                "Over %(rounds)s rounds: %(slope)s a round, %(by)s.",
                rounds=len(mixed.rounds),
                slope=wording.change_estimate(mixed.slope, language, unit),
                by=by.get(mixed.method, mixed.method),
            )
        )
    elif trend.slope.value is not None:
        said.append(
            _(
                "Over %(rounds)s rounds: %(slope)s a round, by a straight line through the levels. The line knows the"
                " levels only, not who answered more than once.",
                rounds=trend.slope.n,
                slope=wording.change_estimate(trend.slope, language, unit),
            )
        )
    elif len(run) > 1:
        said.append(_("A line through the rounds needs at least %(n)s that can be compared.", n=FEWEST_FOR_LINE))
    return said


def _mixed(focus: Focus, scale: Scale) -> Trend | None:
    """The release's own line, of all who took part: it is this group's where nobody took part outside it."""
    if focus.group.n is None or focus.group.n != focus.findings.groups[0].n:
        return None
    found = next((one for one in focus.findings.analyst.trends if one.scale == scale.id), None)
    return found if found is not None and found.slope.value is not None else None


def _table(line: Sequence[Stop], scale: Scale, language: str) -> Table:
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
            shown.text(texts.comparable_words(stop.comparable)),
        )
        for stop in line
    )
    return Table(
        (
            Column(_("Round")),
            Column(_("Answers"), number=True),
            texts.level_column(unit),
            texts.interval_column(language),
            Column(_("Change since")),
            texts.change_column(language),
            Column(_("Verdict")),
            Column(_("The scale, beside the round before")),
        ),
        rows,
    )


def _verdict(change: Change | None) -> Verdict | None:
    return change.verdict if change and change.difference.value is not None else None


def _how(language: str) -> str:
    return str(
        _(
            "Each point is the group's level in one round; the line through it is %(uncertainty)s. Points are joined"
            " only where the scale was asked and scored so that the rounds can be compared. The axis shows the part of"
            " the scale that the points lie in. Whether a change is more than chance stands in the table: the verdict"
            " also takes account of those who answered in both rounds, which the eye cannot.",
            uncertainty=texts.uncertainty(language),
        )
    )
