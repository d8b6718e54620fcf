"""All answers of a round together: how well each scale measures, and whether it measures alike in both rounds.

Only of the one group that holds everybody, and only where its own SD is shown. No part of it is looked at so, and
nothing here adds up over groups: there is nothing to subtract.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from instruments.model import Scale
from reports.analyst_findings import Invariance, InvarianceStep, ItemQuality, ScaleQuality
from reports.dataset import Floats, RoundData
from reports.decision import RoundShown
from reports.estimates import SOUGHT, Estimate, Reason, estimate, nothing, tidy
from reports.sums import RoundSums, item_steps

FEWEST_OMEGA = 100
FEWEST_ORDINAL = 200
FEWEST_INVARIANCE = 200
"""In each round: so few cells are then empty that a fit means something, and nobody alone moves it."""


@dataclass(frozen=True)
class Whole:
    """The group that all of a round's answers stand in."""

    data: RoundData
    sums: RoundSums
    shown: RoundShown
    place: int


def whole_of(data: RoundData, sums: RoundSums, shown: RoundShown, places: Sequence[int]) -> Whole | None:
    """The topmost of `places` (parents first) if it holds everybody and is shown; None if there is no such group."""
    if not places or sums.respondents[places[0]] != len(data.unit_codes) or not shown.groups[places[0]]:
        return None
    return Whole(data, sums, shown, places[0])


def quality_of(whole: Whole, alphas: Sequence[Estimate], k: int) -> tuple[ScaleQuality, ...]:
    """One a scale whose own SD and alpha are shown. `alphas`: of the group, in the order of the scales."""
    scales = whole.data.instrument.scales
    told = whole.shown.own_spread[whole.place] & whole.shown.alpha[whole.place]
    return tuple(
        _quality(whole, scale, alphas[column], column, k)
        for column, scale in enumerate(scales)
        if told[column] and alphas[column].value is not None
    )


def _quality(whole: Whole, scale: Scale, alpha: Estimate, column: int, k: int) -> ScaleQuality:
    # They load scipy's optimiser: not when the program starts.
    from reports.statistics.omega import omega
    from reports.statistics.polychoric import ordinal_alpha
    from reports.statistics.reliable_change import reliable_change

    values = whole.data.scale_values(scale.id)
    n = int(whole.sums.complete[whole.place, column])
    by_factor = omega(values, minimum=FEWEST_OMEGA)
    by_order = ordinal_alpha(values, minimum=FEWEST_ORDINAL)
    scores = whole.data.scores[:, column]
    error = reliable_change(scores, scores, alpha.value or 0.0)
    return ScaleQuality(
        scale=scale.id,
        n=n,
        alpha=alpha,
        omega=_fitted((by_factor.omega, by_factor.low, by_factor.high), n, FEWEST_OMEGA),
        ordinal_alpha=_fitted((by_order.alpha, by_order.low, by_order.high), n, FEWEST_ORDINAL),
        error=tidy(error.sem),
        smallest_change=tidy(error.mdc),
        items=_items(whole, scale, values, k),
    )


def _fitted(numbers: tuple[float, float, float], n: int, minimum: int) -> Estimate:
    if n < minimum:
        return nothing(Reason.TOO_FEW, n)
    return estimate(*numbers, n, Reason.NO_MODEL, SOUGHT)


def few_skipped(answered: int, complete: int, k: int) -> bool:
    """Whether 1 to k-1 answered an item and left out another of its scale.

    Alpha, and each item's correlation and alpha without it, give the variances of those who answered all; the item's
    steps give that of all who answered it. So the two together tell what the few answered.
    """
    return 0 < answered - complete < k


def _items(whole: Whole, scale: Scale, values: Floats, k: int) -> tuple[ItemQuality, ...]:
    from reports.statistics.reliability import item_parts

    parts = item_parts(values)
    shown = whole.shown
    complete = int(whole.sums.complete[whole.place, whole.data.instrument.scales.index(scale)])
    answered = [int(whole.sums.item_n[whole.place, whole.data.items.index(item)]) for item in scale.item_ids]
    # Of all items or of none: the variance of one follows from those of the others and alpha.
    safe = not any(few_skipped(n, complete, k) for n in answered)
    found = []
    for number, entry in enumerate(scale.items):
        column = whole.data.items.index(entry.item)
        told = safe and bool(shown.items[whole.place, column])
        ends = _ends(whole, column, entry.reversed) if shown.full[whole.place, column] else (None, None)
        found.append(
            ItemQuality(
                item=entry.item,
                rest_correlation=tidy(float(parts.rest_correlation[number])) if told else None,
                alpha_without=tidy(float(parts.alpha_without[number])) if told else None,
                floor=ends[0],
                ceiling=ends[1],
            )
        )
    return tuple(found)


def _ends(whole: Whole, column: int, turned: bool) -> tuple[float | None, float | None]:
    """Shares at the lowest and highest step, of all who answered the item: they follow from its shown steps."""
    item, instrument = whole.data.items[column], whole.data.instrument
    declared = {option.value for option in instrument.options(instrument.items_by_id[item]) if option.missing}
    steps = item_steps(instrument, item)
    scored = [place for place, step in enumerate(steps) if step not in declared]
    counts, n = whole.sums.steps[column][whole.place], float(whole.sums.item_n[whole.place, column])
    if not scored or n <= 0:
        return None, None
    low, high = tidy(float(counts[scored[0]]) / n), tidy(float(counts[scored[-1]]) / n)
    return (high, low) if turned else (low, high)


def invariance_of(now: Whole, before: Whole, columns: np.ndarray) -> tuple[Invariance, ...]:
    """One a comparable scale whose own SD and alpha both rounds show. `columns` as `changes.comparable_columns`."""
    told = now.shown.own_spread[now.place] & now.shown.alpha[now.place]
    return tuple(
        _invariance(now, before, scale, (column, int(columns[column])))
        for column, scale in enumerate(now.data.instrument.scales)
        if columns[column] >= 0 and told[column] and before.shown.own_spread[before.place, columns[column]]
    )


def _invariance(now: Whole, before: Whole, scale: Scale, columns: tuple[int, int]) -> Invariance:
    from reports.statistics.invariance import invariance

    n, n_before = (int(one.sums.complete[one.place, at]) for one, at in zip((now, before), columns, strict=True))
    if min(n, n_before) < FEWEST_INVARIANCE:
        return Invariance(scale.id, n, n_before, (), Reason.TOO_FEW)
    earlier = before.data.instrument.scales[columns[1]]
    order = [earlier.item_ids.index(item) for item in scale.item_ids]
    # The earlier round first: it is what the later one is held against.
    found = invariance(
        [before.data.scale_values(earlier.id)[:, order], now.data.scale_values(scale.id)], minimum=FEWEST_INVARIANCE
    )
    steps = tuple(
        InvarianceStep(
            step=step.name,
            chi2=_sought(step.fit.chi2),
            df=int(step.fit.df),
            cfi=_sought(step.fit.cfi),
            rmsea=_sought(step.fit.rmsea),
            holds=bool(step.holds),
        )
        for step in found.steps
        if np.isfinite([step.fit.chi2, step.fit.cfi, step.fit.rmsea]).all()
    )
    return Invariance(scale.id, n, n_before, steps, None if steps else Reason.NO_MODEL)


def _sought(value: float) -> float:
    # A perfect fit is 0 but for rounding.
    return tidy(round(value, SOUGHT), SOUGHT) or 0.0
