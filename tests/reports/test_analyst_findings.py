"""The analyst's part of a release: what it says equals the rows, and it says no more than the gate lets it."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import replace
from unittest.mock import patch

import numpy as np
import pytest

from reports import followed, sensitivities, whole
from reports.analysis import About, Analysed, add_up, analyse, decision
from reports.dataset import RoundData, Tree
from reports.disclosure import Disclosed, disclose, from_json, to_json
from reports.estimates import Reason
from reports.export import analyst_lines
from reports.export.gate import findings_of
from reports.export.lines import Line, lines
from reports.findings import Findings, LinkedBy, Thresholds
from reports.masking import masked, shown_cells
from reports.near import OTHERS
from reports.pairs import moves
from reports.plain import to_text
from reports.release import Released, make
from reports.residuals import Mask
from reports.statistics.dominance import cliffs_delta, from_counts
from reports.statistics.functioning import functioning
from reports.statistics.invariance import invariance
from reports.statistics.mixed import mixed_change, two_rounds
from reports.statistics.omega import omega
from reports.statistics.placements import Counts
from reports.statistics.polychoric import ordinal_alpha
from reports.statistics.ranks import brunner_munzel
from reports.statistics.reliability import item_parts
from reports.statistics.trend import mixed_trend
from reports.trends import Past, _followed, trends_of
from tests.reports import test_release_random
from tests.reports.example import round_of, small_instrument, tree

UNITS = {"2301-a": 60, "2301-b": 9, "2309-a": 40, "2313-a": 8, "2321-a": 25, "2326-a": 33, "2361-a": 3, "0114-a": 30}
K = 5
SD_FROM = 20


def rounds(units: Mapping[str, int] = UNITS) -> tuple[RoundData, RoundData, Tree]:
    now = round_of(units, links=True, shift=0.2)
    return now, round_of(units, round_id=1, name="2024", seed=3, links=True), tree(units)


def released(units: Mapping[str, int] = UNITS) -> Disclosed:
    return disclose(_analysed(units), K)


def _analysed(units: Mapping[str, int] = UNITS) -> Analysed:
    return analyse(*rounds(units), study="s", k=K, seed=1, simulated=True, linked=True)


@pytest.fixture(scope="module")
def shown() -> Disclosed:
    return released()


def pairs_of(group: str, scale: str) -> Iterator[tuple[float, float]]:
    """Score now and before of everybody in the group who has both."""
    now, before, _ = rounds()
    column = [one.id for one in now.instrument.scales].index(scale)
    earlier = {code: float(before.scores[row, column]) for row, code in enumerate(before.link_codes)}
    for row, code in enumerate(now.link_codes):
        here, there = float(now.scores[row, column]), earlier.get(code, np.nan)
        if (group == "SE" or now.unit_codes[row].startswith(group)) and not np.isnan(here + there):
            yield here, there


def test_flows_count_those_who_moved_half_a_step(shown: Disclosed) -> None:
    told = [flow for flow in shown.findings.analyst.flows if flow.n is not None]
    assert len(told) > 10
    for flow in told:
        moves = [now - before for now, before in pairs_of(flow.group, flow.scale)]
        lower, higher = sum(move <= -0.4999 for move in moves), sum(move >= 0.4999 for move in moves)
        assert (flow.step, flow.lower, flow.higher) == (0.5, lower, higher)
        assert flow.n == len(moves) == lower + higher + (flow.same or 0)


def test_where_any_number_may_be_answered_every_difference_is_a_move() -> None:
    changes = np.array([[-2.0, -0.5], [0.0, 0.0], [0.25, 0.25], [np.nan, 0.5]])
    counts = moves(changes, np.array([0.0, 0.5]), np.zeros(4, dtype=np.int64), 1)
    assert counts[0].tolist() == [[1, 1, 1], [1, 2, 1]]


def test_a_flow_that_is_not_told_says_why(shown: Disclosed) -> None:
    hidden = [flow for flow in shown.findings.analyst.flows if flow.n is None]
    assert {flow.reason for flow in hidden} == {Reason.TOO_FEW, Reason.PROTECTED}
    assert all((flow.lower, flow.same, flow.higher) == (None, None, None) for flow in hidden)
    # 9 of 69 linked: their own flow is too small, and would follow from the municipality's and the larger unit's.
    assert not {("2301", "knowledge"), ("2301-a", "knowledge")} <= told_flows(shown.findings)


def told_flows(findings: Findings) -> set[tuple[str, str]]:
    return {(flow.group, flow.scale) for flow in findings.analyst.flows if flow.n is not None}


def test_a_masked_group_has_no_part_in_it(shown: Disclosed) -> None:
    masked_groups = {group.code for group in shown.findings.groups if group.n is None}
    assert masked_groups
    assert not masked_groups & {flow.group for flow in shown.findings.analyst.flows}


def small_flows(findings: Findings) -> list[tuple[str, str]]:
    """What an attacker finds: groups, or what is left of them when shown ones are subtracted, in which fewer than 20
    are linked or all but at most one of them went the same way."""
    parents = {group.code: group.parent for group in findings.groups}
    found = []
    for scale in {flow.scale for flow in findings.analyst.flows}:
        told = {
            flow.group: np.array([flow.lower, flow.same, flow.higher])
            for flow in findings.analyst.flows
            if flow.scale == scale and flow.n is not None
        }
        left = dict(told)
        for code in told:
            above = parents[code]
            while above is not None and above not in told:
                above = parents[above]
            if above is not None:
                left[above] = left[above] - told[code]
        for code in told:
            for counts in (told[code], left[code]):
                n = int(counts.sum())
                if n and (n < SD_FROM or n - int(counts.max()) < OTHERS):
                    found.append((scale, code))
    return found


@pytest.mark.parametrize("seed", [9, 15])
def test_no_flow_of_few_follows_from_the_shown_ones(seed: int) -> None:
    with patch.object(test_release_random, "SIZES", (3, 9, 22, 30, 60, 90)):
        for again in (False, True):
            findings = test_release_random.release_all(seed, again=again)
            assert told_flows(findings)
            assert small_flows(findings) == []


def test_two_releases_do_not_tell_how_the_late_ones_moved() -> None:
    now, before, nodes = rounds()
    late = np.array(now.unit_codes) == "2309-a"
    late &= np.cumsum(late) <= 6
    first = kept(now, ~late)
    second = replace(now, batches=tuple(late.astype(int).tolist()))
    about = About("s", 1, True, LinkedBy.LINKS, Thresholds.of(K))
    one = make(first, before, nodes, about, label="first", linked=True)
    entries, earlier = ([entry] for entry in one.entries)
    two = make(second, before, nodes, about, label="second", linked=True, told_now=entries, told_before=earlier)
    told, again = told_flows(one.disclosed.findings), told_flows(two.disclosed.findings)
    holds_late = {"SE", "23", "2309", "2309-a"}
    assert any(group in holds_late for group, _ in told)
    assert not {(group, scale) for group, scale in again if group in holds_late} & told
    assert {group for group, _ in again} - holds_late
    assert ("scale", "practice", "moved", "1") in {one.cell for one in two.disclosed.findings.withheld}


def test_without_its_gate_the_attack_finds_small_flows_and_the_last_look_stops_it() -> None:
    def plain(asked: object, pairs: followed.RoundPairs, among: Mask) -> Mask:
        return among & (pairs.pairs >= SD_FROM)

    with patch.object(followed, "_decide_moved", plain):
        mutant = _analysed()
    told = {("scale", scale, "moved"): mutant.shown.followed.moved[:, column] for column, scale in _scales()}
    everything = {cell: frozenset(np.array(mutant.codes)[mask].tolist()) for cell, mask in told.items()}
    assert small_flows(masked(mutant.findings, {**shown_cells(mutant), **everything}, K))
    with pytest.raises(ValueError, match="moved would tell too much about"):
        disclose(mutant, K)


def _scales() -> list[tuple[int, str]]:
    return list(enumerate(scale.id for scale in small_instrument().scales))


def test_an_edited_flow_does_not_pass(shown: Disclosed) -> None:
    plain = json.loads(to_json(shown))
    flow = next(flow for flow in plain["analyst"]["flows"] if flow["n"])
    flow["lower"] += 1
    with pytest.raises(ValueError, match="does not add up"):
        from_json(json.dumps(plain))


def test_order_does_not_matter_and_json_is_exact(shown: Disclosed) -> None:
    now, before, nodes = rounds()
    order = np.random.default_rng(1).permutation(len(now.unit_codes))
    turned = replace(
        now,
        values=now.values[order],
        declared_missing=now.declared_missing[order],
        backgrounds=now.backgrounds[order],
        unit_codes=tuple(now.unit_codes[row] for row in order),
        link_codes=tuple(now.link_codes[row] for row in order),
    )
    other = disclose(analyse(turned, before, nodes, study="s", k=K, seed=1, simulated=True, linked=True), K)
    assert to_json(other) == to_json(shown)
    assert from_json(to_json(shown)) == shown


def test_the_common_spread_follows_from_what_is_shown(shown: Disclosed) -> None:
    findings = shown.findings
    codes = {group.code: group.parent for group in findings.groups}
    for column, spread in enumerate(findings.analyst.spreads):
        told = {
            group.code: group.scales[column].level
            for group in findings.groups
            if group.scales[column].level.mean.value is not None
        }
        sizes = {code: level.mean.n or 0 for code, level in told.items()}
        totals = {code: sizes[code] * (level.mean.value or 0.0) for code, level in told.items()}
        for code in told:
            above = codes[code]
            while above is not None and above not in told:
                above = codes[above]
            if above is not None:
                sizes[above] -= told[code].mean.n or 0
                totals[above] -= (told[code].mean.n or 0) * (told[code].mean.value or 0.0)
        whole = told["SE"]
        n = whole.mean.n or 0
        between = (
            sum(totals[code] ** 2 / sizes[code] for code in told if sizes[code]) - n * (whole.mean.value or 0) ** 2
        )
        within = (n - 1) * (whole.sd or 0.0) ** 2 - between
        df = n - sum(size > 0 for size in sizes.values())
        assert spread.df == df
        assert spread.sd == pytest.approx((within / df) ** 0.5, abs=1e-8)
        assert (spread.pairs or 0) >= SD_FROM
        assert 0.3 < (spread.correlation or 0) < 0.9
        assert 0 <= (1 if spread.icc is None else spread.icc) < 0.3


def test_a_spread_that_does_not_follow_is_stopped(shown: Disclosed) -> None:
    plain = json.loads(to_json(shown))
    for group in plain["groups"]:
        for scale in group["scales"]:
            level = scale["level"]
            if level["interval_from"] == "pooled" or group["parent"] is None:
                level.update(interval_from="none", sd=None)
                level["mean"].update(low=None, high=None)
    with pytest.raises(ValueError, match="does not follow from what is shown"):
        from_json(json.dumps(plain))


def rows_of(group: str, scale: str) -> tuple[np.ndarray, np.ndarray]:
    """One row a person of the group: score now and before, nan = not in that round."""
    now, before, _ = rounds()
    column = [one.id for one in now.instrument.scales].index(scale)
    people = sorted({*now.link_codes, *before.link_codes}, key=str)
    found = []
    for data in (now, before):
        scores = dict(zip(data.link_codes, data.scores[:, column].tolist(), strict=True))
        inside = {code for code, unit in zip(data.link_codes, data.unit_codes, strict=True) if unit.startswith(group)}
        found.append(np.array([scores[code] if code in inside else np.nan for code in people]))
    return found[0], found[1]


def test_sensitivities_equal_the_public_functions_on_the_rows(shown: Disclosed) -> None:
    told = {(one.group, one.scale): one for one in shown.findings.analyst.sensitivities}
    for group, scale in (("2309", "attitude"), ("2326", "knowledge"), ("0114-a", "practice")):
        one = told[group, scale]
        first, second = rows_of(group, scale)
        delta, test = cliffs_delta(first, second), brunner_munzel(first, second)
        mixed = mixed_change(two_rounds(first[:, None], second[:, None])).difference
        low, high = mixed.interval()
        expected = [delta.delta, delta.low, delta.high, delta.superiority, test.p, mixed.estimate[0], low[0], high[0]]
        given = [one.cliffs_delta.value, one.cliffs_delta.low, one.cliffs_delta.high, one.superiority.value, one.rank_p]
        given += [one.mixed.value, one.mixed.low, one.mixed.high]
        assert given == pytest.approx([float(value) for value in expected], rel=1e-5, abs=1e-5)
        assert one.cliffs_delta.n == min(np.isfinite(first).sum(), np.isfinite(second).sum())


def test_sensitivities_stand_only_where_both_rounds_show_an_own_sd(shown: Disclosed) -> None:
    told = {(one.group, one.scale) for one in shown.findings.analyst.sensitivities}
    own = {
        (group.code, scale.scale)
        for group in shown.findings.groups
        for scale in group.scales
        if scale.level.sd is not None and scale.before and scale.before.sd is not None
    }
    assert told == own


def test_reml_is_not_told_where_few_are_not_linked(shown: Disclosed) -> None:
    """208 answered and 207 of them both times: the linked's change beside everybody's is that one person's."""
    one = next(one for one in shown.findings.analyst.sensitivities if (one.group, one.scale) == ("SE", "knowledge"))
    assert one.mixed.reason is Reason.PROTECTED
    assert one.cliffs_delta.value is not None


