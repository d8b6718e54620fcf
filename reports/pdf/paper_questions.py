"""A paper form's questions: how each type is asked, and what is kept together on a page."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import Final

from reportlab.platypus import CondPageBreak, Flowable, KeepTogether, Paragraph, Spacer

from instruments.model import (
    Instrument,
    Item,
    ItemType,
    Localised,
    Section,
    Variant,
    in_language,
    item_text,
    option_text,
)
from instruments.model import Picture as PictureOf
from reports import fonts
from reports.pdf.paper_grid import Grid, fitting_grid
from reports.pdf.paper_marks import (
    Cells,
    Choice,
    ChoiceRow,
    Lines,
    Picture,
    SliderRow,
    code_width,
    columns,
    option_line,
    question_line,
)
from reports.pdf.paper_pages import BODY, Gap
from reports.pdf.paper_rules import RuleWriter
from reports.pdf.paper_style import MEASURES, markup, rich, text_style
from reports.pdf.paper_words import words_for
from reports.pdf.styles import CONTENT
from reports.pdf.symbol_paths import UndrawableSymbol
from reports.pdf.symbols import Symbol, read_symbol

DECLINE_CODE: Final = "–"
"""What is typed for "Vill inte svara"; a hyphen does as well."""
_MOST_BOXES = {Variant.STANDARD: 21, Variant.EASY: 11}
"""A longer slider is a number to write."""
_FEWEST_IN_A_GRID = 3


class Questions:
    """The questions of a form, numbered from 1 in the order they are asked; statements have no number."""

    def __init__(
        self, instrument: Instrument, language: str, variant: Variant, symbols: Callable[[str], Path | None]
    ) -> None:
        self.instrument, self.language, self.variant, self.symbols = instrument, language, variant, symbols
        self.words, self.measures = words_for(language, variant), MEASURES[variant]
        asked = [item for item in instrument.items if item.type is not ItemType.STATEMENT]
        self.numbers = {item.id: number for number, item in enumerate(asked, start=1)}
        names = {item_id: self.words.item.format(number=number) for item_id, number in self.numbers.items()}
        self.rules = RuleWriter(instrument, language, variant, names)
        size, leading = self.measures.text, self.measures.leading
        self.heading = text_style(size + 3, leading + 4, font=fonts.SEMIBOLD, after=2)
        self.body = text_style(size, leading, after=4)
        self.condition = text_style(size, leading, font=fonts.SEMIBOLD, after=2)
        self.question = text_style(size, leading, font=fonts.SEMIBOLD, indent=self.measures.indent)
        self.plain = text_style(size, leading, indent=self.measures.indent)
        self.help = text_style(size - (0.5 if size < 14 else 0), leading, indent=self.measures.indent, after=1)

    def flowables(self) -> Iterator[Flowable]:
        # A few questions squeezed in under the information are overlooked: they begin where half a page is left.
        least = BODY * 0.45
        for section in self.instrument.sections:
            yield from self._section(section, least)
            least = 0.0

    def said(self, text: Localised) -> str:
        return in_language(text, self.language)

    def _section(self, section: Section, least: float) -> Iterator[Flowable]:
        heading = list(self._heading(section))
        first = True
        for parts in self._blocks(section):
            if first:
                # The heading stands on the page of its first question.
                needed = sum(_height(one) for one in heading) + _first_height(parts)
                yield Gap(self.measures.gap + 4)
                yield CondPageBreak(max(min(needed + 4, BODY * 0.75), least))
                yield from heading
                first = False
            if len(parts) == 1 and isinstance(parts[0], Grid):
                yield parts[0]
            else:
                yield KeepTogether(parts)
            yield Gap(self.measures.gap)

    def _heading(self, section: Section) -> Iterator[Flowable]:
        yield Paragraph(markup(self.said(section.title)), self.heading)
        if section.visible_if is not None:
            condition = self.words.section_only_if.format(condition=self.rules.condition(section.visible_if))
            yield Paragraph(markup(condition), self.condition)
        intro = section.easy_intro if self.variant is Variant.EASY and section.easy_intro else section.intro
        if intro is not None:
            yield Paragraph(rich(self.said(intro)), self.body)

    def _blocks(self, section: Section) -> Iterator[list[Flowable]]:
        """What is kept together: a question, or a table of questions that are answered alike."""
        for alike, group in groupby(section.items, key=self._alike):
            items = list(group)
            grid = self._grid(items) if alike and len(items) >= _FEWEST_IN_A_GRID else None
            if grid is not None:
                yield [grid]
            else:
                yield from (list(self._item(item)) for item in items)

    def _alike(self, item: Item) -> tuple[str, bool] | None:
        """What questions of one table have in common; None for one that stands alone."""
        alone = item.visible_if or self._pictured(item.picture)
        if self.variant is Variant.EASY or item.type is not ItemType.SINGLE_CHOICE or alone:
            return None
        return (item.answer_set or "", item.may_decline)

    def _grid(self, items: Sequence[Item]) -> Grid | None:
        choices = self._choices(items[0])
        if any(choice.picture for choice in choices):
            return None
        texts = [(str(self.numbers[item.id]), self._row_text(item)) for item in items]
        return fitting_grid(choices, texts, self.measures)

    def _row_text(self, item: Item) -> str:
        help_ = self._help(item)
        small = f'<br/><font size="9.5">{rich(self.said(help_))}</font>' if help_ else ""
        return self._with_id(item) + small

    def _item(self, item: Item) -> Iterator[Flowable]:
        if item.visible_if is not None:
            condition = self.words.only_if.format(condition=self.rules.condition(item.visible_if))
            yield Paragraph(markup(condition), self.condition)
        picture = self._pictured(item.picture)
        if item.type is ItemType.STATEMENT:
            text = rich(item_text(item, self.language, self.variant))
            yield question_line(text, "", picture, self.measures) if picture else Paragraph(text, self.body)
            return
        text, number = self._with_id(item), str(self.numbers[item.id])
        if picture:
            yield question_line(text, number, picture, self.measures)
        else:
            yield Paragraph(text, self.question, bulletText=number)
        help_ = self._help(item)
        if help_ is not None:
            yield Paragraph(rich(self.said(help_)), self.help)
        yield from _ANSWERED[item.type](self, item)
        if item.may_decline and item.type not in (ItemType.SINGLE_CHOICE,):
            yield from self._listed([self._declining()])

    def _with_id(self, item: Item) -> str:
        """The question as markup, its id small after it: whoever types it in knows the item by that."""
        text = markup(item_text(item, self.language, self.variant))
        size = self.measures.code
        return f'{text} <font name="{fonts.REGULAR}" size="{size}" color="#404040">{markup(item.id)}</font>'

    def _help(self, item: Item) -> Localised | None:
        return item.easy_help if self.variant is Variant.EASY and item.easy_help else item.help

    def _pictured(self, picture: PictureOf | None) -> Picture | None:
        """A picture where this variant has pictures: the easy one, or the only one that there is."""
        if picture is None or (self.variant is Variant.STANDARD and Variant.EASY in self.instrument.variants):
            return None
        return Picture(_symbol(self.symbols, picture.file), self.said(picture.alt))

    def _choices(self, item: Item) -> list[Choice]:
        choices = [
            Choice(str(one.value), option_text(one, self.language, self.variant), self._pictured(one.picture))
            for one in self.instrument.options(item)
        ]
        return [*choices, self._declining()] if item.may_decline and item.type is ItemType.SINGLE_CHOICE else choices

    def _declining(self) -> Choice:
        return Choice(DECLINE_CODE, self.words.decline)

    def _listed(self, choices: Sequence[Choice]) -> Iterator[Flowable]:
        codes = code_width(choices, self.measures)
        yield from (option_line(choice, self.measures, codes) for choice in choices)

    def single(self, item: Item) -> Iterator[Flowable]:
        choices = self._choices(item)
        pictured = [choice for choice in choices if choice.picture]
        if len(pictured) > 1 and len(choices) - len(pictured) <= item.may_decline and (row := self._row(pictured)):
            # What has no picture stands under those that have.
            yield from (*row, *self._listed(choices[len(pictured) :]))
        else:
            yield from self._row(choices) or self._listed(choices)

    def _row(self, choices: Sequence[Choice]) -> list[Flowable]:
        """The options beside each other where that is easy to read; nothing where a list is easier."""
        easy, pictured = self.variant is Variant.EASY, all(one.picture for one in choices)
        if len(choices) > 7 or (easy and not pictured):
            return []
        step = (CONTENT - self.measures.indent) / len(choices)
        shown = columns(choices, step - 8, self.measures.label, 3 if easy else 2)
        return [ChoiceRow(shown, self.measures)] if shown else []

    def multiple(self, item: Item) -> Iterator[Flowable]:
        yield Paragraph(markup(self.words.several), self.help)
        yield from self._listed(self._choices(item))

    def number(self, item: Item) -> Iterator[Flowable]:
        words, low, high = self.words, item.minimum, item.maximum
        if item.type is ItemType.YEAR:
            said = words.year if low is None or high is None else words.year_between
        elif low is not None and high is not None:
            said = words.between
        elif low is not None:
            said = words.at_least
        else:
            said = words.number if high is None else words.at_most
        yield Paragraph(markup(said.format(low=low, high=high)), self.help)
        yield Spacer(1, 3)
        digits = self.measures.row * 0.85
        yield Cells(4, digits, self.measures) if item.type is ItemType.YEAR else Cells(1, 4 * digits, self.measures)

    def slider(self, item: Item) -> Iterator[Flowable]:
        low, high = item.minimum or 0, item.maximum or 0
        low_words, high_words = (self.said(text) if text else "" for text in (item.low_label, item.high_label))
        few, short = high - low < _MOST_BOXES[self.variant], max(len(low_words), len(high_words)) <= 60
        if low_words and high_words and not (few and short):
            ends = self.words.ends.format(low_value=low, low=low_words, high_value=high, high=high_words)
            yield Paragraph(markup(ends), self.help)
        if few:
            labels = (low_words, high_words) if short else ("", "")
            yield SliderRow(range(low, high + 1), *labels, self.measures)
        else:
            yield from self.number(item)

    def short_text(self, _item: Item) -> Iterator[Flowable]:
        yield Paragraph(markup(self.words.no_names), self.help)
        yield Lines(1, self.measures)

    def long_text(self, _item: Item) -> Iterator[Flowable]:
        yield Paragraph(markup(self.words.no_names), self.help)
        yield Lines(6, self.measures)


_ANSWERED: Mapping[ItemType, Callable[[Questions, Item], Iterator[Flowable]]] = {
    ItemType.SINGLE_CHOICE: Questions.single,
    ItemType.MULTIPLE_CHOICE: Questions.multiple,
    ItemType.NUMBER: Questions.number,
    ItemType.YEAR: Questions.number,
    ItemType.SLIDER: Questions.slider,
    ItemType.SHORT_TEXT: Questions.short_text,
    ItemType.LONG_TEXT: Questions.long_text,
}


def _symbol(symbols: Callable[[str], Path | None], name: str) -> Symbol | None:
    path = symbols(name)
    try:
        return None if path is None else read_symbol(path)
    except (OSError, UndrawableSymbol):
        return None


def _height(flowable: Flowable) -> float:
    return float(flowable.wrap(CONTENT, BODY)[1]) + float(flowable.getSpaceBefore()) + float(flowable.getSpaceAfter())


def _first_height(parts: Sequence[Flowable]) -> float:
    if len(parts) == 1 and isinstance(parts[0], Grid):
        return parts[0].first_height
    return sum(map(_height, parts))
