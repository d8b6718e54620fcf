"""The adapters of how a scale measures: alpha, item analysis, omega, ordinal alpha, invariance."""

from __future__ import annotations

import re

import numpy as np

from instruments.scoring import reverse
from reports.statistics import describe, reliability
from reports.statistics.invariance import invariance
from reports.statistics.omega import omega
from reports.statistics.polychoric import ordinal_alpha
from tests.reference.columns import Adapter, Answer, Case, Floats, Frame, names, numbers


def _items(case: Case, frame: Frame) -> Floats:
    params = case["params"]
    matrix = np.column_stack([numbers(frame, item) for item in params["items"]])
    turned = [item in params.get("reverse", ()) for item in params["items"]]
    values = reverse(matrix, params["scale_min"], params["scale_max"], turned) if any(turned) else matrix
    if "first_n_complete" not in params:
        return values
    return values[~np.isnan(values).any(axis=1)][: params["first_n_complete"]]


def _confidence(case: Case) -> float:
    return case["params"].get("conf", 0.95)


def alpha_pairwise(case: Case, frame: Frame) -> Answer:
    covariance, fewest = reliability.pairwise_covariance(_items(case, frame))
    raw = reliability.alpha_from_covariance(covariance)
    correlation = reliability.correlation(covariance)
    return {
        "k": len(covariance),
        "alpha": raw,
        "alpha_from_cov": raw,
        "alpha_std": reliability.alpha_from_covariance(correlation),
        "n_min_pair": fewest,
        "mean_interitem_r": correlation[~np.eye(len(correlation), dtype=bool)].mean(),
    }


def alpha(case: Case, frame: Frame) -> Answer:
    if case["params"].get("missing") == "pairwise":
        return alpha_pairwise(case, frame)
    values, confidence = _items(case, frame), _confidence(case)
    found = reliability.alpha(values, confidence)
    parts = reliability.item_parts(values)
    bonett = reliability.bonett(found.alpha, found.n, found.items, confidence)
    error, duhachek = reliability.duhachek(reliability.listwise_covariance(values), found.n, confidence)
    return {
        "n": found.n,
        "k": found.items,
        "alpha": found.alpha,
        "alpha_std": found.standardised,
        "mean_interitem_r": found.mean_correlation,
        "feldt_lower": found.low,
        "feldt_upper": found.high,
        "bonett_lower": bonett.low,
        "bonett_upper": bonett.high,
        "duhachek_ase": error,
        "duhachek_lower": duhachek.low,
        "duhachek_upper": duhachek.high,
        "items": {
            item: {
                "mean": parts.mean[place],
                "sd": parts.sd[place],
                "r_drop": parts.rest_correlation[place],
                "alpha_if_dropped": parts.alpha_without[place],
            }
            for place, item in enumerate(case["params"]["items"])
        },
    }


def item_analysis(case: Case, frame: Frame) -> Answer:
    values = _items(case, frame)
    complete = values[~np.isnan(values).any(axis=1)]
    parts = reliability.item_parts(values)
    shape = describe.shape(complete, *(case["params"].get(f"scale_{end}", np.nan) for end in ("min", "max")))
    return {
        "n": len(complete),
        "items": {
            item: {
                "mean": parts.mean[place],
                "sd": parts.sd[place],
                "r_drop": parts.rest_correlation[place],
                "alpha_if_dropped": parts.alpha_without[place],
                "floor_pct": 100 * shape.floor[place],
                "ceiling_pct": 100 * shape.ceiling[place],
                "n_missing": np.isnan(values[:, place]).sum(),
                "skew_g1": shape.skewness[place],
            }
            for place, item in enumerate(case["params"]["items"])
        },
    }


def omega_total(case: Case, frame: Frame) -> Answer:
    found = omega(_items(case, frame), _confidence(case), minimum=0)
    return {
        "n": found.n,
        "omega_model": found.omega,
        "omega_obs": found.observed,
        "loadings": found.loadings,
        "residual_variances": found.residuals,
        "chisq": found.fit.chi2 if found.fit else float("nan"),
    }


def alpha_ordinal(case: Case, frame: Frame) -> Answer:
    found = ordinal_alpha(_items(case, frame), _confidence(case), minimum=0)
    items = case["params"]["items"]
    correlations = {
        f"r_{one}_{two}": found.correlations[row, column]
        for row, one in enumerate(items)
        for column, two in enumerate(items)
    }
    return {"ordinal_alpha": found.alpha, "ordinal_alpha_lavaan": found.alpha, **correlations}


def _factors(model: str) -> dict[str, int]:
    """Each item's factor, from lines as `visual =~ x1 + x2  # a comment`; which loading is fixed matters not."""
    lines = [line.partition("#")[0].strip() for line in re.split(r"[\n;]", model)]
    # A line that ends in + goes on.
    joined = re.sub(r"(\+|=~)\s*\n\s*", r"\1", re.sub(r"\n\s*\+", "+", "\n".join(lines)))
    sides = [line.partition("=~") for line in joined.split("\n") if "=~" in line]
    places = {name: place for place, name in enumerate(dict.fromkeys(left.strip() for left, _, _ in sides))}
    return {
        item.rpartition("*")[2].strip(): places[left.strip()] for left, _, right in sides for item in right.split("+")
    }


def measurement_invariance(case: Case, frame: Frame) -> Answer:
    params = case["params"]
    factors = _factors(params["model"])
    matrix = np.column_stack([numbers(frame, item) for item in factors])
    groups = names(frame, params["group"])
    known = sorted(set(groups.tolist()) - {""})
    found = invariance([matrix[groups == one] for one in known], list(factors.values()), minimum=0)
    steps = {
        step.name: {
            "chisq": step.fit.chi2,
            "df": step.fit.df,
            "cfi": step.fit.cfi,
            "rmsea": step.fit.rmsea,
            "srmr": step.fit.srmr,
        }
        for step in found.steps
    }
    return steps | {f"delta_cfi_{step.name}": step.cfi_change for step in found.steps[1:]}


ADAPTERS: dict[str, Adapter] = {
    "reliability.alpha": alpha,
    "item_analysis": item_analysis,
    "reliability.omega": omega_total,
    "reliability.ordinal_alpha": alpha_ordinal,
    "invariance": measurement_invariance,
}