def test_an_order_in_which_a_round_stands_apart_is_not_told() -> None:
    """All but one person now stand above everybody before: n and mean with that would be the others' answers."""
    sizes = {"2301-a": 30, "2309-a": 30}
    now, before, nodes = rounds(sizes)
    here = np.array(before.unit_codes) == "2301-a"
    before.values[here] = np.where(before.values[here] > 2, 2, before.values[here])
    now.values[here] = np.where(now.values[here] < 3, 3, now.values[here])
    mirrored = before.items.index("A2")
    before.values[here, mirrored], now.values[here, mirrored] = 6 - before.values[here, mirrored], 3
    findings = disclose(analyse(now, before, nodes, study="s", k=K, seed=1, simulated=True, linked=False), K).findings
    one = next(one for one in findings.analyst.sensitivities if (one.group, one.scale) == ("2301", "knowledge"))
    assert (one.superiority.reason, one.cliffs_delta.reason, one.rank_p) == (Reason.PROTECTED, Reason.PROTECTED, None)
    assert one.mixed.value is not None
    with pytest.raises(ValueError, match="the order on knowledge would tell too much about 2301"):
        from_json(with_superiority(findings, 0.98))
    assert from_json(with_superiority(findings, 0.9))


def with_superiority(findings: Findings, value: float) -> str:
    plain = json.loads(to_text(findings))
    for one in plain["analyst"]["sensitivities"]:
        if (one["group"], one["scale"]) == ("2301", "knowledge"):
            one["superiority"].update(value=value, reason=None)
    return json.dumps(plain)


