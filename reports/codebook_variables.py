"""The codebook's chapters on what is asked: sections, items, their values and columns."""

from __future__ import annotations

from collections.abc import Iterator

from instruments.columns import columns_of, option_name
from instruments.model import Instrument, Item, ItemType, Option, Picture, Section, in_language
from instruments.rule_words import rule_in_words
from reports.codebook_parts import Chapter, Facts, Grid, Part, Remark, Words


def variable_chapters(instrument: Instrument, words: Words) -> Iterator[Chapter]:
    yield Chapter(1, words("variables"), ())
    for section in instrument.sections:
        title = in_language(section.title, words.language)
        yield Chapter(2, title, (Facts(tuple(_section_facts(instrument, section, words))),))
        for item in section.items:
            yield Chapter(3, item.id, tuple(_item_parts(instrument, section, item, words)))


def _section_facts(instrument: Instrument, section: Section, words: Words) -> Iterator[tuple[str, str]]:
    yield words("id"), section.id
    yield from words.texts("title", section.title)
    yield from words.texts("intro", section.intro)
    yield from words.texts("easy_intro", section.easy_intro)
    yield words("order"), words("order_random" if section.random_order else "order_fixed")
    yield words("asked"), _asked(instrument, section, None, words)


def _asked(instrument: Instrument, section: Section, item: Item | None, words: Words) -> str:
    """Who meets a section, or an item within it."""
    rule = section.visible_if if item is None else item.visible_if
    within = item is not None and section.visible_if is not None
    if rule is None:
        return words("asked_section" if within else "asked_all")
    said = rule_in_words(instrument, rule, words.language)
    return words("asked_section_if" if within else "asked_if", rule=said)


def _item_parts(instrument: Instrument, section: Section, item: Item, words: Words) -> Iterator[Part]:
    yield Facts(tuple(_item_facts(instrument, section, item, words)))
    options = instrument.options(item)
    if options:
        head = ("column", "value", "language", "option", "remark")
        shares = (0.22, 0.1, 0.14, 0.42, 0.12)
        rows = tuple(row for option in options for row in _option_rows(item, option, words))
        yield Grid(tuple(words(key) for key in head), rows, shares)


def _item_facts(instrument: Instrument, section: Section, item: Item, words: Words) -> Iterator[tuple[str, str]]:
    yield words("type"), words(f"type_{item.type.value}")
    yield from words.texts("text", item.text)
    yield from words.texts("easy", item.easy)
    yield from words.texts("label", item.label)
    yield from words.texts("help", item.help)
    yield from words.texts("easy_help", item.easy_help)
    yield from _picture(item.picture, words)
    if item.minimum is not None or item.maximum is not None:
        low, high = (words("no_bound") if one is None else one for one in (item.minimum, item.maximum))
        yield words("bounds"), words("bounds_value", low=low, high=high)
    yield from words.texts("low_end", item.low_label)
    yield from words.texts("high_end", item.high_label)
    if item.answer_set is not None:
        yield words("answer_set"), item.answer_set
    yield words("asked"), _asked(instrument, section, item, words)
    if item.type is not ItemType.STATEMENT:
        declining = [words("may_decline")] if item.may_decline else []
        yield words("answering"), " ".join([words("required" if item.required else "may_skip"), *declining])
        yield words("used"), _use(instrument, item, words)
    if item.coarsen:
        yield words("merged"), merged(item)


def _picture(picture: Picture | None, words: Words) -> Iterator[tuple[str, str]]:
    if picture is not None:
        yield words("picture"), picture.file
        yield from words.texts("alt", picture.alt)


def _use(instrument: Instrument, item: Item, words: Words) -> str:
    if item.background:
        return words("used_background")
    scales = [scale for scale in instrument.scales if item.id in scale.item_ids]
    uses = [
        words("used_reversed" if item.id in scale.reversed_ids else "used_scale", scale=scale.id) for scale in scales
    ]
    return ", ".join(uses) or words("used_alone")


def merged(item: Item) -> str:
    """The groups of values that are published as one: 1 + 2; 3 + 4."""
    return "; ".join(" + ".join(map(str, group)) for group in item.coarsen)


def _option_rows(item: Item, option: Option, words: Words) -> Iterator[tuple[str, ...]]:
    """One row a language."""
    column, value = _stored(item, option)
    remark = words("counts_missing") if option.missing else ""
    for language in option.text:
        yield column, value, words.named(language), _option_text(option, language, words), remark


def _stored(item: Item, option: Option) -> tuple[str, str]:
    """The column that an option is stored in, and as what: of a multiple choice, 1 in a column of its own."""
    if item.type is not ItemType.MULTIPLE_CHOICE:
        return item.id, str(option.value)
    return option_name(item.id, option.value), "1"


def _option_text(option: Option, language: str, words: Words) -> str:
    text = option.text[language]
    if option.easy is not None and language in option.easy:
        text = words("option_easy", text=text, easy=option.easy[language])
    if option.picture is not None:
        alt = in_language(option.picture.alt, language)
        text = words("option_picture", text=text, file=option.picture.file, alt=alt)
    return text


def column_chapter(instrument: Instrument, words: Words) -> Chapter:
    """Every column of the data file with its label, in its order."""
    rows = []
    for column in columns_of(instrument):
        kind = words("score_column")
        if column.item is not None:
            kind = words("option_column" if column.option else f"type_{column.item.type.value}")
        rows.append((column.name, in_language(column.label, words.language), kind))
    head = (words("column"), words("label"), words("type"))
    return Chapter(1, words("columns"), (Remark(words("columns_lead")), Grid(head, tuple(rows), (0.3, 0.5, 0.2))))


def missing_chapter(instrument: Instrument, words: Words) -> Chapter:
    """How the absence of an answer is stored, and which codes count as missing."""
    rows = [
        (*_stored(item, option), in_language(option.text, words.language))
        for item in instrument.items
        for option in instrument.options(item)
        if option.missing
    ]
    parts: list[Part] = [Remark(words("missing_empty"))]
    if rows:
        head = (words("column"), words("value"), words("option"))
        parts += [Remark(words("missing_codes")), Grid(head, tuple(rows), (0.3, 0.15, 0.55))]
    else:
        parts.append(Remark(words("missing_none")))
    return Chapter(1, words("missing"), tuple(parts))
