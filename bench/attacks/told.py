"""What an attacker reads in a release: for each quantity, the sets of people whose sum it gives.

Read from the findings as anybody would read them; nothing here knows how the gate decided.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bench.attacks.studies import ITEMS, ROLE, ROLES, SCALES, Step, Study
from reports.dataset import Tree
from reports.findings import Findings, GroupFinding, ScaleFinding

Mask = NDArray[np.bool_]
Floats = NDArray[np.float64]
Quantity = tuple[str, ...]
"""("respondents",), ("scale", id) or ("item", id): what is summed, over those who have it."""


@dataclass(frozen=True)
class Sum:
    """A published sum: over which people of the study, and of what."""

    quantity: Quantity
    people: Mask


class Reader:
    """Turns one release of a study into sums over people."""

    def __init__(self, study: Study, step: Step) -> None:
        self._study = study
        self._units = np.array([person.unit for person in study.people], dtype=np.str_)
        self._now = _mask(len(study.people), step.people)
        self._before = _mask(len(study.people), step.before or ())
        self._tree = step.tree
        self._has: dict[Quantity, Mask] = {}
        self._inside = {node.code: np.isin(self._units, _leaves(step.tree, node.code)) for node in step.tree.nodes}

    def sums(self, findings: Findings) -> Iterator[Sum]:
        for group in findings.groups:
            yield from self._of_group(group)
            for scale in group.scales:
                yield from self._of_scale(group.code, scale)
            for item in group.items:
                if item.n is not None or item.mean is not None or item.counts is not None:
                    yield self._sum(("item", item.item), self._now & self._inside[group.code])
        for cut in findings.cuts:
            for cell in cut.cells:
                inside = self._now & self._inside[cut.group] & self._chose(cell.options)
                if cell.n is not None:
                    yield self._sum(("respondents",), inside)
                for scale_id, mean in zip(SCALES, cell.means, strict=True):
                    if mean.value is not None:
                        yield self._sum(("scale", scale_id), inside)

    def _of_group(self, group: GroupFinding) -> Iterator[Sum]:
        inside = self._inside[group.code]
        if group.n is not None or group.response_rate.value is not None:
            yield self._sum(("respondents",), self._now & inside)
        if group.n_before is not None:
            yield self._sum(("respondents",), self._before & inside)

    def _of_scale(self, code: str, scale: ScaleFinding) -> Iterator[Sum]:
        quantity, inside = ("scale", scale.scale), self._inside[code]
        if scale.level.mean.n is not None or scale.level.mean.value is not None:
            yield self._sum(quantity, self._now & inside)
        changed = scale.change is not None and scale.change.difference.value is not None
        if changed or (scale.before and scale.before.mean.value is not None):
            yield self._sum(quantity, self._before & inside)
        for comparison in scale.comparisons:
            if comparison.mean.value is not None:
                others = self._now & self._inside[comparison.against]
                yield self._sum(quantity, others if comparison.whole else others & ~inside)

    def everything(self, k: int) -> Iterator[Sum]:
        """What the plain threshold would publish: every group of at least k, and nothing else considered."""
        quantities = [("respondents",), *(("scale", scale) for scale in SCALES), *(("item", item) for item in ITEMS)]
        for present in (self._now, self._before):
            for inside in self._inside.values():
                for quantity in quantities:
                    told = self._sum(quantity, present & inside)
                    if told.people.sum() >= k:
                        yield told

    def crossed(self, quantity: Quantity) -> Iterator[Sum]:
        """Every group, whole and by role, whether it is published or not."""
        roles = [self._now, self._before, *(self._now & self._chose((role,)) for role in ROLES)]
        for present in roles:
            for inside in self._inside.values():
                yield self._sum(quantity, present & inside)

    def _sum(self, quantity: Quantity, people: Mask) -> Sum:
        if quantity not in self._has:
            self._has[quantity] = has(self._study, quantity)
        return Sum(quantity, people & self._has[quantity])

    def _chose(self, options: Sequence[int]) -> Mask:
        return np.array([person.answers.get(ROLE) in options for person in self._study.people], dtype=np.bool_)


def values(study: Study, scale: str) -> Floats:
    """Each person's score; nan for those who have none."""
    given = [[person.answers.get(item) for item in SCALES[scale]] for person in study.people]
    steps = [[float(step) for step in steps if isinstance(step, int)] for steps in given]
    return np.array([sum(one) / len(one) if one else np.nan for one in steps])


def has(study: Study, quantity: Quantity) -> Mask:
    """Who has a value: for a scale, at least one of its two items."""
    if quantity == ("respondents",):
        return np.ones(len(study.people), dtype=np.bool_)
    items = SCALES[quantity[1]] if quantity[0] == "scale" else (quantity[1],)
    return np.array([any(item in person.answers for item in items) for person in study.people], dtype=np.bool_)


def _mask(size: int, rows: Sequence[int]) -> Mask:
    mask = np.zeros(size, dtype=np.bool_)
    mask[list(rows)] = True
    return mask


def _leaves(tree: Tree, code: str) -> list[str]:
    """The group itself and all below it."""
    inside = {code}
    for node in tree.nodes:
        if node.parent in inside:
            inside.add(node.code)
    return sorted(inside)
