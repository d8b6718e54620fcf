"""The gate: decides which cells may be shown, and makes the only type that pages, charts, PDFs and exports accept.

Nothing is shown on fewer than k respondents. Publishing a group and its parent publishes the difference, so the rule
is on residuals: for every published group G and every cell (respondents, one scale, one item, now or in the earlier
round), G minus its maximal published descendants is empty or holds at least k. The published groups of one cell are
nested or apart, so every union or difference of them is a union of such residuals, and holds 0 or at least k.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from itertools import chain
from typing import Final

from reports.findings import Findings
from reports.masking import BEFORE, NOW, cells, finer_cells, masked
from reports.plain import from_text, to_text
from reports.residuals import broken, published

_TOKEN: Final = object()
"""Known to this module only: without it no Disclosed can be made."""

LOWEST_K: Final = 5


class Disclosed:
    """Findings that have passed the gate. Made by `disclose` and `from_json` only."""

    __slots__ = ("_digest", "_findings", "_text")
    _findings: Findings
    _text: str
    _digest: str

    def __init__(self, findings: Findings, *, token: object) -> None:
        if token is not _TOKEN:
            raise TypeError("Disclosed is made by reports.disclosure.disclose or from_json, never by hand")
        text = to_text(findings)
        object.__setattr__(self, "_findings", findings)
        object.__setattr__(self, "_text", text)
        object.__setattr__(self, "_digest", hashlib.sha256(text.encode()).hexdigest())

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError("Disclosed never changes; a correction is a new release")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Disclosed) and self._findings == other._findings

    def __hash__(self) -> int:
        return hash(self._digest)

    @property
    def findings(self) -> Findings:
        return self._findings

    @property
    def digest(self) -> str:
        """SHA-256 of the canonical JSON."""
        return self._digest


def disclose(findings: Findings, k: int) -> Disclosed:
    """Take away all that could tell who answered what. Deterministic: the same findings lose the same cells.

    Raises ValueError for k below 5, or another than the findings say they were made for: what small groups borrow of
    the whole round's spread is cut along the groups that this k shows.
    """
    if k < LOWEST_K or k != findings.k:
        raise ValueError(f"k is {k}; use {max(LOWEST_K, findings.k)}, or analyse the round again with another")
    parents = _parents(findings)
    counts = cells(findings)
    groups_now = published(parents, counts[NOW], k)
    groups_before = published(parents, _among(counts[BEFORE], groups_now), k)
    shown = {NOW: groups_now, BEFORE: groups_before}
    for cell, in_groups in counts.items():
        if cell not in shown:
            shown[cell] = published(parents, _among(in_groups, groups_before if "before" in cell else groups_now), k)
    return _checked(masked(findings, shown, k), k)


def to_json(disclosed: Disclosed) -> str:
    """Canonical: sorted keys, no spaces, shortest exact floats."""
    return disclosed._text


def from_json(text: str) -> Disclosed:
    """What `to_json` wrote. Raises ValueError for another shape, or for numbers that break the rule."""
    findings = from_text(Findings, text)
    return _checked(findings, findings.k)


def _among(counts: Mapping[str, int], groups: frozenset[str]) -> dict[str, int]:
    return {code: n for code, n in counts.items() if code in groups}


def _parents(findings: Findings) -> dict[str, str | None]:
    return {group.code: group.parent for group in findings.groups}


def _checked(findings: Findings, k: int) -> Disclosed:
    """The last look, at what will really be shown: the same for a new release and for one read from a file."""
    parents = _parents(findings)
    plain = ((cell, k, counts) for cell, counts in cells(findings).items())
    for cell, enough, counts in chain(plain, finer_cells(findings)):
        if faults := broken(parents, counts, enough):
            raise ValueError(f"{' '.join(cell)} would tell too much about {', '.join(faults)}; nothing is shown")
    return Disclosed(findings, token=_TOKEN)
