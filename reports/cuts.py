"""Cuts: a group's results by one background item (role, area, years in the work ...), from a fixed menu.

One item at a time, and only where a group is large enough to be cut: nation, county, region and municipality, never a
unit. What is not on the menu cannot be asked for: every further crossing is one more way to work out what few people
answered. Cells are protected here, where each person's background is still known; the gate keeps of them what belongs
to groups that are shown.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from instruments.model import Instrument, Item
from reports.cut_protection import NONE, People, shown_cells
from reports.dataset import RoundData, Tree, background_items
from reports.estimates import estimate, nothing
from reports.findings import CutCell, CutFinding, Estimate, Findings, NodeKind, Reason, Thresholds
from reports.near import least_distance, least_people, scale_range
from reports.statistics.describe import Pooled, divide, mean_interval, standard_error

Mask = NDArray[np.bool_]

LEVELS = frozenset({NodeKind.NATION, NodeKind.COUNTY, NodeKind.REGION, NodeKind.MUNICIPALITY})


@dataclass(frozen=True)
class Cut:
    """One entry of the menu."""

    item: str
    categories: tuple[tuple[int, ...], ...]
    """Option values in each category, coarsened as the instrument says."""


@dataclass(frozen=True)
class Told:
    """A number of people, and of a scale the sum of their scores, that follows from the cuts."""

    cell: tuple[str, ...]
    scale: str | None
    group: str
    n: int
    total: float


def menu(instrument: Instrument) -> tuple[Cut, ...]:
    """The background items with one choice, in the order they are asked. Options that say nothing are no category."""
    return tuple(Cut(item.id, categories(instrument, item)) for item in background_items(instrument))


def categories(instrument: Instrument, item: Item) -> tuple[tuple[int, ...], ...]:
    """The item's coarsened groups and the options that stand in none, in the order of the options."""
    merged = {value: group for group in item.coarsen for value in group}
    told = [option.value for option in instrument.options(item) if not option.missing]
    return tuple(dict.fromkeys(merged.get(value, (value,)) for value in told))


def cut_findings(
    data: RoundData, tree: Tree, groups: Mask, scales: Mask, pooled: Pooled, thresholds: Thresholds
) -> tuple[CutFinding, ...]:
    """Every shown group of the menu's levels by every item of the menu: n and each scale's mean, protected.

    `groups` (nodes,) and `scales` (nodes, scales): what of the tree may be published at all. Means have an interval
    from `spread_from` people, always from the round's pooled spread `pooled` (scales,): a cell's own SD is never told.
    """
    cuts = menu(data.instrument)
    people = _people(data, tree, groups, cuts)
    everything = [np.ones((len(tree.nodes), len(cut.categories)), dtype=np.bool_) for cut in cuts]
    shown = shown_cells(people, everything, thresholds.k)
    told = [
        _means(data, replace(people, groups=groups & scales[:, column]), shown, column, pooled, thresholds)
        for column in range(len(data.instrument.scales))
    ]
    counts = [people.totals(item, len(cut.categories))[:, :, 0] for item, cut in enumerate(cuts)]
    return tuple(
        CutFinding(
            group=node.code,
            item=cut.item,
            cells=tuple(
                _cell(
                    options,
                    int(counts[item][at]),
                    bool(shown[item][at]),
                    tuple(means[item][at] for means in told),
                    thresholds.k,
                )
                for category, options in enumerate(cut.categories)
                for at in ((place, category),)
            ),
        )
        for place, node in enumerate(tree.nodes)
        if groups[place] and people.levels[place]
        for item, cut in enumerate(cuts)
    )


def told_by_cuts(findings: Findings) -> Iterator[Told]:
    """What the cuts show, cell by cell, and then what is left of each group when its shown cells are subtracted.

    For the last look: n and, of a scale, the sum of the scores. Raises ValueError for a cut of a group that is not
    shown, or a mean without its n.
    """
    groups = {group.code: group for group in findings.groups}
    for cut in findings.cuts:
        group = groups[cut.group]
        scales = [(scale.scale, scale.level.mean) for scale in group.scales]
        whole = [(None, Estimate(0.0, None, None, group.n)), *scales]
        for column, (scale, mean) in enumerate(whole):
            rest = (mean.n or 0, (mean.n or 0) * (mean.value or 0.0))
            for cell in cut.cells:
                n, value = (cell.n, 0.0) if scale is None else (cell.means[column - 1].n, cell.means[column - 1].value)
                if scale is not None and value is None:
                    continue
                if n and mean.value is None:
                    raise ValueError(f"{cut.item} cuts {cut.group}, which is not shown; nothing is shown")
                if n is not None and value is not None:
                    yield Told(("cut", cut.item, repr(cell.options)), scale, cut.group, n, n * value)
                    rest = (rest[0] - n, rest[1] - n * value)
            # The others and those who skipped: no group of the tree, so it stands by itself.
            yield Told(("rest", cut.item, cut.group), scale, cut.group, *rest)


def _people(data: RoundData, tree: Tree, groups: Mask, cuts: Sequence[Cut]) -> People:
    places = tree.positions(data.unit_codes)
    chosen = np.full((len(places), len(cuts)), NONE, dtype=np.int64)
    for item, cut in enumerate(cuts):
        for category, options in enumerate(cut.categories):
            chosen[np.isin(data.backgrounds[:, item], options), item] = category
    levels = np.array([node.kind in LEVELS for node in tree.nodes], dtype=np.bool_)
    return People(tree, groups, levels, places, chosen, np.zeros((len(places), 0)), 0.0)


def _means(
    data: RoundData, everyone: People, shown: Sequence[Mask], column: int, pooled: Pooled, thresholds: Thresholds
) -> list[dict[tuple[int, int], Estimate]]:
    """For each item the scale's mean in every cell: (node, category) -> estimate. Only those with a score count."""
    scores = data.scores[:, column]
    there = ~np.isnan(scores)
    answers = scale_range(data.instrument, data.instrument.scales[column])
    score = scores[there]
    people = replace(
        everyone,
        places=everyone.places[there],
        chosen=everyone.chosen[there],
        distances=np.column_stack([answers.highest - score, score - answers.lowest]),
        least=least_distance(answers),
    )
    least = least_people(answers, thresholds)
    may = shown_cells(people, shown, least)
    found = []
    for item, mask in enumerate(may):
        totals = people.totals(item, mask.shape[1])
        n = totals[:, :, 0]
        mean = answers.lowest + divide(totals[:, :, 2], n)
        between = mean_interval(mean, standard_error(n, pooled.sd[column]), pooled.df[column])
        low, high = (
            np.where(n >= thresholds.spread_from, np.clip(end, answers.lowest, answers.highest), np.nan)
            for end in (between.low, between.high)
        )
        found.append(
            {
                at: estimate(float(mean[at]), float(low[at]), float(high[at]), int(n[at]), Reason.TOO_FEW)
                if mask[at]
                else nothing(_why(int(n[at]), least))
                for place in np.flatnonzero(people.levels).tolist()
                for category in range(mask.shape[1])
                for at in ((place, category),)
            }
        )
    return found


def _cell(options: tuple[int, ...], n: int, shown: bool, means: tuple[Estimate, ...], k: int) -> CutCell:
    if shown:
        return CutCell(options, n, means)
    reason = _why(n, k)
    return CutCell(options, None, tuple(nothing(reason) for _ in means), reason)


def _why(n: int, k: int) -> Reason:
    return Reason.TOO_FEW if n < k else Reason.PROTECTED
