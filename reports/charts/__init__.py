"""Charts for pages and reports: one drawing each, to PDF as a flowable and to SVG with `to_svg`."""

from reports.charts.change import changes
from reports.charts.focus import Focus
from reports.charts.levels import levels
from reports.charts.ranked import ranked
from reports.charts.spread import runs, spread, spread_item, spread_legend
from reports.charts.strip import scale_strip
from reports.charts.svg import to_svg

__all__ = [
    "Focus",
    "changes",
    "levels",
    "ranked",
    "runs",
    "scale_strip",
    "spread",
    "spread_item",
    "spread_legend",
    "to_svg",
]
