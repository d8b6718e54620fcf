"""Makes the simulated release that the notebook opens: python -m tests.reports.notebook_release (from the repository).

The file is kept, so that the notebook runs anywhere; make it again when the format of release files changes.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from instruments.load import load
from reports.analysis import analyse
from reports.dataset import Node, RoundData, Tree
from reports.disclosure import disclose
from reports.export import document
from reports.findings import NodeKind
from survey.demo import plan
from survey.demo.respondents import answers_of, new_person

FOLDER = Path(__file__).parents[2] / "docs" / "notebooks"
RELEASE = FOLDER / "simulated-release.json"
K = 7
PLACES = {"A": (31, 34, 0.6), "B": (58, 52, 0.0), "C": (24, 9, 0.1), "D": (71, 66, -0.4)}
"""Municipality -> answers in each round, and how far everybody has moved."""


def content() -> bytes:
    loaded = load("ebp-thermometer")
    nation = Node("SE", "Riket (simulerat)", "Riket", NodeKind.NATION, None)
    county = Node("X", "Exempellän (simulerat)", "Exempellän", NodeKind.COUNTY, "SE")
    places = [Node(f"X{place}", f"Exempelkommun {place}", place, NodeKind.MUNICIPALITY, "X") for place in PLACES]

    def round_of(at: int) -> RoundData:
        random = np.random.default_rng(20260301 + at)
        answers: list[dict[str, object]] = []
        units: list[str] = []
        for place, (*answered, moved) in PLACES.items():
            level = {scale: base + at * moved for scale, base in plan.BASE.items()}
            for _ in range(int(answered[at])):
                answers.append(answers_of(new_person(loaded.instrument, random), loaded.instrument, level, random))
                units.append(f"X{place}")
        asked = {item.id for item in loaded.instrument.scored_items}
        return RoundData.from_answers(
            round_id=at + 1,
            name=str(2024 + 2 * at),
            instrument=loaded.instrument,
            digest=loaded.digest,
            # Without background: the notebook's table needs none, and the file stays small.
            answers=[{item: value for item, value in answer.items() if item in asked} for answer in answers],
            unit_codes=units,
            invited={f"X{place}": 80 for place in PLACES},
        )

    findings = analyse(
        round_of(1),
        round_of(0),
        Tree((nation, county, *places)),
        study="EBP-termometern (simulerade svar)",
        k=K,
        seed=1,
        simulated=True,
        linked=False,
    )
    return document.write(disclose(findings, K), loaded.instrument, "sv")


if __name__ == "__main__":
    RELEASE.write_bytes(content())
