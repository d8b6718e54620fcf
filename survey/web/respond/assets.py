"""The respondent's one stylesheet, named by its content, so that a browser may keep it for ever."""

from __future__ import annotations

import gzip
import hashlib
from pathlib import Path

from flask import Response, request

FOLDER = Path(__file__).with_name("static")
FOR_EVER = "public, max-age=31536000, immutable"


class Stylesheet:
    """A file read once, with a digest of what it holds."""

    def __init__(self, path: Path) -> None:
        self.content = path.read_bytes()
        self.packed = gzip.compress(self.content, 9, mtime=0)
        self.digest = hashlib.sha256(self.content).hexdigest()[:12]

    def response(self, digest: str) -> Response:
        """The stylesheet; for ever if the name is right. Another name is a page of another version of us: not kept."""
        packed = "gzip" in request.accept_encodings
        response = Response(self.packed if packed else self.content, mimetype="text/css")
        if packed:
            response.headers["Content-Encoding"] = "gzip"
        response.headers["Vary"] = "Accept-Encoding"
        response.headers["Cache-Control"] = FOR_EVER if digest == self.digest else "no-cache"
        return response


STYLESHEET = Stylesheet(FOLDER / "respond.css")
