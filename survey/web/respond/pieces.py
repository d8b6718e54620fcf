"""Pages of items, drawn once and then only filled in.

A page is drawn by its template once for each (instrument digest, language, variant, page), with a slot wherever it
depends on the person: a checked option, a text, an error. The drawing is kept cut at its slots; a request puts its own
strings in between and joins. The page as nobody has touched it holds nothing of anybody's, not even the address (all
links are relative), so it is kept compressed too.
"""

from __future__ import annotations

import gzip
import re
from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping, Sequence

from flask import Response, request
from markupsafe import Markup

_SLOT = re.compile("\0([^\0\1]+)\1([^\0]*)\0")
# YAML forbids both characters, so no text of an instrument can be taken for a slot.

COMMON = "saved"
"""The slot that says that something has been saved: the same for everybody who has answered anything."""

FAST = 1
BEST = 9


def slot(name: str, default: str = "") -> Markup:
    """A place in a template for what a request fills in; `default` stands there in an untouched page."""
    return Markup("\0{}\1{}\0").format(Markup(name), Markup(default))  # noqa: S704 - names and defaults are templates' own


_BEGIN, _END = "[", "]"


def begin(name: str) -> Markup:
    """Here begins what a request may move to another place among its like."""
    return slot(_BEGIN + name)


def end(name: str) -> Markup:
    return slot(_END + name)


class Pieces:
    """One drawn page, cut at its slots."""

    def __init__(self, html: str) -> None:
        cut = _SLOT.split(html)
        # Still text, slot name, slot default, still text, ...: kept as one list where slots have known places.
        self._places = {name: 2 * number + 1 for number, name in enumerate(cut[1::3])}
        self._segments = [segment for number, segment in enumerate(cut) if number % 3 != 1]
        self._stretches = {
            name[1:]: (start, self._places[_END + name[1:]])
            for name, start in self._places.items()
            if name.startswith(_BEGIN)
        }
        self._untouched = "".join(self._segments).encode()
        self._packed = gzip.compress(self._untouched, BEST, mtime=0)
        self._packed_with: tuple[str, bytes] | None = None

    def fill(self, values: Mapping[str, str], order: Sequence[str] = ()) -> str:
        """The page with `values` (slot name -> HTML, escaped by the caller) in place of the defaults.

        `order`: the names of all that stands between `begin` and `end`, in the order that it is to have.
        Raises KeyError for a slot that the page does not have.
        """
        segments = self._segments.copy()
        for name, value in values.items():
            segments[self._places[name]] = value
        return "".join(self._reordered(segments, order) if order else segments)

    def _reordered(self, segments: Sequence[str], order: Sequence[str]) -> list[str]:
        moved: list[str] = []
        reached = 0
        for (start, stop), name in zip(self._stretches.values(), order, strict=True):
            moved += segments[reached:start]
            moved += segments[slice(*self._stretches[name])]
            reached = stop
        return moved + list(segments[reached:])

    def response(self, values: Mapping[str, str], status: int = 200, *, order: Sequence[str] = ()) -> Response:
        """The page as it is sent, compressed if the browser can take it."""
        packs = "gzip" in request.headers.get("Accept-Encoding", "")
        if not values and not order:
            return _html(self._packed if packs else self._untouched, status, packs)
        if packs and values.keys() == {COMMON} and not order:
            return _html(self._packed_common(values[COMMON]), status, packs)
        body = self.fill(values, order).encode()
        return _html(gzip.compress(body, FAST, mtime=0) if packs else body, status, packs)

    def _packed_common(self, value: str) -> bytes:
        """The page that nothing else has been put into: kept too, for most who turn a page are sent it."""
        kept = self._packed_with
        if kept is None or kept[0] != value:
            kept = self._packed_with = value, gzip.compress(self.fill({COMMON: value}).encode(), BEST, mtime=0)
        return kept[1]


def _html(body: bytes, status: int, packed: bool) -> Response:
    response = Response(body, status, mimetype="text/html")
    response.headers["Vary"] = "Accept-Encoding"
    if packed:
        response.headers["Content-Encoding"] = "gzip"
    return response


class Drawings:
    """Drawn pages by key, the least recently used dropped first."""

    def __init__(self, most: int = 512) -> None:
        self._most = most
        self._kept: OrderedDict[Hashable, Pieces] = OrderedDict()

    def get(self, key: Hashable, draw: Callable[[], str]) -> Pieces:
        """The page of this key; drawn by `draw` if it is not there."""
        pieces = self._kept.get(key)
        if pieces is None:
            pieces = self._kept[key] = Pieces(draw())
            if len(self._kept) > self._most:
                self._kept.popitem(last=False)
        return pieces
