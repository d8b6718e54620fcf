"""How well the scales measure: reliability over the rounds, each item's part in it, and whether all are asked alike."""

from __future__ import annotations

from collections.abc import Iterator

from flask_babel import gettext as _

from instruments.model import Scale, item_text
from reports import wording
from reports.analyst_findings import ItemQuality, ScaleQuality
from reports.charts import Focus
from reports.charts.analyst_phrases import phrase
from reports.charts.item_quality import item_quality
from reports.charts.two_ways import Found, Way, two_ways
from reports.next_round import steps
from reports.sums import unit_of
from reports.voice import capital
from reports.wording import POINTS
from survey.web.office.research.library import OpenRelease
from survey.web.office.research.workbench import alike, shown
from survey.web.office.research.workbench.asked import Asked
from survey.web.office.research.workbench.bench import Bench
from survey.web.office.research.workbench.columns import interval_column
from survey.web.office.research.workbench.shown import Cell, Column, Figure, Shown, Table

COEFFICIENTS = ("alpha", "omega", "ordinal_alpha")


def make(bench: Bench, asked: Asked) -> Shown:
    opened = asked.round(bench)
    focus = opened.focus(opened.lead.code, bench.language)
    scale = asked.scale(focus)
    if scale is None:
        return Shown((), (_("Nothing is shown of this group in this round."),))
    rounds = tuple(_over_rounds(bench, scale))
    if not rounds:
        return Shown((), (_("Nothing is told of how well the scales measure in these releases."),))
    figures = [_coefficients(focus, scale, rounds)]
    now = quality_of(opened, scale.id)
    if now is not None and now.items:
        figures.append(_items(focus, scale, now))
    figures += alike.figures(focus, scale)
    return Shown(tuple(figures), (_("All figures here are of all answers of a round together."),))


def quality_of(opened: OpenRelease, scale_id: str) -> ScaleQuality | None:
    return next((one for one in opened.findings.analyst.quality if one.scale == scale_id), None)


def _over_rounds(bench: Bench, scale: Scale) -> Iterator[tuple[str, ScaleQuality]]:
    """Newest first."""
    for opened in reversed(bench.rounds):
        found = quality_of(opened, scale.id)
        if found is not None:
            yield opened.findings.round, found


def _coefficients(focus: Focus, scale: Scale, rounds: tuple[tuple[str, ScaleQuality], ...]) -> Figure:
    language = focus.language
    title = phrase(language, "reliability_title", scale=focus.text(scale.title))
    found = [
        Found(
            phrase(language, name),
            POINTS,
            tuple(
                Way(capital(round_), getattr(one, name), first=place == 0) for place, (round_, one) in enumerate(rounds)
            ),
        )
        for name in COEFFICIENTS
    ]
    return Figure(
        name="tillforlitlighet",
        title=_("Reliability, %(scale)s", scale=focus.text(scale.title)),
        table=_table(rounds, language),
        how_to_read=_(
            "Alpha tells how much of the differences between people's values is more than chance in single answers, if"
            " all items weigh alike; omega does so without that demand; ordinal alpha takes the answers as steps in an"
            " order. From 0.7 one can compare groups, for single persons 0.9 is asked for. The error (SEM) is how far"
            " one person's value strays by chance; the smallest change is what one person's value must move to be more"
            " than that."
        ),
        codes=frozenset({focus.code}),
        draw=lambda: two_ways(
            found,
            language,
            axis_ends=(0.0, 1.0),
            ends=(wording.number(0, language, 0), wording.number(1, language, 0)),
            value=phrase(language, "coefficient"),
            title=title,
        ),
        says=_said(focus, scale, rounds[0][1]),
    )


def _said(focus: Focus, scale: Scale, now: ScaleQuality) -> tuple[str, ...]:
    title, language = focus.text(scale.title), focus.language
    if now.alpha.value is None:
        return (f"{title}: {wording.reason(now.alpha.reason, language)}.",)
    said = [_("%(scale)s: alpha is %(alpha)s.", scale=title, alpha=wording.estimate(now.alpha, language))]
    if now.smallest_change is not None:
        moved = steps(now.smallest_change, unit_of(scale), language)
        said.append(_("One person's value must move by %(moved)s before it is more than chance.", moved=moved))
    return tuple(said)


def _table(rounds: tuple[tuple[str, ScaleQuality], ...], language: str) -> Table:
    columns = [Column(_("Round")), Column(_("Complete answers"), number=True)]
    for name in COEFFICIENTS:
        head = phrase(language, name)
        columns += [Column(head, number=True), interval_column(language, head)]
    columns += [Column(_("Error (SEM)"), number=True), Column(_("Smallest change of one person"), number=True)]
    rows = []
    for round_, one in rounds:
        cells: list[Cell] = [shown.text(round_), shown.count(one.n)]
        for name in COEFFICIENTS:
            estimate = getattr(one, name)
            cells += [shown.level(estimate, language, POINTS), shown.interval(estimate, language, POINTS)]
        cells += [shown.number(one.error, language), shown.number(one.smallest_change, language)]
        rows.append(tuple(cells))
    return Table(tuple(columns), tuple(rows))


def _items(focus: Focus, scale: Scale, now: ScaleQuality) -> Figure:
    return Figure(
        name="fragor",
        title=_("Each item against the others, %(round)s", round=focus.round),
        table=Table(
            (
                Column(_("Item")),
                Column(phrase(focus.language, "item_rest"), number=True),
                Column(phrase(focus.language, "alpha_without"), number=True),
                Column(_("Lowest step"), number=True),
                Column(_("Highest step"), number=True),
            ),
            tuple(_item_row(focus, one) for one in now.items),
        ),
        how_to_read=_(
            "Each dot is the correlation of one item with the mean of the others in the scale. To the left of the"
            " dashed line (0.3) an item says little of what the others say. Where alpha without the item is higher than"
            " alpha with it, the scale would hang together better without it. Many answers at the lowest or the highest"
            " step leave no room to see a change."
        ),
        codes=frozenset({focus.code}),
        draw=lambda: item_quality(focus, now),
    )


def _item_row(focus: Focus, one: ItemQuality) -> tuple[Cell, ...]:
    language = focus.language
    return (
        shown.text(item_text(focus.instrument.items_by_id[one.item], language)),
        shown.number(one.rest_correlation, language),
        shown.number(one.alpha_without, language),
        Cell(wording.percent(one.floor, language), (one.floor,)),
        Cell(wording.percent(one.ceiling, language), (one.ceiling,)),
    )
