"""What will be shown of one round, decided before anything is made from it.

The rules, cell by cell, are those of docs/method/disclosure.md; `reports.residuals` carries each of them through the
tree. All that borrows from several groups is made from what is decided here; `reports.disclosure` takes away the rest.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from instruments.model import Instrument
from reports.dataset import Floats
from reports.findings import AnswerRange, Thresholds
from reports.near import OTHERS, distances, least_distance, least_people, ranges_of, spread_faults
from reports.residuals import Cells, Mask, Nesting, Rule, at_least, people, safe
from reports.sums import RoundSums, item_steps, merged_steps, tells_positive

SMALLEST_ALPHA = 30

Cell = tuple[str, ...]
"""What is counted in one round: ("respondents",), ("scale", id), ("scale", id, "own SD"), ("item", id) ..."""
Hidden = Mapping[Cell, frozenset[str]]
"""Cells that must not be shown of these groups, whatever the rules here say: what the ledger withholds."""

RESPONDENTS: Cell = ("respondents",)


@dataclass(frozen=True)
class RoundShown:
    """One round; columns in its own instrument's order. What is False here is shown to nobody."""

    groups: Mask
    """(nodes,)"""
    means: Mask
    """(nodes, scales)"""
    own_spread: Mask
    """(nodes, scales) the group's own SD, and intervals made from it."""
    positive: Mask
    alpha: Mask
    items: Mask
    """(nodes, items)"""
    merged: Mask
    """(nodes, items) three categories."""
    full: Mask
    """(nodes, items) all steps."""
    gap_items: tuple[int, ...]
    """(scales,) the column of the item that is hidden where few skipped something; -1 for a scale of one item."""

    def only_means(self) -> RoundShown:
        """As the earlier round stands beside a later one: without its items and alpha."""
        none = np.zeros_like(self.items)
        return replace(self, alpha=np.zeros_like(self.alpha), items=none, merged=none, full=none)


@dataclass(frozen=True)
class LinkedShown:
    """Where the number of people in both rounds may be told."""

    groups: Mask
    """(nodes,)"""
    scales: Mask
    """(nodes, scales of this round)"""
    used: Mask
    """(nodes, scales) where their correlation may narrow the interval of the change."""


@dataclass(frozen=True)
class Question:
    """One round on one tree, and what is asked of it."""

    instrument: Instrument
    items: tuple[str, ...]
    sums: RoundSums
    nesting: Nesting
    thresholds: Thresholds
    hidden: Hidden
    gap_items: Mapping[str, str]
    """Scale -> the item that an earlier release of the round has hidden for the gaps' sake, if any."""

    def allowed(self, cells: list[Cell]) -> Mask:
        """(nodes, cells) all that is not withheld."""
        mask = np.ones((len(self.nesting.codes), len(cells)), dtype=np.bool_)
        for column, cell in enumerate(cells):
            if withheld := self.hidden.get(cell):
                mask[:, column] = [code not in withheld for code in self.nesting.codes]
        return mask

    def of_scales(self, *part: str) -> Mask:
        return self.allowed([("scale", scale.id, *part) for scale in self.instrument.scales])

    def of_items(self, *part: str) -> Mask:
        return self.allowed([("item", item, *part) for item in self.items])


def decide(asked: Question, among: Mask, scales: Mask | None = None) -> RoundShown:
    """`among` (nodes,): the groups that take part; `scales` (nodes, scales): where a mean may be shown at all."""
    sums, nesting, limits = asked.sums, asked.nesting, asked.thresholds
    ranges = ranges_of(asked.instrument, asked.items)
    of_scales, of_items = ranges[: len(asked.instrument.scales)], ranges[len(asked.instrument.scales) :]
    everyone = sums.respondents[:, None, None]
    groups = safe(nesting, everyone, people(limits.k), among[:, None] & asked.allowed([RESPONDENTS]))[:, 0]
    here = groups[:, None]
    n, total = sums.scores.n, sums.scores.total + sums.scores.n * sums.centres
    means = safe(
        nesting,
        with_ends(n, total, of_scales),
        ends_rule(of_scales, limits),
        here & asked.of_scales() & (True if scales is None else scales),
    )
    own = safe(
        nesting,
        np.stack([n, sums.scores.total, sums.scores.squares], axis=-1),
        _spread_rule(of_scales, limits.sd_from),
        means & asked.of_scales("own SD"),
    )
    gap_items = _gap_items(asked)
    items = _items(asked, of_items, gap_items, here & asked.of_items())
    merged, full = _spreads(asked, items)
    return RoundShown(
        groups=groups,
        means=means,
        own_spread=own,
        positive=_positive(asked, means),
        alpha=safe(
            nesting,
            sums.complete[..., None],
            _many(people(limits.k)),
            own & (sums.complete >= SMALLEST_ALPHA) & asked.of_scales("alpha"),
        ),
        items=items,
        merged=merged,
        full=full,
        gap_items=tuple(first for first, _ in gap_items),
    )


