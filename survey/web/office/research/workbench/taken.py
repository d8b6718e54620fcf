"""What a figure is called, and what it says of itself, when it leaves its page."""

from __future__ import annotations

import re

from flask_babel import gettext as _

from reports.charts.sketch import Chart
from reports.charts.taken_home import taken_home
from reports.wording import language_of
from survey.web.office.research import library
from survey.web.office.research.library import OpenRelease
from survey.web.office.research.workbench.asked import ROUND, Asked, Control
from survey.web.office.research.workbench.bench import Bench
from survey.web.office.research.workbench.registry import View


def file_name(bench: Bench, view: View, asked: Asked, figure: str, kind: str) -> str:
    """The release's name, the view and the choices: two files of different groups or scales are not called the same."""
    chosen = [control.chosen for control in asked.controls if control.name != ROUND]
    parts = (view.name, *chosen, *((figure,) if figure != view.name else ()))
    told = re.sub(r"[^\w-]", "_", "-".join(parts))
    return f"{library.stem(_release(bench, asked))}-{told}.{kind}"


def with_source(chart: Chart, bench: Bench, view: View, asked: Asked) -> Chart:
    """The chart with its title, the study, the choices that the title does not say, the release, and whether it is made
    up."""
    said = [_chosen(control, bench.language) for control in asked.controls]
    opened = _release(bench, asked)
    parts = [bench.study.title, str(view.title), *(one for one in said if one not in chart.title)]
    parts.append(_("release %(digest)s", digest=opened.release.digest[:12]))
    if opened.findings.simulated:
        parts.append(_("simulated answers"))
    return taken_home(chart, " · ".join(parts))


def _release(bench: Bench, asked: Asked) -> OpenRelease:
    """That of the round chosen; the newest for a view of all rounds."""
    chosen = asked.query.get(ROUND)
    return bench.opened(int(chosen)) if chosen else bench.newest


def _chosen(control: Control, language: str) -> str:
    if control.options:
        return dict(control.options)[control.chosen]
    comma = control.chosen.replace(".", ",") if language_of(language) == "sv" else control.chosen
    return f"{control.label}: {comma}"
