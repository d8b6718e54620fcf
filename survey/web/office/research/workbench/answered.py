"""Who answered, group by group over the rounds, and what the level would be if everybody invited had counted alike."""

from __future__ import annotations

from collections.abc import Iterator

from flask_babel import gettext as _
from flask_babel import ngettext

from instruments.model import Scale
from reports import wording
from reports.charts import Focus
from reports.charts.analyst_phrases import phrase
from reports.charts.levels import shared_head
from reports.charts.participation import Answered, answered, participation
from reports.charts.phrases import phrase as shared
from reports.charts.two_ways import Found, Way, two_ways
from reports.findings import GroupFinding
from reports.sums import axis_of, unit_of
from reports.weighted_levels import WeightedLevel, municipalities, weighted_level
from reports.wording import PER_CENT
from survey.web.office.research.library import OpenRelease
from survey.web.office.research.workbench import shown
from survey.web.office.research.workbench.asked import Asked
from survey.web.office.research.workbench.bench import Bench
from survey.web.office.research.workbench.columns import interval_column
from survey.web.office.research.workbench.earlier import earlier
from survey.web.office.research.workbench.shown import Column, Figure, Shown, Table
from survey.web.office.research.workbench.texts import uncertainty


def make(bench: Bench, asked: Asked) -> Shown:
    opened = asked.round(bench)
    focus = asked.group(bench, opened)
    figures = [_rates(bench, opened, focus)]
    weighted = [(scale, found) for scale in focus.scales if (found := _weighted(opened, focus, scale)) is not None]
    if weighted:
        figures.append(_levels(focus, weighted))
    return Shown(tuple(figures))


def _groups(opened: OpenRelease, focus: Focus) -> list[GroupFinding]:
    """The group itself, and those right under it that the person may read."""
    below = [group for group in opened.groups if group.parent == focus.code]
    return [focus.group, *below]


def _rates(bench: Bench, opened: OpenRelease, focus: Focus) -> Figure:
    groups = _groups(opened, focus)
    rows = [(answered(group, _name(focus, group)), _before(bench, opened, group.code)) for group in groups]
    ringed = any(before is not None and before.rate.value is not None for _now, before in rows)
    return Figure(
        name="svarsandel",
        title=_("Share of those invited who answered"),
        table=_rate_table(bench, groups),
        how_to_read=_(
            "Each dot is the share of those invited who answered. All who were invited were asked, so the share itself"
            " is exact; the line shows how far chance alone would move a share of so many (%(uncertainty)s,"
            " Wilson). Two groups whose lines overlap need not have been unlike. A high share does not tell that those"
            " who did not answer think alike.",
            uncertainty=uncertainty(focus.language),
        ),
        codes=frozenset(group.code for group in groups),
        draw=lambda: participation(focus, rows),
        says=_said(focus),
        notes=(_("Ring: %(round)s.", round=opened.findings.before),) if ringed else (),
    )


def _name(focus: Focus, group: GroupFinding) -> str:
    return focus.name if group.code == focus.code else group.name


def _said(focus: Focus) -> tuple[str, ...]:
    told = answered(focus.group, focus.name)
    if told.rate.value is None or told.n is None:
        return (f"{focus.name}: {wording.reason(told.rate.reason, focus.language)}.",)
    return (
        _(
            "%(name)s: %(n)s of %(invited)s invited answered (%(rate)s).",
            name=focus.name,
            n=told.n,
            invited=told.invited,
            rate=wording.level(told.rate.value, focus.language, PER_CENT),
        ),
    )


def _before(bench: Bench, opened: OpenRelease, code: str) -> Answered | None:
    focus = earlier(bench, opened, code)
    return answered(focus.group, focus.name) if focus else None


