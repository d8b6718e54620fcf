"""The workbench's pages: a study's views, one view, and what can be taken home from it."""

from __future__ import annotations

from flask import Response, abort, render_template, request

from reports.charts import to_svg
from reports.charts.sketch import Chart
from reports.sheets import csv_text
from survey.web.office import access
from survey.web.office.downloads import csv_response, download
from survey.web.office.research import views
from survey.web.office.research.workbench import saved, taken
from survey.web.office.research.workbench.asked import Asked
from survey.web.office.research.workbench.bench import Bench, open_bench
from survey.web.office.research.workbench.registry import BY_NAME, VIEWS, View
from survey.web.office.research.workbench.shown import Figure


@access.login_required
def study(study_id: int) -> str:
    """What the study has, the views to choose among, and the person's own saved ones."""
    bench = open_bench(study_id, views.language())
    return render_template(
        "office/research/workbench/study.html", bench=bench, views=VIEWS, saved=saved.views_of(study_id)
    )


@access.login_required
def view(study_id: int, view: str) -> str:
    bench, chosen, asked = _opened(study_id, view)
    shown = chosen.make(bench, asked)
    return render_template(
        "office/research/workbench/view.html",
        bench=bench,
        view=chosen,
        views=VIEWS,
        asked=asked,
        shown=shown,
        drawn=_drawn,
        can_take={figure.name for figure in shown.figures if bench.exportable(figure.codes)},
        longest_name=saved.LONGEST_NAME,
    )


@access.login_required
def file(study_id: int, view: str, name: str, kind: str) -> Response:
    """A figure's chart as SVG, or its table as CSV. 403 unless the person may have all groups in it as files."""
    bench, chosen, asked = _opened(study_id, view)
    figure = next((one for one in chosen.make(bench, asked).figures if one.name == name), None)
    if figure is None or (kind == "svg" and figure.draw is None):
        abort(404)
    if not bench.exportable(figure.codes):
        abort(403)
    called = taken.file_name(bench, chosen, asked, figure.name, kind)
    if figure.draw is not None and kind == "svg":
        drawn = taken.with_source(figure.draw(), bench, chosen, asked)
        return download(to_svg(drawn).encode(), called, "image/svg+xml; charset=utf-8")
    return csv_response(csv_text(figure.table.file_rows()), called)


def _opened(study_id: int, name: str) -> tuple[Bench, View, Asked]:
    if name not in BY_NAME:
        abort(404)
    return open_bench(study_id, views.language()), BY_NAME[name], Asked(request.args)


def _drawn(figure: Figure) -> object:
    chart: Chart | None = figure.draw() if figure.draw else None
    return views.drawn(chart) if chart is not None else None
