"""What can be taken home from a release to look at: reports and charts, each of groups that the person may read."""

from __future__ import annotations

from pathlib import Path

from flask import Response, abort

from reports.charts import Focus, changes, levels, ranked, to_svg
from reports.charts.sketch import Chart
from survey.models import ReportFile
from survey.web import current_services
from survey.web.office import access
from survey.web.office.downloads import download
from survey.web.office.research import library, views


@access.login_required
def report(release_id: int, code: str) -> Response:
    """A finished report, found by its row: no part of the address becomes part of a path."""
    opened = library.find_release(release_id)
    views.own(opened, code)
    if code not in opened.reports:
        abort(404)
    path = _inside_reports(opened.reports[code])
    return download(path.read_bytes(), path.name, "application/pdf")


def _inside_reports(file: ReportFile) -> Path:
    folder = current_services().settings.reports.resolve()
    path = (folder / file.path).resolve()
    if not path.is_relative_to(folder) or not path.is_file():
        abort(404)
    return path


@access.login_required
def chart(release_id: int, code: str, name: str) -> Response:
    """A chart as a file. `name` is `forandring`, or a scale's id after `niva-` or `ordnade-`."""
    opened, focus = _exported(release_id, code)
    kind, _, scale_id = name.partition("-")
    scales = {scale.id for scale in focus.scales}
    found: Chart
    if name == "forandring" and views.has_changes(focus):
        found = changes(focus)
    elif kind == "niva" and scale_id in scales:
        found = levels(focus, scale_id)
    elif kind == "ordnade" and scale_id in scales and views.may_rank(opened, focus):
        found = ranked(focus, scale_id)
    else:
        abort(404)
    return download(to_svg(found).encode(), f"{library.stem(opened)}-{code}-{name}.svg", "image/svg+xml; charset=utf-8")


def _exported(release_id: int, code: str) -> tuple[library.OpenRelease, Focus]:
    opened = library.find_release(release_id)
    views.own(opened, code)
    if code not in opened.exportable:
        abort(403)
    return opened, opened.focus(code, views.language())
