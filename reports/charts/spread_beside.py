"""How the answers to each item spread now, beside how they spread in the earlier round: two bars an item."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from instruments.model import Scale, item_text
from reports import fonts, wording
from reports.charts.analyst_phrases import phrase
from reports.charts.focus import Focus
from reports.charts.sketch import Chart, Sketch, wrap
from reports.charts.spread import Step, answer_steps
from reports.charts.tokens import EDGE, LINE, SOFT
from reports.findings import ItemFinding
from reports.voice import capital

SIZE = 8.5
LABELS = 118.0
COUNT = 40.0
BAR = 12.0
ROW = 16.0


def spread_beside(
    focus: Focus, scale: Scale, before: Mapping[str, ItemFinding], round_before: str | None, *, width: float = 499.0
) -> Chart:
    """`before`: item id -> the earlier round's finding, for the items that may be compared."""
    sketch = Sketch(width)
    y = 0.0
    steps: tuple[Step, ...] = ()
    said: list[str] = []
    for finding in focus.items(scale):
        bars = _bars(focus, finding, before.get(finding.item), round_before)
        now = next((_steps(focus, one) for _, one in bars if one.counts), ())
        if now and now != steps:
            steps, y = now, _legend(sketch, now, y)
        y = _item(sketch, focus, finding, bars, y)
        said.append(_in_words(focus, finding, bars))
    return sketch.finish(
        max(y, 2.0),
        title=phrase(focus.language, "spread_title", scale=focus.text(scale.title), group=focus.name),
        description=" ".join(said) or phrase(focus.language, "nothing_there"),
    )


def in_same_parts(now: ItemFinding, before: ItemFinding) -> tuple[ItemFinding, ItemFinding]:
    """Both in the coarser one's categories, so that the parts of two bars mean the same.

    Where one round had fewer answers its steps are told together; the other's counts are added up to match.
    """
    if now.counts is None or before.counts is None or now.categories == before.categories:
        return now, before
    coarse = min(now, before, key=lambda one: len(one.categories))
    return _merged(now, coarse.categories), _merged(before, coarse.categories)


def _merged(finding: ItemFinding, categories: tuple[tuple[int, ...], ...]) -> ItemFinding:
    told = list(zip(finding.categories, finding.counts or (), strict=True))
    counts = tuple(sum(count for values, count in told if set(values) <= set(wider)) for wider in categories)
    return replace(finding, categories=categories, counts=counts)


def _bars(
    focus: Focus, now: ItemFinding, before: ItemFinding | None, round_before: str | None
) -> list[tuple[str, ItemFinding]]:
    if before is None or round_before is None:
        return [(focus.round, now)]
    first, second = in_same_parts(now, before)
    return [(focus.round, first), (round_before, second)]


def _steps(focus: Focus, finding: ItemFinding) -> tuple[Step, ...]:
    return answer_steps(focus, finding)


def _legend(sketch: Sketch, steps: tuple[Step, ...], top: float) -> float:
    x, y = 0.0, top + 10
    for step in steps:
        label = wrap(step.label, sketch.width - 16, 8)[0]
        wide = 16 + fonts.text_width(label, fonts.REGULAR, 8)
        if x > 0 and x + wide > sketch.width:
            x, y = 0.0, y + 13
        sketch.box(x, y - 8, 11, 9, step.fill, EDGE)
        sketch.text(x + 15, y, label, size=8)
        x += wide + 12
    return y + 8


def _item(sketch: Sketch, focus: Focus, finding: ItemFinding, bars: list[tuple[str, ItemFinding]], top: float) -> float:
    text = item_text(focus.instrument.items_by_id[finding.item], focus.language)
    y = top + 3
    for line in wrap(text, sketch.width, SIZE, fonts.SEMIBOLD):
        y += 10.5
        sketch.text(0, y, line, size=SIZE, font=fonts.SEMIBOLD)
    y += 4
    for index, (name, one) in enumerate(bars):
        middle = y + ROW / 2
        label = wrap(capital(name), LABELS, 8)
        sketch.text(8, middle + 3, label[0] if len(label) == 1 else label[0] + " …", size=8)
        if one.counts and any(one.counts):
            _bar(sketch, _steps(focus, one), one.counts, middle, BAR if index == 0 else BAR - 3)
            said = str(sum(one.counts))
            sketch.text(sketch.width, middle + 3, said, size=8, token=SOFT, anchor="end")
        else:
            sketch.text(LABELS + 12, middle + 3, wording.reason(one.reason, focus.language), size=8, token=SOFT)
        y += ROW
    sketch.line(0, y + 3, sketch.width, y + 3, LINE, 0.4)
    return y + 4


def _bar(sketch: Sketch, steps: tuple[Step, ...], counts: tuple[int, ...], middle: float, height: float) -> None:
    left, right = LABELS + 12, sketch.width - COUNT
    x, total = left, sum(counts)
    for step, count in zip(steps, counts, strict=True):
        wide = (right - left) * count / total
        if count:
            sketch.box(x, middle - height / 2, wide, height, step.fill, EDGE)
        if fonts.text_width(str(count), fonts.REGULAR, 7.5) + 3 <= wide:
            sketch.text(x + wide / 2, middle + 2.7, str(count), size=7.5, token=step.text, anchor="middle")
        x += wide


def _in_words(focus: Focus, finding: ItemFinding, bars: list[tuple[str, ItemFinding]]) -> str:
    text = item_text(focus.instrument.items_by_id[finding.item], focus.language)
    parts = []
    for name, one in bars:
        if one.counts is None:
            parts.append(f"{capital(name)}: {wording.reason(one.reason, focus.language)}.")
            continue
        counts = zip(_steps(focus, one), one.counts, strict=True)
        parts.append(f"{capital(name)}: " + ", ".join(f"{step.label} {count}" for step, count in counts) + ".")
    return " ".join((text, *parts))