def orders(first: Mapping[str, list[float]], second: Mapping[str, list[float]], *codes: str) -> list[bool]:
    """Whether order is told of the groups, of a municipality with two units that have these counts of each score."""
    nodes = tree({"2301-a": 1, "2301-b": 1})
    held = [{**one, "2301": np.sum([*one.values()], axis=0)} for one in (first, second)]
    counts = Counts(*(np.array([one[code] for code in codes]) for one in held))
    shown_ = sensitivities._order_shown(nodes, nodes.positions(codes), counts, from_counts(counts).superiority)
    return [bool(one) for one in shown_]


def test_no_order_of_a_hidden_unit_follows_from_the_municipalitys_and_the_other_units() -> None:
    """All in the hidden one stand above everybody now, and stood below everybody before."""
    mixed = [0.0, 0, 10, 10, 0, 0]
    now, before = (
        {"2301-a": mixed, "2301-b": [0.0, 0, 0, 0, 12, 12]},
        {"2301-a": mixed, "2301-b": [12.0, 12, 0, 0, 0, 0]},
    )
    assert orders(now, before, "2301") == orders(now, before, "2301-a") == [True]
    assert orders(now, before, "2301", "2301-a") == [True, False]
    assert orders(now | {"2301-b": mixed}, before | {"2301-b": mixed}, "2301", "2301-a") == [True, True]


