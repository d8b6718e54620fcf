"""A study released step by step through the real gate and ledger, as the office would."""

from __future__ import annotations

from collections.abc import Iterator

from bench.attacks.studies import K, Step, Study
from reports.analysis import About
from reports.findings import Findings, LinkedBy, Thresholds
from reports.ledger import Entry
from reports.release import make

ABOUT = About("attacked", 1, True, LinkedBy.NONE, Thresholds.of(K))


def through_the_ledger(study: Study) -> Iterator[tuple[Step, Findings]]:
    """Each release held against all earlier ones of the same rounds."""
    told: dict[int, list[Entry]] = {}
    for number, step in enumerate(study.steps):
        released = make(
            study.data(step),
            study.data(step, earlier=True) if step.before is not None else None,
            step.tree,
            ABOUT,
            label=f"release {number}",
            linked=False,
            told_now=told.get(step.round_id, []),
            told_before=told.get(step.round_id - 1, []),
        )
        for entry in released.entries:
            told.setdefault(entry.round_id, []).append(entry)
        yield step, released.disclosed.findings


def one_by_one(study: Study) -> Iterator[tuple[Step, Findings]]:
    """The gate without the ledger: every release as if it were the only one. For showing that the attack bites."""
    for step in study.steps:
        alone = Study(study.people, (step,))
        yield from through_the_ledger(alone)
