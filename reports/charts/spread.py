"""How the answers to each item spread: one bar an item, split in the answer steps, lightest step first.

Where the answers are too few to show how they spread, the item's mean stands as a dot on the range instead; not in a
scale that is told as a share, where a mean of steps would mean nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from instruments.model import Option, Scale, item_text, option_text
from reports import fonts, wording
from reports.charts import marks
from reports.charts.focus import Focus
from reports.charts.phrases import phrase
from reports.charts.sketch import Chart, Sketch, wrap
from reports.charts.tokens import BRAND, EDGE, INK, PAPER, SOFT, Token, steps
from reports.findings import ItemFinding, Reason
from reports.item_shares import PERCENT_FROM, item_share, positive_options, told_as_share
from reports.sums import item_steps

SIZE = 8.3
SMALL = 8.0
LINE_HEIGHT = 10.2
BAR = 12.5
GAP = 10.0
ROW_AIR = 6.0
MEAN = 34.0
TEXT_SHARE = 0.5
"""Of the room beside the mean; the bar gets the rest."""


class Step(NamedTuple):
    """One part of a bar: its label, how it is filled, and the colour of text on it."""

    label: str
    fill: Token
    text: Token


@dataclass(frozen=True)
class Run:
    """Items in a row that share a legend. Without `steps` they are drawn as dots."""

    steps: tuple[Step, ...]
    percent: bool
    items: tuple[ItemFinding, ...]
    scale: Scale | None
    """That the items belong to; None for single questions."""

    @property
    def reversed_ids(self) -> frozenset[str]:
        return self.scale.reversed_ids if self.scale else frozenset()


def spread(focus: Focus, items: Sequence[ItemFinding], scale: Scale | None, *, width: float = 499.0) -> Chart:
    """All of `items` in one drawing with their legends, for a web page."""
    sketch = Sketch(width)
    y = 0.0
    for run in runs(focus, items, scale):
        y = _legend(sketch, focus, run, y) + 4
        for finding in run.items:
            y = _row(sketch, focus, run, finding, y, ROW_AIR)
        y += 6
    said = " ".join(_in_words(focus, scale, finding) for finding in items)
    return sketch.finish(y, title=phrase(focus.language, "spread_title", group=focus.name), description=said)


def spread_legend(focus: Focus, run: Run, *, width: float = 499.0) -> Chart:
    """The answer steps of a run, above its rows."""
    sketch = Sketch(width)
    height = _legend(sketch, focus, run, 0.0)
    said = ", ".join(step.label for step in run.steps)
    return sketch.finish(height, title=phrase(focus.language, "spread_legend"), description=said)


def spread_item(focus: Focus, run: Run, finding: ItemFinding, *, air: float = ROW_AIR, width: float = 499.0) -> Chart:
    """One item's row, so that a long scale can break between pages. `air` is the room between rows."""
    sketch = Sketch(width)
    height = _row(sketch, focus, run, finding, 0.0, air)
    title = item_text(focus.instrument.items_by_id[finding.item], focus.language)
    return sketch.finish(height, title=title, description=_in_words(focus, run.scale, finding))


def runs(focus: Focus, items: Sequence[ItemFinding], scale: Scale | None) -> tuple[Run, ...]:
    """The items in their order, a new run where the answer steps change. One that is hidden stays where it stands."""
    found: list[Run] = []
    for finding in items:
        if finding.counts is None and found:
            found[-1] = Run(found[-1].steps, found[-1].percent, (*found[-1].items, finding), scale)
            continue
        legend = answer_steps(focus, finding), sum(finding.counts or ()) >= PERCENT_FROM
        if found and (found[-1].steps, found[-1].percent) == legend:
            found[-1] = Run(*legend, (*found[-1].items, finding), scale)
        else:
            found.append(Run(*legend, (finding,), scale))
    return tuple(found)


