"""A group by background, as tables: one for each item of the menu, a row for each category."""

from __future__ import annotations

from dataclasses import dataclass

from instruments.model import in_language, item_text, option_text
from reports import wording
from reports.charts import Focus
from reports.findings import CutCell, CutFinding, Estimate
from reports.sums import unit_of
from reports.wording import Unit


@dataclass(frozen=True)
class CutTable:
    item: str
    title: str
    scales: tuple[str, ...]
    rows: tuple[CutRow, ...]


@dataclass(frozen=True)
class CutRow:
    name: str
    n: int | None
    means: tuple[tuple[str, str], ...]
    """Mean, or why there is none, and its interval; empty where nothing of the row is shown."""
    why_not: str


def cut_tables(focus: Focus) -> tuple[CutTable, ...]:
    """Of the items where any category is shown: a table of nothing but hidden rows would say nothing."""
    return tuple(
        CutTable(
            item=cut.item,
            title=item_text(focus.instrument.items_by_id[cut.item], focus.language),
            scales=tuple(in_language(scale.title, focus.language) for scale in focus.instrument.scales),
            rows=tuple(_row(focus, cut, cell) for cell in cut.cells),
        )
        for cut in focus.findings.cuts
        if cut.group == focus.code and any(cell.n is not None for cell in cut.cells)
    )


def _row(focus: Focus, cut: CutFinding, cell: CutCell) -> CutRow:
    options = focus.instrument.options(focus.instrument.items_by_id[cut.item])
    names = [option_text(option, focus.language) for option in options if option.value in cell.options]
    if cell.n is None:
        return CutRow(" / ".join(names), None, (), wording.reason(cell.reason, focus.language))
    return CutRow(" / ".join(names), cell.n, _means(focus, cell), "")


def _means(focus: Focus, cell: CutCell) -> tuple[tuple[str, str], ...]:
    pairs = zip(focus.instrument.scales, cell.means, strict=True)
    return tuple(_mean(mean, focus.language, unit_of(scale)) for scale, mean in pairs)


def _mean(mean: Estimate, language: str, unit: Unit) -> tuple[str, str]:
    if mean.value is None:
        return wording.reason(mean.reason, language), ""
    between = wording.level_interval(mean, language, unit) if mean.low is not None else ""
    return wording.level(mean.value, language, unit), between
