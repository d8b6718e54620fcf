"""Tables as files that a spreadsheet opens as they are, and that cannot run anything in it."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from flask import Response, send_file

STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
"""A cell that begins so is run as a formula by the usual spreadsheets (OWASP, "CSV Injection")."""

BYTE_ORDER_MARK = "\ufeff"


def safe_cell(value: object) -> object:
    """Numbers pass as they are; a text that could be read as a formula gets an apostrophe before it."""
    if isinstance(value, str) and value.startswith(STARTS_A_FORMULA):
        return f"'{value}"
    return value


def csv_text(rows: Iterable[Sequence[object]]) -> str:
    """Semicolons, CRLF and a byte order mark: what a Swedish spreadsheet expects. Floats with decimal comma."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    for row in rows:
        writer.writerow([_number(cell) if isinstance(cell, float) else safe_cell(cell) for cell in row])
    return BYTE_ORDER_MARK + out.getvalue()


def _number(value: float) -> str:
    return f"{value:.4f}".rstrip("0").rstrip(".").replace(".", ",")


def csv_response(text: str, filename: str) -> Response:
    return download(text.encode(), filename, "text/csv")


def download(body: bytes, filename: str, content_type: str) -> Response:
    """A file to keep: never shown inside a page, never kept by a cache on the way."""
    response = send_file(io.BytesIO(body), content_type, as_attachment=True, download_name=filename, max_age=0)
    response.headers["Cache-Control"] = "no-store"
    return response