def answer_steps(focus: Focus, finding: ItemFinding) -> tuple[Step, ...]:
    """The parts of an item's bar, in the order of its counts. "Vet inte" and the like stay unfilled."""
    options = {option.value: option for option in focus.instrument.options(focus.instrument.items_by_id[finding.item])}
    unscored = [all(v in options and options[v].missing for v in values) for values in finding.categories]
    ramp = iter(steps(unscored.count(False)))
    return tuple(
        Step(_label(focus, options, values), *((PAPER, INK) if plain else next(ramp)))
        for values, plain in zip(finding.categories, unscored, strict=True)
    )


def _label(focus: Focus, options: dict[int, Option], values: tuple[int, ...]) -> str:
    """The option's text; for merged steps the first and the last. A slider's values stand for themselves."""
    ends = values if len(values) == 1 else (values[0], values[-1])
    return " – ".join(
        option_text(options[value], focus.language) if value in options else wording.number(value, focus.language, 0)
        for value in ends
    )


def _legend(sketch: Sketch, focus: Focus, run: Run, top: float) -> float:
    """Swatches with labels in as many lines as they need, then what the figures are; returns where it ends."""
    language = focus.language
    x, y = 0.0, top + 10
    for step in run.steps:
        label = wrap(step.label, sketch.width - 16, SMALL)[0]
        wide = 16 + fonts.text_width(label, fonts.REGULAR, SMALL)
        if x > 0 and x + wide > sketch.width:
            x, y = 0.0, y + 13
        sketch.box(x, y - 8, 11, 9, step.fill, EDGE)
        sketch.text(x + 15, y, label, size=SMALL)
        x += wide + 12
    notes = _notes(focus, run)
    y += 3 if run.steps else -10
    for line in wrap(" ".join(notes), sketch.width - MEAN - GAP, SMALL):
        y += 11
        sketch.text(0, y, line, size=SMALL, token=SOFT)
    if head := _head(focus, run):
        sketch.text(sketch.width, y, phrase(language, head), size=SMALL, token=SOFT, anchor="end")
    return y + 4


def _head(focus: Focus, run: Run) -> str:
    """The phrase above the last column; empty where nothing stands in it."""
    if not told_as_share(run.scale):
        return "mean"
    return "positive" if any(item_share(focus.instrument, run.scale, finding) for finding in run.items) else ""


def _notes(focus: Focus, run: Run) -> list[str]:
    """What the figures are, and which steps count."""
    share = told_as_share(run.scale)
    notes = [phrase(focus.language, _figures(run))]
    notes += _positive_notes(focus, run)
    if any(finding.item in run.reversed_ids for finding in run.items):
        notes.append(phrase(focus.language, "reversed_share_note" if share else "reversed_note"))
    return notes


def _figures(run: Run) -> str:
    if run.steps:
        return "figures_percent" if run.percent else "figures_counts"
    protected = any(finding.reason is Reason.PROTECTED for finding in run.items)
    if told_as_share(run.scale):
        return "figures_share_protected" if protected else "figures_share_none"
    return "figures_protected" if protected else "figures_none"


def _positive_notes(focus: Focus, run: Run) -> list[str]:
    """Which options the last column counts, in the words of the first item that is not turned round."""
    if run.scale is None or not _head(focus, run) or not told_as_share(run.scale):
        return []
    language = focus.language
    straight = [finding for finding in run.items if finding.item not in run.reversed_ids and finding.counts]
    counted = positive_options(focus.instrument, run.scale, straight[0]) if straight else ()
    notes = [phrase(language, "positive_note", steps=_quoted(focus, counted))] if counted else []
    options = focus.instrument.options(focus.instrument.items_by_id[run.items[0].item])
    shown = {value for finding in run.items for values in finding.categories for value in values}
    if left_out := tuple(option for option in options if option.missing and option.value in shown):
        notes.append(phrase(language, "missing_note", steps=_quoted(focus, left_out)))
    return notes


