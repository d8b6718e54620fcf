"""Headers that every answer carries: nothing from elsewhere, nothing framed, nothing told to others, nothing kept."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any
from wsgiref.types import StartResponse, WSGIEnvironment

from flask import Flask

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "style-src 'self'",
        "script-src 'self'",
        "connect-src 'self'",
        "img-src 'self' data:",
        "media-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
"""Nothing inline, so a rendered body holds no nonce and can be kept and sent to the next person."""

HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    # An address holds the person's own code: it must not follow a click to another page.
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "X-Robots-Tag": "noindex, nofollow",
}

STRICT_TRANSPORT = "max-age=31536000; includeSubDomains"


def register(app: Flask, *, secure: bool) -> None:
    """Put the headers on every answer; the strict transport header only where the public address is https."""
    always = list((HEADERS | ({"Strict-Transport-Security": STRICT_TRANSPORT} if secure else {})).items())
    # Files that may be kept say so themselves; no page does, since a shared device has a Back button.
    unless_kept = [*always, ("Cache-Control", "no-store")]
    answer = app.wsgi_app

    def answer_with_headers(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        def start(status: str, headers: list[tuple[str, str]], *error: Any) -> Callable[[bytes], object]:
            kept = any(name == "Cache-Control" for name, _ in headers)
            # Nothing else sets one of these, so none has to be looked for.
            return start_response(status, headers + (always if kept else unless_kept), *error)

        return answer(environ, start)

    # Here and not in `after_request`: eight fixed lines through Werkzeug's own list cost ten times as much.
    app.wsgi_app = answer_with_headers  # type: ignore[method-assign]  # as Flask's own documentation has it
