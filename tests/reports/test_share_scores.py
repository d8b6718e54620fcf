"""Scales scored as per cent in the positive steps: the figures are the same people's, and are told as shares."""

from __future__ import annotations

import json
from dataclasses import replace
from io import BytesIO

import numpy as np
import pytest
from pypdf import PdfReader
from syrupy.assertion import SnapshotAssertion

from instruments.changing import with_changes
from instruments.load import load
from instruments.model import Instrument, Method, Scale, ScaleItem
from reports.analysis import analyse
from reports.charts import Focus, spread, to_svg
from reports.dataset import RoundData
from reports.disclosure import Disclosed, disclose
from reports.export import document, kolada
from reports.export.lines import lines
from reports.findings import ItemFinding, Reason
from reports.item_shares import ItemShare, item_share
from reports.pdf import report_pdf
from reports.reading import read_group
from tests.reports.example import round_of, small_instrument, tree

UNITS = {"2303-a": 6, "2321-a": 15, "2380-a": 60, "2309-a": 40, "2326-a": 33, "2313-a": 7, "0114-a": 30}
MEANS = small_instrument()
SHARES = with_changes(MEANS, scales=tuple(with_changes(scale, method=Method.POSITIVE) for scale in MEANS.scales))


def data(name: str, seed: int, round_id: int, shift: float = 0.0) -> RoundData:
    made = round_of(UNITS, name=name, seed=seed, round_id=round_id, shift=shift)
    return with_instrument(made, SHARES)


def with_instrument(made: RoundData, instrument: Instrument) -> RoundData:
    return replace(made, instrument=instrument)


@pytest.fixture(scope="module")
def released() -> Disclosed:
    now, before = data("2026", 1, 2, 0.6), data("2024", 5, 1)
    return disclose(analyse(now, before, tree(UNITS), study="s", k=5, seed=1, simulated=True, linked=False), 5)


