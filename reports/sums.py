"""One round's answers added up over the organisation tree: what every number of a report is made from.

Every array's first axis is the tree's nodes, in the tree's order; a node has its own respondents and all of its
descendants'. Scores are added up about each scale's middle, so that no digits are lost.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from instruments.model import Instrument, Method, Scale
from reports.dataset import RoundData, Tree
from reports.statistics.describe import Moments, Sums, divide, moments_from_sums
from reports.statistics.grouped import Grouping, complete_cases
from reports.wording import PER_CENT, POINTS, Unit

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class RoundSums:
    respondents: Floats
    """(nodes,)"""
    open_links: Floats
    """(nodes,) of them that may have come by open link; see `_open_links`."""
    invited: Floats
    """(nodes,) nan where any unit in the node has not said."""
    centres: Floats
    """(scales,) what was subtracted from the scores."""
    scores: Sums
    """(nodes, scales)"""
    positive: Floats
    """(nodes, scales) item answers in the positive steps, of people with a score; nan where the scale has none."""
    positive_of: Floats
    """(nodes, scales) item answers of people with a score."""
    partial: Floats
    """(nodes, scales) respondents who answered some items of the scale but not all."""
    complete: Floats
    """(nodes, scales) respondents who answered every item of the scale."""
    item_variances: Floats
    """(nodes, scales) sum of the items' variances among those."""
    total_variance: Floats
    """(nodes, scales) variance of their sum."""
    item_n: Floats
    """(nodes, items)"""
    item_mean: Floats
    """(nodes, items) as asked, not reversed."""
    steps: tuple[Floats, ...]
    """For each item (nodes, steps): how many chose each step of `item_steps`."""

    @property
    def moments(self) -> Moments:
        return moments_from_sums(self.scores, self.centres)

    @property
    def positive_share(self) -> Floats:
        return divide(self.positive, self.positive_of)


def score_range(scale: Scale) -> tuple[float, float]:
    """Lowest and highest possible score."""
    if scale.method is Method.POSITIVE:
        return 0.0, 100.0
    items = len(scale.items) if scale.method is Method.SUM else 1
    return float(scale.minimum * items), float(scale.maximum * items)


def unit_of(scale: Scale) -> Unit:
    """What the score is told in."""
    return PER_CENT if scale.method is Method.POSITIVE else POINTS


def axis_of(scale: Scale) -> tuple[tuple[float, float], bool]:
    """What scales must have alike to stand on one axis: their range, and whether they are told in per cent."""
    return score_range(scale), unit_of(scale) is PER_CENT


def tells_positive(scale: Scale) -> bool:
    """Whether the share of positive answers is told beside the score; not where the score is that share.

    The two differ only by who has skipped an item, and both together would tell about them.
    """
    return scale.positive_from is not None and scale.method is not Method.POSITIVE


def item_steps(instrument: Instrument, item_id: str) -> tuple[int, ...]:
    """The steps an item is answered with, those that count as missing last; empty where there are too many to list."""
    item = instrument.items_by_id[item_id]
    options = instrument.options(item)
    if options:
        scored = sorted(option.value for option in options if not option.missing)
        return (*scored, *(option.value for option in options if option.missing))
    if item.minimum is None or item.maximum is None or item.maximum - item.minimum > 10:
        return ()
    return tuple(range(item.minimum, item.maximum + 1))


def merged_steps(steps: tuple[int, ...]) -> tuple[tuple[int, ...], ...]:
    """At most three categories: the middle step or two, and what is on either side; four steps halve."""
    if len(steps) <= 3:
        return tuple((step,) for step in steps)
    if len(steps) == 4:
        return steps[:2], steps[2:]
    side = (len(steps) - 1) // 2
    return steps[:side], steps[side : len(steps) - side], steps[len(steps) - side :]


def round_sums(data: RoundData, tree: Tree) -> RoundSums:
    """Raises ValueError for a unit that is not in the tree."""
    places = tree.positions(data.unit_codes)
    centres = np.array([sum(score_range(scale)) / 2 for scale in data.instrument.scales])
    adder = _Adder(tree, places)
    scores = _score_sums(adder, data.scores - centres)
    complete, item_variances, total_variance = _complete_cases(adder, data)
    positive, positive_of = _positive(adder, data)
    answered = ~np.isnan(data.values)
    item_n = adder(answered.astype(np.float64))
    return RoundSums(
        respondents=adder(np.ones((len(places), 1)))[:, 0],
        open_links=adder(_open_links(data))[:, 0],
        invited=_invited(data, tree, places),
        centres=centres,
        scores=scores,
        positive=positive,
        positive_of=positive_of,
        partial=_partial(adder, data),
        complete=complete,
        item_variances=item_variances,
        total_variance=total_variance,
        item_n=item_n,
        item_mean=divide(adder(np.where(answered, data.values, 0.0)), item_n),
        steps=tuple(_step_counts(adder, data, column) for column in range(len(data.items))),
    )


