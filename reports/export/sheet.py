"""The long table as CSV, for a Swedish spreadsheet: semicolons, decimal comma, four decimals, nothing that can run."""

from __future__ import annotations

from collections.abc import Collection

from instruments.model import Instrument
from reports.disclosure import Disclosed
from reports.export.gate import findings_of
from reports.export.lines import HEADS, lines
from reports.sheets import csv_text


def write(disclosed: Disclosed, instrument: Instrument, language: str, only: Collection[str] | None = None) -> bytes:
    """UTF-8 with byte order mark. Raises what `gate.findings_of` and `lines.lines` raise."""
    findings = findings_of(disclosed, instrument, only)
    rows = (line.cells for line in lines(findings, instrument, language))
    return csv_text([HEADS[language], *rows]).encode()
