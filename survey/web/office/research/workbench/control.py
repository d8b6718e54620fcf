"""A control chart of one scale: for surveys that go on round after round, is the newest more than the usual?"""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import gettext as _
from flask_babel import ngettext

from instruments.model import Scale
from reports import wording
from reports.charts.control_chart import control_chart
from reports.findings import Estimate
from reports.rounds_line import FEWEST_FOR_LIMITS, control_of_means, control_of_shares
from reports.statistics.control import Control
from reports.sums import unit_of
from reports.wording import PER_CENT
from survey.web.office.research.workbench import shown, texts
from survey.web.office.research.workbench.asked import Asked, Option
from survey.web.office.research.workbench.bench import Bench
from survey.web.office.research.workbench.shown import Cell, Column, Figure, Shown, Table
from survey.web.office.research.workbench.stops import Stop, newest_run, scales_of, stops

SCALE, MEASURE = "delskala", "matt"


def make(bench: Bench, asked: Asked) -> Shown:
    code = asked.group_anywhere(bench)
    by_id = {scale.id: scale for scale in scales_of(bench)}
    focus = next(found for opened in reversed(bench.rounds) if (found := bench.focus(opened, code)))
    options = [Option(scale.id, focus.text(scale.title)) for scale in by_id.values()]
    scale = by_id[asked.choose(SCALE, _("Scale"), options, chips=True)]
    run = newest_run(stops(bench, code, scale))
    told = [stop for stop in run if stop.level.value is not None]
    if len(told) < FEWEST_FOR_LIMITS:
        there = ngettext("%(num)s round", "%(num)s rounds", len(told))
        return Shown(
            (),
            (
                _(
                    "Limits need at least %(n)s rounds that can be compared and are shown. So far: %(there)s.",
                    n=FEWEST_FOR_LIMITS,
                    there=there,
                ),
            ),
        )
    measures = [Option("medel", _("The scale's level"))]
    if any(stop.positive.value is not None for stop in run):
        measures.append(Option("positiva", _("Share of positive answers")))
    shares = asked.choose(MEASURE, _("Measure"), measures) == "positiva"
    return Shown((_figure(bench, code, focus.text(scale.title), scale, run, shares=shares),))


def _figure(bench: Bench, code: str, title: str, scale: Scale, run: Sequence[Stop], *, shares: bool) -> Figure:
    language = bench.language
    found = _control(run, shares=shares)
    labels = [stop.opened.findings.round for stop in run]
    return Figure(
        name="styrdiagram",
        title=title,
        table=_table(run, found, scale, language, shares=shares),
        how_to_read=_(
            "Each dot is a round. The dashed line is all rounds together; the steps above and below are limits for the"
            " usual up and down, three standard errors away, further where few answered. A large dot lies outside"
            " them. A ring ends at least eight rounds in a row on the same side. Both are worth asking about, and both"
            " happen by chance too: a dot outside about once in 370 rounds."
        ),
        codes=frozenset({code}),
        draw=lambda: control_chart(title, scale, language, labels, found, shares=shares),
        says=_says(found, labels, language),
        notes=(_("There are fewer than 20 rounds, so the limits are provisional."),) if found.provisional else (),
    )


def _control(run: Sequence[Stop], *, shares: bool) -> Control:
    if shares:
        return control_of_shares([stop.positive for stop in run])
    return control_of_means([stop.level for stop in run], [stop.sd for stop in run])


def _says(found: Control, labels: Sequence[str], language: str) -> tuple[str, ...]:
    if found.reason is not None:
        return (_("There are no limits: the spread within the rounds is not shown."),)
    outside = tuple(label for label, out in zip(labels, found.outside, strict=True) if out)
    if outside:
        return (_("Outside the limits: %(rounds)s.", rounds=wording.listing(outside, language)),)
    if found.run.any():
        return (_("No round lies outside the limits, but many in a row lie on the same side."),)
    return (_("No round lies outside the limits."),)


def _table(run: Sequence[Stop], found: Control, scale: Scale, language: str, *, shares: bool) -> Table:
    unit = PER_CENT if shares else unit_of(scale)
    times = 100.0 if shares else 1.0
    rows = []
    for at, stop in enumerate(run):
        told = stop.positive if shares else stop.level
        scaled = Estimate(None if told.value is None else told.value * times, None, None, told.n, told.reason)
        limits = [None if one != one else float(one) * times for one in (found.low[at], found.high[at])]
        cells: tuple[Cell, ...] = (
            shown.text(stop.opened.findings.round),
            shown.count(told.n),
            shown.level(scaled, language, unit),
            *(Cell(wording.level(one, language, unit), (one,)) for one in limits),
            shown.text(_("outside") if found.outside[at] else _("in a long run") if found.run[at] else _("inside")),
        )
        rows.append(cells)
    columns = (
        Column(_("Round")),
        Column(_("Answers"), number=True),
        texts.level_column(unit),
        Column(_("Lower limit"), number=True),
        Column(_("Upper limit"), number=True),
        Column(_("Place")),
    )
    return Table(columns, tuple(rows))
