"""What numbers tell of everybody at once: near-unanimous groups, gaps, the not linked, and thresholds by study."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations_with_replacement

import numpy as np
import pytest

from reports.analysis import Analysed, analyse
from reports.dataset import RoundData, Tree
from reports.disclosure import disclose
from reports.findings import AnswerRange, Findings, ItemFinding, Reason, Thresholds
from reports.near import distances, least_distance, least_people, spread_faults
from tests.reports.example import STEPS, round_of, small_instrument, tree

UNITS = {"2301-a": 12, "2309-a": 14, "2313-a": 30, "0114-a": 25}
ITEMS = ("K1", "K2", "K3", "A1", "A2", "P1", "P2", "P3")


def answered(change: dict[str, list[dict[str, object]]]) -> RoundData:
    """A round in which the units named in `change` answered just so, the others as drawn."""
    rows: list[dict[str, object]] = []
    codes: list[str] = []
    random = np.random.default_rng(4)
    for unit, n in UNITS.items():
        drawn = [dict(zip(ITEMS, random.integers(1, 6, len(ITEMS)).tolist(), strict=True)) for _ in range(n)]
        rows += change.get(unit, drawn)
        codes += [unit] * len(change.get(unit, drawn))
    return RoundData.from_answers(
        round_id=2,
        name="2026",
        instrument=small_instrument(),
        digest="d" * 64,
        answers=rows,
        unit_codes=codes,
        invited=dict.fromkeys(UNITS, 40),
    )


def analysed(data: RoundData, before: RoundData | None = None, nodes: Tree | None = None, **limits: int) -> Analysed:
    limits = {"k": 5, **limits}
    return analyse(data, before, nodes or tree(UNITS), study="s", seed=1, simulated=True, linked=True, **limits)


def gate(data: RoundData, before: RoundData | None = None, **limits: int) -> Findings:
    return disclose(analysed(data, before, **limits), limits.get("k", 5)).findings


def alike(n: int, others: int, item: str = "P1") -> list[dict[str, object]]:
    """n people, of whom all but `others` answer 5 to one item, and the rest of whom answer 4; otherwise varied."""
    varied = [
        dict(zip(ITEMS, [STEPS[(row + place) % 5] for place in range(len(ITEMS))], strict=True)) for row in range(n)
    ]
    return [{**row, item: 4 if person < others else 5} for person, row in enumerate(varied)]


def item(findings: Findings, code: str, name: str) -> ItemFinding:
    return next(one for one in findings.group(code).items if one.item == name)


def test_an_item_that_all_but_one_answered_alike_is_not_shown_nor_given_away_by_its_neighbours() -> None:
    findings = gate(answered({"2301-a": alike(12, 1)}))
    for code in ("2301-a", "2301"):
        assert item(findings, code, "P1").mean is None
        assert item(findings, code, "P1").reason is Reason.PROTECTED
    # The county less its other municipalities is that one: another of them is hidden too, the county is not.
    assert item(findings, "23", "P1").mean is not None
    assert any(item(findings, code, "P1").mean is None for code in ("2309", "2313"))


def test_two_people_who_differ_are_enough() -> None:
    assert item(gate(answered({"2301-a": alike(12, 2)})), "2301", "P1").mean is not None


def test_a_hidden_item_takes_another_of_its_scale_with_it() -> None:
    findings = gate(answered({"2301-a": alike(12, 0)}))
    # The scale's mean and two items would give the third.
    hidden = [name for name in ("P1", "P2", "P3") if item(findings, "2301", name).mean is None]
    assert "P1" in hidden
    assert len(hidden) >= 2
    assert all(item(findings, "2301", name).mean is not None for name in ("K1", "K2", "K3"))


def test_a_scale_where_everybody_is_at_the_top_says_no_more_than_that_it_is_protected() -> None:
    top = [{**row, "P1": 5, "P2": 5, "P3": 5} for row in alike(30, 0)]
    group = gate(answered({"2313-a": top})).group("2313")
    practice = next(scale for scale in group.scales if scale.scale == "practice")
    assert practice.level.mean.reason is practice.level.positive.reason is practice.alpha.reason is Reason.PROTECTED
    assert practice.level.sd is None


@pytest.mark.parametrize(("lower", "told"), [(2, False), (3, True)])
def test_a_scale_where_all_lie_within_a_quarter_of_the_range_is_not_shown(lower: int, told: bool) -> None:
    # One step less on one of three items: a third of a point each. A quarter of the range is one point.
    rows = [{**row, "P1": 4 if person < lower else 5, "P2": 5, "P3": 5} for person, row in enumerate(alike(30, 0))]
    group = gate(answered({"2313-a": rows})).group("2313")
    practice = next(scale for scale in group.scales if scale.scale == "practice")
    assert (practice.level.mean.value is not None) == told


def test_an_sd_of_nothing_is_not_shown_though_the_mean_is() -> None:
    middle = [{**row, "P1": 3, "P2": 3, "P3": 3} for row in alike(30, 0)]
    group = gate(answered({"2313-a": middle})).group("2313")
    practice = next(scale for scale in group.scales if scale.scale == "practice")
    assert practice.level.mean.value == 3.0
    assert practice.level.sd is None
    assert practice.level.interval_from == "pooled"
    assert practice.alpha.reason is Reason.PROTECTED


def test_the_last_look_sees_a_near_unanimous_group_that_slipped_through() -> None:
    raw = analysed(answered({"2301-a": alike(12, 1)}))
    everything = replace(raw.shown.now, items=np.ones_like(raw.shown.now.items))
    with pytest.raises(ValueError, match="item P1 would tell too much about"):
        disclose(replace(raw, shown=replace(raw.shown, now=everything)), 5)


def test_one_person_who_skipped_an_item_does_not_follow_from_the_scales_mean() -> None:
    rows = alike(12, 4)
    del rows[0]["P2"]
    findings = gate(answered({"2301-a": rows}))
    skipped = [name for name in ("P1", "P2", "P3") if item(findings, "2301", name).mean is None]
    assert skipped
    # Nor from the county's mean less the others': their sums come out, so hiding theirs would not help.
    (name,) = skipped
    assert item(findings, "23", name).mean is None
    assert item(findings, "0114", name).mean is not None
    # With nobody who skipped anything there is nothing to hide.
    assert all(item(gate(answered({"2301-a": alike(12, 4)})), "2301", one).mean is not None for one in ITEMS)


def test_the_number_linked_is_not_shown_beside_few_who_are_not() -> None:
    now = round_of(UNITS, links=True, gaps=0.0)
    few = round_of({unit: n - 2 for unit, n in UNITS.items()}, round_id=1, seed=3, links=True, gaps=0.0)
    all_ = round_of(UNITS, round_id=1, seed=3, links=True, gaps=0.0)
    assert gate(now, few).group("2301").n_linked is None
    assert gate(now, all_).group("2301").n_linked == 12


def test_a_study_may_ask_for_more_than_the_method_does() -> None:
    data = round_of(UNITS)
    usual, careful = gate(data), gate(data, spread_from=15, sd_from=40)
    assert usual.group("2301").scales[0].level.mean.low is not None
    assert careful.group("2301").scales[0].level.mean.low is None
    assert careful.group("2301").scales[0].level.positive.value is None
    assert usual.group("2313").scales[0].level.sd is not None
    assert careful.group("2313").scales[0].level.sd is None
    assert (careful.thresholds.spread_from, careful.thresholds.sd_from) == (15, 40)


def test_thresholds_are_never_below_the_methods_and_never_cross() -> None:
    assert gate(round_of(UNITS), k=12).thresholds.spread_from == 12
    assert gate(round_of(UNITS), spread_from=3, sd_from=4).thresholds.sd_from == 20


def fitting(n: int, steps: int, total: int, squares: int | None = None) -> Iterator[tuple[int, ...]]:
    """All ways n people can answer steps 1 to `steps` with this sum, and with these squares if they are told."""
    for given in combinations_with_replacement(range(1, steps + 1), n):
        if sum(given) == total and squares in (None, sum(value * value for value in given)):
            yield given


def at_most(given: tuple[int, ...]) -> int:
    return max(given.count(value) for value in set(given))


@pytest.mark.parametrize(("n", "steps"), [(5, 5), (6, 5), (7, 4), (9, 3), (12, 2), (5, 7)])
def test_no_mean_that_is_told_puts_all_but_one_in_one_step(n: int, steps: int) -> None:
    answers = (AnswerRange("item", "x", 1.0, float(steps), 1.0),)
    hidden = 0
    for total in range(n, n * steps + 1):
        ends = distances(np.array([float(n)]), np.array([float(total)]), answers)
        if min(ends[0][0], ends[1][0]) >= least_distance(answers[0]):
            assert min(at_most(given) for given in fitting(n, steps, total)) <= n - 2
        else:
            hidden += 1
    # Two at either end of five steps: what is hidden is little.
    assert hidden <= 6


@pytest.mark.parametrize("steps", [2, 3, 5])
def test_no_mean_with_sd_that_is_told_puts_all_but_one_in_one_step(steps: int) -> None:
    n = 20
    answers = (AnswerRange("scale", "x", 1.0, float(steps), 1.0),)
    middle = (1 + steps) / 2
    for away in range(-(steps - 1), steps):
        for value in range(1, steps + 1):
            if not 1 <= value + away <= steps:
                continue
            told = np.array([value] * (n - 1) + [value + away]) - middle
            total, squares = told.sum(keepdims=True), (told**2).sum(keepdims=True)
            ends = distances(np.array([20.0]), total + n * middle, answers)
            shown = min(ends[0][0], ends[1][0]) >= least_distance(answers[0])
            if shown and not spread_faults(np.array([20.0]), total, squares, answers)[0]:
                given = fitting(n, steps, int(total[0] + n * middle), int(((told + middle) ** 2).sum()))
                assert min(at_most(one) for one in given) <= n - 2


@pytest.mark.parametrize(
    ("lowest", "highest", "step", "least"),
    [(0, 100, 100, 10), (1, 2, 1, 10), (0, 100, 50, 5), (1, 5, 1, 5), (0, 0, 0, 5)],
)
def test_a_mean_of_two_values_needs_as_many_as_a_distribution(
    lowest: float, highest: float, step: float, least: int
) -> None:
    assert least_people(AnswerRange("scale", "s", lowest, highest, step), Thresholds.of(5)) == least
