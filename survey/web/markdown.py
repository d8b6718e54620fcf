"""Texts of an instrument as HTML: what `instruments.markdown` knows, and everything else escaped."""

from __future__ import annotations

from markupsafe import Markup, escape

from instruments.markdown import Block, Line, Mark, Paragraph, parse


def to_html(text: str) -> Markup:
    """Paragraphs and lists, one after another; no element but p, ul, li, strong and em, and none has an attribute."""
    return Markup("\n").join(_block(block) for block in parse(text))


def _block(block: Block) -> Markup:
    if isinstance(block, Paragraph):
        return Markup("<p>{}</p>").format(_line(block.line))
    return Markup("<ul>{}</ul>").format(
        Markup().join(Markup("<li>{}</li>").format(_line(line)) for line in block.lines)
    )


_MARKUP = {Mark.STRONG: Markup("<strong>{}</strong>"), Mark.EMPHASIS: Markup("<em>{}</em>")}


def _line(line: Line) -> Markup:
    return Markup().join(
        _MARKUP[span.mark].format(span.text) if span.mark is not Mark.NONE else escape(span.text) for span in line
    )
