"""Scores: against R's published numbers (o01-o03), against a plain Python reference, and at the edges."""

from __future__ import annotations

import csv
import json
import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tiny_instruments import scale_of, tiny

from instruments.load import load_file
from instruments.model import Method, MissingRule
from instruments.scoring import item_matrix, reverse, score, score_all, score_scale

TESTS = Path(__file__).parents[1]
BFI = load_file(TESTS / "definitions" / "valid" / "bfi.yaml").instrument


def reference(name: str) -> dict[str, float]:
    return dict(json.loads((TESTS / "reference" / name).read_text(encoding="utf-8"))["expected"])


@pytest.fixture(scope="module")
def people() -> list[dict[str, object]]:
    """The 2,800 people of the bfi data, as stored answers: a missing answer is not there."""
    with (TESTS / "reference" / "data" / "bfi.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return [{key: int(value) for key, value in row.items() if value and key != "row"} for row in rows]


def test_bfi_agreeableness_equals_r(people: list[dict[str, object]]) -> None:
    expected = reference("o01_scoring_half_rule.json")
    scores = score_all(BFI, people)["agreeableness"]
    scored = scores[~np.isnan(scores)]
    assert (len(scores), len(scored)) == (expected["n_rows"], expected["n_scored"])
    assert [int(row) + 1 for row in np.flatnonzero(np.isnan(scores))] == expected["rows_unscored"]
    found = [scored.mean(), scored.std(ddof=1), scored.sum(), (scored**2).sum(), *scores[:10]]
    names = ("mean", "sd", "sum", "sum_sq")
    assert found == pytest.approx([*(expected[name] for name in names), *expected["first10"]], rel=1e-9)


def test_bfi_complete_cases_equal_r(people: list[dict[str, object]]) -> None:
    expected = reference("o01_scoring_half_rule.json")
    matrix = item_matrix(BFI, people, BFI.scales_by_id["agreeableness"].item_ids)
    scores = score(matrix, 1, 6, [True, False, False, False, False], missing=MissingRule.COMPLETE)
    assert np.sum(~np.isnan(scores)) == expected["n_complete"]
    assert np.nanmean(scores) == pytest.approx(expected["mean_complete"], rel=1e-9)


def test_bfi_matrix_gives_r_its_alphas(people: list[dict[str, object]]) -> None:
    """The reversed item matrix is what alpha starts from: listwise (o02) and pairwise covariances (o03)."""
    listwise, pairwise = reference("o02_alpha_listwise_reverse.json"), reference("o03_alpha_pairwise.json")
    agreeableness = turned_items(people, "agreeableness")
    complete = agreeableness[~np.isnan(agreeableness).any(axis=1)]
    assert len(complete) == listwise["n"]
    assert alpha_of(np.cov(complete, rowvar=False)) == pytest.approx(listwise["alpha"], rel=1e-9)
    conscientiousness = turned_items(people, "conscientiousness")
    assert alpha_of(pairwise_covariances(conscientiousness)) == pytest.approx(pairwise["alpha"], rel=1e-9)


def turned_items(people: list[dict[str, object]], scale_id: str) -> np.ndarray:
    scale = BFI.scales_by_id[scale_id]
    flags = [entry.reversed for entry in scale.items]
    return reverse(item_matrix(BFI, people, scale.item_ids), scale.minimum, scale.maximum, flags)


def pairwise_covariances(matrix: np.ndarray) -> np.ndarray:
    def covariance(first: int, second: int) -> float:
        pair = matrix[:, [first, second]]
        return float(np.cov(pair[~np.isnan(pair).any(axis=1)], rowvar=False)[0, 1])

    columns = range(matrix.shape[1])
    return np.array([[covariance(first, second) for second in columns] for first in columns])


def alpha_of(covariances: np.ndarray) -> float:
    k = len(covariances)
    return float(k / (k - 1) * (1 - np.trace(covariances) / covariances.sum()))


def plain_score(
    row: Sequence[float | None], low: int, high: int, flags: Sequence[bool], rule: MissingRule
) -> float | None:
    """The definition of a score, word for word."""
    answered = [
        low + high - value if flag else value for value, flag in zip(row, flags, strict=True) if value is not None
    ]
    needed = len(row) if rule is MissingRule.COMPLETE else math.ceil(len(row) / 2)
    return sum(answered) / len(answered) if answered and len(answered) >= needed else None


@st.composite
def scale_data(draw: st.DrawFn) -> tuple[list[list[int | None]], list[bool], int, int]:
    low = draw(st.integers(-3, 3))
    high = low + draw(st.integers(1, 10))
    width = draw(st.integers(1, 14))
    cell = st.one_of(st.none(), st.integers(low, high))
    rows = draw(st.lists(st.lists(cell, min_size=width, max_size=width), max_size=6))
    return rows, draw(st.lists(st.booleans(), min_size=width, max_size=width)), low, high


def as_matrix(rows: list[list[int | None]], width: int) -> np.ndarray:
    filled = [[math.nan if value is None else value for value in row] for row in rows]
    return np.array(filled, dtype=float).reshape(len(rows), width)


@given(scale_data(), st.sampled_from(MissingRule))
def test_scoring_equals_plain_python(
    data: tuple[list[list[int | None]], list[bool], int, int], rule: MissingRule
) -> None:
    rows, flags, low, high = data
    means = score(as_matrix(rows, len(flags)), low, high, flags, Method.MEAN, rule)
    sums = score(as_matrix(rows, len(flags)), low, high, flags, Method.SUM, rule)
    expected = [plain_score(row, low, high, flags, rule) for row in rows]
    assert [None if math.isnan(value) else value for value in means] == pytest.approx(expected)
    assert sums == pytest.approx(means * len(flags), nan_ok=True)


def test_per_cent_positive_counts_answered_items_after_reversal() -> None:
    rows = [[4, 5, 1], [4, None, 1], [3, 3, 3], [None, None, 1], [None, None, None]]
    shares = score(as_matrix(rows, 3), 1, 5, [False, False, True], Method.POSITIVE, MissingRule.HALF, positive_from=4)
    assert shares == pytest.approx([100, 100, 0, math.nan, math.nan], nan_ok=True)
    mixed = score(as_matrix([[5, 1, 5]], 3), 1, 5, [False, False, True], Method.POSITIVE, positive_from=4)
    assert mixed == pytest.approx([100 / 3])
    with pytest.raises(ValueError, match="positive_from"):
        score(as_matrix([[1]], 1), 1, 5, [False], Method.POSITIVE)


@given(scale_data())
def test_reversing_twice_is_identity_and_stays_in_range(
    data: tuple[list[list[int | None]], list[bool], int, int],
) -> None:
    rows, flags, low, high = data
    matrix = as_matrix(rows, len(flags))
    once = reverse(matrix, low, high, flags)
    assert np.array_equal(reverse(once, low, high, flags), matrix, equal_nan=True)
    assert np.all(np.isnan(once) | ((once >= low) & (once <= high)))


@pytest.mark.parametrize(
    ("items", "answered", "scored"), [(1, 1, True), (4, 2, True), (5, 2, False), (5, 3, True), (13, 6, False)]
)
def test_half_of_an_odd_number_is_rounded_up(items: int, answered: int, scored: bool) -> None:
    row = [[3] * answered + [None] * (items - answered)]
    assert bool(np.isnan(score(as_matrix(row, items), 1, 5, [False] * items))[0]) is not scored


def test_an_analyst_may_ask_for_another_number_of_answers() -> None:
    rows = np.array([[2.0, np.nan, np.nan], [2.0, 4.0, np.nan], [np.nan] * 3])
    for needed, expected in ((1, [2, 3, np.nan]), (3, [np.nan] * 3), (None, [np.nan, 3, np.nan]), (0, [2, 3, np.nan])):
        np.testing.assert_equal(score(rows, 1, 5, [False] * 3, needed=needed), expected)


def test_only_numbers_that_the_item_can_have_are_counted() -> None:
    instrument = tiny(
        [{"id": "Q1"}, {"id": "Q2", "type": "number", "minimum": 1, "maximum": 5}], scales=[scale_of("Q1", "Q2")]
    )
    stored: list[dict[str, object]] = [
        {"Q1": 4, "Q2": 2},
        {"Q1": 9, "Q2": 6},  # "vet inte", and outside the range
        {"Q1": None},  # declined, and never asked
        {"Q1": "4", "Q2": True},  # text, and not a number at all
        {"Q1": 7, "Q2": math.nan},  # no such option
    ]
    matrix = item_matrix(instrument, stored)
    assert matrix[0].tolist() == [4, 2]
    assert np.isnan(matrix[1:]).all()


def test_an_answer_off_the_path_does_not_count() -> None:
    opened = {"op": "at_least", "item": "Q1", "value": 4}
    instrument = tiny([{"id": "Q1"}, {"id": "Q2", "visible_if": opened}], scales=[scale_of("Q1", "Q2")])
    matrix = item_matrix(instrument, [{"Q1": 5, "Q2": 1}, {"Q1": 2, "Q2": 1}])
    assert np.array_equal(matrix, [[5, 1], [2, math.nan]], equal_nan=True)


def test_columns_follow_the_scale_and_not_the_form() -> None:
    instrument = tiny([{"id": "Q1"}, {"id": "Q2"}], scales=[scale_of("Q2", "Q1", reversed_ids=("Q2",), method="sum")])
    matrix = item_matrix(instrument, [{"Q1": 5, "Q2": 2}], instrument.scales_by_id["total"].item_ids)
    assert score_scale(instrument, "total", matrix).tolist() == [4 + 5]
    assert score_all(instrument, [{"Q1": 5, "Q2": 2}])["total"].tolist() == [9]


def test_what_cannot_be_scored_is_refused_by_name() -> None:
    instrument = tiny([{"id": "Q1"}, {"id": "Q2", "type": "long_text"}])
    with pytest.raises(ValueError, match="no item 'Q9'"):
        item_matrix(instrument, [], ["Q9"])
    with pytest.raises(ValueError, match="Q2 is of type long_text"):
        item_matrix(instrument, [], ["Q2"])


def test_nobody_answered() -> None:
    instrument = tiny([{"id": "Q1"}], scales=[scale_of("Q1")])
    assert item_matrix(instrument, []).shape == (0, 1)
    assert score_all(instrument, [])["total"].shape == (0,)
