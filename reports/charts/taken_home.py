"""A chart as it is taken home: its title above and where it comes from below, since no page stands around it."""

from __future__ import annotations

from reportlab.graphics.shapes import Group

from reports import fonts
from reports.charts.sketch import Chart, Sketch, wrap
from reports.charts.tokens import PAPER, SOFT

MARGIN = 10.0
TITLE, SOURCE = 11.0, 7.5


def taken_home(chart: Chart, source: str) -> Chart:
    """The same drawing on paper of its own: what lies under it elsewhere may be dark."""
    titles = wrap(chart.title, chart.width, TITLE, fonts.SEMIBOLD)
    sources = wrap(source, chart.width, SOURCE)
    above, below = MARGIN + 14 * len(titles) + 6, 8 + 10 * len(sources) + MARGIN
    height = above + chart.height + below
    sketch = Sketch(chart.width + 2 * MARGIN)
    sketch.box(0, 0, sketch.width, height, PAPER)
    for at, line in enumerate(titles):
        sketch.text(MARGIN, MARGIN + 11 + 14 * at, line, size=TITLE, font=fonts.SEMIBOLD)
    for at, line in enumerate(sources):
        sketch.text(MARGIN, above + chart.height + 15 + 10 * at, line, size=SOURCE, token=SOFT)
    whole = sketch.finish(height, title=chart.title, description=chart.description)
    # A drawing is measured upwards from its foot.
    whole.add(Group(*chart.contents, transform=(1, 0, 0, 1, MARGIN, below)))
    return whole
