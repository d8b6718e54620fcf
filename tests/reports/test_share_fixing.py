"""What a small group's share in the positive steps tells beside its items' means: every way of answering is tried."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations_with_replacement, product

import numpy as np
import pytest
from numpy.typing import NDArray

from instruments.changing import with_changes
from instruments.model import Instrument, Method
from reports.analysis import analyse
from reports.dataset import RoundData
from reports.disclosure import disclose
from reports.findings import Findings
from tests.reports.example import small_instrument, tree

ITEMS = ("K1", "K2", "K3", "A1", "A2", "P1", "P2", "P3")
Person = tuple[int, ...]
People = tuple[Person, ...]


def instrument(asked: int, steps: int, method: Method = Method.POSITIVE) -> Instrument:
    """Its last scale has `asked` items, P1 and on; answers are 1 to `steps`, and the highest one is positive."""
    made = small_instrument()
    sets = tuple(
        with_changes(one, options=tuple(option for option in one.options if option.value <= steps))
        for one in made.answer_sets
    )
    scales = tuple(
        with_changes(scale, method=method, maximum=steps, positive_from=steps, items=scale.items[:asked])
        for scale in made.scales
    )
    return with_changes(made, answer_sets=sets, scales=scales)


def released(model: Instrument, groups: Sequence[People]) -> Findings:
    """One unit for each group, all in one municipality, and a large one that hides none of them."""
    random = np.random.default_rng(2)
    steps = len(model.answer_sets[0].options)
    units = {f"2301-{place:04}": len(group) for place, group in enumerate(groups)} | {"2309-a": 60}
    rows: list[dict[str, object]] = []
    for group in groups:
        for person in group:
            drawn = dict(zip(ITEMS, random.integers(1, steps + 1, len(ITEMS)).tolist(), strict=True))
            rows.append({**drawn, **dict(zip(ITEMS[5:], person, strict=False))})
    rows += [dict(zip(ITEMS, random.integers(1, steps + 1, len(ITEMS)).tolist(), strict=True)) for _ in range(60)]
    data = RoundData.from_answers(
        round_id=2,
        name="2026",
        instrument=model,
        digest="d" * 64,
        answers=rows,
        unit_codes=[unit for unit, n in units.items() for _ in range(n)],
        invited=dict.fromkeys(units),
    )
    return disclose(analyse(data, None, tree(units), study="s", k=5, seed=1, simulated=True, linked=False), 5).findings


def everybody(n: int, asked: int, steps: int) -> list[People]:
    """Every way that n people can answer, whoever is who."""
    return list(combinations_with_replacement(list(product(range(1, steps + 1), repeat=asked)), n))


def figures(model: Instrument, findings: Findings, code: str) -> tuple[float | None, ...]:
    """What is told of the group: the share, and the means of its items."""
    group = findings.group(code)
    scale = model.scales[-1]
    level = next(one for one in group.scales if one.scale == scale.id).level
    means = [next(one for one in group.items if one.item == item).mean for item in scale.item_ids]
    return (level.mean.value, *means)


def all_figures(every: Sequence[People], steps: int) -> NDArray[np.float64]:
    """What would be told of each way of answering, were nothing hidden: (ways, 1 + items), as `figures`."""
    answers = np.array(every)
    shares = 100 * (answers == steps).mean(axis=(1, 2))
    return np.column_stack([shares, answers.mean(axis=1)])


def fitting(every: Sequence[People], would: NDArray[np.float64], told: tuple[float | None, ...]) -> list[People]:
    """The ways of answering that give the same figures where any are shown."""
    shown = [column for column, value in enumerate(told) if value is not None]
    values = np.array([told[column] for column in shown])
    same = np.isclose(would[:, shown], values, rtol=0, atol=1e-6).all(axis=1)
    return [every[place] for place in np.flatnonzero(same)]


@pytest.mark.parametrize(("n", "asked", "steps"), [(5, 2, 3), (6, 2, 3), (5, 2, 4)])
def test_no_way_of_answering_in_a_small_group_follows_from_what_is_told(n: int, asked: int, steps: int) -> None:
    every = everybody(n, asked, steps)
    model = instrument(asked, steps)
    tried = [every[place] for place in np.linspace(0, len(every) - 1, min(len(every), 120)).astype(int)]
    findings, would = released(model, tried), all_figures(every, steps)
    shown = 0
    for place in range(len(tried)):
        told = figures(model, findings, f"2301-{place:04}")
        if all(value is None for value in told):
            continue
        shown += 1
        found = fitting(every, would, told)
        for item in range(asked):
            answers = {tuple(sorted(person[item] for person in people)) for people in found}
            assert len(answers) > 1, (tried[place], told)
            assert min(max(one.count(value) for value in one) for one in answers) <= n - 2
    assert shown


@pytest.mark.parametrize(("n", "steps"), [(5, 3), (6, 3), (9, 3), (6, 4), (7, 5)])
def test_a_share_of_one_item_is_told_of_as_many_as_a_distribution_needs(n: int, steps: int) -> None:
    """It says how many chose the positive steps, which is a distribution of two categories."""
    model = instrument(1, steps)
    tried = everybody(n, 1, steps)[:: max(1, len(everybody(n, 1, steps)) // 60)]
    findings = released(model, tried)
    assert {figures(model, findings, f"2301-{place:04}") for place in range(len(tried))} == {(None, None)}
    half: People = ((1,), (steps,)) * 5
    assert figures(model, released(model, [half]), "2301-0000") == (pytest.approx(50), None)


def test_the_mean_of_such_an_item_is_told_of_no_group() -> None:
    """With the share beside it, the mean of three steps is the whole distribution."""
    group: People = ((1,), (2,), (3,), (3,), (1,), (2,), (3,), (1,), (2,), (3,))
    share, mean = figures(instrument(1, 3), released(instrument(1, 3), [group]), "2301-0000")
    assert (share, mean) == (pytest.approx(40), None)
    every = everybody(10, 1, 3)
    assert len(fitting(every, all_figures(every, 3), (share, 2.1))) == 1
    means = instrument(1, 3, Method.MEAN)
    assert figures(means, released(means, [group]), "2301-0000")[1] == pytest.approx(2.1)
