"""Draws a page of items: the instrument's texts in one language and variant, laid into the template with its slots."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flask import render_template
from flask_babel import gettext as _
from flask_babel import ngettext

from instruments.model import (
    Instrument,
    Item,
    ItemType,
    Option,
    Pace,
    Picture,
    Section,
    Variant,
    in_language,
    item_text,
    option_text,
    recording_of,
)
from survey.web import languages
from survey.web.markdown import to_html
from survey.web.respond.families import for_service_users
from survey.web.respond.fields import drawn, help_text, input_id, steps
from survey.web.respond.forms import DECLINED, field_name
from survey.web.respond.parts import Part
from survey.web.respond.pieces import begin, end, slot
from survey.web.respond.promises import Promised, in_short

Address = Callable[[str], str | None]
"""A file's name -> where a browser fetches it; None where there is no such file."""


def nothing(_name: str) -> None:
    """The address of what a page does without."""


@dataclass(frozen=True)
class Reading:
    """How a person reads the form, and the one fact about the round that every page shows."""

    language: str
    variant: Variant
    simulated: bool
    kiosk: bool = False
    """On a shared tablet."""
    promised: Promised | None = None
    """What the panel about what is stored says."""


def part_key(digest: str, part: Part, reading: Reading) -> tuple[object, ...]:
    """What a drawn page depends on, and nothing else."""
    return (
        digest,
        part.pace,
        part.number,
        part.total,
        part.minutes_left,
        tuple(item.id for item in part.items),
        reading,
    )


def draw_part(instrument: Instrument, part: Part, reading: Reading, address: Address, sound: Address = nothing) -> str:
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
        time_left=_time_left(part.minutes_left),
        blocks=[_block(instrument, section, items, reading, address, sound) for section, items in part.blocks],
        forward="send" if part.pace is Pace.ALL else "next",
        simulated=reading.simulated,
        kiosk=reading.kiosk,
        leave_to="../lamna" if reading.kiosk or for_service_users(instrument) else "",
        still_to="../kiosk/kvar",
        notice_of_origin=in_language(instrument.provenance.notice, language),
        choices=_choices(instrument, part.pace, reading),
        brief=in_short(reading.promised) if reading.promised else (),
        to_html=to_html,
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


def _time_left(minutes: int) -> str:
    if minutes < 1:
        return _("less than a minute left")
    return ngettext("about %(num)s minute left", "about %(num)s minutes left", minutes)


def _block(
    instrument: Instrument,
    section: Section,
    items: tuple[Item, ...],
    reading: Reading,
    address: Address,
    sound: Address,
) -> dict[str, object]:
    easy = reading.variant is Variant.EASY and section.easy_intro
    intro = section.easy_intro if easy else section.intro
    return {
        "title": in_language(section.title, reading.language),
        "intro": in_language(intro, reading.language) if intro else "",
        "audio": _heard(section, reading, sound),
        "entries": [(item, drawn(item).macro, _texts(instrument, item, reading, address, sound)) for item in items],
    }


def _texts(instrument: Instrument, item: Item, reading: Reading, address: Address, sound: Address) -> dict[str, object]:
    language, variant = reading.language, reading.variant
    text, help_ = item_text(item, language, variant), help_text(item, variant)
    return {
        "text": text,
        "help": in_language(help_, language) if help_ else "",
        "audio": _heard(item, reading, sound),
        "picture": shown_picture(item.picture, variant, address),
        "alt": _alt(item.picture, language, text),
        "options": [
            (
                option.value,
                option_text(option, language, variant),
                shown_picture(option.picture, variant, address),
                _heard(option, reading, sound),
            )
            for option in instrument.options(item)
        ],
        "steps": _steps(item, language),
        "range": _range(item, language),
    }


def _heard(part: Section | Item | Option, reading: Reading, sound: Address) -> str | None:
    """Where the recording of what is shown is fetched."""
    name = recording_of(part, reading.language, reading.variant)
    return sound(name) if name else None


def shown_picture(picture: Picture | None, variant: Variant, address: Address) -> str | None:
    """Where the picture is fetched. Pictures belong to the easy variant: beside the standard text they would crowd."""
    return address(picture.file) if picture and variant is Variant.EASY else None


def _alt(picture: Picture | None, language: str, beside: str) -> str:
    """What is read out for an item's picture: nothing where the question says the same (docs/decisions/0010)."""
    said = in_language(picture.alt, language) if picture else ""
    return "" if said.casefold() in beside.casefold() else said


def _steps(item: Item, language: str) -> list[tuple[int, str]]:
    """(number, what it stands for) of each step of a slider to tick; only the ends stand for something."""
    ends = {item.minimum: item.low_label, item.maximum: item.high_label}
    return [(step, in_language(label, language) if (label := ends.get(step)) else "") for step in steps(item)]


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


def _choices(instrument: Instrument, pace: Pace, reading: Reading) -> list[tuple[str, str, str | None]]:
    """What a person may change on every page: (value of the button, its label, the label's language if another)."""
    speaks = languages_to_choose(instrument, reading.language)
    reads = [(f"variant-{other}", variant_name(other)) for other in instrument.variants if other is not reading.variant]
    paces = {
        Pace.ITEM: _("One question at a time"),
        Pace.SECTION: _("One part at a time"),
        Pace.ALL: _("All on one page"),
    }
    splits = [(f"pace-{other}", label) for other, label in paces.items() if other is not pace]
    # An open link is everybody's: it cannot go on elsewhere, and what cannot be had is not offered.
    personal = reading.promised is not None and reading.promised.way != "open"
    other_device = [("device", _("Go on on another device"))] if personal else []
    return [*speaks, *((value, label, None) for value, label in (*reads, *splits, *other_device))]


def languages_to_choose(instrument: Instrument, now: str) -> list[tuple[str, str, str]]:
    """(value of the button, the language's own name, its code) of each language that the form also has."""
    names = languages.names()
    return [(f"lang-{other}", names[other], other) for other in languages.offered(instrument.languages) if other != now]


def variant_name(variant: Variant) -> str:
    return _("Easy to read") if variant is Variant.EASY else _("Ordinary text")
