"""The maximum of the restricted likelihood of a line with random persons in random units; `trend` asks.

Given the variances, V of a unit is blocks of persons plus what the unit adds, Z G Z'. Persons with the same times have
the same block; Woodbury's identity brings a unit down to one matrix of 2 by 2, the sum of X'V^-1X over its persons. So
a likelihood of 50,000 answers is a few products of small matrices (Laird and Ware 1982, Biometrics 38:963-974).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import optimize

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Deviance = Callable[[Floats], float]

EFFECTS = {"nothing": 0, "start": 1, "start and slope": 2}
"""How many random numbers each has."""

_STEP = 1e-4
"""For derivatives by central differences: of variances' roots in units of the residual SD, so about 1 themselves."""
_POLISHES = 8
_CLOSE = 1e-7
"""Newton's decrement below which the maximum is found."""


@dataclass(frozen=True)
class Layout:
    """Answers by pattern of times, and by unit; times centred and scaled, values less a straight line.

    A pattern has a place for each answer of the longest; what it lacks has design 0 and value 0.
    """

    design: Floats
    """(patterns, places, 2): 1 and time."""
    present: Floats
    """(patterns, places) 1 where there is an answer."""
    count: Floats
    """(patterns,) people."""
    products: Floats
    """(patterns, places, places) sum over people of y y'."""
    cell_pattern: Integers
    """(cells,) a cell is all people of one unit with one pattern; cells of a unit follow each other."""
    cell_count: Floats
    cell_sums: Floats
    """(cells, places)"""
    unit_begins: Integers
    """(units,) the unit's first cell."""
    taken: Floats
    """(2,) the straight line that was taken away, on the scaled times."""
    centre: float
    scale: float
    answers: int
    rounds: int

    @property
    def people(self) -> int:
        return int(self.count.sum())

    @property
    def units(self) -> int:
        return len(self.unit_begins)

    @property
    def longest(self) -> int:
        return int(self.design.shape[1])

    @property
    def variance(self) -> float:
        """Of the answers about the line; 0 where nobody answered."""
        return float(np.trace(self.products, axis1=1, axis2=2).sum()) / max(self.answers, 1)

    @property
    def still(self) -> bool:
        """Every answer lies on the line: nothing varies."""
        return self.variance <= 1e-20 * float(1 + np.abs(self.taken).max()) ** 2


@dataclass(frozen=True)
class Fitted:
    """On the times as they were given."""

    line: Floats
    """(2,) intercept, slope."""
    slope_variance: float
    slope_df: float
    person: Floats
    """(2, 2) covariance of start and slope."""
    unit: Floats
    residual: float
    log_likelihood: float


def laid_out(values: ArrayLike, times: ArrayLike, persons: ArrayLike, units: ArrayLike | None) -> Layout:
    """Rows to patterns and cells. `persons` -1: nobody known from another time. A person in two units is two."""
    y, t = np.asarray(values, dtype=np.float64), np.asarray(times, dtype=np.float64)
    answered = ~np.isnan(y) & ~np.isnan(t)
    y, t = y[answered], t[answered]
    who = np.asarray(persons, dtype=np.int64)[answered].copy()
    where = np.zeros(len(y), dtype=np.int64) if units is None else np.asarray(units, dtype=np.int64)[answered]
    unknown = who < 0
    who[unknown] = who.max(initial=0) + 1 + np.arange(int(unknown.sum()))
    moments, code = np.unique(t, return_inverse=True)
    centre = float(t.mean()) if len(t) else 0.0
    scale = float(t.std()) if len(moments) > 1 else 1.0
    tau = (t - centre) / scale
    # The times are centred, so the line by least squares is a mean and one ratio.
    taken = np.array([y.mean(), tau @ y / len(y)]) if len(y) else np.zeros(2)
    y = y - taken[0] - taken[1] * tau

    order = np.lexsort((code, who, where))
    new = _changes(where[order], who[order])
    row = np.cumsum(new) - 1
    place = np.arange(len(row)) - np.flatnonzero(new)[row] if len(row) else row
    shape = (int(new.sum()), int(place.max(initial=0)) + 1)
    codes, table = np.full(shape, -1, dtype=np.int64), np.zeros(shape)
    codes[row, place], table[row, place] = code[order], y[order]
    unit_of = where[order][new]
    patterns, pattern = np.unique(codes, axis=0, return_inverse=True)
    pattern = pattern.reshape(-1)
    present = (patterns >= 0).astype(np.float64)
    scaled = (moments - centre) / scale if len(moments) else np.zeros(1)
    design = np.stack([present, present * scaled[np.maximum(patterns, 0)]], axis=-1)

    by_cell = np.lexsort((pattern, unit_of))
    begins = np.flatnonzero(_changes(unit_of[by_cell], pattern[by_cell]))
    by_pattern = np.argsort(pattern, kind="stable")
    return Layout(
        design=design,
        present=present,
        count=np.bincount(pattern, minlength=len(patterns)).astype(np.float64),
        products=_products(table[by_pattern], np.flatnonzero(_changes(pattern[by_pattern]))),
        cell_pattern=pattern[by_cell][begins],
        cell_count=np.diff(np.append(begins, len(pattern))).astype(np.float64),
        cell_sums=_added(table[by_cell], begins),
        unit_begins=np.flatnonzero(_changes(unit_of[by_cell][begins])),
        taken=taken,
        centre=centre,
        scale=scale,
        answers=len(y),
        rounds=len(moments),
    )


