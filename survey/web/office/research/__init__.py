"""The analyst's and the manager's pages. Every number comes from a release, through the disclosure gate."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from flask import Blueprint
from werkzeug.utils import import_string

from survey.web.office import problems

blueprint = Blueprint("research", __name__, url_prefix="/analys")
problems.register(blueprint)

ROUTES = (
    ("/", "overview", "views.overview"),
    ("/<int:release_id>/", "release", "views.release"),
    ("/<int:release_id>/<code>", "group", "views.group"),
    ("/<int:release_id>/<code>/rapport.pdf", "report", "files.report"),
    ("/<int:release_id>/<code>/diagram/<name>.svg", "chart", "files.chart"),
    ("/<int:release_id>/<code>/fritext", "texts", "texts.shown"),
    ("/matomgang/<int:round_id>/fritext", "read_texts", "texts.read"),
    ("/matomgang/<int:round_id>/mikrodata", "microdata", "microdata.microdata"),
    ("/metod/", "method", "method_pages.first"),
    ("/metod/<page>", "method_page", "method_pages.page"),
    ("/undersokning/<int:study_id>/", "bench", "workbench.pages.study"),
    ("/undersokning/<int:study_id>/<view>", "bench_view", "workbench.pages.view"),
    ("/undersokning/<int:study_id>/<view>/<name>.<any(svg, csv):kind>", "bench_file", "workbench.pages.file"),
    ("/undersokning/<int:study_id>/sparade", "save_view", "workbench.saved.save"),
    ("/undersokning/<int:study_id>/sparade/<int:saved_id>/ta-bort", "delete_view", "workbench.saved.delete"),
)
"""Address, endpoint, and the module and function beside this file that answer it."""

FORMS = frozenset({"microdata", "read_texts"})
"""Endpoints that also take a form in."""
FORMS_ONLY = frozenset({"save_view", "delete_view"})
"""Endpoints that take a form in and have no page of their own."""


def _when_asked_for(place: str) -> Callable[..., Any]:
    """The view at `place`, imported by the first who asks: the libraries for numbers and charts take most of a second
    to load, and a start does not wait for them."""

    def view(**values: object) -> object:
        return cast(Callable[..., object], import_string(f"{__name__}.{place}"))(**values)

    return view


for _address, _endpoint, _place in ROUTES:
    _methods = ["POST"] if _endpoint in FORMS_ONLY else ["GET", "POST"] if _endpoint in FORMS else ["GET"]
    blueprint.add_url_rule(_address, _endpoint, _when_asked_for(_place), methods=_methods)

FILES = ("resultat.csv", "resultat.xlsx", "resultat.json", "kolada.json")
"""The names in reports.export.FORMATS, which is not imported to find them."""

_release_file, _group_file = _when_asked_for("exports.release_file"), _when_asked_for("exports.group_file")
for _file in FILES:
    # By name: a rule with a choice in it would stand behind the one for a group's code.
    blueprint.add_url_rule(f"/<int:release_id>/{_file}", "release_file", _release_file, defaults={"file": _file})
    blueprint.add_url_rule(f"/<int:release_id>/<code>/{_file}", "group_file", _group_file, defaults={"file": _file})
