"""An instrument's pictures on paper: simple SVG files, drawn in greys.

Only what a plain symbol needs is understood: a `viewBox` and the elements of `symbol_paths.SHAPES`. All else raises
UndrawableSymbol, and the form shows a frame with the picture's words instead: a picture that is half drawn could say
something else.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lxml import etree
from reportlab.lib.colors import getAllNamedColors, toColor
from reportlab.pdfgen.canvas import Canvas

from instruments.symbols import MAX_BYTES
from reports.pdf.symbol_paths import (
    GEOMETRY,
    MOST_STEPS,
    SHAPES,
    Close,
    Curve,
    Line,
    Move,
    Step,
    UndrawableSymbol,
    length,
    numbers_in,
)

_DEEPEST = 20


@dataclass(frozen=True)
class Paint:
    """Grey levels from 0 (black) to 1 (white); None paints nothing."""

    fill: float | None = 0.0
    stroke: float | None = None
    width: float = 1.0
    cap: int = 0
    join: int = 0
    even_odd: bool = False


@dataclass(frozen=True)
class Shape:
    steps: tuple[Step, ...]
    paint: Paint


@dataclass(frozen=True)
class Symbol:
    """A drawing in its own coordinates, y downwards."""

    left: float
    top: float
    width: float
    height: float
    shapes: tuple[Shape, ...]

    def draw(self, canvas: Canvas, x: float, y: float, size: float) -> None:
        """Draw it inside the square of `size` points whose lower left corner is (x, y), as large as fits, centred."""
        scale = size / max(self.width, self.height)
        canvas.saveState()
        canvas.translate(x + (size - self.width * scale) / 2, y + (size + self.height * scale) / 2)
        canvas.scale(scale, -scale)
        canvas.translate(-self.left, -self.top)
        for shape in self.shapes:
            _draw(canvas, shape)
        canvas.restoreState()


def read_symbol(path: Path) -> Symbol:
    """The drawing in an SVG file. Raises UndrawableSymbol, and OSError for a file that cannot be opened."""
    with path.open("rb") as file:
        content = file.read(MAX_BYTES + 1)
    return parse_symbol(content)


def parse_symbol(content: bytes) -> Symbol:
    """The drawing in the bytes of an SVG file. Raises UndrawableSymbol."""
    if len(content) > MAX_BYTES:
        raise UndrawableSymbol(f"the file is larger than {MAX_BYTES} bytes")
    root = _root(content)
    box = root.get("viewBox")
    values = numbers_in(box) if box else [0.0, 0.0, length(root.get("width", "")), length(root.get("height", ""))]
    if len(values) != 4 or min(values[2:]) <= 0:
        raise UndrawableSymbol("its viewBox is not four numbers, the last two above 0")
    shapes = tuple(_shapes(root, Paint(), 0))
    if sum(len(shape.steps) for shape in shapes) > MOST_STEPS:
        raise UndrawableSymbol(f"it has more than {MOST_STEPS} segments")
    return Symbol(values[0], values[1], values[2], values[3], shapes)


def _root(content: bytes) -> Any:
    """The outermost element. No entities, no document type, nothing fetched."""
    if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
        raise UndrawableSymbol("it has a document type")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise UndrawableSymbol(f"it is no XML: {error}") from None
    if _name(root) != "svg":
        raise UndrawableSymbol("its outermost element is not svg")
    return root


def _name(element: Any) -> str:
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


_SILENT = frozenset({"title", "desc", "metadata", ""})
"""Elements that draw nothing; "" is a comment."""


def _shapes(element: Any, paint: Paint, depth: int) -> Iterator[Shape]:
    if depth > _DEEPEST:
        raise UndrawableSymbol(f"its groups stand more than {_DEEPEST} deep")
    paint = _paint(element, paint)
    for child in element:
        name = _name(child)
        if name == "g":
            yield from _shapes(child, paint, depth + 1)
        elif name in SHAPES:
            if len(child):
                raise UndrawableSymbol(f"something stands inside a {name}")
            yield Shape(tuple(SHAPES[name](child)), _paint(child, paint))
        elif name not in _SILENT:
            raise UndrawableSymbol(f"the element {name} is not known")


# --- How it is painted ---

_CAPS = {"butt": 0, "round": 1, "square": 2}
_JOINS = {"miter": 0, "round": 1, "bevel": 2}
_PAINTING = frozenset(
    {"fill", "stroke", "stroke-width", "stroke-linecap", "stroke-linejoin", "stroke-miterlimit", "fill-rule"}
)
_HARMLESS = frozenset({"viewBox", "width", "height", "version", "id", "role", "focusable", "preserveAspectRatio"})


def _paint(element: Any, inherited: Paint) -> Paint:
    """What an element is painted with: its own attributes over those of the group that it stands in."""
    own = set(GEOMETRY.get(_name(element), ()))
    for attribute in element.attrib:
        if attribute not in own | _PAINTING | _HARMLESS and not attribute.startswith(("aria-", "data-", "{")):
            raise UndrawableSymbol(f"the attribute {attribute} is not known")
    given = element.attrib
    return Paint(
        fill=_grey(given["fill"]) if "fill" in given else inherited.fill,
        stroke=_grey(given["stroke"]) if "stroke" in given else inherited.stroke,
        width=length(given["stroke-width"]) if "stroke-width" in given else inherited.width,
        cap=_word(_CAPS, given["stroke-linecap"]) if "stroke-linecap" in given else inherited.cap,
        join=_word(_JOINS, given["stroke-linejoin"]) if "stroke-linejoin" in given else inherited.join,
        even_odd=given["fill-rule"] == "evenodd" if "fill-rule" in given else inherited.even_odd,
    )


def _word(table: Mapping[str, int], word: str) -> int:
    if word not in table:
        raise UndrawableSymbol(f"{word[:40]!r} is not one of {', '.join(table)}")
    return table[word]


def _grey(colour: str) -> float | None:
    """The lightness that a photocopy would give the colour (Rec. 709 luma)."""
    colour = colour.strip().lower()
    if colour == "none":
        return None
    if colour == "currentcolor":
        return 0.0
    if re.fullmatch(r"#[0-9a-f]{3}", colour):
        colour = "#" + "".join(2 * one for one in colour[1:])
    if not (re.fullmatch(r"#[0-9a-f]{6}", colour) or colour in getAllNamedColors()):
        raise UndrawableSymbol(f"{colour[:40]!r} is not a colour that is known")
    known = toColor(colour)
    return float(round(0.2126 * known.red + 0.7152 * known.green + 0.0722 * known.blue, 4))


def _draw(canvas: Canvas, shape: Shape) -> None:
    paint = shape.paint
    if paint.fill is None and paint.stroke is None:
        return
    path = canvas.beginPath()
    for step in shape.steps:
        match step:
            case Move(to):
                path.moveTo(*to)
            case Line(to):
                path.lineTo(*to)
            case Curve(first, second, to):
                path.curveTo(*first, *second, *to)
            case Close():
                path.close()
    canvas.setLineWidth(paint.width)
    canvas.setLineCap(paint.cap)
    canvas.setLineJoin(paint.join)
    if paint.fill is not None:
        canvas.setFillGray(paint.fill)
    if paint.stroke is not None:
        canvas.setStrokeGray(paint.stroke)
    # ReportLab's names: 0 is the even-odd rule, 1 the winding rule that SVG has as its default.
    mode = 0 if paint.even_odd else 1
    canvas.drawPath(path, stroke=int(paint.stroke is not None), fill=int(paint.fill is not None), fillMode=mode)
