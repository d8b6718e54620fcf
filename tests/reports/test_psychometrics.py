"""How a scale measures, for any data: what must not matter does not, known populations come back, nothing breaks."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import optimize, special

from reports.statistics import factor, reliability
from reports.statistics.factor_model import Equal, sample
from reports.statistics.functioning import Functioning, ItemTest, functioning
from reports.statistics.invariance import LIMITS, LIMITS_SMALL, Invariance, Limits, invariance
from reports.statistics.omega import omega
from reports.statistics.polychoric import ordinal_alpha, polychoric
from reports.statistics.why import Why

Floats = NDArray[np.float64]

LOADINGS = np.array([0.8, 0.7, 0.6, 0.5, 0.7])
STEPS = (-1.5, -0.5, 0.4, 1.3)


def behind(n: int, seed: int, level: float = 0.0, loadings: Floats = LOADINGS) -> Floats:
    """(n, k) values with variance 1 of one factor."""
    random = np.random.default_rng(seed)
    common = random.normal(level, 1, (n, 1))
    return common * loadings + random.normal(size=(n, len(loadings))) * np.sqrt(1 - loadings**2)


def answers(n: int, seed: int, **more: float) -> Floats:
    return 1.0 + np.digitize(behind(n, seed, **more), STEPS)


@pytest.fixture(scope="module")
def some() -> Floats:
    return answers(400, 1)


def close(one: object, other: object, within: float = 1e-6) -> bool:
    return bool(np.allclose(one, other, rtol=within, atol=within, equal_nan=True))


# Alpha


@settings(max_examples=30)
@given(
    st.lists(
        st.tuples(st.lists(st.sampled_from([1.0, 2.0, 3.0, np.nan]), min_size=3, max_size=3), st.integers(0, 4)),
        min_size=1,
        max_size=8,
    )
)
def test_alpha_from_counts_is_alpha_from_rows(counted: list[tuple[list[float], int]]) -> None:
    patterns, counts = np.array([pattern for pattern, _ in counted]), np.array([count for _, count in counted])
    by_counts = reliability.alpha_from_counts(patterns, counts)
    by_rows = reliability.alpha(np.repeat(patterns, counts, axis=0))
    assert by_counts.n == by_rows.n
    assert close(list(vars(by_counts).values()), list(vars(by_rows).values()), 1e-9)


def test_a_number_that_binary_fractions_cannot_hold_is_still_no_variation() -> None:
    found = reliability.alpha(np.full((30, 3), 0.1))
    assert np.isnan([found.alpha, found.low, found.standardised]).all()
    assert np.isnan(reliability.item_parts(np.full((30, 3), 0.1)).rest_correlation).all()


def test_duhachek_needs_a_number_to_stand_beside() -> None:
    error, between = reliability.duhachek(reliability.listwise_covariance(np.full((30, 3), 2.0)), 30)
    assert np.isnan([error, between.low, between.high]).all()


# Omega


def test_omega_does_not_care_for_order_or_zero_or_unit(some: Floats) -> None:
    found = omega(some)
    shuffled = np.random.default_rng(2).permutation(len(some))
    for other in (some[shuffled, ::-1] + 17, 20 * (6 - some)):
        again = omega(other)
        assert close([again.omega, again.low, again.high], [found.omega, found.low, found.high])
        assert again.fit is not None
        assert found.fit is not None
        assert close(again.fit.chi2, found.fit.chi2, 1e-5)
    assert close(omega(some[:, ::-1]).loadings[::-1], found.loadings, 1e-5)


def test_omega_finds_its_population() -> None:
    found = omega(behind(20_000, 3), confidence=0.999)
    true = LOADINGS.sum() ** 2 / (LOADINGS.sum() ** 2 + (1 - LOADINGS**2).sum())
    assert close(found.loadings, LOADINGS, 0.02)
    assert found.low < true < found.high < found.low + 0.04
    # Where one factor is the truth, the sum's variance is the same by the model and as seen.
    assert abs(found.omega - found.observed) < 0.002


def test_omega_of_equal_items_is_alpha() -> None:
    covariance = 0.5 + 0.5 * np.eye(4)
    normal = np.random.default_rng(4).normal(size=(500, 4))
    centred = normal - normal.mean(axis=0)
    # Answers whose covariances are exactly those.
    exact = centred @ np.linalg.inv(np.linalg.cholesky(np.cov(centred.T))).T @ np.linalg.cholesky(covariance).T
    assert close(omega(exact).omega, 0.8)
    assert close(reliability.alpha(exact).alpha, 0.8)


def test_the_interval_is_as_wide_as_leaving_people_out_says() -> None:
    """Jackknife: (n - 1)/n times the sum of squares of what each person's leaving does (Efron 1982)."""
    values = answers(100, 7)
    found = omega(values)
    left = special.logit([omega(np.delete(values, person, axis=0), minimum=0).omega for person in range(100)])
    error = np.sqrt(99 / 100 * ((left - left.mean()) ** 2).sum())
    reach = (special.logit(found.high) - special.logit(found.low)) / 2
    assert reach == pytest.approx(special.ndtri(0.975) * error, rel=0.08)


