"""From answers to findings: the numbers equal the plain calculation, and every threshold of the method holds."""

from __future__ import annotations

import math
import warnings
from dataclasses import replace

import numpy as np
import pytest

from reports.analysis import analyse
from reports.dataset import Node, RoundData, Tree, matrix_digest
from reports.findings import Findings, NodeKind, Reason, ScaleFinding, Verdict
from reports.statistics import change, describe
from reports.sums import merged_steps
from reports.verdicts import verdict
from tests.reports.example import answers_from, round_of, small_instrument, tree

UNITS = {"2301-a": 12, "2301-b": 9, "2309-a": 40, "2313-a": 8, "2321-a": 15, "2326-a": 33, "2326-b": 22, "0114-a": 30}


def found(
    now: RoundData, before: RoundData | None = None, *, linked: bool = True, nodes: Tree | None = None
) -> Findings:
    units = dict.fromkeys([*now.unit_codes, *now.invited, *(before.unit_codes if before else ())], 1)
    analysed = analyse(now, before, nodes or tree(units), study="s", k=5, seed=1, simulated=True, linked=linked)
    return analysed.findings


def scale(findings: Findings, code: str, scale_id: str = "knowledge") -> ScaleFinding:
    return next(finding for finding in findings.group(code).scales if finding.scale == scale_id)


def scores_in(data: RoundData, code: str, column: int = 0) -> np.ndarray:
    return data.scores[[unit.startswith(code) for unit in data.unit_codes], column][:, None]


def test_mean_and_own_interval_are_those_of_the_rows() -> None:
    data = round_of(UNITS)
    level = scale(found(data), "2309").level
    moments = describe.moments(scores_in(data, "2309"))
    between = describe.mean_interval(moments.mean, describe.standard_error(moments.n, moments.sd), moments.n - 1)
    assert level.mean.value == pytest.approx(moments.mean[0], rel=1e-10)
    assert (level.mean.low, level.mean.high) == pytest.approx((between.low[0], between.high[0]), rel=1e-10)
    assert level.sd == pytest.approx(moments.sd[0], rel=1e-10)
    assert level.interval_from == "own"


def test_a_county_is_all_its_units() -> None:
    data = round_of(UNITS)
    moments = describe.moments(scores_in(data, "23"))
    assert scale(found(data), "23").level.mean.value == pytest.approx(moments.mean[0], rel=1e-10)
    assert found(data).group("23").n == sum(n for unit, n in UNITS.items() if unit.startswith("23"))


@pytest.mark.parametrize(
    ("code", "interval_from", "has_sd"),
    [("2313", "none", False), ("2321", "pooled", False), ("2309", "own", True)],
)
def test_what_is_told_by_size(code: str, interval_from: str, has_sd: bool) -> None:
    level = scale(found(round_of(UNITS)), code).level
    assert level.interval_from == interval_from
    assert (level.sd is not None) == has_sd
    assert (level.mean.low is not None) == (interval_from != "none")
    assert level.mean.value is not None


def test_small_groups_take_their_interval_from_the_round() -> None:
    data = round_of(UNITS)
    level = scale(found(data), "2321").level
    by_unit = [describe.moments(scores_in(data, unit)) for unit in UNITS]
    df = sum(float(unit.n[0]) - 1 for unit in by_unit)
    pooled = math.sqrt(sum((float(unit.n[0]) - 1) * float(unit.variance[0]) for unit in by_unit) / df)
    n = level.mean.n or 0
    between = describe.mean_interval(np.array([level.mean.value]), np.array([pooled / math.sqrt(n)]), np.array([df]))
    assert level.mean.low == pytest.approx(between.low[0], rel=1e-9)


def test_whole_staff_invited_narrows_levels_and_leaves_change_alone() -> None:
    before = round_of(UNITS, round_id=1, seed=9)
    unknown = found(round_of(UNITS), before)
    known = found(round_of(UNITS, invited={unit: n + 2 for unit, n in UNITS.items()}), before)
    wide, narrow = scale(unknown, "2309"), scale(known, "2309")
    share = (narrow.level.mean.high - narrow.level.mean.low) / (wide.level.mean.high - wide.level.mean.low)
    assert share == pytest.approx(math.sqrt(1 - (narrow.level.mean.n or 0) / 42), rel=1e-9)
    assert narrow.change == wide.change
    assert known.group("2309").response_rate.value == pytest.approx(40 / 42)


def test_rate_needs_all_invited_counts_and_no_more_answers_than_invited() -> None:
    one_unknown = found(round_of(UNITS, invited={**dict.fromkeys(UNITS, 50), "2326-b": None}))
    assert one_unknown.group("2326").response_rate.reason is Reason.UNKNOWN_INVITED
    assert one_unknown.group("2309").response_rate.value == pytest.approx(0.8)
    too_few = found(round_of(UNITS, invited={**dict.fromkeys(UNITS, 50), "2309-a": 39}))
    assert too_few.group("2309").invited == 39
    assert too_few.group("2309").response_rate.value is None


