"""The residual rule on the tree: which groups of one cell may be shown together.

Publishing a group and its parent publishes the difference. The shown groups of one cell are nested or apart, so they
cut the respondents into residuals: a group minus its maximal shown descendants. Whatever is added or subtracted is a
union of residuals; if each may be told, so may everything that can be worked out.

What decides is a set of statistics that add up over people (how many there are, how far they lie from the end of the
scale ...), and a `Rule`: what they must come to. A rule that holds for two parts holds for both together.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from reports.dataset import Floats, Tree

Mask = NDArray[np.bool_]
Cells = int | slice
Rule = Callable[[Floats, Cells], NDArray[np.int64]]
"""Statistics (..., cells, statistics) and which cells they are -> how many faults each has; 0 = may be told."""

_ALL = slice(None)
_ROUNDING = 1e-9


@dataclass(frozen=True)
class Nesting:
    """Groups within groups, parents first."""

    codes: tuple[str, ...]
    parents: NDArray[np.int64]
    """Position of each group's parent; -1 where there is none."""

    @classmethod
    def of(cls, parents: Mapping[str, str | None]) -> Nesting:
        index = {code: place for place, code in enumerate(parents)}
        above = [-1 if parent is None else index[parent] for parent in parents.values()]
        return cls(tuple(parents), np.array(above, dtype=np.int64))

    @classmethod
    def of_tree(cls, tree: Tree) -> Nesting:
        return cls(tuple(node.code for node in tree.nodes), tree.parents)

    @cached_property
    def levels(self) -> tuple[NDArray[np.int64], ...]:
        """Positions by depth, roots first."""
        depths = np.zeros(len(self.codes), dtype=np.int64)
        for place, parent in enumerate(self.parents.tolist()):
            depths[place] = 0 if parent < 0 else depths[parent] + 1
        return tuple(np.flatnonzero(depths == depth) for depth in range(int(depths.max(initial=-1)) + 1))

    @cached_property
    def upwards(self) -> tuple[tuple[NDArray[np.int64], NDArray[np.int64], csr_array], ...]:
        """For each level but the first, deepest first: its groups, those above them, and who is added to whom."""
        steps = []
        for level in reversed(self.levels[1:]):
            above, which = np.unique(self.parents[level], return_inverse=True)
            joins = csr_array((np.ones(len(level)), (which, np.arange(len(level)))), shape=(len(above), len(level)))
            steps.append((level, above, joins))
        return tuple(steps)

    @cached_property
    def below(self) -> tuple[list[int], ...]:
        children: tuple[list[int], ...] = tuple([] for _ in self.codes)
        for place, parent in enumerate(self.parents.tolist()):
            if parent >= 0:
                children[parent].append(place)
        return children


def at_least(least: Floats, or_none: Sequence[bool]) -> Rule:
    """Statistic s of a cell must be `least` (cells, s) or more; where `or_none`, nothing at all is allowed as well.

    The first statistic counts people; those that may not be nothing are asked for only where there are people.
    """
    nothing_is_fine = np.array(or_none)

    def faults(parts: Floats, cells: Cells) -> NDArray[np.int64]:
        short = parts < least[cells] - _ROUNDING
        nothing = np.abs(parts) <= _ROUNDING
        without = np.where(nothing_is_fine, nothing, nothing[..., :1])
        count: NDArray[np.int64] = np.sum(short & ~without, axis=-1)
        return count

    return faults


def people(enough: int) -> Rule:
    """One statistic: nobody, or at least so many."""
    return at_least(np.array([[float(enough)]]), (True,))


def rests(nesting: Nesting, parts: Floats, shown: Mask) -> Floats:
    """Every group's statistics less those of its maximal shown descendants; (groups, cells, statistics)."""
    covered = np.zeros_like(parts)
    width = math.prod(parts.shape[1:])
    for level, above, joins in nesting.upwards:
        passed_up = np.where(shown[level][..., None], parts[level], covered[level])
        covered[above] += (joins @ passed_up.reshape(len(level), width)).reshape(len(above), *parts.shape[1:])
    return parts - covered