# Two items are the same but for a breath, two have nothing to do with anything: a variance below zero fits best.
_NORMAL = np.random.default_rng(5).normal(size=(400, 4))
IMPROPER = np.column_stack([_NORMAL[:, 0], _NORMAL[:, 0] + 0.1 * _NORMAL[:, 1], _NORMAL[:, 2], _NORMAL[:, 3]])
BASE = answers(400, 6)
CONSTANT = np.column_stack([BASE[:, :4], np.full(400, 3.0)])

NO_OMEGA = {
    "nobody": (np.empty((0, 5)), Why.TOO_FEW_ANSWERS),
    "one": (BASE[:1], Why.TOO_FEW_ANSWERS),
    "all missing": (np.full((300, 5), np.nan), Why.TOO_FEW_ANSWERS),
    "below the minimum": (BASE[:99], Why.TOO_FEW_ANSWERS),
    "no item": (BASE[:, :0], Why.TOO_FEW_ITEMS),
    "two items": (BASE[:, :2], Why.TOO_FEW_ITEMS),
    "an item without variation": (CONSTANT, Why.NO_VARIATION),
    "the same item twice": (BASE[:, [0, 1, 2, 3, 0]], Why.SINGULAR),
    "a sum of others": (np.column_stack([BASE, BASE[:, 0] + BASE[:, 1]]), Why.SINGULAR),
    "a variance below zero": (IMPROPER, Why.HEYWOOD),
}


@pytest.mark.parametrize("case", NO_OMEGA)
def test_omega_says_why_it_is_not_there(case: str) -> None:
    values, why = NO_OMEGA[case]
    found = omega(values)
    assert found.why is why
    assert np.isnan([found.omega, found.low, found.high, found.observed]).all()
    assert found.n == (~np.isnan(values).any(axis=1)).sum()


@pytest.mark.parametrize("n", [3, 7, 8, 20])
def test_omega_of_few_answers_is_a_number_or_a_reason(n: int) -> None:
    found = omega(BASE[:n], minimum=0)
    assert np.isnan(found.omega) == (found.why is not None)
    assert found.why is not None or found.low < found.omega < found.high


# Ordinal alpha


def test_ordinal_alpha_does_not_care_for_order_or_names_of_steps(some: Floats) -> None:
    found = ordinal_alpha(some)
    shuffled = np.random.default_rng(2).permutation(len(some))
    # Any numbers that keep the order of the steps will do: that is what makes it ordinal.
    for other in (some[shuffled, ::-1] + 9, 6 - some, some**3):
        again = ordinal_alpha(other)
        assert close([again.alpha, again.low, again.high], [found.alpha, found.low, found.high])


