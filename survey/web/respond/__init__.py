"""The respondent's side: /s/ and below. Server-rendered; every page works without its scripts."""

from __future__ import annotations

from flask import Blueprint, Response, request, url_for
from werkzeug.routing import RequestRedirect

from survey.answering.codes import tidy_code
from survey.errors import Refusal
from survey.web import languages
from survey.web.respond import cookies, desk, look
from survey.web.respond.assets import LEAVING, SAVING, STYLESHEET
from survey.web.respond.guard import check_origin

blueprint = Blueprint("respond", __name__, template_folder="templates")
blueprint.record_once(lambda state: desk.set_up(state.app))
blueprint.before_request(check_origin)
blueprint.after_request(look.keep)


@blueprint.get("/stil/<digest>.css")
def stylesheet(digest: str) -> Response:
    return STYLESHEET.response(digest)


@blueprint.get("/skript/lamna-<digest>.js")
def leaving_script(digest: str) -> Response:
    return LEAVING.response(digest)


@blueprint.get("/skript/spara-<digest>.js")
def saving_script(digest: str) -> Response:
    return SAVING.response(digest)


@blueprint.get("/bild/<digest>/<name>")
def picture(digest: str, name: str) -> Response:
    return desk.current_desk().pictures.response(name, digest)


@blueprint.get("/ljud/<digest>/<name>")
def recording(digest: str, name: str) -> Response:
    return desk.current_desk().recordings.response(name, digest)


@blueprint.before_request
def one_address_each() -> None:
    """A code written in small letters or with dashes leads to its one address, which the cookies belong to."""
    typed = (request.view_args or {}).get("code")
    if typed is None or request.method == "POST":
        return
    try:
        code = tidy_code(typed)
    except Refusal:
        return  # the page itself says so, in its own words
    if code != typed:
        there = url_for(str(request.endpoint), **{**(request.view_args or {}), "code": code})
        # As it came: a link may choose the language, the variant and the look.
        said = request.query_string.decode("ascii", "ignore")
        raise RequestRedirect(f"{there}?{said}" if said else there)


@blueprint.app_context_processor
def for_templates() -> dict[str, object]:
    return {
        "spoken": languages.choose,
        "direction": languages.direction,
        "in_kiosk": cookies.in_kiosk,
        "is_simulated": visit.is_simulated,
        "visit_field": cookies.visit_field,
        "leave_address": leaving.leave_address,
        "accessibility_address": accessibility.address,
        "stored_address": information.address,
        "look": look,
        "looks": look.choices,
        "saving_script": lambda: url_for("respond.saving_script", digest=SAVING.digest),
        "leaving_script": lambda: url_for("respond.leaving_script", digest=LEAVING.digest),
        "idle_seconds": kiosk.IDLE_SECONDS,
        "untouched_seconds": kiosk.UNTOUCHED_SECONDS,
        "warning_seconds": kiosk.WARNING_SECONDS,
        "stylesheet": lambda: url_for("respond.stylesheet", digest=STYLESHEET.digest),
    }


from survey.web.respond import (  # noqa: E402 - they register their views
    accessibility,
    after,  # noqa: F401
    answering,  # noqa: F401
    device,  # noqa: F401
    entrance,  # noqa: F401
    following,  # noqa: F401
    information,
    kiosk,
    leaving,
    sending,  # noqa: F401
    visit,
)
