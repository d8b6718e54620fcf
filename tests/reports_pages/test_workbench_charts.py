"""The workbench's charts and what is worked out for them: from what is shown, right, and drawn inside the drawing."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from xml.etree import ElementTree

import numpy as np
import pytest
from pages_sample import COUNTY, HIDDEN, SIZES

from instruments.model import Instrument
from reports import areas, rounds_line
from reports.areas import Area
from reports.charts import Focus, to_svg
from reports.charts.control_chart import control_chart
from reports.charts.funnel_plot import funnel_plot
from reports.charts.heat import STEPS, HeatCell, HeatRow, heat, step_of
from reports.charts.ordered import OrderedRow, ordered
from reports.charts.over_rounds import RoundPoint, over_rounds
from reports.charts.panels import Panel, panels
from reports.charts.sketch import Chart
from reports.charts.taken_home import taken_home
from reports.charts.upright import window
from reports.disclosure import Disclosed
from reports.findings import Estimate, Reason, Verdict
from reports.wording import PER_CENT, POINTS

SVG = "{http://www.w3.org/2000/svg}"
SCALE = "knowledge"
MISSING = Estimate(None, None, None, None, Reason.TOO_FEW)


@pytest.fixture(scope="module")
def focus(released: Disclosed, instrument: Instrument) -> Focus:
    return Focus(released, instrument, COUNTY, "sv")


def municipalities(focus: Focus) -> tuple[Area, ...]:
    return areas.areas_of(focus, SCALE, (code for code in SIZES if code.startswith(COUNTY)))


def level(value: float, n: int = 30, half: float = 0.2) -> Estimate:
    return Estimate(value, value - half, value + half, n)


def with_mean(found: Sequence[Area], code: str, mean: Estimate) -> tuple[Area, ...]:
    return tuple(replace(area, mean=mean) if area.code == code else area for area in found)


POINTS_OF = [
    RoundPoint("2020", level(2.5), True),
    RoundPoint("2022", MISSING, True),
    RoundPoint("2024", level(3.4), True),
    RoundPoint("en mätomgång med ett mycket långt namn", level(4.95), False),
]


def _control(focus: Focus, values: list[float]) -> Chart:
    control = rounds_line.control_of_means([level(value) for value in values], [0.5] * len(values))
    return control_chart(
        "Kunskap", focus.instrument.scales_by_id[SCALE], "sv", [str(at) for at in range(len(values))], control
    )


def _funnel(focus: Focus) -> Chart:
    found = areas.funnel(focus, SCALE, municipalities(focus))
    assert found is not None
    return funnel_plot("Kunskap", focus.instrument.scales_by_id[SCALE], "sv", municipalities(focus), found)


def _ordered(focus: Focus) -> Chart:
    found = areas.drawn(focus, SCALE, municipalities(focus))
    assert found is not None
    rows = [OrderedRow(area.name, area.mean, found.means.get(area.code)) for area in municipalities(focus)]
    return ordered(focus, focus.instrument.scales_by_id[SCALE], "Kunskap", rows, middle=3.3)


def _heat(_focus: Focus) -> Chart:
    cells = (HeatCell(level(2.1), Verdict.INCREASE), HeatCell(MISSING, None), HeatCell(level(72.0), Verdict.DECREASE))
    rows = [HeatRow(name, cells) for name in ("Ragunda kommun", "En kommun med ett orimligt långt namn på slutet")]
    return heat("Alla", "sv", ["Kunskap", "Förutsättningar för delaktighet", "C"], [POINTS, POINTS, PER_CENT], rows)


DRAWINGS: dict[str, Callable[[Focus], Chart]] = {
    "over_rounds": lambda focus: over_rounds(
        "Kunskap", focus.instrument.scales_by_id[SCALE], "sv", POINTS_OF, line=[None, 2.5, 3.0, 3.5]
    ),
    "panels": lambda focus: panels(
        "Kunskap", focus.instrument.scales_by_id[SCALE], "sv", [Panel(f"K {at}", tuple(POINTS_OF)) for at in range(9)],
        POINTS_OF,
    ),
    "control": lambda focus: _control(focus, [3.0, 3.1] * 7 + [4.9]),
    "control_many": lambda focus: _control(focus, [3.0, 3.1] * 60),
    "funnel": _funnel,
    "ordered": _ordered,
    "heat": _heat,
    "taken_home": lambda focus: taken_home(_heat(focus), "EBP i länet · resultat 0123456789ab · simulerade svar " * 3),
}  # fmt: skip


@pytest.mark.parametrize("name", DRAWINGS)
def test_a_chart_can_be_read_aloud_and_stays_inside_its_drawing(focus: Focus, name: str) -> None:
    svg = to_svg(DRAWINGS[name](focus))
    assert not re.search(r"\bnan\b", svg)
    assert "style=" not in svg
    root = ElementTree.fromstring(svg)  # noqa: S314  # our own text
    assert root[0].text
    assert root[1].text
    width, height = float(root.attrib["width"]), float(root.attrib["height"])
    for shape in root[2:]:
        for key, value in shape.attrib.items():
            if key in {"x", "x1", "x2", "cx"}:
                assert 0 <= float(value) <= width, shape.attrib
            if key in {"y", "y1", "y2", "cy"}:
                assert 0 <= float(value) <= height, shape.attrib


def test_points_are_joined_only_with_a_neighbour_that_is_shown_and_comparable(focus: Focus) -> None:
    scale = focus.instrument.scales_by_id[SCALE]

    def lines(points: list[RoundPoint]) -> int:
        return to_svg(over_rounds("K", scale, "sv", points)).count('stroke-width="1.6"')

    whole = [RoundPoint(str(year), level(3.0), True) for year in (1, 2, 3)]
    assert lines(whole) == 2
    assert lines([whole[0], replace(whole[1], level=MISSING), whole[2]]) == 0
    assert lines([whole[0], replace(whole[1], joined=False), whole[2]]) == 1
    assert lines([]) == 0


def test_the_axis_holds_the_values_and_shows_no_less_than_an_eighth_of_the_range() -> None:
    for values in ([3.0, 3.01], [1.0], [4.9, 5.0], [1.0, 5.0], [2.4, 3.7, None]):
        low, high, step = window((1.0, 5.0), POINTS, values)
        known = [value for value in values if value is not None]
        assert 1 <= low <= min(known) + 1e-9
        assert max(known) - 1e-9 <= high <= 5
        assert high - low >= 0.5 - 1e-9
        assert (high - low) / step <= 6 + 1e-9
    assert window((0.0, 100.0), PER_CENT, [40.0, 41.0])[2] == 5
    assert window((1.0, 5.0), POINTS, [None]) == (1, 5, 1)


def test_a_funnel_stands_apart_whom_its_limits_leave_out_and_says_nothing_of_the_smallest(focus: Focus) -> None:
    shown = areas.shown(municipalities(focus))
    assert HIDDEN not in {area.code for area in shown}
    found = areas.funnel(focus, SCALE, municipalities(focus))
    assert found is not None
    assert found.centre == focus.finding(SCALE).level.mean.value
    for area in shown:
        n = area.mean.n or 0
        ((low, *_), (high, *_)) = found.limits([n], 0.95)
        inside = low <= (area.mean.value or 0) <= high
        assert (area.code in found.beyond) == (not inside and n >= 10)
    far = areas.funnel(focus, SCALE, with_mean(shown, "2326", level(1.1, n=7)))
    assert far is not None
    assert "2326" not in far.beyond, "seven answers are only described"
    far = areas.funnel(focus, SCALE, with_mean(shown, "2380", level(1.1, n=112)))
    assert far is not None
    assert far.beyond["2380"]


def test_a_drawn_mean_lies_between_its_own_and_the_middle_and_the_smallest_is_drawn_most(focus: Focus) -> None:
    shown = with_mean(areas.shown(municipalities(focus)), "2326", level(3.0, n=7))
    found = areas.drawn(focus, SCALE, shown)
    assert found is not None
    assert set(found.means) == {area.code for area in shown}
    for area in shown:
        value, own = found.means[area.code].value, area.mean.value
        assert value is not None
        assert own is not None
        assert min(own, found.middle) - 1e-9 <= value <= max(own, found.middle) + 1e-9
        assert value == pytest.approx(
            found.weights[area.code] * own + (1 - found.weights[area.code]) * found.middle, abs=1e-9
        )
        assert (found.means[area.code].low is None) == ((area.mean.n or 0) < 10)
    by_n = sorted(shown, key=lambda area: area.mean.n or 0)
    weights = [found.weights[area.code] for area in by_n]
    assert weights == sorted(weights)


def test_with_few_groups_or_no_known_spread_there_is_neither(focus: Focus) -> None:
    four = areas.shown(municipalities(focus))[:4]
    assert areas.funnel(focus, SCALE, four) is None
    assert areas.drawn(focus, SCALE, four) is None
    blind = [replace(area, sd=None) for area in municipalities(focus)]
    if not focus.findings.analyst.spreads:
        assert areas.funnel(focus, SCALE, blind) is None
    assert areas.spread_within(focus, "no-such-scale", [Area("1", "x", level(3.0), 0.6)]) == pytest.approx(0.6)


def test_a_line_goes_through_levels_that_lie_on_one(focus: Focus) -> None:
    trend = rounds_line.levels_trend([level(2.0), MISSING, level(3.0), level(3.5)], [0.5, None, 0.5, None])
    assert trend.slope.value == pytest.approx(0.5)
    assert trend.slope.n == 3
    assert trend.heights == pytest.approx([2.0, 2.5, 3.0, 3.5])
    none = rounds_line.levels_trend([level(2.0), level(3.0)], [0.5, 0.5])
    assert (none.slope.value, none.heights) == (None, ())
    assert rounds_line.error_of(level(3.0, n=25), 0.5) == pytest.approx(0.1)
    assert rounds_line.error_of(level(3.0, half=0.196), None) == pytest.approx(0.1, rel=1e-3)
    assert math.isnan(rounds_line.error_of(replace(level(3.0), low=None, high=None), None))


def test_control_limits_wait_for_twelve_rounds_and_catch_what_leaves_them() -> None:
    usual = [level(3.0 + 0.01 * (at % 3)) for at in range(11)]
    few = rounds_line.control_of_means(usual, [0.5] * 11)
    assert few.reason is not None
    many = rounds_line.control_of_means([*usual, level(3.0), level(4.5)], [0.5] * 13)
    assert many.reason is None
    assert np.flatnonzero(many.outside).tolist() == [12]
    shares = rounds_line.control_of_shares([level(0.5, half=0.01) for _ in range(12)])
    assert shares.centre == pytest.approx(0.5)
    blind = rounds_line.control_of_means([level(3.0)] * 13, [None] * 13)
    assert blind.reason is not None


def test_a_chart_that_is_taken_home_says_what_it_is_and_where_it_comes_from(focus: Focus) -> None:
    chart = _heat(focus)
    whole = taken_home(chart, "EBP i länet · simulerade svar")
    texts = re.findall(r">([^<]+)</text>", to_svg(whole))
    assert {chart.title, "EBP i länet · simulerade svar"} <= set(texts)
    assert whole.height > chart.height
    assert set(re.findall(r">([^<]+)</text>", to_svg(chart))) <= set(texts)


def test_number_and_word_of_a_cell_keep_apart_in_narrow_columns(focus: Focus) -> None:
    for columns in (4, 6, 9):
        row = HeatRow("Ragunda", (HeatCell(level(100.0), Verdict.INCREASE),) * columns)
        svg = to_svg(heat("Alla", "sv", ["Trygghet"] * columns, [PER_CENT] * columns, [row]))
        found = re.findall(r'<text x="([\d.]+)" y="([\d.]+)"[^>]*>([^<]+)</text>', svg)
        cells = [(float(x), float(y), said) for x, y, said in found if said in ("100\u00a0%", "högre")]
        assert len(cells) == 2 * columns
        for (x, y, _number), (beside_x, beside_y, _word) in zip(cells[::2], cells[1::2], strict=True):
            assert abs(y - beside_y) >= 8 or beside_x - 24 > x + 13


def test_the_ends_of_a_column_get_the_lightest_and_the_darkest() -> None:
    assert [step_of(value, 1.0, 2.0) for value in (1.0, 1.19, 1.21, 1.99, 2.0)] == [0, 0, 1, STEPS - 1, STEPS - 1]
    assert step_of(3.0, 3.0, 3.0) == STEPS // 2
