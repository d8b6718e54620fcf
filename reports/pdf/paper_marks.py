"""The pieces of a paper form that somebody writes in: boxes, rows of boxes, tables of boxes, lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, Paragraph

from reports import fonts
from reports.charts.sketch import wrap
from reports.pdf.paper_style import INK, RULE, SOFT, STANDARD, Measures, markup, text_style
from reports.pdf.symbols import Symbol

_LISTED: Final = 0.78
"""Of a picture's size, where options stand under each other."""


@dataclass(frozen=True)
class Picture:
    """A drawing, or only what it shows where there is none that can be drawn."""

    symbol: Symbol | None
    alt: str

    def draw(self, canvas: Canvas, x: float, y: float, size: float) -> None:
        if self.symbol is not None:
            self.symbol.draw(canvas, x, y, size)
            return
        canvas.setStrokeGray(RULE)
        canvas.setLineWidth(0.8)
        canvas.roundRect(x, y, size, size, 4)
        letter = 7.5
        lines = wrap(self.alt, size - 6, letter)[: int((size - 4) // (letter + 1.5))]
        canvas.setFillGray(INK)
        canvas.setFont(fonts.REGULAR, letter)
        top = y + size / 2 + len(lines) * (letter + 1.5) / 2
        for number, line in enumerate(lines, start=1):
            canvas.drawCentredString(x + size / 2, top - number * (letter + 1.5) + 2, line)


@dataclass(frozen=True)
class Choice:
    """One box: what it says, and the code that whoever types it in writes for it."""

    code: str
    label: str
    picture: Picture | None = None


def draw_box(canvas: Canvas, x: float, y: float, size: float) -> None:
    """An empty box, its lower left corner at (x, y)."""
    canvas.setStrokeGray(INK)
    canvas.setLineWidth(1.1)
    canvas.roundRect(x, y, size, size, 1.5)


def draw_code(canvas: Canvas, x: float, y: float, code: str, size: float) -> None:
    canvas.setFillGray(SOFT)
    canvas.setFont(fonts.REGULAR, size)
    canvas.drawString(x, y, code)
    canvas.setFillGray(INK)


def code_width(choices: Sequence[Choice], measures: Measures) -> float:
    return max((fonts.text_width(one.code, fonts.REGULAR, measures.code) for one in choices), default=0.0)


class OptionLine(Paragraph):  # type: ignore[misc]  # ReportLab ships no types
    """One option on a line of its own: box, code, perhaps a picture, then its words. Splits as a paragraph does."""

    choice: Choice | None = None
    measures: Measures = STANDARD

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        wide, high = super().wrap(width, height)
        if self.choice is not None and self.choice.picture is not None:
            high = max(high, self.measures.picture * _LISTED + 2)
        self.height = high
        return wide, high

    def split(self, width: float, height: float) -> list[Flowable]:
        parts: list[Flowable] = super().split(width, height)
        if len(parts) > 1:
            # The box stays with the first words.
            parts[0].choice, parts[0].measures = self.choice, self.measures
        return parts

    def draw(self) -> None:
        choice, measures = self.choice, self.measures
        if choice is None:
            super().draw()
            return
        words = self.style.leading * len(self.blPara.lines)
        if choice.picture is not None:
            size = measures.picture * _LISTED
            choice.picture.draw(self.canv, self.style.leftIndent - size - 10, 1, size)
        # Words beside a picture stand in its middle.
        sunk = max(0.0, (self.height - words) / 2)
        first = self.height - sunk - self.style.leading / 2
        x = measures.indent
        draw_box(self.canv, x, first - measures.box / 2 + 0.5, measures.box)
        draw_code(self.canv, x + measures.box + 3, first - measures.code / 2 + 1, choice.code, measures.code)
        self.canv.translate(0, -sunk)
        super().draw()


class QuestionLine(Paragraph):  # type: ignore[misc]  # ReportLab ships no types
    """A question with its picture before the words. Splits as a paragraph does."""

    picture: Picture | None = None
    size: float = 0.0

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        wide, high = super().wrap(width, height)
        self.height = max(high, self.size + 4)
        return wide, self.height

    def split(self, width: float, height: float) -> list[Flowable]:
        parts: list[Flowable] = super().split(width, height)
        if len(parts) > 1:
            parts[0].picture, parts[0].size = self.picture, self.size
        return parts

    def draw(self) -> None:
        if self.picture is not None:
            self.picture.draw(self.canv, self.style.leftIndent - self.size - 12, self.height - self.size - 2, self.size)
        sunk = max(0.0, (self.height - self.style.leading * len(self.blPara.lines)) / 2)
        self.canv.translate(0, -sunk)
        super().draw()


def question_line(text: str, number: str, picture: Picture, measures: Measures) -> QuestionLine:
    """`text` is markup."""
    indent = measures.indent + measures.picture + 12
    style = text_style(measures.text, measures.leading, font=fonts.SEMIBOLD, indent=indent)
    line = QuestionLine(text, style, bulletText=number)
    line.picture, line.size = picture, measures.picture
    return line


def option_line(choice: Choice, measures: Measures, codes: float) -> OptionLine:
    """`codes`: the width of the widest code, so that the words of all options begin at one line."""
    beside = measures.picture * _LISTED + 12 if choice.picture is not None else 0
    indent = measures.indent + measures.box + 3 + codes + 7 + beside
    line = OptionLine(
        markup(choice.label), text_style(measures.text, measures.leading, indent=indent, before=measures.between)
    )
    line.choice, line.measures = choice, measures
    return line


class Column(NamedTuple):
    choice: Choice
    lines: tuple[str, ...]


def columns(choices: Sequence[Choice], width: float, size: float, most_lines: int) -> tuple[Column, ...] | None:
    """The labels in columns of `width`; None where one would need more lines, or a word would have to be broken."""
    found = []
    for choice in choices:
        lines = wrap(choice.label, width, size)
        words = {word for line in lines for word in line.split()}
        if len(lines) > most_lines or not words <= set(choice.label.split()):
            return None
        found.append(Column(choice, lines))
    return tuple(found)


class ChoiceRow(Flowable):  # type: ignore[misc]  # ReportLab ships no types
    """Options beside each other: a box with its words under it, and a picture above where there is one."""

    def __init__(self, shown: tuple[Column, ...], measures: Measures) -> None:
        super().__init__()
        self.shown, self.measures = shown, measures

    def wrap(self, width: float, _height: float) -> tuple[float, float]:
        measures = self.measures
        self.width = width
        self.step = (width - measures.indent) / len(self.shown)
        self.pictured = measures.picture + 5 if any(column.choice.picture for column in self.shown) else 0
        lines = max(len(column.lines) for column in self.shown)
        self.height = 5 + self.pictured + measures.box + 3 + lines * (measures.label * 1.25) + 2
        return width, self.height

    def draw(self) -> None:
        measures = self.measures
        for number, column in enumerate(self.shown):
            x = measures.indent + number * self.step
            top = self.height - 5
            if column.choice.picture is not None:
                column.choice.picture.draw(self.canv, x, top - measures.picture, measures.picture)
            bottom = top - self.pictured - measures.box
            draw_box(self.canv, x, bottom, measures.box)
            middle = bottom + measures.box / 2 - measures.code / 2 + 1
            draw_code(self.canv, x + measures.box + 3, middle, column.choice.code, measures.code)
            self.canv.setFont(fonts.REGULAR, measures.label)
            for place, line in enumerate(column.lines, start=1):
                self.canv.drawString(x, bottom - 2 - place * measures.label * 1.25 + 1, line)


class Lines(Flowable):  # type: ignore[misc]  # ReportLab ships no types
    """Ruled lines to write on."""

    def __init__(self, count: int, measures: Measures) -> None:
        super().__init__()
        self.count, self.measures = count, measures

    def wrap(self, width: float, _height: float) -> tuple[float, float]:
        self.width, self.height = width, self.count * self.measures.row + 2
        return self.width, self.height

    def draw(self) -> None:
        for number in range(self.count):
            y = 1 + number * self.measures.row
            rule(self.canv, self.measures.indent, self.width, y, 0.7)


class Cells(Flowable):  # type: ignore[misc]  # ReportLab ships no types
    """Room for a number: one open box, or one a digit."""

    def __init__(self, count: int, width: float, measures: Measures) -> None:
        super().__init__()
        self.count, self.cell, self.measures = count, width, measures

    def wrap(self, width: float, _height: float) -> tuple[float, float]:
        self.width, self.height = width, self.measures.row + 4
        return self.width, self.height

    def draw(self) -> None:
        self.canv.setStrokeGray(INK)
        self.canv.setLineWidth(1.1)
        for number in range(self.count):
            self.canv.rect(self.measures.indent + number * self.cell, 1, self.cell, self.measures.row)


class SliderRow(Flowable):  # type: ignore[misc]  # ReportLab ships no types
    """A row of boxes, each over its number, with the words of either end above."""

    def __init__(self, values: Sequence[int], low: str, high: str, measures: Measures) -> None:
        super().__init__()
        self.values, self.low, self.high, self.measures = tuple(values), low, high, measures

    def wrap(self, width: float, _height: float) -> tuple[float, float]:
        measures = self.measures
        self.width = width
        self.step = min((width - measures.indent) / len(self.values), 3.2 * measures.box)
        row = (len(self.values) - 1) * self.step + measures.box
        # Each end has nearly half of the row, and never less than would hold a word.
        self.end = max(row / 2 - 6, 110.0)
        self.lows, self.highs = (wrap(text, self.end, measures.label) for text in (self.low, self.high))
        self.leading = measures.label * 1.25
        lines = max(len(self.lows), len(self.highs))
        self.height = 5 + lines * self.leading + 5 + measures.box + measures.code + 6
        return width, self.height

    def draw(self) -> None:
        measures = self.measures
        left = measures.indent
        right = max(left + (len(self.values) - 1) * self.step + measures.box, left + 2 * self.end + 12)
        self.canv.setFont(fonts.REGULAR, measures.label)
        base = measures.code + 6 + measures.box + 6
        for number, line in enumerate(reversed(self.lows)):
            self.canv.drawString(left, base + number * self.leading, line)
        for number, line in enumerate(reversed(self.highs)):
            self.canv.drawRightString(min(right, self.width), base + number * self.leading, line)
        for place, value in enumerate(self.values):
            x = left + place * self.step
            draw_box(self.canv, x, measures.code + 5, measures.box)
            self.canv.setFillGray(INK)
            self.canv.setFont(fonts.REGULAR, measures.code + 1.5)
            self.canv.drawCentredString(x + measures.box / 2, 2, str(value))


def rule(canvas: Canvas, left: float, right: float, y: float, width: float) -> None:
    canvas.setStrokeGray(RULE)
    canvas.setLineWidth(width)
    canvas.line(left, y, right, y)
