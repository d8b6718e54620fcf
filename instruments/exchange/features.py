"""What an instrument can hold, feature by feature: how to leave each one out, and how to say that it was.

A foreign format names the features that it carries. `keep` takes the others out before writing, `dropped` says which of
them the instrument really had, and `docs/instrument-exchange.md` is this table. So a format's promise is one set, and
a property holds it: read(write(keep(x))) = keep(x).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from instruments.changing import in_languages, with_changes
from instruments.exchange.frame import Frame
from instruments.model import (
    CHOICE_TYPES,
    AnswerSet,
    Instrument,
    Item,
    ItemType,
    Option,
    Provenance,
    Section,
    Variant,
)


class Feature(StrEnum):
    """Item ids, item texts, options with value and text, single and multiple choices, numbers and texts always pass."""

    IDENTITY = "identity"
    TITLE = "title"
    INTRODUCTION = "introduction"
    HEAD = "head"
    PROVENANCE = "provenance"
    EQUIVALENCES = "equivalences"
    LANGUAGES = "languages"
    EASY = "easy"
    HELP = "help"
    LABELS = "labels"
    PICTURES = "pictures"
    RECORDINGS = "recordings"
    SECTIONS = "sections"
    SECTION_INTROS = "section_intros"
    RANDOM_ORDER = "random_order"
    ANSWER_SETS = "answer_sets"
    MISSING_OPTIONS = "missing_options"
    YEARS = "years"
    SLIDERS = "sliders"
    LONG_TEXTS = "long_texts"
    STATEMENTS = "statements"
    RANGES = "ranges"
    END_LABELS = "end_labels"
    REQUIRED = "required"
    DECLINING = "declining"
    ITEM_RULES = "item_rules"
    SECTION_RULES = "section_rules"
    BACKGROUND = "background"
    COARSENING = "coarsening"
    SCALES = "scales"
    REFERENCES = "references"


DESCRIPTIONS: Mapping[Feature, str] = {
    Feature.IDENTITY: "the instrument's id and version",
    Feature.TITLE: "the title",
    Feature.INTRODUCTION: "the introduction",
    Feature.HEAD: "kind, minutes, pace, margin and who answers",
    Feature.PROVENANCE: "sources, licence and notice of the wording, and the overlay that it came by",
    Feature.EQUIVALENCES: "what items are to those of earlier versions",
    Feature.LANGUAGES: "more than one language",
    Feature.EASY: "the easy-read variant",
    Feature.HELP: "help beside an item",
    Feature.LABELS: "short labels for data files",
    Feature.PICTURES: "pictures and their alternative texts",
    Feature.RECORDINGS: "recordings of texts read aloud",
    Feature.SECTIONS: "sections with id and title",
    Feature.SECTION_INTROS: "a section's introduction",
    Feature.RANDOM_ORDER: "random order of a section's items",
    Feature.ANSWER_SETS: "answer sets by name, shared between items",
    Feature.MISSING_OPTIONS: "options that count as missing",
    Feature.YEARS: "years told apart from other numbers",
    Feature.SLIDERS: "sliders told apart from other numbers",
    Feature.LONG_TEXTS: "long texts told apart from short ones",
    Feature.STATEMENTS: "statements, which are only read",
    Feature.RANGES: "the least and greatest number",
    Feature.END_LABELS: "words at the ends of a range",
    Feature.REQUIRED: "required items",
    Feature.DECLINING: "'prefer not to answer'",
    Feature.ITEM_RULES: "when an item is shown",
    Feature.SECTION_RULES: "when a section is shown",
    Feature.BACKGROUND: "which items are background",
    Feature.COARSENING: "how background values are merged when published",
    Feature.SCALES: "scales, their items, reversed items and rules",
    Feature.REFERENCES: "reference values of scales",
}


@dataclass(frozen=True)
class Dropped:
    """One thing that a format cannot carry and that this instrument had."""

    feature: Feature

    def __str__(self) -> str:
        return f"left out: {DESCRIPTIONS[self.feature]}"


def keep(instrument: Instrument, carried: frozenset[Feature], frame: Frame) -> Instrument:
    """The instrument with nothing but what is carried. What must be there all the same is taken from the frame.

    `frame.language` is the one language that is left where a format carries one only; its first where it lacks that.
    """
    kept = instrument
    for feature, leave_out in _LEAVE_OUT.items():
        if feature not in carried:
            kept = leave_out(kept, frame)
    return kept


def dropped(instrument: Instrument, carried: frozenset[Feature], frame: Frame) -> tuple[Dropped, ...]:
    """What `keep` takes out of this very instrument, in the order of the table."""
    everything = frozenset(Feature)
    missing = (feature for feature in Feature if feature not in carried)
    return tuple(Dropped(one) for one in missing if keep(instrument, everything - {one}, frame) != instrument)


def _each_item(instrument: Instrument, change: Callable[[Item], Item]) -> Instrument:
    sections = tuple(with_changes(section, items=tuple(map(change, section.items))) for section in instrument.sections)
    return with_changes(instrument, sections=sections)


def _each_option(instrument: Instrument, change: Callable[[Option], Option]) -> Instrument:
    sets = tuple(with_changes(one, options=tuple(map(change, one.options))) for one in instrument.answer_sets)
    return with_changes(instrument, answer_sets=sets)


def _items_without(**changes: object) -> Callable[[Instrument, Frame], Instrument]:
    return lambda instrument, _frame: _each_item(instrument, lambda item: with_changes(item, **changes))


def _options_without(**changes: object) -> Callable[[Instrument, Frame], Instrument]:
    return lambda instrument, _frame: _each_option(instrument, lambda option: with_changes(option, **changes))


def _sections_without(**changes: object) -> Callable[[Instrument, Frame], Instrument]:
    return lambda instrument, _frame: with_changes(
        instrument, sections=tuple(with_changes(section, **changes) for section in instrument.sections)
    )


def _without(**changes: object) -> Callable[[Instrument, Frame], Instrument]:
    return lambda instrument, _frame: with_changes(instrument, **changes)


def _retyped(old: ItemType, new: ItemType) -> Callable[[Instrument, Frame], Instrument]:
    return lambda instrument, _frame: _each_item(
        instrument, lambda item: with_changes(item, type=new) if item.type is old else item
    )


def _end_labels(instrument: Instrument, frame: Frame) -> Instrument:
    """A slider without words at its ends is a number: nobody could tell which end is which."""
    plain = _retyped(ItemType.SLIDER, ItemType.NUMBER)(instrument, frame)
    return _each_item(plain, lambda item: with_changes(item, low_label=None, high_label=None))


def _identity(instrument: Instrument, frame: Frame) -> Instrument:
    return with_changes(instrument, id=frame.id, version=frame.version)


def _title(instrument: Instrument, frame: Frame) -> Instrument:
    return with_changes(instrument, title=dict.fromkeys(instrument.languages, frame.id))


def _introduction(instrument: Instrument, frame: Frame) -> Instrument:
    text = frame.head(instrument.languages)["introduction"]
    return with_changes(instrument, introduction=text, easy_introduction=None, audio=None, easy_audio=None)


def _head(instrument: Instrument, frame: Frame) -> Instrument:
    usual = {name: Instrument.model_fields[name].default for name in ("kind", "pace", "margin", "subject")}
    return with_changes(instrument, **usual, minutes=frame.head(instrument.languages)["minutes"])


def _provenance(instrument: Instrument, frame: Frame) -> Instrument:
    said = Provenance.model_validate(frame.head(instrument.languages)["provenance"])
    return with_changes(instrument, provenance=said, overlay=None)


def _languages(instrument: Instrument, frame: Frame) -> Instrument:
    language = frame.language if frame.language in instrument.languages else instrument.languages[0]
    return in_languages(instrument, (language,))


def _easy(instrument: Instrument, _frame: Frame) -> Instrument:
    plain = _each_item(instrument, lambda item: with_changes(item, easy=None, easy_help=None, easy_audio=None))
    plain = _each_option(plain, lambda option: with_changes(option, easy=None, easy_audio=None))
    sections = tuple(with_changes(section, easy_intro=None, easy_audio=None) for section in plain.sections)
    return with_changes(plain, sections=sections, variants=(Variant.STANDARD,), easy_introduction=None, easy_audio=None)


def _pictures(instrument: Instrument, _frame: Frame) -> Instrument:
    return _each_option(
        _each_item(instrument, lambda item: with_changes(item, picture=None)),
        lambda option: with_changes(option, picture=None),
    )


def _recordings(instrument: Instrument, _frame: Frame) -> Instrument:
    gone = {"audio": None, "easy_audio": None}
    silent = _each_option(
        _each_item(instrument, lambda item: with_changes(item, **gone)), lambda option: with_changes(option, **gone)
    )
    return with_changes(silent, **gone, sections=tuple(with_changes(section, **gone) for section in silent.sections))


def _one_section(instrument: Instrument, frame: Frame) -> Instrument:
    """One section called as the instrument; what hung on a section alone goes with it."""
    title = dict.fromkeys(instrument.languages, frame.id)
    return with_changes(instrument, sections=(Section(id="items", title=title, items=instrument.items),))


def _answer_sets(instrument: Instrument, _frame: Frame) -> Instrument:
    """Sets with the same options become one, called after its place (set1, set2, ...); sets that nobody uses go."""
    options = {one.id: one.options for one in instrument.answer_sets}
    named: list[tuple[Option, ...]] = []

    def renamed(item: Item) -> Item:
        if item.type not in CHOICE_TYPES or item.answer_set is None:
            return item
        return with_changes(item, answer_set=_name_of(options[item.answer_set], named))

    kept = _each_item(instrument, renamed)
    sets = tuple(AnswerSet(id=f"set{number}", options=one) for number, one in enumerate(named, start=1))
    return with_changes(kept, answer_sets=sets)


def _name_of(options: tuple[Option, ...], named: list[tuple[Option, ...]]) -> str:
    if options not in named:
        named.append(options)
    return f"set{named.index(options) + 1}"


def _statements(instrument: Instrument, _frame: Frame) -> Instrument:
    """Sections of nothing but statements go with them, and what was said of them beside earlier versions."""
    gone = {item.id for item in instrument.items if item.type is ItemType.STATEMENT}
    sections = (
        with_changes(section, items=tuple(item for item in section.items if item.id not in gone))
        for section in instrument.sections
    )
    said = (
        with_changes(one, items={name: what for name, what in one.items.items() if name not in gone})
        for one in instrument.equivalences
    )
    return with_changes(
        instrument,
        sections=tuple(section for section in sections if section.items),
        equivalences=tuple(said),
    )


_LEAVE_OUT: Mapping[Feature, Callable[[Instrument, Frame], Instrument]] = {
    Feature.LANGUAGES: _languages,
    Feature.IDENTITY: _identity,
    Feature.TITLE: _title,
    Feature.INTRODUCTION: _introduction,
    Feature.HEAD: _head,
    Feature.PROVENANCE: _provenance,
    Feature.EQUIVALENCES: _without(equivalences=()),
    Feature.EASY: _easy,
    Feature.HELP: _items_without(help=None, easy_help=None),
    Feature.LABELS: _items_without(label=None),
    Feature.PICTURES: _pictures,
    Feature.RECORDINGS: _recordings,
    Feature.STATEMENTS: _statements,
    Feature.YEARS: _retyped(ItemType.YEAR, ItemType.NUMBER),
    Feature.SLIDERS: _retyped(ItemType.SLIDER, ItemType.NUMBER),
    Feature.LONG_TEXTS: _retyped(ItemType.LONG_TEXT, ItemType.SHORT_TEXT),
    Feature.RANGES: _items_without(minimum=None, maximum=None),
    Feature.END_LABELS: _end_labels,
    Feature.REQUIRED: _items_without(required=False),
    Feature.DECLINING: _items_without(may_decline=False),
    Feature.ITEM_RULES: _items_without(visible_if=None),
    Feature.BACKGROUND: _items_without(background=False, coarsen=()),
    Feature.COARSENING: _items_without(coarsen=()),
    Feature.SECTION_RULES: _sections_without(visible_if=None),
    Feature.SECTION_INTROS: _sections_without(intro=None, easy_intro=None, audio=None, easy_audio=None),
    Feature.RANDOM_ORDER: _sections_without(random_order=False),
    Feature.SECTIONS: _one_section,
    Feature.MISSING_OPTIONS: _options_without(missing=False),
    Feature.REFERENCES: lambda instrument, _frame: with_changes(
        instrument, scales=tuple(with_changes(scale, reference=None) for scale in instrument.scales)
    ),
    Feature.SCALES: _without(scales=()),
    Feature.ANSWER_SETS: _answer_sets,
}
"""In the order in which they are left out: languages before what is named in them, options before they are compared."""