def test_no_order_where_all_but_one_have_the_same_score() -> None:
    """One two steps off, or four one step off: n, mean and SD are the same, and order tells them apart."""
    one, four = [0.0, 0, 29, 0, 1], [0.0, 1, 26, 3, 0]
    other = [2.0, 8, 10, 8, 2]
    for counts, told in ((one, False), (four, True)):
        both = {"2301-a": counts, "2301-b": other}, {"2301-a": other, "2301-b": other}
        assert orders(*both, "2301-a") == orders(*reversed(both), "2301-a") == [told]


LARGE = {"2301-a": 280, "2309-a": 140, "2361-a": 3}


def asked_in_two_ways(data: RoundData) -> RoundData:
    """Every third in the easy variant, one of five in English; those in the easy one use K1 one step higher."""
    rows = range(len(data.unit_codes))
    kinds = tuple(("standard" if row % 3 else "easy", "sv" if row % 5 else "en") for row in rows)
    values = data.values.copy()
    easy = np.array([kind[0] == "easy" for kind in kinds])
    values[easy, 0] = np.minimum(values[easy, 0] + 1, 5)
    return replace(data, kinds=kinds, values=values)


@pytest.fixture(scope="module")
def large() -> Disclosed:
    now, before, nodes = rounds(LARGE)
    return disclose(
        analyse(asked_in_two_ways(now), before, nodes, study="s", k=K, seed=1, simulated=True, linked=True), K
    )


