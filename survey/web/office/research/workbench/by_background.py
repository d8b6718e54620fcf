"""A group by one background question of the fixed menu, one scale at a time."""

from __future__ import annotations

from flask_babel import gettext as _

from instruments.model import Scale, item_text, option_text
from reports.charts import Focus
from reports.charts.ordered import OrderedRow, ordered
from reports.findings import CutCell, CutFinding, Estimate
from reports.sums import unit_of
from survey.web.office.research.workbench import shown, texts
from survey.web.office.research.workbench.asked import Asked, Option
from survey.web.office.research.workbench.bench import Bench
from survey.web.office.research.workbench.shown import Column, Figure, Shown, Table

CUT = "snitt"


def make(bench: Bench, asked: Asked) -> Shown:
    focus = asked.group(bench, asked.round(bench))
    cuts = {cut.item: cut for cut in focus.findings.cuts if cut.group == focus.code}
    shown_ones = [cut for cut in cuts.values() if any(cell.n is not None for cell in cut.cells)]
    scale = asked.scale(focus)
    if not shown_ones or scale is None:
        return Shown(
            (), (_("Nothing can be shown by background for this group: the categories have too few answers."),)
        )
    options = [Option(cut.item, _title(focus, cut)) for cut in shown_ones]
    return Shown((_figure(focus, cuts[asked.choose(CUT, _("Background question"), options)], scale),))


def _title(focus: Focus, cut: CutFinding) -> str:
    return item_text(focus.instrument.items_by_id[cut.item], focus.language)


def _figure(focus: Focus, cut: CutFinding, scale: Scale) -> Figure:
    title = _("%(scale)s: %(name)s", scale=focus.text(scale.title), name=focus.name)
    place = [one.id for one in focus.instrument.scales].index(scale.id)
    rows = [OrderedRow(_category(focus, cut, cell), _mean(cell, place)) for cell in cut.cells]
    unit, language = unit_of(scale), focus.language
    whole = focus.finding(scale.id).level.mean.value
    table = Table(
        (
            Column(_("Chosen answer")),
            Column(_("Answers"), number=True),
            texts.level_column(unit),
            texts.interval_column(language),
        ),
        tuple(
            (
                shown.text(row.label),
                shown.count(cell.n),
                shown.level(row.mean, language, unit),
                shown.interval(row.mean, language, unit),
            )
            for row, cell in zip(rows, cut.cells, strict=True)
        ),
    )
    return Figure(
        name="bakgrund",
        title=title,
        table=table,
        how_to_read=_(
            "One row for each answer to the background question: the dot is the level of those who chose it, the line"
            " %(uncertainty)s, the dashed line the whole group. Sometimes one more row is hidden, so that nobody can"
            " work out a small one by subtraction. Those who skipped the question are in no row.",
            uncertainty=texts.uncertainty(language),
        ),
        codes=frozenset({focus.code}),
        draw=lambda: ordered(focus, scale, title, rows, middle=whole),
        says=(_title(focus, cut),),
    )


def _category(focus: Focus, cut: CutFinding, cell: CutCell) -> str:
    options = focus.instrument.options(focus.instrument.items_by_id[cut.item])
    return " / ".join(option_text(option, focus.language) for option in options if option.value in cell.options)


def _mean(cell: CutCell, place: int) -> Estimate:
    return cell.means[place] if cell.n is not None else Estimate(None, None, None, None, cell.reason)
