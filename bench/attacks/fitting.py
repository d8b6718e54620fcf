"""Which answers fit a published number: every way to spread n people over the steps that has its mean and its spread.

A number pins an answer where every spread that fits has all people but one, or all, in the same step: then whoever
knows that one colleague differs knows all the others' answers, and without it guesses wrong at most once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np

from bench.attacks.studies import ITEMS, SCALES, STEPS, K, Study
from bench.attacks.told import Reader, has, values
from reports.findings import Findings, GroupFinding

_MOST_STATES = 4_000
"""What a search may look at. Where so many spreads nearly fit, nobody's answer is pinned."""
_PRECISION = 1e-6


@dataclass(frozen=True)
class Published:
    """n people whose answers, in whole steps from 0, add up to `total`."""

    n: int
    total: int
    steps: int
    """Highest step; the lowest is 0."""
    squares: float | None = None
    """Sum of squares, where mean and SD are both told."""
    held: tuple[tuple[frozenset[int], int], ...] = ()
    """How many chose a step in each published category."""


def pinned(told: Published) -> bool:
    """Whether all spreads that fit have at least n-1 people in one step. False too where there are too many to list."""
    left = [_MOST_STATES]
    return (
        not any(max(counts) <= told.n - 2 for counts in _spreads(told, 0, told.n, told.total, (), left)) and left[0] > 0
    )


def _spreads(
    told: Published, step: int, people: int, total: int, counts: tuple[int, ...], left: list[int]
) -> Iterator[tuple[int, ...]]:
    """Counts for each step from 0; `left` counts down what may still be looked at."""
    left[0] -= 1
    if left[0] <= 0 or not step * people <= total <= told.steps * people:
        return
    if step == told.steps:
        full = (*counts, people)
        if total == step * people and _fits(told, full):
            yield full
        return
    # Middling counts first: a spread that frees everybody is then soon found.
    for here in sorted(range(people + 1), key=lambda count: abs(count - people // 2)):
        yield from _spreads(told, step + 1, people - here, total - step * here, (*counts, here), left)


def _fits(told: Published, counts: tuple[int, ...]) -> bool:
    if any(sum(counts[step] for step in category) != held for category, held in told.held):
        return False
    squares = sum(step**2 * count for step, count in enumerate(counts))
    return told.squares is None or abs(squares - told.squares) <= _PRECISION * max(1.0, told.squares)


def published(findings: Findings) -> Iterator[Published]:
    """Every item and scale as it stands, and what is left of it when the shown groups below are subtracted."""
    for item in ITEMS:
        yield from _left({group.code: _item(group, item) for group in findings.groups}, findings)
    for scale, items in SCALES.items():
        for when in ("now", "before"):
            yield from _left(
                {group.code: _scale(group, scale, when, len(items)) for group in findings.groups}, findings
            )


def unguarded(study: Study, reader: Reader) -> Iterator[Published]:
    """What the plain threshold would publish of scales: n and mean of every group of at least k."""
    for scale, items in SCALES.items():
        score = values(study, scale) * len(items)
        for one in reader.crossed(("scale", scale)):
            n = int((one.people & has(study, ("scale", scale))).sum())
            if n >= K:
                yield Published(n, round(float(score[one.people].sum())) - n * len(items), (STEPS - 1) * len(items))


def _left(told: Mapping[str, Published | None], findings: Findings) -> Iterator[Published]:
    """The groups that are told, and each of them less the highest told ones below it."""
    parents = {group.code: group.parent for group in findings.groups}
    rest = {code: [one.n, one.total] for code, one in told.items() if one}
    for code, one in told.items():
        above = parents[code]
        while above is not None and told.get(above) is None:
            above = parents[above]
        if one and above is not None:
            rest[above] = [whole - part for whole, part in zip(rest[above], (one.n, one.total), strict=True)]
    for code, (n, total) in rest.items():
        one = told[code]
        if one is None:
            continue
        yield one
        if 0 < n < one.n:
            yield replace(one, n=n, total=total, squares=None, held=())


def _item(group: GroupFinding, item: str) -> Published | None:
    found = next((one for one in group.items if one.item == item), None)
    if found is None or found.n is None or found.mean is None:
        return None
    pairs = zip(found.categories, found.counts or (), strict=False)
    held = tuple((frozenset(value - 1 for value in category), count) for category, count in pairs)
    return Published(found.n, round(found.n * found.mean) - found.n, STEPS - 1, held=held)


def _scale(group: GroupFinding, scale: str, when: str, items: int) -> Published | None:
    """In steps of 1 / items of an answer: a score is the mean of the items that were answered."""
    found = next((one for one in group.scales if one.scale == scale), None)
    level = found and (found.level if when == "now" else found.before)
    if not level or level.mean.n is None or level.mean.value is None:
        return None
    n, mean = level.mean.n, level.mean.value
    total = round(n * mean * items) - n * items
    squares = None
    if level.sd is not None:
        squares = (n - 1) * (level.sd * items) ** 2 + total**2 / n
    return Published(n, total, (STEPS - 1) * items, squares)


def spread_of(counts: tuple[int, ...]) -> Published:
    """The number that a spread of answers gives: for tests and tables."""
    steps = np.arange(len(counts))
    people = np.array(counts)
    return Published(int(people.sum()), int(people @ steps), len(counts) - 1, float(people @ steps**2))
