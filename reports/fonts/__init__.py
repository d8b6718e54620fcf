"""The one typeface of every report and chart, embedded so that a page looks the same on any machine."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from reportlab.lib.fonts import addMapping
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

REGULAR = "OpenSans"
SEMIBOLD = "OpenSans-Semibold"
BOLD = "OpenSans-Bold"
FAMILY = "Open Sans"

_FILES = {REGULAR: "OpenSans-Regular.ttf", SEMIBOLD: "OpenSans-Semibold.ttf", BOLD: "OpenSans-Bold.ttf"}


@cache
def register() -> None:
    """Makes the typeface known to ReportLab, once a process. `<b>` in a paragraph is the semibold."""
    for name, file in _FILES.items():
        pdfmetrics.registerFont(TTFont(name, str(Path(__file__).parent / file)))
    for bold in (0, 1):
        for italic in (0, 1):
            addMapping(REGULAR, bold, italic, SEMIBOLD if bold else REGULAR)


@cache
def signs() -> frozenset[int]:
    """The code points that the typeface has a sign for."""
    register()
    return frozenset(pdfmetrics.getFont(REGULAR).face.charToGlyph)


def text_width(text: str, font: str, size: float) -> float:
    """Width in points of `text` set in one of the typeface's fonts."""
    register()
    return float(pdfmetrics.stringWidth(text, font, size))
