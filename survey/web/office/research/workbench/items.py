"""One scale item by item: where each stands, and how its answers spread, now and in the round before."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import gettext as _

from instruments.comparability import items_comparable
from instruments.model import Comparability, Scale, item_text
from reports import wording
from reports.charts import Focus
from reports.charts.item_levels import items, text_of
from reports.charts.levels import mean_head
from reports.charts.phrases import phrase
from reports.charts.spread import answer_steps
from reports.charts.spread_beside import in_same_parts, spread_beside
from reports.findings import Estimate, ItemFinding
from reports.item_levels import ItemLevel, item_levels
from reports.sums import unit_of
from survey.web.office.research.workbench import shown
from survey.web.office.research.workbench.asked import Asked
from survey.web.office.research.workbench.bench import Bench
from survey.web.office.research.workbench.columns import interval_column
from survey.web.office.research.workbench.earlier import earlier
from survey.web.office.research.workbench.shown import Cell, Column, Figure, Shown, Table
from survey.web.office.research.workbench.texts import uncertainty


@dataclass(frozen=True)
class Beside:
    """The same group and scale in the round before, of the items that may be compared."""

    round: str | None
    levels: dict[str, Estimate]
    findings: dict[str, ItemFinding]


def make(bench: Bench, asked: Asked) -> Shown:
    opened = asked.round(bench)
    focus = asked.group(bench, opened)
    scale = asked.scale(focus)
    if scale is None or not any(one.estimate.value is not None for one in item_levels(focus, scale)):
        return Shown((), (_("Nothing is shown of this group in this round."),))
    before = _beside(focus, earlier(bench, opened, focus.code), scale)
    return Shown((_ordered(focus, scale, before), _spread(focus, scale, before)))


def _beside(focus: Focus, before: Focus | None, scale: Scale) -> Beside:
    old = before.instrument.scales_by_id.get(scale.id) if before else None
    if before is None or old is None:
        return Beside(None, {}, {})
    verdicts = items_comparable(focus.instrument, before.instrument)
    mine = {item for item in scale.item_ids if verdicts[item] is not Comparability.NEW}
    return Beside(
        round=before.round,
        levels={one.item: one.estimate for one in item_levels(before, old) if one.item in mine},
        findings={one.item: one for one in before.items(old) if one.item in mine},
    )


def _ordered(focus: Focus, scale: Scale, before: Beside) -> Figure:
    found = item_levels(focus, scale)
    notes = [_("Ring: %(round)s.", round=before.round)] if before.levels else []
    if any(one.reversed for one in found):
        notes.append(_("Items marked as reversed are turned round, so that high means the same on all of them."))
    return Figure(
        name="ordning",
        title=_("The items in order"),
        table=_level_table(focus, scale, found, before),
        how_to_read=_(
            "Each dot is one item of the scale, the highest first; the line is %(uncertainty)s. Items whose lines"
            " overlap may well stand in another order. An item of a small group has no line: its spread is not told.",
            uncertainty=uncertainty(focus.language),
        ),
        codes=frozenset({focus.code}),
        draw=lambda: items(focus, scale, before.levels),
        notes=tuple(notes),
    )


def _level_table(focus: Focus, scale: Scale, found: tuple[ItemLevel, ...], before: Beside) -> Table:
    language, unit = focus.language, unit_of(scale)
    turned = any(one.reversed for one in found)
    columns = [
        Column(_("Item")),
        Column(_("Answers"), number=True),
        Column(phrase(language, mean_head(scale)), number=True),
        interval_column(language),
    ]
    if turned:
        columns.append(Column(_("Mean as asked"), number=True))
    if before.levels:
        columns.append(Column(str(before.round), number=True))
    rows = []
    for one in found:
        row = [
            shown.text(text_of(focus, one)),
            shown.count(one.estimate.n),
            shown.level(one.estimate, language, unit),
            shown.interval(one.estimate, language, unit),
        ]
        if turned:
            row.append(shown.number(one.asked, language))
        if before.levels:
            old = before.levels.get(one.item)
            row.append(shown.level(old, language, unit) if old else shown.text("–"))
        rows.append(tuple(row))
    return Table(tuple(columns), tuple(rows))


def _spread(focus: Focus, scale: Scale, before: Beside) -> Figure:
    return Figure(
        name="fordelning",
        title=_("How the answers spread"),
        table=_spread_table(focus, scale, before),
        how_to_read=_(
            "Each bar is one item in one round, split by how many chose each answer; the figures are answers. Where"
            " one of the rounds had few answers, some steps are told together in both, so that the parts can be"
            " held against each other. Bars are equally long however many answered: the number stands to the right."
        ),
        codes=frozenset({focus.code}),
        draw=lambda: spread_beside(focus, scale, before.findings, before.round),
    )


def _spread_table(focus: Focus, scale: Scale, before: Beside) -> Table:
    rounds: list[tuple[str, str, ItemFinding]] = []
    for finding in focus.items(scale):
        text = item_text(focus.instrument.items_by_id[finding.item], focus.language)
        old = before.findings.get(finding.item)
        now, then = in_same_parts(finding, old) if old else (finding, None)
        rounds.append((text, focus.findings.round, now))
        if then is not None:
            rounds.append((text, str(before.round), then))
    labels = list(dict.fromkeys(step.label for _text, _round, one in rounds for step in answer_steps(focus, one)))
    hidden = any(one.counts is None for _text, _round, one in rounds)
    rows = [
        (
            shown.text(text),
            shown.text(round_),
            shown.count(sum(one.counts) if one.counts else one.n),
            *_counts(focus, one, labels),
            *([shown.text("" if one.counts else wording.reason(one.reason, focus.language))] if hidden else []),
        )
        for text, round_, one in rounds
    ]
    columns = [Column(_("Item")), Column(_("Round")), Column(_("Answers"), number=True)]
    columns += [Column(label, number=True) for label in labels]
    if hidden:
        columns.append(Column(_("Why not")))
    return Table(tuple(columns), tuple(rows))


def _counts(focus: Focus, finding: ItemFinding, labels: list[str]) -> list[Cell]:
    steps = answer_steps(focus, finding)
    by_label = dict(zip((step.label for step in steps), finding.counts or (), strict=False))
    return [shown.count(by_label.get(label)) for label in labels]