def safe(nesting: Nesting, parts: Floats, rule: Rule, among: Mask) -> Mask:
    """Which groups of each cell may be shown, hidden bottom-up until every residual may be told.

    `parts` (groups, cells, statistics), descendants included; `among` (groups, cells): those that may be shown at all.
    Where a residual may not be told, a group below it is hidden too: one that mends it, with the smallest residual of
    its own (ties by code), so that the fewest people lose their result and totals survive.
    """
    shown: Mask = (rule(parts, _ALL) == 0) & (parts[..., 0] > 0) & among
    rest = rests(nesting, parts, shown)
    bad = shown & (rule(rest, _ALL) > 0)
    for cell in np.flatnonzero(bad.any(axis=0)).tolist():
        _Mending(nesting, parts[:, cell], rest[:, cell], shown[:, cell], _in_cell(rule, cell)).mend(bad[:, cell])
    return shown


def faulty(nesting: Nesting, parts: Floats, rule: Rule, shown: Mask) -> Mask:
    """Shown groups (groups, cells) that may not be told themselves, or whose residual may not."""
    faults = (rule(parts, _ALL) > 0) | (rule(rests(nesting, parts, shown), _ALL) > 0)
    found: Mask = shown & faults
    return found


class _Mending:
    """One cell whose residuals may not all be told; changes `shown` and `rest` in place."""

    def __init__(
        self, nesting: Nesting, whole: Floats, rest: Floats, shown: Mask, faults: Callable[[Floats], NDArray[np.int64]]
    ) -> None:
        self._nesting, self._whole, self._rest, self._shown, self._faults = nesting, whole, rest, shown, faults

    def mend(self, bad: Mask) -> None:
        for level in reversed(self._nesting.levels):
            for place in reversed(level[bad[level]].tolist()):
                while self._shown[place] and (faults := int(self._faults(self._rest[[place]])[0])):
                    self._hide_below(place, faults)

    def _hide_below(self, place: int, faults: int) -> None:
        """Joins one residual below with this one: the smallest that mends it, or that has such a one below itself."""
        below = self._highest_shown(place)
        for added in (self._rest, self._whole):
            after = self._faults(added[below] + self._rest[place]) if below else np.zeros(0, dtype=np.int64)
            helping = [inner for inner, left in zip(below, after.tolist(), strict=True) if left < faults]
            if helping:
                chosen = min(helping, key=self._cost)
                self._shown[chosen] = False
                self._rest[place] += self._rest[chosen]
                return
        # Cannot be while `place` itself and all residuals below may be told; what may not is never shown.
        self._shown[place] = False

    def _cost(self, place: int) -> tuple[float, float, str]:
        return float(self._rest[place, 0]), float(self._whole[place, 0]), self._nesting.codes[place]

    def _highest_shown(self, place: int) -> list[int]:
        found = []
        waiting = list(self._nesting.below[place])
        while waiting:
            inner = waiting.pop()
            if self._shown[inner]:
                found.append(inner)
            else:
                waiting.extend(self._nesting.below[inner])
        return found


def _in_cell(rule: Rule, cell: int) -> Callable[[Floats], NDArray[np.int64]]:
    return lambda parts: rule(parts, cell)


def published(parents: Mapping[str, str | None], counts: Mapping[str, int], k: int) -> frozenset[str]:
    """The groups of one cell that may be shown, where only the number of people decides. Parents first."""
    shown = safe(Nesting.of(parents), _column(parents, counts), people(k), np.ones((len(parents), 1), dtype=np.bool_))
    return frozenset(code for code, told in zip(parents, shown[:, 0].tolist(), strict=True) if told)


def broken(parents: Mapping[str, str | None], counts: Mapping[str, int], k: int) -> tuple[str, ...]:
    """Groups among those shown (the keys of `counts`) that hold fewer than k, or whose residual is 1 to k-1."""
    shown = np.array([[code in counts] for code in parents], dtype=np.bool_)
    found = faulty(Nesting.of(parents), _column(parents, counts), people(k), shown.reshape(-1, 1))
    few = [0 <= counts.get(code, k) < k for code in parents]
    marked = zip(parents, found[:, 0].tolist(), few, strict=True)
    return tuple(code for code, bad, small in marked if bad or small)


def _column(parents: Mapping[str, str | None], counts: Mapping[str, int]) -> Floats:
    return np.array([[[float(counts.get(code, 0))]] for code in parents]).reshape(-1, 1, 1)
