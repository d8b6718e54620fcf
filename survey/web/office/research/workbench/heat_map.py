"""Groups by scales: the level in every cell, as a number and as how dark the cell is."""

from __future__ import annotations

from flask_babel import gettext as _

from instruments.model import Scale
from reports import wording
from reports.charts.heat import HeatCell, HeatRow, heat
from reports.findings import Estimate, GroupFinding, Reason, Verdict
from reports.standing_apart import standing_apart
from reports.sums import unit_of
from survey.web.office.research.tables import finding_of
from survey.web.office.research.workbench import shown
from survey.web.office.research.workbench.asked import Asked
from survey.web.office.research.workbench.bench import Bench
from survey.web.office.research.workbench.places import Places, asked_places, nothing_below
from survey.web.office.research.workbench.shown import Cell, Column, Figure, Shown, Table


def make(bench: Bench, asked: Asked) -> Shown:
    places = asked_places(bench, asked)
    if not places.groups or not places.focus.scales:
        return Shown((), (nothing_below(),))
    return Shown((_figure(places),))


def _figure(places: Places) -> Figure:
    focus, scales = places.focus, places.focus.scales
    title = _("All scales: %(name)s", name=focus.name)
    groups = sorted(places.groups, key=lambda group: group.name)
    apart = [_apart(groups, scale) for scale in scales]
    rows = [
        HeatRow(group.name, tuple(_heat_cell(group, *column) for column in zip(scales, apart, strict=True)))
        for group in groups
    ]
    heads = [focus.text(scale.title) for scale in scales]
    columns = [Column(_("Group"))]
    for head in heads:
        beside = _("%(scale)s, beside the others", scale=head)
        columns += [Column(head, number=True), Column(beside)]
    return Figure(
        name="karta",
        title=title,
        table=Table(tuple(columns), tuple(_row(row, scales, focus.language) for row in rows)),
        how_to_read=_(
            "The number is the level. The darker the cell, the higher the group lies among those in the same column:"
            " each column has its own ramp, so darkness cannot be compared between columns. “Higher” or “lower” in a"
            " cell says that the group differs from the others by more than chance, also when so many groups are tested"
            " at once (Benjamini-Hochberg); without a word it cannot be told. A dash stands where nothing is shown."
        ),
        codes=places.codes,
        draw=lambda: heat(title, focus.language, heads, [unit_of(scale) for scale in scales], rows),
    )


def _apart(groups: list[GroupFinding], scale: Scale) -> dict[str, Verdict]:
    found = {group.code: finding_of(group, scale.id) for group in groups}
    return standing_apart({code: finding for code, finding in found.items() if finding is not None})


def _heat_cell(group: GroupFinding, scale: Scale, apart: dict[str, Verdict]) -> HeatCell:
    finding = finding_of(group, scale.id)
    if finding is None:
        return HeatCell(Estimate(None, None, None, None, group.reason or Reason.PROTECTED), None)
    return HeatCell(finding.level.mean, apart.get(group.code))


def _row(row: HeatRow, scales: tuple[Scale, ...], language: str) -> tuple[Cell, ...]:
    cells = [shown.text(row.name)]
    for scale, cell in zip(scales, row.cells, strict=True):
        cells += [
            shown.level(cell.level, language, unit_of(scale)),
            shown.text(wording.comparison(cell.beside, language) if cell.beside else "–"),
        ]
    return tuple(cells)
