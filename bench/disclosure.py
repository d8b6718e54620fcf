"""What protection costs: deciding what of a national release may be shown, and the check of a crossing of 12 by 6.

Answers are random; what is measured is the deciding, so their model does not matter.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np

from bench.attacks.studies import K
from instruments.load import load
from reports.analysis import Summed, add_up, decision
from reports.dataset import Node, RoundData, Tree
from reports.findings import NodeKind, Thresholds
from reports.overlap import smallest_told

ROUNDS = 3
COUNTIES, MUNICIPALITIES, UNITS, ANSWERS = 21, 290, 2_500, 25_000
INSTRUMENT = "ebp-thermometer"
CROSSING = (12, 6)
AVERAGES = (4, 6, 8, 12)
"""People in a cell of the crossing, on average: from most hidden to nearly all shown."""
THRESHOLDS = Thresholds.of(K)


@dataclass(frozen=True)
class Cost:
    """One row of the table: the median over the rounds, and the slowest round minus the fastest."""

    name: str
    budget: float
    cpu_seconds: float
    spread: float


def run() -> list[Cost]:
    """Measures deciding what of a national release is shown, and crossings that are hidden until safe."""
    summed = national()
    costs = [_cost("masking of a national release: what may be shown", 2.0, lambda: decision(summed, THRESHOLDS))]
    for average in AVERAGES:
        name = f"a crossing of 12 by 6, {average} people a cell: hidden until safe"
        costs.append(_cost(name, 5.0, partial(crossing, average)))
    return costs


def table(costs: list[Cost]) -> str:
    lines = [f"{'':<60}{'CPU-s':>9}{'spread':>9}{'budget':>9}"]
    lines += [f"{one.name:<60}{one.cpu_seconds:>9.3f}{one.spread:>9.3f}{one.budget or '':>9}" for one in costs]
    return "\n".join(lines)


def crossing(average: float, seed: int = 1) -> int:
    """Units by roles with all margins published: hides the smallest cell that takes part until nothing is told of few.
    Returns how many cells are left."""
    rows, columns = CROSSING
    people = np.random.default_rng(seed).poisson(average, rows * columns)
    cells = np.eye(rows * columns, dtype=np.bool_)
    table_ = cells.reshape(rows, columns, -1)
    margins = [*np.any(table_, axis=1), *np.any(table_, axis=0), np.any(cells, axis=0)]
    shown = [cell for cell, held in enumerate(people.tolist()) if held >= K]
    while told := smallest_told(np.array([*margins, *cells[shown]]), people, K):
        taking_part = [shown[number - len(margins)] for number in told.sets if number >= len(margins)]
        if not taking_part:
            raise ValueError("the margins alone tell of few people; publish fewer of them")
        shown.remove(min(taking_part, key=lambda cell: (int(people[cell]), cell)))
    return len(shown)


def national() -> Summed:
    """A round of 25,000 answers in 2,500 units, 290 municipalities and 21 counties, added up."""
    random = np.random.default_rng(1)
    loaded = load(INSTRUMENT)
    nodes = [Node("SE", "Sverige", "Riket", NodeKind.NATION, None)]
    nodes += [Node(f"c{number}", "", "", NodeKind.COUNTY, "SE") for number in range(COUNTIES)]
    nodes += [Node(f"m{n}", "", "", NodeKind.MUNICIPALITY, f"c{n % COUNTIES}") for n in range(MUNICIPALITIES)]
    nodes += [Node(f"u{n}", "", "", NodeKind.UNIT, f"m{n % MUNICIPALITIES}") for n in range(UNITS)]
    items = [
        (item.id, [option.value for option in loaded.instrument.options(item)]) for item in loaded.instrument.items
    ]
    chosen = {item: random.choice(values, ANSWERS).tolist() for item, values in items if values}
    skipped = random.random((ANSWERS, len(chosen))) < 0.03
    answers: list[dict[str, object]] = [
        {item: chosen[item][row] for column, item in enumerate(chosen) if not skipped[row, column]}
        for row in range(ANSWERS)
    ]
    codes = [f"u{unit}" for unit in random.integers(0, UNITS, ANSWERS).tolist()]
    data = RoundData.from_answers(
        round_id=1,
        name="2026",
        instrument=loaded.instrument,
        digest=loaded.digest,
        answers=answers,
        unit_codes=codes,
        invited={},
    )
    return add_up(data, None, Tree(tuple(nodes)), linked=False)


def _cost(name: str, budget: float, work: Callable[[], object]) -> Cost:
    taken = []
    for _ in range(ROUNDS):
        begun = time.process_time()
        work()
        taken.append(time.process_time() - begun)
    return Cost(name, budget, statistics.median(taken), max(taken) - min(taken))
