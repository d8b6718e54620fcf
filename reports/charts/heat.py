"""The heat map: groups down, scales across, the level as a number in each cell and as how dark the cell is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from reports import fonts, wording
from reports.charts.phrases import phrase
from reports.charts.sketch import Chart, Sketch, wrap
from reports.charts.tokens import EDGE, INK, PAPER, SOFT, steps
from reports.findings import Estimate, Verdict
from reports.wording import Unit

LABELS = 150.0
ROW = 19.0
TALL_ROW = 28.0
"""Where the columns are too narrow for number and word on one line."""
ROOM_FOR_BOTH = 78.0
STEPS = 5
HEAD_SIZE = 8.0


@dataclass(frozen=True)
class HeatCell:
    level: Estimate
    beside: Verdict | None
    """Against the others: INCREASE is certainly higher, DECREASE certainly lower."""


@dataclass(frozen=True)
class HeatRow:
    name: str
    cells: tuple[HeatCell, ...]


def heat(
    title: str,
    language: str,
    heads: Sequence[str],
    units: Sequence[Unit],
    rows: Sequence[HeatRow],
    *,
    width: float = 499.0,
) -> Chart:
    """Each column has its own ramp, from its lowest to its highest level shown, in five even parts.

    A frame with a sign says what darkness cannot: whether a group is higher or lower than the others for certain.
    """
    sketch = Sketch(width)
    wide = (width - LABELS) / max(len(heads), 1)
    lines = [wrap(head, wide - 6, HEAD_SIZE, fonts.SEMIBOLD)[:3] for head in heads]
    top = 6 + 10.0 * max((len(one) for one in lines), default=1)
    for column, head in enumerate(lines):
        for line, text in enumerate(head):
            middle = LABELS + wide * (column + 0.5)
            sketch.text(middle, 10 + line * 10, text, size=HEAD_SIZE, font=fonts.SEMIBOLD, anchor="middle")
    ends = [_ends([row.cells[column].level.value for row in rows]) for column in range(len(heads))]
    tall = TALL_ROW if wide < ROOM_FOR_BOTH and any(cell.beside for row in rows for cell in row.cells) else ROW
    for index, row in enumerate(rows):
        y = top + tall * index
        name = wrap(row.name, LABELS - 6, 8.5)
        sketch.text(0, y + tall / 2 + 3.5, name[0] if len(name) == 1 else name[0] + " …", size=8.5)
        for column, cell in enumerate(row.cells):
            _cell(sketch, cell, (LABELS + wide * column, y, wide, tall), ends[column], units[column], language)
    bottom = _legend(sketch, top + tall * len(rows) + 10, language)
    return sketch.finish(
        bottom, title=title, description=" ".join(_in_words(row, heads, units, language) for row in rows)
    )


def _ends(values: Sequence[float | None]) -> tuple[float, float]:
    known = [value for value in values if value is not None]
    return (min(known), max(known)) if known else (0.0, 0.0)


def step_of(value: float, low: float, high: float) -> int:
    """Which of the five parts between the column's ends a value lies in; the middle one where all are alike."""
    return STEPS // 2 if high <= low else min(STEPS - 1, int((value - low) / (high - low) * STEPS))


def _cell(
    sketch: Sketch,
    cell: HeatCell,
    box: tuple[float, float, float, float],
    ends: tuple[float, float],
    unit: Unit,
    language: str,
) -> None:
    """`box`: left, top, width, height."""
    x, y, wide, high = box
    middle, baseline = x + wide / 2, y + high / 2 + 3.5
    if cell.level.value is None:
        sketch.box(x + 1, y + 1, wide - 2, high - 2, PAPER, EDGE)
        sketch.text(middle, baseline, "–", size=8.5, token=SOFT, anchor="middle")
        return
    fill, ink = steps(STEPS)[step_of(cell.level.value, *ends)]
    sketch.box(x + 1, y + 1, wide - 2, high - 2, fill)
    said, sign = wording.level(cell.level.value, language, unit), _sign(cell.beside, language)
    below = bool(sign) and high > ROW
    sketch.text(middle, baseline - (4.5 if below else 0), said, size=8.5, token=ink, anchor="middle")
    if below:
        sketch.text(middle, baseline + 5.5, sign, size=7.5, font=fonts.SEMIBOLD, token=ink, anchor="middle")
    elif sign:
        sketch.text(x + wide - 5, baseline, sign, size=7.5, font=fonts.SEMIBOLD, token=ink, anchor="end")


def _sign(beside: Verdict | None, language: str) -> str:
    if beside not in (Verdict.INCREASE, Verdict.DECREASE):
        return ""
    return phrase(language, "sign_higher" if beside is Verdict.INCREASE else "sign_lower")


def _legend(sketch: Sketch, top: float, language: str) -> float:
    sketch.text(0, top + 9, phrase(language, "heat_legend"), size=8, token=SOFT)
    x = LABELS
    for fill, _ in steps(STEPS):
        sketch.box(x, top, 24, 11, fill, EDGE)
        x += 26
    sketch.text(x + 6, top + 9, phrase(language, "heat_signs"), size=8, token=INK)
    return top + 16


def _in_words(row: HeatRow, heads: Sequence[str], units: Sequence[Unit], language: str) -> str:
    said = (
        f"{head} {wording.level_estimate(cell.level, language, unit)}"
        for head, unit, cell in zip(heads, units, row.cells, strict=True)
    )
    return f"{row.name}: {', '.join(said)}."
