"""Who moved: of those followed from the earlier round, how many stand lower, the same and higher on each scale."""

from __future__ import annotations

from typing import NamedTuple

from instruments.model import Scale
from reports import fonts, wording
from reports.analyst_findings import Flow
from reports.charts.analyst_phrases import phrase
from reports.charts.focus import Focus
from reports.charts.sketch import Chart, Sketch, wrap
from reports.charts.tokens import EDGE, LINE, SOFT, steps
from reports.sums import unit_of
from reports.voice import capital
from reports.wording import PER_CENT

TOP = 24.0
ROW = 30.0
BAR = 14.0
LABELS = 132.0
NUMBERS = 66.0
PARTS = ("lower", "same", "higher")


class Moved(NamedTuple):
    scale: Scale
    flow: Flow

    @property
    def counts(self) -> tuple[int, int, int] | None:
        """Lower, same, higher; None where they are not shown."""
        flow = self.flow
        if flow.lower is None or flow.same is None or flow.higher is None:
            return None
        return flow.lower, flow.same, flow.higher


def moved(focus: Focus) -> tuple[Moved, ...]:
    """The group's flows, in the order of the instrument's scales; empty where nobody is followed."""
    found = {flow.scale: flow for flow in focus.findings.analyst.flows if flow.group == focus.code}
    return tuple(Moved(scale, found[scale.id]) for scale in focus.scales if scale.id in found)


def flows(focus: Focus, *, width: float = 499.0) -> Chart:
    """One bar a scale, split in three by how many moved; the figures are persons."""
    language = focus.language
    sketch = Sketch(width)
    _legend(sketch, language)
    y = TOP
    for one in moved(focus):
        middle = y + ROW / 2
        name = wrap(focus.text(one.scale.title), LABELS, 9, fonts.SEMIBOLD)[:2]
        for line, text in enumerate(name):
            sketch.text(0, middle + 3 + (line - (len(name) - 1) / 2) * 10.5, text, size=9, font=fonts.SEMIBOLD)
        _bar(sketch, one, middle, width, language)
        sketch.line(0, y + ROW, width, y + ROW, LINE, 0.4)
        y += ROW
    return sketch.finish(
        y + 2,
        title=phrase(language, "flows_title", group=focus.name, before=focus.before or ""),
        description=" ".join(sentences(focus)) or phrase(language, "nothing_there"),
    )


def sentences(focus: Focus) -> tuple[str, ...]:
    """One plain sentence a scale: how many were followed, and how many of them moved which way."""
    return tuple(_sentence(focus, one) for one in moved(focus))


def step_note(focus: Focus) -> str:
    """What counts as having moved; empty where there are no flows."""
    language = focus.language
    by_step: dict[str, list[str]] = {}
    for one in moved(focus):
        share = unit_of(one.scale) is PER_CENT
        key = phrase(language, "flows_answer") if share else _step(one.flow.step, language)
        by_step.setdefault(key, []).append(focus.text(one.scale.title))
    if len(by_step) < 2:
        return "".join(phrase(language, "flows_step", step=step) for step in by_step)
    # Scales told as a share and others, or sums of unlike numbers of items.
    each = (f"{step} ({wording.listing(tuple(scales), language)})" for step, scales in by_step.items())
    return phrase(language, "flows_step", step="; ".join(each))


def _step(step: float, language: str) -> str:
    return phrase(language, "steps", n=f"{step:.3g}".replace(".", "," if language == "sv" else "."))


def _sentence(focus: Focus, one: Moved) -> str:
    language = focus.language
    title = focus.text(one.scale.title)
    if one.counts is None or one.flow.n is None:
        return phrase(language, "flows_none", scale=title, why=wording.reason(one.flow.reason, language))
    lower, same, higher = one.counts
    return phrase(
        language,
        "flows_said",
        scale=capital(title),
        n=one.flow.n,
        lower=lower,
        same=same,
        higher=higher,
        before=focus.before or "",
    )


def _legend(sketch: Sketch, language: str) -> None:
    x = 0.0
    for part, (fill, _) in zip(PARTS, steps(3), strict=True):
        label = phrase(language, f"flows_{part}")
        sketch.box(x, 2, 11, 9, fill, EDGE)
        sketch.text(x + 15, 10, label, size=8)
        x += 27 + fonts.text_width(label, fonts.REGULAR, 8)
    sketch.text(sketch.width, 10, phrase(language, "flows_followed"), size=8, token=SOFT, anchor="end")


def _bar(sketch: Sketch, one: Moved, middle: float, width: float, language: str) -> None:
    left, right = LABELS + 10, width - NUMBERS
    if one.counts is None or not sum(one.counts):
        sketch.text(left, middle + 3, wording.reason(one.flow.reason, language), size=8, token=SOFT)
        return
    x, total = left, sum(one.counts)
    for count, (fill, text) in zip(one.counts, steps(3), strict=True):
        wide = (right - left) * count / total
        if count:
            sketch.box(x, middle - BAR / 2, wide, BAR, fill, EDGE)
        if fonts.text_width(str(count), fonts.REGULAR, 8) + 3 <= wide:
            sketch.text(x + wide / 2, middle + 2.8, str(count), size=8, token=text, anchor="middle")
        x += wide
    sketch.text(width, middle + 3, str(one.flow.n), size=8.5, anchor="end")
