"""The gate: nothing on fewer than k, however shown results are added and subtracted, and no way round it."""

from __future__ import annotations

import json
import math
from collections.abc import Container, Mapping
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.analysis import Analysed, analyse
from reports.disclosure import Disclosed, disclose, from_json, to_json
from reports.findings import GroupFinding, Reason
from reports.masking import cells, finer_cells
from reports.plain import to_text
from reports.residuals import broken, published
from reports.statistics.student import quantile
from tests.reports.example import round_of, tree

UNITS = {"2301-a": 12, "2301-b": 9, "2309-a": 40, "2313-a": 8, "2321-a": 15, "2326-a": 33, "2361-a": 3, "0114-a": 30}


def findings(units: dict[str, int] | None = None, earlier: dict[str, int] | None = None, k: int = 5) -> Analysed:
    taking_part = units or UNITS
    now = round_of(taking_part, links=True, invited={unit: n + 4 for unit, n in taking_part.items()})
    before = round_of(earlier or taking_part, round_id=1, name="2024", seed=3, links=True)
    nodes = tree({**taking_part, **(earlier or {})})
    return analyse(now, before, nodes, study="s", k=k, seed=1, simulated=True, linked=True)


@st.composite
def trees(draw: st.DrawFn) -> tuple[dict[str, str | None], dict[str, int]]:
    """A random tree with people anywhere in it, and how many each node holds, descendants included."""
    size = draw(st.integers(1, 12))
    parents: dict[str, str | None] = {"n0": None}
    for number in range(1, size):
        parents[f"n{number}"] = f"n{draw(st.integers(0, number - 1))}"
    counts = {code: draw(st.integers(0, 12)) for code in parents}
    for code, parent in reversed(parents.items()):
        if parent is not None:
            counts[parent] += counts[code]
    return parents, counts


def people(parents: dict[str, str | None], counts: dict[str, int]) -> dict[str, set[tuple[str, int]]]:
    """Every person of every node, by name: the attacker's truth."""
    own = dict(counts)
    for code, parent in parents.items():
        if parent is not None:
            own[parent] -= counts[code]
    inside: dict[str, set[tuple[str, int]]] = {
        code: {(code, person) for person in range(own[code])} for code in parents
    }
    for code, parent in reversed(parents.items()):
        if parent is not None:
            inside[parent] |= inside[code]
    return inside


@settings(max_examples=300)
@given(trees(), st.integers(5, 8))
def test_no_union_or_difference_of_shown_groups_is_small(
    drawn: tuple[dict[str, str | None], dict[str, int]], k: int
) -> None:
    parents, counts = drawn
    inside = people(parents, counts)
    known = {frozenset(inside[code]) for code in published(parents, counts, k)}
    # All that can be worked out from the shown sets by adding and subtracting, until nothing new comes.
    frontier = known
    while frontier and len(known) < 400:
        new = {made for one in frontier for other in known for made in (one - other, other - one, one | other)} - known
        known, frontier = known | new, new
    assert all(len(group) == 0 or len(group) >= k for group in known)


@settings(max_examples=100)
@given(trees(), st.integers(5, 8))
def test_hides_nothing_without_need(drawn: tuple[dict[str, str | None], dict[str, int]], k: int) -> None:
    parents, counts = drawn
    enough = {code: n for code, n in counts.items() if n >= k}
    if not broken(parents, enough, k):
        assert published(parents, counts, k) == enough.keys()


def test_the_plain_threshold_would_give_a_small_group_away() -> None:
    parents = {"county": None, "a": "county", "b": "county"}
    counts = {"county": 30, "a": 27, "b": 3}
    assert broken(parents, {"county": 30, "a": 27}, 5) == ("county",)
    assert published(parents, counts, 5) == {"county"}


def shown_codes(disclosed: Disclosed) -> set[str]:
    return {group.code for group in disclosed.findings.groups if group.n is not None}


def test_a_small_group_takes_another_with_it() -> None:
    shown = shown_codes(disclose(findings(), 5))
    # 2361 has 3 answers; 2313 has 8, the smallest of the others, and would give it away.
    assert {"2361", "2313"} & shown == set()
    assert {"23", "2301", "2309", "2321", "2326", "0114"} <= shown


def test_a_masked_group_has_no_number_left() -> None:
    group = disclose(findings(), 5).findings.group("2361")
    assert (group.n, group.n_before, group.n_linked, group.invited) == (None, None, None, None)
    assert group.response_rate.value is None
    assert group.open_link_share is None
    assert group.reason is Reason.TOO_FEW
    numbers = [
        value
        for scale in group.scales
        for estimate in (
            scale.level.mean,
            scale.level.positive,
            scale.before.mean,
            scale.change.difference,
            scale.alpha,
        )
        for value in (estimate.value, estimate.low, estimate.high, estimate.n)
    ]
    numbers += [value for item in group.items for value in (item.n, item.mean, item.counts)]
    assert set(numbers) == {None}


def test_a_masked_group_stands_beside_the_whole_county() -> None:
    disclosed = disclose(findings(), 5).findings
    for scale in disclosed.group("2361").scales:
        assert scale.comparisons
        for comparison in scale.comparisons:
            assert comparison.whole
            against = disclosed.group(comparison.against)
            assert comparison.mean == next(s for s in against.scales if s.scale == scale.scale).level.mean


def test_others_are_a_cell_like_any_other() -> None:
    for group in disclose(findings(), 5).findings.groups:
        for scale in group.scales:
            assert all((comparison.mean.n or 0) >= 5 for comparison in scale.comparisons)