def _rate_table(bench: Bench, groups: list[GroupFinding]) -> Table:
    language = bench.language
    rows = tuple(
        (
            shown.text(group.name),
            shown.text(round_),
            shown.count(one.invited),
            shown.count(one.n),
            shown.level(one.rate, language, PER_CENT),
            shown.interval(one.rate, language, PER_CENT),
        )
        for group in groups
        for round_, one in _over_rounds(bench, group.code)
    )
    return Table(
        (
            Column(_("Group")),
            Column(_("Round")),
            Column(_("Invited"), number=True),
            Column(_("Answers"), number=True),
            Column(_("Share"), number=True),
            interval_column(language),
        ),
        rows,
    )


def _over_rounds(bench: Bench, code: str) -> Iterator[tuple[str, Answered]]:
    for opened in bench.rounds:
        focus = bench.focus(opened, code)
        if focus is not None:
            yield opened.findings.round, answered(focus.group, focus.name)


def _weighted(opened: OpenRelease, focus: Focus, scale: Scale) -> WeightedLevel | None:
    """Only where the person may read every municipality that is counted."""
    if not all(member.code in opened.codes for member in municipalities(focus)):
        return None
    return weighted_level(focus, scale)


def _levels(focus: Focus, weighted: list[tuple[Scale, WeightedLevel]]) -> Figure:
    language = focus.language
    ends = {axis_of(scale) for scale, _found in weighted}
    found = [
        Found(
            focus.text(scale.title),
            unit_of(scale),
            (
                Way(phrase(language, "unweighted"), one.released, first=True),
                Way(phrase(language, "weighted"), one.weighted),
            ),
        )
        for scale, one in weighted
    ]
    # Scales of different ranges have no axis in common: then the table is all there is.
    ((low, high), _shares), drawable = next(iter(ends)), len(ends) == 1
    said = [wording.number(end, language, 0) + found[0].unit.sign[language] for end in (low, high)]
    return Figure(
        name="vagda",
        title=_("Weighted to those invited"),
        table=_weighted_table(focus, weighted),
        how_to_read=_(
            "As it is: the mean of all who answered, as in the reports. Weighted: each municipality counts by how many"
            " it invited, not by how many answered. Where the two are alike, it matters little that some municipalities"
            " answered better than others. Weights cannot make up for differences between those who answered and those"
            " who did not within a municipality."
        ),
        codes=frozenset({focus.code, *(member.code for member in municipalities(focus))}),
        draw=(
            lambda: two_ways(
                found,
                language,
                axis_ends=(low, high),
                ends=(said[0], said[1]),
                value=shared(language, shared_head([scale for scale, _found in weighted])),
                title=phrase(language, "weighted_title", group=focus.name),
            )
        )
        if drawable
        else None,
        says=(_covered(focus, weighted[0][1]),),
    )


def _covered(focus: Focus, one: WeightedLevel) -> str:
    parts = ngettext(
        "%(num)s municipality of %(of)s takes part in the weighting",
        "%(num)s municipalities of %(of)s take part in the weighting",
        one.covered,
        of=one.of,
    )
    if not one.invited_of:
        return f"{parts}."
    share = wording.percent(one.invited / one.invited_of, focus.language)
    return _("%(parts)s, with %(share)s of those invited.", parts=parts, share=share)


def _weighted_table(focus: Focus, weighted: list[tuple[Scale, WeightedLevel]]) -> Table:
    language = focus.language
    rows = tuple(
        (
            shown.text(focus.text(scale.title)),
            shown.level(one.released, language, unit_of(scale)),
            shown.interval(one.released, language, unit_of(scale)),
            shown.level(one.weighted, language, unit_of(scale)),
            shown.interval(one.weighted, language, unit_of(scale)),
            shown.text(f"{one.covered} {wording.OF[language]} {one.of}"),
        )
        for scale, one in weighted
    )
    released, counted = phrase(language, "unweighted"), phrase(language, "weighted")
    columns = (
        Column(_("Scale")),
        Column(released, number=True),
        interval_column(language, released),
        Column(counted, number=True),
        interval_column(language, counted),
        Column(_("Municipalities")),
    )
    return Table(columns, rows)
