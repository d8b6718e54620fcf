"""The administrator's pages: studies, rounds, ways in, and what has been done. They reach no answers."""

from __future__ import annotations

from flask import Blueprint

from survey.web.office import problems

blueprint = Blueprint("admin", __name__, url_prefix="/admin")
problems.register(blueprint)

from survey.web.office.admin import (  # noqa: E402, F401  # add routes
    ending,
    events,
    groups,
    overview,
    paper,
    paper_entry,
    paper_numbers,
    rounds,
    setup,
    steps,
    study,
    ways_in,
)
