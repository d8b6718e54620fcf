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
    """
    if request.method != "POST":
        return
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        if site not in OWN_SITES:
            raise _foreign()
        return
    origin = request.headers.get("Origin")
    if origin not in (None, "null") and urlsplit(origin).netloc != request.host:
        raise _foreign()


def _foreign() -> Refusal:
    return Refusal("foreign_post", "the form was sent from another site; open the link again and answer there")
