"""The last look at findings before they leave the gate: every rule once more, on what will really be shown.

It knows nothing of how the decision was made. It reads the numbers that stand there, and asks of every shown group and
of every difference of shown groups whether it may be told.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from reports.analyst_look import analyst_faults
from reports.cuts import Told, told_by_cuts
from reports.dataset import Floats, Integers
from reports.findings import AnswerRange, Findings, ScaleFinding
from reports.masking import Cell, cells, finer_cells
from reports.near import OTHERS, distances, least_distance, least_people
from reports.residuals import Mask, Nesting, at_least, faulty
from reports.sums import merged_steps

Sums = dict[Cell, tuple[list[str], list[float]]]
"""Cell -> its groups, and n and sum of the answers of each, written after one another."""
Judge = Callable[[Nesting, Floats, Mask, Integers], Mask]
"""Groups within groups, statistics (groups, cells, statistics), who has them (groups, cells), and which cells they are
-> where too much is told (groups, cells)."""

Categories = tuple[tuple[int, ...], ...]

_BY_ITSELF = Nesting(("",), np.array([-1]))


@dataclass(frozen=True)
class _Column:
    """The groups that have one cell."""

    codes: list[str]
    numbers: Floats
    """(groups, statistics)"""


def faults(findings: Findings) -> Iterator[str]:
    """One sentence for each cell that tells too much; nothing if all is well.

    Raises ValueError for a number that stands there without its n.
    """
    nesting = Nesting.of({group.code: group.parent for group in findings.groups})
    of_cuts = tuple(told_by_cuts(findings))
    yield from _too_few(findings, of_cuts, nesting)
    yield from _near_an_end(findings, of_cuts, nesting)
    yield from _one_category(findings, nesting)
    yield from _who_moved(findings, nesting)
    yield from analyst_faults(findings)


def _too_few(findings: Findings, of_cuts: Sequence[Told], nesting: Nesting) -> Iterator[str]:
    k = findings.k
    ranges = {(one.kind, one.id): one for one in findings.ranges}
    told = [(cell, _enough(cell, ranges, findings), counts) for cell, counts in cells(findings).items()]
    told += finer_cells(findings)
    told += [(cell, k, counts) for cell, counts in _of_cuts(of_cuts).items()]
    columns = [_column(list(counts), list(counts.values()), 1) for _, _, counts in told]
    least = np.array([[float(enough)] for _, enough, _ in told]).reshape(-1, 1)

    def judge(within: Nesting, n: Floats, shown: Mask, which: Integers) -> Mask:
        few: Mask = shown & (n[..., 0] < least[which, 0])
        return few | faulty(within, n, at_least(least[which], (True,)), shown)

    yield from _judged(nesting, [cell for cell, _, _ in told], columns, judge)


def _enough(cell: Cell, ranges: Mapping[tuple[str, str], AnswerRange], findings: Findings) -> int:
    """How many a number needs: of means, what their range asks for."""
    answers = ranges.get((cell[0], cell[1])) if len(cell) > 1 else None
    of_mean = cell[0] == "item" or cell[-1] in ("now", "before")
    return least_people(answers, findings.thresholds) if answers and of_mean else findings.k


def _of_cuts(of_cuts: Sequence[Told]) -> dict[Cell, dict[str, int]]:
    """People in every cell of the cuts, and left in a group beside its cells."""
    counts: dict[Cell, dict[str, int]] = {}
    for told in of_cuts:
        if told.n:
            counts.setdefault((*told.cell, told.scale or "respondents"), {})[told.group] = told.n
    return counts


def _near_an_end(findings: Findings, of_cuts: Sequence[Told], nesting: Nesting) -> Iterator[str]:
    """A mean near an end of the scale, of a group or of what is left when others are subtracted."""
    ranges = {(one.kind, one.id): one for one in findings.ranges}
    sums = _sums(findings, of_cuts)
    answers = [_range(ranges, cell) for cell in sums]
    # Means are kept with twelve digits, and a sum over the whole country loses some of them.
    least = np.array([[0.0, least_distance(one) - 1e-6, least_distance(one) - 1e-6] for one in answers]).reshape(-1, 3)

    def judge(within: Nesting, parts: Floats, shown: Mask, which: Integers) -> Mask:
        n, total = parts[..., 0], parts[..., 1]
        with_ends = np.stack([n, *distances(n, total, tuple(answers[cell] for cell in which.tolist()))], axis=-1)
        return faulty(within, with_ends, at_least(least[which], (True, False, False)), shown)

    yield from _judged(nesting, list(sums), [_column(*held, 2) for held in sums.values()], judge)


def _one_category(findings: Findings, nesting: Nesting) -> Iterator[str]:
    """All but one in one category, in three categories wherever a spread is shown, in all steps where they are."""
    spreads: dict[Cell, list[_Column]] = {}
    for item, categories, told in _items(findings):
        for name, column in _outside(item, categories, told):
            spreads.setdefault(("item", item.id, name), []).append(column)
    widest = max((one.numbers.shape[1] for columns in spreads.values() for one in columns), default=0)
    columns = [
        _Column(
            [code for one in told for code in one.codes],
            # Outside a category that is not there stands everybody: n again.
            np.vstack([one.numbers[:, [*range(one.numbers.shape[1]), *[0] * widest][:widest]] for one in told]),
        )
        for told in spreads.values()
    ]

    def judge(within: Nesting, parts: Floats, shown: Mask, which: Integers) -> Mask:
        least = np.full((len(which), widest), float(OTHERS))
        return faulty(within, parts, at_least(least, (False,) * widest), shown)

    yield from _judged(nesting, list(spreads), columns, judge)


def _who_moved(findings: Findings, nesting: Nesting) -> Iterator[str]:
    """Linked people nearly all of whom went the same way, or too few of them."""
    linked = {
        (group.code, scale.scale): scale.change.n_linked
        for group in findings.groups
        for scale in group.scales
        if scale.change and scale.before and scale.level.mean.value is not None
    }
    told: dict[Cell, tuple[list[str], list[float]]] = {}
    for flow in findings.analyst.flows:
        moved = flow.lower, flow.same, flow.higher
        counts = [one for one in moved if one is not None]
        if flow.n is None and not counts:
            continue
        if len(counts) < len(moved) or flow.n != sum(counts) or flow.n != linked.get((flow.group, flow.scale)):
            raise ValueError(f"who moved in {flow.group} on {flow.scale} does not add up to those linked")
        codes, numbers = told.setdefault(("scale", flow.scale, "moved"), ([], []))
        codes.append(flow.group)
        numbers += [flow.n, *(flow.n - count for count in counts)]

    least = np.array([float(findings.thresholds.sd_from), *[float(OTHERS)] * 3])

    def judge(within: Nesting, parts: Floats, shown: Mask, which: Integers) -> Mask:
        few: Mask = shown & (parts[..., 0] < least[0])
        rule = at_least(np.tile(least, (len(which), 1)), (True, False, False, False))
        return few | faulty(within, parts, rule, shown)

    yield from _judged(nesting, list(told), [_column(*held, 4) for held in told.values()], judge)


def _items(findings: Findings) -> Iterator[tuple[AnswerRange, Categories, _Column]]:
    """Every item's spreads by the categories that they stand in: n, and the answers in each."""
    ranges = {one.id: one for one in findings.ranges if one.kind == "item"}
    found: dict[tuple[str, Categories], tuple[list[str], list[float]]] = {}
    for group in findings.groups:
        for item in group.items:
            if item.counts is None or item.n is None or item.item not in ranges:
                continue
            if len(item.counts) != len(item.categories):
                raise ValueError(f"item {item.item} has counts without their categories")
            codes, numbers = found.setdefault((item.item, item.categories), ([], []))
            codes.append(group.code)
            numbers.append(item.n)
            numbers.extend(item.counts)
    for (name, categories), (codes, numbers) in found.items():
        yield ranges[name], categories, _column(codes, numbers, len(categories) + 1)


