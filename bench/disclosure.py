"""What protection costs: masking a national release, part by part, and the check of a crossing of 12 by 6.

Masking is deciding what may be shown, holding it against what was told before, taking away the rest and the last look.
Adding up, all numbers, and writing and reading JSON would be there without it, and stand beside it.

Answers follow one trait a person and noise: what is measured is the deciding, but a model that is fitted to answers
without anything in common searches till it gives up, and no staff answers so.
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
from reports.analysis import About, add_up, decision, numbers
from reports.cuts import cut_findings, menu
from reports.dataset import Floats, Node, RoundData, Tree
from reports.findings import Findings, LinkedBy, NodeKind, Thresholds
from reports.last_look import faults
from reports.ledger_check import refused
from reports.levels import levels
from reports.masking import masked, shown_cells
from reports.overlap import smallest_told
from reports.plain import from_text, to_text
from reports.release import entries_of

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
    """Measures the parts of a national release, and crossings that are hidden until safe."""
    costs = national_release()
    for average in AVERAGES:
        name = f"a crossing of 12 by 6, {average} people a cell: hidden until safe"
        costs.append(_cost(name, 5.0, partial(crossing, average)))
    return costs


def national_release() -> list[Cost]:
    """A second release of a round that is compared with an earlier one: both have been told of before."""
    now, before, tree = national(2), national(1), national_tree()
    about = About("bench", 1, True, LinkedBy.NONE, THRESHOLDS)
    summed = add_up(now, before, tree, linked=False)
    shown = decision(summed, THRESHOLDS)
    told = entries_of(summed, shown, about, "the release before")
    analysed = numbers(summed, shown, about)
    findings = masked(analysed.findings, shown_cells(analysed), K)
    text = to_text(findings)
    pooled = levels(now, summed.sums, summed.tree, shown.now, THRESHOLDS).pooled

    def decide() -> None:
        decision(summed, THRESHOLDS)

    def hold() -> None:
        for entry, earlier in zip(entries_of(summed, shown, about, "this release"), told, strict=True):
            if refused(entry, [earlier], K):
                raise ValueError("the same release twice tells nothing new; the ledger must let it pass")

    def mask() -> None:
        masked(analysed.findings, shown_cells(analysed), K)

    def look() -> None:
        if any(faults(findings)):
            raise ValueError("the last look found something; see reports.last_look")

    def cut() -> None:
        cut_findings(now, summed.tree, shown.now.groups, shown.now.means, pooled, THRESHOLDS)

    def whole() -> None:
        for part in (decide, hold, mask, look):
            part()

    return [
        _cost("masking a national release: all of it", 2.0, whole),
        _cost("  what may be shown", 0.0, decide),
        _cost("  the ledger, one release before", 0.0, hold),
        _cost("  taking away the rest", 0.0, mask),
        _cost("  the last look", 0.0, look),
        _cost("beside it: adding up", 0.0, lambda: add_up(now, before, tree, linked=False)),
        _cost("beside it: all numbers, with the cuts", 0.0, lambda: numbers(summed, shown, about)),
        _cost(f"  the cuts by {len(menu(now.instrument))} background items, protected", 3.0, cut),
        _cost("beside it: writing JSON", 0.0, lambda: to_text(findings)),
        _cost("beside it: reading JSON", 0.0, lambda: from_text(Findings, text)),
    ]


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


def national_tree() -> Tree:
    nodes = [Node("SE", "Sverige", "Riket", NodeKind.NATION, None)]
    nodes += [Node(f"c{number}", "", "", NodeKind.COUNTY, "SE") for number in range(COUNTIES)]
    nodes += [Node(f"m{n}", "", "", NodeKind.MUNICIPALITY, f"c{n % COUNTIES}") for n in range(MUNICIPALITIES)]
    nodes += [Node(f"u{n}", "", "", NodeKind.UNIT, f"m{n % MUNICIPALITIES}") for n in range(UNITS)]
    return Tree(tuple(nodes))


def national(round_id: int) -> RoundData:
    """A round of 25,000 answers in 2,500 units; its number seeds it."""
    random = np.random.default_rng(round_id)
    loaded = load(INSTRUMENT)
    items = [
        (item.id, [option.value for option in loaded.instrument.options(item)]) for item in loaded.instrument.items
    ]
    trait = random.normal(0, 1, ANSWERS)
    chosen = {item: _answers(random, trait, values) for item, values in items if values}
    skipped = random.random((ANSWERS, len(chosen))) < 0.03
    answers: list[dict[str, object]] = [
        {item: chosen[item][row] for column, item in enumerate(chosen) if not skipped[row, column]}
        for row in range(ANSWERS)
    ]
    return RoundData.from_answers(
        round_id=round_id,
        name=f"round {round_id}",
        instrument=loaded.instrument,
        digest=loaded.digest,
        answers=answers,
        unit_codes=[f"u{unit}" for unit in random.integers(0, UNITS, ANSWERS).tolist()],
        invited={},
    )


def _answers(random: np.random.Generator, trait: Floats, values: list[int]) -> list[int]:
    """Each step as often as the others, higher for those with more of the trait."""
    rank = np.argsort(np.argsort(0.8 * trait + random.normal(0, 1, len(trait))))
    return np.array(values)[rank * len(values) // len(trait)].tolist()


def _cost(name: str, budget: float, work: Callable[[], object]) -> Cost:
    taken = []
    for _ in range(ROUNDS):
        begun = time.process_time()
        work()
        taken.append(time.process_time() - begun)
    return Cost(name, budget, statistics.median(taken), max(taken) - min(taken))
