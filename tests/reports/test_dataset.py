"""The tree adds up, and columns are what was answered."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from instruments.model import Instrument
from reports.dataset import Node, RoundData, Tree, analysed_items, matrix_digest
from reports.findings import NodeKind
from tests.reports.example import small_instrument, tree, with_backgrounds


def chain_tree(parents: list[int]) -> Tree:
    """Node i + 1 stands under node parents[i]."""
    nodes = [Node("n0", "n0", "n0", NodeKind.NATION, None)]
    nodes += [Node(f"n{i + 1}", "", "", NodeKind.UNIT, f"n{parent}") for i, parent in enumerate(parents)]
    return Tree(tuple(nodes))


random_trees = st.integers(1, 10).flatmap(
    lambda size: st.tuples(*(st.integers(0, node) for node in range(size))).map(list)
)


def above(nodes: Tree, place: int) -> list[int]:
    """The node and all above it, nearest first."""
    path = [place]
    while (place := int(nodes.parents[place])) >= 0:
        path.append(place)
    return path


@given(random_trees)
def test_roll_up_counts_every_descendant_once(parents: list[int]) -> None:
    nodes = chain_tree(parents)
    size = len(nodes.nodes)
    expected = [sum(place in above(nodes, other) for other in range(size)) for place in range(size)]
    assert nodes.roll_up(np.ones((size, 1)))[:, 0].tolist() == expected


@given(random_trees)
def test_two_units_meet_at_the_lowest_node_above_both(parents: list[int]) -> None:
    nodes = chain_tree(parents)
    size = len(nodes.nodes)
    first, second = (grid.ravel() for grid in np.meshgrid(np.arange(size), np.arange(size)))
    met = nodes.meeting_points(first, second).tolist()
    for one, other, place in zip(first.tolist(), second.tolist(), met, strict=True):
        assert place == next(node for node in above(nodes, one) if node in above(nodes, other))


def test_around_keeps_what_is_above() -> None:
    nodes = tree({"2301-a": 1, "2309-a": 1, "0114-a": 1})
    assert [node.code for node in nodes.around(["2309-a"]).nodes] == ["SE", "23", "2309", "2309-a"]


def test_a_parent_must_stand_first_and_codes_are_unique() -> None:
    orphan = Node("23", "", "", NodeKind.COUNTY, "SE")
    nation = Node("SE", "", "", NodeKind.NATION, None)
    with pytest.raises(ValueError, match="put parents first"):
        Tree((orphan, nation))
    with pytest.raises(ValueError, match="'SE' twice"):
        Tree((nation, nation))


def test_columns_must_have_one_entry_a_response() -> None:
    with pytest.raises(ValueError, match="one entry a response"):
        RoundData.from_answers(
            round_id=1,
            name="r",
            instrument=small_instrument(),
            digest="d",
            answers=[{"K1": 1}],
            unit_codes=[],
            invited={},
        )


def test_scale_values_are_reversed_and_columns_are_not() -> None:
    data = RoundData.from_answers(
        round_id=1,
        name="r",
        instrument=small_instrument(),
        digest="d",
        answers=[{"A1": 2, "A2": 5}],
        unit_codes=["2301-a"],
        invited={},
    )
    assert data.values[0, data.items.index("A2")] == 5
    assert data.scale_values("attitude").tolist() == [[2.0, 1.0]]
    assert data.scores[0].tolist()[1] == 1.5


def test_background_is_never_analysed_but_kept_beside() -> None:
    instrument = with_backgrounds(small_instrument(), "ROLE")
    assert "ROLE" not in [item.id for item in analysed_items(instrument)]
    data = _one_unit(instrument, [{"K1": 1, "ROLE": 4}, {"K1": 2, "ROLE": 9}, {"K1": 3}])
    assert dict(zip(data.values[:, 0].tolist(), data.backgrounds[:, 0].tolist(), strict=True)) == pytest.approx(
        {1.0: 4.0, 2.0: np.nan, 3.0: np.nan}, nan_ok=True
    )


def test_the_digest_rests_on_backgrounds_too_and_not_on_the_order_of_rows() -> None:
    instrument = with_backgrounds(small_instrument(), "ROLE")
    answers: list[dict[str, object]] = [{"K1": 1, "ROLE": 4}, {"K1": 1, "ROLE": 2}]
    one, turned = _one_unit(instrument, answers), _one_unit(instrument, answers[::-1])
    other = _one_unit(instrument, [{"K1": 1, "ROLE": 4}, {"K1": 1, "ROLE": 3}])
    assert matrix_digest(one, None) == matrix_digest(turned, None) != matrix_digest(other, None)


def _one_unit(instrument: Instrument, answers: list[dict[str, object]]) -> RoundData:
    return RoundData.from_answers(
        round_id=1,
        name="r",
        instrument=instrument,
        digest="d",
        answers=answers,
        unit_codes=["2301-a"] * len(answers),
        invited={},
    )