def test_the_quality_of_all_answers_equals_the_public_functions(large: Disclosed) -> None:
    now = asked_in_two_ways(rounds(LARGE)[0])
    quality = {one.scale: one for one in large.findings.analyst.quality}
    for scale in ("knowledge", "practice"):
        one, values = quality[scale], now.scale_values(scale)
        parts, by_factor, by_order = item_parts(values), omega(values), ordinal_alpha(values)
        assert (one.n, one.alpha) == (by_factor.n, large.findings.groups[0].scales[_column(scale)].alpha)
        assert [one.omega.value, one.omega.low, one.ordinal_alpha.value, one.ordinal_alpha.high] == pytest.approx(
            [by_factor.omega, by_factor.low, by_order.alpha, by_order.high], rel=1e-5
        )
        assert [item.rest_correlation for item in one.items] == pytest.approx(parts.rest_correlation.tolist())
        sd = large.findings.groups[0].scales[_column(scale)].level.sd or 0.0
        assert one.error == pytest.approx(sd * (1 - (one.alpha.value or 0.0)) ** 0.5)
        assert one.smallest_change == pytest.approx(1.959964 * 2**0.5 * (one.error or 0.0), rel=1e-6)
        for item in one.items:
            answers = values[:, list(now.instrument.scales_by_id[scale].item_ids).index(item.item)]
            answers = answers[~np.isnan(answers)]
            assert [item.floor, item.ceiling] == pytest.approx([(answers == 1).mean(), (answers == 5).mean()])
    assert quality["attitude"].omega.reason is Reason.NO_MODEL
    assert quality["attitude"].ordinal_alpha.value is not None


def _column(scale: str) -> int:
    return next(column for column, one in _scales() if one == scale)


def left_out(people: int) -> Analysed:
    """So many left P1 out, and nobody anything else."""
    now, _, nodes = rounds(LARGE)
    values = np.where(np.isnan(now.values), 3.0, now.values)
    values[:people, now.items.index("P1")] = np.nan
    return analyse(replace(now, values=values), None, nodes, study="s", k=K, seed=1, simulated=True, linked=True)


@pytest.mark.parametrize(("people", "parts"), [(0, "P1 P2 P3"), (1, ""), (4, ""), (5, "P1 P2 P3")])
def test_no_item_part_is_told_where_few_left_an_item_out(people: int, parts: str) -> None:
    """Alpha and the parts give the items' variances of complete answers, and the steps those of all: one who left P1
    out has then two answers of 25 possible ones that fit to eleven digits, and those are the right ones."""
    one = disclose(left_out(people), K).findings.analyst.quality[_column("practice")]
    assert [item.item for item in one.items if item.alpha_without is not None] == parts.split()
    assert [item.item for item in one.items if item.rest_correlation is not None] == parts.split()
    # Where few left P1 out it is hidden for the gaps' sake too.
    assert [item.item for item in one.items if item.floor is not None] == ["P1", "P2", "P3"][not parts :]


def test_the_last_look_finds_item_parts_that_tell_of_few() -> None:
    with patch.object(whole, "few_skipped", lambda *_: False):
        mutant = left_out(1)
    with pytest.raises(ValueError, match="how the items of practice go together would tell what few answered"):
        disclose(mutant, K)


