"""What changed in the instrument from round to round, and where a line over time must therefore be broken."""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

from flask_babel import gettext as _
from flask_babel import ngettext

from instruments.comparability import scales_comparable
from instruments.model import Comparability, Instrument, Scale, in_language
from reports.charts.analyst_phrases import phrase
from reports.charts.joined import Joined, in_words, joined
from reports.version_steps import ItemStep, VersionStep, verdict_words, version_step
from survey.answering.pinned import pinned_instrument
from survey.models import Round
from survey.web import current_services
from survey.web.office.research.workbench import shown
from survey.web.office.research.workbench.asked import Asked
from survey.web.office.research.workbench.bench import Bench
from survey.web.office.research.workbench.shown import Cell, Column, Figure, Shown, Table


class Measured(NamedTuple):
    """A round, and what was asked in it."""

    round_id: int
    name: str
    instrument: Instrument


Pair = tuple[Measured, Measured]


def make(bench: Bench, asked: Asked) -> Shown:
    del asked
    rounds = _rounds(bench)
    if len(rounds) < 2:
        return Shown((), (_("Only one round has results: there is nothing to hold it beside."),))
    pairs = tuple(pairwise(rounds))
    steps = [version_step(before.instrument, now.instrument, bench.language) for before, now in pairs]
    figures = [_lines(bench, rounds, steps)]
    figures += [_items(bench, pair, step) for pair, step in zip(pairs, steps, strict=True) if step.items]
    said = () if any(step.items for step in steps) else (_("Every round asked the same questions in the same way."),)
    return Shown(tuple(figures), said)


def _rounds(bench: Bench) -> tuple[Measured, ...]:
    """Those with results, and the ones that their changes are measured from: results tell of those too."""
    found: dict[int, Measured] = {}
    for opened in bench.rounds:
        round_, before = opened.release.round, opened.release.round.before
        if before is not None and opened.findings.before is not None and before.id not in found:
            found[before.id] = Measured(before.id, before.name, _asked_in(before))
        found[round_.id] = Measured(round_.id, opened.findings.round, opened.instrument)
    return tuple(found[round_id] for round_id in sorted(found))


def _asked_in(round_: Round) -> Instrument:
    folders = current_services().instrument_folders
    return pinned_instrument(
        round_.study.instrument, round_.instrument_version, round_.instrument_digest or "", folders
    )


def _scales(rounds: tuple[Measured, ...]) -> tuple[Scale, ...]:
    """The newest round's scales in their order, then those that only earlier rounds had."""
    found: dict[str, Scale] = {}
    for one in reversed(rounds):
        for scale in one.instrument.scales:
            found.setdefault(scale.id, scale)
    return tuple(found.values())


def _lines(bench: Bench, rounds: tuple[Measured, ...], steps: list[VersionStep]) -> Figure:
    pairs, names = tuple(pairwise(rounds)), [one.name for one in rounds]
    rows = [_joined(rounds, scale, bench.language) for scale in _scales(rounds)]
    return Figure(
        name="linjer",
        title=_("Which rounds may be compared"),
        table=_scale_table(bench, pairs, steps),
        how_to_read=_(
            "A dot is a round that had the scale. A whole line joins two rounds whose values mean the same: same items,"
            " same words, counted alike. A dashed line joins rounds where some words are other, and somebody who knows"
            " the instrument has said that the answers may be compared. Where there is no line, a difference between"
            " the rounds may come from the questions, and the lines over time are broken there."
        ),
        codes=frozenset({bench.newest.lead.code}),
        draw=lambda: joined(rows, names, bench.language, title=phrase(bench.language, "joined_title")),
        says=tuple(in_words(row, names, bench.language) for row in rows),
    )


def _joined(rounds: tuple[Measured, ...], scale: Scale, language: str) -> Joined:
    steps = tuple(
        scales_comparable(now.instrument, before.instrument).get(scale.id, Comparability.NEW)
        for before, now in pairwise(rounds)
    )
    asked = tuple(scale.id in one.instrument.scales_by_id for one in rounds)
    return Joined(in_language(scale.title, language), asked, steps)


def _scale_table(bench: Bench, pairs: tuple[Pair, ...], steps: list[VersionStep]) -> Table:
    language = bench.language
    rows = tuple(
        (
            shown.text(one.title),
            shown.text(_between(pair)),
            shown.text(_versions(pair)),
            shown.text(verdict_words(one.comparable, language)),
            shown.text("; ".join(one.why) or "–"),
        )
        for pair, step in zip(pairs, steps, strict=True)
        for one in step.scales
    )
    heads = (_("Scale"), _("Rounds"), _("Versions"), _("The scale"), _("Why"))
    return Table(tuple(Column(head) for head in heads), rows)


def _between(pair: Pair) -> str:
    before, now = (one.name for one in pair)
    return _("%(before)s and %(now)s", before=before, now=now)


def _versions(pair: Pair) -> str:
    before, now = (one.instrument.version for one in pair)
    return before if before == now else f"{before} – {now}"


def _items(bench: Bench, pair: Pair, step: VersionStep) -> Figure:
    return Figure(
        name=f"fragor-{pair[1].round_id}",
        title=_("The questions, %(between)s", between=_between(pair)),
        table=Table(
            tuple(Column(head) for head in (_("Item"), _("Id"), _("Before"), _("What differs"), _("The answers"))),
            tuple(_item_row(one, bench.language) for one in step.items),
        ),
        how_to_read=_(
            "Each row is a question that is new, gone or asked in another way. Whether its answers may be compared is"
            " what the instrument declares; where it says nothing, a question with other words counts as another"
            " question."
        ),
        codes=frozenset({bench.newest.lead.code}),
        says=(
            ngettext(
                "%(num)s question is asked just as before.", "%(num)s questions are asked just as before.", step.same
            ),
        ),
        open_table=True,
    )


def _item_row(one: ItemStep, language: str) -> tuple[Cell, ...]:
    return (
        shown.text(one.text),
        shown.text(one.item),
        shown.text(one.before or "–"),
        shown.text(", ".join(one.what)),
        shown.text(verdict_words(one.comparable, language)),
    )