def _outside(answers: AnswerRange, categories: Categories, told: _Column) -> Iterator[tuple[str, _Column]]:
    """n, and how many lie outside each category that is scored; three categories, and all steps where they stand."""
    n = told.numbers[:, :1]
    held = {
        category: told.numbers[:, [place]]
        for place, category in enumerate(categories, start=1)
        if answers.lowest <= min(category) and max(category) <= answers.highest
    }
    if (sum(held.values(), start=np.zeros_like(n)) != n).any():
        raise ValueError(f"the counts of item {answers.id} do not add up to its n")
    if all(len(category) == 1 for category in held):
        yield "steps", _Column(told.codes, np.hstack([n, *(n - count for count in held.values())]))
        three = merged_steps(tuple(category[0] for category in held))
        held = {category: sum((held[step,] for step in category), start=np.zeros_like(n)) for category in three}
    yield "spread", _Column(told.codes, np.hstack([n, *(n - count for count in held.values())]))


def _sums(findings: Findings, of_cuts: Sequence[Told]) -> Sums:
    sums: Sums = {}

    def told(cell: Cell, code: str, n: int, total: float) -> None:
        codes, numbers = sums.setdefault(cell, ([], []))
        codes.append(code)
        numbers += (n, total)

    def add(cell: Cell, code: str, n: int | None, mean: float | None) -> None:
        if n and mean is not None:
            told(cell, code, n, n * mean)

    for group in findings.groups:
        for scale in group.scales:
            for when, mean in _means(scale):
                add(("scale", scale.scale, when), group.code, mean[0], mean[1])
        for item in group.items:
            add(("item", item.item), group.code, item.n, item.mean)
    for one in of_cuts:
        if one.scale is not None and one.n:
            told(("scale", one.scale, *one.cell), one.group, one.n, one.total)
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


