"""Every way a request can fail, turned into a page that says what to do; never a traceback, never a logged address."""

from __future__ import annotations

import secrets

import structlog
from flask import Flask, request
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException

from survey.errors import Refusal
from survey.web.refusals import refusal_page

log = structlog.get_logger("termometern.web")

CODES_BY_STATUS = {
    400: "bad_request",
    401: "no_rights",
    403: "no_rights",
    404: "not_found",
    405: "wrong_method",
    413: "too_large",
    415: "bad_request",
    429: "too_often",
    503: "busy",
}
"""A plain HTTP error says what a refusal of this code says; other statuses are server errors."""

Page = tuple[str, int]


def register(app: Flask) -> None:
    app.register_error_handler(Refusal, _refused)
    app.register_error_handler(CSRFError, _forged)
    app.register_error_handler(HTTPException, _http_error)
    for away in (OperationalError, PoolTimeout):
        app.register_error_handler(away, _database_away)
    app.register_error_handler(Exception, _unhandled)


def _refused(refusal: Refusal) -> Page:
    return refusal_page(refusal)


def _forged(_error: CSRFError) -> Page:
    return refusal_page(Refusal("expired", "the page has been open too long; open it again"))


def _http_error(error: HTTPException) -> Page | HTTPException:
    status = error.code or 500
    if status < 400:  # a redirect that the router raises
        return error
    code = CODES_BY_STATUS.get(status, "server_error" if status >= 500 else "bad_request")
    page, _ = refusal_page(Refusal(code, error.name))
    return page, status


def _unhandled(error: Exception) -> Page:
    """Log where it happened under an id that the page shows too.

    The rule of the route ("/s/<code>") is logged, never the address: that holds a respondent's code. Nor the
    exception's own text, which may hold what the person wrote; the frames are code, not data.
    """
    return refusal_page(Refusal("server_error", "see the log", error_id=_logged("unhandled", error)))


def _database_away(error: Exception) -> Page:
    """Started anew, locked for long, or out of connections: nobody's fault, and over soon."""
    _logged("database away", error)
    return refusal_page(Refusal("busy", "the database does not answer; try again"))


def _logged(event: str, error: Exception) -> str:
    error_id = secrets.token_hex(4)
    rule = request.url_rule.rule if request.url_rule else None
    log.error(
        event,
        error_id=error_id,
        rule=rule,
        method=request.method,
        kind=type(error).__name__,
        frames=_frames(error),
    )
    return error_id


def _frames(error: Exception) -> list[str]:
    """The last places the error passed, as "file:line function"; no source lines, no values."""
    frames = []
    traceback = error.__traceback__
    while traceback is not None:
        code = traceback.tb_frame.f_code
        frames.append(f"{code.co_filename}:{traceback.tb_lineno} {code.co_name}")
        traceback = traceback.tb_next
    return frames[-8:]
