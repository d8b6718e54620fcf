"""The analyst's part of a release as lines of the long table: which measure, of what, with which number."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from reports.analyst_findings import AnalystFindings, Flow, Invariance, ScaleQuality, Sensitivity, Spread
from reports.findings import Estimate, Findings, Reason

NOW, SINCE, OVER = "now", "since", "over"

SWEDISH: Final = {
    "over": "över mätomgångarna",
    "moved_lower": "antal som står lägre",
    "moved_same": "antal som står lika",
    "moved_higher": "antal som står högre",
    "change_reml": "förändring med REML",
    "change_reml_points": "förändring med REML i procentenheter",
    "cliffs_delta": "Cliffs delta",
    "superiority": "sannolikhet att stå högre nu",
    "rank_p": "p-värde (Brunner-Munzel)",
    "sd_within": "standardavvikelse inom enheter",
    "sd_within_points": "standardavvikelse inom enheter i procentenheter",
    "correlation": "korrelation mellan mätomgångarna",
    "icc": "andel av variationen mellan enheter (ICC)",
    "omega": "omega",
    "ordinal_alpha": "ordinal alfa",
    "sem": "mätfel för en person (SEM)",
    "smallest_change": "minsta säkra förändring för en person (MDC)",
    "rest_correlation": "korrelation med resten av delskalan",
    "alpha_without": "alfa utan frågan",
    "floor": "andel i lägsta steget",
    "ceiling": "andel i högsta steget",
    "invariance_chi2": "jämförbarhet: chi2",
    "invariance_cfi": "jämförbarhet: CFI",
    "invariance_rmsea": "jämförbarhet: RMSEA",
    "functioning_p": "används olika: p-värde",
    "functioning_effect": "används olika: effekt (R2)",
    "slope": "lutning per mätomgång",
    "slope_points": "lutning per mätomgång i procentenheter",
    "slope_p": "lutning: p-värde",
}
ENGLISH: Final = {
    "over": "over the rounds",
    "moved_lower": "stand lower",
    "moved_same": "stand the same",
    "moved_higher": "stand higher",
    "change_reml": "change by REML",
    "change_reml_points": "change by REML in percentage points",
    "cliffs_delta": "Cliff's delta",
    "superiority": "probability of standing higher now",
    "rank_p": "p (Brunner-Munzel)",
    "sd_within": "sd within units",
    "sd_within_points": "sd within units in percentage points",
    "correlation": "correlation between the rounds",
    "icc": "share of the variance between units (ICC)",
    "sem": "error of one person's score (SEM)",
    "smallest_change": "smallest certain change of one person (MDC)",
    "rest_correlation": "correlation with the rest of the scale",
    "alpha_without": "alpha without the item",
    "floor": "share at the lowest step",
    "ceiling": "share at the highest step",
    "invariance_chi2": "comparability: chi2",
    "invariance_cfi": "comparability: CFI",
    "invariance_rmsea": "comparability: RMSEA",
    "functioning_p": "used differently: p",
    "functioning_effect": "used differently: effect (R2)",
    "slope": "slope a round",
    "slope_points": "slope a round in percentage points",
    "slope_p": "slope: p",
}
OF_SHARES: Final = {name: f"{name}_points" for name in ("change_reml", "sd_within", "slope")}


class Measure(NamedTuple):
    about: str
    """`scale` or `item`."""
    id: str
    name: str
    when: str
    estimate: Estimate
    detail: str = ""


def measures_of(findings: Findings, code: str) -> Iterator[Measure]:
    """Of one group; what all answers together say stands with the topmost group."""
    analyst = findings.analyst
    for flow in analyst.flows:
        if flow.group == code:
            yield from _flow(flow)
    for one in analyst.sensitivities:
        if one.group == code:
            yield from _sensitivity(one)
    topmost = next((group.code for group in findings.groups if group.parent is None), None)
    if code == topmost:
        yield from _of_all(analyst)


def _flow(flow: Flow) -> Iterator[Measure]:
    for name, count in (("lower", flow.lower), ("same", flow.same), ("higher", flow.higher)):
        told = _bare(count, flow.n, flow.reason)
        yield Measure("scale", flow.scale, f"moved_{name}", SINCE, told, f"{flow.step:g}")


def _sensitivity(one: Sensitivity) -> Iterator[Measure]:
    yield Measure("scale", one.scale, "change_reml", SINCE, one.mixed)
    yield Measure("scale", one.scale, "cliffs_delta", SINCE, one.cliffs_delta)
    yield Measure("scale", one.scale, "superiority", SINCE, one.superiority)
    p = _bare(one.rank_p, one.superiority.n, one.superiority.reason or Reason.NO_VARIATION)
    yield Measure("scale", one.scale, "rank_p", SINCE, p)


def _of_all(analyst: AnalystFindings) -> Iterator[Measure]:
    for spread in analyst.spreads:
        yield from _spread(spread)
    for quality in analyst.quality:
        yield from _quality(quality)
    for one in analyst.invariance:
        yield from _invariance(one)
    for item in analyst.functioning:
        n = None if item.n_first is None or item.n_second is None else item.n_first + item.n_second
        detail = f"{item.by}: {item.first}/{item.second}"
        for name, value in (("functioning_p", item.p), ("functioning_effect", item.effect)):
            yield Measure("item", item.item, name, NOW, _bare(value, n, item.reason or Reason.NO_MODEL), detail)
    for trend in analyst.trends:
        yield Measure("scale", trend.scale, "slope", OVER, trend.slope, f"{', '.join(trend.rounds)}; {trend.method}")
        p = _bare(trend.p, trend.slope.n, trend.slope.reason or Reason.NO_MODEL)
        yield Measure("scale", trend.scale, "slope_p", OVER, p)


def _spread(spread: Spread) -> Iterator[Measure]:
    df = "" if spread.df is None else f"df={spread.df:g}"
    yield Measure("scale", spread.scale, "sd_within", NOW, _bare(spread.sd, None, Reason.PROTECTED), df)
    if spread.pairs is not None:
        told = _bare(spread.correlation, spread.pairs, Reason.PROTECTED)
        yield Measure("scale", spread.scale, "correlation", SINCE, told)
    yield Measure("scale", spread.scale, "icc", NOW, _bare(spread.icc, None, Reason.PROTECTED))


def _quality(one: ScaleQuality) -> Iterator[Measure]:
    yield Measure("scale", one.scale, "omega", NOW, one.omega)
    yield Measure("scale", one.scale, "ordinal_alpha", NOW, one.ordinal_alpha)
    for name, value in (("sem", one.error), ("smallest_change", one.smallest_change)):
        yield Measure("scale", one.scale, name, NOW, _bare(value, one.n, Reason.NO_MODEL))
    for item in one.items:
        numbers = {
            "rest_correlation": item.rest_correlation,
            "alpha_without": item.alpha_without,
            "floor": item.floor,
            "ceiling": item.ceiling,
        }
        for name, value in numbers.items():
            yield Measure("item", item.item, name, NOW, _bare(value, one.n if value is not None else None, None))


def _invariance(one: Invariance) -> Iterator[Measure]:
    n = None if one.n is None or one.n_before is None else one.n + one.n_before
    if not one.steps:
        yield Measure("scale", one.scale, "invariance_cfi", SINCE, _bare(None, n, one.reason))
    for step in one.steps:
        for name, value, detail in (
            ("invariance_chi2", step.chi2, f"{step.step}, df={step.df}"),
            ("invariance_cfi", step.cfi, step.step),
            ("invariance_rmsea", step.rmsea, step.step),
        ):
            yield Measure("scale", one.scale, name, SINCE, _bare(value, n, None), detail)


def _bare(value: float | int | None, n: int | None, reason: Reason | None) -> Estimate:
    """A number without an interval."""
    return Estimate(value, None, None, n, (reason or Reason.PROTECTED) if value is None else None)
