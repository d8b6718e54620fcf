"""The maximum of the restricted likelihood of two rounds, for many groups at once; `reports.statistics.mixed` asks.

The covariance of (first, second) is a sum of variances times fixed matrices E_i. For such a model (Harville 1977, J Am
Stat Assoc 72:320-338; P = V^-1 - V^-1 X (X'V^-1 X)^-1 X'V^-1, V_i the derivative of V):

    score_i        = -1/2 (tr P V_i - y'P V_i P y)
    information_ij =  1/2 tr P V_i P V_j

and all of it follows from counts, means and squares of three kinds of person, in matrices of 2 by 2.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reports.statistics.describe import divide

Floats = NDArray[np.float64]
Texts = NDArray[np.str_]

AT_BOUND, NOT_CONVERGED = "correlation at its bound", "not converged"

ROUND_SPECIFIC = np.array([[[1.0, 0.0], [0.0, 0.0]], [[0.0, 0.0], [0.0, 1.0]], [[0.0, 1.0], [1.0, 0.0]]])
"""A variance of each round's own, and their covariance."""
COMPOUND_SYMMETRY = np.array([[[1.0, 0.0], [0.0, 1.0]], [[0.0, 1.0], [1.0, 0.0]]])

_STEPS = 60
_HALVINGS = 30
_AVERAGED = 12
_CLOSE = 1e-9
_BOUND = 1e-7
"""Of 1 - r^2: nearer than this the likelihood has no maximum, it rises on to a correlation of 1 or -1."""


@dataclass(frozen=True)
class Blocks:
    """Three kinds of person: both rounds, the first only, the second only. Flat over groups."""

    count: Floats
    """(groups, 3)"""
    means: Floats
    """(groups, 3, 2), 0 where that kind has none."""
    squares: Floats
    """(groups, 3, 2, 2) about those means."""

    def take(self, places: NDArray[np.int64]) -> Blocks:
        return Blocks(self.count[places], self.means[places], self.squares[places])


@dataclass(frozen=True)
class At:
    """The model at one set of variances; the basis matrices E_i say what each of them fills."""

    likelihood: Floats
    score: Floats
    information: Floats
    """Expected, (groups, k, k)."""
    curvature: Floats
    """Average of expected and observed information (Gilmour, Thompson and Cullis 1995, Biometrics 51:1440-1450)."""
    mean: Floats
    """(groups, 2)"""
    spread: Floats
    """(groups, 2, 2) the covariance of the two means."""
    slopes: Floats
    """(groups, k, 2, 2): B_i, so that spread B_i spread is how the covariance moves with variance i."""


def start(basis: Floats, sd_first: Floats, sd_second: Floats, correlation: Floats) -> Floats:
    shared = 0.9 * correlation * sd_first * sd_second
    if len(basis) == 2:
        # The smaller of the two keeps the matrix positive definite whatever the correlation is.
        return np.stack([(sd_first**2 + sd_second**2) / 2, shared], axis=-1)
    return np.stack([sd_first**2, sd_second**2, shared], axis=-1)


def maximum(blocks: Blocks, basis: Floats, theta: Floats) -> tuple[Floats, At, Texts]:
    """Newton's steps by average information, halved where one leaves the allowed region or loses likelihood.

    A hundredth of the expected information keeps the matrix from being singular in the smallest groups. Where few
    people leave the likelihood flat such steps are far too short: after `_AVERAGED` of them, observed information.
    """
    at = _evaluate(blocks, basis, theta)
    why = np.full(len(theta), NOT_CONVERGED, dtype="<U24")
    active = np.arange(len(theta))
    for turns in range(_STEPS):
        # First of all: at the bound the matrices have no inverse.
        bound = _nearness(basis, theta[active]) < _BOUND
        why[active[bound]] = AT_BOUND
        active = active[~bound]
        turn = inverse(_curved(at, active, observed=turns >= _AVERAGED))
        step = (turn @ at.score[active][:, :, None])[:, :, 0]
        done = np.abs(step).max(axis=1, initial=0.0) <= _CLOSE * np.abs(theta[active]).max(axis=1, initial=0.0)
        why[active[done]] = ""
        active, step = active[~done], step[~done]
        if not active.size:
            break
        theta[active] = _ascended(blocks.take(active), basis, theta[active], step, at.likelihood[active])
        _put(at, active, _evaluate(blocks.take(active), basis, theta[active]))
    return theta, at, why


def _curved(at: At, active: NDArray[np.int64], *, observed: bool) -> Floats:
    average = at.curvature[active] + at.information[active] / 100
    if not observed:
        return average
    # The average of it and the expected, twice, less the expected; a top only where it is positive definite.
    own = 2 * at.curvature[active] - at.information[active]
    top = np.linalg.eigvalsh(own)[:, 0] > 0
    return np.where(top[:, None, None], own, average)


def _ascended(blocks: Blocks, basis: Floats, theta: Floats, step: Floats, likelihood: Floats) -> Floats:
    result = theta.copy()
    left = np.arange(len(theta))
    for _ in range(_HALVINGS):
        trial = theta[left] + step[left]
        inside = _nearness(basis, trial) > 0
        better = inside.copy()
        found = _likelihood(blocks.take(left[inside]), basis, trial[inside])
        better[inside] = found >= likelihood[left[inside]] - 1e-9 * (1 + np.abs(likelihood[left[inside]]))
        result[left[better]] = trial[better]
        left = left[~better]
        if not left.size:
            break
        step[left] /= 2
    return result


