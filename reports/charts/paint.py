"""A chart on a PDF page, shape by shape, setting a colour or a width only where it changes.

ReportLab's own renderer saves and restores the whole graphics state around every shape, which costs more than the
shapes: a report has about eight hundred of them.
"""

from __future__ import annotations

from reportlab.graphics.shapes import Circle, Drawing, Group, Line, Rect, Shape, String
from reportlab.lib.colors import Color
from reportlab.pdfgen.canvas import Canvas


def paint(drawing: Drawing, canvas: Canvas) -> None:
    """Draws with the drawing's lower left corner at the canvas's origin. Groups may be shifted, not turned."""
    canvas.saveState()
    pen = _Pen(canvas)
    _paint(drawing.contents, pen, 0.0, 0.0)
    canvas.restoreState()


class _Pen:
    """The canvas, with what was last set on it."""

    def __init__(self, canvas: Canvas) -> None:
        self.canvas = canvas
        self._fill: Color | None = None
        self._stroke: tuple[Color | None, float | None, tuple[float, ...]] = (None, None, ())

    def fill(self, color: Color | None) -> int:
        """1 if the shape is to be filled, as the canvas wants to know it."""
        if color is None:
            return 0
        if color is not self._fill:
            self.canvas.setFillColor(color)
            self._fill = color
        return 1

    def stroke(self, color: Color | None, width: float, dashes: tuple[float, ...] = ()) -> int:
        if color is None:
            return 0
        last_color, last_width, last_dashes = self._stroke
        if color is not last_color:
            self.canvas.setStrokeColor(color)
        if width != last_width:
            self.canvas.setLineWidth(width)
        if dashes != last_dashes:
            self.canvas.setDash(list(dashes))
        self._stroke = color, width, dashes
        return 1


def _paint(shapes: list[Shape], pen: _Pen, dx: float, dy: float) -> None:
    for shape in shapes:
        if isinstance(shape, Group):
            _paint(shape.contents, pen, dx + shape.transform[4], dy + shape.transform[5])
        else:
            _PAINTERS[type(shape)](shape, pen, dx, dy)


def _line(shape: Line, pen: _Pen, dx: float, dy: float) -> None:
    pen.stroke(shape.strokeColor, shape.strokeWidth, tuple(shape.strokeDashArray or ()))
    pen.canvas.line(dx + shape.x1, dy + shape.y1, dx + shape.x2, dy + shape.y2)


def _rect(shape: Rect, pen: _Pen, dx: float, dy: float) -> None:
    filled, stroked = pen.fill(shape.fillColor), pen.stroke(shape.strokeColor, shape.strokeWidth)
    pen.canvas.rect(dx + shape.x, dy + shape.y, shape.width, shape.height, stroke=stroked, fill=filled)


def _circle(shape: Circle, pen: _Pen, dx: float, dy: float) -> None:
    filled, stroked = pen.fill(shape.fillColor), pen.stroke(shape.strokeColor, shape.strokeWidth)
    pen.canvas.circle(dx + shape.cx, dy + shape.cy, shape.r, stroke=stroked, fill=filled)


def _text(shape: String, pen: _Pen, dx: float, dy: float) -> None:
    pen.fill(shape.fillColor)
    canvas = pen.canvas
    canvas.setFont(shape.fontName, shape.fontSize)
    draw = {"start": canvas.drawString, "middle": canvas.drawCentredString, "end": canvas.drawRightString}
    draw[shape.textAnchor](dx + shape.x, dy + shape.y, shape.text)


_PAINTERS = {Line: _line, Rect: _rect, Circle: _circle, String: _text}
