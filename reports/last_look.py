"""The last look at findings before they leave the gate: every rule once more, on what will really be shown.

It knows nothing of how the decision was made. It reads the numbers that stand there, and asks of every shown group and
of every difference of shown groups whether it may be told.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from reports.cuts import told_by_cuts
from reports.dataset import Floats
from reports.findings import AnswerRange, Findings, ItemFinding, ScaleFinding
from reports.masking import Cell, cells, finer_cells
from reports.near import OTHERS, distances, least_distance
from reports.residuals import Nesting, at_least, faulty
from reports.sums import merged_steps

Sums = dict[Cell, dict[str, tuple[float, ...]]]
"""Cell -> group -> n and sum of the answers."""


def faults(findings: Findings) -> Iterator[str]:
    """One sentence for each cell that tells too much; nothing if all is well.

    Raises ValueError for a number that stands there without its n.
    """
    nesting = Nesting.of({group.code: group.parent for group in findings.groups})
    yield from _too_few(findings, nesting)
    yield from _near_an_end(findings, nesting)
    yield from _one_category(findings, nesting)


def _too_few(findings: Findings, nesting: Nesting) -> Iterator[str]:
    k = findings.k
    told = [(cell, k, counts) for cell, counts in cells(findings).items()] + list(finer_cells(findings))
    told += [(cell, k, counts) for cell, counts in _of_cuts(findings).items()]
    n, shown = _stacked(nesting, [{code: (float(n),) for code, n in counts.items()} for _, _, counts in told], 1)
    least = np.array([[float(enough)] for _, enough, _ in told]).reshape(-1, 1)
    found = faulty(nesting, n, at_least(least, (True,)), shown) | (shown & (n[..., 0] < least[:, 0]))
    yield from _named(nesting, [cell for cell, _, _ in told], found)


def _of_cuts(findings: Findings) -> dict[Cell, dict[str, int]]:
    """People in every cell of the cuts, and left in a group beside its cells."""
    counts: dict[Cell, dict[str, int]] = {}
    for told in told_by_cuts(findings):
        if told.n:
            counts.setdefault((*told.cell, told.scale or "respondents"), {})[told.group] = told.n
    return counts


def _near_an_end(findings: Findings, nesting: Nesting) -> Iterator[str]:
    """A mean near an end of the scale, of a group or of what is left when others are subtracted."""
    ranges = {(one.kind, one.id): one for one in findings.ranges}
    sums = _sums(findings)
    told = list(sums)
    answers = tuple(_range(ranges, cell) for cell in told)
    parts, shown = _stacked(nesting, list(sums.values()), 2)
    with_ends = np.stack([parts[..., 0], *distances(parts[..., 0], parts[..., 1], answers)], axis=-1)
    # Means are kept with twelve digits, and a sum over the whole country loses some of them.
    least = np.array([[0.0, least_distance(one) - 1e-6, least_distance(one) - 1e-6] for one in answers]).reshape(-1, 3)
    yield from _named(nesting, told, faulty(nesting, with_ends, at_least(least, (True, False, False)), shown))


def _one_category(findings: Findings, nesting: Nesting) -> Iterator[str]:
    """All but one in one category, in three categories wherever a spread is shown, in all steps where they are."""
    ranges = {one.id: one for one in findings.ranges if one.kind == "item"}
    counts: dict[Cell, dict[str, tuple[float, ...]]] = {}
    for group in findings.groups:
        for item in group.items:
            for name, held in _spreads(item, ranges.get(item.item)):
                counts.setdefault(("item", item.item, name), {})[group.code] = held
    if not counts:
        return
    widest = max(len(held) for groups in counts.values() for held in groups.values())
    padded = [
        {code: (*held, *(held[0],) * (widest - len(held))) for code, held in groups.items()}
        for groups in counts.values()
    ]
    parts, shown = _stacked(nesting, padded, widest)
    least = np.full((len(counts), widest), float(OTHERS))
    yield from _named(nesting, list(counts), faulty(nesting, parts, at_least(least, (False,) * widest), shown))


def _spreads(item: ItemFinding, answers: AnswerRange | None) -> Iterator[tuple[str, tuple[float, ...]]]:
    """How one item's answers lie: n, and how many lie outside each category; three categories, and all steps."""
    if item.counts is None or answers is None or item.n is None:
        return
    held = {
        category: count
        for category, count in zip(item.categories, item.counts, strict=True)
        if answers.lowest <= min(category) and max(category) <= answers.highest
    }
    if sum(held.values()) != item.n:
        raise ValueError(f"the counts of item {item.item} do not add up to its n")
    if all(len(category) == 1 for category in held):
        yield "steps", (item.n, *(item.n - count for count in held.values()))
        three = merged_steps(tuple(category[0] for category in held))
        held = {category: sum(held[step,] for step in category) for category in three}
    yield "spread", (item.n, *(item.n - count for count in held.values()))


def _sums(findings: Findings) -> Sums:
    sums: Sums = {}

    def add(cell: Cell, code: str, n: int | None, mean: float | None) -> None:
        if n and mean is not None:
            sums.setdefault(cell, {})[code] = (n, n * mean)

    for group in findings.groups:
        for scale in group.scales:
            for when, mean in _means(scale):
                add(("scale", scale.scale, when), group.code, mean[0], mean[1])
        for item in group.items:
            add(("item", item.item), group.code, item.n, item.mean)
    for told in told_by_cuts(findings):
        if told.scale is not None and told.n:
            sums.setdefault(("scale", told.scale, *told.cell), {})[told.group] = (told.n, told.total)
    return sums


def _means(scale: ScaleFinding) -> Iterator[tuple[str, tuple[int | None, float | None]]]:
    yield "now", (scale.level.mean.n, scale.level.mean.value)
    if scale.before:
        yield "before", (scale.before.mean.n, scale.before.mean.value)


def _range(ranges: Mapping[tuple[str, str], AnswerRange], cell: Cell) -> AnswerRange:
    answers = ranges.get((cell[0], cell[1]))
    if answers is None:
        raise ValueError(f"{' '.join(cell[:2])} is shown without its range; use the version that wrote it")
    return answers


def _stacked(
    nesting: Nesting, columns: list[dict[str, tuple[float, ...]]], statistics: int
) -> tuple[Floats, np.ndarray[tuple[int, ...], np.dtype[np.bool_]]]:
    """(groups, cells, statistics), and which groups have a value in which cell."""
    index = {code: place for place, code in enumerate(nesting.codes)}
    parts = np.zeros((len(index), len(columns), statistics))
    shown = np.zeros((len(index), len(columns)), dtype=np.bool_)
    for column, held in enumerate(columns):
        if held:
            places = [index[code] for code in held]
            parts[places, column] = np.array(list(held.values()))
            shown[places, column] = True
    return parts, shown


def _named(nesting: Nesting, told: list[Cell], found: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]) -> Iterator[str]:
    for column in np.flatnonzero(found.any(axis=0)).tolist():
        groups = ", ".join(nesting.codes[place] for place in np.flatnonzero(found[:, column]).tolist())
        yield f"{' '.join(told[column])} would tell too much about {groups}"