Counts = tuple[Floats, Floats]
"""Of people (nodes,), and of those with a score (nodes, scales)."""


def decide_linked(
    asked: Question, linked: Counts, now: Counts, before: Counts, among: tuple[Mask, Mask]
) -> LinkedShown:
    """Linked people, and the others of either round, must each be nobody or k: what is said of all beside what is said
    of the linked tells of the others. A correlation says nothing of those who have none, so it is used wherever the
    linked themselves are nobody or k. `among`: groups and means that both rounds show.
    """
    k = asked.thresholds.k

    def told(both: Floats, first: Floats, second: Floats, shown: Mask) -> Mask:
        parts = np.stack([both, first - both, second - both], axis=-1)
        rule = at_least(np.full((both.shape[1], 3), float(k)), (True, True, True))
        return safe(asked.nesting, parts, rule, shown)

    groups = told(linked[0][:, None], now[0][:, None], before[0][:, None], among[0][:, None])
    used = safe(asked.nesting, linked[1][..., None], _many(people(k)), among[1])
    return LinkedShown(groups=groups[:, 0], scales=told(linked[1], now[1], before[1], among[1]), used=used)


def with_ends(n: Floats, total: Floats, ranges: tuple[AnswerRange, ...]) -> Floats:
    """(nodes, cells, 3): people, and their distances from either end."""
    return np.stack([n, *distances(n, total, ranges)], axis=-1)


def ends_rule(ranges: tuple[AnswerRange, ...], limits: Thresholds) -> Rule:
    """Of what `with_ends` gives: so many people, and so far from either end, as a mean needs."""
    return at_least(_least(ranges, limits), (True, False, False))


def _least(ranges: tuple[AnswerRange, ...], limits: Thresholds) -> Floats:
    """(cells, 3): people, and the distances from either end."""
    least = [[least_people(one, limits), least_distance(one), least_distance(one)] for one in ranges]
    return np.array(least, dtype=np.float64).reshape(-1, 3)


def _spread_rule(ranges: tuple[AnswerRange, ...], sd_from: int) -> Rule:
    def faults(parts: Floats, cells: Cells) -> NDArray[np.int64]:
        mine = ranges[cells] if isinstance(cells, slice) else (ranges[cells],)
        n, total, squares = np.moveaxis(parts, -1, 0)
        few = (n > 0) & (n < sd_from)
        count: NDArray[np.int64] = spread_faults(n, total, squares, mine).astype(np.int64) + few
        return count

    return faults


def _many(rule: Rule) -> Rule:
    """The same rule in every cell."""
    return lambda parts, _: rule(parts, slice(None))


def _positive(asked: Question, means: Mask) -> Mask:
    """Positive shares: at least two answers on either side, else the share is everybody's but one's."""
    sums, scales = asked.sums, asked.instrument.scales
    asks = np.array([tells_positive(scale) for scale in scales], dtype=np.bool_)
    positive = np.nan_to_num(sums.positive)
    parts = np.stack([sums.scores.n, positive, sums.positive_of - positive], axis=-1)
    least = np.array([[asked.thresholds.spread_from, OTHERS, OTHERS] for _ in scales], dtype=np.float64).reshape(-1, 3)
    return safe(asked.nesting, parts, at_least(least, (True, False, False)), means & asks & asked.of_scales("positive"))


