"""The cookies of the respondent's side. None is set by looking, but for a shared tablet's mark on its start screen, and
for how pages are to look where a link chooses it.

`begun`    which answers of an open link are this browser's: a random number, for that link's pages only
`kept`     the same number, where the person has said that the device is their own and wants to go on later; for a
           card or an invitation the half of the draft's key that the link does not give (`survey.answering.pins`)
`receipt`  what the thank-you page shows once more after a reload, for ten minutes or until the browser is closed
`lang`     the language that the person chose
`look`     the size of the text and the contrast that the person chose: `survey.web.respond.look`
`kiosk`    this device is shared: `WAITING` on the start screen, else the number of whoever answers now
`left`     somebody has left in a hurry: for ten minutes the link's pages say only that the page is closed
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from typing import NamedTuple

from flask import current_app, request, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response

from survey.answering.codes import RECEIPT_LENGTH, tidy_code
from survey.answering.tokens import NONCE_BYTES
from survey.errors import Refusal
from survey.web import current_services, languages

BEGUN = "begun"
KEPT = "kept"
KEPT_SECONDS = 60 * 24 * 3600
"""Longer than a round is open; what the number led to is gone when the round is sealed."""
RECEIPT = "receipt"
RECEIPT_SECONDS = 600
_SENT = re.compile("(?P<round>[0-9]{1,9})[.](?P<receipt>[^.]+)[.](?P<until>[0-9]{1,11})")
LOOK = "look"
KIOSK = "kiosk"
WAITING = "-"
LEFT = "left"
LEFT_SECONDS = 600
_OF_ALL_LINKS = frozenset({languages.COOKIE, LOOK})


class Sent(NamedTuple):
    """What the receipt cookie says: an answer was sent in from this browser just now."""

    round_id: int
    receipt: str


def _set(
    response: Response, name: str, value: str, path: str, seconds: int | None = None, same_site: str = "Strict"
) -> None:
    secure = bool(current_app.config["SESSION_COOKIE_SECURE"])
    response.set_cookie(name, value, max_age=seconds, path=path, secure=secure, httponly=True, samesite=same_site)


def link_path(code: str) -> str:
    """Where a link's own cookies are sent: to its pages and nowhere else."""
    return url_for("respond.landing", code=code)


def nonce() -> bytes | None:
    """What an open link's respondent began with; None without a cookie, or with one that we did not make."""
    if in_kiosk():
        return _nonce_in(KIOSK)
    return _nonce_in(BEGUN) or _nonce_in(KEPT)


def kept_nonce() -> bytes | None:
    """The same, if the person wanted to be able to open the link anew and go on: never on a shared tablet."""
    return None if in_kiosk() else _nonce_in(KEPT)


def in_kiosk() -> bool:
    """Whether the link was opened on its start screen for a shared tablet."""
    return KIOSK in request.cookies


def visit_mark() -> str:
    """What a shared tablet's pages send along, so that what one person sent is not sent again by the next."""
    return hashlib.sha256(_nonce_in(KIOSK) or b"").hexdigest()[:16]


def visit_field() -> Markup:
    """The mark as a field of a form; nothing on a device of one's own."""
    return Markup('<input type="hidden" name="visit" value="{}">').format(visit_mark()) if in_kiosk() else Markup("")


def _nonce_in(name: str) -> bytes | None:
    written = request.cookies.get(name)
    if written is None:
        return None
    try:
        value = base64.urlsafe_b64decode(written)
    except (binascii.Error, ValueError):
        return None
    return value if len(value) == NONCE_BYTES else None


def remember_nonce(response: Response, code: str, value: bytes, *, keep: bool) -> None:
    """`keep`: also for the next time that the link is opened in this browser."""
    text = base64.urlsafe_b64encode(value).decode()
    _set(response, BEGUN, text, link_path(code))
    if keep:
        # Lax: the link is opened from a mail. What acts is a POST, which is checked for where it comes from.
        _set(response, KEPT, text, link_path(code), KEPT_SECONDS, "Lax")
    else:
        response.delete_cookie(KEPT, path=link_path(code))


def remember_half(response: Response, code: str, half: bytes) -> None:
    """A card's or an invitation's own half of the draft's key: this browser opens what it has saved, and no other."""
    _set(response, KEPT, base64.urlsafe_b64encode(half).decode(), link_path(code), KEPT_SECONDS, "Lax")


def wait_in_kiosk(response: Response, code: str) -> None:
    """Mark the device as shared and forget whoever was here before."""
    for name in (BEGUN, KEPT, RECEIPT, *_OF_ALL_LINKS):
        if name in request.cookies:
            response.delete_cookie(name, path=_where(name, code))
    _set(response, KIOSK, WAITING, link_path(code))


def begin_in_kiosk(response: Response, code: str, value: bytes) -> None:
    _set(response, KIOSK, base64.urlsafe_b64encode(value).decode(), link_path(code))


def leave_in_a_hurry(response: Response, code: str, language: str) -> None:
    """Forget all that the visit has left in this browser, and let the way back be closed for a while.

    The mark holds the language that the closed page is to speak, and nothing else.
    """
    for name in request.cookies:
        if name != current_app.config["SESSION_COOKIE_NAME"]:
            response.delete_cookie(name, path=_where(name, code))
    _set(response, LEFT, language, link_path(code), LEFT_SECONDS, "Lax")


def _where(name: str, code: str) -> str:
    return url_for("respond.type_code") if name in _OF_ALL_LINKS else link_path(code)


def remember_language(response: Response, language: str) -> None:
    _set(response, languages.COOKIE, language, url_for("respond.type_code"))


def remember_look(response: Response, look: str) -> None:
    _set(response, LOOK, look, url_for("respond.type_code"))


def remember_sent(response: Response, code: str, sent: Sent) -> None:
    """Leave the receipt for the thank-you page, and forget the answers that it is for."""
    if in_kiosk():
        _set(response, KIOSK, WAITING, link_path(code))
    # The time stands inside: with an age of its own the browser would keep it when it is closed, for whoever is next.
    _set(response, RECEIPT, f"{sent.round_id}.{sent.receipt}.{_now() + RECEIPT_SECONDS}", link_path(code))
    response.delete_cookie(BEGUN, path=link_path(code))
    response.delete_cookie(KEPT, path=link_path(code))


def _now() -> int:
    return int(current_services().clock().timestamp())


def forget_sent(response: Response, code: str) -> None:
    response.delete_cookie(RECEIPT, path=link_path(code))


def sent() -> Sent | None:
    """The receipt that this browser was given a moment ago."""
    said = _SENT.fullmatch(request.cookies.get(RECEIPT, ""))
    if said is None or int(said["until"]) <= _now():
        return None
    try:
        return Sent(int(said["round"]), tidy_code(said["receipt"], RECEIPT_LENGTH))
    except Refusal:
        return None
