"""People of a round who are followed to it from the round before it, and those who are followed from it to the next.

REML of the one release gives the sum of this round's scores over the first, that of the other over the second
(`reports.followed`). So whoever stands in the one sum and not in the other must be nobody or k.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from reports.dataset import Floats, Integers, RoundData, Tree
from reports.pairs import RoundPairs, round_pairs


def followed_twice(
    now: RoundPairs, before: RoundData, earlier: RoundData, columns: tuple[Integers, Integers], tree: Tree
) -> Floats:
    """(nodes, scales, 3) people of `before`: followed both from `earlier` and to now, only from it, only to now.

    `columns`: of each scale of now in `before`, and of each of `before` in `earlier`; -1 where it was not asked.
    """
    first = round_pairs(before, _inside(earlier, tree), columns[1], tree, linked=True)
    rows = {code: row for row, code in enumerate(first.codes)}
    there = np.array([rows.get(code, -1) for code in now.codes], dtype=np.int64)
    compared = columns[0] >= 0
    scores = np.zeros((len(first.codes), len(compared)), dtype=np.bool_)
    scores[:, compared] = first.both[:, columns[0][compared]]
    twice = there >= 0
    both = now.both[twice] & scores[there[twice]]
    meeting = tree.meeting_points(now.places[twice], first.places[there[twice]])
    counts = [_added(one, places, tree) for one, places in ((both, meeting), (scores, first.places))]
    return np.stack([counts[0], counts[1] - counts[0], now.pairs - counts[0]], axis=-1)


def _inside(data: RoundData, tree: Tree) -> RoundData:
    """Whose unit takes no part any more is counted at the top, as who has moved from there."""
    top = tree.nodes[int(np.flatnonzero(tree.parents < 0)[0])].code
    return replace(data, unit_codes=tuple(code if code in tree.index else top for code in data.unit_codes))


def _added(there: NDArray[np.bool_], places: Integers, tree: Tree) -> Floats:
    own = np.zeros((len(tree.nodes), there.shape[1]))
    np.add.at(own, places, there.astype(np.float64))
    return tree.roll_up(own)