def _quoted(focus: Focus, options: tuple[Option, ...]) -> str:
    quoted = tuple(phrase(focus.language, "quoted", text=option_text(option, focus.language)) for option in options)
    return wording.listing(quoted, focus.language)


def _row(sketch: Sketch, focus: Focus, run: Run, finding: ItemFinding, top: float, air: float) -> float:
    """The item's text, its bar or dot, and its mean; returns where the row ends."""
    text_width = (sketch.width - GAP * 2 - MEAN) * TEXT_SHARE
    text = item_text(focus.instrument.items_by_id[finding.item], focus.language)
    if finding.item in run.reversed_ids:
        text += " " + phrase(focus.language, "reversed")
    lines = wrap(text, text_width, SIZE)
    height = max(len(lines) * LINE_HEIGHT, BAR) + air
    middle = top + height / 2
    for index, line in enumerate(lines):
        sketch.text(0, middle + 3 + (index - (len(lines) - 1) / 2) * LINE_HEIGHT, line, size=SIZE)
    left, right = text_width + GAP, sketch.width - MEAN - GAP
    if finding.counts is not None and any(finding.counts):
        _bar(sketch, run, finding.counts, left, middle, right)
    elif finding.mean is not None and not run.steps and not told_as_share(run.scale):
        _dot(sketch, focus, finding, left, middle, right)
    else:
        sketch.text(left, middle + 3, wording.reason(finding.reason, focus.language), size=SMALL, token=SOFT)
    if last := _last(focus, run.scale, finding):
        sketch.text(sketch.width, middle + 3, last, size=8.5, anchor="end")
    return top + height


def _last(focus: Focus, scale: Scale | None, finding: ItemFinding) -> str:
    """The item's one number: its share in a scale told as a share, else its mean; empty where it is not told."""
    if told_as_share(scale):
        share = item_share(focus.instrument, scale, finding)
        return share.said(focus.language) if share else ""
    return "" if finding.mean is None else wording.number(finding.mean, focus.language)


def _bar(sketch: Sketch, run: Run, counts: tuple[int, ...], left: float, middle: float, right: float) -> None:
    total = sum(counts)
    x = left
    for step, count in zip(run.steps, counts, strict=True):
        wide = (right - left) * count / total
        if count:
            sketch.box(x, middle - BAR / 2, wide, BAR, step.fill, EDGE)
        figure = str(round(100 * count / total)) if run.percent else str(count)
        if fonts.text_width(figure, fonts.REGULAR, 7.5) + 3 <= wide:
            sketch.text(x + wide / 2, middle + 2.7, figure, size=7.5, token=step.text, anchor="middle")
        x += wide


def _dot(sketch: Sketch, focus: Focus, finding: ItemFinding, left: float, middle: float, right: float) -> None:
    scored = item_steps(focus.instrument, finding.item)
    options = focus.instrument.options(focus.instrument.items_by_id[finding.item])
    values = [value for value in scored if not any(option.missing and option.value == value for option in options)]
    if len(values) < 2 or finding.mean is None:
        return
    axis = marks.Axis(float(values[0]), float(values[-1]), left + 4, right - 4)
    marks.grid(sketch, axis, middle - 6, middle + 6)
    sketch.dot(axis.x(finding.mean), middle, BRAND)


def _in_words(focus: Focus, scale: Scale | None, finding: ItemFinding) -> str:
    text = item_text(focus.instrument.items_by_id[finding.item], focus.language)
    if finding.counts is None:
        return f"{text} {wording.reason(finding.reason, focus.language)}."
    shares = zip(answer_steps(focus, finding), finding.counts, strict=True)
    said = [f"{step.label} {count}" for step, count in shares]
    if share := item_share(focus.instrument, scale, finding):
        said.append(f"{phrase(focus.language, 'positive').lower()} {share.said(focus.language)}")
    return f"{text} {', '.join(said)}."
