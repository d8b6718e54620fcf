"""An instrument as plain text, for people who want to read it without opening the file."""

from __future__ import annotations

from collections.abc import Iterator
from textwrap import fill

from instruments.load import LoadedInstrument
from instruments.model import Instrument, Item, Localised, Method, Scale, in_language

WIDTH = 100


def describe(loaded: LoadedInstrument, language: str) -> str:
    """Everything that is asked, scale by scale, in one language; the headings are English."""
    instrument = loaded.instrument
    lines = [
        *_head(loaded, language),
        *(line for scale in instrument.scales for line in _scale(instrument, scale, language)),
        *_others(instrument, language),
        *_answer_sets(instrument, language),
        "",
        *_wrapped(in_language(instrument.provenance.notice, language)),
    ]
    return "\n".join(lines) + "\n"


def _head(loaded: LoadedInstrument, language: str) -> Iterator[str]:
    instrument = loaded.instrument
    yield f"{in_language(instrument.title, language)} ({instrument.id} {instrument.version})"
    count = f"{len(instrument.scored_items)} items in {len(instrument.scales)} scales"
    yield f"{count}, {len(instrument.background_items)} background items, about {instrument.minutes} minutes"
    yield f"languages: {', '.join(instrument.languages)}; variants: {', '.join(instrument.variants)}"
    yield f"wording: {instrument.provenance.wording}; digest: {loaded.digest}"


def _scale(instrument: Instrument, scale: Scale, language: str) -> Iterator[str]:
    yield ""
    how = "mean" if scale.method is Method.MEAN else "sum"
    positive = f", positive from {scale.positive_from}" if scale.positive_from is not None else ""
    title = in_language(scale.title, language)
    yield f"{title} [{scale.id}]: {len(scale.items)} items, {how} of {scale.minimum}-{scale.maximum}{positive}"
    yield from _wrapped(in_language(scale.description, language), "  ")
    for item_id in scale.item_ids:
        item = instrument.items_by_id[item_id]
        yield from _item(item, language, "(reversed)" if item_id in scale.reversed_ids else "")


def _item(item: Item, language: str, remark: str = "") -> Iterator[str]:
    text = f"{in_language(item.text, language)} {remark}".rstrip()
    yield from _wrapped(text, f"  {item.id:<5} ", "        ")


def _others(instrument: Instrument, language: str) -> Iterator[str]:
    scored = {item.id for item in instrument.scored_items}
    others = {"Background": instrument.background_items}
    others["Not scored"] = tuple(item for item in instrument.items if not item.background and item.id not in scored)
    for heading, items in others.items():
        if items:
            yield from ("", heading)
        for item in items:
            yield from _item(item, language)
            yield from _options(instrument, item, language)


def _options(instrument: Instrument, item: Item, language: str) -> Iterator[str]:
    for option in instrument.options(item):
        yield f"          {option.value} {in_language(option.text, language)}"


def _answer_sets(instrument: Instrument, language: str) -> Iterator[str]:
    used = dict.fromkeys(item.answer_set for item in instrument.scored_items if item.answer_set)
    if used:
        yield from ("", "Answer sets of the scales")
    for name in used:
        options = instrument.answer_sets_by_id[name].options
        steps = [f"{option.value} {_with_missing(option.text, option.missing, language)}" for option in options]
        yield from _wrapped(", ".join(steps), f"  {name}: ", "    ")


def _with_missing(text: Localised, missing: bool, language: str) -> str:
    return f"{in_language(text, language)} (not scored)" if missing else in_language(text, language)


def _wrapped(text: str, first: str = "", following: str | None = None) -> list[str]:
    indent = first if following is None else following
    return fill(text, WIDTH, initial_indent=first, subsequent_indent=indent, break_on_hyphens=False).split("\n")
