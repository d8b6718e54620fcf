"""The county's page: its municipalities beside each other, one plot a scale."""

from __future__ import annotations

from reportlab.platypus import Flowable, PageBreak

from reports.charts import Focus, ranked
from reports.pdf.captions import inner_kicker
from reports.pdf.parts import page_head, paragraph, space
from reports.pdf.phrases import phrase
from reports.pdf.styles import CONTENT


def ranked_page(focus: Focus) -> list[Flowable]:
    """Empty for a group that has no municipalities under it."""
    if not focus.members:
        return []
    language = focus.language
    story: list[Flowable] = [
        PageBreak(),
        *page_head(inner_kicker(focus), phrase(language, "ranked_title")),
        paragraph(phrase(language, "ranked_lead"), "lead"),
        paragraph(phrase(language, "ranked_note_share" if focus.voice.all_shares() else "ranked_note"), "soft"),
    ]
    for scale in focus.scales:
        story += [space(9), ranked(focus, scale.id, width=CONTENT)]
    return story
