"""T1, T2 and T4 against the system as it is, with few seeds; `./run bench --attacks` has fifty."""

from __future__ import annotations

from bench.attacks.ground import Ground
from bench.attacks.suite import copies, joins_and_ranks
from bench.attacks.verdict import ALPHA


def test_neither_a_join_nor_an_order_tells_more_than_chance(ground: Ground) -> None:
    join, rank = joins_and_ranks(ground, (1, 2))
    assert join.invitations >= 100
    assert len(join.ranks) > 500
    assert join.worst()[1] >= ALPHA, join.told(join.worst()[0])
    assert rank.worst()[1] >= ALPHA, rank.told(rank.worst()[0])


def test_copies_after_each_submission_open_nothing(ground: Ground) -> None:
    verdicts, _ = copies(ground, (5_001,))
    assert [verdict.statistic for verdict in verdicts if not verdict.held] == []
