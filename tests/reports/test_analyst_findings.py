"""The analyst's part of a release: what it says equals the rows, and it says no more than the gate lets it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from unittest.mock import patch

import numpy as np
import pytest

from reports import followed
from reports.analysis import About, Analysed, analyse
from reports.dataset import RoundData, Tree
from reports.disclosure import Disclosed, disclose, from_json, to_json
from reports.estimates import Reason
from reports.export.gate import findings_of
from reports.findings import Findings, LinkedBy, Thresholds
from reports.masking import masked, shown_cells
from reports.near import OTHERS
from reports.plain import to_text
from reports.release import make
from reports.residuals import Mask
from reports.statistics.dominance import cliffs_delta
from reports.statistics.mixed import mixed_change, two_rounds
from reports.statistics.ranks import brunner_munzel
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
    first = replace(
        now,
        values=now.values[~late],
        declared_missing=now.declared_missing[~late],
        backgrounds=now.backgrounds[~late],
        **{
            name: tuple(one for one, there in zip(getattr(now, name), ~late, strict=True) if there)
            for name in ("unit_codes", "link_codes", "ways", "batches")
        },
    )
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
        assert given == pytest.approx([float(value) for value in expected], abs=1e-9)
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


def test_nobody_followed_has_no_flows_and_no_correlation() -> None:
    now, before, nodes = rounds()
    findings = disclose(analyse(now, before, nodes, study="s", k=K, seed=1, simulated=True, linked=False), K).findings
    assert findings.analyst.flows == ()
    assert {(spread.correlation, spread.pairs) for spread in findings.analyst.spreads} == {(None, None)}
    assert all(spread.sd is not None for spread in findings.analyst.spreads)


def test_a_file_for_some_groups_has_only_theirs(shown: Disclosed) -> None:
    some = findings_of(shown, small_instrument(), {"2309", "2309-a"}).analyst
    assert {flow.group for flow in some.flows} == {"2309", "2309-a"}
    assert some.spreads == ()
    assert findings_of(shown, small_instrument(), None).analyst == shown.findings.analyst