def test_invariance_is_that_of_the_rows_of_both_rounds(large: Disclosed) -> None:
    now, before, _ = rounds(LARGE)
    found = {one.scale: one for one in large.findings.analyst.invariance}
    expected = invariance([before.scale_values("practice"), now.scale_values("practice")])
    assert [(step.step, step.chi2, step.holds) for step in found["practice"].steps] == [
        (step.name, pytest.approx(step.fit.chi2, rel=1e-5, abs=1e-5), step.holds) for step in expected.steps
    ]
    assert found["attitude"].reason is Reason.NO_MODEL
    assert released().findings.analyst.invariance[0].reason is Reason.TOO_FEW


def test_functioning_finds_the_item_that_one_variant_uses_otherwise(large: Disclosed) -> None:
    told = [one for one in large.findings.analyst.functioning if one.p is not None]
    assert {(one.by, one.first, one.second) for one in told} == {("variant", "easy", "standard")}
    assert [one.item for one in told if one.differs] == ["K1"]
    now = asked_in_two_ways(rounds(LARGE)[0])
    test = functioning(now.scale_values("knowledge"), [kind[0] for kind in now.kinds]).items[0]
    first = told[0]
    assert (first.n_first, first.n_second) == (test.n_first, test.n_second)
    assert first.effect == pytest.approx(test.gain, rel=1e-4)


@pytest.mark.parametrize(("others", "told"), [(0, True), (3, False), (40, True)])
def test_kinds_are_told_where_the_others_are_nobody_or_enough(others: int, told: bool) -> None:
    now, _, nodes = rounds(LARGE)
    kinds = tuple(("x" if row < others else "standard" if row % 3 else "easy", "sv") for row in range(423))
    one = analyse(replace(now, kinds=kinds), None, nodes, study="s", k=K, seed=1, simulated=True, linked=True)
    assert bool(disclose(one, K).findings.analyst.functioning) == told


def test_a_second_release_tells_no_kind_of_which_few_have_come() -> None:
    """Twenty-two late answers are enough for an SD, but three of them came in the easy variant."""
    now, _, nodes = rounds(LARGE)
    late = np.zeros(423, dtype=bool)
    late[:22] = True
    kinds = tuple(("easy" if row < 3 or (row > 21 and row % 3 == 0) else "standard", "sv") for row in range(423))
    now = replace(now, kinds=kinds, batches=tuple(late.astype(int).tolist()))
    about = About("s", 1, True, LinkedBy.NONE, Thresholds.of(K))
    one = make(kept(now, ~late), None, nodes, about, label="first", linked=False)
    assert one.disclosed.findings.analyst.functioning
    two = make(now, None, nodes, about, label="second", linked=False, told_now=one.entries)
    assert two.disclosed.findings.analyst.quality
    assert two.disclosed.findings.analyst.functioning == ()


def kept(data: RoundData, rows: np.ndarray) -> RoundData:
    """The round with these rows only."""
    columns = {name: getattr(data, name)[rows] for name in ("values", "declared_missing", "backgrounds")}
    lists = ("unit_codes", "link_codes", "ways", "batches", "kinds")
    columns |= {
        name: tuple(one for one, there in zip(getattr(data, name), rows, strict=True) if there) for name in lists
    }
    return replace(data, **columns)


def three_rounds(gaps: float = 0.03) -> tuple[Past, RoundData, RoundData, Tree]:
    past, before, now = (
        round_of(LARGE, round_id=at, name=str(2022 + 2 * at), seed=5 - 2 * at, links=True, shift=0.2 * at, gaps=gaps)
        for at in range(3)
    )
    return Past(past, ()), before, now, tree(LARGE)


def through_rounds(past: Past, before: RoundData, now: RoundData, nodes: Tree, *, linked: bool = True) -> Released:
    about = About("s", 1, True, LinkedBy.LINKS, Thresholds.of(K))
    return make(now, before, nodes, about, label="third", linked=linked, past=(past,))


