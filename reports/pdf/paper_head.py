"""The first page of a paper form: who asks, how to fill it in, what is stored and who sees it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from reportlab.platypus import CondPageBreak, Flowable, Paragraph

from instruments.model import Instrument, Kind, Variant, in_language
from reports import fonts
from reports.pdf.paper_pages import IfRoom
from reports.pdf.paper_style import Measures, markup, rich, text_style
from reports.pdf.paper_words import Words


@dataclass(frozen=True)
class PaperPromise:
    """A question that people ask first, with its honest answer."""

    question: str
    answer: str
    rows: tuple[tuple[str, str], ...] = ()
    """What follows the answer, as (what, about it)."""


@dataclass(frozen=True)
class PaperHead:
    """What a form says of the round that it belongs to, in the form's language. Empty texts are left out."""

    study: str = ""
    round: str = ""
    unit: str = ""
    """Set where all who get these copies belong to one unit."""
    asks: str = ""
    """One sentence: who asks, and until when."""
    hand_in: str = ""
    promises: tuple[PaperPromise, ...] = ()


class Page:
    """Puts the first page's texts into paragraphs of one size."""

    def __init__(self, measures: Measures) -> None:
        size, leading = measures.text, measures.leading
        self.body = text_style(size, leading, after=3)
        self.soft = text_style(size - 1, leading - 1, after=3)
        self.title = text_style(size + 10, size + 15, font=fonts.BOLD, after=4)
        self.heading = text_style(size + 1.5, leading + 2, font=fonts.SEMIBOLD, before=9, after=3)
        self.question = text_style(size, leading, font=fonts.SEMIBOLD, before=3)
        self.item = text_style(size, leading, indent=14, after=2)

    def paragraphs(self, texts: Sequence[str]) -> Iterator[Flowable]:
        yield from (Paragraph(markup(text), self.body) for text in texts if text)

    def list(self, texts: Sequence[str]) -> Iterator[Flowable]:
        yield from (Paragraph(markup(text), self.item, bulletText="•") for text in texts)

    def headed(self, heading: str) -> Iterator[Flowable]:
        yield CondPageBreak(80)
        yield Paragraph(markup(heading), self.heading)

    def promises(self, promises: Sequence[PaperPromise]) -> Iterator[Flowable]:
        for promise in promises:
            yield CondPageBreak(50)
            if promise.question:
                yield Paragraph(markup(promise.question), self.question)
            if promise.answer:
                yield Paragraph(markup(promise.answer), self.body)
            yield from self.list([f"{what}: {about}" for what, about in promise.rows])


def first_page(
    instrument: Instrument, language: str, variant: Variant, words: Words, measures: Measures, head: PaperHead
) -> Iterator[Flowable]:
    """Title, introduction, how to fill it in, how to hand it in, and what is stored (see `last_page` for easy ones)."""
    page = Page(measures)
    above = " · ".join(part for part in (head.study, head.round) if part)
    if above:
        yield Paragraph(markup(above), page.soft)
    yield Paragraph(markup(in_language(instrument.title, language)), page.title)
    if head.unit:
        yield Paragraph(markup(words.unit.format(unit=head.unit)), page.question)
    easy = instrument.easy_introduction if variant is Variant.EASY else None
    yield Paragraph(rich(in_language(easy or instrument.introduction, language)), page.body)
    yield from page.paragraphs((head.asks,))
    yield from page.headed(words.how)
    yield from page.list(words.fill_in)
    if instrument.kind is Kind.SURVEY:
        yield from page.list(words.unnamed)
        yield from page.headed(words.when_done)
        yield from page.paragraphs((head.hand_in or words.hand_in,))
        yield from page.headed(words.stored)
        if head.promises and variant is Variant.STANDARD:
            yield from page.promises(head.promises)
        else:
            yield from page.promises([PaperPromise(question, answer) for question, answer in words.general])
    else:
        yield from page.list((words.signed[instrument.kind],))


def last_page(variant: Variant, words: Words, measures: Measures, head: PaperHead, notice: str) -> Iterator[Flowable]:
    """The thanks; after easy questions the whole of the round's promises; the notice that no foot had room for."""
    page = Page(measures)
    yield IfRoom(markup(words.end), page.heading)
    if head.promises and variant is Variant.EASY:
        yield from page.headed(words.more)
        yield from Page(measures._replace(text=11, leading=15)).promises(head.promises)
    if notice:
        yield Paragraph(markup(words.wording.format(notice=notice)), page.soft)
