"""Figures over cases: what may be told of how it went, by unit. One way through the gate, and a type of its own.

Of each node of a tree: how many cases, and of each scale the mean before and after of those who have both, or the mean
after of a scale that is not asked before. Which cells are shown is decided by the residual rule (`reports.residuals`)
on the number of cases and on how far they lie from either end (`reports.near`), as for the means of a survey.

Counts of different times must have no case in common: then no two of them differ by a person. The caller sees to that.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from instruments.model import Answer, Instrument, Scale
from instruments.path import visible_items
from instruments.scoring import score_all
from reports.findings import AnswerRange, Thresholds
from reports.near import distances, least_distance, least_people, scale_range
from reports.residuals import Nesting, at_least, people, safe

LOWEST_K = 5
DECIMALS = 2
_TOKEN = object()

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class CasePair:
    """One case: its node, and what was answered before (None if nothing was) and after."""

    node: str
    before: Mapping[str, Answer] | None
    after: Mapping[str, Answer]


class CaseFigures:
    """What the gate let through. Made by `case_figures` only; `plain` is what is stored and shown."""

    def __init__(self, plain: dict[str, object], *, token: object) -> None:
        if token is not _TOKEN:
            raise TypeError("figures over cases are made by case_figures alone")
        self.plain = plain


def case_figures(
    instrument: Instrument,
    parents: Mapping[str, str | None],
    cases: Sequence[CasePair],
    before_value: tuple[str, int],
    k: int,
) -> CaseFigures:
    """`parents`: node -> node above, parents first, None at the top. `before_value`: the item and value that say that
    an occasion is the one before. Raises ValueError for k below 5."""
    if k < LOWEST_K:
        raise ValueError(f"k is {k}; use {LOWEST_K} or more")
    nesting = Nesting.of(parents)
    within = _within(nesting, [case.node for case in cases])
    counts = within.sum(axis=1).astype(np.float64)
    groups = safe(nesting, counts[:, None, None], people(k), np.ones((len(parents), 1), dtype=np.bool_))[:, 0]
    rows: dict[str, dict[str, object]] = {
        code: {"cases": int(counts[place]) if groups[place] else None, "scales": {}}
        for place, code in enumerate(nesting.codes)
    }
    scores = _Scores(instrument, cases, before_value)
    for scale in instrument.scales:
        cells = _cells(scale_range(instrument, scale), scores.of(scale), nesting, within, groups, k)
        for code, cell in zip(nesting.codes, cells, strict=True):
            rows[code]["scales"][scale.id] = cell  # type: ignore[index]  # made above
    return CaseFigures({"k": k, "groups": rows}, token=_TOKEN)


def _within(nesting: Nesting, places: Sequence[str]) -> NDArray[np.bool_]:
    """(nodes, cases): which cases lie in a node or below it."""
    index = {code: place for place, code in enumerate(nesting.codes)}
    inside = np.zeros((len(index), len(places)), dtype=np.bool_)
    for column, code in enumerate(places):
        place = index[code]
        while place >= 0:
            inside[place, column] = True
            place = int(nesting.parents[place])
    return inside


class _Scores:
    def __init__(self, instrument: Instrument, cases: Sequence[CasePair], before_value: tuple[str, int]) -> None:
        item, value = before_value
        asked = {one.id for one in visible_items(instrument, {item: value})}
        self._before = score_all(instrument, [case.before or {} for case in cases])
        self._after = score_all(instrument, [case.after for case in cases])
        self._asked_before = {scale.id for scale in instrument.scales if asked.intersection(scale.item_ids)}

    def of(self, scale: Scale) -> tuple[Floats | None, Floats]:
        """Scores before and after (cases,), nan where there is none; before None where it is not asked."""
        return self._before[scale.id] if scale.id in self._asked_before else None, self._after[scale.id]


def _cells(
    answers: AnswerRange,
    scores: tuple[Floats | None, Floats],
    nesting: Nesting,
    within: NDArray[np.bool_],
    groups: NDArray[np.bool_],
    k: int,
) -> list[dict[str, float | int] | None]:
    """Of one scale, for each node: n and means, or None for what is not told."""
    occasions = [one for one in scores if one is not None]
    whole = np.logical_and.reduce([~np.isnan(one) for one in occasions])
    n = (within & whole).sum(axis=1).astype(np.float64)
    totals = [(within * np.where(whole, one, 0.0)).sum(axis=1) for one in occasions]
    ends = [end for total in totals for end in distances(n[:, None], total[:, None], (answers,))]
    parts = np.stack([n[:, None], *ends], axis=-1)
    least = np.array([[float(least_people(answers, Thresholds.of(k))), *[least_distance(answers)] * len(ends)]])
    shown = safe(nesting, parts, at_least(least, (True, *[False] * len(ends))), groups[:, None])[:, 0]
    return [
        _cell(int(n[place]), [float(total[place] / n[place]) for total in totals]) if shown[place] else None
        for place in range(len(nesting.codes))
    ]


def _cell(n: int, means: Sequence[float]) -> dict[str, float | int]:
    after = round(means[-1], DECIMALS)
    if len(means) == 1:
        return {"n": n, "after": after}
    return {
        "n": n,
        "before": round(means[0], DECIMALS),
        "after": after,
        "change": round(means[-1] - means[0], DECIMALS),
    }
