"""Background and place made coarser until nobody is alone: k-anonymity by generalisation and suppression.

Method: L. Sweeney (2002), "Achieving k-anonymity privacy protection using generalization and suppression", Int. J.
Uncertainty, Fuzziness and Knowledge-Based Systems 10(5):571-588, the Datafly algorithm: the variable with the most
distinct values is made one step coarser, again and again, until few rows stand in classes of fewer than k; those few
lose their background. A class is all rows that look the same in place and background.

Two things differ, since the same answers are published in groups as well. No row is left out: the rows of a release
less those of an export would be the few that were left out. And rows without background stay in their place, at least k
of them or none, for the same reason: docs/method/microdata.md.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from reports.dataset import Integers, Tree

Mask = NDArray[np.bool_]

NONE = -1
"""No answer, or taken away: the two are not told apart."""

MOST_BLANK = 0.10
"""At most this share of the rows may lose their background before something is made coarser instead."""


@dataclass(frozen=True)
class Coarseness:
    """How coarse everything is: each step of the method gives the next one."""

    depth: int
    """Places are shown no further down the tree than this; 0 is the nation."""
    groups: tuple[tuple[tuple[int, ...], ...], ...]
    """For each background item, its categories (numbered from 0) in the groups that are shown; one group = left out."""

    def labels(self, tree: Tree, places: Integers, chosen: Integers) -> Integers:
        """(n, 1 + items): the place and the group of each row as it would be shown, before anything is taken away."""
        shown = np.full((len(places), 1 + len(self.groups)), NONE, dtype=np.int64)
        shown[:, 0] = raised(tree, places, self.depth)
        for column, groups in enumerate(self.groups):
            if len(groups) > 1:
                of = np.full(1 + max((max(group) for group in groups), default=0), NONE, dtype=np.int64)
                for number, group in enumerate(groups):
                    of[list(group)] = number
                told = chosen[:, column] != NONE
                shown[told, 1 + column] = of[chosen[told, column]]
        return shown

    def next(self, labels: Integers) -> Coarseness | None:
        """One step coarser where there are most distinct values (ties: place first). None: nothing is left to do."""
        distinct = [len(np.unique(labels[:, 0])) if self.depth else 1]
        distinct += [len(groups) for groups in self.groups]
        widest = int(np.argmax(distinct))
        if distinct[widest] > 1 and widest > 0:
            sizes = np.bincount(labels[labels[:, widest] != NONE, widest], minlength=distinct[widest])
            merged = _merged(self.groups[widest - 1], sizes)
            return replace(self, groups=(*self.groups[: widest - 1], merged, *self.groups[widest:]))
        return replace(self, depth=self.depth - 1) if self.depth else None


def _merged(groups: Sequence[tuple[int, ...]], sizes: Integers) -> tuple[tuple[int, ...], ...]:
    """The smallest group joins the smaller of its neighbours: the options of an answer set stand in order."""
    smallest = int(np.argmin(sizes))
    beside = [at for at in (smallest - 1, smallest + 1) if 0 <= at < len(groups)]
    other = min(beside, key=lambda at: int(sizes[at]))
    first, second = sorted((smallest, other))
    return (*groups[:first], groups[first] + groups[second], *groups[second + 1 :])


def raised(tree: Tree, places: Integers, depth: int) -> Integers:
    """Each place, or the place above it that stands at `depth`. Both (n,)."""
    found = places.copy()
    while (deep := tree.depths[found] > depth).any():
        found[deep] = tree.parents[found[deep]]
    return found


@dataclass(frozen=True)
class Anonymous:
    """Rows that are k-anonymous."""

    coarseness: Coarseness
    labels: Integers
    """(n, 1 + items): place and groups as they may leave."""
    classes: Integers
    """(n,): the class of each row, from 0."""
    blank: int
    """Rows that have lost their background."""

    @property
    def sizes(self) -> Integers:
        """Rows in each class."""
        return np.bincount(self.classes)


def candidates(
    tree: Tree, rounds: Integers, places: Integers, chosen: Integers, start: Coarseness, k: int
) -> Iterator[Anonymous]:
    """The k-anonymous forms of these rows, the finest first, each one step coarser than the one before.

    `rounds` (n,): rows of different rounds are never in one class. `places` (n,): positions in the tree; `chosen` (n,
    items): numbers of categories, NONE where nothing was answered. Gives nothing where a round has fewer than k rows.
    """
    state: Coarseness | None = start
    while state is not None:
        labels = state.labels(tree, places, chosen)
        if (blank := _to_blank(rounds, labels, k)) is not None:
            lost = int(blank.sum())
            if lost <= MOST_BLANK * len(labels):
                shown = labels.copy()
                shown[blank, 1:] = NONE
                yield Anonymous(state, shown, classes_of(rounds, shown), lost)
        state = state.next(labels)


def classes_of(rounds: Integers, labels: Integers) -> Integers:
    """(n,): rows that look the same, in the same round, have the same number."""
    _, classes = np.unique(np.column_stack((rounds, labels)), axis=0, return_inverse=True)
    return classes.reshape(-1).astype(np.int64)


def _to_blank(rounds: Integers, labels: Integers, k: int) -> Mask | None:
    """Rows whose background has to go: in each place none, or at least k with those who answered nothing.

    None where a whole place has fewer than k rows, so that only a coarser place helps.
    """
    keys, classes = np.unique(np.column_stack((rounds, labels)), axis=0, return_inverse=True)
    classes = classes.reshape(-1)
    sizes = np.bincount(classes)
    empty = (keys[:, 2:] == NONE).all(axis=1)
    taken = (sizes < k) & ~empty
    _, place_of = np.unique(keys[:, :2], axis=0, return_inverse=True)
    place_of = place_of.reshape(-1)
    if (np.bincount(place_of, weights=sizes) < k).any():
        return None
    for place in range(int(place_of.max()) + 1):
        here = place_of == place
        pool = int(sizes[here & (taken | empty)].sum())
        # Smallest first; equal ones in the order of their labels.
        for other in sorted(np.flatnonzero(here & ~taken & ~empty), key=lambda key: (sizes[key], key)):
            if pool == 0 or pool >= k:
                break
            taken[other] = True
            pool += int(sizes[other])
    return np.asarray(taken[classes], dtype=np.bool_)


def joined(first: Integers, second: Integers, now: Integers, before: Integers, k: int) -> Mask:
    """Which linked persons may have a number: all who look the same in both rounds together, k of them at least.

    `first`, `second` (persons,): positions of each person's two rows in `now` and `before`, the classes of all rows of
    the two rounds. In every class those with a number are 0 or at least k for each class of the other round, and those
    without are 0 or at least k: whether somebody can be followed tells something too.
    """
    pairs, of = np.unique(np.column_stack((now[first], before[second])), axis=0, return_inverse=True)
    of = of.reshape(-1)
    people = np.bincount(of, minlength=len(pairs))
    kept = people >= k
    rows = (np.bincount(now, minlength=int(now.max(initial=0)) + 1), np.bincount(before))
    changed = True
    while changed:
        changed = False
        for side, sizes in enumerate(rows):
            for number in np.unique(pairs[kept, side]):
                inside = np.flatnonzero(kept & (pairs[:, side] == number))
                rest = int(sizes[number]) - int(people[inside].sum())
                if 0 < rest < k:
                    kept[min(inside, key=lambda pair: (people[pair], pair))] = False
                    changed = True
    return np.asarray(kept[of], dtype=np.bool_)