def test_the_earlier_round_obeys_the_rule_too() -> None:
    earlier = {**UNITS, "2326-a": 3}
    disclosed = disclose(findings(earlier=earlier), 5).findings
    group = disclosed.group("2326")
    assert group.n == 33
    assert group.n_before is None
    assert all(scale.before.mean.value is None for scale in group.scales)
    assert all(scale.change.difference.value is None for scale in group.scales)


def test_every_shown_cell_obeys_its_limit() -> None:
    disclosed = disclose(findings(k=7), 7).findings
    parents = {group.code: group.parent for group in disclosed.groups}
    assert all(not broken(parents, counts, 7) for counts in cells(disclosed).values())
    assert all(not broken(parents, counts, enough) for _, enough, counts in finer_cells(disclosed))


def test_own_sd_of_a_small_group_cannot_be_subtracted() -> None:
    # 40 + 15: the municipality's SD and the larger unit's would give the smaller one's.
    raw = findings({"2301-a": 40, "2301-b": 15, "2309-a": 30, "0114-a": 30, "0114-b": 12, "0180-a": 14})
    shown = {group.code: group.scales[0].level for group in disclose(raw, 5).findings.groups}
    assert shown["2301-b"].sd is None
    assert (shown["2301"].sd is None) != (shown["2301-a"].sd is None)
    assert shown["2301-b"].interval_from == "pooled"


def test_same_findings_same_bytes() -> None:
    assert to_json(disclose(findings(), 5)) == to_json(disclose(findings(), 5))


def test_json_round_trip_is_exact() -> None:
    disclosed = disclose(findings(), 5)
    again = from_json(to_json(disclosed))
    assert again == disclosed
    assert again.digest == disclosed.digest
    assert to_json(again) == to_json(disclosed)


def test_disclosed_cannot_be_made_or_changed_by_hand() -> None:
    raw = findings()
    with pytest.raises(TypeError, match="never by hand"):
        Disclosed(raw.findings, text="", token=object())
    disclosed = disclose(raw, 5)
    with pytest.raises(AttributeError, match="never changes"):
        disclosed._findings = raw.findings


def test_an_edited_file_does_not_pass() -> None:
    plain = json.loads(to_json(disclose(findings(), 5)))
    group = next(group for group in plain["groups"] if group["code"] == "2361")
    group["n"] = 3
    with pytest.raises(ValueError, match="respondents now would tell too much about 2361"):
        from_json(json.dumps(plain))


def test_raw_findings_do_not_pass_as_a_file() -> None:
    raw = findings().findings
    smuggled = replace(raw, groups=tuple(without_n(group) for group in raw.groups))
    with pytest.raises(ValueError, match="without its n"):
        from_json(to_text(smuggled))


def without_n(group: GroupFinding) -> GroupFinding:
    scales = tuple(
        replace(scale, level=replace(scale.level, mean=replace(scale.level.mean, n=None))) for scale in group.scales
    )
    return replace(group, n=None, scales=scales)


@pytest.mark.parametrize(
    "units",
    [
        # 8 and 3 are hidden together: squares within each of them would give the mean of the three.
        {"2301-a": 40, "2303-a": 30, "2305-a": 12, "2309-a": 14, "2313-a": 15, "2321-a": 8, "2326-a": 3},
        # 25 keeps its SD to itself for the sake of 12: pooled with that of 30 alone it would come out all the same.
        {"2301-a": 30, "2303-a": 25, "2305-a": 12},
        {**UNITS, "2301-c": 2},
    ],
)
def test_the_borrowed_spread_tells_nothing_that_the_shown_means_do_not(units: dict[str, int]) -> None:
    shown = {group.code: group for group in disclose(findings(units), 5).findings.groups}
    parents = {code: group.parent for code, group in shown.items()}
    for column in range(3):
        told = {code: level for code, group in shown.items() if (level := group.scales[column].level).mean.value}
        top = told["SE" if "SE" in told else "23"]
        whole, middle = top.mean.n or 0, top.mean.value or 0.0
        within, parts = (top.sd or 0.0) ** 2 * (whole - 1), 0
        for code, level in told.items():
            inside = [told[inner].mean for inner in told if nearest_shown(parents, told, inner) == code]
            n = (level.mean.n or 0) - sum(mean.n or 0 for mean in inside)
            total = (level.mean.n or 0) * (level.mean.value or 0.0)
            total -= sum((mean.n or 0) * (mean.value or 0.0) for mean in inside)
            if n:
                within, parts = within - n * (total / n - middle) ** 2, parts + 1
        borrowed = [told[code] for code in told if told[code].interval_from == "pooled"]
        assert borrowed
        for code, level in told.items():
            if level.interval_from != "pooled":
                continue
            n, invited = level.mean.n or 0, shown[code].invited or 0
            df = whole - parts
            reach = float(quantile(0.975, df)) * math.sqrt(within / df / n * (1 - n / invited))
            assert level.mean.high == pytest.approx((level.mean.value or 0.0) + reach, abs=1e-8)


def nearest_shown(parents: Mapping[str, str | None], shown: Container[str], code: str) -> str | None:
    above = parents[code]
    while above is not None and above not in shown:
        above = parents[above]
    return above


@pytest.mark.parametrize("k", [4, 6, 8])
def test_findings_pass_with_the_k_they_were_made_for_only(k: int) -> None:
    with pytest.raises(ValueError, match="use 7"):
        disclose(findings(k=7), k)
