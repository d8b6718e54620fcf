"""The analyst's and the manager's pages. Every number comes from a release, through the disclosure gate."""

from __future__ import annotations

from flask import Blueprint

from survey.web.office import problems

blueprint = Blueprint("research", __name__, url_prefix="/analys")
problems.register(blueprint)

from survey.web.office.research import files, views  # noqa: E402, F401  # they add their routes to the blueprint
