"""The codebook as PDF: contents with page numbers, and tables that go on over pages with their heads."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from reportlab.lib.styles import ParagraphStyle
from reportlab.platypus import CondPageBreak, Flowable, PageBreak, Paragraph, Table, TableStyle
from reportlab.platypus.tableofcontents import TableOfContents

from instruments.load import LoadedInstrument
from reports import fonts
from reports.charts.tokens import LINE
from reports.codebook import codebook_of
from reports.codebook_parts import Chapter, Codebook, Facts, Grid, Part, Remark, Words
from reports.pdf import short_digest
from reports.pdf.contents import Entry, build_with_contents
from reports.pdf.document import Imprint
from reports.pdf.parts import paragraph, space
from reports.pdf.styles import CONTENT, styles

_HEADINGS = {1: "title", 2: "heading", 3: "small_heading"}
_FIRST_COLUMN = 0.3
_ROOM = 260.0
"""A chapter with less room than this on its page begins on the next, in points."""


def codebook_pdf(loaded: LoadedInstrument, language: str) -> bytes:
    """The finished file, headings in `language` (sv or en). The same instrument gives the same bytes."""
    codebook, words = codebook_of(loaded, language), Words(language)
    story = [*_front(codebook, words)]
    for number, chapter in enumerate(codebook.chapters):
        story += _chapter(chapter, number, words)
    imprint = Imprint(
        title=codebook.title,
        subject=codebook.instrument,
        language=language,
        protection=words("codebook"),
        origin=f"{codebook.instrument} · {short_digest(codebook.digest)}",
    )
    return build_with_contents(story, imprint)


def _front(codebook: Codebook, words: Words) -> list[Flowable]:
    contents = TableOfContents(dotsMinLevel=0, levelStyles=[styles().body, _inner()])
    # Even a table of paragraphs names its font, and only ours is embedded.
    contents.tableStyle = TableStyle(
        [("FONTNAME", (0, 0), (-1, -1), fonts.REGULAR), ("LEFTPADDING", (0, 0), (-1, -1), 0)]
    )
    return [
        paragraph(codebook.instrument, "kicker"),
        paragraph(_printable(codebook.title, words), "title"),
        space(8),
        paragraph(words("contents"), "heading"),
        contents,
        PageBreak(),
    ]


def _inner() -> ParagraphStyle:
    """A section's line in the contents, under its chapter's."""
    return ParagraphStyle("inner", parent=styles().fine, leftIndent=14)


def _chapter(chapter: Chapter, number: int, words: Words) -> list[Flowable]:
    title = _printable(chapter.title, words)
    style = _HEADINGS[chapter.level]
    heading = paragraph(title, style)
    if chapter.level < 3:
        heading = Entry(title, getattr(styles(), style), chapter.level - 1, f"chapter-{number}")
    before: list[Flowable] = [CondPageBreak(_ROOM), space(12)] if chapter.level == 1 else []
    return [*before, heading, *(flowable for part in chapter.parts for flowable in _drawn(part, words))]


def _drawn(part: Part, words: Words) -> list[Flowable]:
    if isinstance(part, Remark):
        return [paragraph(part.text, "body")]
    if isinstance(part, Facts):
        rows = [[_cell(name, "head_cell", words), _cell(text, "cell", words)] for name, text in part.rows]
        return [_table(rows, (_FIRST_COLUMN, 1 - _FIRST_COLUMN), heads=0), space(6)]
    return [_grid(part, words), space(6)]


def _grid(part: Grid, words: Words) -> Table:
    head = [_cell(name, "head_cell", words) for name in part.head]
    rows = [[_cell(text, "small_cell", words) for text in row] for row in part.rows]
    return _table([head, *rows], part.shares, heads=1)


def _table(rows: Sequence[Sequence[Paragraph]], shares: Sequence[float], heads: int) -> Table:
    """Thin rules, the head again on each page. A row that is taller than a page goes on over it: nothing is cut off."""
    return Table(
        [list(row) for row in rows],
        colWidths=[share * CONTENT for share in shares],
        repeatRows=heads,
        splitInRow=1,
        style=TableStyle(
            [
                ("FONTNAME", (0, 0), (-1, -1), fonts.REGULAR),
                ("LEFTPADDING", (0, 0), (-1, -1), 0),
                ("RIGHTPADDING", (0, 0), (-2, -1), 8),
                ("RIGHTPADDING", (-1, 0), (-1, -1), 0),
                ("TOPPADDING", (0, 0), (-1, -1), 2),
                ("BOTTOMPADDING", (0, 0), (-1, -1), 3),
                ("VALIGN", (0, 0), (-1, -1), "TOP"),
                ("LINEBELOW", (0, 0), (-1, -1), 0.7, LINE.color),
            ]
        ),
    )


def _cell(text: str, style: str, words: Words) -> Paragraph:
    return paragraph(_printable(text, words), style)


def _printable(text: str, words: Words) -> str:
    """The text as the typeface can show it; a sentence instead where it has letters that the typeface lacks.

    Other signs that are missing (pictograms) become the sign for that. Marks of direction and joining have no shape of
    their own and are left out.
    """
    shown = "".join(sign for sign in text if unicodedata.category(sign) != "Cf")
    lacking = {sign for sign in shown if not sign.isspace() and ord(sign) not in fonts.signs()}
    if any(unicodedata.category(sign)[0] in "LM" for sign in lacking):
        return words("unprintable")
    return "".join("\N{REPLACEMENT CHARACTER}" if sign in lacking else sign for sign in shown)
