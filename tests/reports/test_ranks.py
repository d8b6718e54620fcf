"""Order alone: what must hold for any answers, and SciPy's own numbers beside ours. R's are in tests/reference."""

from __future__ import annotations

from itertools import combinations, pairwise, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import stats

from reports.statistics import change, dominance, effect, multiplicity, placements, proportion, ranks, shares_paired
from reports.statistics.reliable_change import reliable_change

Floats = NDArray[np.float64]

FEW = settings(max_examples=25)
steps = st.integers(1, 5).map(float)
answers = st.lists(steps, min_size=2, max_size=12).map(np.array)
signs = st.sampled_from([0.0, 1.0, np.nan])

MIXED = np.array([3.0, 1, 4, 1, 5, 9, 2, 6]), np.array([5.0, 3, 5, 8, 9, 7, 9])
APART = np.array([1.0, 2, 2]), np.array([3.0, 4, 5, 5])
ALIKE = np.full(3, 2.0), np.full(4, 2.0)
NOBODY = np.array([]), np.array([1.0, 2])
ONE = np.array([2.0]), np.array([1.0, 2, 3])


@FEW
@given(answers, answers, st.randoms(use_true_random=False))
def test_order_of_people_and_names_of_steps_do_not_matter(first: Floats, second: Floats, random: object) -> None:
    shuffled = list(first)
    random.shuffle(shuffled)
    renamed = np.array(shuffled) ** 3 + 7, second**3 + 7
    for test in (ranks.mann_whitney, ranks.brunner_munzel, dominance.cliffs_delta):
        np.testing.assert_equal(test(*renamed).__dict__, test(first, second).__dict__)


@FEW
@given(answers, answers)
def test_the_other_way_round_is_the_mirror_image(first: Floats, second: Floats) -> None:
    here, there = ranks.mann_whitney(first, second), ranks.mann_whitney(second, first)
    np.testing.assert_allclose(
        [here.u, here.z, here.p_corrected, here.p_exact], [there.u_other, -there.z, there.p_corrected, there.p_exact]
    )
    one, two = ranks.brunner_munzel(first, second), ranks.brunner_munzel(second, first)
    np.testing.assert_allclose([one.statistic, one.df, one.p], [-two.statistic, two.df, two.p])
    this, that = dominance.cliffs_delta(first, second), dominance.cliffs_delta(second, first)
    np.testing.assert_allclose([this.delta, this.low, this.high], [-that.delta, -that.high, -that.low], atol=1e-12)
    assert np.isnan(this.low) or -1 <= this.low <= this.delta <= this.high <= 1


def test_many_groups_from_counts_are_the_groups_one_by_one() -> None:
    random = np.random.default_rng(20)
    values, other = random.integers(1, 6, 300).astype(float), random.integers(1, 6, 300).astype(float)
    values[::17] = np.nan
    group = random.integers(0, 7, 300)
    scale = np.arange(1.0, 6.0)
    counts = placements.Counts(*(placements.count_groups(v, group, 8, scale) for v in (values, other)))
    together = ranks.mann_whitney_from_counts(counts), ranks.brunner_munzel_from_counts(counts)
    effects = dominance.from_counts(counts)
    for place in range(8):
        one, two = values[group == place], other[group == place]
        alone = ranks.mann_whitney(one, two), ranks.brunner_munzel(one, two)
        np.testing.assert_allclose(together[0].p_corrected[place], alone[0].p_corrected)
        np.testing.assert_allclose(together[1].p[place], alone[1].p)
        delta = dominance.cliffs_delta(one, two)
        np.testing.assert_allclose([effects.low[place], effects.high[place]], [delta.low, delta.high])
    with pytest.raises(ValueError, match="one of the steps"):
        placements.count_groups(np.array([1.5]), np.array([0]), 1, scale)


def test_delta_is_what_all_pairs_say() -> None:
    first, second = MIXED
    signs = np.sign(first[:, None] - second)
    n, m, delta = len(first), len(second), signs.mean()
    own, others = signs.mean(axis=1).var(ddof=1), signs.mean(axis=0).var(ddof=1)
    single = ((signs - delta) ** 2).sum() / ((n - 1) * (m - 1))
    found = dominance.cliffs_delta(first, second)
    np.testing.assert_allclose(found.delta, delta)
    np.testing.assert_allclose(found.error, np.sqrt(((m - 1) * own + (n - 1) * others + single) / (n * m)))
    np.testing.assert_allclose(found.superiority, (signs > 0).mean() + (signs == 0).mean() / 2)
    np.testing.assert_allclose(2 * found.superiority_interval.low - 1, found.low)