def _gap_items(asked: Question) -> tuple[tuple[int, int], ...]:
    """For each scale the two items with fewest answers in the whole round (ties by id); (-1, -1) for a scale of one."""
    column = {item: place for place, item in enumerate(asked.items)}
    answered = asked.sums.item_n[asked.nesting.parents < 0].sum(axis=0)
    found = []
    for scale in asked.instrument.scales:
        fixed = asked.gap_items.get(scale.id)
        ranked = sorted(scale.item_ids, key=lambda item: (item != fixed, answered[column[item]], item))
        found.append((column[ranked[0]], column[ranked[1]]) if len(ranked) > 1 else (-1, -1))
    return tuple(found)


def _items(
    asked: Question, ranges: tuple[AnswerRange, ...], gap_items: tuple[tuple[int, int], ...], among: Mask
) -> Mask:
    """Items one by one, then what each scale's sum tells of them.

    The items' means and the scale's add up: of a scale with one item hidden, that one can be worked out. So where any
    is hidden the first of `gap_items` is too, and where that is, for itself, the second. Where the equation does not
    come out because 1 to k-1 people answered only some items, it tells their sum: there the first is hidden.
    """
    sums, k = asked.sums, float(asked.thresholds.k)
    n, nesting = sums.item_n, asked.nesting
    parts = with_ends(n, np.where(n > 0, np.nan_to_num(sums.item_mean), 0.0) * n, ranges)
    rule = ends_rule(ranges, asked.thresholds)
    least = _least(ranges, asked.thresholds)
    shown = safe(nesting, parts, rule, among)
    column = {item: place for place, item in enumerate(asked.items)}
    for place, (scale, (first, second)) in enumerate(zip(asked.instrument.scales, gap_items, strict=True)):
        if first < 0:
            continue
        others = [column[item] for item in scale.item_ids if column[item] not in (first, second)]
        both = np.concatenate([parts[:, [second]], parts[:, [first]]], axis=-1)
        limits = np.concatenate([least[[second]], least[[first]]], axis=-1)
        ends = (True, False, False)
        pair = safe(nesting, both, at_least(limits, ends * 2), shown[:, [second]] & shown[:, [first]])
        shown[:, [second]] = pair
        gaps = np.concatenate([both, sums.partial[:, [place], None]], axis=-1)
        limits = np.concatenate([limits, [[k]]], axis=-1)
        first_among = pair & shown[:, others].all(axis=1, keepdims=True)
        shown[:, [first]] = safe(nesting, gaps, at_least(limits, (*ends * 2, True)), first_among)
    return shown


def _spreads(asked: Question, items: Mask) -> tuple[Mask, Mask]:
    """Three categories, and all steps: nobody's answer follows from there being at most one outside a category."""
    three = [_outside(asked, place, merged=True) for place in range(len(asked.items))]
    every = [_outside(asked, place, merged=False) for place in range(len(asked.items))]
    told = np.array([bool(item_steps(asked.instrument, item)) for item in asked.items], dtype=np.bool_)
    merged = _spread(asked, three, asked.thresholds.spread_from, items & told & asked.of_items("spread"))
    return merged, _spread(asked, every, asked.thresholds.sd_from, merged & asked.of_items("steps"))


def _spread(asked: Question, outside: list[Floats], enough: int, among: Mask) -> Mask:
    widest = max((one.shape[1] for one in outside), default=0)
    parts = np.zeros((len(asked.nesting.codes), len(outside), widest + 1))
    least = np.zeros((len(outside), widest + 1))
    parts[..., 0] = asked.sums.item_n
    least[:, 0] = enough
    for place, one in enumerate(outside):
        parts[:, place, 1 : one.shape[1] + 1] = one
        least[place, 1 : one.shape[1] + 1] = OTHERS
    return safe(asked.nesting, parts, at_least(least, (True, *(False,) * widest)), among)


def _outside(asked: Question, place: int, *, merged: bool) -> Floats:
    """(nodes, categories): how many of one item's scored answers lie outside each category."""
    item = asked.instrument.items_by_id[asked.items[place]]
    declared = {option.value for option in asked.instrument.options(item) if option.missing}
    steps = item_steps(asked.instrument, item.id)
    scored = tuple(step for step in steps if step not in declared)
    categories = merged_steps(scored) if merged else tuple((step,) for step in scored)
    counts = asked.sums.steps[place]
    held = [counts[:, [steps.index(step) for step in category]].sum(axis=1) for category in categories]
    n = asked.sums.item_n[:, place]
    return np.stack([n - count for count in held], axis=1) if held else np.zeros((len(n), 0))
