"""Cuts from the menu: what is shown beside the tree's groups never tells about fewer than k people."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from instruments.load import load
from reports.analysis import analyse
from reports.connection import weak_sides
from reports.cut_protection import NONE, People, shown_cells
from reports.cuts import cut_findings, menu
from reports.dataset import RoundData, Tree
from reports.disclosure import disclose, from_json, to_json
from reports.findings import CutFinding, NodeKind, Reason, Thresholds
from reports.overlap import smallest_told
from reports.plain import from_text, to_text
from reports.statistics.describe import Pooled
from reports.weak_cuts import weak_cuts
from tests.reports.example import small_instrument, tree, with_backgrounds

K = 5
WIDTH = 3
UNITS = ("2301-a", "2301-b", "2302-a", "2302-b", "2303-a")

edges = st.lists(st.tuples(st.integers(0, 3), st.integers(4, 7), st.integers(1, 6)), min_size=1, max_size=16)


@settings(max_examples=150, deadline=None)
@given(edges)
def test_a_weak_cut_of_the_graph_is_what_the_integer_programme_finds(given_edges: list[tuple[int, int, int]]) -> None:
    merged = {(one, other): 0 for one, other, _ in given_edges}
    for one, other, people in given_edges:
        merged[one, other] += people
    nodes = sorted({node for pair in merged for node in pair})
    sets = np.array([[node in pair for pair in merged] for node in nodes])
    weak = weak_sides([(one, other, people) for (one, other), people in merged.items()], K)
    assert bool(weak) == (smallest_told(sets, np.array(list(merged.values())), K) is not None)
    for side in weak:
        assert 0 < sum(people for (one, other), people in merged.items() if (one in side) != (other in side)) < K
    ends, held = np.array(list(merged)).T, np.array(list(merged.values()))
    cuts = weak_cuts(ends[0], ends[1], held, K)
    assert bool(cuts) == bool(weak)
    for cut in cuts:
        assert 0 < held[cut].sum() < K
        left = coo_array((np.ones(len(held) - len(cut)), np.delete(ends, cut, axis=1)), shape=(8, 8))
        parts = connected_components(left, directed=False)[1]
        assert all(parts[one] != parts[other] for one, other in ends[:, cut].T), "what was held together is apart"


@st.composite
def _people(draw: st.DrawFn) -> People:
    places = tree(dict.fromkeys(UNITS, 1))
    standing, chosen = [], []
    for unit in UNITS:
        size = draw(st.integers(0, 14))
        standing += [places.index[unit]] * size
        chosen += draw(st.lists(st.tuples(*[st.integers(NONE, WIDTH - 1)] * 2), min_size=size, max_size=size))
    counts = places.roll_up(np.bincount(standing, minlength=len(places.nodes))[:, None].astype(float))[:, 0]
    return People(
        tree=places,
        groups=_nested_safe(places, counts),
        levels=np.array([node.kind is not NodeKind.UNIT for node in places.nodes]),
        places=np.array(standing, dtype=np.int64),
        chosen=np.array(chosen, dtype=np.int64).reshape(-1, 2),
        distances=np.zeros((len(standing), 0)),
        least=0.0,
    )


def _nested_safe(places: Tree, counts: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Shown groups with no residual of 1 to K-1: all below a fault is hidden."""
    shown = counts >= K
    for parent in range(len(places.nodes)):
        below = np.flatnonzero(places.parents == parent)
        rest = counts[parent] - counts[below][shown[below]].sum()
        if not shown[parent] or 0 < rest < K:
            shown[below] = False
    return shown


def _sets(people: People, shown: tuple[NDArray[np.bool_], ...]) -> NDArray[np.bool_]:
    """(sets, n) everybody in each published group and cell."""
    inside = np.zeros((len(people.tree.nodes), len(people.places)), dtype=bool)
    for row, place in enumerate(people.places.tolist()):
        while place >= 0:
            inside[place, row] = True
            place = int(people.tree.parents[place])
    cells = [
        inside[node] & (people.chosen[:, item] == category)
        for item, mask in enumerate(shown)
        for node, category in np.argwhere(mask)
    ]
    return np.vstack([inside[people.groups], *cells])


def _everything(people: People) -> list[NDArray[np.bool_]]:
    return [np.ones((len(people.tree.nodes), WIDTH), dtype=bool) for _ in range(people.chosen.shape[1])]


@settings(max_examples=100, deadline=None)
@given(_people())
def test_one_item_beside_the_whole_tree_tells_nothing_of_few(people: People) -> None:
    people = replace(people, chosen=people.chosen[:, :1])
    shown = shown_cells(people, _everything(people), K)
    assert smallest_told(_sets(people, shown), np.ones(len(people.places), dtype=np.int64), K) is None


@settings(max_examples=40, deadline=None)
@given(_people())
def test_two_items_beside_each_other_tell_nothing_of_few(people: People) -> None:
    shown = shown_cells(people, _everything(people), K)
    cells = _sets(replace(people, groups=np.zeros_like(people.groups)), shown)
    assert smallest_told(cells, np.ones(len(people.places), dtype=np.int64), K) is None


