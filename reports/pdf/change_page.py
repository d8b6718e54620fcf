"""The page about change: every scale between two rounds, and how to read it."""

from __future__ import annotations

from reportlab.platypus import Flowable, PageBreak

from instruments.model import Scale
from reports import wording
from reports.charts import Focus, changes
from reports.findings import Change, Verdict
from reports.pdf.captions import inner_kicker
from reports.pdf.parts import Cell, page_head, paragraph, ruled_table, wrapped
from reports.pdf.phrases import phrase
from reports.pdf.styles import CONTENT
from reports.sentences import sentence
from reports.voice import capital

_WIDTHS = (100.0, 50.0, 84.0, 38.0, 38.0, 36.0, CONTENT - 346.0)


def change_page(focus: Focus) -> list[Flowable]:
    """Empty where there is no earlier round, or nothing of it can be shown."""
    found = [(scale, focus.finding(scale.id).change) for scale in focus.scales]
    rows = [(scale, change) for scale, change in found if change is not None]
    if not any(change.difference.value is not None for _, change in rows):
        return []
    language, before = focus.language, focus.before
    return [
        PageBreak(),
        *page_head(inner_kicker(focus), phrase(language, "change_title", before=before)),
        paragraph(_verdicts(focus, rows), "lead"),
        paragraph(_people(focus)),
        changes(focus, width=CONTENT),
        *_numbers(focus, rows),
        paragraph(phrase(language, "read_change"), "heading"),
        *(paragraph(phrase(language, f"read_change_{number}")) for number in range(1, 5)),
        *(
            paragraph(sentence("holm", language, scales=focus.voice.titles[scale.id]))
            for scale, change in rows
            if change.holm_overruled
        ),
    ]


def _verdicts(focus: Focus, rows: list[tuple[Scale, Change]]) -> str:
    """The page in one line: which scales have which verdict."""
    sentences = []
    for verdict in Verdict:
        names = tuple(focus.text(scale.title) for scale, change in rows if change.verdict is verdict)
        if names:
            word = capital(wording.verdict(verdict, focus.language))
            sentences.append(f"{word}: {wording.listing(names, focus.language)}.")
    return " ".join(sentences)


def _people(focus: Focus) -> str:
    """Who is compared: how many now, then, and both times."""
    group, findings, language = focus.group, focus.findings, focus.language
    sentences = []
    if group.n is not None and group.n_before is not None:
        sentences.append(
            phrase(
                language,
                "change_people",
                after=group.n,
                before_n=group.n_before,
                round=focus.round,
                before=focus.before,
            )
        )
    if not findings.linked:
        sentences.append(phrase(language, "change_unlinked"))
    elif group.n_linked:
        changes = [finding.change for finding in group.scales if finding.change]
        used = any(change.method != "welch" for change in changes if change.difference.value is not None)
        sentences.append(phrase(language, "change_linked" if used else "change_linked_few", linked=group.n_linked))
    return " ".join(sentences)


def _numbers(focus: Focus, rows: list[tuple[Scale, Change]]) -> list[Flowable]:
    """Sizes and methods; empty where the answers are too few for any."""
    if all(change.hedges_g.value is None for _, change in rows):
        return []
    table = [_head(focus.language), *(_row(focus, scale, change) for scale, change in rows)]
    return [
        paragraph(phrase(focus.language, "change_numbers"), "heading"),
        ruled_table(table, _WIDTHS, right=(1, 2, 3, 4, 5)),
    ]


def _head(language: str) -> list[Cell]:
    keys = ("scale", "size", "uncertainty", "before_n", "after_n", "linked_n", "method")
    return [phrase(language, key) for key in keys]


def _row(focus: Focus, scale: Scale, change: Change) -> list[Cell]:
    language = focus.language
    g = change.hedges_g
    counts = ["" if count is None else str(count) for count in (change.n_before, change.n_after, change.n_linked)]
    return [
        wrapped(focus.text(scale.title), _WIDTHS[0] - 8, "strong_cell"),
        "" if g.value is None else wording.signed(g.value, language),
        wording.interval(g, language),
        *counts,
        paragraph(phrase(language, f"method_{change.method}") if change.difference.value is not None else "", "cell"),
    ]