def fit(layout: Layout, person: int, unit: int) -> Fitted | None:
    """`person` and `unit` are the numbers of random effects of each, 0 to 2. None where no maximum is found.

    Searched over the triangular roots of the covariances, relative to the residual SD: a root may have either sign, so
    a variance of 0 is no border, and at 0 it has no slope and takes nothing from the df.
    """
    sizes = (person, unit)

    def at(point: Floats) -> float:
        return _deviance(layout, sizes, point)

    point = np.array([0.7] * _roots(person) + [0.3] * _roots(unit))
    if person == 2:
        point[1:3] = 0.0, 0.3
    if unit == 2:
        point[-2:] = 0.0, 0.1
    if len(point):
        point = optimize.minimize(at, point, jac=lambda x: _gradient(at, x), method="BFGS", options={"gtol": 1e-4}).x
    whole = np.append(point, math.log(_profiled(layout, sizes, point)) / 2)

    def free(x: Floats) -> float:
        return _deviance(layout, sizes, x[:-1], x[-1])

    for _ in range(_POLISHES):
        slope, inverse = _gradient(free, whole), _inverse(_hessian(free, whole))
        if inverse is None:
            return None
        step = inverse @ slope
        decrement = float(slope @ step)
        if not decrement < 1.0:
            return None
        if decrement < _CLOSE:
            return _told(layout, sizes, whole, inverse)
        whole = whole - step
    return None


def _told(layout: Layout, sizes: tuple[int, int], whole: Floats, inverse: Floats) -> Fitted:
    def slope_variance(x: Floats) -> float:
        return math.exp(2 * x[-1]) * float(np.linalg.inv(_sums(layout, sizes, x[:-1]).xx)[1, 1])

    # The deviance is twice the likelihood: the variances' covariance is twice the inverse of its curvature.
    lean = _gradient(slope_variance, whole)
    variance = slope_variance(whole)
    sums = _sums(layout, sizes, whole[:-1])
    residual = math.exp(2 * whole[-1])
    back = np.array([[1.0, -layout.centre / layout.scale], [0.0, 1 / layout.scale]])
    person, unit = (residual * back @ root @ root.T @ back.T for root in _both_roots(sizes, whole[:-1]))
    return Fitted(
        line=back @ (layout.taken + np.linalg.solve(sums.xx, sums.xy)),
        slope_variance=variance / layout.scale**2,
        slope_df=2 * variance**2 / float(2 * lean @ inverse @ lean),
        person=person,
        unit=unit,
        residual=residual,
        log_likelihood=-_deviance(layout, sizes, whole[:-1], whole[-1]) / 2 - math.log(layout.scale),
    )


@dataclass(frozen=True)
class _Sums:
    log_determinant: float
    """Of V, in units of the residual variance."""
    xx: Floats
    """X'V^-1X"""
    xy: Floats
    yy: float


