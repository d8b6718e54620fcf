"""One release from answers to what passes the gate, held against all that was told of the same rounds before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from reports.analysis import About, Analysed, Decision, Earlier, Summed, add_up, decision, numbers
from reports.cut_ledger import cut_families, without
from reports.dataset import RoundData, Tree
from reports.decision import Cell
from reports.disclosure import Disclosed, disclose
from reports.findings import Withheld
from reports.followed import linked_family
from reports.item_functioning import HELPED, kind_families
from reports.ledger import GAPS, Entry, entry_of
from reports.ledger_check import refused
from reports.trends import Past, inside, shown_before, trends_of
from reports.whole import whole_of

BEFORE = "before"
"""Stands first in a withheld cell of the earlier round."""


@dataclass(frozen=True)
class Released:
    """What may be shown, and what the ledger must remember of it."""

    disclosed: Disclosed
    entries: tuple[Entry, ...]
    """One for each round that the release tells about."""


def make(
    now: RoundData,
    before: RoundData | None,
    tree: Tree,
    about: About,
    *,
    label: str,
    linked: bool,
    told_now: Sequence[Entry] = (),
    told_before: Sequence[Entry] = (),
    past: Sequence[Past] = (),
) -> Released:
    """`label` is what a later release calls this one; `told_now`, `told_before`: earlier entries on either round.
    `past`: the rounds before `before`, oldest first; the tree holds their units too.

    What earlier entries make unsafe is hidden before anything is computed, so that all that follows from hiding it
    (complementary hiding, borrowed spread) follows too. Raises ValueError for a unit that is not in the tree.
    """
    summed = add_up(now, before, tree, linked=linked, earlier=tuple(one.data for one in past))
    withheld: tuple[tuple[Withheld, ...], tuple[Withheld, ...]] = ((), ())
    while True:
        shown = decision(summed, about.thresholds, _earlier(withheld[0], told_now), _earlier(withheld[1], told_before))
        entries = entries_of(summed, shown, about, label)
        more = [
            refused(entry, told, about.thresholds.k)
            for entry, told in zip(entries, (told_now, told_before), strict=False)
        ]
        if not any(more):
            break
        # Hiding one group may let another be shown in its stead: so once more, until nothing is withheld.
        withheld = (withheld[0] + more[0], withheld[1] + (more[1] if len(more) > 1 else ()))
    named = replace(about, withheld=withheld[0] + tuple(_of_before(one) for one in withheld[1]))
    analysed, entry = _cut(numbers(summed, shown, named), summed, entries[0], told_now)
    analysed, entry = _by_kind(analysed, summed, entry, told_now)
    analysed, more_entries = _through_rounds(analysed, summed, shown, past, tree, about, label, linked=linked)
    return Released(disclose(analysed, about.thresholds.k), (entry, *entries[1:], *more_entries))


def _cut(analysed: Analysed, summed: Summed, entry: Entry, told: Sequence[Entry]) -> tuple[Analysed, Entry]:
    """The cuts held against earlier entries and this release's own tree. They only lose by it, so nothing follows."""
    findings, k = analysed.findings, analysed.findings.k
    families = cut_families(summed.now, summed.tree, findings.cuts, k)
    if told:
        withheld = refused(replace(entry, families=families), [*told, entry], k)
        cuts = tuple(without(findings.cuts, families, withheld))
        findings = replace(findings, cuts=cuts, withheld=findings.withheld + withheld)
        families = cut_families(summed.now, summed.tree, cuts, k)
    return replace(analysed, findings=findings), replace(entry, families=entry.families + families)


def _by_kind(analysed: Analysed, summed: Summed, entry: Entry, told: Sequence[Entry]) -> tuple[Analysed, Entry]:
    """How many there are of each kind of answer held against earlier entries: each thing asked by as a whole."""
    analyst, k = analysed.findings.analyst, analysed.findings.k
    code = next((node.code for node in (summed.tree.nodes[place] for place in summed.places[:1])), "")
    families = kind_families(summed.now, analyst.functioning, code, k)
    if told and any(refused(replace(entry, families=families), [*told, entry], k)):
        # Who was helped stands in the release as a cut, and stays.
        kept = tuple(one for one in analyst.functioning if one.by == HELPED)
        findings = replace(analysed.findings, analyst=replace(analyst, functioning=kept))
        return replace(analysed, findings=findings), entry
    return analysed, replace(entry, families=entry.families + families)


def _through_rounds(
    analysed: Analysed,
    summed: Summed,
    shown: Decision,
    past: Sequence[Past],
    tree: Tree,
    about: About,
    label: str,
    *,
    linked: bool,
) -> tuple[Analysed, tuple[Entry, ...]]:
    """The lines through all rounds, and what they tell of those that the release does not speak of otherwise."""
    now, before = summed.now, summed.before
    if not past or before is None or summed.sums_before is None or shown.before is None:
        return analysed, ()
    wholes = (
        whole_of(now, summed.sums, shown.now, summed.places),
        whole_of(before, summed.sums_before, shown.before, summed.places),
    )
    code = next((summed.tree.nodes[place].code for place in summed.places[:1]), "")
    if not all(wholes) or not all(inside(one.data, tree, code) for one in past):
        return analysed, ()
    chain = [*(one.data for one in past), before, now]
    earlier = [shown_before(one, code, about.thresholds, label) for one in past]
    masks = [mask for mask, _ in earlier]
    masks += [one.shown.means[one.place] & one.shown.own_spread[one.place] for one in reversed(wholes) if one]
    trends = trends_of(chain, dict(enumerate(masks)), linked, about.thresholds)
    if not trends:
        return analysed, ()
    findings = replace(analysed.findings, analyst=replace(analysed.findings.analyst, trends=trends))
    return replace(analysed, findings=findings), tuple(entry for _, entry in earlier)


def _earlier(withheld: Sequence[Withheld], told: Sequence[Entry]) -> Earlier:
    hidden: dict[Cell, frozenset[str]] = {}
    for one in withheld:
        # The people behind the gaps are hidden by hiding the item that closes the sum.
        cell = ("item", one.cell[2]) if one.cell[0] == GAPS else one.cell
        hidden[cell] = hidden.get(cell, frozenset()) | {one.group}
    gap_items: dict[str, str] = {}
    for entry in told:
        gap_items = {**entry.gap_items, **gap_items}
    return Earlier(hidden, gap_items)


def entries_of(summed: Summed, shown: Decision, about: About, label: str) -> tuple[Entry, ...]:
    """What the ledger would remember of this round, and of the one before it, if all that is decided were released."""
    scales = range(len(summed.now.instrument.scales))
    entries = [entry_of(label, summed.now, summed.tree, shown.now, about.thresholds, scales)]
    if summed.before and summed.pairs and shown.followed and (shown.followed.moved | shown.followed.weighed).any():
        told = summed.now, summed.tree, summed.pairs, shown.followed, about.thresholds, summed.before.round_id
        entries[0] = replace(entries[0], families=(*entries[0].families, linked_family(*told)))
    if summed.before and shown.before:
        compared = np.unique(summed.columns[summed.columns >= 0]).tolist()
        entries.append(entry_of(label, summed.before, summed.tree, shown.before, about.thresholds, compared))
    return tuple(entries)


def _of_before(withheld: Withheld) -> Withheld:
    return replace(withheld, cell=(BEFORE, *withheld.cell))
