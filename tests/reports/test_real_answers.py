"""2,800 real people, through the same columns, sums and gate as any round: scores and alphas equal the reference."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from instruments.load import load_file
from reports.analysis import analyse
from reports.dataset import Node, RoundData, Tree
from reports.disclosure import disclose
from reports.findings import NodeKind

TESTS = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def everyone() -> RoundData:
    loaded = load_file(TESTS / "definitions" / "valid" / "bfi.yaml")
    with (TESTS / "reference" / "data" / "bfi.csv").open(newline="", encoding="utf-8") as file:
        people = list(csv.DictReader(file))
    items = [item.id for item in loaded.instrument.scored_items]
    return RoundData.from_answers(
        round_id=1,
        name="SAPA",
        instrument=loaded.instrument,
        digest=loaded.digest,
        answers=[{item: int(person[item]) for item in items if person[item]} for person in people],
        unit_codes=[f"education-{person['education'] or 'unknown'}" for person in people],
        invited={},
    )


def test_scores_and_alpha_equal_the_reference(everyone: RoundData) -> None:
    units = sorted(set(everyone.unit_codes))
    nodes = [Node("SE", "All", "All", NodeKind.NATION, None)]
    nodes += [Node(unit, unit, unit, NodeKind.UNIT, "SE") for unit in units]
    findings = disclose(
        analyse(everyone, None, Tree(tuple(nodes)), study="bfi", k=5, seed=1, simulated=False, linked=False), 5
    ).findings
    expected = {
        case: json.loads(next((TESTS / "reference").glob(f"{case}*.json")).read_text(encoding="utf-8"))["expected"]
        for case in ("o01", "o02")
    }
    whole = findings.group("SE")
    agreeableness = next(finding for finding in whole.scales if finding.scale == "agreeableness")
    assert len(units) == 6
    assert whole.n == 2800
    assert agreeableness.level.mean.n == expected["o01"]["n_scored"]
    assert agreeableness.level.mean.value == pytest.approx(expected["o01"]["mean"], rel=1e-9)
    assert agreeableness.level.sd == pytest.approx(expected["o01"]["sd"], rel=1e-9)
    assert agreeableness.alpha.n == expected["o02"]["n"]
    assert agreeableness.alpha.value == pytest.approx(expected["o02"]["alpha"], rel=1e-9)
    assert agreeableness.alpha.low == pytest.approx(expected["o02"]["feldt_lower"], rel=1e-9)
    assert agreeableness.alpha.high == pytest.approx(expected["o02"]["feldt_upper"], rel=1e-9)
