"""The analyst's charts: each says its numbers in words, stays inside its drawing, and has something for nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from xml.etree import ElementTree

import pytest
from analyst_sample import with_analyst
from pages_sample import COUNTY, HIDDEN, MEDIUM, SMALL

from instruments.model import Comparability, Instrument, Method, Scale
from reports import wording
from reports.charts import Focus, to_svg
from reports.charts.detectable import Curve, Wanted, detectable
from reports.charts.flows import flows, moved, sentences, step_note
from reports.charts.item_levels import items
from reports.charts.item_quality import item_quality
from reports.charts.joined import Joined, joined
from reports.charts.participation import answered, participation
from reports.charts.sketch import Chart
from reports.charts.spread_beside import in_same_parts, spread_beside
from reports.charts.timeline import Marks, Point, timeline
from reports.charts.two_ways import Found, Way, reach, two_ways
from reports.disclosure import Disclosed
from reports.estimates import Estimate, Reason, nothing
from reports.findings import ItemFinding
from reports.item_levels import item_levels
from reports.statistics.proportion import wilson
from reports.wording import POINTS

SVG = "{http://www.w3.org/2000/svg}"
DAY = date(2024, 11, 1)
CURVES = tuple(Curve(share, ((10, 0.8 - share / 4), (100, 0.3 - share / 10))) for share in (0, 0.5, 1))
WAYS = (Way("a", Estimate(0.4, 0.1, 0.7, 30), first=True), Way("b", nothing(Reason.TOO_FEW)))


def _items(focus: Focus) -> Chart:
    scale = focus.scales[0]
    before = {one.item: one.estimate for one in item_levels(focus, scale)}
    return items(focus, scale, before)


def _spread(focus: Focus) -> Chart:
    scale = focus.scales[0]
    return spread_beside(focus, scale, {one.item: one for one in focus.on(SMALL).items(scale)}, "hösten 2024")


def _participation(focus: Focus) -> Chart:
    rows = [(answered(group, group.name), answered(group, group.name)) for group in focus.on(COUNTY).members]
    return participation(focus, rows)


def _joined(focus: Focus) -> Chart:
    row = Joined("Kunskap", (True, True, False), (Comparability.REWORDED, Comparability.NEW))
    return joined([row], ("2022", "2024", "2026"), "sv", title="x")


def _timeline(focus: Focus) -> Chart:
    points = [
        Point("hösten 2024", DAY, Estimate(3.0, 2.8, 3.2, 40), joined=False),
        Point("hösten 2026", date(2026, 11, 1), Estimate(3.5, None, None, 40), joined=True),
    ]
    return timeline(focus, focus.scales[0], points, [Marks("EBP-cirkel", (date(2025, 3, 1),) * 3)])


DRAWINGS: dict[str, Callable[[Focus], Chart]] = {
    "items": _items,
    "spread": _spread,
    "flows": flows,
    "participation": _participation,
    "two ways": lambda focus: two_ways(
        [Found("Kunskap", POINTS, WAYS)], "sv", axis_ends=(-1, 1), ends=("a", "b"), value="v", title="x", signed=True
    ),
    "item quality": lambda focus: item_quality(focus, focus.findings.analyst.quality[0]),
    "joined": _joined,
    "timeline": _timeline,
    "detectable": lambda focus: detectable(CURVES, Wanted(40, 0.5), "sv", POINTS, title="x"),
}


@pytest.fixture(scope="module")
def focus(released: Disclosed, instrument: Instrument) -> Focus:
    return Focus(with_analyst(released, instrument, MEDIUM), instrument, MEDIUM, "sv")


@pytest.mark.parametrize("name", DRAWINGS)
def test_marks_and_texts_stay_inside_and_the_whole_can_be_read_aloud(focus: Focus, name: str) -> None:
    for one in (focus, Focus(focus.disclosed, focus.instrument, MEDIUM, "en")):
        svg = to_svg(DRAWINGS[name](one))
        root = ElementTree.fromstring(svg)  # noqa: S314  # our own text
        assert root[0].text
        assert root[1].text
        assert "nan" not in svg
        width, height = float(root.attrib["width"]), float(root.attrib["height"])
        for shape in root[2:]:
            for key, value in shape.attrib.items():
                if key in {"x", "x1", "x2", "cx"}:
                    assert 0 <= float(value) <= width, shape.attrib
                if key in {"y", "y1", "y2", "cy"}:
                    assert 0 <= float(value) <= height, shape.attrib


def test_items_stand_by_level_with_the_interval_of_their_own_counts(focus: Focus) -> None:
    scale = focus.scales[0]
    found = item_levels(focus, scale)
    values = [one.estimate.value for one in found if one.estimate.value is not None]
    assert values == sorted(values, reverse=True)
    by_id = {finding.item: finding for finding in focus.items(scale)}
    one = next(one for one in found if one.estimate.low is not None)
    assert one.asked == by_id[one.item].mean == one.estimate.value
    # By hand: mean +- t * sd / sqrt(n), from the counts that the release has.
    drawn = [
        step for (step, *_), count in zip(by_id[one.item].categories, by_id[one.item].counts or (), strict=True)
        for _ in range(count)
    ]  # fmt: skip
    n, mean = len(drawn), sum(drawn) / len(drawn)
    error = (sum((step - mean) ** 2 for step in drawn) / (n - 1) / n) ** 0.5
    assert one.estimate.low == pytest.approx(mean - 2.0 * error, abs=0.01)


def test_a_small_group_has_no_interval_and_a_reversed_item_is_turned(focus: Focus) -> None:
    scale = focus.scales[0]
    assert all(one.estimate.low is None for one in item_levels(focus.on(SMALL), scale))
    first = scale.items[0]
    told = scale.model_dump()
    told["items"][0]["reversed"] = True
    turned = Scale.model_validate(told)
    plain = {one.item: one.estimate for one in item_levels(focus, scale)}[first.item]
    other = {one.item: one for one in item_levels(focus, turned)}[first.item]
    assert plain.value is not None
    assert other.asked == plain.value
    assert other.estimate.value == pytest.approx(6 - plain.value)
    assert plain.low is None or other.estimate.high == pytest.approx(6 - plain.low)


def test_three_steps_of_a_small_group_give_no_spread_away(focus: Focus, monkeypatch: pytest.MonkeyPatch) -> None:
    """From ten answers all three steps are shown; an SD, and so an interval, only from twenty."""
    scale = focus.scales[0]
    few, many = ((3, 4, 5), 2.17), ((6, 8, 10), 2.17)
    for counts, mean in (few, many):
        told = ItemFinding(scale.item_ids[0], sum(counts), counts, ((1,), (2,), (3,)), mean)
        monkeypatch.setattr(Focus, "items", lambda _self, _scale, told=told: (told,))
        (one,) = item_levels(focus, scale)
        assert (one.estimate.low is None) is (counts == few[0])


def test_a_share_has_wilsons_interval(focus: Focus) -> None:
    scale = focus.scales[0].model_copy(update={"method": Method.POSITIVE, "positive_from": 4})
    told = [one.estimate for one in item_levels(focus, scale) if one.estimate.value is not None]
    assert told
    for one in told:
        assert one.value is not None
        assert one.n is not None
        assert one.low == pytest.approx(100 * float(wilson(one.value / 100, one.n).low))


def test_two_rounds_are_told_in_the_coarser_ones_parts() -> None:
    fine = ItemFinding("a", 30, (1, 2, 3, 4, 20), ((1,), (2,), (3,), (4,), (5,)), 4.3)
    coarse = ItemFinding("a", 12, (3, 4, 5), ((1, 2), (3,), (4, 5)), 3.2)
    now, before = in_same_parts(fine, coarse)
    assert (now.counts, now.categories) == ((3, 3, 24), coarse.categories)
    assert before == coarse


def test_flows_are_said_with_the_numbers_of_the_release(focus: Focus) -> None:
    first, second = sentences(focus)[:2]
    flow = moved(focus)[0].flow
    assert flow.n
    assert first == (
        f"Kunskap: av {flow.n} personer som svarade båda gångerna ligger {flow.higher} högre nu än hösten 2024,"
        f" {flow.same} på samma nivå och {flow.lower} lägre."
    )
    assert second == f"Attityd: {wording.reason(Reason.PROTECTED, 'sv')}."
    assert step_note(focus) == "Som flyttad räknas den vars värde har ändrats med minst 0,5 steg."
    assert moved(focus.on(HIDDEN)) == ()
    assert flows(focus.on(HIDDEN)).description == "Här finns inget att visa."


def test_the_share_that_answered_is_the_releases_own(focus: Focus) -> None:
    one = answered(focus.group, focus.name)
    assert focus.group.response_rate.value is not None
    assert one.rate.value == pytest.approx(100 * focus.group.response_rate.value)
    assert one.rate.n == focus.group.invited
    unknown = answered(replace(focus.group, invited=None, response_rate=nothing(Reason.UNKNOWN_INVITED)), "x")
    assert unknown.rate.reason is Reason.UNKNOWN_INVITED


def test_the_axis_of_a_change_holds_the_widest_interval() -> None:
    assert reach([Found("x", POINTS, WAYS)], 0.5) == (-1.0, 1.0)
    assert reach([], 0.5) == (-0.5, 0.5)


def test_a_line_is_drawn_only_where_rounds_may_be_compared(focus: Focus) -> None:
    root = ElementTree.fromstring(to_svg(_joined(focus)))  # noqa: S314
    thick = [shape for shape in root[2:] if shape.attrib.get("class") == "stroke-brand"]
    # One in the row, dashed; two in the legend, one of them dashed.
    assert sorted("stroke-dasharray" in shape.attrib for shape in thick) == [False, True, True]
    dots = [float(shape.attrib["cx"]) for shape in root[2:] if shape.tag == f"{SVG}circle"][:2]
    assert [float(thick[0].attrib[end]) for end in ("x1", "x2")] == dots
    assert "2024 och 2026 kan inte jämföras" in _joined(focus).description


def test_one_round_on_one_day_has_its_place_too(focus: Focus) -> None:
    point = Point("hösten 2024", DAY, nothing(Reason.TOO_FEW), joined=False)
    assert wording.reason(Reason.TOO_FEW, "sv") in timeline(focus, focus.scales[0], [point], []).description


def test_many_answers_and_tiny_changes_have_an_axis() -> None:
    for most, change in ((5, 40.0), (100_000, 0.0004)):
        curve = Curve(0.5, ((5.0, change), (float(most), change / 2)))
        assert detectable([curve], Wanted(most, change), "sv", POINTS, title="x").description


def test_what_counts_as_moved_is_said_of_shares_too(focus: Focus) -> None:
    scales = [scale.model_copy(update={"method": Method.POSITIVE}) for scale in focus.instrument.scales]
    every = Focus(focus.disclosed, focus.instrument.model_copy(update={"scales": tuple(scales)}), MEDIUM, "sv")
    assert step_note(every) == "Som flyttad räknas den vars värde har ändrats med minst ett positivt svar."
    mixed = Focus(
        focus.disclosed,
        focus.instrument.model_copy(update={"scales": (scales[0], *focus.instrument.scales[1:])}),
        MEDIUM,
        "sv",
    )
    assert step_note(mixed).endswith("ett positivt svar (Kunskap); 0,5 steg (Attityd, Förutsättningar och Praktik).")
