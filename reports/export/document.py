"""A release as one JSON document, for programs: the findings as they were frozen, and what their ids stand for."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from instruments.model import Instrument, Scale, in_language, item_text
from reports.disclosure import Disclosed
from reports.export.gate import findings_of
from reports.item_shares import told_as_share
from reports.plain import to_text
from reports.sums import score_range

FORMAT: Final = "termometern-results/1"


def write(disclosed: Disclosed, instrument: Instrument, language: str, only: Collection[str] | None = None) -> bytes:
    """Canonical JSON in UTF-8: sorted keys, no spaces, shortest exact floats.

    With all groups, `findings` is byte for byte what the digest is the SHA-256 of; otherwise `whole` is false. Raises
    what `gate.findings_of` raises.
    """
    findings = findings_of(disclosed, instrument, only)
    plain = {
        "format": FORMAT,
        "digest": disclosed.digest,
        "whole": len(findings.groups) == len(disclosed.findings.groups),
        "simulated": findings.simulated,
        "language": language,
        "scales": {scale.id: in_language(scale.title, language) for scale in instrument.scales},
        "scores": {scale.id: _score(scale) for scale in instrument.scales},
        "items": {item.id: item_text(item, language) for item in instrument.items if not item.background},
        "findings": findings,
    }
    return to_text(plain).encode()


def _score(scale: Scale) -> dict[str, object]:
    """What the findings' `mean` of a scale is a mean of: persons' means, sums, or per cent of positive answers."""
    low, high = score_range(scale)
    return {"method": scale.method, "unit": "per cent" if told_as_share(scale) else "points", "low": low, "high": high}
