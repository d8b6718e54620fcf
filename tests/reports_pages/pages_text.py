"""Where every text stands on a PDF page, measured with the font it is set in."""

from __future__ import annotations

from typing import NamedTuple

from pypdf import PageObject

from reports import fonts


class Placed(NamedTuple):
    text: str
    left: float
    right: float
    baseline: float
    size: float

    def overlaps(self, other: Placed) -> bool:
        """True where the two would print over each other. Letters fill about seven tenths of their size."""
        apart = self.right <= other.left + 0.5 or other.right <= self.left + 0.5
        above = abs(self.baseline - other.baseline) >= 0.7 * min(self.size, other.size)
        return not apart and not above


def placed_texts(page: PageObject) -> list[Placed]:
    """Every piece of text on the page, in points from its lower left corner."""
    found: list[Placed] = []
    follows = [False]

    def visit(text: str, matrix: list[float], line: list[float], font: dict[str, str] | None, size: float) -> None:
        piece = text.rstrip("\n")
        if not piece.strip() or font is None:
            return
        width = fonts.text_width(piece, font["/BaseFont"].split("+")[1], size)
        # A change of font inside a line is reported at the line's start.
        left = found[-1].right if follows[0] else matrix[4] + line[4]
        found.append(Placed(piece, left, left + width, matrix[5] + line[5], size))
        follows[0] = not text.endswith("\n")

    page.extract_text(visitor_text=visit)
    return found
