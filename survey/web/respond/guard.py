"""Is this POST from our own page? Without a token in the page, so that pages can be kept and shared (decision 0005)."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import request

from survey.errors import Refusal

OWN_SITES = frozenset({"same-origin", "none"})


def check_origin() -> None:
    """Refuse a POST that a browser says began on another site. Registered before every respondent's request.

    Every browser of today sends Sec-Fetch-Site. Older ones send Origin, which is "null" under our no-referrer policy:
    that one passes, since the secret code in the address (or the Strict cookie of an open link) is what lets a POST do
    anything at all.

    What was sent is read here to its end, before a view begins a transaction: on SQLite a slow sender would otherwise
    hold the write lock, and nobody else could send in.
    """
    if request.method != "POST":
        return
    if not _is_own(request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin")):
        raise Refusal("foreign_post", "the form was sent from another site; open the link again and answer there")
    _ = request.form


def _is_own(site: str | None, origin: str | None) -> bool:
    if site is not None:
        return site in OWN_SITES
    if origin in (None, "null"):
        return True
    try:
        return urlsplit(origin).netloc == request.host
    except ValueError:  # "http://[" and the like
        return False
