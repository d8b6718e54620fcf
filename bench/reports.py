"""What one report costs: CPU-seconds for the whole PDF, against bare pages of text from the same library.

The answers are simulated by the demo's model, straight into the analysis: no database and no job engine in between.
"""

from __future__ import annotations

import io
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from reportlab.lib.styles import getSampleStyleSheet
from reportlab.platypus import PageBreak, Paragraph, SimpleDocTemplate

from instruments.load import LoadedInstrument, load
from reports.analysis import analyse
from reports.dataset import Node, RoundData, Tree
from reports.disclosure import Disclosed, disclose
from reports.findings import NodeKind
from reports.pdf import report_pdf
from survey.demo import plan
from survey.demo.respondents import answers_of, new_person

ROUNDS = 3
FLOOR_PAGES = 6
WORDS_A_PAGE = 250


@dataclass(frozen=True)
class Cost:
    """One row of the table: the median over the rounds, and the slowest round minus the fastest."""

    name: str
    cpu_seconds: float
    spread: float


def run() -> list[Cost]:
    """Measures the floor, the analysis of a county with eight municipalities, and its nine reports."""
    loaded = load(plan.STAFF_INSTRUMENT)
    tree = _tree()
    before, now = (_round(loaded, number, later=bool(number)) for number in (0, 1))
    disclosed = _analysed(now, before, tree)
    codes = [plan.COUNTY, *(place.code for place in plan.PLACES)]

    def reports() -> None:
        for code in codes:
            report_pdf(disclosed, loaded.instrument, code, digest="0" * 64)

    return [
        _cost(f"floor: {FLOOR_PAGES} pages of plain text", _floor, 1),
        _cost("one report", reports, len(codes)),
        _cost("analysis and disclosure of the round", lambda: _analysed(now, before, tree), 1),
    ]


def table(costs: list[Cost]) -> str:
    floor = costs[0].cpu_seconds
    lines = [f"{'':<52}{'CPU-s':>9}{'spread':>9}{'x floor':>9}"]
    lines += [
        f"{one.name:<52}{one.cpu_seconds:>9.3f}{one.spread:>9.3f}{one.cpu_seconds / floor:>9.1f}" for one in costs
    ]
    return "\n".join(lines)


def _cost(name: str, work: Callable[[], object], pieces: int) -> Cost:
    work()
    taken = []
    for _ in range(ROUNDS):
        begun = time.process_time()
        work()
        taken.append((time.process_time() - begun) / pieces)
    return Cost(name, statistics.median(taken), max(taken) - min(taken))


def _floor() -> bytes:
    style = getSampleStyleSheet()["BodyText"]
    page = [Paragraph("ord " * WORDS_A_PAGE, style), PageBreak()]
    written = io.BytesIO()
    SimpleDocTemplate(written).build(page * FLOOR_PAGES)
    return written.getvalue()


def _analysed(now: RoundData, before: RoundData, tree: Tree) -> Disclosed:
    findings = analyse(
        now, before, tree, study=plan.STAFF_TITLE, k=plan.STAFF_K, seed=plan.SEED, simulated=True, linked=True
    )
    return disclose(findings, plan.STAFF_K)


def _tree() -> Tree:
    municipalities = [
        Node(place.code, f"Kommun {place.code}", f"K {place.code}", NodeKind.MUNICIPALITY, plan.COUNTY)
        for place in plan.PLACES
    ]
    nation = Node("SE", "Sverige", "Riket", NodeKind.NATION, None)
    county = Node(plan.COUNTY, "Jämtlands län", "Jämtlands län", NodeKind.COUNTY, "SE")
    return Tree((nation, county, *municipalities))


def _round(loaded: LoadedInstrument, number: int, *, later: bool) -> RoundData:
    random = np.random.default_rng(plan.SEED + number)
    answers, units = [], []
    for place in plan.PLACES:
        for _ in range(place.answered_second if later else place.answered_first):
            person = new_person(loaded.instrument, random)
            level = {scale: base + later * place.shift.get(scale, 0.0) for scale, base in plan.BASE.items()}
            answers.append(answers_of(person, loaded.instrument, level, random))
            units.append(place.code)
    return RoundData.from_answers(
        round_id=number,
        name=str(2024 + 2 * number),
        instrument=loaded.instrument,
        digest=loaded.digest,
        answers=answers,
        unit_codes=units,
        link_codes=[None] * len(units),
        ways=["open"] * len(units),
        invited={place.code: place.invited_second for place in plan.PLACES},
    )