def _sums(layout: Layout, sizes: tuple[int, int], point: Floats) -> _Sums:
    person, unit = _both_roots(sizes, point)
    loading = layout.design @ person
    covariance = np.eye(layout.longest) + loading @ loading.transpose(0, 2, 1)
    weight = np.linalg.inv(covariance)
    toward = layout.design.transpose(0, 2, 1) @ weight
    log_determinant = float(layout.count @ np.linalg.slogdet(covariance)[1])
    yy = float((weight * layout.products).sum())
    cells = (toward @ layout.design)[layout.cell_pattern] * layout.cell_count[:, None, None]
    of_cells = (toward[layout.cell_pattern] @ layout.cell_sums[:, :, None])[:, :, 0]
    xx, xy = _added(cells, layout.unit_begins), _added(of_cells, layout.unit_begins)
    if sizes[1]:
        inner = np.eye(2) + unit.T @ xx @ unit
        log_determinant += float(np.linalg.slogdet(inner)[1].sum())
        taken = unit @ np.linalg.inv(inner) @ unit.T
        pulled = (taken @ xy[:, :, None])[:, :, 0]
        yy -= float((xy * pulled).sum())
        xy = xy - (xx @ pulled[:, :, None])[:, :, 0]
        xx = xx - xx @ taken @ xx
    return _Sums(log_determinant, xx.sum(axis=0), xy.sum(axis=0), yy)


def _deviance(layout: Layout, sizes: tuple[int, int], point: Floats, log_sd: float | None = None) -> float:
    """-2 log restricted likelihood; the residual variance at its best where it is not given."""
    sums = _sums(layout, sizes, point)
    squares = _squares(sums)
    df = layout.answers - 2
    variance = squares / df if log_sd is None else math.exp(2 * log_sd)
    fixed = sums.log_determinant + float(np.linalg.slogdet(sums.xx)[1])
    return fixed + df * math.log(2 * math.pi * variance) + squares / variance


def _profiled(layout: Layout, sizes: tuple[int, int], point: Floats) -> float:
    return _squares(_sums(layout, sizes, point)) / (layout.answers - 2)


def _squares(sums: _Sums) -> float:
    # Never 0: where the random parts explain all, the likelihood has no maximum and the search must be able to say so.
    return max(sums.yy - float(sums.xy @ np.linalg.solve(sums.xx, sums.xy)), 1e-300)


def _roots(effects: int) -> int:
    return effects * (effects + 1) // 2


def _both_roots(sizes: tuple[int, int], point: Floats) -> tuple[Floats, Floats]:
    """Lower triangular (2, 2) roots of the persons' and of the units' covariance."""
    cut = _roots(sizes[0])
    return _root(point[:cut]), _root(point[cut:])


def _root(numbers: Floats) -> Floats:
    root = np.zeros((2, 2))
    if len(numbers):
        root[0, 0] = numbers[0]
    if len(numbers) == 3:
        root[1, 0], root[1, 1] = numbers[1:]
    return root


def _gradient(of: Deviance, x: Floats) -> Floats:
    steps = _STEP * np.eye(len(x))
    return np.array([(of(x + step) - of(x - step)) / (2 * _STEP) for step in steps])


def _hessian(of: Deviance, x: Floats) -> Floats:
    steps = 10 * _STEP * np.eye(len(x))
    rows = [[of(x + a + b) - of(x + a - b) - of(x - a + b) + of(x - a - b) for b in steps] for a in steps]
    return np.array(rows) / (2 * 10 * _STEP) ** 2


def _inverse(hessian: Floats) -> Floats | None:
    """Without the directions in which nothing changes (a slope without variance has a free covariance)."""
    if not np.isfinite(hessian).all():
        return None
    values, vectors = np.linalg.eigh((hessian + hessian.T) / 2)
    kept = values > 1e-6 * max(values[-1], 0.0)
    return np.asarray((vectors[:, kept] / values[kept]) @ vectors[:, kept].T, dtype=np.float64)


def _changes(*keys: Integers) -> NDArray[np.bool_]:
    """(n,) where any key differs from the row before; the first row always."""
    new = np.zeros(len(keys[0]), dtype=np.bool_)
    new[:1] = True
    for key in keys:
        new[1:] |= key[1:] != key[:-1]
    return new


def _added(rows: Floats, begins: Integers) -> Floats:
    """Sums of rows from each beginning to the next."""
    return np.add.reduceat(rows, begins, axis=0) if len(begins) else np.zeros((0, *rows.shape[1:]))


def _products(rows: Floats, begins: Integers) -> Floats:
    return _added(rows[:, :, None] * rows[:, None, :], begins)
