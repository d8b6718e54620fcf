"""Tables as files that a Swedish spreadsheet opens as they are, and that cannot run anything in it."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

BYTE_ORDER_MARK = "\ufeff"
_SIGNS = ("=", "+", "-", "@")
STARTS_A_FORMULA = (*_SIGNS, *(chr(ord(sign) + 0xFEE0) for sign in _SIGNS), "\t", "\r", "\n")
"""A cell that begins so is run as a formula by the usual spreadsheets (OWASP, "CSV Injection"); the wide forms of the
signs by some that are set to an East Asian language."""


def csv_text(rows: Iterable[Sequence[object]]) -> str:
    """Semicolons, CRLF and a byte order mark; floats with decimal comma, at most four decimals."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    for row in rows:
        writer.writerow([_cell(cell) for cell in row])
    return BYTE_ORDER_MARK + out.getvalue()


def _cell(value: object) -> object:
    """Numbers stay numbers; a text that could be read as a formula gets an apostrophe before it."""
    if isinstance(value, float):
        return f"{value:.4f}".rstrip("0").rstrip(".").replace(".", ",")
    if isinstance(value, str) and value.startswith(STARTS_A_FORMULA):
        return f"'{value}"
    return value
