"""Charts: the same marks everywhere, readable in grey, and well-formed SVG that a screen reader can say."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from xml.etree import ElementTree

import pytest
from pages_sample import COUNTY, HIDDEN, MEDIUM, SMALL
from reportlab.graphics.shapes import String

from instruments.changing import with_changes
from instruments.model import Instrument, Method
from reports import fonts, wording
from reports.charts import Focus, changes, levels, ranked, scale_strip, spread, to_svg
from reports.charts.phrases import phrase as chart_phrase
from reports.charts.sketch import Chart, wrap
from reports.charts.tokens import BAND, GROUND, LINE, MARK_TOKENS, PAPER, TEXT_TOKENS, steps
from reports.disclosure import Disclosed
from reports.findings import Reason
from reports.pdf.phrases import phrase as page_phrase

SVG = "{http://www.w3.org/2000/svg}"
Draw = Callable[[Focus], Chart]


def _spread(focus: Focus) -> Chart:
    scale = focus.scales[0]
    return spread(focus, focus.items(scale), scale)


DRAWINGS: dict[str, Draw] = {
    "strip": lambda focus: scale_strip(focus, "knowledge"),
    "levels": lambda focus: levels(focus, "knowledge"),
    "spread": _spread,
    "changes": changes,
    "ranked": lambda focus: ranked(focus.on(COUNTY), "knowledge", highlight=focus.code),
}


@pytest.fixture
def focus(released: Disclosed, instrument: Instrument) -> Focus:
    return Focus(released, instrument, MEDIUM, "sv")


@pytest.mark.parametrize("code", [MEDIUM, SMALL, HIDDEN])
@pytest.mark.parametrize("name", DRAWINGS)
def test_svg_is_well_formed_and_can_be_read_aloud(focus: Focus, name: str, code: str) -> None:
    svg = to_svg(DRAWINGS[name](focus.on(code)))
    root = ElementTree.fromstring(svg)  # noqa: S314  # our own text
    assert root.attrib["role"] == "img"
    title, description = root[0], root[1]
    assert (title.tag, description.tag) == (f"{SVG}title", f"{SVG}desc")
    assert title.text
    assert description.text
    assert root.attrib["aria-labelledby"] == title.attrib["id"]
    assert root.attrib["aria-describedby"] == description.attrib["id"]
    assert "style=" not in svg, "a strict content policy refuses style attributes"
    assert "nan" not in svg


@pytest.mark.parametrize("name", DRAWINGS)
def test_marks_and_texts_stay_inside_the_drawing(focus: Focus, name: str) -> None:
    root = ElementTree.fromstring(to_svg(DRAWINGS[name](focus)))  # noqa: S314
    width, height = float(root.attrib["width"]), float(root.attrib["height"])
    for shape in root[2:]:
        for key, value in shape.attrib.items():
            if key in {"x", "x1", "x2", "cx"}:
                assert 0 <= float(value) <= width, (name, shape.attrib)
            if key in {"y", "y1", "y2", "cy"}:
                assert 0 <= float(value) <= height, (name, shape.attrib)


def test_two_charts_on_a_page_do_not_share_ids(focus: Focus) -> None:
    ids = re.findall(r' id="([^"]+)"', to_svg(levels(focus, "knowledge")) + to_svg(levels(focus, "attitude")))
    assert len(ids) == len(set(ids)) == 4


def test_changes_of_scales_of_different_ranges_have_axes_of_their_own(focus: Focus) -> None:
    """A step of 0 to 10 is not a step of 1 to 5, and neither is a percentage point."""
    first, second, *rest = focus.instrument.scales
    scales = with_changes(first, minimum=0, maximum=10), with_changes(second, method=Method.POSITIVE), *rest
    mixed = to_svg(changes(replace(focus, instrument=with_changes(focus.instrument, scales=scales))))
    said = [
        chart_phrase("sv", "range", low=low, high=high)
        for low, high in ((0, 10), (0, "100\N{NO-BREAK SPACE}%"), (1, 5))
    ]
    assert [mixed.count(f">{one}</text>") for one in said] == [1, 1, 1]
    assert [mixed.count(f">{word}</text>") for word in ("lägre nu", "Procentenheter (95 % osäkerhet)")] == [3, 1]
    alone = to_svg(changes(focus))
    assert [alone.count(word) for word in ("Värden", "lägre nu")] == [0, 1]


def test_what_xml_cannot_hold_is_left_out(focus: Focus) -> None:
    drawn = levels(focus, "knowledge")
    drawn.contents.append(String(0, 0, "a\x0bb\ufffe<c>", fontName=fonts.REGULAR, fillColor=BAND.color))
    drawn.title = "Ett\0 \uffff\N{GRINNING FACE}"
    svg = to_svg(drawn)
    root = ElementTree.fromstring(svg.encode())  # noqa: S314  # our own text
    assert root[0].text == "Ett \N{GRINNING FACE}"
    assert list(root.itertext())[-1] == "ab<c>"


def test_names_are_escaped(released: Disclosed, instrument: Instrument) -> None:
    content = instrument.model_dump(mode="json")
    content["scales"][0]["title"] = {"sv": 'Kunskap <b> & "mer"', "en": "x"}
    odd = Instrument.model_validate(content)
    svg = to_svg(ranked(Focus(released, odd, COUNTY, "sv"), "knowledge"))
    assert "Kunskap &lt;b&gt; &amp;" in svg
    ElementTree.fromstring(svg)  # noqa: S314


def test_the_level_chart_says_the_numbers_of_the_findings(focus: Focus) -> None:
    chart = levels(focus, "knowledge")
    finding = focus.finding("knowledge")
    assert finding.before is not None
    for estimate in (finding.level.mean, finding.before.mean, *(beside.mean for beside in finding.comparisons)):
        assert wording.estimate(estimate, "sv") in chart.description


def test_dot_ring_and_field_stand_at_their_values(focus: Focus) -> None:
    finding = focus.finding("knowledge")
    assert finding.before is not None
    assert finding.band is not None
    root = ElementTree.fromstring(to_svg(scale_strip(focus, "knowledge", width=112)))  # noqa: S314
    at = {shape.attrib["class"]: float(shape.attrib.get("cx", shape.attrib.get("x", 0))) for shape in root[2:]}

    def place(value: float | None) -> float:
        assert value is not None
        return 6 + (value - 1) / 4 * 100

    assert at["fill-brand"] == pytest.approx(place(finding.level.mean.value), abs=0.01)
    assert at["fill-paper stroke-last"] == pytest.approx(place(finding.before.mean.value), abs=0.01)
    assert at["fill-band"] == pytest.approx(place(finding.band.low), abs=0.01)


def test_municipalities_stand_by_mean_and_hidden_ones_last(focus: Focus) -> None:
    root = ElementTree.fromstring(to_svg(ranked(focus.on(COUNTY), "practice")))  # noqa: S314
    names = {group.name: group for group in focus.on(COUNTY).members}
    shown = [names[text.text or ""] for text in root.iter(f"{SVG}text") if text.text in names]
    means = [next(scale.level.mean.value for scale in group.scales if scale.scale == "practice") for group in shown]
    values = [mean for mean in means if mean is not None]
    assert values == sorted(values, reverse=True)
    assert [mean is None for mean in means] == [False] * len(values) + [True] * (len(means) - len(values))
    assert {group.code for group in shown[len(values) :]} >= {HIDDEN}


def test_bars_are_as_long_as_their_counts(focus: Focus) -> None:
    scale = focus.scales[0]
    first = focus.items(scale)[0]
    assert first.counts is not None
    root = ElementTree.fromstring(to_svg(spread(focus, [first], scale)))  # noqa: S314
    widths = [float(shape.attrib["width"]) for shape in root.iter(f"{SVG}rect")][len(first.counts) :]
    shares = [width / sum(widths) for width in widths]
    expected = [count / sum(first.counts) for count in first.counts if count]
    assert shares == pytest.approx(expected, abs=0.001)


def test_few_answers_are_counted_not_given_in_per_cent(focus: Focus) -> None:
    small = focus.on(SMALL)
    (shown, *_) = [finding for finding in small.group.items if finding.counts]
    texts = re.findall(r">([^<]+)</text>", to_svg(spread(small, [shown], None)))
    assert chart_phrase("sv", "figures_counts") in texts
    assert {str(count) for count in shown.counts or () if count} <= set(texts)


def test_a_spread_that_is_protected_is_not_called_too_few_answers(focus: Focus) -> None:
    shown = focus.items(focus.scales[0])[0]
    for reason, note in ((Reason.PROTECTED, "figures_protected"), (Reason.TOO_FEW, "figures_none")):
        bare = replace(shown, counts=None, categories=(), reason=reason)
        texts = re.findall(r">([^<]+)</text>", to_svg(spread(focus, [bare], None)))
        assert "".join(texts).replace(" ", "").count(chart_phrase("sv", note).replace(" ", "")) == 1


def test_a_hidden_group_gets_words_instead_of_marks(focus: Focus) -> None:
    svg = to_svg(scale_strip(focus.on(HIDDEN), "knowledge"))
    assert wording.reason(Reason.TOO_FEW, "sv") in svg
    assert "<circle" not in svg


@pytest.mark.parametrize("ground", [PAPER, GROUND])
def test_text_has_seven_to_one_and_marks_three_to_one(ground: object) -> None:
    for token in TEXT_TOKENS:
        assert contrast(token.hex, ground.hex) >= 7, token  # type: ignore[attr-defined]
    for token in MARK_TOKENS:
        assert contrast(token.hex, ground.hex) >= 3, token  # type: ignore[attr-defined]
    assert BAND != LINE


@pytest.mark.parametrize("count", range(2, 12))
def test_answer_steps_darken_and_carry_readable_figures(count: int) -> None:
    pairs = steps(count)
    lightness = [luminance(fill.hex) for fill, _ in pairs]
    assert lightness == sorted(lightness, reverse=True)
    assert len(set(lightness)) == count
    assert all(contrast(fill.hex, text.hex) >= 7 for fill, text in pairs)


def test_a_word_wider_than_its_column_breaks_with_a_hyphen() -> None:
    lines = wrap("Verksamhetsutvecklingsförutsättningar i kommunen", 70, 9)
    assert all(fonts.text_width(line, fonts.REGULAR, 9) <= 70 for line in lines)
    assert "".join(line.rstrip("-") for line in lines[:-1]).startswith("Verksamhetsutvecklingsför")
    assert wrap("", 70, 9) == ()


@pytest.mark.parametrize("phrases", [chart_phrase, page_phrase])
def test_both_languages_have_every_text_with_the_same_gaps(phrases: object) -> None:
    swedish, english = phrases.table["sv"], phrases.table["en"]  # type: ignore[attr-defined]
    assert swedish.keys() == english.keys()
    gaps = re.compile(r"{(\w+)}")
    for key, text in swedish.items():
        assert set(gaps.findall(text)) == set(gaps.findall(english[key])), key


def luminance(code: str) -> float:
    """Relative luminance as WCAG 2.2 defines it."""
    parts = [int(code[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(first: str, second: str) -> float:
    light, dark = sorted((luminance(first), luminance(second)), reverse=True)
    return (light + 0.05) / (dark + 0.05)
