"""Files to keep: never shown inside a page, never kept by a cache on the way."""

from __future__ import annotations

import io

from flask import Response, send_file


def csv_response(text: str, filename: str) -> Response:
    return download(text.encode(), filename, "text/csv")


def download(body: bytes, filename: str, content_type: str) -> Response:
    response = send_file(io.BytesIO(body), content_type, as_attachment=True, download_name=filename, max_age=0)
    response.headers["Cache-Control"] = "no-store"
    return response