@pytest.mark.parametrize("linked", [True, False])
def test_the_line_through_three_rounds_equals_that_of_all_rows(linked: bool) -> None:
    # Nobody skips so much as to have no score: beside few who did, others would be let go.
    past, before, now, nodes = three_rounds(gaps=0.0)
    released_ = through_rounds(past, before, now, nodes, linked=linked)
    chain = (past.data, before, now)
    persons = [code for data in chain for code in data.link_codes]
    numbers = {code: number for number, code in enumerate(sorted(set(persons), key=str))}
    units = {code: number for number, code in enumerate(sorted(LARGE))}
    for column, trend in enumerate(released_.disclosed.findings.analyst.trends):
        expected = mixed_trend(
            np.concatenate([data.scores[:, column] for data in chain]),
            np.repeat([0.0, 1.0, 2.0], 423),
            [numbers[code] for code in persons] if linked else np.full(3 * 423, -1),
            [units[code] for data in chain for code in data.unit_codes],
        )
        low, high = expected.line.interval()
        told = [trend.slope.value, trend.slope.low, trend.slope.high, trend.df, trend.p]
        wanted = [expected.line.slope, low, high, expected.line.df, expected.line.p]
        # Three units whose lines differ much give no line at all.
        assert [math.nan if number is None else number for number in told] == pytest.approx(
            wanted, rel=1e-5, nan_ok=True
        )
        assert (trend.rounds, trend.slope.n) == (("2022", "2024", "2026"), expected.answers)
        assert trend.method == ("mixed" if linked else "units")
    assert len(released_.disclosed.findings.analyst.trends) == 3
    assert released_.disclosed.findings.analyst.trends[0].slope.value is not None
    assert [entry.round_id for entry in released_.entries] == [2, 1, 0]


def unknown(data: RoundData, codes: slice) -> RoundData:
    """Those of the codes, in order, are not given in the round: who had them is followed to no other one."""
    gone = set(sorted(code for code in data.link_codes if code)[codes])
    return replace(data, link_codes=tuple(None if code in gone else code for code in data.link_codes))


@pytest.mark.parametrize(("last", "told"), [(40, True), (41, False), (44, False), (45, True)])
def test_reml_is_not_told_where_few_are_followed_only_to_the_round_before(last: int, told: bool) -> None:
    """The sum of 2024 over those who are in 2022 too, less that over those who are in 2026 too, is that of few."""
    rounds_ = [round_of({"2301-a": 120}, round_id=one, seed=one + 3, links=True) for one in range(3)]
    first, before, now = (replace(data, values=np.nan_to_num(data.values, nan=3.0)) for data in rounds_)
    first, now = unknown(first, slice(0, 40)), unknown(now, slice(0, last))
    summed = add_up(now, before, tree({"2301-a": 120}), linked=True, earlier=(first,))
    shown_ = decision(summed, Thresholds.of(K)).followed
    assert shown_ is not None
    assert shown_.weighed[summed.tree.index["2301"]].tolist() == [told] * 3


@pytest.mark.parametrize(("people", "same"), [(4, True), (60, False)])
def test_those_of_whom_few_share_the_same_rounds_are_not_followed(people: int, same: bool) -> None:
    """They gave their code in 2022 and 2026, and nobody else did so without giving it in 2024."""
    past, before, now, _ = three_rounds()
    all_, others = slice(0, 80), slice(people, 80)
    shown_ = dict.fromkeys(range(3), np.array([False, False, True]))
    slopes = [
        trends_of(
            [unknown(past.data, gone), unknown(before, all_), unknown(now, gone)], shown_, True, Thresholds.of(K)
        )[0].slope
        for gone in (all_, others)
    ]
    assert (slopes[0] == slopes[1]) == same


def test_those_of_each_set_of_rounds_who_are_followed_and_the_others_are_nobody_or_enough() -> None:
    every, first, last = (0, 1, 2), (0, 1), (1, 2)
    codes = [bytes([number]) for number in range(60)]
    held = {every: codes[:40], first: codes[40:43], last: codes[43:58], (2,): codes[58:]}
    # Beside the followed, 3 in the first round and the second, 2 in the last: three of the largest set are let go.
    found = _followed(held, [43, 58, 57], K)
    assert found == set(codes[3:40]) | set(codes[43:58])
    # Nobody stands beside them: all are followed. And where nobody can be let go, nobody is.
    assert _followed({every: codes[:40]}, [40, 40, 40], K) == set(codes[:40])
    assert _followed({every: codes[:5]}, [6, 6, 6], K) == set()


