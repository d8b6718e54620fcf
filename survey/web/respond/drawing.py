"""Draws a page of items: the instrument's texts in one language and variant, laid into the template with its slots."""

from __future__ import annotations

from dataclasses import dataclass

from flask import render_template
from flask_babel import gettext as _

from instruments.model import Instrument, Item, ItemType, Pace, Section, Variant, in_language, item_text, option_text
from survey.answering.values import longest_text
from survey.web import languages
from survey.web.respond.fields import DRAWN, input_id
from survey.web.respond.forms import DECLINED, field_name
from survey.web.respond.parts import Part
from survey.web.respond.pieces import begin, end, slot


@dataclass(frozen=True)
class Reading:
    """How a person reads the form, and the one fact about the round that every page shows."""

    language: str
    variant: Variant
    simulated: bool


def part_key(digest: str, part: Part, reading: Reading) -> tuple[object, ...]:
    """What a drawn page depends on, and nothing else."""
    return (digest, part.pace, part.number, part.total, tuple(item.id for item in part.items), reading)


def draw_part(instrument: Instrument, part: Part, reading: Reading) -> str:
    """The page as HTML with slots. Must run while the request speaks `reading.language`."""
    language = reading.language
    site = in_language(instrument.title, language)
    sections = [section for section, _items in part.blocks]
    return render_template(
        "respond/part.html",
        part=part,
        site=site,
        heading=in_language(sections[0].title, language) if len(sections) == 1 else site,
        progress=_progress(part),
        blocks=[_block(instrument, section, items, reading) for section, items in part.blocks],
        forward="send" if part.pace is Pace.ALL else "next",
        simulated=reading.simulated,
        notice_of_origin=in_language(instrument.provenance.notice, language),
        choices=_choices(instrument, part.pace, language),
        slot=slot,
        begin=begin,
        end=end,
        field_name=field_name,
        input_id=input_id,
        declined=DECLINED,
    )


def _progress(part: Part) -> str:
    if part.pace is Pace.ITEM:
        return _("Question %(number)s of %(total)s", number=part.number, total=part.total)
    return _("Part %(number)s of %(total)s", number=part.number, total=part.total)


def _block(instrument: Instrument, section: Section, items: tuple[Item, ...], reading: Reading) -> dict[str, object]:
    easy = reading.variant is Variant.EASY and section.easy_intro
    intro = section.easy_intro if easy else section.intro
    return {
        "title": in_language(section.title, reading.language),
        "intro": in_language(intro, reading.language) if intro else "",
        "entries": [(item, DRAWN[item.type].macro, _texts(instrument, item, reading)) for item in items],
    }


def _texts(instrument: Instrument, item: Item, reading: Reading) -> dict[str, object]:
    language, variant = reading.language, reading.variant
    return {
        "text": item_text(item, language, variant),
        "help": in_language(item.help, language) if item.help else "",
        "options": [(option.value, option_text(option, language, variant)) for option in instrument.options(item)],
        "range": _range(item, language),
        "longest": longest_text(item),
    }


def _range(item: Item, language: str) -> str:
    """What a number may be, said under its question."""
    if item.minimum is None or item.maximum is None:
        return _("Write a number in digits.")
    if item.low_label and item.high_label:
        return _(
            "Write a number from %(low)s (%(low_label)s) to %(high)s (%(high_label)s).",
            low=item.minimum,
            low_label=in_language(item.low_label, language),
            high=item.maximum,
            high_label=in_language(item.high_label, language),
        )
    if item.type is ItemType.YEAR:
        return _("Write the year in four digits.")
    return _("Write a number from %(low)s to %(high)s.", low=item.minimum, high=item.maximum)


def _choices(instrument: Instrument, pace: Pace, language: str) -> list[tuple[str, str, str | None]]:
    """What a person may change on every page: (value of the button, its label, the label's language if another)."""
    speaks = [
        (f"lang-{other}", languages.NAMES[other], other)
        for other in languages.offered(instrument.languages)
        if other != language
    ]
    paces = {Pace.SECTION: _("One part at a time"), Pace.ALL: _("All on one page")}
    return speaks + [(f"pace-{other}", label, None) for other, label in paces.items() if other is not pace]
