"""A paper form's file: A4 pages with the notice of origin, version and page number at the foot. Same input, same bytes.

No page holds anything that another copy does not: no number, no date, no name of a file.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from io import BytesIO
from typing import Final

from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, Paragraph, SimpleDocTemplate

from reports import fonts
from reports.charts.sketch import wrap
from reports.pdf.document import LOCALES, NumberedCanvas
from reports.pdf.styles import CONTENT, PAGE_HEIGHT, PAGE_WIDTH, SIDE

TOP: Final = 44.0
BOTTOM: Final = 70.0
BODY: Final = PAGE_HEIGHT - TOP - BOTTOM
"""Height of the room for questions on a page, in points."""
NOTICE_SIZE: Final = 7.2
_NOTICE_LEADING = 9.0
_NOTICE_LINES = 3
_FOOT_SIZE = 8.0
_FOOT_TOP = 58.0
_PADDING = 6.0
"""What ReportLab's frame adds inside its margins."""


class Gap(Flowable):  # type: ignore[misc]  # ReportLab ships no types
    """Air between questions; none is carried over to the next page."""

    def __init__(self, gap: float) -> None:
        super().__init__()
        self.gap = gap

    def wrap(self, _width: float, height: float) -> tuple[float, float]:
        return 0.0, min(self.gap, max(height, 0.0))

    def draw(self) -> None:
        """Nothing is drawn."""


class IfRoom(Paragraph):  # type: ignore[misc]  # ReportLab ships no types
    """A line that may be left out: it does not begin a page of its own."""

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        wide, high = super().wrap(width, height)
        self.fits = high <= height
        return (wide, high) if self.fits else (0.0, 0.0)

    def draw(self) -> None:
        if self.fits:
            super().draw()


@dataclass(frozen=True)
class Foot:
    """What stands at the foot of every page. `page` takes the places {page} and {pages}."""

    title: str
    version: str
    notice: str
    page: str
    language: str


def fits_in_foot(notice: str) -> bool:
    """Whether a notice of origin has room at the foot of every page."""
    return len(wrap(notice, CONTENT, NOTICE_SIZE)) <= _NOTICE_LINES


def build_form(story: list[Flowable], foot: Foot) -> bytes:
    """The finished PDF. Invariant: no clock and no random id, so that all copies ever made are alike."""
    fonts.register()
    buffer = BytesIO()
    SimpleDocTemplate(
        buffer,
        pagesize=(PAGE_WIDTH, PAGE_HEIGHT),
        leftMargin=SIDE - _PADDING,
        rightMargin=SIDE - _PADDING,
        topMargin=TOP - _PADDING,
        bottomMargin=BOTTOM - _PADDING,
        title=foot.title,
        author="Termometern",
        creator="Termometern",
        lang=LOCALES.get(foot.language, foot.language),
        displayDocTitle=True,
        invariant=1,
    ).build(story, canvasmaker=partial(NumberedCanvas, foot=partial(_draw, foot)))
    return buffer.getvalue()


def _draw(foot: Foot, canvas: Canvas, number: int, pages: int) -> None:
    canvas.setStrokeGray(0.55)
    canvas.setLineWidth(0.6)
    canvas.line(SIDE, _FOOT_TOP, PAGE_WIDTH - SIDE, _FOOT_TOP)
    canvas.setFillGray(0.2)
    canvas.setFont(fonts.REGULAR, NOTICE_SIZE)
    for place, line in enumerate(wrap(foot.notice, CONTENT, NOTICE_SIZE)[:_NOTICE_LINES], start=1):
        canvas.drawString(SIDE, _FOOT_TOP - 1 - place * _NOTICE_LEADING, line)
    canvas.setFont(fonts.REGULAR, _FOOT_SIZE)
    canvas.drawString(SIDE, 18, foot.version)
    canvas.setFont(fonts.SEMIBOLD, _FOOT_SIZE)
    canvas.drawRightString(PAGE_WIDTH - SIDE, 18, foot.page.format(page=number, pages=pages))
