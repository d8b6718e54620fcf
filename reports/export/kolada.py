"""The municipalities' figures in the shape of Kolada's open data, for programs that read that already.

Shape: version 2 of api.kolada.se, `/v2/data` and `/v2/kpi`, as described by RKA and Hypergene in the README of
github.com/Hypergene/kolada: a list `values` with one entry for each key figure, municipality and year, holding a value
for each gender (T is all). The key figures are the study's own: none of them is in Kolada, and the file says so.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Final

from instruments.model import Instrument, Method, Scale, in_language
from reports.disclosure import Disclosed
from reports.export.gate import findings_of
from reports.findings import GroupFinding, Level, NodeKind, ScaleFinding
from reports.plain import to_text
from reports.sums import tells_positive

_NOT_KOLADA: Final = {
    "sv": "Nyckeltalen är undersökningens egna och finns inte i Kolada. Filen har samma form som Koladas öppna data.",
    "en": "The key figures are the study's own and are not in Kolada. The file has the shape of Kolada's open data.",
}
_SIMULATED: Final = {"sv": " Svaren är simulerade.", "en": " The answers are simulated."}
_MEASURES: Final = {
    "mean": {"sv": "medelvärde", "en": "mean"},
    "positive": {"sv": "andel positiva svar, procent", "en": "positive answers, per cent"},
}
_MISSING: Final = "Missing"


def write(disclosed: Disclosed, instrument: Instrument, language: str, only: Collection[str] | None = None) -> bytes:
    """Canonical JSON in UTF-8. Municipalities only: Kolada's other levels have codes of their own.

    A figure that is not shown is null with the status "Missing". Raises what `gate.findings_of` raises.
    """
    findings = findings_of(disclosed, instrument, only)
    period = period_of(findings.round)
    values = [
        _entry(instrument, measure, group, scale, period)
        for group in findings.groups
        if group.kind is NodeKind.MUNICIPALITY
        for scale in group.scales
        for measure in _measures(instrument.scales_by_id[scale.scale])
    ]
    plain = {
        "count": len(values),
        "values": values,
        "kpis": [
            _kpi(instrument, scale, measure, language) for scale in instrument.scales for measure in _measures(scale)
        ],
        "note": _NOT_KOLADA[language] + (_SIMULATED[language] if findings.simulated else ""),
        "digest": disclosed.digest,
    }
    return to_text(plain).encode()


def period_of(round_name: str) -> str:
    """The year in a round's name, as Kolada's periods are years; without one, the name itself."""
    found = re.search(r"(?<!\d)(?:19|20)\d\d(?!\d)", round_name)
    return found[0] if found else round_name


def _measures(scale: Scale) -> tuple[str, ...]:
    if scale.method is Method.POSITIVE:
        return ("positive",)
    return ("mean", "positive") if tells_positive(scale) else ("mean",)


def _kpi_id(instrument: Instrument, scale_id: str, measure: str) -> str:
    return f"{instrument.id}.{scale_id}.{measure}"


def _entry(
    instrument: Instrument, measure: str, group: GroupFinding, finding: ScaleFinding, period: str
) -> dict[str, object]:
    value = _value(instrument.scales_by_id[finding.scale], measure, finding.level)
    status = _MISSING if value is None else ""
    return {
        "kpi": _kpi_id(instrument, finding.scale, measure),
        "municipality": group.code,
        "period": period,
        # Kolada counts the members behind a group of municipalities here, never respondents: for one municipality, 1.
        "values": [{"count": 1, "gender": "T", "status": status, "value": value}],
    }


def _value(scale: Scale, measure: str, level: Level) -> float | None:
    """A share as per cent, whether it is the score itself or told beside it."""
    if measure == "mean" or scale.method is Method.POSITIVE:
        return level.mean.value
    return None if level.positive.value is None else round(100 * level.positive.value, 10)


def _kpi(instrument: Instrument, scale: Scale, measure: str, language: str) -> dict[str, object]:
    return {
        "id": _kpi_id(instrument, scale.id, measure),
        "title": f"{in_language(scale.title, language)}, {_MEASURES[measure][language]}",
        "description": in_language(scale.description, language),
        "municipality_type": "K",
        "is_divided_by_gender": 0,
    }