def test_ordinal_alpha_finds_its_population() -> None:
    common = np.outer(LOADINGS, LOADINGS) + np.diag(1 - LOADINGS**2)
    found = ordinal_alpha(answers(20_000, 8), confidence=0.999)
    assert close(found.correlations, common, 0.025)
    assert found.low < reliability.alpha_from_covariance(common) < found.high < found.low + 0.04


def test_a_table_of_four_cut_at_the_middle_has_its_correlation_in_closed_form() -> None:
    """P(both above) = 1/4 + asin(r) / (2 pi) (Sheppard 1899)."""
    values = np.repeat([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]], [150, 50, 50, 150], axis=0)
    assert close(polychoric(values).correlations[0, 1], np.sin(2 * np.pi * (150 / 400 - 0.25)), 1e-8)


def test_a_persons_influence_is_what_their_leaving_does(some: Floats) -> None:
    found = polychoric(some)
    pairs = np.triu_indices(some.shape[1], 1)
    for person in (0, 7, 42):
        without = polychoric(np.delete(some, person, axis=0)).correlations
        moved = (len(some) - 1) * (found.correlations - without)[pairs]
        assert np.abs(moved - found.influence[person]).max() < 0.06


def test_an_empty_cell_is_no_answer_and_no_obstacle() -> None:
    values = answers(400, 9)
    values = values[~((values[:, 0] == 1) & (values[:, 1] == 1))]
    assert ordinal_alpha(values).why is None


NO_ORDINAL = {
    "below the minimum": (BASE[:199], Why.TOO_FEW_ANSWERS),
    "nobody": (np.empty((0, 5)), Why.TOO_FEW_ANSWERS),
    "one item": (BASE[:, :1], Why.TOO_FEW_ITEMS),
    "one step only": (CONSTANT, Why.NO_VARIATION),
    "no steps": (IMPROPER, Why.TOO_MANY_STEPS),
    "the same item twice": (BASE[:, [0, 1, 0]], Why.INFINITE),
    "nobody says no to both": (np.repeat([[0.0, 1.0], [1.0, 0.0], [1.0, 1.0]], 100, axis=0), Why.INFINITE),
}


@pytest.mark.parametrize("case", NO_ORDINAL)
def test_ordinal_alpha_says_why_it_is_not_there(case: str) -> None:
    values, why = NO_ORDINAL[case]
    found = ordinal_alpha(values)
    assert found.why is why
    assert np.isnan([found.alpha, found.low, found.high]).all()


# Invariance


def measures(found: Invariance) -> list[list[float]]:
    return [[step.fit.chi2, step.fit.df, step.fit.cfi, step.fit.rmsea, step.fit.srmr] for step in found.steps]


def test_invariance_does_not_care_for_order_or_names_or_zero() -> None:
    groups = [answers(300, 10), answers(250, 11, level=0.3), answers(200, 12)]
    found = measures(invariance(groups))
    random = np.random.default_rng(13)
    for other in (
        [random.permutation(group) for group in groups[::-1]],
        [group[:, ::-1] * 20 + 5 for group in groups],
    ):
        assert close(measures(invariance(other)), found, 1e-5)


def test_a_round_measures_like_itself() -> None:
    found = invariance([BASE, BASE])
    assert found.level == "scalar"
    assert close([[step.chi2_change, step.cfi_change] for step in found.steps[1:]], 0, 1e-8)
    # Twice the answers with the same fit: chi2 and df are those of one round, twice.
    alone = factor.fit([sample(BASE)], np.zeros(5, np.int64))
    assert not isinstance(alone, Why)
    assert close(found.steps[0].fit.chi2, 2 * alone.fit.chi2)
    assert close(found.steps[0].fit.rmsea, alone.fit.rmsea)


def test_a_higher_level_is_no_other_way_to_measure() -> None:
    assert invariance([answers(500, 14), answers(500, 15, level=0.5)]).level == "scalar"