@pytest.mark.parametrize(
    ("links", "shorter", "method"), [(False, False, "welch"), (True, True, "partial_overlap"), (True, False, "paired")]
)
def test_the_test_follows_who_is_linked(links: bool, shorter: bool, method: str) -> None:
    now = round_of(UNITS, links=links, gaps=0.0)
    earlier = {unit: n - 3 if shorter else n for unit, n in UNITS.items()}
    before = round_of(earlier, round_id=1, seed=9, links=links, gaps=0.0)
    result = scale(found(now, before), "2309").change
    assert result.method == method
    first, second = scores_in(now, "2309"), scores_in(before, "2309")
    codes = dict(zip(before.link_codes, before.scores[:, 0], strict=True))
    here = [(value, codes.get(code, math.nan)) for code, value, unit in _rows(now) if unit.startswith("2309")]
    pairs = change.pair_up(*np.array(here).T) if links else None
    expected = (
        change.t_new2(describe.moments(first), describe.moments(second), pairs.overlap)
        if pairs
        else change.welch(describe.moments(first), describe.moments(second))
    )
    assert result.p == pytest.approx(expected.p[0], rel=1e-8)
    assert (result.difference.low, result.difference.high) == pytest.approx(
        tuple(end[0] for end in expected.interval()), rel=1e-8
    )


def _rows(data: RoundData) -> list[tuple[bytes | None, float, str]]:
    return list(zip(data.link_codes, data.scores[:, 0].tolist(), data.unit_codes, strict=True))


def test_link_codes_are_not_used_unless_the_study_says_so() -> None:
    now, before = round_of(UNITS, links=True), round_of(UNITS, round_id=1, seed=9, links=True)
    result = found(now, before, linked=False).group("2309")
    assert result.n_linked == 0
    assert result.scales[0].change.method == "welch"


def test_a_change_is_described_below_ten_and_judged_above() -> None:
    now, before = round_of(UNITS, shift=1.5), round_of(UNITS, round_id=1, seed=9)
    few, more = scale(found(now, before), "2313").change, scale(found(now, before), "2321").change
    assert few.difference.value is not None
    assert (few.difference.low, few.p, few.verdict) == (None, None, Verdict.CANNOT_TELL)
    assert few.hedges_g.reason is Reason.TOO_FEW
    assert more.verdict is Verdict.INCREASE
    assert more.hedges_g.low is not None


def test_alpha_from_thirty_complete_answers() -> None:
    findings = found(round_of(UNITS, gaps=0.0))
    assert scale(findings, "2309").alpha.value is not None
    assert scale(findings, "2321").alpha.reason is Reason.TOO_FEW


def test_others_exclude_the_group_itself() -> None:
    data = round_of(UNITS)
    comparison = scale(found(data), "2309").comparisons[0]
    others = data.scores[[unit.startswith("23") and not unit.startswith("2309") for unit in data.unit_codes], 0]
    expected = change.welch(describe.moments(scores_in(data, "2309")), describe.moments(others[:, None]))
    assert comparison.against == "23"
    assert comparison.mean.value == pytest.approx(np.nanmean(others), rel=1e-10)
    assert comparison.difference.low == pytest.approx(expected.interval()[0][0], rel=1e-8)


def test_one_county_is_not_the_nation() -> None:
    findings = found(round_of({"2301-a": 20, "2309-a": 30}))
    assert [group.code for group in findings.groups] == ["23", "2301", "2309", "2301-a", "2309-a"]
    assert [comparison.against for comparison in scale(findings, "2309").comparisons] == ["23"]
    assert scale(findings, "23").comparisons == ()
    assert findings.group("23").parent is None


def test_spread_of_answers_by_size() -> None:
    findings = found(round_of(UNITS, gaps=0.0))
    by_size = {code: findings.group(code).items[3] for code in ("2313", "2321", "2309")}
    assert by_size["2313"].counts is None
    assert by_size["2321"].categories == ((1, 2), (3,), (4, 5))
    assert by_size["2309"].categories == ((1,), (2,), (3,), (4,), (5,))
    assert sum(by_size["2309"].counts) == 40
    assert by_size["2313"].mean is not None


def test_answers_that_count_as_missing_are_shown_and_not_scored() -> None:
    answers = [{"K1": 9 if person < 6 else 4 if person < 18 else 2, "K2": 3, "K3": 3} for person in range(30)]
    data = RoundData.from_answers(
        round_id=1,
        name="2026",
        instrument=small_instrument(),
        digest="d",
        answers=answers,
        unit_codes=["2301-a"] * 30,
        invited={"2301-a": 30},
    )
    item = found(data).group("2301").items[0]
    assert item.n == 24
    assert dict(zip(item.categories, item.counts, strict=True))[(9,)] == 6


def test_positive_share_counts_reversed_items_the_right_way() -> None:
    answers = [{"A1": 5, "A2": 1}] * 12 + [{"A1": 1, "A2": 5}] * 3
    data = RoundData.from_answers(
        round_id=1,
        name="2026",
        instrument=small_instrument(),
        digest="d",
        answers=answers,
        unit_codes=["2301-a"] * 15,
        invited={},
    )
    level = scale(found(data, nodes=tree({"2301-a": 1})), "2301", "attitude").level
    assert level.positive.value == 0.8
    assert level.mean.value == 4.2


