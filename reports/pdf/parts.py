"""The pieces that several pages are put together from."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import TypeAlias

from reportlab.platypus import Flowable, Paragraph, Spacer, Table, TableStyle

from reports import fonts
from reports.charts.sketch import wrap
from reports.charts.tokens import GROUND, INK, LINE, SOFT
from reports.pdf.styles import CONTENT, RULE, styles

Cell: TypeAlias = Flowable | str | list[Flowable]
_FLAT = [
    # Even an empty cell names its font, and only ours is embedded.
    ("FONTNAME", (0, 0), (-1, -1), fonts.REGULAR),
    ("LEFTPADDING", (0, 0), (-1, -1), 0),
    ("RIGHTPADDING", (0, 0), (-1, -1), 0),
]


def paragraphs(texts: Sequence[str], style: str = "body") -> list[Flowable]:
    """Plain texts as paragraphs; never markup, whatever they hold."""
    return [Paragraph(escape(text, quote=False), getattr(styles(), style)) for text in texts]


def paragraph(text: str, style: str = "body") -> Paragraph:
    return Paragraph(escape(text, quote=False), getattr(styles(), style))


def wrapped(text: str, width: float, style: str) -> Paragraph:
    """A narrow cell's text, broken by `charts.sketch.wrap`: a long Swedish word gets a hyphen where it breaks."""
    chosen = getattr(styles(), style)
    lines = wrap(text, width, chosen.fontSize, chosen.fontName)
    return Paragraph("<br/>".join(escape(line, quote=False) for line in lines), chosen)


def page_head(kicker: str, title: str) -> list[Flowable]:
    """`kicker` is markup already; the title is plain text."""
    return [Paragraph(kicker, styles().kicker), paragraph(title, "title")]


def message_box(headline: str, sentences: Sequence[str]) -> Table:
    """The message first: what a person would say aloud, on a warm ground beside an upright line."""
    rows = [[paragraph(headline, "headline")], *([paragraph(sentence, "message")] for sentence in sentences)]
    last = len(rows) - 1
    return Table(
        rows,
        colWidths=[CONTENT],
        style=TableStyle(
            [
                *_FLAT,
                ("BACKGROUND", (0, 0), (-1, -1), GROUND.color),
                ("LINEBEFORE", (0, 0), (0, -1), 2.5, RULE.color),
                ("LEFTPADDING", (0, 0), (-1, -1), 16),
                ("RIGHTPADDING", (0, 0), (-1, -1), 16),
                ("TOPPADDING", (0, 0), (-1, -1), 2),
                ("BOTTOMPADDING", (0, 0), (-1, -1), 3),
                ("TOPPADDING", (0, 0), (0, 0), 11),
                ("BOTTOMPADDING", (0, last), (0, last), 12),
            ]
        ),
        spaceBefore=9,
        spaceAfter=4,
    )


def ruled_table(
    rows: Sequence[Sequence[Cell]],
    widths: Sequence[float],
    *,
    right: tuple[int, ...] = (),
    size: float = 9.0,
    padding: float = 3.0,
) -> Table:
    """A table with a head row and thin rules, no other lines; the head is repeated on a new page.

    Texts that may wrap are paragraphs. Plain strings (numbers, short heads) are set in `size`; the columns in `right`
    are aligned to the right, so that their figures stand under each other.
    """
    return Table(
        [list(row) for row in rows],
        colWidths=list(widths),
        repeatRows=1,
        style=TableStyle(
            [
                *_FLAT,
                ("RIGHTPADDING", (0, 0), (-2, -1), 8),
                ("FONT", (0, 0), (-1, 0), fonts.REGULAR, 8),
                ("TEXTCOLOR", (0, 0), (-1, 0), SOFT.color),
                ("FONT", (0, 1), (-1, -1), fonts.REGULAR, size, size + 2.5),
                ("TEXTCOLOR", (0, 1), (-1, -1), INK.color),
                *(("ALIGN", (column, 0), (column, -1), "RIGHT") for column in right),
                ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
                ("VALIGN", (0, 0), (-1, 0), "BOTTOM"),
                ("TOPPADDING", (0, 0), (-1, -1), padding),
                ("BOTTOMPADDING", (0, 0), (-1, -1), padding),
                ("LINEBELOW", (0, 0), (-1, -1), 0.7, LINE.color),
            ]
        ),
    )


def two_columns(left: Sequence[Flowable], right: Sequence[Flowable]) -> Table:
    """Two columns that start at the same height. They do not break over a page."""
    gap = 24.0
    width = (CONTENT - gap) / 2
    return Table(
        [[list(left), "", list(right)]],
        colWidths=[width, gap, width],
        style=TableStyle([*_FLAT, ("VALIGN", (0, 0), (-1, -1), "TOP"), ("TOPPADDING", (0, 0), (-1, -1), 0)]),
    )


def space(height: float) -> Spacer:
    return Spacer(1, height)