def _nearness(basis: Floats, theta: Floats) -> Floats:
    """1 - r^2: 0 at the bound; below where the variances are none."""
    matrix = np.einsum("gk,kuv->guv", theta, basis)
    product = matrix[:, 0, 0] * matrix[:, 1, 1]
    positive = (matrix[:, 0, 0] > 0) & (matrix[:, 1, 1] > 0)
    return np.nan_to_num(divide(product - matrix[:, 0, 1] ** 2, product, positive), nan=-1.0)


def _weights(basis: Floats, theta: Floats) -> tuple[Floats, Floats]:
    """(groups, 3, 2, 2) inverse covariance of each kind of person, 0 where it does not answer; its log det."""
    matrix = np.einsum("gk,kuv->guv", theta, basis)
    one, two, shared = matrix[:, 0, 0], matrix[:, 1, 1], matrix[:, 0, 1]
    determinant = one * two - shared**2
    weights = np.zeros((len(theta), 3, 2, 2))
    weights[:, 0, 0, 0], weights[:, 0, 1, 1] = two / determinant, one / determinant
    weights[:, 0, 0, 1] = weights[:, 0, 1, 0] = -shared / determinant
    weights[:, 1, 0, 0], weights[:, 2, 1, 1] = 1 / one, 1 / two
    return weights, np.log(np.stack([determinant, one, two], axis=-1))


def _fitted(blocks: Blocks, basis: Floats, theta: Floats) -> tuple[Floats, Floats, Floats, Floats, Floats]:
    """Likelihood, weights, means, their covariance, and squares about those means."""
    weights, logs = _weights(basis, theta)
    counted = blocks.count[..., None, None] * weights
    total = counted.sum(axis=1)
    determinant = total[:, 0, 0] * total[:, 1, 1] - total[:, 0, 1] ** 2
    spread = total[:, ::-1, ::-1] * np.array([[1.0, -1.0], [-1.0, 1.0]]) / determinant[:, None, None]
    mean = np.einsum("guv,gbvw,gbw->gu", spread, counted, blocks.means)
    off = blocks.means - mean[:, None]
    squares = blocks.squares + blocks.count[..., None, None] * off[..., :, None] * off[..., None, :]
    people = blocks.count @ np.array([2.0, 1.0, 1.0])
    twice = (
        (blocks.count * logs).sum(axis=1)
        + np.log(determinant)
        + (weights * squares).sum(axis=(1, 2, 3))
        + (people - 2) * np.log(2 * np.pi)
    )
    return -twice / 2, weights, mean, spread, squares


def _likelihood(blocks: Blocks, basis: Floats, theta: Floats) -> Floats:
    return _fitted(blocks, basis, theta)[0]


def _evaluate(blocks: Blocks, basis: Floats, theta: Floats) -> At:
    """The formulas at the head of this module."""
    likelihood, weights, mean, spread, squares = _fitted(blocks, basis, theta)
    counted = blocks.count[..., None, None, None]
    turned = basis @ weights[:, :, None]  # E_i W_b
    inner = weights[:, :, None] @ turned  # W_b E_i W_b
    slopes = (counted * inner).sum(axis=1)
    seen = spread[:, None] @ slopes
    traces = np.trace((counted * turned).sum(axis=1), axis1=-2, axis2=-1)
    of_squares = (inner * squares[:, :, None]).sum(axis=(1, 3, 4))
    score = (of_squares + np.trace(seen, axis1=-2, axis2=-1) - traces) / 2
    plain = _traces(counted * turned, turned)
    crossed = _traces(counted * inner, turned @ spread[:, None, None])
    information = (plain - 2 * crossed + _traces(seen[:, None], seen[:, None])) / 2
    off = blocks.means - mean[:, None]
    pulled = np.einsum("gb,gbkuv,gbv->gku", blocks.count, inner, off)
    curvature = (_traces(inner, turned @ squares[:, :, None]) - pulled @ spread @ pulled.transpose(0, 2, 1)) / 2
    alone = blocks.count[:, 0] == 0
    # Without pairs nothing tells of the covariance: it stays at 0, and any positive number serves here.
    information[alone, -1, -1] = 1.0
    return At(likelihood, score, information, curvature, mean, spread, slopes)


def bends(blocks: Blocks, basis: Floats, theta: Floats) -> Floats:
    """(groups, k, k, 2, 2): X'V^-1 V_i V^-1 V_j V^-1 X."""
    weights, _ = _weights(basis, theta)
    turned = basis @ weights[:, :, None]
    inner = blocks.count[..., None, None, None] * (weights[:, :, None] @ turned)
    return np.asarray((inner[:, :, :, None] @ turned[:, :, None]).sum(axis=1), dtype=np.float64)


def _traces(left: Floats, right: Floats) -> Floats:
    """(groups, k, k): the trace of left_i right_j, added up over kinds of person. Both are (groups, kinds, k, 2, 2)."""
    groups, kinds, k = left.shape[:3]
    one = left.transpose(0, 2, 1, 3, 4).reshape(groups, k, 4 * kinds)
    other = right.transpose(0, 2, 1, 4, 3).reshape(groups, k, 4 * kinds)
    return one @ other.transpose(0, 2, 1)


def _put(at: At, places: NDArray[np.int64], newer: At) -> None:
    for name in At.__dataclass_fields__:
        getattr(at, name)[places] = getattr(newer, name)


def inverse(matrices: Floats) -> Floats:
    """Of each symmetric matrix; the nearest thing to it where there is none, and the steps that follow stand still."""
    try:
        return np.asarray(np.linalg.inv(matrices), dtype=np.float64)
    except np.linalg.LinAlgError:
        return np.asarray(np.linalg.pinv(matrices, hermitian=True), dtype=np.float64)
