"""Sizes, greys and type of a paper form, and texts as its paragraphs' markup."""

from __future__ import annotations

from functools import cache
from html import escape
from itertools import pairwise
from typing import Final, NamedTuple

from reportlab.lib.styles import ParagraphStyle

from instruments.markdown import Bullets, Mark, Span, parse
from instruments.model import Variant
from reports import fonts

INK: Final = 0.0
SOFT: Final = 0.25
"""Grey of codes and ids: still there after a photocopier."""
RULE: Final = 0.55


class Measures(NamedTuple):
    """Sizes in points; the easy variant has larger letters and more room to hit a box."""

    text: float
    leading: float
    label: float
    """Options that stand in a row."""
    box: float
    code: float
    indent: float
    """From the number of a question to its text."""
    gap: float
    """Between questions."""
    row: float
    """Between ruled lines to write on."""
    picture: float
    between: float
    """Between options under each other."""


STANDARD = Measures(
    text=11, leading=15, label=10.5, box=12.5, code=7.5, indent=24, gap=11, row=24, picture=36, between=2.5
)
EASY = Measures(text=14, leading=20, label=14, box=18, code=8.5, indent=30, gap=26, row=30, picture=56, between=6)
MEASURES = {Variant.STANDARD: STANDARD, Variant.EASY: EASY}


@cache
def text_style(
    size: float, leading: float, *, font: str = fonts.REGULAR, indent: float = 0, before: float = 0, after: float = 0
) -> ParagraphStyle:
    fonts.register()
    return ParagraphStyle(
        f"paper-{font}-{size}-{leading}-{indent}-{before}-{after}",
        fontName=font,
        fontSize=size,
        leading=leading,
        leftIndent=indent,
        bulletFontName=fonts.SEMIBOLD,
        bulletFontSize=size,
        bulletIndent=0,
        spaceBefore=before,
        spaceAfter=after,
        splitLongWords=True,
        spaceShrinkage=0,
    )


def markup(text: str) -> str:
    """Plain text as a paragraph's markup: nothing in it means anything, but its lines stay."""
    return escape(text, quote=False).replace("\n", "<br/>")


def rich(text: str) -> str:
    """A longer text with its little Markdown (`instruments.markdown`) as a paragraph's markup.

    The house's typeface has no italics here, so that emphasis too is set in semibold.
    """
    said = ""
    for before, block in pairwise((None, *parse(text))):
        listed = isinstance(block, Bullets)
        if before is not None:
            said += "<br/>" if listed else "<br/><br/>"
        lines = block.lines if isinstance(block, Bullets) else (block.line,) if block else ()
        said += "<br/>".join(("•\u00a0" if listed else "") + "".join(map(_span, line)) for line in lines)
    return said


def _span(span: Span) -> str:
    words = escape(span.text, quote=False)
    return words if span.mark is Mark.NONE else f"<b>{words}</b>"
