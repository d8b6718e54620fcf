"""A chart as SVG for a web page: text stays text, and a stylesheet may recolour it.

Every shape carries its colour both as an attribute (so that a saved file looks right in any program) and as a class
(`fill-brand`, `stroke-last` ...), because a style rule wins over an attribute: that is how dark mode and an
organisation's own colours reach the drawing, without a style attribute that a strict content policy would refuse.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from html import escape

from reportlab.graphics.shapes import Circle, Group, Line, Rect, Shape, String
from reportlab.lib.colors import Color

from reports import fonts
from reports.charts.sketch import Chart
from reports.charts.tokens import name_of

LONG_LINE = 100.0
"""Points; shorter texts have room around them."""
_NOT_IN_XML = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""XML 1.0, section 2.2: one such character, and a browser shows nothing of the file."""
_WEIGHTS = {fonts.SEMIBOLD: "600", fonts.BOLD: "700"}


def to_svg(chart: Chart) -> str:
    """The chart as one `<svg role="img">` element with `<title>` and `<desc>`; well-formed XML, same bytes every time.

    The width follows the page it stands on; `viewBox` keeps the proportions.
    """
    body = "".join(_shapes(chart.contents, 0.0, chart.height))
    title, description = _words(chart.title), _words(chart.description)
    # Several charts share a page, so the ids come from what is in them.
    name = "chart-" + hashlib.sha256((title + description + body).encode()).hexdigest()[:10]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="chart" role="img" aria-labelledby="{name}-t"'
        f' aria-describedby="{name}-d" viewBox="0 0 {_number(chart.width)} {_number(chart.height)}"'
        f' width="{_number(chart.width)}" height="{_number(chart.height)}"'
        f' font-family="{fonts.FAMILY}, system-ui, sans-serif">'
        f'<title id="{name}-t">{title}</title><desc id="{name}-d">{description}</desc>{body}</svg>'
    )


def _words(text: str, *, quote: bool = True) -> str:
    """Text as it stands in XML, without the characters that it cannot hold."""
    return escape(_NOT_IN_XML.sub("", text), quote)


def _shapes(shapes: list[Shape], dx: float, height: float) -> Iterator[str]:
    """Each shape as an element, with the groups' shifts added up. A sketch only shifts, never turns or scales."""
    for shape in shapes:
        if isinstance(shape, Group):
            yield from _shapes(shape.contents, dx + shape.transform[4], height - shape.transform[5])
        else:
            yield _WRITERS[type(shape)](shape, dx, height)


def _text(shape: String, dx: float, height: float) -> str:
    anchor = "" if shape.textAnchor == "start" else f' text-anchor="{shape.textAnchor}"'
    weight = "" if shape.fontName == fonts.REGULAR else f' font-weight="{_WEIGHTS[shape.fontName]}"'
    width = fonts.text_width(shape.text, shape.fontName, shape.fontSize)
    # A reader without the typeface gets a wider one: long lines are held to the room they were wrapped for.
    held = f' textLength="{_number(width)}" lengthAdjust="spacingAndGlyphs"' if width > LONG_LINE else ""
    return (
        f'<text x="{_number(dx + shape.x)}" y="{_number(height - shape.y)}" font-size="{_number(shape.fontSize)}"'
        f"{anchor}{weight}{held}{_paint(shape.fillColor, None)}>{_words(shape.text, quote=False)}</text>"
    )


def _line(shape: Line, dx: float, height: float) -> str:
    dashes = f' stroke-dasharray="{" ".join(map(_number, shape.strokeDashArray))}"' if shape.strokeDashArray else ""
    return (
        f'<line x1="{_number(dx + shape.x1)}" y1="{_number(height - shape.y1)}" x2="{_number(dx + shape.x2)}"'
        f' y2="{_number(height - shape.y2)}" stroke-width="{_number(shape.strokeWidth)}"{dashes}'
        f"{_paint(None, shape.strokeColor, with_fill=False)}/>"
    )


def _rect(shape: Rect, dx: float, height: float) -> str:
    stroke = f' stroke-width="{_number(shape.strokeWidth)}"' if shape.strokeColor else ""
    return (
        f'<rect x="{_number(dx + shape.x)}" y="{_number(height - shape.y - shape.height)}"'
        f' width="{_number(shape.width)}" height="{_number(shape.height)}"{stroke}'
        f"{_paint(shape.fillColor, shape.strokeColor)}/>"
    )


def _circle(shape: Circle, dx: float, height: float) -> str:
    stroke = f' stroke-width="{_number(shape.strokeWidth)}"' if shape.strokeColor else ""
    return (
        f'<circle cx="{_number(dx + shape.cx)}" cy="{_number(height - shape.cy)}" r="{_number(shape.r)}"{stroke}'
        f"{_paint(shape.fillColor, shape.strokeColor)}/>"
    )


_WRITERS = {String: _text, Line: _line, Rect: _rect, Circle: _circle}


def _paint(fill: Color | None, stroke: Color | None, *, with_fill: bool = True) -> str:
    """The colours as attributes and as classes."""
    attributes, classes = "", []
    if with_fill:
        attributes = f' fill="{_hex(fill)}"' if fill else ' fill="none"'
        if fill:
            classes.append(f"fill-{name_of(fill)}")
    if stroke:
        attributes += f' stroke="{_hex(stroke)}"'
        classes.append(f"stroke-{name_of(stroke)}")
    return attributes + (f' class="{" ".join(classes)}"' if classes else "")


def _hex(color: Color) -> str:
    return "#" + str(color.hexval())[2:]


def _number(value: float) -> str:
    """At most two decimals, no trailing zeros: small and the same on every machine."""
    return f"{value:.2f}".rstrip("0").rstrip(".")