def test_the_level_is_the_mean_of_each_persons_share(released: Disclosed) -> None:
    now = data("2026", 1, 2, 0.6)
    here = [unit == "2380-a" for unit in now.unit_codes]
    for scale, finding in zip(SHARES.scales, released.findings.group("2380").scales, strict=True):
        values = now.scale_values(scale.id)[here]
        answered = (~np.isnan(values)).sum(axis=1)
        enough = answered >= -(-len(scale.items) // 2)
        expected = 100 * np.mean(((values >= 4).sum(axis=1) / np.maximum(answered, 1))[enough])
        assert finding.level.mean.value == pytest.approx(expected)
        assert finding.level.mean.low is not None
        assert finding.level.mean.high is not None
        assert 0 <= finding.level.mean.low < expected < finding.level.mean.high <= 100
        assert finding.level.positive.reason is Reason.NOT_ASKED


def test_the_share_of_all_answers_is_not_told_beside_it(released: Disclosed) -> None:
    """The two differ only by who has skipped an item."""
    levels = [scale.level for group in released.findings.groups for scale in group.scales]
    assert levels
    assert all(level.positive.value is None for level in levels)


@pytest.mark.parametrize("language", ["sv", "en"])
def test_what_a_manager_reads(released: Disclosed, language: str, snapshot: SnapshotAssertion) -> None:
    reading = read_group(released, SHARES, "2380", language)
    said = [reading.headline, *reading.sentences, *reading.stands_out, *reading.scales.values()]
    assert "\n".join(said) == snapshot
    assert not any(word in text for text in said for word in ("edelvärde", "The mean", "på en skala"))


def test_the_report_has_per_cent_and_percentage_points(released: Disclosed) -> None:
    pages = PdfReader(BytesIO(report_pdf(released, SHARES, "2380", "sv", digest="3f9a71c2e0bd" + "5" * 52))).pages
    text = " ".join(" ".join(page.extract_text().split()) for page in pages)
    assert "100 %" in text
    assert "= lägst" not in text
    assert "procentenheter" in text
    assert "hur många procent av personens svar som ligger i de positiva stegen" in text


def test_kolada_gets_the_share_once(released: Disclosed) -> None:
    written = json.loads(kolada.write(released, SHARES, "sv"))
    assert [kpi["id"] for kpi in written["kpis"]] == [f"small.{scale.id}.positive" for scale in SHARES.scales]
    value = next(entry["values"][0]["value"] for entry in written["values"] if entry["municipality"] == "2380")
    assert value == pytest.approx(released.findings.group("2380").scales[0].level.mean.value)


def test_alpha_is_of_the_items_and_so_the_same(released: Disclosed) -> None:
    now = with_instrument(data("2026", 1, 2, 0.6), MEANS)
    before = with_instrument(data("2024", 5, 1), MEANS)
    means = disclose(analyse(now, before, tree(UNITS), study="s", k=5, seed=1, simulated=True, linked=False), 5)
    alphas = [scale.alpha.value for scale in released.findings.group("2380").scales]
    assert alphas == pytest.approx([scale.alpha.value for scale in means.findings.group("2380").scales])


def test_scales_of_different_ranges_are_ranked_by_their_place_on_them() -> None:
    """Per cent beside points: 40 % is lower than 3,5 of 5, whatever the numbers."""
    mixed = with_changes(MEANS, scales=(SHARES.scales[0], *MEANS.scales[1:]))
    found = analyse(
        with_instrument(data("2026", 1, 2), mixed),
        None,
        tree(UNITS),
        study="s",
        k=5,
        seed=1,
        simulated=True,
        linked=False,
    )
    reading = read_group(disclose(found, 5), mixed, "2380")
    assert reading.headline == "Ni ligger högst i attityd och lägst i kunskap."
    assert not any("Högst är" in said for said in reading.stands_out)


# What one item says: its share in the positive steps, from the counts that are told and nothing else.
SCALE = SHARES.scales[0]
EVERY = ((1,), (2,), (3,), (4,), (5,))
MERGED = ((1, 2), (3,), (4, 5))


def counted(categories: tuple[tuple[int, ...], ...], *counts: int) -> ItemFinding:
    return ItemFinding(SCALE.item_ids[0], sum(counts), counts, categories, mean=3.2)


def reversed_scale(**changes: object) -> Scale:
    return with_changes(SCALE, items=(ScaleItem(item=SCALE.item_ids[0], reversed=True), *SCALE.items[1:]), **changes)


@pytest.mark.parametrize(
    ("scale", "categories", "counts", "expected"),
    [
        (SCALE, EVERY, (1, 2, 3, 4, 5), (9, 15)),
        (SCALE, MERGED, (3, 3, 9), (9, 15)),
        (reversed_scale(), EVERY, (1, 2, 3, 4, 5), (3, 15)),
        (reversed_scale(), MERGED, (3, 3, 9), (3, 15)),
        (with_changes(SCALE, positive_from=5), EVERY, (1, 2, 3, 4, 5), (5, 15)),
        # Fours and fives are told together, and only fives are positive: there is no share to tell.
        (with_changes(SCALE, positive_from=5), MERGED, (3, 3, 9), None),
        (SCALE, EVERY, (0, 0, 0, 0, 0), None),
        (MEANS.scales[0], EVERY, (1, 2, 3, 4, 5), None),
        (None, EVERY, (1, 2, 3, 4, 5), None),
    ],
)
def test_an_items_share_is_of_the_counts_that_are_told(
    scale: Scale | None,
    categories: tuple[tuple[int, ...], ...],
    counts: tuple[int, ...],
    expected: tuple[int, int] | None,
) -> None:
    share = item_share(SHARES, scale, counted(categories, *counts))
    assert share == (expected and ItemShare(*expected))


def test_no_counts_no_figure() -> None:
    bare = ItemFinding(SCALE.item_ids[0], 7, None, (), mean=3.2, reason=Reason.TOO_FEW)
    assert item_share(SHARES, SCALE, bare) is None


def test_vet_inte_is_not_among_those_who_could_be_positive() -> None:
    survey = load("user-survey-group-home").instrument
    scale = survey.scales[0]
    finding = ItemFinding(scale.item_ids[0], 20, (2, 6, 12, 5), ((1,), (2,), (3,), (9,)), mean=2.5)
    share = item_share(survey, scale, finding)
    assert share == ItemShare(12, 20)
    assert share.said("sv") == "60\N{NO-BREAK SPACE}%"
    assert ItemShare(9, 12).said("sv") == "9 av 12"
    assert ItemShare(9, 12).said("en") == "9 of 12"


def test_an_item_is_drawn_and_read_aloud_with_its_share(released: Disclosed) -> None:
    focus = Focus(released, SHARES, "2380", "sv")
    items = [finding for finding in focus.items(SCALE) if finding.counts is not None]
    assert items
    drawn = spread(focus, items, SCALE)
    for finding in items:
        share = item_share(SHARES, SCALE, finding)
        assert share
        assert f"positiva {share.said('sv')}" in drawn.description
        assert f">{share.said('sv')}</text>" in to_svg(drawn)


def test_below_ten_answers_an_item_has_neither_dot_nor_figure(released: Disclosed) -> None:
    focus = Focus(released, SHARES, "2303", "sv")
    items = focus.items(SCALE)
    assert items
    svg = to_svg(spread(focus, items, SCALE))
    assert "circle" not in svg
    assert "Medel" not in svg
    assert "Positiva" not in svg


def test_an_item_has_no_mean_that_could_be_solved_with_the_share(released: Disclosed) -> None:
    """Six people, three steps, one item: 50 % positive and a mean of 2,17 are three, one and two of them."""
    assert all(item.mean is None for group in released.findings.groups for item in group.items)
    assert any(item.counts is not None for group in released.findings.groups for item in group.items)


@pytest.mark.parametrize(
    ("language", "named"),
    [
        ("sv", {"procent positiva svar", "förändring i procentenheter", "skillnad mot andra i procentenheter"}),
        ("en", {"per cent positive answers", "change in percentage points", "difference in percentage points"}),
    ],
)
def test_the_table_calls_the_measures_what_they_are(released: Disclosed, language: str, named: set[str]) -> None:
    found = list(lines(released.findings, SHARES, language))
    about_scales = {line.measure for line in found if line.id in SHARES.scales_by_id}
    assert named <= about_scales
    assert not about_scales & {"medelvärde", "mean", "andel positiva svar", "positive share", "förändring", "change"}
    item = SCALE.item_ids[0]
    finding = next(one for one in released.findings.group("2380").items if one.item == item)
    share = item_share(SHARES, SCALE, finding)
    told = [line.value for line in found if (line.code, line.id) == ("2380", item) and line.measure in named]
    assert told == [share.per_cent if share else None]


def test_the_document_says_what_a_scales_mean_is_of(released: Disclosed) -> None:
    written = json.loads(document.write(released, SHARES, "sv"))
    assert written["scores"]["knowledge"] == {"method": "positive", "unit": "per cent", "low": 0.0, "high": 100.0}
