"""What the shapes of a simple SVG file come to: moves, lines and curves.

Paths have absolute M, L, H, V, C, Q, A and Z only. Arcs follow SVG 1.1, appendix F.6.5.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

Point = tuple[float, float]
MOST_STEPS = 5_000
"""Numbers of one attribute, and segments of a whole drawing: a symbol has some dozens."""
LARGEST = 1e6
_NUMBER = re.compile(r"[-+]?(?:[0-9]{1,7}(?:\.[0-9]{0,9})?|\.[0-9]{1,9})(?:[eE][-+]?[0-9]{1,2})?")
_BETWEEN = re.compile(r"[\s,]*")
_COMMANDS = {"M": 2, "L": 2, "H": 1, "V": 1, "C": 6, "Q": 4, "A": 7, "Z": 0}
"""Command of a path -> how many numbers it takes."""


class UndrawableSymbol(ValueError):
    """A file that is no plain symbol. The message says what is in the way."""


@dataclass(frozen=True)
class Move:
    to: Point


@dataclass(frozen=True)
class Line:
    to: Point


@dataclass(frozen=True)
class Curve:
    first: Point
    second: Point
    to: Point


@dataclass(frozen=True)
class Close:
    pass


Step = Move | Line | Curve | Close


def numbers_in(text: str) -> list[float]:
    """The numbers of an attribute, with white space or commas between. Raises UndrawableSymbol."""
    found: list[float] = []
    place = _after(text, 0)
    while place < len(text):
        number = _NUMBER.match(text, place)
        if number is None or len(found) > 2 * MOST_STEPS:
            raise UndrawableSymbol(f"{text[place : place + 20]!r} is not a number")
        found.append(_sound(float(number[0])))
        place = _after(text, number.end())
    return found


def _after(text: str, place: int) -> int:
    """Where the next number or command begins."""
    between = _BETWEEN.match(text, place)
    return between.end() if between else place


def _sound(number: float) -> float:
    if abs(number) > LARGEST:
        raise UndrawableSymbol(f"{number:g} is too large")
    return number


def length(text: str) -> float:
    """A single length; "px" is the unit that SVG has anyway."""
    numbers = numbers_in(text.strip().removesuffix("px"))
    if len(numbers) != 1 or numbers[0] < 0:
        raise UndrawableSymbol(f"{text[:20]!r} is not one number of 0 or more")
    return numbers[0]


def _at(element: Any, *names: str) -> list[float]:
    """Coordinates, 0 where they are not given."""
    values = []
    for name in names:
        numbers = numbers_in(element.get(name, "0").strip().removesuffix("px"))
        if len(numbers) != 1:
            raise UndrawableSymbol(f"{name} is not one number")
        values.append(numbers[0])
    return values


def _line(element: Any) -> Iterator[Step]:
    x1, y1, x2, y2 = _at(element, "x1", "y1", "x2", "y2")
    yield Move((x1, y1))
    yield Line((x2, y2))


def _polyline(element: Any) -> Iterator[Step]:
    numbers = numbers_in(element.get("points", ""))
    if len(numbers) % 2:
        raise UndrawableSymbol("its points are not pairs")
    points = list(zip(numbers[::2], numbers[1::2], strict=True))
    for number, point in enumerate(points):
        yield Line(point) if number else Move(point)


def _polygon(element: Any) -> Iterator[Step]:
    steps = tuple(_polyline(element))
    yield from (*steps, Close()) if steps else ()


def _rect(element: Any) -> Iterator[Step]:
    x, y = _at(element, "x", "y")
    width, height = length(element.get("width", "0")), length(element.get("height", "0"))
    rx, ry = element.get("rx"), element.get("ry")
    radius = min(length(rx if rx is not None else ry if ry is not None else "0"), width / 2, height / 2)
    if not width or not height:
        return
    right, bottom = x + width, y + height
    if not radius:
        yield from (Move((x, y)), Line((right, y)), Line((right, bottom)), Line((x, bottom)), Close())
        return
    yield Move((x + radius, y))
    for corner in (
        ((right - radius, y), (right, y + radius)),
        ((right, bottom - radius), (right - radius, bottom)),
        ((x + radius, bottom), (x, bottom - radius)),
        ((x, y + radius), (x + radius, y)),
    ):
        yield Line(corner[0])
        yield from _arc(corner[0], radius, radius, 0, False, True, corner[1])
    yield Close()


def _circle(element: Any) -> Iterator[Step]:
    x, y = _at(element, "cx", "cy")
    radius = length(element.get("r", "0"))
    if radius:
        yield Move((x + radius, y))
        yield from _arc((x + radius, y), radius, radius, 0, False, True, (x - radius, y))
        yield from _arc((x - radius, y), radius, radius, 0, False, True, (x + radius, y))
        yield Close()


@dataclass
class _Pen:
    """Where the drawing of a path has come."""

    at: Point = (0.0, 0.0)
    start: Point = (0.0, 0.0)
    steps: list[Step] = field(default_factory=list)

    def carry_out(self, command: str, numbers: list[float]) -> None:
        """A command with all that follows it, which may be several times what it takes."""
        if not command and not numbers:
            return
        if command not in _COMMANDS:
            raise UndrawableSymbol(f"the path command {command} is not known" if command else "no command comes first")
        if not self.steps and command != "M":
            raise UndrawableSymbol("its path does not begin with M")
        takes = _COMMANDS[command]
        if not takes and not numbers:
            self._close()
        elif not takes or not numbers or len(numbers) % takes:
            raise UndrawableSymbol(f"{len(numbers)} numbers follow the path command {command}")
        for start in range(0, len(numbers), takes or 1):
            # More pairs after a move are lines.
            self._go("L" if command == "M" and start else command, numbers[start : start + takes])

    def _go(self, command: str, given: list[float]) -> None:
        x, y = self.at
        match command, given:
            case "M", [to_x, to_y]:
                self.at = self.start = (to_x, to_y)
                self.steps.append(Move(self.at))
            case "L", [to_x, to_y]:
                self._line((to_x, to_y))
            case "H", [to_x]:
                self._line((to_x, y))
            case "V", [to_y]:
                self._line((x, to_y))
            case "C", [x1, y1, x2, y2, to_x, to_y]:
                self._curve((x1, y1), (x2, y2), (to_x, to_y))
            case "Q", [x1, y1, to_x, to_y]:
                first = (x + 2 / 3 * (x1 - x), y + 2 / 3 * (y1 - y))
                second = (to_x + 2 / 3 * (x1 - to_x), to_y + 2 / 3 * (y1 - to_y))
                self._curve(first, second, (to_x, to_y))
            case "A", [rx, ry, turned, large, sweep, to_x, to_y]:
                if large not in (0, 1) or sweep not in (0, 1):
                    raise UndrawableSymbol("a flag of an arc is neither 0 nor 1")
                self.steps += _arc(self.at, abs(rx), abs(ry), turned, bool(large), bool(sweep), (to_x, to_y))
                self.at = (to_x, to_y)

    def _close(self) -> None:
        self.at = self.start
        self.steps.append(Close())

    def _line(self, to: Point) -> None:
        self.at = to
        self.steps.append(Line(to))

    def _curve(self, first: Point, second: Point, to: Point) -> None:
        self.at = to
        self.steps.append(Curve(first, second, to))


def _path(element: Any) -> Iterator[Step]:
    data = element.get("d", "").strip()
    pen, command, numbers = _Pen(), "", list[float]()
    place = 0
    while place < len(data):
        letter = data[place]
        if letter.isalpha():
            pen.carry_out(command, numbers)
            command, numbers, place = letter, [], place + 1
        else:
            number = _NUMBER.match(data, place)
            if number is None or len(numbers) > MOST_STEPS:
                raise UndrawableSymbol(f"{data[place : place + 20]!r} is not a number")
            numbers.append(_sound(float(number[0])))
            place = number.end()
        place = _after(data, place)
    pen.carry_out(command, numbers)
    yield from pen.steps


def _arc(
    start: Point, rx: float, ry: float, turned: float, large: bool, sweep: bool, end: Point
) -> Iterator[Line | Curve]:
    """An elliptical arc as curves of at most a quarter turn each (SVG 1.1, F.6.5 and F.6.6)."""
    if start == end:
        return
    if not rx or not ry:
        yield Line(end)
        return
    cos, sin = math.cos(math.radians(turned)), math.sin(math.radians(turned))
    half_x, half_y = (start[0] - end[0]) / 2, (start[1] - end[1]) / 2
    x, y = cos * half_x + sin * half_y, -sin * half_x + cos * half_y
    stretch = math.sqrt(max(1.0, (x / rx) ** 2 + (y / ry) ** 2))
    rx, ry = rx * stretch, ry * stretch
    below = (rx * y) ** 2 + (ry * x) ** 2
    root = math.sqrt(max(0.0, (rx * ry) ** 2 / below - 1)) * (-1 if large == sweep else 1)
    centre_x, centre_y = root * rx * y / ry, -root * ry * x / rx
    first = math.atan2((y - centre_y) / ry, (x - centre_x) / rx)
    last = math.atan2((-y - centre_y) / ry, (-x - centre_x) / rx)
    angle = (last - first) % (2 * math.pi)
    if not sweep and angle:
        angle -= 2 * math.pi
    middle = ((start[0] + end[0]) / 2, (start[1] + end[1]) / 2)

    def placed(u: float, v: float) -> Point:
        u, v = u * rx + centre_x, v * ry + centre_y
        return cos * u - sin * v + middle[0], sin * u + cos * v + middle[1]

    pieces = max(1, math.ceil(abs(angle) / (math.pi / 2) - 1e-9))
    part = angle / pieces
    reach = 4 / 3 * math.tan(part / 4)
    for number in range(pieces):
        a, b = first + number * part, first + (number + 1) * part
        leaves = placed(math.cos(a) - reach * math.sin(a), math.sin(a) + reach * math.cos(a))
        arrives = placed(math.cos(b) + reach * math.sin(b), math.sin(b) - reach * math.cos(b))
        yield Curve(leaves, arrives, end if number == pieces - 1 else placed(math.cos(b), math.sin(b)))


SHAPES: Mapping[str, Callable[[Any], Iterator[Step]]] = {
    "path": _path,
    "circle": _circle,
    "rect": _rect,
    "line": _line,
    "polyline": _polyline,
    "polygon": _polygon,
}
GEOMETRY: Mapping[str, tuple[str, ...]] = {
    "path": ("d",),
    "circle": ("cx", "cy", "r"),
    "rect": ("x", "y", "rx", "ry"),
    "line": ("x1", "y1", "x2", "y2"),
    "polyline": ("points",),
    "polygon": ("points",),
}
