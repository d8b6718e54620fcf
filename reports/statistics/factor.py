"""Confirmatory factor analysis by maximum likelihood: each item belongs to one factor, in one group or in several.

Per group, Sigma = L P L' + T and mu = v + L a, with loadings L, factor covariances P, residual variances T (diagonal),
intercepts v and factor means a. Least value of

    F = sum_g n_g/N [ log|Sigma_g| + tr(S_g Sigma_g^-1) - log|S_g| - p + (m_g - mu_g)' Sigma_g^-1 (m_g - mu_g) ]

with S_g of denominator n_g, and chi2 = N F (Joreskog 1971, Psychometrika 36:409-426; Bollen 1989, Structural equations
with latent variables). The factors have variance 1 (and mean 0) in the first group instead of a loading fixed to 1: the
same models, the same chi2, and no item is singled out. Equal to R's lavaan with likelihood = "normal".

Found by Fisher scoring with damping: gradient and expected information are exact, so there are standard errors too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import linalg

from reports.statistics.factor_fit import Fit, measures
from reports.statistics.factor_model import Equal, Floats, Parameters, Sample, Shape, Whole, implied
from reports.statistics.why import Why

_ROUNDS = 300
_AT_REST = 1e-14
"""The most that another step could still lower F."""
_ROUNDING = 1e-10
"""A residual variance below this share of the item's is none; a matrix with an eigenvalue below it is singular."""


@dataclass(frozen=True)
class Fitted:
    """What was found. With `why` from HEYWOOD on there are numbers, but not such that may be interpreted."""

    groups: tuple[Parameters, ...]
    fit: Fit
    information: Floats
    """(q, q) expected information of the free parameters: loadings first, then residual variances."""
    why: Why | None


def why_not(samples: Sequence[Sample], factors: Whole, minimum: int = 0) -> Why | None:
    """What stands in the way of fitting at all. A factor needs three items, or two if there is another beside it."""
    items = len(factors)
    counts = np.bincount(factors, minlength=1)
    if counts.min() < (3 if len(counts) == 1 else 2):
        return Why.TOO_FEW_ITEMS
    if any(one.n < max(minimum, items + 2) for one in samples):
        return Why.TOO_FEW_ANSWERS
    for one in samples:
        variances = np.diag(one.covariance)
        if (variances <= _ROUNDING * np.maximum(one.mean**2, 1e-300)).any():
            return Why.NO_VARIATION
        sd = np.sqrt(variances)
        if linalg.eigvalsh(one.covariance / np.outer(sd, sd))[0] < _ROUNDING:
            return Why.SINGULAR
    return None


def fit(
    samples: Sequence[Sample], factors: Whole, equal: Equal = Equal.CONFIGURAL, means: bool = False
) -> Fitted | Why:
    """Fit groups of the same p items, item i belonging to factor `factors[i]` (0 to m - 1).

    `means` counts the (then saturated) means into SRMR, as lavaan does with a mean structure; SCALAR always has them.
    Returns why not where nothing can be fitted; never raises for answers that people can give.
    """
    reason = why_not(samples, factors)
    if reason is not None:
        return reason
    total = sum(one.n for one in samples)
    # Items are brought to SD 1 over all groups: the same model, and a search that does not depend on the unit.
    scale, centre = np.sqrt(np.diag(_pooled(samples))), _middle(samples)
    unit = [Sample(s.n, (s.mean - centre) / scale, s.covariance / np.outer(scale, scale)) for s in samples]
    shape = Shape(factors, len(samples), equal)
    found = _search(unit, shape)
    if found is None:
        return Why.NO_CONVERGENCE
    values, least, information = found
    # Back to the items' own unit: loadings times the SD, residual variances times its square.
    back = np.ones(len(values))
    for group in range(len(samples)):
        part = shape.place[group]
        factor_of = np.concatenate([scale, scale**2, np.ones(shape.size - 2 * len(scale))])
        factor_of[shape.intercepts] = scale
        back[part[part >= 0]] = factor_of[part >= 0]
    groups = tuple(
        _turn(shape.split(values, group), scale, centre, unit[group], equal) for group in range(len(samples))
    )
    return Fitted(
        groups=_face_up(groups, factors),
        fit=measures(samples, groups, factors, total * least, shape, means or equal is Equal.SCALAR),
        information=information * total / 2 / np.outer(back, back),
        why=_improper(groups, samples, information),
    )


def _pooled(samples: Sequence[Sample]) -> Floats:
    """(p, p) covariances within groups."""
    return np.average([one.covariance for one in samples], axis=0, weights=[one.n for one in samples])


def _middle(samples: Sequence[Sample]) -> Floats:
    return np.average([one.mean for one in samples], axis=0, weights=[one.n for one in samples])


def _start(samples: Sequence[Sample], shape: Shape) -> Floats:
    """The first principal component of each factor's items, over all groups together."""
    pooled, middle = _pooled(samples), _middle(samples)
    loadings = np.zeros(shape.items)
    weights = np.zeros((shape.items, shape.count))
    for factor in range(shape.count):
        own = np.flatnonzero(shape.factors == factor)
        sizes, directions = linalg.eigh(pooled[np.ix_(own, own)])
        first = directions[:, -1] * (1 if directions[:, -1].sum() >= 0 else -1)
        loadings[own] = 0.85 * first * np.sqrt(sizes[-1])
        weights[own, factor] = first
    between = weights.T @ pooled @ weights
    spread = np.sqrt(np.diag(between))
    between = np.clip(between / np.outer(spread, spread), -0.8, 0.8)
    np.fill_diagonal(between, 1.0)
    values = np.zeros(shape.free)
    for place, one in zip(shape.place, samples, strict=True):
        full = np.zeros(shape.size)
        full[shape.loadings] = loadings
        own_variance = np.diag(one.covariance)
        full[shape.residuals] = np.maximum(own_variance - loadings**2, 0.3 * own_variance)
        full[shape.covariances] = between[shape.lower]
        full[shape.intercepts] = middle
        values[place[place >= 0]] = full[place >= 0]
    return values


