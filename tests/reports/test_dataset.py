"""The tree adds up, and columns are what was answered."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.dataset import Node, RoundData, Tree, analysed_items
from reports.findings import NodeKind
from tests.reports.example import small_instrument, tree


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


def test_background_is_never_analysed() -> None:
    instrument = small_instrument()
    first = instrument.sections[0]
    asked = first.items[0].model_copy(update={"id": "ROLE", "background": True})
    with_background = instrument.model_copy(
        update={"sections": (first.model_copy(update={"items": (*first.items, asked)}), *instrument.sections[1:])}
    )
    assert "ROLE" not in [item.id for item in analysed_items(with_background)]
