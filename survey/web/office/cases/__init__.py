"""Cases: kept by caseworkers, each read by those named in it. Administrators name them; analysts see figures."""

from __future__ import annotations

from flask import Blueprint

from survey.web.office import problems

blueprint = Blueprint("cases", __name__, url_prefix="/arenden")
problems.register(blueprint)

from survey.web.office.cases import access_pages, figures, keeping, lists  # noqa: E402, F401  # add routes
