"""Signed records: activity logs and status reports, read and written by those whose nodes they are of."""

from __future__ import annotations

from flask import Blueprint

from survey.web.office import problems

blueprint = Blueprint("records", __name__, url_prefix="/aktiviteter")
problems.register(blueprint)

from survey.web.office.records import lists, writing  # noqa: E402, F401  # add routes