def test_an_item_read_half_a_step_higher_breaks_the_levels_only() -> None:
    after = behind(500, 17)
    after[:, 0] += 0.5
    found = invariance([answers(500, 16), 1.0 + np.digitize(after, STEPS)])
    assert found.level == "metric"
    assert found.steps[2].p_change < 0.001


def test_an_item_that_no_longer_belongs_breaks_the_weights() -> None:
    weak = np.array([0.2, 0.7, 0.6, 0.5, 0.7])
    found = invariance([answers(500, 18), 1.0 + np.digitize(behind(500, 19, loadings=weak), STEPS)])
    assert found.level == "configural"


@pytest.mark.parametrize(
    ("cfi", "rmsea", "srmr", "level"),
    [(2.0, 0.5, 0.5, "scalar"), (0.5, 2.0, 2.0, "scalar"), (0.5, 0.5, 2.0, "metric"), (0.5, 2.0, 0.5, "metric")],
)
def test_a_step_fails_where_cfi_and_one_more_say_so(cfi: float, rmsea: float, srmr: float, level: str) -> None:
    """The limits as shares of what the step really costs."""
    after = behind(500, 17)
    after[:, 0] += 0.5
    groups = [answers(500, 16), 1.0 + np.digitize(after, STEPS)]
    cost = invariance(groups).steps[2]
    limits = Limits(-cfi * cost.cfi_change, rmsea * cost.rmsea_change, 1.0, srmr * cost.srmr_change)
    assert invariance(groups, limits=limits).level == level


def test_few_answers_have_stricter_limits() -> None:
    few = [answers(150, 116), answers(150, 1116)]
    assert [invariance(few, limits=limits).level for limits in (None, LIMITS_SMALL, LIMITS)] == [
        "metric",
        "metric",
        "scalar",
    ]


def test_two_factors_taken_for_one_measure_nothing_together() -> None:
    groups = [np.column_stack([behind(400, seed)[:, :3], behind(400, seed + 1)[:, :3]]) for seed in (20, 22)]
    assert invariance(groups).level is None
    found = invariance(groups, [0, 0, 0, 1, 1, 1])
    assert found.level == "scalar"
    assert [step.fit.df for step in found.steps] == [16, 20, 24]


def test_what_is_equal_is_equal_in_the_numbers() -> None:
    samples = [sample(answers(300, 24)), sample(answers(300, 25, level=0.4))]
    found = factor.fit(samples, np.zeros(5, np.int64), Equal.SCALAR)
    assert not isinstance(found, Why)
    one, two = found.groups
    assert close(one.loadings, two.loadings, 1e-12)
    assert close(one.intercepts, two.intercepts, 1e-12)
    assert one.means == 0
    assert 0.2 < two.means < 0.6


NO_INVARIANCE = {
    "no groups": ([], Why.ONE_GROUP),
    "one group": ([BASE], Why.ONE_GROUP),
    "one small": ([BASE, BASE[:99]], Why.TOO_FEW_ANSWERS),
    "one empty": ([BASE, BASE[:0]], Why.TOO_FEW_ANSWERS),
    "two items": ([BASE[:, :2], BASE[:, :2]], Why.TOO_FEW_ITEMS),
    "no variation in one": ([BASE, CONSTANT], Why.NO_VARIATION),
}


@pytest.mark.parametrize("case", NO_INVARIANCE)
def test_invariance_says_why_it_is_not_there(case: str) -> None:
    groups, why = NO_INVARIANCE[case]
    assert (invariance(groups).why, invariance(groups).steps) == (why, ())


def test_an_improper_fit_holds_nothing() -> None:
    found = invariance([IMPROPER, IMPROPER])
    assert found.level is None
    assert {step.why for step in found.steps} == {Why.HEYWOOD}


# Items that work differently


