"""Which rounds a scale's line may run through: whole where nothing has changed, broken where it may not be compared."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from instruments.model import Comparability
from reports import fonts
from reports.charts.analyst_phrases import phrase
from reports.charts.sketch import Chart, Sketch, wrap
from reports.charts.tokens import BRAND, LINE, SOFT
from reports.voice import capital

LABELS = 150.0
ROW = 24.0
HEAD = 30.0
NAMES = 72.0


@dataclass(frozen=True)
class Joined:
    """One scale: `asked` for each round, and between each round and the next whether they may be compared."""

    title: str
    asked: tuple[bool, ...]
    steps: tuple[Comparability, ...]


def joined(rows: Sequence[Joined], rounds: Sequence[str], language: str, *, title: str, width: float = 499.0) -> Chart:
    """A dot where a round has the scale; a line between two dots where they may be compared, dashed if with care."""
    sketch = Sketch(width)
    places = _places(len(rounds), width)
    for x, name in zip(places, rounds, strict=True):
        lines = wrap(capital(name), NAMES, 8)[:2]
        for index, line in enumerate(lines):
            sketch.text(x, HEAD - 10 + (index - len(lines) + 1) * 9, line, size=8, token=SOFT, anchor="middle")
    y = HEAD
    for row in rows:
        middle = y + ROW / 2
        lines = wrap(row.title, LABELS - 12, 8.5, fonts.SEMIBOLD)[:2]
        for index, line in enumerate(lines):
            baseline = middle + 3 + (index - (len(lines) - 1) / 2) * 10
            sketch.text(0, baseline, line, size=8.5, font=fonts.SEMIBOLD)
        sketch.line(0, y + ROW, width, y + ROW, LINE, 0.4)
        _line(sketch, row, places, middle)
        y += ROW
    y = _legend(sketch, language, y + 14)
    said = " ".join(in_words(row, rounds, language) for row in rows)
    return sketch.finish(y, title=title, description=said or phrase(language, "nothing_there"))


def in_words(row: Joined, rounds: Sequence[str], language: str) -> str:
    """A scale's steps from round to round, in one sentence."""
    steps = [
        phrase(language, f"joined_{step.name.lower()}", before=before, now=now)
        for step, before, now in zip(row.steps, rounds, rounds[1:], strict=False)
    ]
    return f"{row.title}: {'; '.join(steps)}." if steps else f"{row.title}: {phrase(language, 'joined_single')}."


def _places(count: int, width: float) -> list[float]:
    left, right = LABELS + NAMES / 2, width - NAMES / 2
    if count < 2:
        return [left] * count
    return [left + (right - left) * index / (count - 1) for index in range(count)]


def _line(sketch: Sketch, row: Joined, places: Sequence[float], y: float) -> None:
    for step, left, right in zip(row.steps, places, places[1:], strict=False):
        if step is Comparability.SAME:
            sketch.line(left, y, right, y, BRAND, 2.0)
        elif step is Comparability.REWORDED:
            sketch.dashed(left, y, right, y, BRAND, 1.6)
    for asked, x in zip(row.asked, places, strict=True):
        if asked:
            sketch.dot(x, y, BRAND, 3.2)


def _legend(sketch: Sketch, language: str, y: float) -> float:
    x = 0.0
    for step in Comparability:
        label = phrase(language, f"joined_legend_{step.name.lower()}")
        wide = 34 + fonts.text_width(label, fonts.REGULAR, 8)
        if x > 0 and x + wide > sketch.width:
            x, y = 0.0, y + 13
        if step is Comparability.SAME:
            sketch.line(x, y - 3, x + 22, y - 3, BRAND, 2.0)
        elif step is Comparability.REWORDED:
            sketch.dashed(x, y - 3, x + 22, y - 3, BRAND, 1.6)
        for end in (x, x + 22):
            sketch.dot(end + (3 if end == x else -3), y - 3, BRAND, 2.4)
        sketch.text(x + 28, y, label, size=8)
        x += wide + 10
    return y + 5
