"""What a logged-in person sees when something cannot be done: inside the usual frame, with a way on."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import Forbidden, NotFound

from survey.errors import Refusal
from survey.web.refusals import explained, sentence

Page = tuple[str, int]


def register(blueprint: Blueprint) -> None:
    """Give `blueprint` the office's own pages for refusals; other errors go to the application's."""
    blueprint.register_error_handler(Refusal, refused)
    blueprint.register_error_handler(CSRFError, lambda _error: refused(Refusal("expired", "open the page again")))
    blueprint.register_error_handler(Forbidden, lambda _error: refused(Refusal("no_rights", "ask for a role")))
    blueprint.register_error_handler(NotFound, lambda _error: refused(Refusal("nothing_here", "check the address")))


def refused(refusal: Refusal) -> Page:
    entry = explained(refusal.code)
    return render_template("office/problem.html", title=entry.title, text=sentence(refusal)), entry.status
