"""The report of a group that may not be shown: why, and how the group above it answered. No number of its own."""

from __future__ import annotations

from reportlab.platypus import Flowable

from reports.charts import Focus
from reports.findings import GroupFinding, Reason
from reports.pdf.captions import first_kicker
from reports.pdf.parts import message_box, page_head, paragraph
from reports.pdf.phrases import phrase
from reports.pdf.summary import scales_part
from reports.reading import GroupReading, read_group


def masked_page(focus: Focus) -> list[Flowable]:
    language = focus.language
    parent = _shown_above(focus)
    why = "masked_protected" if focus.group.reason is Reason.PROTECTED else "masked_few"
    sentences = [phrase(language, why)]
    if parent is not None:
        sentences.append(phrase(language, "masked_counted", parent=parent.name_inside))
    sentences.append(phrase(language, f"{why}_next", k=focus.findings.k))
    return [
        *page_head(first_kicker(focus), focus.name),
        message_box(_reading(focus).headline, sentences),
        *(_parent_part(parent) if parent else [paragraph(phrase(language, "masked_no_parent"))]),
    ]


def is_masked(group: GroupFinding) -> bool:
    return group.n is None


def _shown_above(focus: Focus) -> Focus | None:
    """The nearest group above that is shown."""
    above = focus.parent
    while above is not None and is_masked(above):
        above = focus.on(above.code).parent
    return focus.on(above.code) if above is not None else None


def _parent_part(focus: Focus) -> list[Flowable]:
    return [
        paragraph(phrase(focus.language, "masked_parent", parent=focus.name_inside), "heading"),
        paragraph(_reading(focus).answered, "soft"),
        *scales_part(focus),
    ]


def _reading(focus: Focus) -> GroupReading:
    return read_group(focus.disclosed, focus.instrument, focus.code, focus.language)
