"""One small panel a municipality over the rounds, all on the same axes."""

from __future__ import annotations

from flask_babel import gettext as _

from instruments.model import Scale
from reports.charts.panels import Panel, panels
from reports.sums import unit_of
from survey.web.office.research.workbench import shown, texts
from survey.web.office.research.workbench.asked import Asked
from survey.web.office.research.workbench.bench import Bench
from survey.web.office.research.workbench.places import Places, asked_places, nothing_below
from survey.web.office.research.workbench.shown import Cell, Column, Figure, Shown, Table
from survey.web.office.research.workbench.stops import points_of, stops


def make(bench: Bench, asked: Asked) -> Shown:
    places = asked_places(bench, asked)
    scale = asked.scale(places.focus)
    if not places.groups or scale is None:
        return Shown((), (nothing_below(),))
    return Shown((_figure(bench, places, scale),))


def _figure(bench: Bench, places: Places, scale: Scale) -> Figure:
    focus = places.focus
    title = _("%(scale)s: %(name)s", scale=focus.text(scale.title), name=focus.name)
    names = {group.code: group.name for group in sorted(places.groups, key=lambda group: group.name)}
    lines = {code: stops(bench, code, scale) for code in names}
    found = [Panel(names[code], points_of(line)) for code, line in lines.items()]
    whole = points_of(stops(bench, focus.code, scale))
    unit, language = unit_of(scale), bench.language
    rows: list[tuple[Cell, ...]] = [
        (
            shown.text(names[code]),
            shown.text(stop.opened.findings.round),
            shown.count(stop.level.n if stop.level.value is not None else None),
            shown.level(stop.level, language, unit),
            shown.interval(stop.level, language, unit),
            shown.text(texts.comparable_words(stop.comparable)),
        )
        for code, line in lines.items()
        for stop in line
    ]
    columns = (
        Column(_("Group")),
        Column(_("Round")),
        Column(_("Answers"), number=True),
        texts.level_column(unit),
        texts.interval_column(language),
        Column(_("The scale, beside the round before")),
    )
    return Figure(
        name="rutor",
        title=title,
        table=Table(columns, tuple(rows)),
        how_to_read=_(
            "One panel a group, all with the same axes, so that they can be compared by eye. The full line is the"
            " group, the dashed one the whole of %(name)s. Upright lines are %(uncertainty)s. A dash stands where"
            " nothing is shown.",
            name=focus.name_inside,
            uncertainty=texts.uncertainty(language),
        ),
        codes=places.codes,
        draw=lambda: panels(title, scale, language, found, whole),
    )
