"""A plain XML tree: what reading leaves and what writing takes. No parser's objects, so nothing can be resolved."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.sax.saxutils import escape

LANGUAGE = "xml:lang"
_IN_ATTRIBUTE = {'"': "&quot;", "\n": "&#10;", "\t": "&#9;"}


@dataclass(slots=True)
class Element:
    """One element. `name` without prefix; `pieces`: its texts and children in order; `line`: 1-based, 0 if made."""

    name: str
    attributes: dict[str, str] = field(default_factory=dict)
    pieces: list[str | Element] = field(default_factory=list)
    namespace: str = ""
    line: int = 0

    @property
    def children(self) -> list[Element]:
        return [piece for piece in self.pieces if isinstance(piece, Element)]

    @property
    def text(self) -> str:
        """All text inside, that of children too, without white space around."""
        return "".join(self._texts()).strip()

    def _texts(self) -> Iterator[str]:
        for piece in self.pieces:
            if isinstance(piece, Element):
                yield from piece._texts()
            else:
                yield piece

    def all(self, *names: str) -> list[Element]:
        """Every element at the end of the path of `names`, in the order of the file."""
        found = [self]
        for name in names:
            found = [child for one in found for child in one.children if child.name == name]
        return found

    def first(self, *names: str) -> Element | None:
        return next(iter(self.all(*names)), None)


def element(name: str, /, *pieces: str | Element | None, **attributes: str | None) -> Element:
    """An element to be written. None among pieces or attributes is left out; `lang` is `xml:lang`."""
    named = {LANGUAGE if key == "lang" else key: value for key, value in attributes.items() if value is not None}
    return Element(name, named, [piece for piece in pieces if piece is not None])


def to_bytes(root: Element) -> bytes:
    """UTF-8, one element a line where it holds elements only: white space is never added to a text."""
    lines: list[str] = ['<?xml version="1.0" encoding="UTF-8"?>']
    _write(root, 0, lines)
    return ("\n".join(lines) + "\n").encode()


def _write(one: Element, depth: int, lines: list[str]) -> None:
    said = "".join(f' {key}="{escape(value, _IN_ATTRIBUTE)}"' for key, value in one.attributes.items())
    indent = "  " * depth
    if not one.pieces:
        lines.append(f"{indent}<{one.name}{said}/>")
    elif one.children:
        lines.append(f"{indent}<{one.name}{said}>")
        for child in one.children:
            _write(child, depth + 1, lines)
        lines.append(f"{indent}</{one.name}>")
    else:
        text = escape("".join(piece for piece in one.pieces if isinstance(piece, str)))
        lines.append(f"{indent}<{one.name}{said}>{text}</{one.name}>")
