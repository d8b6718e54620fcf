"""Questions that are answered alike, as a table: a row each, a column an option."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from reportlab.platypus import Flowable, Paragraph

from reports import fonts
from reports.pdf.paper_marks import Choice, Column, columns, draw_box, draw_code, rule
from reports.pdf.paper_style import Measures, text_style
from reports.pdf.styles import CONTENT

HEAD_SIZE: Final = 9.5


class GridRow(NamedTuple):
    text: Paragraph
    height: float


class Grid(Flowable):  # type: ignore[misc]  # ReportLab ships no types
    """Statements under each other, one column an option. The head comes again on every page; no row is split."""

    def __init__(
        self, heads: tuple[Column, ...], rows: Sequence[GridRow], text_width: float, measures: Measures
    ) -> None:
        super().__init__()
        self.heads, self.rows, self.text_width, self.measures = heads, tuple(rows), text_width, measures
        self.head_height = max(len(column.lines) for column in heads) * (HEAD_SIZE + 2) + 6

    @property
    def first_height(self) -> float:
        """The head with one row under it."""
        return self.head_height + self.rows[0].height

    def wrap(self, width: float, _height: float) -> tuple[float, float]:
        self.width = width
        self.height = self.head_height + sum(row.height for row in self.rows)
        return width, self.height

    def split(self, _width: float, height: float) -> list[Flowable]:
        room, count = height - self.head_height, 0
        while count < len(self.rows) and self.rows[count].height <= room:
            room -= self.rows[count].height
            count += 1
        if count in (0, len(self.rows)):
            return []
        return [
            Grid(self.heads, rows, self.text_width, self.measures) for rows in (self.rows[:count], self.rows[count:])
        ]

    def draw(self) -> None:
        canvas, measures = self.canv, self.measures
        step = (self.width - self.text_width) / len(self.heads)
        canvas.setFont(fonts.REGULAR, HEAD_SIZE)
        for number, column in enumerate(self.heads):
            middle = self.text_width + (number + 0.5) * step
            for place, line in enumerate(reversed(column.lines)):
                canvas.drawCentredString(middle, self.height - self.head_height + 6 + place * (HEAD_SIZE + 2), line)
        y = self.height - self.head_height
        rule(canvas, 0, self.width, y, 0.9)
        for row in self.rows:
            y -= row.height
            row.text.drawOn(canvas, 0, y + (row.height - row.text.height) / 2)
            for number, column in enumerate(self.heads):
                # The box stands in the middle of its column, the code beside it.
                x = self.text_width + (number + 0.5) * step - measures.box / 2
                bottom = y + (row.height - measures.box) / 2
                draw_box(canvas, x, bottom, measures.box)
                middle = bottom + measures.box / 2 - measures.code / 2 + 1
                draw_code(canvas, x + measures.box + 3, middle, column.choice.code, measures.code)
            rule(canvas, 0, self.width, y, 0.5)


_STEPS: Final = range(44, 67, 2)
"""Widths of a column that are tried, in points."""
_TALLEST_ROW: Final = 130.0


def fitting_grid(choices: Sequence[Choice], texts: Sequence[tuple[str, str]], measures: Measures) -> Grid | None:
    """A table of the questions, (number, markup) each; None where heads or texts are too long to be read in one."""
    for step in _STEPS:
        text_width = CONTENT - step * len(choices)
        if text_width < CONTENT * 0.38:
            return None
        heads = columns(choices, step - 5, HEAD_SIZE, 3)
        if heads is None:
            continue
        rows = [_row(number, text, text_width - 10, measures) for number, text in texts]
        return None if max(row.height for row in rows) > _TALLEST_ROW else Grid(heads, rows, text_width, measures)
    return None


def _row(number: str, text: str, width: float, measures: Measures) -> GridRow:
    style = text_style(measures.text, measures.leading, indent=measures.indent)
    paragraph = Paragraph(text, style, bulletText=number)
    _, height = paragraph.wrap(width, 10_000)
    return GridRow(paragraph, max(height + 7, measures.box + 11))