def matched_on_rest(n: int, seed: int, uniform: float = 0.0, slope: float = 0.0) -> tuple[Floats, NDArray[np.bool_]]:
    """The first item follows the model itself: a cumulative logit on the mean of the others and on the kind."""
    random = np.random.default_rng(seed)
    others = answers(n, seed)
    kind = random.random(n) < 0.5
    rest = others.mean(axis=1)
    rest = (rest - rest.mean()) / rest.std()
    push = 1.5 * rest + uniform * kind + slope * rest * kind
    shares = special.expit(np.array([-2.0, -0.7, 0.7, 2.0]) - push[:, None])
    first = 1.0 + (random.random(n)[:, None] > shares).sum(axis=1)
    return np.column_stack([first, others]), kind


def named(kind: NDArray[np.bool_]) -> NDArray[np.str_]:
    return np.where(kind, "standard", "easy")


def test_the_difference_that_was_put_in_comes_out() -> None:
    values, kind = matched_on_rest(6000, 30, uniform=1.0)
    item = functioning(values, kind, purify=False).items[0]
    assert item.low < 1.0 < item.high < item.low + 0.3
    assert item.nonuniform_p > 0.05
    assert (item.size, item.differs) == ("moderate", True)
    values, kind = matched_on_rest(6000, 31, slope=1.0)
    item = functioning(values, kind, purify=False).items[0]
    assert item.nonuniform_p < 1e-6
    assert item.chi2 == pytest.approx(item.uniform_chi2 + item.nonuniform_chi2)


def numbers(test: ItemTest) -> list[float]:
    return [test.chi2, test.p, test.p_adjusted, test.uniform_chi2, test.nonuniform_chi2, test.gain, abs(test.log_odds)]


def test_functioning_does_not_care_for_order_or_names_or_zero() -> None:
    values, kind = matched_on_rest(600, 32, uniform=0.6)
    values[::7, 2] = np.nan
    found = functioning(values, named(kind))
    order = np.random.default_rng(33).permutation(len(values))
    for other, backwards in (
        (functioning(values[order], named(kind)[order]), 1),
        (functioning(values[:, ::-1], named(kind)), -1),
        (functioning(values + 11, named(kind)), 1),
        (functioning(values, ~kind), 1),
    ):
        pairs = zip(found.items, other.items[::backwards], strict=True)
        assert all(close(numbers(one), numbers(two), 1e-5) for one, two in pairs)
    # "easy" sorts before "standard"; turned round, the same difference has the other sign.
    assert (found.first, found.second) == ("easy", "standard")
    assert functioning(values, kind).items[0].log_odds > 0 > functioning(values, ~kind).items[0].log_odds


def test_the_likeliest_odds_are_those_that_a_plain_search_finds() -> None:
    values, kind = matched_on_rest(300, 34, uniform=0.8)
    rest = values[:, 1:].mean(axis=1)
    rest = (rest - rest.mean()) / rest.std()
    chosen = values[:, 0].astype(int) - 1

    def against(at: Floats) -> float:
        limits = np.concatenate([[-np.inf], np.cumsum([at[0], *np.exp(at[1:4])]), [np.inf]])
        push = at[4] * rest + at[5] * kind
        shares = special.expit(limits[chosen + 1] - push) - special.expit(limits[chosen] - push)
        return -float(np.log(np.maximum(shares, 1e-300)).sum())

    with_kind = optimize.minimize(against, np.array([-1.0, 0, 0, 0, 0, 0]), method="BFGS")
    without = optimize.minimize(lambda at: against(np.append(at, 0.0)), np.array([-1.0, 0, 0, 0, 0]), method="BFGS")
    item = functioning(values, kind, purify=False).items[0]
    assert close(item.log_odds, with_kind.x[5], 1e-4)
    assert close(item.uniform_chi2, 2 * (without.fun - with_kind.fun), 1e-4)


