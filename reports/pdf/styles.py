"""Type and measures of a report's pages: A4, one column, much air."""

from __future__ import annotations

from functools import cache
from typing import Final, NamedTuple

from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle

from reports import fonts
from reports.charts.tokens import BRAND, INK, NOTE, SOFT, Token

PAGE_WIDTH, PAGE_HEIGHT = A4
SIDE: Final = 48.0
TOP: Final = 42.0
BOTTOM: Final = 54.0
CONTENT: Final = PAGE_WIDTH - 2 * SIDE
"""Width of the column, in points."""


class Styles(NamedTuple):
    kicker: ParagraphStyle
    """The small line above a title: study, round, and whether the answers are simulated."""
    title: ParagraphStyle
    lead: ParagraphStyle
    """The sentence a page opens with."""
    heading: ParagraphStyle
    small_heading: ParagraphStyle
    body: ParagraphStyle
    soft: ParagraphStyle
    fine: ParagraphStyle
    """The method's running text."""
    headline: ParagraphStyle
    message: ParagraphStyle
    cell: ParagraphStyle
    strong_cell: ParagraphStyle
    mean_cell: ParagraphStyle
    small_cell: ParagraphStyle
    head_cell: ParagraphStyle
    code: ParagraphStyle


@cache
def styles() -> Styles:
    fonts.register()
    return Styles(
        kicker=_style(8.8, 12, token=SOFT),
        title=_style(24, 30, font=fonts.BOLD, after=3),
        lead=_style(12, 17, font=fonts.SEMIBOLD, after=2, before=3),
        heading=_style(11.5, 15, font=fonts.SEMIBOLD, before=12, after=4, keep=True),
        small_heading=_style(9.6, 13.4, font=fonts.SEMIBOLD, before=6, after=1, keep=True),
        body=_style(9.8, 14, after=4),
        soft=_style(8.3, 11.8, token=SOFT, after=3),
        fine=_style(9, 12.8, after=2),
        headline=_style(13.5, 19, font=fonts.SEMIBOLD),
        message=_style(10.8, 15.8),
        cell=_style(9, 12),
        strong_cell=_style(9.8, 13, font=fonts.SEMIBOLD),
        mean_cell=_style(11, 14, font=fonts.SEMIBOLD, align=2),
        small_cell=_style(8.6, 11),
        head_cell=_style(8, 10.5, token=SOFT),
        code=_style(7.6, 11, token=INK, wrap_anywhere=True),
    )


def simulated_mark(text: str) -> str:
    """The label of made-up answers as paragraph markup: it must not be overlooked."""
    return f'<font name="{fonts.SEMIBOLD}" color="{NOTE.hex}">{text}</font>'


def coloured(text: str, token: Token) -> str:
    """Semibold in one of the tokens, as paragraph markup."""
    return f'<font name="{fonts.SEMIBOLD}" color="{token.hex}">{text}</font>'


RULE: Final = BRAND
"""The upright line beside the message."""


def _style(
    size: float,
    leading: float,
    *,
    font: str = fonts.REGULAR,
    token: Token = INK,
    before: float = 0,
    after: float = 0,
    align: int = 0,
    keep: bool = False,
    wrap_anywhere: bool = False,
) -> ParagraphStyle:
    return ParagraphStyle(
        f"{font}-{size}-{token.name}-{align}",
        fontName=font,
        fontSize=size,
        leading=leading,
        textColor=token.color,
        spaceBefore=before,
        spaceAfter=after,
        alignment=align,
        keepWithNext=keep,
        splitLongWords=True,
        # A line is as wide as its letters: no squeezed spaces.
        spaceShrinkage=0,
        wordWrap="CJK" if wrap_anywhere else None,
    )
