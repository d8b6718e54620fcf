"""The residual rule on the tree: which groups of one cell may be shown together.

Publishing a group and its parent publishes the difference. The shown groups of one cell are nested or apart, so they
cut the respondents into residuals: a group minus its maximal shown descendants. Whatever is added or subtracted is a
union of residuals; if each is empty or holds enough people, so does everything that can be worked out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from reports.dataset import Floats, Tree


def published(parents: Mapping[str, str | None], counts: Mapping[str, int], k: int) -> frozenset[str]:
    """The groups of one cell that may be shown, hidden bottom-up until every residual is empty or holds k.

    `parents` gives each group's parent, parents first; `counts` the respondents of this cell in each group that would
    be shown. Where a residual is too small, the group below it with the smallest residual of its own is hidden too
    (ties by code), so that the fewest people lose their result and totals survive.
    """
    shown = {code for code in parents if counts.get(code, 0) >= k}
    below = _children(parents)
    for code in reversed(list(parents)):
        while code in shown:
            highest = _highest_shown(below, code, shown)
            rest = counts[code] - sum(counts[inner] for inner in highest)
            if rest <= 0 or rest >= k:
                break
            shown.remove(min(highest, key=lambda inner: _cost(below, counts, shown, inner, k)))
    return frozenset(shown)


def safe(tree: Tree, counts: Floats, enough: int) -> NDArray[np.bool_]:
    """`published` for many cells at once: (nodes, cells) counts -> (nodes, cells) may be shown.

    Most cells need nothing hidden beyond what is too small, and that is seen for all of them at once.
    """
    shown = counts >= enough
    covered = np.zeros_like(counts)
    rest = counts.copy()
    for depth in range(int(tree.depths.max(initial=0)), -1, -1):
        level = np.flatnonzero(tree.depths == depth)
        rest[level] = counts[level] - covered[level]
        passed_up = np.where(shown[level], counts[level], covered[level])
        if depth:
            np.add.at(covered, tree.parents[level], passed_up)
    parents = {node.code: node.parent for node in tree.nodes}
    for cell in np.flatnonzero((shown & (rest > 0) & (rest < enough)).any(axis=0)):
        codes = published(parents, dict(zip(parents, counts[:, cell].astype(int).tolist(), strict=True)), enough)
        shown[:, cell] = [code in codes for code in parents]
    return shown


def broken(parents: Mapping[str, str | None], counts: Mapping[str, int], k: int) -> tuple[str, ...]:
    """Groups among those shown (the keys of `counts`) that hold fewer than k, or whose residual is 1 to k-1."""
    below = _children(parents)
    shown = set(counts)
    faults = []
    for code in counts:
        rest = counts[code] - sum(counts[inner] for inner in _highest_shown(below, code, shown))
        if counts[code] < k or 0 < rest < k:
            faults.append(code)
    return tuple(faults)


def _cost(
    below: Mapping[str, Sequence[str]], counts: Mapping[str, int], shown: set[str], code: str, k: int
) -> tuple[bool, int, int, str]:
    """Sorts what to hide: first those whose own residual is enough, then the smallest; the code settles ties."""
    rest = counts[code] - sum(counts[inner] for inner in _highest_shown(below, code, shown))
    return rest < k, rest, counts[code], code


def _highest_shown(below: Mapping[str, Sequence[str]], code: str, shown: set[str]) -> list[str]:
    """The maximal shown groups strictly below one group."""
    found = []
    waiting = list(below.get(code, ()))
    while waiting:
        inner = waiting.pop()
        if inner in shown:
            found.append(inner)
        else:
            waiting.extend(below.get(inner, ()))
    return found


def _children(parents: Mapping[str, str | None]) -> dict[str, list[str]]:
    below: dict[str, list[str]] = {}
    for code, parent in parents.items():
        if parent is not None:
            below.setdefault(parent, []).append(code)
    return below
