"""An instrument as plain text, for people who want to read it without opening the file."""

from __future__ import annotations

from collections.abc import Iterator, Sized
from textwrap import fill

from instruments.load import LoadedInstrument
from instruments.model import Instrument, Item, ItemType, Kind, Method, Scale, Section, in_language
from instruments.rule_words import rule_in_words

WIDTH = 100
_UNTOLD = {ItemType.MULTIPLE_CHOICE, ItemType.NUMBER, ItemType.YEAR}
_METHODS = {Method.MEAN: "mean", Method.SUM: "sum", Method.POSITIVE: "per cent of the answers positive"}


def describe(loaded: LoadedInstrument, language: str) -> str:
    """Everything that is asked, scale by scale, in one language; the headings are English."""
    instrument = loaded.instrument
    lines = [
        *_head(loaded, language),
        *(line for scale in instrument.scales for line in _scale(instrument, scale, language)),
        *_others(instrument, language),
        *_paths(instrument),
        *_answer_sets(instrument, language),
        "",
        *_wrapped(in_language(instrument.provenance.notice, language)),
    ]
    return "\n".join(lines) + "\n"


def _head(loaded: LoadedInstrument, language: str) -> Iterator[str]:
    instrument = loaded.instrument
    yield f"{in_language(instrument.title, language)} ({instrument.id} {instrument.version})"
    count = f"{_counted(instrument.scored_items, 'item')} in {_counted(instrument.scales, 'scale')}"
    yield f"{count}, {_counted(instrument.background_items, 'background item')}, about {instrument.minutes} minutes"
    yield f"languages: {', '.join(instrument.languages)}; variants: {', '.join(instrument.variants)}"
    yield f"wording: {instrument.provenance.wording}; digest: {loaded.digest}"


def _scale(instrument: Instrument, scale: Scale, language: str) -> Iterator[str]:
    yield ""
    how = _METHODS[scale.method]
    positive = f", positive from {scale.positive_from}" if scale.positive_from is not None else ""
    title = in_language(scale.title, language)
    yield f"{title} [{scale.id}]: {_counted(scale.items, 'item')}, {how} of {scale.minimum}-{scale.maximum}{positive}"
    yield from _wrapped(in_language(scale.description, language), "  ")
    if scale.reference:
        known = scale.reference
        yield from _wrapped(f"reference: {known.mean} (n = {known.n}; {known.source})", "  ")
    for item_id in scale.item_ids:
        item = instrument.items_by_id[item_id]
        yield from _item(item, language, "(reversed)" if item_id in scale.reversed_ids else "")


def _item(item: Item, language: str, remark: str = "") -> Iterator[str]:
    text = f"{in_language(item.text, language)} {remark}".rstrip()
    yield from _wrapped(text, f"  {item.id:<9} ", " " * 12)


def _others(instrument: Instrument, language: str) -> Iterator[str]:
    scored = {item.id for item in instrument.scored_items}
    others = {"Background": instrument.background_items}
    others["Not scored"] = tuple(item for item in instrument.items if not item.background and item.id not in scored)
    for heading, items in others.items():
        if items:
            yield from ("", heading)
        for item in items:
            yield from _item(item, language, "(in no report)" if _untold(instrument, item) else "")
            yield from _options(instrument, item, language)


def _untold(instrument: Instrument, item: Item) -> bool:
    """Whether what is answered is kept and shown nowhere: better known before somebody is asked."""
    told = item.type is ItemType.SINGLE_CHOICE if item.background else item.type not in _UNTOLD
    return instrument.kind is Kind.SURVEY and not told


def _options(instrument: Instrument, item: Item, language: str) -> Iterator[str]:
    for option in instrument.options(item):
        remark = " (not scored)" if option.missing else ""
        yield f"{' ' * 12}{option.value} {in_language(option.text, language)}{remark}"


def _paths(instrument: Instrument) -> Iterator[str]:
    """What not everybody is asked, or not in the same order."""
    shuffled = [section.id for section in instrument.sections if section.random_order]
    if shuffled:
        yield from ("", f"In an order of each person's own: {', '.join(shuffled)}")
    owners: list[Section | Item] = [*instrument.sections, *instrument.items]
    ruled = [(owner.id, owner.visible_if) for owner in owners if owner.visible_if]
    if ruled:
        yield from ("", "Shown only to some")
    for name, rule in ruled:
        yield from _wrapped(f"if {rule_in_words(instrument, rule, 'en')}", f"  {name:<9} ", " " * 12)


def _answer_sets(instrument: Instrument, language: str) -> Iterator[str]:
    first_users = {item.answer_set: item for item in reversed(instrument.scored_items) if item.answer_set}
    if first_users:
        yield from ("", "Answer sets of the scales")
    for answer_set in instrument.answer_sets:
        if answer_set.id in first_users:
            yield f"  {answer_set.id}"
            yield from _options(instrument, first_users[answer_set.id], language)


def _counted(things: Sized, noun: str) -> str:
    return f"1 {noun}" if len(things) == 1 else f"{len(things)} {noun}s"


def _wrapped(text: str, first: str = "", following: str | None = None) -> list[str]:
    indent = first if following is None else following
    return fill(text, WIDTH, initial_indent=first, subsequent_indent=indent, break_on_hyphens=False).split("\n")
