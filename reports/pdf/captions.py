"""The lines that stand above and below what a page shows: where we are, who answered, what the marks mean."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from instruments.model import Scale
from reports.charts import Focus
from reports.findings import NodeKind
from reports.pdf.phrases import phrase
from reports.pdf.styles import simulated_mark


def kicker(focus: Focus, *parts: str) -> str:
    """The small line above a title, as markup. Made-up answers are labelled so on every page, not to be overlooked."""
    text = escape(" · ".join(part for part in parts if part), quote=False)
    if not focus.findings.simulated:
        return text
    return f"{text} · {simulated_mark(phrase(focus.language, 'simulated'))}"


def first_kicker(focus: Focus) -> str:
    return kicker(focus, phrase(focus.language, "kicker", study=focus.findings.study, round=focus.round))


def inner_kicker(focus: Focus, part: str = "") -> str:
    """On the pages after the first: whose report this is, and which part of it."""
    return kicker(focus, focus.name, focus.round, part)


def legend(focus: Focus, scales: Sequence[Scale]) -> str:
    """The marks as sentences; only those that are drawn for these scales."""
    language = focus.language
    shown = [focus.finding(scale.id) for scale in scales]
    if all(finding.level.mean.value is None for finding in shown):
        return ""
    sentences = [phrase(language, "legend_dot", group=focus.name, round=focus.round)]
    if any(finding.level.mean.low is not None for finding in shown):
        sentences.append(phrase(language, "legend_line"))
    if any(finding.before and finding.before.mean.value is not None for finding in shown):
        sentences.append(phrase(language, "legend_before", before=focus.before))
    if any(finding.band for finding in shown) and focus.group.kind is not NodeKind.NATION:
        sentences.append(phrase(language, f"legend_band_{focus.group.kind.value}"))
    bare = [finding.level.mean for finding in shown if finding.level.mean.value is not None]
    bare = [mean for mean in bare if mean.low is None]
    if bare:
        few = any((mean.n or 0) < focus.findings.thresholds.sd_from for mean in bare)
        sentences.append(phrase(language, "legend_few" if few else "legend_alike"))
    return " ".join(sentences)
