"""When a mean tells what everybody answered: near-unanimous groups.

From n and the mean m of answers between `lowest` and `highest`, nobody can lie further from the top than
n(highest - m), nor further from the bottom than n(m - lowest): all the others would have to stand at the end. Where
that leaves everybody within a quarter of the range, or no room for two people to differ, the mean is each one's answer.

Both distances are sums over people, so they add up over groups, and what is true of two parts is true of both
together: the residual rule (`reports.residuals`) holds with them as it does with numbers of people. Source of the
attack: attribute disclosure by group, Hundepool et al. 2012, *Statistical Disclosure Control*, section 4.2; the bound
on a single value from mean and SD is Samuelson's (1968, *J Am Stat Assoc* 63:1522-1525).
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from instruments.model import Instrument, Method, Scale
from reports.findings import AnswerRange, Thresholds

Floats = NDArray[np.float64]

QUARTER = 0.25
OTHERS = 2
"""So many people at least must be able to differ from the rest."""
_ROUNDING = 1e-6


def item_range(instrument: Instrument, item_id: str) -> AnswerRange:
    """Of the answers that are scored; step 0 where any number may be typed."""
    item = instrument.items_by_id[item_id]
    values = sorted(option.value for option in instrument.options(item) if not option.missing)
    if not values and (item.minimum is None or item.maximum is None):
        return AnswerRange("item", item_id, 0.0, 0.0, 0.0)
    if not values:
        values = [item.minimum or 0, item.maximum or 0]
        return AnswerRange("item", item_id, float(values[0]), float(values[1]), 1.0)
    steps = [float(above - below) for below, above in pairwise(values)]
    return AnswerRange("item", item_id, float(values[0]), float(values[-1]), min(steps, default=0.0))


def scale_range(instrument: Instrument, scale: Scale) -> AnswerRange:
    """Of the score: a mean of m items moves in steps of 1/m of an item's."""
    items = len(scale.items)
    if scale.method is Method.POSITIVE:
        return AnswerRange("scale", scale.id, 0.0, 100.0, 100.0 / items)
    step = min(item_range(instrument, item).step for item in scale.item_ids)
    if scale.method is Method.SUM:
        return AnswerRange("scale", scale.id, float(scale.minimum * items), float(scale.maximum * items), step)
    return AnswerRange("scale", scale.id, float(scale.minimum), float(scale.maximum), step / items)


def ranges_of(instrument: Instrument, items: tuple[str, ...]) -> tuple[AnswerRange, ...]:
    """Of every scale, then of every item, in the instrument's order."""
    scales = tuple(scale_range(instrument, scale) for scale in instrument.scales)
    return scales + tuple(item_range(instrument, item) for item in items)


def least_people(answers: AnswerRange, limits: Thresholds) -> int:
    """k; where the answers can be two things only (yes or no, a scale of one item scored as a share), a mean tells how
    many chose each, so as many as a distribution needs.
    """
    two = 0 < answers.highest - answers.lowest <= answers.step
    return limits.spread_from if two else limits.k


def least_distance(answers: AnswerRange) -> float:
    """What the distances from either end must add up to: a quarter of the range, and two steps.

    With one step only, all but one stand at the end; with two, one person may have moved two or two people one each.
    0 where no range is known.
    """
    if answers.highest <= answers.lowest:
        return 0.0
    return max(QUARTER * (answers.highest - answers.lowest), OTHERS * answers.step)


def distances(n: Floats, total: Floats, answers: tuple[AnswerRange, ...]) -> tuple[Floats, Floats]:
    """Sums over people of (highest - x) and (x - lowest). `n`, `total` (..., cells), one range a cell."""
    lowest = np.array([one.lowest for one in answers])
    highest = np.array([one.highest for one in answers])
    # What has no range has no end to stand at.
    known = highest > lowest
    return np.where(known, n * highest - total, 0.0), np.where(known, total - n * lowest, 0.0)


def spread_faults(n: Floats, total: Floats, squares: Floats, answers: tuple[AnswerRange, ...]) -> NDArray[np.bool_]:
    """Where mean and SD together tell that at most one person differs, or that all lie within a quarter of the range.

    All (..., cells); `total` and `squares` about the middle of the range. With S the sum of squares about the mean:

    - Samuelson: everybody lies within sqrt(S (n-1)/n) of the mean;
    - one person a step from all others gives S = step^2 (n-1)/n, two people S >= 2 step^2 (n-2)/n;
    - all but one at an end: the squared distances from it add up to the square of their sum, and only then.
    """
    ranges = np.array([one.highest - one.lowest for one in answers])
    steps = np.array([one.step for one in answers])
    people = np.maximum(n, 1.0)
    about_mean = np.maximum(squares - total**2 / people, 0.0)
    narrow = 2 * np.sqrt(about_mean * (people - 1) / people) < QUARTER * ranges
    single = about_mean < 2 * steps**2 * (people - 2) / people * (1 - _ROUNDING)
    ends = []
    for sign in (1.0, -1.0):
        away = n * ranges / 2 - sign * total
        squared = squares - sign * ranges * total + n * ranges**2 / 4
        ends.append(squared >= away**2 * (1 - _ROUNDING))
    faults: NDArray[np.bool_] = (narrow | single | ends[0] | ends[1]) & (n > 0)
    return faults
