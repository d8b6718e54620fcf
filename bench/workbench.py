"""What a page of the analyst's workbench costs on a national release: 2,500 units in 290 municipalities.

The view is made and its charts drawn and its tables written, as the page does it; the page around them is not counted,
nor is the database. First the release is opened from its text, as a process does once.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from flask import Flask
from flask_babel import Babel

from bench.disclosure import THRESHOLDS, national, national_tree
from instruments.load import load
from reports.analysis import About, add_up, decision, numbers
from reports.charts import to_svg
from reports.dataset import Tree
from reports.disclosure import disclose, from_json, to_json
from reports.findings import LinkedBy
from survey.models import Release, Round, Study
from survey.web.office.research.library import OpenRelease
from survey.web.office.research.workbench.asked import Asked
from survey.web.office.research.workbench.bench import Bench
from survey.web.office.research.workbench.registry import VIEWS

BUDGET_MS = 300.0
RUNS = 3
ASK_THE_DATABASE = frozenset({"aktiviteter"})
"""Views that are made of more than releases."""


@dataclass(frozen=True)
class Cost:
    name: str
    cpu_ms: float
    budget: float


def run() -> list[Cost]:
    """Opening, then each view by its slowest scale and group: those that it shows without being asked for others."""
    text = _release()
    begun = time.process_time()
    disclosed = from_json(text)
    costs = [Cost("opening the release, once a process", 1000 * (time.process_time() - begun), 0.0)]
    codes = frozenset(group.code for group in disclosed.findings.groups)
    instrument = load(disclosed.findings.instrument).instrument
    app = Flask(__name__)
    Babel(app)
    with app.test_request_context():
        for view in VIEWS:
            if view.name in ASK_THE_DATABASE:
                continue

            def page(make: Callable[[Bench, Asked], Any] = view.make) -> None:
                study = Study(id=1, slug="bench", title="bench", simulated=True)
                round_ = Round(id=1, name="2026", study=study)
                release = Release(id=1, round_id=1, digest=disclosed.digest, round=round_)
                bench = Bench(study, (release,), "sv")
                bench._opened[1] = OpenRelease(release, disclosed, instrument, codes, codes)
                shown = make(bench, Asked({}))
                for figure in shown.figures:
                    if figure.draw is not None and (chart := figure.draw()) is not None:
                        to_svg(chart)
                    list(figure.table.file_rows())

            costs.append(Cost(f"{view.name}", _fastest(page), BUDGET_MS))
    return costs


def table(costs: list[Cost]) -> str:
    lines = [f"{'':<40}{'CPU-ms':>10}{'budget':>10}"]
    lines += [f"{one.name:<40}{one.cpu_ms:>10.0f}{one.budget or '':>10}" for one in costs]
    return "\n".join(lines)


def _release() -> str:
    now, before = national(2), national(1)
    about = About("bench", 1, True, LinkedBy.NONE, THRESHOLDS)
    named = (replace(node, name=f"Enhet {node.code}", short_name=node.code) for node in national_tree().nodes)
    summed = add_up(now, before, Tree(tuple(named)), linked=False)
    return to_json(disclose(numbers(summed, decision(summed, THRESHOLDS), about), THRESHOLDS.k))


def _fastest(work: Callable[[], None]) -> float:
    taken = []
    for _ in range(RUNS):
        begun = time.process_time()
        work()
        taken.append(1000 * (time.process_time() - begun))
    return min(taken)
