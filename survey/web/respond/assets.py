"""The respondent's stylesheet, scripts, pictures and recordings, named by content: a browser may keep them for ever."""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Generic, TypeVar

from flask import Response, abort, request, url_for

from instruments.recordings import KINDS, find_recording
from instruments.symbols import find_symbol

FOLDER = Path(__file__).with_name("static")
FOR_EVER = "public, max-age=31536000, immutable"
# Opened by itself an SVG is a page: this one runs nothing, fetches nothing and belongs to no site.
PICTURE_POLICY = "default-src 'none'; sandbox"


T = TypeVar("T")


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:12]


class _AsTheyAre(Generic[T]):
    """What is made of an organisation's files: kept, and made anew when a file has been changed."""

    def __init__(self, make: Callable[[Path], T]) -> None:
        self._make = make
        self._kept: dict[Path, tuple[tuple[int, ...], T]] = {}

    def of(self, path: Path) -> T | None:
        try:
            stat = path.stat()
            as_it_is = (stat.st_mtime_ns, stat.st_size, stat.st_ino)
            kept = self._kept.get(path)
            if kept is None or kept[0] != as_it_is:
                kept = self._kept[path] = (as_it_is, self._make(path))
        except OSError:
            # Gone a moment ago, or not ours to read: no reason to stop anybody from answering.
            return None
        return kept[1]


class Asset:
    """A file, or several one after another, read once, with a digest of what is held."""

    def __init__(self, mimetype: str, *paths: Path) -> None:
        self.content = b"".join(path.read_bytes() for path in paths)
        self.packed = gzip.compress(self.content, 9, mtime=0)
        self.digest = _digest(self.content)
        self._mimetype = mimetype

    def response(self, digest: str) -> Response:
        """The file; for ever if the name is right. Another name is a page of another version of us: not kept."""
        packed = "gzip" in request.accept_encodings
        response = Response(self.packed if packed else self.content, mimetype=self._mimetype)
        if packed:
            response.headers["Content-Encoding"] = "gzip"
        response.headers["Vary"] = "Accept-Encoding"
        response.headers["Cache-Control"] = FOR_EVER if digest == self.digest else "no-cache"
        return response


STYLESHEET = Asset("text/css", FOLDER / "respond.css")
SAVING = Asset("text/javascript", FOLDER / "saving.js", FOLDER / "reading.js")
"""Two scripts and one request."""
LEAVING = Asset("text/javascript", FOLDER / "leaving.js")


class Pictures:
    """The symbols that forms show: an organisation's own before those that come with the program."""

    def __init__(self, folders: Sequence[Path]) -> None:
        self._folders = folders
        self._read = _AsTheyAre(lambda path: Asset("image/svg+xml", path))

    def address(self, name: str) -> str | None:
        """Where a browser fetches it; None where there is no such picture (any more): the text stands without it."""
        asset = self._find(name)
        return url_for("respond.picture", digest=asset.digest, name=name) if asset else None

    def response(self, name: str, digest: str) -> Response:
        asset = self._find(name) or abort(404)
        response = asset.response(digest)
        response.headers["Content-Security-Policy"] = PICTURE_POLICY
        return response

    def _find(self, name: str) -> Asset | None:
        path = find_symbol(name, self._folders)
        return self._read.of(path) if path else None


class Recordings:
    """What an organisation has read aloud. Files are large, so only their digests are kept in memory."""

    def __init__(self, folders: Sequence[Path]) -> None:
        self._folders = folders
        self._digests = _AsTheyAre(lambda path: _digest(path.read_bytes()))

    def address(self, name: str) -> str | None:
        """Where a browser fetches it; None where it cannot be played: the text is then read by a voice, or not."""
        path = find_recording(name, self._folders)
        digest = self._digests.of(path) if path else None
        return url_for("respond.recording", digest=digest, name=name) if digest else None

    def response(self, name: str, digest: str) -> Response:
        """The file, or the part of it that is asked for: some browsers play nothing from who cannot give parts."""
        path = find_recording(name, self._folders) or abort(404)
        try:
            content = path.read_bytes()
        except OSError:
            abort(404)
        response = Response(content, mimetype=KINDS[path.suffix])
        response.headers["Cache-Control"] = FOR_EVER if digest == _digest(content) else "no-cache"
        response.make_conditional(request, accept_ranges=True, complete_length=len(content))
        return response
