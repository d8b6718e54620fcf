"""A release with more for the analyst to see: a scale and items that do not hold, and a flow that is not shown."""

from __future__ import annotations

from dataclasses import replace

from instruments.model import Instrument
from reports.analyst_findings import AnalystFindings, Flow, Invariance, InvarianceStep, ItemFunctioning
from reports.disclosure import Disclosed, from_json
from reports.estimates import Reason
from reports.item_functioning import FEWEST
from reports.plain import to_text


def with_analyst(disclosed: Disclosed, instrument: Instrument, code: str) -> Disclosed:
    """The same release through the gate again; `code` is the group that lacks a flow on the second scale."""
    findings = disclosed.findings
    return from_json(to_text(replace(findings, analyst=_told(findings.analyst, instrument, code))))


def _told(analyst: AnalystFindings, instrument: Instrument, code: str) -> AnalystFindings:
    first, second = instrument.scales[0], instrument.scales[1]
    hidden = Flow(code, second.id, 0.5, None, None, None, None, Reason.PROTECTED)
    steps = (
        InvarianceStep("configural", 61.2, 70, 0.981, 0.041, True),
        InvarianceStep("metric", 70.9, 79, 0.978, 0.042, True),
        InvarianceStep("scalar", 131.0, 88, 0.941, 0.068, False),
    )
    used = (first.item_ids[0], 0.012, 0.041, True), (first.item_ids[1], 0.61, 0.002, False)
    return replace(
        analyst,
        flows=tuple(hidden if (one.group, one.scale) == (code, second.id) else one for one in analyst.flows),
        invariance=tuple(
            Invariance(first.id, one.n, one.n_before, steps) if one.scale == first.id else one
            for one in analyst.invariance
        ),
        functioning=tuple(
            ItemFunctioning(first.id, item, "language", "sv", "en", 180, FEWEST, p, effect, differs)
            for item, p, effect, differs in used
        ),
    )
