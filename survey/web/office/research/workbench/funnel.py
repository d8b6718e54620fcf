"""Municipalities as a funnel: who stands apart, given how many answered there."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import gettext as _

from instruments.model import Scale
from reports import wording
from reports.areas import FEWEST_AREAS, Area, Funnel, funnel
from reports.charts import Focus
from reports.charts.funnel_plot import funnel_plot
from reports.findings import Reason
from reports.sums import unit_of
from reports.wording import listing
from survey.web.office.research.workbench import shown, texts
from survey.web.office.research.workbench.asked import Asked
from survey.web.office.research.workbench.bench import Bench
from survey.web.office.research.workbench.places import Places, asked_places, nothing_below
from survey.web.office.research.workbench.shown import Cell, Column, Figure, Shown, Table


def make(bench: Bench, asked: Asked) -> Shown:
    places = asked_places(bench, asked)
    scale = asked.scale(places.focus)
    if not places.groups or scale is None:
        return Shown((), (nothing_below(),))
    return Shown((_figure(places, scale),))


def _figure(places: Places, scale: Scale) -> Figure:
    focus, areas = places.focus, places.areas(scale)
    found = funnel(focus, scale.id, areas)
    title = _("%(scale)s: %(name)s", scale=focus.text(scale.title), name=focus.name)
    return Figure(
        name="tratt",
        title=title,
        table=_table(areas, found, scale, focus),
        how_to_read=_how(),
        codes=places.codes,
        draw=(lambda: funnel_plot(title, scale, focus.language, areas, found)) if found else None,
        says=_says(areas, found, focus.language),
        notes=_notes(found, scale, focus.language),
        open_table=found is None,
    )


def _says(areas: Sequence[Area], found: Funnel | None, language: str) -> tuple[str, ...]:
    if found is None:
        return (_("A funnel needs at least %(n)s groups that are shown, and a known spread.", n=FEWEST_AREAS),)
    outer = tuple(area.name for area in areas if found.beyond.get(area.code))
    if not outer:
        if found.factor > 1:
            return (_("No group lies outside the outer limits: none stands apart from how the groups differ."),)
        return (_("No group lies outside the outer limits: what differs may be chance."),)
    names = listing(outer, language) if len(outer) <= 8 else _("%(n)s groups", n=len(outer))
    return (_("Outside the outer limits: %(names)s. By chance alone two groups in a thousand lie there.", names=names),)


def _notes(found: Funnel | None, scale: Scale, language: str) -> tuple[str, ...]:
    if found is None:
        return ()
    facts = _(
        "Middle line %(centre)s, standard deviation of persons %(sd)s, overdispersion %(phi)s.",
        centre=wording.level(found.centre, language, unit_of(scale)),
        sd=wording.number(found.sd, language, max(1, unit_of(scale).decimals)),
        phi=wording.number(found.phi, language),
    )
    widened = _(
        "The groups differ more than chance alone, so the limits are widened %(factor)s times.",
        factor=wording.number(found.factor, language),
    )
    return (f"{facts} {widened}" if found.factor > 1 else str(facts),)


def _table(areas: Sequence[Area], found: Funnel | None, scale: Scale, focus: Focus) -> Table:
    unit, language, least = unit_of(scale), focus.language, focus.findings.thresholds.spread_from
    ordered = sorted(areas, key=lambda area: (area.mean.value is None, _rank(area, found), area.name))
    return Table(
        (
            Column(_("Group")),
            Column(_("Answers"), number=True),
            texts.level_column(unit),
            texts.interval_column(language),
            Column(_("Place")),
        ),
        tuple(
            (
                shown.text(area.name),
                shown.count(area.mean.n if area.mean.value is not None else None),
                shown.level(area.mean, language, unit),
                shown.interval(area.mean, language, unit),
                _place(area, found, least, language),
            )
            for area in ordered
        ),
    )


def _rank(area: Area, found: Funnel | None) -> int:
    """Those outside first."""
    far = found.beyond.get(area.code) if found else None
    return 0 if far else 1 if far is not None else 2


def _place(area: Area, found: Funnel | None, least: int, language: str) -> Cell:
    if found is None or area.mean.value is None:
        return shown.text("–")
    if (area.mean.n or 0) < least:
        return shown.text(wording.reason(Reason.TOO_FEW, language))
    far = found.beyond.get(area.code)
    if far is None:
        return shown.text(_("inside"))
    above = area.mean.value > found.centre
    if far:
        return shown.text(_("above the outer limits") if above else _("below the outer limits"))
    return shown.text(_("above the inner limits") if above else _("below the inner limits"))


def _how() -> str:
    return str(
        _(
            "Each mark is a group: further right, more answers. Where few answer, chance throws the mean about, so the"
            " limits are wide there. Of groups that do not really differ, nineteen in twenty lie within the inner"
            " limits (dashed), and all but two in a thousand within the outer. A ring lies between them; a full dot"
            " with a name lies outside both. The axis upwards shows the part of the scale that the groups lie in."
            " Groups that are not shown stand last in the table, with the reason."
        )
    )