@pytest.mark.parametrize("side", ["two-sided", "greater", "less"])
def test_equal_to_scipy(side: ranks.Side) -> None:
    first, second = MIXED
    ours = ranks.mann_whitney(first, second, side)
    for corrected, p in ((True, ours.p_corrected), (False, ours.p)):
        theirs = stats.mannwhitneyu(first, second, corrected, side, method="asymptotic")
        np.testing.assert_allclose([ours.u, p], [theirs.statistic, theirs.pvalue])
    untied = np.array([1.0, 4, 6, 7, 9]), np.array([2.0, 3, 5, 8, 10, 11])
    exact = stats.mannwhitneyu(*untied, alternative=side, method="exact").pvalue
    np.testing.assert_allclose(ranks.mann_whitney(*untied, side).p_exact, exact)
    turned = {"two-sided": "two-sided", "greater": "less", "less": "greater"}[side]
    munzel = stats.brunnermunzel(second, first, alternative=turned)
    ours_munzel = ranks.brunner_munzel(first, second, side)
    np.testing.assert_allclose([ours_munzel.statistic, ours_munzel.p], [-munzel.statistic, munzel.pvalue])
    changes = np.array([3.0, -1, 0, 2, 2, -4, 5, 0, 6, 1])
    for zeros, named in (("dropped", "wilcox"), ("ranked", "pratt")):
        signed = ranks.signed_rank(changes, side, zeros)
        for corrected, p in ((True, signed.p_corrected), (False, signed.p)):
            theirs = stats.wilcoxon(changes, zero_method=named, correction=corrected, alternative=side, method="approx")
            np.testing.assert_allclose(p, theirs.pvalue)
    untied_changes = np.array([3.0, -1, 2, -4, 5, 6, 7])
    exact = stats.wilcoxon(untied_changes, alternative=side, method="exact").pvalue
    np.testing.assert_allclose(ranks.signed_rank(untied_changes, side).p_exact, exact)


def test_the_exact_p_counts_every_deal_and_every_turn_of_signs() -> None:
    first, second = np.array([1.0, 2, 2, 4]), np.array([2.0, 3, 4])
    people = np.concatenate([first, second])

    def distance(chosen: tuple[int, ...]) -> float:
        one, two = people[list(chosen)], np.delete(people, list(chosen))
        return float(np.sign(one[:, None] - two).sum())

    deals = [distance(chosen) for chosen in combinations(range(7), 4)]
    expected = np.mean([abs(deal) >= abs(distance((0, 1, 2, 3))) for deal in deals])
    np.testing.assert_allclose(ranks.mann_whitney(first, second).p_exact, expected)
    changes = np.array([1.0, -2, 2, 3, 0])
    sizes = np.array([1, 2.5, 2.5, 4])
    turns = [abs(float(sizes @ np.array(turn))) for turn in product([-1, 1], repeat=4)]
    seen = abs(float(sizes @ np.array([1, -1, 1, 1])))
    np.testing.assert_allclose(ranks.signed_rank(changes).p_exact, np.mean([turn >= seen for turn in turns]))
    assert ranks.signed_rank(changes).biserial == pytest.approx(0.5)


def test_where_there_is_nothing_to_tell_there_is_no_number() -> None:
    for case in (ALIKE, NOBODY, NOBODY[::-1]):
        found = ranks.mann_whitney(*case)
        assert np.isnan([found.z, found.p, found.p_corrected, found.p_exact, ranks.brunner_munzel(*case).p]).all()
        assert np.isnan(dominance.cliffs_delta(*case).low)
    assert dominance.cliffs_delta(*ALIKE).delta == 0
    assert np.isnan(dominance.cliffs_delta(*NOBODY).delta)
    alone = dominance.cliffs_delta(*ONE)
    assert alone.delta == 0
    assert np.isnan([alone.low, ranks.brunner_munzel(*ONE).p]).all()
    assert ranks.mann_whitney(*ONE).p == 1
    nothing = ranks.signed_rank(np.array([0.0, 0, np.nan]))
    assert (nothing.pairs, nothing.changed) == (2, 0)
    assert np.isnan([nothing.p, nothing.p_exact, nothing.biserial]).all()
    large = np.arange(1000.0)
    assert np.isnan([ranks.mann_whitney(large, large).p_exact, ranks.signed_rank(large).p_exact]).all()


