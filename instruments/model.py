"""What an instrument is: frozen, typed, and the only model that both checks and runs.

An instrument version is one YAML file. `instruments.load` turns it into `Instrument`; `instruments.check` adds the
faults that span several parts (references, translations, answer sets that do not fit). Unknown keys are faults
everywhere. A text is text: never a template, never markup beyond what `docs/instrument-format.md` lists.
"""

from __future__ import annotations

from enum import StrEnum
from functools import cached_property
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from instruments.names import IDENTIFIER, ITEM_ID, RECORDING_NAME, VERSION_NAME

Identifier = Annotated[str, StringConstraints(pattern=f"^{IDENTIFIER.pattern}$")]
"""An id of anything inside an instrument: lower case, starts with a letter, at most 40 characters."""

ItemId = Annotated[str, StringConstraints(pattern=f"^{ITEM_ID.pattern}$")]
"""An item's id outlives its wording; it is also its column name in every export."""

Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}$")]
ShortText = Annotated[str, StringConstraints(min_length=1, max_length=2000, strip_whitespace=True)]
Localised = dict[Language, ShortText]
"""The same text in several languages: language code -> text."""

RecordingName = Annotated[str, StringConstraints(pattern=f"^{RECORDING_NAME.pattern}$")]
Recordings = Annotated[dict[Language, RecordingName], Field(min_length=1)]
"""A text read aloud: language code -> sound file. Languages may be left out: nobody may have read them in."""

Answer = int | float | str | tuple[int, ...] | None
"""One stored answer: option value, number, text, several option values, or None for no answer."""


class Frozen(BaseModel):
    """Every part of an instrument: immutable, and an unknown key is a fault."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Kind(StrEnum):
    """Decides what a round may know (docs/privacy.md): urn and gate for surveys only."""

    SURVEY = "survey"
    CASE = "case"
    RECORD = "record"


class Variant(StrEnum):
    STANDARD = "standard"
    EASY = "easy"


class Pace(StrEnum):
    ITEM = "item"
    SECTION = "section"
    ALL = "all"


class ItemType(StrEnum):
    SINGLE_CHOICE = "single_choice"
    MULTIPLE_CHOICE = "multiple_choice"
    NUMBER = "number"
    YEAR = "year"
    SHORT_TEXT = "short_text"
    LONG_TEXT = "long_text"
    SLIDER = "slider"
    STATEMENT = "statement"


CHOICE_TYPES = frozenset({ItemType.SINGLE_CHOICE, ItemType.MULTIPLE_CHOICE})
NUMERIC_TYPES = frozenset({ItemType.NUMBER, ItemType.YEAR, ItemType.SLIDER})


class Picture(Frozen):
    file: Annotated[str, StringConstraints(pattern=r"^[a-z0-9_-]+\.svg$")]
    alt: Localised


class Option(Frozen):
    value: int
    text: Localised
    easy: Localised | None = None
    audio: Recordings | None = None
    """The text read aloud."""
    easy_audio: Recordings | None = None
    picture: Picture | None = None
    missing: bool = False
    """True for "vet inte" and the like: shown in the distribution, missing for scoring."""


class AnswerSet(Frozen):
    """The ordered options an item is answered with."""

    id: Identifier
    options: tuple[Option, ...] = Field(min_length=2, max_length=40)

    @cached_property
    def values(self) -> tuple[int, ...]:
        return tuple(option.value for option in self.options)

    @cached_property
    def scored_values(self) -> tuple[int, ...]:
        return tuple(option.value for option in self.options if not option.missing)


class Rule(Frozen):
    """When an item or section is shown: one operator of `instruments.rules`, on an item or on other rules."""

    op: Literal["is", "is_not", "any_of", "at_least", "at_most", "answered", "all", "any", "not"]
    item: ItemId | None = None
    value: int | float | str | tuple[int, ...] | None = None
    rules: tuple[Rule, ...] = ()


class Item(Frozen):
    """One thing answered."""

    id: ItemId
    type: ItemType = ItemType.SINGLE_CHOICE
    text: Localised
    easy: Localised | None = None
    help: Localised | None = None
    easy_help: Localised | None = None
    label: Localised | None = None
    """A short name for data files, whose labels have limits in bytes (`instruments.columns`). None takes the text."""
    audio: Recordings | None = None
    """The text read aloud, and its help after it."""
    easy_audio: Recordings | None = None
    picture: Picture | None = None
    answer_set: Identifier | None = None
    minimum: int | None = None
    maximum: int | None = None
    low_label: Localised | None = None
    high_label: Localised | None = None
    required: bool = False
    may_decline: bool = False
    """Offers "Vill inte svara": stored as no answer, and the gentle notice does not ask again."""
    visible_if: Rule | None = None
    background: bool = False
    """True for a grouping variable (role, area, years in the work); never scored."""
    coarsen: tuple[tuple[int, ...], ...] = ()
    """Option values that are merged when the variable is published: each inner tuple becomes one group."""


class Section(Frozen):
    id: Identifier
    title: Localised
    intro: Localised | None = None
    easy_intro: Localised | None = None
    audio: Recordings | None = None
    """The introduction read aloud."""
    easy_audio: Recordings | None = None
    random_order: bool = False
    """Each person meets the items in an order of their own (`instruments.order`); statements stay where they stand."""
    visible_if: Rule | None = None
    items: tuple[Item, ...] = Field(min_length=1, max_length=200)


class ScaleItem(Frozen):
    item: ItemId
    reversed: bool = False


class Method(StrEnum):
    MEAN = "mean"
    SUM = "sum"
    POSITIVE = "positive"
    """Per cent of the answered items that are in the positive steps."""


class MissingRule(StrEnum):
    """How many of a scale's items must be answered for a score."""

    HALF = "half"
    COMPLETE = "complete"


