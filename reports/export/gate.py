"""What every format begins with: results that have passed the gate, and the groups that the file is for."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from instruments.model import Instrument
from reports.analyst_findings import AnalystFindings
from reports.disclosure import Disclosed
from reports.findings import Findings


def findings_of(disclosed: Disclosed, instrument: Instrument, only: Collection[str] | None) -> Findings:
    """The findings, with the groups in `only` (codes), or all of them for None.

    Raises TypeError for anything but `Disclosed`, ValueError where the instrument is another than the release's.
    """
    if not isinstance(disclosed, Disclosed):
        raise TypeError("Only results that have passed reports.disclosure can be written to a file.")
    findings = disclosed.findings
    if (findings.instrument, findings.instrument_version) != (instrument.id, instrument.version):
        raise ValueError(
            f"the release was made with {findings.instrument} {findings.instrument_version}, "
            f"not {instrument.id} {instrument.version}"
        )
    if only is None:
        return findings
    return replace(
        findings,
        groups=tuple(group for group in findings.groups if group.code in only),
        cuts=tuple(cut for cut in findings.cuts if cut.group in only),
        withheld=tuple(cell for cell in findings.withheld if cell.group in only),
        analyst=_of_groups(findings, only),
    )


def _of_groups(findings: Findings, only: Collection[str]) -> AnalystFindings:
    """What is said of these groups; what all answers together say, only for those who may read all of them."""
    analyst = findings.analyst
    if any(group.parent is None and group.code not in only for group in findings.groups):
        analyst = AnalystFindings(flows=analyst.flows, sensitivities=analyst.sensitivities)
    return replace(
        analyst,
        flows=tuple(flow for flow in analyst.flows if flow.group in only),
        sensitivities=tuple(one for one in analyst.sensitivities if one.group in only),
    )