def test_groups_wholly_apart_have_an_honest_interval() -> None:
    """No overlap was seen, as in a share of 0 of the smaller group: Wilson's interval of that."""
    found = dominance.cliffs_delta(*APART)
    assert (found.delta, found.low) == (-1, -1)
    np.testing.assert_allclose(found.superiority_interval.high, proportion.wilson(0, 3).high)
    assert np.isnan(ranks.brunner_munzel(*APART).p)
    assert ranks.mann_whitney(*APART).p_exact == pytest.approx(2 / 35)


@pytest.mark.parametrize(
    ("sizes", "without", "with_one", "brunner_munzel"),
    [((10, 10), 0.96, 0.955, 0.935), ((15, 30), 0.955, 0.95, 0.945), ((50, 50), 0.95, 0.95, 0.945)],
)
def test_the_interval_holds_the_truth_as_often_as_it_says(
    sizes: tuple[int, int], without: float, with_one: float, brunner_munzel: float
) -> None:
    """20,000 pairs of groups on five steps: nothing between them, and a delta of .24 (docs/method/ranks.md)."""
    random = np.random.default_rng(7)
    low, high = np.array([0.1, 0.2, 0.3, 0.25, 0.15]), np.array([0.05, 0.1, 0.25, 0.35, 0.25])
    for first, expected in ((low, without), (high, with_one)):
        drawn = [random.multinomial(n, p, 20_000).astype(float) for n, p in zip(sizes, (first, low), strict=True)]
        true = dominance.from_counts(placements.Counts(first * 1e6, low * 1e6)).delta
        counts = placements.Counts(*drawn)
        found = dominance.from_counts(counts)
        assert ((found.low <= true) & (true <= found.high)).mean() == pytest.approx(expected, abs=0.006)
        test = ranks.brunner_munzel_from_counts(counts)
        between = test.interval()
        held = (between.low <= (true + 1) / 2) & ((true + 1) / 2 <= between.high)
        assert held.mean() >= brunner_munzel - 0.006


@FEW
@given(st.lists(st.tuples(signs, signs), max_size=12))
def test_shares_of_the_same_people(both: list[tuple[float, float]]) -> None:
    first, second = np.array(both).reshape(-1, 2).T
    here, there = shares_paired.z8(first, second), shares_paired.z8(second, first)
    np.testing.assert_allclose([here.z, here.low, here.high], [-there.z, -there.high, -there.low], atol=1e-12)
    assert np.isnan(here.low) or -1 <= here.low <= here.difference <= here.high <= 1
    # Nobody the same: first all of one round, then all of the other.
    apart = np.concatenate([first, np.full_like(second, np.nan)]), np.concatenate([np.full_like(first, np.nan), second])
    alone = shares_paired.z8(*apart)
    expected = proportion.newcombe(alone.first, alone.n_first, alone.second, alone.n_second)
    np.testing.assert_allclose([alone.low, alone.high], [expected.low, expected.high])
    changed = shares_paired.mcnemar_of(first, second)
    if changed.gained + changed.lost > 0:
        binomial = stats.binomtest(int(changed.gained), int(changed.gained + changed.lost)).pvalue
        np.testing.assert_allclose(changed.p_exact, binomial)
        assert changed.p_mid <= changed.p_exact
    if changed.pairs > 0:
        assert -1 <= changed.low <= changed.difference <= changed.high <= 1


