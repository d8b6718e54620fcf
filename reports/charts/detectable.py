"""The smallest change that a coming round could find, against how many answer: one line for each share followed."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from reports import fonts, wording
from reports.charts.analyst_phrases import phrase
from reports.charts.sketch import Chart, Sketch
from reports.charts.tokens import BRAND, INK, LAST, LINE, NOTE, PAPER, SOFT, Token
from reports.wording import Unit

LEFT = 44.0
TOP = 26.0
HEIGHT = 170.0
LEGEND = 96.0


@dataclass(frozen=True)
class Curve:
    """`share` 0-1 of the answers come from people who answered before; `points` (answers, change), fewest first."""

    share: float
    points: tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class Wanted:
    """What somebody asked about: so many answers, and the smallest change they could show."""

    answers: float
    change: float | None


@dataclass(frozen=True)
class _Plot:
    """Where a number of answers and a change stand in the drawing."""

    most: float
    step: float
    top: float
    right: float

    @classmethod
    def of(cls, curves: Sequence[Curve], width: float) -> _Plot:
        points = [point for curve in curves for point in curve.points]
        highest = max((change for _, change in points), default=1.0)
        step = _nice(highest / 4)
        most = max((answers for answers, _ in points), default=1.0)
        return cls(most, step, step * math.ceil(highest / step - 1e-9), width - LEGEND)

    def x(self, answers: float) -> float:
        return LEFT + (self.right - LEFT) * min(answers / self.most, 1.0)

    def y(self, change: float) -> float:
        return TOP + HEIGHT * (1 - min(change / self.top, 1.0))


def detectable(
    curves: Sequence[Curve], wanted: Wanted, language: str, unit: Unit, *, title: str, width: float = 499.0
) -> Chart:
    """The lines, and a ring where what was asked about stands."""
    sketch = Sketch(width)
    plot = _Plot.of(curves, width)
    _axes(sketch, plot, language, unit)
    ends: list[float] = []
    for curve, (token, dashes) in zip(curves, _STYLES, strict=False):
        draw = sketch.dashed if dashes else sketch.line
        for (answers, change), (more, less) in pairwise(curve.points):
            draw(plot.x(answers), plot.y(change), plot.x(more), plot.y(less), token, 1.8)
        if curve.points:
            _label(sketch, curve, plot.y(curve.points[-1][1]), ends, plot.right, token, language)
    if wanted.change is not None and wanted.answers <= plot.most:
        x, y = plot.x(wanted.answers), plot.y(wanted.change)
        sketch.dashed(x, y, x, TOP + HEIGHT, NOTE, 1.0)
        sketch.ring(x, y, NOTE, PAPER, 4.0)
    said = " ".join(_in_words(curve, language, unit) for curve in curves)
    return sketch.finish(TOP + HEIGHT + 32, title=title, description=said or phrase(language, "nothing_there"))


def _axes(sketch: Sketch, plot: _Plot, language: str, unit: Unit) -> None:
    bottom = TOP + HEIGHT
    sketch.text(0, 12, phrase(language, "detectable_up"), size=8, token=SOFT)
    for tick in range(round(plot.top / plot.step) + 1):
        change = tick * plot.step
        said = wording.number(change, language, 0 if plot.step >= 1 else 1 if plot.step >= 0.1 else 2)
        sketch.line(LEFT, plot.y(change), plot.right, plot.y(change), LINE, 0.6)
        sketch.text(LEFT - 6, plot.y(change) + 3, said + unit.sign[language], size=8, token=SOFT, anchor="end")
    across = _nice(plot.most / 5)
    for tick in range(int(plot.most // across) + 1):
        x, said = plot.x(tick * across), wording.number(tick * across, language, 0)
        sketch.line(x, bottom, x, bottom + 3, SOFT, 0.8)
        sketch.text(x, bottom + 13, said, size=8, token=SOFT, anchor="middle")
    middle = (LEFT + plot.right) / 2
    sketch.text(middle, bottom + 26, phrase(language, "detectable_across"), size=8, token=SOFT, anchor="middle")


_STYLES: tuple[tuple[Token, bool], ...] = ((LAST, False), (BRAND, True), (BRAND, False))
"""Nobody, half, everybody followed: told apart in grey too."""


def _label(
    sketch: Sketch, curve: Curve, at: float, ends: list[float], right: float, token: Token, language: str
) -> None:
    """Beside the line's end; moved down where another's label already stands."""
    while any(abs(at - other) < 10 for other in ends):
        at += 1
    ends.append(at)
    said = phrase(language, "detectable_followed", share=wording.percent(curve.share, language))
    sketch.text(right + 6, at + 3, said, size=8, token=INK if token is LAST else token, font=fonts.REGULAR)


def _in_words(curve: Curve, language: str, unit: Unit) -> str:
    points = curve.points[:: max(1, len(curve.points) // 6)]
    told = wording.listing(
        tuple(
            phrase(
                language,
                "detectable_point",
                n=wording.number(n, language, 0),
                change=wording.number(change, language, max(unit.decimals, 1)) + unit.change[language],
            )
            for n, change in points
        ),
        language,
    )
    followed = phrase(language, "detectable_followed", share=wording.percent(curve.share, language))
    return f"{followed}: {told}."


def _nice(size: float) -> float:
    """1, 2 or 5 times a power of ten, not below `size`."""
    if size <= 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(size))
    return next(power * times for times in (1, 2, 5, 10) if power * times >= size - 1e-12)
