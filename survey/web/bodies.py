"""What a form may look like at most: to take a megabyte of empty fields apart takes a second and a half."""

from __future__ import annotations

from flask import request

from survey.errors import Refusal

MOST_FIELDS = 10_000
"""Those who answer send a few hundred; a round may have some thousand units to tick."""
_FORM = "application/x-www-form-urlencoded"


def refuse_crowded() -> None:
    """Refuse a form that no page of ours sends. Registered before anything reads the form.

    Raises Refusal `too_large`. The parser has such a limit for forms with files only.
    """
    if request.method != "POST" or request.mimetype != _FORM:
        return
    body = request.get_data()
    # Every sign that is written as its number is written with three.
    if body.count(b"&") >= MOST_FIELDS or 3 * body.count(b"%") > len(body):
        raise Refusal("too_large", "the form has more fields than any page of this site; load the page again")
