"""Colours and measures of every chart and page, in one place.

Text has a contrast of at least 7:1 against the ground it stands on, and marks that carry meaning at least 3:1; the
tests compute both. That is why soft text, the ring and the two accents are a shade darker than a screen designer would
first draw them.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from reportlab.lib.colors import Color, HexColor


class Token(NamedTuple):
    """A colour with the name that SVG classes and stylesheets know it by."""

    name: str
    hex: str

    @property
    def color(self) -> Color:
        return _COLORS[self.hex]


INK = Token("ink", "#1c2326")
SOFT = Token("soft", "#47525a")
LINE = Token("line", "#d5dadc")
PAPER = Token("paper", "#ffffff")
GROUND = Token("ground", "#f5f4f0")
BRAND = Token("brand", "#0b5563")
INCREASE = Token("increase", "#185c37")
NOTE = Token("note", "#6f4800")
BAND = Token("band", "#dfe3e5")
EDGE = Token("edge", "#78848a")
"""Outlines that carry meaning: the sides of the grey field, the frames of a distribution's parts."""
LAST = Token("last", "#6b777d")
"""Last round's ring, and groups that are not the one the page is about."""

TEXT_TOKENS = (INK, SOFT, BRAND, INCREASE, NOTE)
MARK_TOKENS = (BRAND, EDGE, LAST)

_LIGHT_STEPS = ((0xE3, 0xEF, 0xF1), (0x93, 0xB9, 0xC1))
_DARK_STEPS = ((0x17, 0x5C, 0x6A), (0x06, 0x2F, 0x38))

_NAMES = {token.hex: token.name for token in (INK, SOFT, LINE, PAPER, GROUND, BRAND, INCREASE, NOTE, BAND, EDGE, LAST)}
_COLORS = {code: HexColor(code) for code in _NAMES}


def name_of(color: Color) -> str:
    """The name of a token's colour: what a stylesheet calls it."""
    return _NAMES["#" + str(color.hexval())[2:]]


@cache
def steps(count: int) -> tuple[tuple[Token, Token], ...]:
    """Fill and text colour for each of `count` ordered answer steps, lightest first.

    Lightness alone tells the steps apart, so they survive a grey printer. There is a jump between the lower half with
    dark text and the upper half with white text: no step in between would give either text a contrast of 7:1.
    """
    dark = count // 2
    light = count - dark
    fills = [*_between(_LIGHT_STEPS, light), *_between(_DARK_STEPS, dark)]
    pairs = []
    for index, fill in enumerate(fills):
        token = Token(f"step-{index + 1}-of-{count}", fill)
        # Two answer sets may share a colour; the first name stands.
        _COLORS.setdefault(fill, HexColor(fill))
        _NAMES.setdefault(fill, token.name)
        pairs.append((token, INK if index < light else PAPER))
    return tuple(pairs)


def _between(ends: tuple[tuple[int, int, int], tuple[int, int, int]], count: int) -> list[str]:
    """`count` colours evenly from the first end to the second, as hex."""
    first, last = ends
    colours = []
    for index in range(count):
        share = index / (count - 1) if count > 1 else 0.0
        parts = (round(a + (b - a) * share) for a, b in zip(first, last, strict=True))
        colours.append("#" + "".join(f"{part:02x}" for part in parts))
    return colours
