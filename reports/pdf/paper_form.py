"""An instrument as a form on paper: tick boxes with their codes, one question never over two pages.

Every copy is alike: nothing in the file tells one from another, and the form says so. What has a random order on a
screen stands here in the order of the file: one order for all, since a printed form has no seed to tell afterwards
(docs/paper.md).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from reportlab.platypus import Flowable

from instruments.changing import each_text
from instruments.load import LoadedInstrument
from instruments.model import Instrument, Localised, Variant, in_language
from reports import fonts
from reports.pdf.paper_head import PaperHead, PaperPromise, first_page, last_page
from reports.pdf.paper_pages import Foot, build_form, fits_in_foot
from reports.pdf.paper_questions import Questions
from reports.pdf.paper_style import MEASURES, Measures
from reports.pdf.paper_words import Words, words_for

__all__ = ["PaperHead", "PaperPromise", "paper_form"]

DIGEST_SHOWN = 12


def paper_form(
    loaded: LoadedInstrument,
    language: str,
    variant: Variant,
    head: PaperHead | None = None,
    *,
    symbols: Callable[[str], Path | None],
) -> bytes:
    """The form as a PDF. `symbols` finds a picture's file by its name; one that cannot be drawn is said in words.

    A language that the instrument does not have falls back on its first, as everywhere. Equal input, equal bytes.
    """
    fonts.register()
    form = _Form(loaded, language, variant, head or PaperHead(), symbols)
    return build_form(list(form.story()), form.foot)


def can_be_set(instrument: Instrument, language: str) -> bool:
    """Whether the typeface has most letters of the instrument's texts in `language`: else a form is empty boxes."""
    known = language if language in instrument.languages else instrument.languages[0]
    letters: set[str] = set()

    def read(text: Localised) -> Localised:
        letters.update(sign for sign in text.get(known, "") if unicodedata.category(sign)[0] in "LM")
        return text

    each_text(instrument, read)
    return 2 * sum(ord(sign) in fonts.signs() for sign in letters) >= len(letters)


@dataclass(frozen=True)
class _Form:
    loaded: LoadedInstrument
    language: str
    variant: Variant
    head: PaperHead
    symbols: Callable[[str], Path | None]

    @property
    def instrument(self) -> Instrument:
        return self.loaded.instrument

    @property
    def words(self) -> Words:
        return words_for(self.language, self.variant)

    @property
    def measures(self) -> Measures:
        return MEASURES[self.variant]

    @property
    def notice(self) -> str:
        return " ".join(self.said(self.instrument.provenance.notice).split())

    @property
    def foot(self) -> Foot:
        instrument, words = self.instrument, self.words
        return Foot(
            title=self.said(instrument.title),
            version=f"{instrument.id} {instrument.version} · {self.loaded.digest[:DIGEST_SHOWN]}",
            notice=self.notice if fits_in_foot(self.notice) else words.wording_last,
            page=words.page,
            language=self.language,
        )

    def said(self, text: Localised) -> str:
        return in_language(text, self.language)

    def story(self) -> Iterator[Flowable]:
        common = (self.words, self.measures)
        yield from first_page(self.instrument, self.language, self.variant, *common, self.head)
        yield from Questions(self.instrument, self.language, self.variant, self.symbols).flowables()
        left_over = "" if fits_in_foot(self.notice) else self.notice
        yield from last_page(self.variant, *common, self.head, left_over)
