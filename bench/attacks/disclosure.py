"""D1 to D3: random studies go through the real gate, and what comes out is attacked.

D1 adds and subtracts everything that was published, D2 bounds the rest by linear programming, D3 lists the answers that
fit a published number. Each returns how many studies it tried and in how many it won; the plain threshold (hide what
has fewer than k, and nothing else) goes through the same attack beside it, to show that the attack bites.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bench.attacks.bounds import lp_bounds
from bench.attacks.fitting import pinned, published, unguarded
from bench.attacks.row_space import MOST_ATOMS, atoms, fewest_told
from bench.attacks.studies import SCALES, STEPS, K, Step, Study, random_study
from bench.attacks.told import Quantity, Reader, Sum, values
from reports.findings import Findings
from reports.overlap import smallest_told

Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Attack:
    """What one attack did: `failures` are the seeds of the studies in which the gate told too much."""

    name: str
    cases: int
    failures: tuple[int, ...]
    plain_failures: int
    """In so many the plain threshold alone tells too much."""
    seconds: float


NARROWEST = 0.25 * (STEPS - 1)
"""In scale steps: so much at least is open of the sum over a small group."""
_ROUNDING = 1e-6

Publish = Callable[[Study], Iterator[tuple[Step, Findings]]]
"""Releases a study step by step, as far as the gate lets it."""


def adding_and_subtracting(seeds: Iterable[int], publish: Publish) -> Attack:
    """D1: no sum over 1 to k-1 people follows from all releases of a study together."""

    def lost(study: Study) -> tuple[bool, bool]:
        told, plain = [], []
        for step, findings in publish(study):
            reader = Reader(study, step)
            told += list(reader.sums(findings))
            plain += list(reader.everything(K))
        return tells_of_few(told), tells_of_few(plain)

    return _tried("D1 adding and subtracting", seeds, lost)


def tells_of_few(sums: list[Sum]) -> bool:
    """Whether any quantity's published sums combine to one over 1 to k-1 people. Round by round, as people do not
    stand in two rounds' sums; by trying every support where there are few atoms, else by the integer programme."""
    by_quantity: dict[Quantity, dict[bytes, Mask]] = {}
    for one in sums:
        by_quantity.setdefault(one.quantity, {})[one.people.tobytes()] = one.people
    judged: dict[tuple[bytes, ...], bool] = {}
    for masks in by_quantity.values():
        key = tuple(sorted(masks))
        if key not in judged:
            judged[key] = _tells(np.array([masks[one] for one in key]))
    return any(judged.values())


def _tells(sets: Mask) -> bool:
    merged, weights = atoms(sets)
    if len(weights) <= MOST_ATOMS:
        return fewest_told(merged, weights, K) is not None
    return smallest_told(merged, weights, K) is not None


def bounding(seeds: Iterable[int], publish: Publish) -> Attack:
    """D2: of no group of 1 to k-1 people does a release fix the number, nor the sum of their scores to within a
    quarter of the scale's range, even for one who knows how many answered everywhere."""

    def lost(study: Study) -> tuple[bool, bool]:
        gate, plain = False, False
        for step, findings in publish(study):
            reader = Reader(study, step)
            gate = gate or bounded(study, reader, list(reader.sums(findings)))
            plain = plain or bounded(study, reader, list(reader.everything(K)))
        return gate, plain

    return _tried("D2 linear programming bounds", seeds, lost)


def bounded(study: Study, reader: Reader, told: list[Sum]) -> bool:
    """Whether any small group is narrowed down by what is told."""
    for quantity in (("respondents",), *(("scale", scale) for scale in SCALES)):
        known = {one.people.tobytes(): one.people for one in told if one.quantity == quantity}
        small = {one.people.tobytes(): one.people for one in reader.crossed(quantity) if 0 < one.people.sum() < K}
        if not known or not small:
            continue
        merged, inverse = np.unique(np.array([*known.values(), *small.values()]), axis=1, return_inverse=True)
        sets, wanted = merged[: len(known)].astype(np.float64), merged[len(known) :].astype(np.float64)
        people = np.bincount(inverse, minlength=merged.shape[1]).astype(np.float64)
        if quantity == ("respondents",):
            ranges = lp_bounds(sets, sets @ people, np.zeros_like(people), np.full_like(people, np.inf), wanted)
            narrow = ranges[:, 1] - ranges[:, 0] < _ROUNDING
        else:
            score = np.nan_to_num(values(study, quantity[1]))
            totals = sets @ np.bincount(inverse, weights=score, minlength=merged.shape[1])
            # Who is in none of the sets, and has no score, is worth nothing to either side.
            people = people * merged.any(axis=0)
            ranges = lp_bounds(sets, totals, people, STEPS * people, wanted)
            narrow = ranges[:, 1] - ranges[:, 0] < NARROWEST - _ROUNDING
        if narrow.any():
            return True
    return False


def listing(seeds: Iterable[int], publish: Publish) -> Attack:
    """D3: from no published item or scale, alone or with others subtracted, does it follow that all but one person
    gave one and the same answer."""

    def lost(study: Study) -> tuple[bool, bool]:
        gate, plain = False, False
        for step, findings in publish(study):
            reader = Reader(study, step)
            gate = gate or any(pinned(one) for one in published(findings))
            plain = plain or any(pinned(one) for one in unguarded(study, reader))
        return gate, plain

    return _tried("D3 listing what fits", seeds, lost)


def _tried(name: str, seeds: Iterable[int], lost: Callable[[Study], tuple[bool, bool]]) -> Attack:
    begun = time.perf_counter()
    failures, plain, cases = [], 0, 0
    for seed in seeds:
        cases += 1
        gate, threshold = lost(random_study(seed))
        failures += [seed] if gate else []
        plain += threshold
    return Attack(name, cases, tuple(failures), plain, time.perf_counter() - begun)
