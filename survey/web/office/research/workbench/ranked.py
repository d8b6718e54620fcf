"""Municipalities in order, each mean with its uncertainty beside the same mean drawn towards the others."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import gettext as _

from instruments.model import Scale
from reports import wording
from reports.areas import FEWEST_AREAS, Area, Drawn, drawn
from reports.charts.ordered import OrderedRow, ordered
from reports.findings import Estimate
from reports.sums import unit_of
from survey.web.office.research.workbench import shown, texts
from survey.web.office.research.workbench.asked import Asked, Option
from survey.web.office.research.workbench.bench import Bench
from survey.web.office.research.workbench.places import Places, asked_places, nothing_below
from survey.web.office.research.workbench.shown import Cell, Column, Figure, Shown, Table

ORDER = "ordning"


def make(bench: Bench, asked: Asked) -> Shown:
    places = asked_places(bench, asked)
    scale = asked.scale(places.focus)
    if not places.groups or scale is None:
        return Shown((), (nothing_below(),))
    orders = [
        Option("varde", _("Highest first")),
        Option("vagt", _("Highest shrunk mean first")),
        Option("namn", _("Name")),
    ]
    return Shown((_figure(places, scale, asked.choose(ORDER, _("Order"), orders)),))


def _figure(places: Places, scale: Scale, order: str) -> Figure:
    focus = places.focus
    areas = places.areas(scale)
    found = drawn(focus, scale.id, areas)
    areas = _sorted(areas, found, order)
    title = _("%(scale)s: %(name)s", scale=focus.text(scale.title), name=focus.name)
    rows = [OrderedRow(area.name, area.mean, found.means.get(area.code) if found else None) for area in areas]
    whole = focus.finding(scale.id).level.mean.value
    return Figure(
        name="ordnade",
        title=title,
        table=_table(areas, found, scale, focus.language),
        how_to_read=_how(focus.language) if found else _how_without(focus.language),
        codes=places.codes,
        draw=lambda: ordered(focus, scale, title, rows, middle=whole),
        says=_says(found, scale, focus.language),
        notes=(_("The dashed line is the whole of %(name)s.", name=focus.name_inside),) if whole is not None else (),
    )


def _sorted(areas: Sequence[Area], found: Drawn | None, order: str) -> tuple[Area, ...]:
    """Those without a mean last, by name."""

    def value(area: Area) -> float:
        own = area.mean.value or 0.0
        return (found.means[area.code].value or own) if order == "vagt" and found and area.code in found.means else own

    if order == "namn":
        return tuple(sorted(areas, key=lambda area: area.name))
    return tuple(sorted(areas, key=lambda area: (area.mean.value is None, -value(area), area.name)))


def _says(found: Drawn | None, scale: Scale, language: str) -> tuple[str, ...]:
    if found is None:
        return (_("With fewer than %(n)s groups shown, no mean is drawn towards the others.", n=FEWEST_AREAS),)
    unit = unit_of(scale)
    if found.between == 0:
        return (_("The groups differ no more than chance alone would have them, so all shrunk means are the same."),)
    return (
        _(
            "What is not chance in how the groups differ amounts to a standard deviation of %(sd)s.",
            sd=wording.number(found.between, language, max(unit.decimals, 1)),
        ),
    )


def _table(areas: Sequence[Area], found: Drawn | None, scale: Scale, language: str) -> Table:
    unit = unit_of(scale)
    columns = [
        Column(_("Group")),
        Column(_("Answers"), number=True),
        texts.level_column(unit),
        texts.interval_column(language),
    ]
    if found:
        heads = tuple(_("%(head)s, shrunk", head=head) for head in texts.ends(language))
        columns += [
            Column(_("Shrunk mean"), number=True),
            Column(_("%(head)s, shrunk", head=texts.uncertainty(language)), number=True, in_file=heads),
            Column(_("Weight of its own answers"), number=True),
        ]
    return Table(tuple(columns), tuple(_row(area, found, scale, language) for area in areas))


def _row(area: Area, found: Drawn | None, scale: Scale, language: str) -> tuple[Cell, ...]:
    unit = unit_of(scale)
    own = (
        shown.text(area.name),
        shown.count(area.mean.n if area.mean.value is not None else None),
        shown.level(area.mean, language, unit),
        shown.interval(area.mean, language, unit),
    )
    if found is None:
        return own
    mean = found.means.get(area.code, Estimate(None, None, None, None))
    weight = found.weights.get(area.code)
    said = Cell("–" if weight is None else wording.percent(weight, language), (weight,))
    return (*own, shown.level(mean, language, unit), shown.interval(mean, language, unit), said)


def _how(language: str) -> str:
    return str(
        _(
            "Grey dot: the mean of those who answered; the line is %(uncertainty)s. Ring: the same mean drawn towards"
            " the others, more the fewer that answered (empirical Bayes). A small group that lies far out is often out"
            " there by chance, and the ring is the better guess at where it stands. Its line also counts in that others"
            " could have been in the group, and may be the longer one where almost everybody invited answered. This is"
            " no ranking: groups whose lines overlap cannot be told apart.",
            uncertainty=texts.uncertainty(language),
        )
    )


def _how_without(language: str) -> str:
    return str(
        _(
            "Each dot is the mean of one group; the line is %(uncertainty)s. A short line means many answers. This is"
            " no ranking: groups whose lines overlap cannot be told apart.",
            uncertainty=texts.uncertainty(language),
        )
    )
