"""The file itself: pages, footer, page numbers, fonts, title and language. Same input, same bytes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from io import BytesIO
from typing import Any

from reportlab import rl_config
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, SimpleDocTemplate

from reports import fonts
from reports.charts.tokens import LINE, SOFT
from reports.pdf.phrases import phrase
from reports.pdf.styles import BOTTOM, CONTENT, PAGE_HEIGHT, PAGE_WIDTH, SIDE, TOP

LOCALES = {"sv": "sv-SE", "en": "en-GB"}
# Streams as bytes, not as text in base 85: a fifth smaller, and the encoding is slow. A setting of the whole process.
rl_config.useA85 = 0

_FOOTER_SIZE = 7.4
_FOOTER_TOP = 40.0


@dataclass(frozen=True)
class Imprint:
    """What the file says of itself, in its properties and at the foot of every page."""

    title: str
    subject: str
    language: str
    protection: str
    """Left in the footer: the protection limit, and whether answers are simulated."""
    origin: str
    """Right in the footer, before the page number: short digest, instrument and version."""


def build(story: list[Flowable], imprint: Imprint) -> bytes:
    """The finished PDF. Invariant: no clock, no random id, so equal stories give equal bytes."""
    fonts.register()
    buffer = BytesIO()
    template = SimpleDocTemplate(buffer, **properties(imprint))
    template.build(story, canvasmaker=partial(NumberedCanvas, foot=partial(foot, imprint)))
    return buffer.getvalue()


def properties(imprint: Imprint) -> dict[str, Any]:
    """What every document template of ours is made with."""
    return {
        "pagesize": (PAGE_WIDTH, PAGE_HEIGHT),
        "leftMargin": SIDE - _FRAME_PADDING,
        "rightMargin": SIDE - _FRAME_PADDING,
        "topMargin": TOP - _FRAME_PADDING,
        "bottomMargin": BOTTOM - _FRAME_PADDING,
        "title": imprint.title,
        "subject": imprint.subject,
        "author": "Termometern",
        "creator": "Termometern",
        "lang": LOCALES[imprint.language],
        "displayDocTitle": True,
        "invariant": 1,
    }


_FRAME_PADDING = 6.0
"""What ReportLab's frame adds inside its margins."""


class NumberedCanvas(Canvas):  # type: ignore[misc]  # ReportLab ships no types
    """Holds the pages back until their number is known, then draws the foot of each: `foot(canvas, page, pages)`."""

    def __init__(self, *args: object, foot: Callable[[Canvas, int, int], None], **options: object) -> None:
        # Without this every page would name Helvetica, which is not embedded.
        super().__init__(*args, **{**options, "initialFontName": fonts.REGULAR})
        self._foot = foot
        self._held: list[dict[str, object]] = []

    def showPage(self) -> None:  # noqa: N802  # ReportLab's name
        self._held.append(dict(self.__dict__))
        self._startPage()

    def save(self) -> None:
        held = self._held
        for state in held:
            self.__dict__.update(state)
            self._foot(self, self._pageNumber, len(held))
            super().showPage()
        super().save()


def foot(imprint: Imprint, canvas: Canvas, number: int, pages: int) -> None:
    """Protection to the left; origin and "sida 1 av 6" to the right."""
    page = phrase(imprint.language, "page", number=number, pages=pages)
    right = f"{imprint.origin} · {page}"
    canvas.setStrokeColor(LINE.color)
    canvas.setLineWidth(0.7)
    canvas.line(SIDE, _FOOTER_TOP, PAGE_WIDTH - SIDE, _FOOTER_TOP)
    canvas.setFont(fonts.REGULAR, _FOOTER_SIZE)
    canvas.setFillColor(SOFT.color)
    canvas.drawString(SIDE, _FOOTER_TOP - 12, imprint.protection)
    both = sum(fonts.text_width(text, fonts.REGULAR, _FOOTER_SIZE) for text in (imprint.protection, right))
    # A long instrument id moves the right part to a line of its own.
    baseline = _FOOTER_TOP - (12 if both + 12 <= CONTENT else 22)
    canvas.drawRightString(PAGE_WIDTH - SIDE, baseline, right)
