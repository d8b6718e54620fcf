"""The little Markdown that longer texts of an instrument may use: **bold**, *emphasis*, paragraphs and lists. Pure.

For introductions, the words before a section, help and statements; nowhere else. Everything that is not one of the
four is literal text, so nothing can be written wrongly, and a text is never a template:

- `**two stars**` and `*one star*` around words, without a space just inside them and without a letter or a digit just
  outside: `2*3*4` is arithmetic. They do not nest.
- A blank line parts paragraphs. Another line break is a space.
- Lines that begin with `- ` are a list.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby


class Mark(StrEnum):
    NONE = ""
    STRONG = "strong"
    EMPHASIS = "em"


@dataclass(frozen=True)
class Span:
    """Words in one and the same way; never empty."""

    text: str
    mark: Mark = Mark.NONE


Line = tuple[Span, ...]


@dataclass(frozen=True)
class Paragraph:
    line: Line


@dataclass(frozen=True)
class Bullets:
    lines: tuple[Line, ...]


Block = Paragraph | Bullets

_MARKED = re.compile(
    r"(?<![\w*])(?:\*\*(?P<strong>[^\s*](?:[^*]*[^\s*])?)\*\*|\*(?P<em>[^\s*](?:[^*]*[^\s*])?)\*)(?![\w*])"
)
_BLANK = re.compile(r"\n[^\S\n]*\n")
_BULLET = "- "


def parse(text: str) -> tuple[Block, ...]:
    """The blocks of a text, in order. Every text is sound; one of white space alone has none."""
    return tuple(block for chunk in _BLANK.split(text) for block in _blocks(chunk))


def plain(text: str) -> str:
    """The same words for a place that cannot show marks: a blank line between blocks, `- ` before what is listed."""
    return "\n\n".join("\n".join(_plain_lines(block)) for block in parse(text))


def _blocks(chunk: str) -> list[Block]:
    lines = [stripped for line in chunk.split("\n") if (stripped := line.strip())]
    found: list[Block] = []
    for listed, group in groupby(lines, key=lambda line: line.startswith(_BULLET)):
        if listed:
            found.append(Bullets(tuple(_spans(line.removeprefix(_BULLET).strip()) for line in group)))
        else:
            found.append(Paragraph(_spans(" ".join(group))))
    return found


def _spans(text: str) -> Line:
    spans, reached = [], 0
    for match in _MARKED.finditer(text):
        if match.start() > reached:
            spans.append(Span(text[reached : match.start()]))
        mark = Mark.STRONG if match["strong"] else Mark.EMPHASIS
        spans.append(Span(match[match.lastgroup or 0], mark))
        reached = match.end()
    if reached < len(text):
        spans.append(Span(text[reached:]))
    return tuple(spans)


def _plain_lines(block: Block) -> list[str]:
    if isinstance(block, Paragraph):
        return [_words(block.line)]
    return [_BULLET + _words(line) for line in block.lines]


def _words(line: Line) -> str:
    return "".join(span.text for span in line)