def _search(samples: Sequence[Sample], shape: Shape) -> tuple[Floats, float, Floats] | None:
    """Where F is least, F there, and its expected second derivatives; None where the search does not come to rest."""
    values = _start(samples, shape)
    here = _discrepancy(samples, shape, values)
    damping = 1e-3
    for _ in range(_ROUNDS):
        gradient, curvature = _derivatives(samples, shape, values)
        while True:
            damped = curvature + damping * np.diag(np.diag(curvature))
            step = np.linalg.solve(damped, -gradient)
            gain = -float(gradient @ step)
            there = _discrepancy(samples, shape, values + step)
            if there <= here + 1e-13 or gain < _AT_REST:
                break
            damping *= 10
            if damping > 1e8:
                return None
        if gain < _AT_REST and damping <= 1:
            return values, here, curvature
        values, here = values + step, there
        damping = max(damping / 10, 1e-12)
    return None


def _discrepancy(samples: Sequence[Sample], shape: Shape, values: Floats) -> float:
    """F; infinite where a Sigma is not positive definite."""
    total, found = sum(one.n for one in samples), 0.0
    for group, one in enumerate(samples):
        sigma, mu = implied(shape.split(values, group), shape.factors)
        try:
            root = linalg.cholesky(sigma, lower=True)
        except linalg.LinAlgError:
            return float("inf")
        ratio = linalg.solve_triangular(root, linalg.cholesky(one.covariance, lower=True), lower=True)
        off = np.zeros(shape.items)
        if shape.equal is Equal.SCALAR:
            off = linalg.solve_triangular(root, one.mean - mu, lower=True)
        # log|Sigma| - log|S| from the same triangular factors as the trace: nothing large is subtracted.
        found += one.n / total * float((ratio**2).sum() - shape.items - 2 * np.log(np.diag(ratio)).sum() + off @ off)
    return found


def _derivatives(samples: Sequence[Sample], shape: Shape, values: Floats) -> tuple[Floats, Floats]:
    """Gradient of F, and the expectation of its second derivatives."""
    total = sum(one.n for one in samples)
    gradient, curvature = np.zeros(shape.free), np.zeros((shape.free, shape.free))
    for group, one in enumerate(samples):
        part = shape.split(values, group)
        sigma, mu = implied(part, shape.factors)
        d_sigma, d_mu = shape.slopes(part)
        inverse = np.linalg.inv(sigma)
        off = one.mean - mu if shape.equal is Equal.SCALAR else np.zeros(shape.items)
        left = inverse @ (sigma - one.covariance - np.outer(off, off)) @ inverse
        free = shape.place[group] >= 0
        d_sigma, d_mu, at = d_sigma[free], d_mu[free], shape.place[group][free]
        turned = inverse @ d_sigma
        weight = one.n / total
        gradient[at] += weight * (np.einsum("qab,ab->q", d_sigma, left) - 2 * d_mu @ inverse @ off)
        # einsum and not a matrix product: on a busy machine BLAS's threads cost thirty times the work itself.
        second = np.einsum("qab,rba->qr", turned, turned)
        curvature[np.ix_(at, at)] += weight * (second + 2 * d_mu @ inverse @ d_mu.T)
    return gradient, curvature


def _turn(part: Parameters, scale: Floats, centre: Floats, unit: Sample, equal: Equal) -> Parameters:
    """Back to the items' own unit. Without equal intercepts the means are as observed."""
    intercepts = part.intercepts if equal is Equal.SCALAR else unit.mean
    return Parameters(
        part.loadings * scale, part.residuals * scale**2, part.factors, intercepts * scale + centre, part.means
    )


def _face_up(groups: tuple[Parameters, ...], factors: Whole) -> tuple[Parameters, ...]:
    """A factor may be turned round without changing the fit: each one's loadings sum to something positive."""
    turned = []
    for part in groups:
        sign = np.where(np.bincount(factors, weights=part.loadings) < 0, -1.0, 1.0)
        turned.append(
            Parameters(
                part.loadings * sign[factors],
                part.residuals,
                part.factors * np.outer(sign, sign),
                part.intercepts,
                part.means * sign,
            )
        )
    return tuple(turned)


def _improper(groups: tuple[Parameters, ...], samples: Sequence[Sample], curvature: Floats) -> Why | None:
    size = np.sqrt(np.diag(curvature))
    if (size == 0).any() or linalg.eigvalsh(curvature / np.outer(size, size))[0] < _ROUNDING:
        return Why.NOT_IDENTIFIED
    for part, one in zip(groups, samples, strict=True):
        spread = np.sqrt(np.abs(np.diag(part.factors)))
        if (part.residuals <= _ROUNDING * np.diag(one.covariance)).any() or (np.diag(part.factors) <= 0).any():
            return Why.HEYWOOD
        if linalg.eigvalsh(part.factors / np.outer(spread, spread))[0] <= _ROUNDING:
            return Why.HEYWOOD
    return None