def test_mcnemar_on_published_numbers() -> None:
    """Fagerland, Lydersen and Laake 2013: airway hyper-responsiveness before and after a transplant (Bentur 2009)."""
    found = shares_paired.mcnemar(gained=7, lost=1, both=1, neither=12)
    np.testing.assert_allclose([found.p_asymptotic, found.p_exact, found.p_mid], [0.0339, 0.0703, 0.0391], atol=5e-5)
    # So weak a link between the two answers counts as none: the interval of different people.
    apart = proportion.newcombe(8 / 21, 21, 2 / 21, 21)
    np.testing.assert_allclose([found.low, found.high], [apart.low, apart.high])
    stronger = shares_paired.mcnemar(gained=7, lost=1, both=5, neither=12)
    apart = proportion.newcombe(12 / 25, 25, 6 / 25, 25)
    assert apart.low < stronger.low < stronger.high < apart.high
    assert np.isnan(shares_paired.mcnemar(0, 0, 0, 0).p_exact)
    nobody_changed = shares_paired.mcnemar(0, 0, 4, 0)
    assert (nobody_changed.p_exact, nobody_changed.p_corrected, nobody_changed.difference) == (1, 1, 0)
    assert nobody_changed.high > 0.3


def test_one_persons_change() -> None:
    before = np.array([1.0, 2, 3, 4, 5, 3])
    after = np.array([5.0, 2, 3, 4, 1, np.nan])
    found = reliable_change(before, after, reliability=0.8)
    assert (found.n, found.up, found.same, found.down) == (5, 1, 3, 1)
    assert found.direction.tolist() == [1, 0, 0, 0, -1, 0]
    higher = reliable_change(before + 10, after + 10, reliability=0.8)
    np.testing.assert_allclose(higher.index, found.index)
    np.testing.assert_allclose(reliable_change(after, before, 0.8).up, 1)
    for reliability in (1.0, -0.2, np.nan):
        none = reliable_change(before, after, reliability)
        assert np.isnan([none.sem, none.mdc, none.mdc_group, none.mean_index]).all()
        assert (none.n, none.up, none.down) == (5, 0, 0)
    assert np.isnan(reliable_change(np.full(3, 2.0), after[:3], 0.8).mdc)
    assert np.isnan(reliable_change(np.array([]), np.array([]), 0.8).mdc_group)


def test_adjusted_p_values_leave_missing_tests_out() -> None:
    p = np.array([[0.04, np.nan, 0.01, 0.03], [np.nan, np.nan, 0.2, np.nan]])
    np.testing.assert_allclose(multiplicity.bonferroni(p), [[0.12, np.nan, 0.03, 0.09], [np.nan, np.nan, 0.2, np.nan]])
    np.testing.assert_allclose(multiplicity.hommel(p), [[0.04, np.nan, 0.03, 0.04], [np.nan, np.nan, 0.2, np.nan]])
    assert multiplicity.hommel(np.zeros((0,))).shape == (0,)


@FEW
@given(st.lists(st.floats(0, 1), min_size=1, max_size=8).map(np.array))
def test_hommel_lies_between_benjamini_hochberg_and_holm(p: Floats) -> None:
    order = [f(p) for f in (multiplicity.benjamini_hochberg, multiplicity.hommel, multiplicity.holm)]
    order.append(multiplicity.bonferroni(p))
    assert all((low <= high + 1e-12).all() for low, high in pairwise(order))


@FEW
@given(st.lists(st.integers(4, 20).map(lambda quarters: quarters / 4 + 0.1), min_size=2, max_size=20).map(np.array))
def test_where_all_change_by_the_same_there_is_no_test(before: Floats) -> None:
    """Rounding left an error of 1e-8 and a t of 1e8."""
    pairs = change.pair_up(before + 1, before)
    test = change.t_new2(pairs.first, pairs.second, pairs.overlap)
    assert np.isnan([test.t, test.p]).all()
    np.testing.assert_allclose(test.estimate, 1)
    assert np.isnan(effect.standardised_paired(test).dz)
    assert np.isnan(change.looney_jones(pairs).p)


def test_drm_is_dav_where_both_rounds_vary_alike() -> None:
    before = np.array([1.0, 2, 3, 4, 6])
    after = before[[1, 0, 3, 4, 2]] + 1
    pairs = change.pair_up(after, before)
    test = change.t_new2(pairs.first, pairs.second, pairs.overlap)
    paired = effect.standardised_paired(test)
    found = effect.repeated_measures(paired, pairs.overlap.correlation)
    np.testing.assert_allclose(found.drm, test.estimate / pairs.first.sd)
    assert found.low < found.drm < found.high
    assert np.isnan(effect.repeated_measures(paired, np.array([1.0])).drm)
