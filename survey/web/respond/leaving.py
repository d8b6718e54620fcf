"""Leaving before the end: on a shared tablet to the start screen, on a user survey to a page that says nothing.

What has not been sent in is deleted, and the browser is told to forget. A page cannot take earlier pages out of the
browser's history; instead they are closed for a while, so that Back shows nothing. See docs/decisions/0013.
"""

from __future__ import annotations

from contextlib import suppress

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from survey.answering.drafts import drop_draft
from survey.answering.entry import Purpose
from survey.errors import Refusal
from survey.web import languages
from survey.web.respond import blueprint, cookies
from survey.web.respond.visit import acting, may_leave

ALL_OF_THE_SITE = '"cache", "cookies", "storage"'
"""For a tablet that is there for this."""
BUT_COOKIES = '"cache", "storage"'
"""For a person's own device: "cookies" would log them out of all that the municipality has under its name."""


@blueprint.before_request
def closed_for_a_while() -> Response | None:
    """After leaving in a hurry: whoever presses Back meets a closed page."""
    code = (request.view_args or {}).get("code")
    if code is None or cookies.LEFT not in request.cookies or request.endpoint == "respond.leave":
        return None
    return redirect(url_for("respond.closed_page", lang=request.cookies[cookies.LEFT]), 303)


@blueprint.post("/s/<code>/lamna")
def leave(code: str) -> Response:
    # Closed, sealed, unknown: there is nothing to delete, and the person leaves all the same. Nor is what another
    # browser has saved: `contents` refuses whoever could not see it here.
    with suppress(Refusal), acting(code, Purpose.SUBMIT) as visit:
        _ = visit.contents
        drop_draft(visit.connection, visit.services.keys, visit.entry)
    if cookies.in_kiosk():
        response = redirect(url_for("respond.start_screen", code=code), 303)
        response.headers["Clear-Site-Data"] = ALL_OF_THE_SITE
        return response
    # What the page spoke: before Start nothing else knows. The closed page asks whether there is such a language.
    said = request.form.get("lang", "")
    language = said if said.isascii() and said.isalpha() and len(said) <= 3 else languages.choose()
    response = redirect(url_for("respond.closed_page", lang=language), 303)
    response.headers["Clear-Site-Data"] = BUT_COOKIES
    cookies.leave_in_a_hurry(response, code, language)
    return response


@blueprint.get("/stangd")
def closed_page() -> str:
    return render_template("respond/closed_page.html")


def leave_address() -> str:
    """Where the button for leaving leads; empty where there is none."""
    code = (request.view_args or {}).get("code")
    return url_for("respond.leave", code=code) if code and may_leave() else ""
