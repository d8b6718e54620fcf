"""Linked people in the analyst's part: where it may be told how many moved, and what REML makes of who they are.

How many moved is a distribution of three steps, and is held to the rule of distributions. REML weighs the change of
those who are followed and of the others apart, so it is told only where the means of both might be, in both rounds.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from instruments.model import Instrument
from reports.analyst_findings import Flow
from reports.dataset import Floats, RoundData, Tree
from reports.decision import Cell, LinkedShown, Question, ends_rule, with_ends
from reports.estimates import tidy
from reports.findings import Thresholds
from reports.flow_steps import steps_of
from reports.ledger import Builder, Family
from reports.near import OTHERS, ranges_of
from reports.pairs import RoundPairs
from reports.residuals import Cells, Mask, at_least, safe

PARTITION = "linked"
"""The ledger's name of the people that two rounds share."""
MOVED, WEIGHED = "moved", "weighed"
"""Cells ("scale", id, MOVED, id of the earlier round) and the same with WEIGHED."""

Totals = tuple[Floats, Floats]
"""(nodes, scales of this round): how many have a score, and the sum of their scores."""


@dataclass(frozen=True)
class FollowedShown:
    """(nodes, scales of this round) each."""

    moved: Mask
    weighed: Mask
    """Where REML may be told."""


def decide_followed(
    asked: Question,
    pairs: RoundPairs,
    now: Totals,
    before: Totals,
    linked: LinkedShown,
    round_id: int,
    twice: Floats | None = None,
) -> FollowedShown:
    """`round_id` is the earlier round's: what was told of another pair of rounds was told of other people.

    `twice`: who of the earlier round is followed to it and from it (`reports.followed_twice`), where anybody may be.
    """

    def among(part: str) -> Mask:
        return linked.scales & asked.allowed(list(_cells(asked.instrument, part, round_id)))

    return FollowedShown(
        moved=_decide_moved(asked, pairs, among(MOVED)),
        weighed=_decide_weighed(asked, pairs, now, before, _apart(asked, twice, among(WEIGHED))),
    )


def _apart(asked: Question, twice: Floats | None, among: Mask) -> Mask:
    """Where those followed to the earlier round and those followed from it differ by nobody or k."""
    if twice is None:
        return among
    # Counted where each of their answers lies together, some may be in one part of a group and not in its whole: such a
    # number below 0 is no number of people that may be told.
    rule = at_least(np.full((twice.shape[1], 3), float(asked.thresholds.k)), (True, True, True))
    return safe(asked.nesting, twice, rule, among)


def _cells(instrument: Instrument, part: str, round_id: int) -> Iterator[Cell]:
    return (("scale", scale.id, part, str(round_id)) for scale in instrument.scales)


def _decide_moved(asked: Question, pairs: RoundPairs, among: Mask) -> Mask:
    """As many as all steps of an item need, and two at least outside each of lower, the same and higher."""
    n = pairs.pairs[..., None]
    least = np.tile([float(asked.thresholds.sd_from), *[float(OTHERS)] * 3], (n.shape[1], 1))
    rule = at_least(least, (True, False, False, False))
    return safe(asked.nesting, np.concatenate([n, n - pairs.moved], axis=-1), rule, among)


def _decide_weighed(asked: Question, pairs: RoundPairs, now: Totals, before: Totals, among: Mask) -> Mask:
    """The linked and the others, now and before: each of the four is nobody, or has a mean that might be shown."""
    ranges = ranges_of(asked.instrument, asked.items)[: len(asked.instrument.scales)]
    blocks = []
    for place, (n, total) in enumerate((now, before)):
        linked = pairs.products[..., 1 + place] + pairs.pairs * pairs.middles[place]
        blocks += [with_ends(pairs.pairs, linked, ranges), with_ends(n - pairs.pairs, total - linked, ranges)]
    width = blocks[0].shape[-1]
    of_mean = ends_rule(ranges, asked.thresholds)

    def rule(parts: Floats, cells: Cells) -> NDArray[np.int64]:
        count = np.zeros(parts.shape[:-1], dtype=np.int64)
        for start in range(0, parts.shape[-1], width):
            count += of_mean(parts[..., start : start + width], cells)
        return count

    return safe(asked.nesting, np.concatenate(blocks, axis=-1), rule, among)


def flows_of(instrument: Instrument, tree: Tree, pairs: RoundPairs, places: Iterable[int]) -> tuple[Flow, ...]:
    """Every group on every scale that somebody linked has a score on in both rounds; the gate takes away the rest."""
    steps = [tidy(step) or 0.0 for step in steps_of(instrument).tolist()]
    moved = pairs.moved.astype(np.int64)
    return tuple(
        Flow(tree.nodes[place].code, scale.id, steps[column], sum(counts), *counts)
        for place in places
        for column, scale in enumerate(instrument.scales)
        if sum(counts := moved[place, column].tolist())
    )


def linked_family(
    data: RoundData, tree: Tree, pairs: RoundPairs, shown: FollowedShown, limits: Thresholds, round_id: int
) -> Family:
    """What a release tells of the people that this round and an earlier one share, where they are counted.

    By both batches: of people whose answers came so, some can only go.
    """
    builder = Builder(PARTITION, [node.code for node in tree.nodes], tree.parents.tolist())
    codes = [tree.nodes[place].code for place in pairs.places.tolist()]
    builder.place(codes, [0] * len(codes), [f"{now}/{before}" for now, before in pairs.batches])
    moved, weighed = (list(_cells(data.instrument, part, round_id)) for part in (MOVED, WEIGHED))
    for column in np.flatnonzero((shown.moved | shown.weighed).any(axis=0)).tolist():
        measure = builder.measure(pairs.both[:, column])
        builder.tell(moved[column], limits.sd_from, measure, shown.moved[:, column])
        builder.tell(weighed[column], limits.k, measure, shown.weighed[:, column])
    inside = {
        (node.code, f"{now}/{before}"): place
        for place, node in enumerate(tree.nodes)
        for now, before in dict.fromkeys(pairs.batches)
    }
    return builder.family(inside)