class _Adder:
    """Adds rows (n, m) up to nodes (nodes, m)."""

    def __init__(self, tree: Tree, places: NDArray[np.int64]) -> None:
        self._tree = tree
        self._grouping = Grouping(places, len(tree.nodes))

    def own(self, rows: Floats) -> Floats:
        """What stands at each node itself."""
        return self._grouping.add(rows)

    def __call__(self, rows: Floats) -> Floats:
        return self._tree.roll_up(self.own(rows))

    def columns(self, columns: list[Floats]) -> Floats:
        """(nodes, m) from m columns, also for m = 0."""
        return np.stack(columns, axis=1) if columns else np.zeros((len(self._tree.nodes), 0))


def _open_links(data: RoundData) -> Floats:
    """Recorded as open, as rare ways in are too."""
    return np.array([way == "open" for way in data.ways], dtype=np.float64).reshape(-1, 1)


def _score_sums(adder: _Adder, centred: Floats) -> Sums:
    there = ~np.isnan(centred)
    filled = np.where(there, centred, 0.0)
    return Sums(n=adder(there.astype(np.float64)), total=adder(filled), squares=adder(filled**2))


def _complete_cases(adder: _Adder, data: RoundData) -> tuple[Floats, Floats, Floats]:
    parts = [
        complete_cases(data.scale_values(scale.id), adder, (scale.minimum + scale.maximum) / 2)
        for scale in data.instrument.scales
    ]
    return (
        adder.columns([one.n for one in parts]),
        adder.columns([one.item_variances for one in parts]),
        adder.columns([one.total_variance for one in parts]),
    )


def _positive(adder: _Adder, data: RoundData) -> tuple[Floats, Floats]:
    above, of = [], []
    for column, scale in enumerate(data.instrument.scales):
        # Only those with a score: the share and the mean then speak of the same people.
        values = np.where(np.isnan(data.scores[:, [column]]), np.nan, data.scale_values(scale.id))
        answered = (~np.isnan(values)).sum(axis=1, keepdims=True).astype(np.float64)
        limit = np.full_like(values, np.inf if scale.positive_from is None else scale.positive_from)
        positive = adder(np.asarray(values >= limit).sum(axis=1, keepdims=True).astype(np.float64))[:, 0]
        above.append(positive if tells_positive(scale) else np.full_like(positive, np.nan))
        of.append(adder(answered)[:, 0])
    return adder.columns(above), adder.columns(of)


def _partial(adder: _Adder, data: RoundData) -> Floats:
    partial = []
    for scale in data.instrument.scales:
        answered = (~np.isnan(data.scale_values(scale.id))).sum(axis=1, keepdims=True)
        some = (answered > 0) & (answered < len(scale.items))
        partial.append(adder(some.astype(np.float64))[:, 0])
    return adder.columns(partial)


def _step_counts(adder: _Adder, data: RoundData, column: int) -> Floats:
    steps = item_steps(data.instrument, data.items[column])
    chosen = np.where(np.isnan(data.values[:, column]), data.declared_missing[:, column], data.values[:, column])
    return adder(np.equal.outer(chosen, np.array(steps, dtype=np.float64)).astype(np.float64))


def _invited(data: RoundData, tree: Tree, places: NDArray[np.int64]) -> Floats:
    own = np.zeros((len(tree.nodes), 2))
    for code, count in data.invited.items():
        place = tree.positions([code])[0]
        own[place] += (count or 0, count is None)
    listed = np.zeros((len(tree.nodes), 1))
    listed[tree.positions(data.invited)] = 1
    # Answers from where nobody was listed as invited: the number invited is not known there.
    for place in np.unique(places[tree.roll_up(listed)[places, 0] == 0]):
        own[place, 1] += 1
    totals = tree.roll_up(own)
    return np.where((totals[:, 1] > 0) | (tree.roll_up(listed)[:, 0] == 0), np.nan, totals[:, 0])
