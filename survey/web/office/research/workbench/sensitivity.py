"""A change worked out by the test that decides, beside the mixed model and the rank methods: do they agree?"""

from __future__ import annotations

from collections.abc import Callable

from flask_babel import gettext as _

from instruments.model import Scale
from reports import wording
from reports.agreement import Agreement, agreement, agreement_words
from reports.analyst_findings import Sensitivity
from reports.charts import Focus
from reports.charts.analyst_phrases import phrase
from reports.charts.phrases import phrase as shared
from reports.charts.sketch import Chart
from reports.charts.two_ways import Found, Way, reach, two_ways
from reports.findings import Change, Estimate
from reports.sums import axis_of, unit_of
from reports.wording import PER_CENT, POINTS
from survey.web.office.research.tables import finding_of
from survey.web.office.research.workbench import shown
from survey.web.office.research.workbench.asked import Asked
from survey.web.office.research.workbench.bench import Bench
from survey.web.office.research.workbench.columns import interval_column
from survey.web.office.research.workbench.shown import Cell, Column, Figure, Shown, Table
from survey.web.office.research.workbench.texts import ends

Row = tuple[Scale, Change, Sensitivity | None]


def make(bench: Bench, asked: Asked) -> Shown:
    opened = asked.round(bench)
    focus = asked.group(bench, opened)
    if opened.findings.before is None:
        return Shown((), (_("This is the first round: there is no change to look at."),))
    rows = _rows(focus)
    if not rows:
        return Shown((), (_("No change of this group is shown."),))
    figure = Figure(
        name="kanslighet",
        title=_("The change since %(before)s, in several ways", before=focus.before),
        table=_table(focus, rows),
        how_to_read=_(
            "The deciding test is the one in the reports. The mixed model (REML) uses the same answers but lets each"
            " round have a spread of its own, and follows persons where they are followed. Cliff's delta looks only at"
            " the order of the answers: the share of pairs that stand higher now less the share that stand lower. If"
            " the three say the same, the result does not hang on the method. In the table, higher now than before is"
            " the chance that an answer from now stands above one from then, and 50 per cent is no difference; p is of"
            " Brunner and Munzel's test, which also looks only at the order."
        ),
        codes=frozenset({focus.code}),
        draw=_chart(focus, rows),
        says=_said(focus, rows),
    )
    return Shown((figure,))


def _said(focus: Focus, rows: tuple[Row, ...]) -> tuple[str, ...]:
    """Whether the ways agree, scale by scale; once, where there is nothing beside any of the tests."""
    judged = [(scale, agreement(change, beside)) for scale, change, beside in rows]
    if all(found is Agreement.NOTHING for _scale, found in judged):
        return (agreement_words(Agreement.NOTHING, focus.language),)
    return tuple(f"{focus.text(scale.title)}: {agreement_words(found, focus.language)}" for scale, found in judged)


def _rows(focus: Focus) -> tuple[Row, ...]:
    """The scales that have a change."""
    beside = {one.scale: one for one in focus.findings.analyst.sensitivities if one.group == focus.code}
    found = []
    for scale in focus.scales:
        finding = finding_of(focus.group, scale.id)
        if finding and finding.change and finding.change.difference.value is not None:
            found.append((scale, finding.change, beside.get(scale.id)))
    return tuple(found)


def _chart(focus: Focus, rows: tuple[Row, ...]) -> Callable[[], Chart] | None:
    """None where the scales are of different ranges, or told in different units: they have no axis in common."""
    language = focus.language
    shares = unit_of(rows[0][0]) is PER_CENT
    if len({axis_of(scale) for scale, _change, _beside in rows}) > 1:
        return None
    found = [Found(focus.text(row[0].title), unit_of(row[0]), tuple(_ways(row, language))) for row in rows]
    return lambda: two_ways(
        found,
        language,
        axis_ends=reach(found, found[0].unit.step),
        ends=(shared(language, "lower_now"), shared(language, "higher_now")),
        value=shared(language, "change_head_share" if shares else "change_head").partition(" (")[0],
        title=phrase(language, "sensitivity_title", group=focus.name, before=focus.before or ""),
        signed=True,
    )


def _ways(row: Row, language: str) -> list[Way]:
    _scale, change, beside = row
    ways = [Way(phrase(language, "deciding"), change.difference, first=True)]
    if beside is not None:
        ways.append(Way(phrase(language, "mixed"), beside.mixed))
    return ways


def _table(focus: Focus, rows: tuple[Row, ...]) -> Table:
    language = focus.language
    low, high = ends(language)
    deciding, mixed = phrase(language, "deciding"), phrase(language, "mixed")
    delta = _("Cliff's delta")
    short = all(unit_of(scale) is not PER_CENT for scale, _change, _beside in rows)
    columns = (
        Column(_("Scale")),
        Column(deciding, number=short, in_file=(deciding, f"{deciding}: {low}", f"{deciding}: {high}")),
        Column(_("Verdict")),
        Column(mixed, number=short, in_file=(mixed, f"{mixed}: {low}", f"{mixed}: {high}")),
        Column(delta, number=True),
        interval_column(language, delta),
        Column(_("Higher now than before"), number=True),
        Column(_("p, ranks"), number=True),
        Column(_("Do they agree?")),
    )
    return Table(columns, tuple(_row(focus, row) for row in rows))


def _row(focus: Focus, row: Row) -> tuple[Cell, ...]:
    scale, change, beside = row
    language, unit = focus.language, unit_of(scale)
    delta = beside.cliffs_delta if beside else None
    above = beside.superiority.value if beside else None
    return (
        shown.text(focus.text(scale.title)),
        shown.change(change.difference, language, unit),
        shown.verdict(change.verdict, language),
        shown.change(beside.mixed if beside else None, language, unit),
        _signed(delta, language),
        shown.interval(delta, language, POINTS) if delta else Cell("–", (None, None)),
        Cell(wording.percent(above, language), (above,)),
        shown.number(beside.rank_p if beside else None, language, 3),
        shown.text(agreement_words(agreement(change, beside), language)),
    )


def _signed(estimate: Estimate | None, language: str) -> Cell:
    if estimate is None:
        return shown.text("–")
    if estimate.value is None:
        return shown.text(wording.reason(estimate.reason, language))
    return Cell(wording.signed(estimate.value, language), (estimate.value,))