def test_no_line_through_a_round_that_somebody_has_left_since_it_was_told_of() -> None:
    past, before, now, nodes = three_rounds()
    told = through_rounds(past, before, now, nodes).entries[2:]
    assert through_rounds(replace(past, told=told), before, now, nodes).disclosed.findings.analyst.trends
    rows = np.arange(423) > 0
    left = Past(kept(past.data, rows), told)
    again = through_rounds(left, before, now, nodes)
    assert again.disclosed.findings.analyst.trends == ()
    assert len(again.entries) == 2


def test_no_line_through_a_round_of_few_or_of_others() -> None:
    past, before, now, nodes = three_rounds()
    few = kept(past.data, np.arange(423) < SD_FROM - 1)
    assert through_rounds(Past(few, ()), before, now, nodes).disclosed.findings.analyst.trends == ()
    elsewhere = round_of({**LARGE, "0114-a": 30}, round_id=0, name="2022", seed=5, links=True)
    wider = through_rounds(Past(elsewhere, ()), before, now, tree({**LARGE, "0114-a": 30}))
    assert wider.disclosed.findings.analyst.trends == ()
    assert (
        wider.disclosed.findings.matrix_digest
        != through_rounds(past, before, now, nodes).disclosed.findings.matrix_digest
    )


@pytest.mark.parametrize(
    ("part", "edit", "fault"),
    [
        ("quality", {"n": 5}, "is not that of all answers"),
        ("functioning", {"n_first": 40}, "is told of too few"),
        ("invariance", {"scale": "unknown"}, "does not show it"),
    ],
)
def test_an_edited_part_of_the_whole_does_not_pass(
    large: Disclosed, part: str, edit: dict[str, object], fault: str
) -> None:
    plain = json.loads(to_json(large))
    plain["analyst"][part][0].update(edit)
    with pytest.raises(ValueError, match=fault):
        from_json(json.dumps(plain))


def test_nobody_followed_has_no_flows_and_no_correlation() -> None:
    now, before, nodes = rounds()
    findings = disclose(analyse(now, before, nodes, study="s", k=K, seed=1, simulated=True, linked=False), K).findings
    assert findings.analyst.flows == ()
    assert {(spread.correlation, spread.pairs) for spread in findings.analyst.spreads} == {(None, None)}
    assert all(spread.sd is not None for spread in findings.analyst.spreads)


@pytest.mark.parametrize("language", ["sv", "en"])
def test_the_long_table_has_a_line_for_every_number(shown: Disclosed, large: Disclosed, language: str) -> None:
    words = analyst_lines.SWEDISH if language == "sv" else analyst_lines.ENGLISH

    def table(disclosed: Disclosed) -> dict[tuple[str, str, str, str], Line]:
        every = lines(disclosed.findings, small_instrument(), language)
        return {(line.code, line.id, line.measure, line.detail): line for line in every}

    flow, one = shown.findings.analyst.flows[0], shown.findings.analyst.sensitivities[1]
    found = table(shown)
    line = found[flow.group, flow.scale, words["moved_lower"], "0.5"]
    assert (line.value, line.n) == (flow.lower, flow.n)
    line = found[one.group, one.scale, words["change_reml"], ""]
    assert (line.value, line.low, line.high, line.n) == (one.mixed.value, one.mixed.low, one.mixed.high, one.mixed.n)
    analyst, found, top = large.findings.analyst, table(large), large.findings.groups[0].code
    assert found[top, "practice", words["icc"], ""].value == analyst.spreads[2].icc
    assert found[top, "knowledge", words.get("omega", "omega"), ""].value == analyst.quality[0].omega.value
    assert found[top, "K1", words["floor"], ""].value == analyst.quality[0].items[0].floor
    assert (
        found[top, "K1", words["functioning_effect"], "variant: easy/standard"].value == analyst.functioning[0].effect
    )
    assert found[top, "practice", words["invariance_cfi"], "metric"].value == analyst.invariance[2].steps[1].cfi
    assert all(line.reason for line in found.values() if line.value is None)


def test_a_file_for_some_groups_has_only_theirs(shown: Disclosed) -> None:
    some = findings_of(shown, small_instrument(), {"2309", "2309-a"}).analyst
    assert {flow.group for flow in some.flows} == {"2309", "2309-a"}
    assert some.spreads == ()
    assert findings_of(shown, small_instrument(), None).analyst == shown.findings.analyst