class Reference(Frozen):
    """What others have answered to exactly this wording, from a published source."""

    mean: float
    sd: float | None = Field(default=None, gt=0)
    n: int = Field(ge=1)
    population: Localised
    """Who they were, as in "612 kommunanställda, 2016"."""
    source: ShortText


class Scale(Frozen):
    """Items scored together. `minimum` and `maximum` are the range of one item's answers."""

    id: Identifier
    title: Localised
    description: Localised
    low_label: Localised | None = None
    high_label: Localised | None = None
    items: tuple[ScaleItem, ...] = Field(min_length=1)
    method: Method = Method.MEAN
    missing: MissingRule = MissingRule.HALF
    minimum: int
    maximum: int
    positive_from: int | None = None
    """An item answer at or above this (after reversal) counts as positive: the top-box per cent."""
    margin: float | None = None
    """Unchanged means: the 90 % interval lies within this many SD. None takes the instrument's margin."""
    reference: Reference | None = None
    """Only where a source has been given; it holds for one wording, and never for another that is laid over it."""
    discuss: Localised | None = None
    """One question that a work group can talk about when this scale is what stands out."""

    @cached_property
    def item_ids(self) -> tuple[str, ...]:
        return tuple(entry.item for entry in self.items)

    @cached_property
    def reversed_ids(self) -> frozenset[str]:
        return frozenset(entry.item for entry in self.items if entry.reversed)


class Comparability(StrEnum):
    SAME = "same"
    REWORDED = "reworded-comparable"
    NEW = "new"


class Equivalence(Frozen):
    """What this version's items are to those of the version before."""

    version: str
    items: dict[ItemId, Comparability]


class Overlay(Frozen):
    """Another wording laid over this project's structure, item by item (`instruments.overlay`)."""

    of: Identifier
    version: str
    digest: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
    """Of the version that the texts were laid over."""
    permission: ShortText
    """Who has allowed the use of the wording, when, and for what."""


