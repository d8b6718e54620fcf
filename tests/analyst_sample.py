"""A made-up part for the analyst, put into a release that has passed the gate, for charts and pages to show."""

from __future__ import annotations

from dataclasses import replace

from instruments.model import Instrument
from reports.analyst_findings import (
    AnalystFindings,
    Flow,
    Invariance,
    InvarianceStep,
    ItemFunctioning,
    ItemQuality,
    ScaleQuality,
    Sensitivity,
    Spread,
)
from reports.charts.focus import scale_finding
from reports.disclosure import Disclosed, from_json
from reports.estimates import Estimate, Reason
from reports.findings import Findings
from reports.plain import to_text


def with_analyst(disclosed: Disclosed, instrument: Instrument, code: str) -> Disclosed:
    """The same release, with something for the analyst about one group and about all together."""
    return from_json(to_text(replace(disclosed.findings, analyst=made_up(disclosed.findings, instrument, code))))


def made_up(findings: Findings, instrument: Instrument, code: str) -> AnalystFindings:
    """The first scale has everything; the second has what is hidden; the others have nothing.

    The gate holds the flows against the number linked, so they are split out of that one.
    """
    first, second = instrument.scales[0], instrument.scales[1]
    items = tuple(
        ItemQuality(item, 0.35 + 0.03 * place, 0.8 - 0.01 * place, 0.02, 0.13)
        for place, item in enumerate(first.item_ids)
    )
    nothing = Estimate(None, None, None, None, Reason.PROTECTED)
    steps = (
        InvarianceStep("configural", 61.2, 70, 0.981, 0.041, True),
        InvarianceStep("metric", 70.9, 79, 0.978, 0.042, True),
        InvarianceStep("scalar", 131.0, 88, 0.941, 0.068, False),
    )
    return AnalystFindings(
        flows=(
            _flow(findings, code, first.id),
            Flow(code, second.id, 0.5, None, None, None, None, Reason.PROTECTED),
        ),
        sensitivities=(
            Sensitivity(
                code,
                first.id,
                Estimate(0.31, 0.11, 0.51, 60),
                Estimate(0.24, 0.08, 0.39, 60),
                Estimate(0.62, 0.54, 0.695, 60),
                0.004,
            ),
            Sensitivity(code, second.id, nothing, nothing, nothing, None),
        ),
        spreads=(Spread(first.id, 0.61, 180.0, 0.55, 96, 0.08), Spread(second.id, None, None, None, None, None)),
        quality=(
            ScaleQuality(
                first.id,
                210,
                Estimate(0.84, 0.81, 0.87, 210),
                Estimate(0.85, 0.82, 0.88, 210),
                Estimate(0.87, None, None, 210),
                0.24,
                0.67,
                items,
            ),
            ScaleQuality(second.id, None, nothing, nothing, nothing, None, None, ()),
        ),
        invariance=(
            Invariance(first.id, 210, 190, steps),
            Invariance(second.id, None, None, (), Reason.TOO_FEW),
        ),
        functioning=(
            ItemFunctioning(first.id, first.item_ids[0], "language", "sv", "en", 180, 30, 0.012, 0.041, True),
            ItemFunctioning(first.id, first.item_ids[1], "language", "sv", "en", 180, 30, 0.61, 0.002, False),
        ),
    )


def _flow(findings: Findings, code: str, scale: str) -> Flow:
    change = scale_finding(findings.group(code), scale).change
    if change is None or not change.n_linked:
        return Flow(code, scale, 0.5, None, None, None, None, Reason.TOO_FEW)
    n = change.n_linked
    lower, same = n // 4, n // 3
    return Flow(code, scale, 0.5, n, lower, same, n - lower - same)