def test_an_item_that_differs_does_not_make_its_neighbours_differ() -> None:
    after = behind(1500, 36)
    after[:, 0] += 1.2
    values = np.concatenate([answers(1500, 35), 1.0 + np.digitize(after, STEPS)])
    kind = np.repeat([False, True], 1500)
    blurred, clear = functioning(values, kind, purify=False), functioning(values, kind)
    assert [item.differs for item in clear.items] == [True, False, False, False, False]
    assert clear.matched_on.tolist() == [False, True, True, True, True]
    assert max(item.gain for item in blurred.items[1:]) > 10 * max(item.gain for item in clear.items[1:])


def test_a_large_effect_alone_is_no_difference() -> None:
    found = functioning(answers(60, 40), np.arange(60) % 2 == 1, minimum=30)
    item = max(found.items, key=lambda item: item.gain)
    assert (item.size == "negligible", item.p_adjusted < 0.05, item.differs) == (False, False, False)


def test_who_skipped_more_than_half_of_the_others_cannot_be_placed() -> None:
    kind = np.arange(400) % 2 == 1
    values = BASE.copy()
    values[:10, 1:3] = np.nan
    values[10:30, 1:4] = np.nan
    values[30:60, 0] = np.nan
    item = functioning(values, kind).items[0]
    assert (item.n_first, item.n_second) == (175, 175)


def whys(found: Functioning) -> list[Why | None]:
    return [item.why for item in found.items]


def test_infinite_odds_are_a_reason_and_leave_the_others_alone() -> None:
    values, kind = answers(400, 37), np.arange(400) % 2 == 1
    values[:, 0] = np.where(kind, 5, np.minimum(values[:, 0], 4))
    found = functioning(values, kind)
    assert whys(found) == [Why.INFINITE, None, None, None, None]
    assert np.isnan(numbers(found.items[0])).all()
    assert not any(item.differs for item in found.items)


def test_functioning_says_why_it_is_not_there() -> None:
    kind = np.arange(400) % 2 == 1
    assert functioning(BASE, np.zeros(400)).why is Why.ONE_GROUP
    assert functioning(BASE[:0], np.zeros(0)).why is Why.ONE_GROUP
    assert functioning(BASE[:, :2], kind).why is Why.TOO_FEW_ITEMS
    assert set(whys(functioning(BASE[:198], kind[:198]))) == {Why.TOO_FEW_ANSWERS}
    assert set(whys(functioning(np.full((400, 4), np.nan), kind))) == {Why.TOO_FEW_ANSWERS}
    assert set(whys(functioning(np.full((400, 4), 3.0), kind))) == {Why.NO_VARIATION}
    assert set(whys(functioning(IMPROPER, kind))) == {Why.TOO_MANY_STEPS}
    with pytest.raises(ValueError, match="not 3: a, b, c"):
        functioning(BASE[:3], ["a", "b", "c"])


@pytest.mark.parametrize("seed", range(12))
def test_whatever_few_people_answer_there_is_a_number_or_a_reason(seed: int) -> None:
    random = np.random.default_rng(seed)
    n, items, steps = random.integers(2, 50), random.integers(1, 6), random.integers(1, 6)
    values = random.integers(1, steps + 1, (n, items)).astype(float)
    values[random.random(values.shape) < 0.1] = np.nan
    for found in (omega(values, minimum=0), ordinal_alpha(values, minimum=0)):
        told = np.isfinite([*(getattr(found, name, 0.0) for name in ("omega", "alpha")), found.low, found.high])
        assert told.all() == (found.why is None)
    for item in functioning(values, np.arange(n) % 2, minimum=0).items:
        assert np.isfinite([*numbers(item), item.low, item.high]).all() == (item.why is None)
    steps_fitted = invariance([values[::2], values[1::2]], minimum=0)
    assert np.isfinite(measures(steps_fitted)).all()
    assert (len(steps_fitted.steps) < 3) == (steps_fitted.why is not None)
