"""One report a group, as PDF: the message first, the charts that show why, the method last."""

from __future__ import annotations

from reportlab.platypus import Flowable

from instruments.model import Instrument
from reports.charts import Focus
from reports.disclosure import Disclosed
from reports.pdf.change_page import change_page
from reports.pdf.document import Imprint, build
from reports.pdf.masked_page import is_masked, masked_page
from reports.pdf.method_page import method_page
from reports.pdf.phrases import phrase
from reports.pdf.ranked_page import ranked_page
from reports.pdf.scale_page import other_items_page, scale_page
from reports.pdf.summary import summary_page
from reports.reading import read_group

__all__ = ["report_pdf"]


def report_pdf(disclosed: Disclosed, instrument: Instrument, code: str, language: str = "sv", *, digest: str) -> bytes:
    """The report of one organisation unit; a municipality and a county alike.

    `code` is the unit's, `digest` the release's (hex). The same arguments give the same bytes.
    Raises TypeError for anything but a `Disclosed`, KeyError for a unit that took no part, and ValueError for another
    instrument than the release's or a language that reports are not written in.
    """
    focus = Focus(disclosed, instrument, code, language)
    story = masked_page(focus) if is_masked(focus.group) else _story(focus)
    return build([*story, *method_page(focus, digest)], _imprint(focus, digest))


def _story(focus: Focus) -> list[Flowable]:
    reading = read_group(focus.disclosed, focus.instrument, focus.code, focus.language)
    return [
        *summary_page(focus, reading),
        *(
            flowable
            for number, scale in enumerate(focus.scales, start=1)
            for flowable in scale_page(focus, scale, number, reading)
        ),
        *other_items_page(focus),
        *change_page(focus),
        *ranked_page(focus),
    ]


def short_digest(digest: str) -> str:
    """The first twelve characters in threes of four, to read aloud: 3f9a·71c2·e0bd."""
    return "·".join(digest[start : start + 4] for start in (0, 4, 8))


def _imprint(focus: Focus, digest: str) -> Imprint:
    findings, language = focus.findings, focus.language
    title = phrase(
        language,
        "title",
        instrument=focus.text(focus.instrument.title),
        round=focus.round,
        group=focus.name,
    )
    protection = phrase(language, "protection_simulated" if findings.simulated else "protection", k=findings.k)
    origin = phrase(
        language,
        "origin",
        digest=short_digest(digest),
        instrument=findings.instrument,
        version=findings.instrument_version,
    )
    return Imprint(title=title, subject=findings.study, language=language, protection=protection, origin=origin)
