"""A drawing under construction, measured from the top left corner as one reads it.

ReportLab measures upwards, SVG downwards. A `Sketch` takes points from the top, wraps its own text, and hands over a
`Chart`: a ReportLab drawing (so also a flowable) that knows its title and description.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Literal

from reportlab.graphics.shapes import Circle, Drawing, Group, Line, Rect, Shape, String
from reportlab.lib.attrmap import AttrMap, AttrMapValue
from reportlab.lib.validators import isString

from reports import fonts
from reports.charts.paint import paint
from reports.charts.tokens import INK, Token

Anchor = Literal["start", "middle", "end"]


class Chart(Drawing):  # type: ignore[misc]  # ReportLab ships no types
    """A finished drawing with the title and the description that a screen reader gets."""

    _attrMap = AttrMap(  # noqa: N815  # ReportLab's name
        BASE=Drawing,
        title=AttrMapValue(isString, desc="what the chart shows, in a few words"),
        description=AttrMapValue(isString, desc="the chart's numbers in words"),
    )

    def __init__(self, width: float, height: float, title: str, description: str) -> None:
        super().__init__(width, height)
        self.title = title
        self.description = description

    def draw(self) -> None:
        """Called by ReportLab when the chart stands on a page."""
        paint(self, self.canv)


class Sketch:
    """Collects shapes; `finish` fixes the height. All coordinates and sizes are points from the top left."""

    def __init__(self, width: float) -> None:
        fonts.register()
        self.width = width
        self._shapes: list[Shape] = []

    def text(
        self,
        x: float,
        baseline: float,
        text: str,
        *,
        size: float = 8.5,
        font: str = fonts.REGULAR,
        token: Token = INK,
        anchor: Anchor = "start",
    ) -> None:
        self._shapes.append(
            String(x, -baseline, text, fontName=font, fontSize=size, fillColor=token.color, textAnchor=anchor)
        )

    def line(self, x1: float, y1: float, x2: float, y2: float, token: Token, width: float = 1.0) -> None:
        self._shapes.append(Line(x1, -y1, x2, -y2, strokeColor=token.color, strokeWidth=width, strokeLineCap=0))

    def dashed(self, x1: float, y1: float, x2: float, y2: float, token: Token, width: float = 1.0) -> None:
        self._shapes.append(
            Line(x1, -y1, x2, -y2, strokeColor=token.color, strokeWidth=width, strokeDashArray=[1.5, 1.5])
        )

    def box(
        self, x: float, y: float, width: float, height: float, fill: Token | None, edge: Token | None = None
    ) -> None:
        """A rectangle whose upper left corner is (x, y)."""
        self._shapes.append(
            Rect(
                x,
                -(y + height),
                width,
                height,
                fillColor=fill.color if fill else None,
                strokeColor=edge.color if edge else None,
                strokeWidth=0.6,
            )
        )

    def dot(self, x: float, y: float, token: Token, radius: float = 2.6) -> None:
        self._shapes.append(Circle(x, -y, radius, fillColor=token.color, strokeColor=None))

    def ring(self, x: float, y: float, token: Token, ground: Token, radius: float = 2.7) -> None:
        """An open circle, filled with the ground it stands on so that lines do not run through it."""
        self._shapes.append(Circle(x, -y, radius, fillColor=ground.color, strokeColor=token.color, strokeWidth=1.3))

    def finish(self, height: float, *, title: str, description: str) -> Chart:
        chart = Chart(self.width, height, title, description)
        chart.add(Group(*self._shapes, transform=(1, 0, 0, 1, 0, height)))
        return chart


@lru_cache(maxsize=4096)
def wrap(text: str, width: float, size: float, font: str = fonts.REGULAR) -> tuple[str, ...]:
    """`text` in lines of at most `width` points. A single word that is wider is broken with a hyphen."""
    lines: list[str] = []
    line = ""
    for word in _breakable(text, width, size, font):
        longer = f"{line} {word}" if line else word
        if line and fonts.text_width(longer, font, size) > width:
            lines.append(line)
            line = word
        else:
            line = longer
    return (*lines, line) if line else tuple(lines)


def _breakable(text: str, width: float, size: float, font: str) -> list[str]:
    """The words of `text`, those too wide for a line in pieces that end with a hyphen."""
    words: list[str] = []
    for word in text.split():
        rest = word
        while fonts.text_width(rest, font, size) > width and len(rest) > 3:
            cut = next(
                (end for end in range(len(rest) - 2, 2, -1) if fonts.text_width(rest[:end] + "-", font, size) <= width),
                2,
            )
            words.append(rest[:cut] + "-")
            rest = rest[cut:]
        words.append(rest)
    return words