def test_row_order_changes_no_byte() -> None:
    instrument = small_instrument()
    answers = answers_from(np.linspace(-1, 1, 40), np.random.default_rng(4))
    units = ["2301-a" if person % 3 else "2309-a" for person in range(40)]

    def made(order: list[int]) -> RoundData:
        return RoundData.from_answers(
            round_id=1,
            name="2026",
            instrument=instrument,
            digest="d",
            answers=[answers[row] for row in order],
            unit_codes=[units[row] for row in order],
            invited={"2309-a": 30, "2301-a": 40},
        )

    one, other = made(list(range(40))), made(np.random.default_rng(1).permutation(40).tolist())
    assert matrix_digest(one, None) == matrix_digest(other, None)
    assert found(one) == found(other)


def test_the_digest_sees_one_changed_answer_and_a_changed_invited_count() -> None:
    data = round_of(UNITS)
    values = data.values.copy()
    values[0, 1] = 6 - values[0, 1] if values[0, 1] != 3 else 4
    assert matrix_digest(replace(data, values=values), None) != matrix_digest(data, None)
    assert matrix_digest(replace(data, invited={"2309-a": 99}), None) != matrix_digest(data, None)


@pytest.mark.parametrize("trait", [np.zeros(0), np.zeros(1), np.zeros(2)])
def test_hardly_anybody_answered(trait: np.ndarray) -> None:
    answers = answers_from(trait, np.random.default_rng(1))
    data = _constant(answers)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        findings = found(data, data, nodes=tree({"2301-a": 1, "2309-a": 1}))
    assert findings.group("2301").n == len(trait)
    assert all(finding.change.verdict is Verdict.CANNOT_TELL for finding in findings.group("2301").scales)


def test_everybody_answered_the_same() -> None:
    data = _constant([{"K1": 3, "K2": 3, "K3": 3}] * 40)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        finding = scale(found(data, data), "2301")
    assert finding.level.mean.value == 3.0
    assert finding.level.mean.low is None
    assert finding.alpha.reason is Reason.PROTECTED
    assert finding.change.difference.value == 0.0
    assert finding.change.p is None
    assert finding.change.verdict is Verdict.CANNOT_TELL


def _constant(answers: list[dict[str, object]]) -> RoundData:
    return RoundData.from_answers(
        round_id=1,
        name="2026",
        instrument=small_instrument(),
        digest="d",
        answers=answers,
        unit_codes=["2301-a"] * len(answers),
        invited={"2301-a": None},
    )


def test_a_scale_scored_otherwise_before_is_not_compared() -> None:
    other = small_instrument()
    shorter = other.scales[0].model_copy(update={"items": other.scales[0].items[:2]})
    changed = other.model_copy(update={"scales": (shorter, *other.scales[1:])})
    findings = found(round_of(UNITS), round_of(UNITS, round_id=1, seed=9, instrument=changed))
    assert scale(findings, "2309").change.difference.reason is Reason.NOT_ASKED
    assert scale(findings, "2309", "practice").change.difference.value is not None


def test_an_unknown_unit_is_named() -> None:
    with pytest.raises(ValueError, match="'9999-x' is not in the organisation tree"):
        found(round_of({"9999-x": 5}), nodes=Tree((Node("SE", "Riket", "Riket", NodeKind.NATION, None),)))


def test_groups_stand_parents_first() -> None:
    seen: set[str] = set()
    for group in found(round_of(UNITS)).groups:
        assert group.parent is None or group.parent in seen
        seen.add(group.code)


@pytest.mark.parametrize(
    ("low", "high", "p_holm", "inner", "expected"),
    [
        (0.1, 0.5, 0.01, (0.15, 0.45), (Verdict.INCREASE, False)),
        (-0.5, -0.1, 0.01, (-0.45, -0.15), (Verdict.DECREASE, False)),
        (0.01, 0.5, 0.08, (0.05, 0.45), (Verdict.CANNOT_TELL, True)),
        (0.01, 0.15, 0.08, (0.02, 0.14), (Verdict.UNCHANGED, True)),
        (-0.12, 0.1, 0.9, (-0.1, 0.08), (Verdict.UNCHANGED, False)),
        (-0.3, 0.3, 0.9, (-0.25, 0.25), (Verdict.CANNOT_TELL, False)),
        (math.nan, math.nan, math.nan, (math.nan, math.nan), (Verdict.CANNOT_TELL, False)),
    ],
)
def test_verdicts(
    low: float, high: float, p_holm: float, inner: tuple[float, float], expected: tuple[Verdict, bool]
) -> None:
    assert verdict(low, high, p_holm, *inner, margin=0.2) == expected


@pytest.mark.parametrize(
    ("steps", "expected"),
    [(3, (1, 1, 1)), (4, (2, 2)), (5, (2, 1, 2)), (6, (2, 2, 2)), (7, (3, 1, 3)), (10, (4, 2, 4))],
)
def test_merged_steps(steps: int, expected: tuple[int, ...]) -> None:
    assert tuple(len(category) for category in merged_steps(tuple(range(steps)))) == expected