class Provenance(Frozen):
    """Where the wording and the structure come from, and what may be done with them."""

    wording: Literal["own", "official", "dataset"]
    sources: tuple[ShortText, ...] = Field(min_length=1)
    licence: ShortText
    notice: Localised
    """Shown in the form's footer and in every report."""


class Instrument(Frozen):
    id: Identifier
    version: Annotated[str, StringConstraints(pattern=f"^{VERSION_NAME.pattern}$")]
    kind: Kind = Kind.SURVEY
    languages: tuple[Language, ...] = Field(min_length=1)
    variants: tuple[Variant, ...] = (Variant.STANDARD,)
    title: Localised
    introduction: Localised
    easy_introduction: Localised | None = None
    audio: Recordings | None = None
    """The introduction read aloud."""
    easy_audio: Recordings | None = None
    subject: Localised | None = None
    """Who answers, as a plural noun in a report's sentence: "medarbetare", "personer"."""
    minutes: int = Field(ge=1, le=120)
    pace: Pace = Pace.SECTION
    margin: float = Field(default=0.2, gt=0, le=1)
    provenance: Provenance
    answer_sets: tuple[AnswerSet, ...] = ()
    sections: tuple[Section, ...] = Field(min_length=1)
    scales: tuple[Scale, ...] = ()
    equivalences: tuple[Equivalence, ...] = ()
    overlay: Overlay | None = None

    @cached_property
    def items(self) -> tuple[Item, ...]:
        """Every item in the order it is asked."""
        return tuple(item for section in self.sections for item in section.items)

    @cached_property
    def items_by_id(self) -> dict[str, Item]:
        return {item.id: item for item in self.items}

    @cached_property
    def answer_sets_by_id(self) -> dict[str, AnswerSet]:
        return {answer_set.id: answer_set for answer_set in self.answer_sets}

    @cached_property
    def scales_by_id(self) -> dict[str, Scale]:
        return {scale.id: scale for scale in self.scales}

    @cached_property
    def scored_items(self) -> tuple[Item, ...]:
        """Items that belong to a scale, in the order they are asked."""
        scored = {item_id for scale in self.scales for item_id in scale.item_ids}
        return tuple(item for item in self.items if item.id in scored)

    @cached_property
    def branches(self) -> bool:
        """False if everybody is asked everything: then the path needs no working out."""
        rules = [section.visible_if for section in self.sections] + [item.visible_if for item in self.items]
        return any(rule is not None for rule in rules)

    @cached_property
    def background_items(self) -> tuple[Item, ...]:
        return tuple(item for item in self.items if item.background)

    def options(self, item: Item) -> tuple[Option, ...]:
        """The options of a choice item; empty for other types."""
        return self.answer_sets_by_id[item.answer_set].options if item.answer_set else ()


def in_language(text: Localised, language: str) -> str:
    """The text in `language`, else in the instrument's first language: a form never shows an empty label."""
    return text.get(language) or next(iter(text.values()))


def item_text(item: Item, language: str, variant: Variant = Variant.STANDARD) -> str:
    chosen = item.easy if variant is Variant.EASY and item.easy else item.text
    return in_language(chosen, language)


def option_text(option: Option, language: str, variant: Variant = Variant.STANDARD) -> str:
    chosen = option.easy if variant is Variant.EASY and option.easy else option.text
    return in_language(chosen, language)


def recording_of(
    part: Instrument | Section | Item | Option, language: str, variant: Variant = Variant.STANDARD
) -> str | None:
    """The sound file that says what is shown; None where nobody has read it in: another wording is never played."""
    easy = variant is Variant.EASY and any(getattr(part, name) for name in EASY_TEXTS[type(part)])
    return ((part.easy_audio if easy else part.audio) or {}).get(language)


EASY_TEXTS: dict[type[Frozen], tuple[str, ...]] = {
    Instrument: ("easy_introduction",),
    Section: ("easy_intro",),
    Item: ("easy", "easy_help"),
    Option: ("easy",),
}
"""What the easy variant shows instead, of each part that can be read aloud."""