def _column(codes: list[str], numbers: list[float] | list[int], statistics: int) -> _Column:
    return _Column(codes, np.array(numbers, dtype=np.float64).reshape(len(codes), statistics))


def _judged(nesting: Nesting, told: list[Cell], columns: list[_Column], judge: Judge) -> Iterator[str]:
    """One sentence a cell, in their order. What only one group has is apart: nothing can be subtracted from it, and in
    a release with cuts that is most."""
    groups = np.array([len(column.codes) for column in columns], dtype=np.int64)
    found: dict[int, list[str]] = {}
    index = {code: place for place, code in enumerate(nesting.codes)}
    for which, within in ((np.flatnonzero(groups > 1), nesting), (np.flatnonzero(groups == 1), _BY_ITSELF)):
        if not len(which):
            continue
        chosen = [columns[cell] for cell in which.tolist()]
        parts, shown = _stacked(chosen, index if within is nesting else dict.fromkeys(index, 0), len(within.codes))
        for place, number in np.argwhere(judge(within, parts, shown, which)).tolist():
            cell = int(which[number])
            found.setdefault(cell, []).append(columns[cell].codes[0] if within is _BY_ITSELF else nesting.codes[place])
    for cell, codes in sorted(found.items()):
        yield f"{' '.join(told[cell])} would tell too much about {', '.join(codes)}"


def _stacked(columns: list[_Column], index: Mapping[str, int], groups: int) -> tuple[Floats, Mask]:
    """(groups, cells, statistics), and which groups have a value in which cell."""
    parts = np.zeros((groups, len(columns), columns[0].numbers.shape[1]))
    shown = np.zeros((groups, len(columns)), dtype=np.bool_)
    for number, column in enumerate(columns):
        places = [index[code] for code in column.codes]
        parts[places, number] = column.numbers
        shown[places, number] = True
    return parts, shown
