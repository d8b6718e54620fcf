"""The three cookies of the respondent's side. None is set by looking; none outlives the browser's session by choice.

`begun`    which answers of an open link are this browser's: a random number, for that link's pages only
`receipt`  what the thank-you page shows once more after a reload, for ten minutes
`lang`     the language that the person chose
"""

from __future__ import annotations

import base64
import binascii
from typing import NamedTuple

from flask import current_app, request, url_for
from werkzeug.wrappers import Response

from survey.answering.codes import RECEIPT_LENGTH, tidy_code
from survey.answering.tokens import NONCE_BYTES
from survey.errors import Refusal
from survey.web import languages

BEGUN = "begun"
RECEIPT = "receipt"
RECEIPT_SECONDS = 600


class Sent(NamedTuple):
    """What the receipt cookie says: an answer was sent in from this browser just now."""

    round_id: int
    receipt: str


def _set(response: Response, name: str, value: str, path: str, seconds: int | None = None) -> None:
    secure = bool(current_app.config["SESSION_COOKIE_SECURE"])
    response.set_cookie(name, value, max_age=seconds, path=path, secure=secure, httponly=True, samesite="Strict")


def link_path(code: str) -> str:
    """Where a link's own cookies are sent: to its pages and nowhere else."""
    return url_for("respond.landing", code=code)


def nonce() -> bytes | None:
    """What an open link's respondent began with; None without a cookie, or with one that we did not make."""
    try:
        value = base64.urlsafe_b64decode(request.cookies.get(BEGUN, ""))
    except (binascii.Error, ValueError):
        return None
    return value if len(value) == NONCE_BYTES else None


def remember_nonce(response: Response, code: str, value: bytes) -> None:
    _set(response, BEGUN, base64.urlsafe_b64encode(value).decode(), link_path(code))


def remember_language(response: Response, language: str) -> None:
    _set(response, languages.COOKIE, language, url_for("respond.type_code"))


def remember_sent(response: Response, code: str, sent: Sent) -> None:
    """Leave the receipt for the thank-you page, and forget the answers that it is for."""
    _set(response, RECEIPT, f"{sent.round_id}.{sent.receipt}", link_path(code), RECEIPT_SECONDS)
    response.delete_cookie(BEGUN, path=link_path(code))


def forget_sent(response: Response, code: str) -> None:
    response.delete_cookie(RECEIPT, path=link_path(code))


def sent() -> Sent | None:
    """The receipt that this browser was given a moment ago."""
    round_id, _, receipt = request.cookies.get(RECEIPT, "").partition(".")
    if not (round_id.isascii() and round_id.isdecimal() and len(round_id) < 10):
        return None
    try:
        return Sent(int(round_id), tidy_code(receipt, RECEIPT_LENGTH))
    except Refusal:
        return None