@settings(max_examples=40, deadline=None)
@given(_people())
def test_the_same_people_lose_the_same_cells_in_any_order(people: People) -> None:
    turned = replace(people, places=people.places[::-1], chosen=people.chosen[::-1], distances=people.distances[::-1])
    for one, other in zip(*(shown_cells(each, _everything(each), K) for each in (people, turned)), strict=True):
        assert one.tolist() == other.tolist()


def _round(roles: dict[int | None, int], trait: int = 3) -> RoundData:
    """One municipality with so many people in each role, all in one unit; answers go round the scale."""
    instrument = with_backgrounds(small_instrument(), "ROLE", coarsen=((1, 2), (3,)))
    given: list[dict[str, object]] = []
    for role, number in roles.items():
        for person in range(number):
            items = ("K1", "K2", "K3", "A1", "P1", "P2", "P3")
            answer: dict[str, object] = dict.fromkeys(items, 1 + (person + trait) % 5)
            given.append(answer | {"A2": 3} | ({} if role is None else {"ROLE": role}))
    return RoundData.from_answers(
        round_id=1,
        name="2026",
        instrument=instrument,
        digest="d" * 64,
        answers=given,
        unit_codes=["2301-a"] * len(given),
        invited={"2301-a": None},
    )


def _cuts(data: RoundData) -> tuple[CutFinding, ...]:
    places = tree({"2301-a": 1})
    groups = np.ones(len(places.nodes), dtype=bool)
    scales = np.ones((len(places.nodes), 3), dtype=bool)
    return cut_findings(data, places, groups, scales, Pooled(np.full(3, 0.8), np.full(3, 30.0)), Thresholds.of(K))


def test_the_menu_is_the_background_items_with_one_choice_coarsened_and_without_empty_answers() -> None:
    (cut,) = menu(with_backgrounds(small_instrument(), "ROLE", coarsen=((1, 2), (3,))))
    assert (cut.item, cut.categories) == ("ROLE", ((1, 2), (3,), (4,), (5,)))
    assert [cut.item for cut in menu(load("ebp-thermometer").instrument)] == ["role", "area", "years", "education"]


def test_units_are_never_cut() -> None:
    assert [cut.group for cut in _cuts(_round({1: 10, 3: 10}))] == ["SE", "23", "2301"]


def test_a_cell_has_its_people_and_means_and_an_interval_from_ten() -> None:
    cells = _cuts(_round({1: 4, 2: 3, 3: 10, 4: 5}))[-1].cells
    assert [cell.n for cell in cells] == [7, 10, 5, None]
    assert [cell.means[0].low is None for cell in cells] == [True, False, True, True]
    assert cells[1].means[0].value == pytest.approx(3.0)
    assert cells[3].reason is Reason.TOO_FEW


def test_those_who_skipped_are_a_category_too_in_the_arithmetic() -> None:
    """12 + 8 shown of 22 would tell the sum of the two who skipped."""
    cells = _cuts(_round({1: 12, 3: 8, None: 2}))[-1].cells
    assert [(cell.n, cell.reason) for cell in cells[:2]] == [(12, None), (None, Reason.PROTECTED)]


def test_a_cell_in_which_all_answer_alike_has_no_mean() -> None:
    data = _round({1: 10, 3: 10})
    values = data.values.copy()
    values[data.backgrounds[:, 0] == 3, :3] = 5.0
    cells = _cuts(replace(data, values=values))[-1].cells
    assert cells[1].n == 10
    assert cells[1].means[0].value is None
    assert cells[1].means[1].value is not None


def test_cuts_are_read_back_as_they_were_written() -> None:
    for cut in _cuts(_round({1: 10, 3: 10})):
        assert from_text(CutFinding, to_text(cut)) == cut


def test_a_release_whose_cuts_tell_too_much_is_not_read() -> None:
    """22 people, two of whom skipped: with the hidden cell put back, the two can be worked out."""
    data = _round({1: 12, 3: 8, None: 2})
    analysed = analyse(
        data, None, tree({"2301-a": 1}), study="s", k=K, seed=1, simulated=True, linked=False, spread_from=10
    )
    text = to_json(disclose(analysed, K))
    assert from_json(text).findings.cuts
    stored = json.loads(text)
    for cut in stored["cuts"]:
        cut["cells"][1] |= {"n": 8, "reason": None}
    with pytest.raises(ValueError, match="rest ROLE"):
        from_json(json.dumps(stored))


def test_a_cut_of_a_group_that_is_not_shown_is_not_read() -> None:
    data = _round({1: 12, 3: 8})
    analysed = analyse(data, None, tree({"2301-a": 1}), study="s", k=K, seed=1, simulated=True, linked=False)
    stored = json.loads(to_json(disclose(analysed, K)))
    for scale in stored["groups"][-2]["scales"]:
        scale["level"]["mean"] |= {"value": None, "reason": "protected", "n": None, "low": None, "high": None}
    with pytest.raises(ValueError, match="not shown"):
        from_json(json.dumps(stored))
