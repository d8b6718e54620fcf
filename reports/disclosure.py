"""The gate: makes the only type that pages, charts, PDFs and exports accept.

`reports.decision` says which cells may be shown, `reports.masking` takes away the others, and `reports.last_look` goes
over what is left: thresholds, near-unanimous groups, and all that follows by adding and subtracting.
"""

from __future__ import annotations

import hashlib
from typing import Final

from reports.analysis import Analysed
from reports.findings import Findings, Thresholds
from reports.last_look import faults
from reports.masking import masked, shown_cells
from reports.plain import from_text, to_text, without_collecting

_TOKEN: Final = object()
"""Known to this module only: without it no Disclosed can be made."""

LOWEST_K: Final = 5


class Disclosed:
    """Findings that have passed the gate. Made by `disclose` and `from_json` only."""

    __slots__ = ("_digest", "_findings", "_text")
    _findings: Findings
    _text: str
    _digest: str

    def __init__(self, findings: Findings, *, text: str, token: object) -> None:
        if token is not _TOKEN:
            raise TypeError("Disclosed is made by reports.disclosure.disclose or from_json, never by hand")
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
        """SHA-256 of the canonical JSON; of what was read, where it was read."""
        return self._digest


def disclose(analysed: Analysed, k: int) -> Disclosed:
    """Take away all that could tell who answered what. Deterministic: the same answers lose the same cells.

    Raises ValueError for k below 5, or another than the findings say they were made for: what small groups borrow of
    the whole round's spread is cut along the groups that this k shows.
    """
    made_for = analysed.findings.k
    if k < LOWEST_K or k != made_for:
        raise ValueError(f"k is {k}; use {max(LOWEST_K, made_for)}, or analyse the round again with another")
    findings = masked(analysed.findings, shown_cells(analysed), k)
    return _checked(findings, to_text(findings))


def to_json(disclosed: Disclosed) -> str:
    """Canonical: sorted keys, no spaces, shortest exact floats."""
    return disclosed._text


def from_json(text: str) -> Disclosed:
    """What `to_json` wrote. Raises ValueError for another shape, or for numbers that break the rule.

    The text is kept as it is and not written anew: laid out in another way it has another digest.
    """
    with without_collecting():
        return _checked(from_text(Findings, text), text)


def _checked(findings: Findings, text: str) -> Disclosed:
    """The last look, at what will really be shown: the same for a new release and for one read from a file."""
    limits = findings.thresholds
    if limits != Thresholds.of(limits.k, limits.spread_from, limits.sd_from) or limits.k < LOWEST_K:
        raise ValueError(f"the findings were made for groups of {limits.k}; nothing is shown below {LOWEST_K}")
    if fault := next(faults(findings), None):
        raise ValueError(f"{fault}; nothing is shown")
    return Disclosed(findings, text=text, token=_TOKEN)
