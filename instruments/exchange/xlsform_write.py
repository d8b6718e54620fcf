"""Instrument -> the sheets of an XLSForm. What each column is for stands in `instruments.exchange.xlsform`."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime

import xlsxwriter  # type: ignore[import-untyped]  # it has no types of its own

from instruments.exchange.answers import coarsening, unique, variables_of
from instruments.exchange.dialects import XPATH, Variable
from instruments.exchange.expressions import write
from instruments.exchange.languages import language_name
from instruments.model import (
    CHOICE_TYPES,
    Instrument,
    Item,
    ItemType,
    Localised,
    Option,
    Pace,
    Reference,
    Scale,
    Section,
)

Line = dict[str, str]
"""Column -> text."""

# A file says nothing of when it was written: the same instrument gives the same bytes.
_MADE = datetime(2000, 1, 1)
_CELL = 32_767
_RESERVED = frozenset({"data", "meta", "instanceid", "instancename"})
"""Names that forms keep for themselves, whatever their case."""
_TYPES = {
    ItemType.NUMBER: "decimal",
    ItemType.YEAR: "integer",
    ItemType.SLIDER: "range",
    ItemType.SHORT_TEXT: "text",
    ItemType.LONG_TEXT: "text",
    ItemType.STATEMENT: "note",
}
_RANGE_MESSAGES = {
    "sv": ("Skriv ett tal från {low} till {high}.", "Skriv minst {low}.", "Skriv högst {high}."),
    "en": ("Write a number from {low} to {high}.", "Write at least {low}.", "Write at most {high}."),
}
JOINER = "\u2060"
"""Between $ and {: `${x}` in a text would otherwise be an answer to be put in."""


def write_workbook(instrument: Instrument) -> bytes:
    """The whole file. Raises ValueError if a cell would be longer than a spreadsheet can hold."""
    sheets = {
        "survey": list(_survey(instrument)),
        "choices": list(_choices(instrument)),
        "settings": [_settings(instrument)],
        "instrument": list(_head(instrument)),
        "scales": [_scale(instrument, scale) for scale in instrument.scales],
        "equivalences": list(_equivalences(instrument)),
    }
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        book.set_properties({"created": _MADE})
        for name, lines in sheets.items():
            if lines:
                _fill(book.add_worksheet(name), lines, _columns(lines, instrument))
    return buffer.getvalue()


def _columns(lines: Iterable[Line], instrument: Instrument) -> list[str]:
    """Every column that is used, in the order met; a translated one in every language, or pyxform warns."""
    tags = [language_name(code) for code in instrument.languages]
    found: dict[str, None] = {}
    for line in lines:
        for column in line:
            base, _, tag = column.rpartition("::")
            found |= dict.fromkeys([f"{base}::{each}" for each in tags] if tag in tags else [column])
    return [*found]


def _fill(sheet: xlsxwriter.workbook.Worksheet, lines: Sequence[Line], columns: Sequence[str]) -> None:
    """Texts are stored as texts, also those that begin as a formula does."""
    for at, column in enumerate(columns):
        sheet.write_string(0, at, column)
        for number, line in enumerate(lines, start=1):
            text = line.get(column, "")
            if len(text) > _CELL:
                raise ValueError(f"{column} in row {number + 1} is longer than the {_CELL} characters of a cell")
            if text:
                sheet.write_string(number, at, text)


def _texts(column: str, text: Localised | None) -> Line:
    return {f"{column}::{language_name(code)}": escaped(said) for code, said in (text or {}).items()}


def escaped(text: str) -> str:
    """No reference in a text: one word joiner more after each $ that stands before {."""
    return re.sub(rf"\$({JOINER}*)(?=\{{)", rf"$\1{JOINER}", text)


def _recordings(part: Instrument | Section | Item) -> Line:
    """Other tools play what stands under `media::audio`."""
    return _texts("media::audio", part.audio) | _texts("easy_audio", part.easy_audio)


def _survey(instrument: Instrument) -> Iterator[Line]:
    variables = variables_of(instrument, _name)
    taken = {_name(item).lower() for item in instrument.items} | _RESERVED
    lists = _end_lists(instrument)
    intro = unique("introduction", taken, 40)
    taken.add(intro)
    yield {
        "type": "note",
        "name": intro,
        "part": "introduction",
        **_texts("label", instrument.introduction),
        **_texts("easy", instrument.easy_introduction),
        **_recordings(instrument),
    }
    for section in instrument.sections:
        name = unique(section.id, taken, 60)
        taken.add(name)
        yield _group(instrument, section, name, variables)
        if section.intro:
            intro = unique(f"{section.id}_intro", taken, 60)
            taken.add(intro)
            easy = _texts("easy", section.easy_intro)
            line = {"type": "note", "name": intro, "part": "section", **_texts("label", section.intro), **easy}
            yield line | _recordings(section)
        for item in section.items:
            yield _item(instrument, item, variables, lists)
        yield {"type": "end_group", "name": name}


def _group(instrument: Instrument, section: Section, name: str, variables: Mapping[str, Variable]) -> Line:
    line = {"type": "begin_group", "name": name, **_texts("label", section.title)}
    if name != section.id:
        line["id"] = section.id
    if section.visible_if:
        line["relevant"] = write(section.visible_if, XPATH, variables)
    if instrument.pace is not Pace.ITEM:
        line["appearance"] = "field-list"
    return line | ({"random_order": "yes"} if section.random_order else {})


def _item(instrument: Instrument, item: Item, variables: Mapping[str, Variable], lists: Mapping[str, str]) -> Line:
    line: Line = {"type": _type(item), "name": _name(item)}
    if line["name"] != item.id:
        line["id"] = item.id
    for column, text in (("label", item.text), ("easy", item.easy), ("hint", item.help), ("easy_hint", item.easy_help)):
        line |= _texts(column, text)
    line |= _texts("data_label", item.label)
    if item.picture:
        line |= _texts("media::image", dict.fromkeys(instrument.languages, item.picture.file))
        line |= _texts("alt", item.picture.alt)
    line |= _recordings(item)
    line |= _range(instrument, item, lists)
    if item.visible_if:
        line["relevant"] = write(item.visible_if, XPATH, variables)
    if item.type is ItemType.LONG_TEXT:
        line["appearance"] = "multiline"
    if item.type is ItemType.YEAR:
        line["item_type"] = "year"
    for column in ("required", "may_decline", "background"):
        if getattr(item, column):
            line[column] = "yes"
    if item.coarsen:
        line["coarsen"] = coarsening(item.coarsen)
    scales = [(scale, item.id in scale.reversed_ids) for scale in instrument.scales if item.id in scale.item_ids]
    if scales:
        line["scale"] = " ".join(scale.id for scale, _ in scales)
        line["reversed"] = " ".join("yes" if turned else "no" for _, turned in scales)
    return line


def _name(item: Item) -> str:
    """The item's id; a reserved one with two underscores, which `id` then tells."""
    return f"{item.id}__" if item.id.lower() in _RESERVED else item.id


def _type(item: Item) -> str:
    if item.type in CHOICE_TYPES:
        return f"{'select_one' if item.type is ItemType.SINGLE_CHOICE else 'select_multiple'} {item.answer_set}"
    return _TYPES[item.type]


def _range(instrument: Instrument, item: Item, lists: Mapping[str, str]) -> Line:
    low, high = item.minimum, item.maximum
    if item.type is ItemType.SLIDER:
        labels = f" tick_labelset={lists[item.id]}" if item.id in lists else ""
        return {"parameters": f"start={low} end={high} step=1{labels}"}
    line = _texts("low", item.low_label) | _texts("high", item.high_label)
    if low is None and high is None:
        return line
    bounds = [f". {sign} {bound}" for sign, bound in ((">=", low), ("<=", high)) if bound is not None]
    which = 0 if low is not None and high is not None else 1 if low is not None else 2
    messages = {
        code: _RANGE_MESSAGES.get(code, _RANGE_MESSAGES["en"])[which].format(low=low, high=high)
        for code in instrument.languages
    }
    return line | {"constraint": " and ".join(bounds)} | _texts("constraint_message", messages)


def _end_lists(instrument: Instrument) -> dict[str, str]:
    """The choice lists that hold the words at a slider's ends, by item. pyxform reads their names in lower case."""
    taken = {one.id for one in instrument.answer_sets}
    lists: dict[str, str] = {}
    for item in instrument.items:
        if item.type is ItemType.SLIDER and (item.low_label or item.high_label):
            lists[item.id] = unique(f"{item.id.lower()}_ends", taken, 60)
            taken.add(lists[item.id])
    return lists


def _choices(instrument: Instrument) -> Iterator[Line]:
    for answer_set in instrument.answer_sets:
        for option in answer_set.options:
            yield {"list_name": answer_set.id, "name": str(option.value), **_option(instrument, option)}
    lists = _end_lists(instrument)
    for item in instrument.items:
        for bound, label in ((item.minimum, item.low_label), (item.maximum, item.high_label)):
            if item.id in lists and label:
                yield {"list_name": lists[item.id], "name": str(bound), **_texts("label", label)}


def _option(instrument: Instrument, option: Option) -> Line:
    """pyxform turns own columns of this sheet into XML elements, so these say their language without `::`."""
    line = _texts("label", option.text)
    if option.picture:
        line |= _texts("media::image", dict.fromkeys(instrument.languages, option.picture.file))
        line |= {f"alt_{code}": escaped(text) for code, text in option.picture.alt.items()}
    line |= {f"easy_{code}": escaped(text) for code, text in (option.easy or {}).items()}
    line |= _texts("media::audio", option.audio)
    line |= {f"easy_audio_{code}": name for code, name in (option.easy_audio or {}).items()}
    return line | ({"missing": "yes"} if option.missing else {})


def _settings(instrument: Instrument) -> Line:
    return {
        "form_title": escaped(instrument.title[instrument.languages[0]]),
        "form_id": instrument.id,
        "version": instrument.version,
        "default_language": language_name(instrument.languages[0]),
    }


def _head(instrument: Instrument) -> Iterator[Line]:
    """One row a fact: a word in `value`, or a text in each language."""
    provenance, overlay = instrument.provenance, instrument.overlay
    values = [
        ("kind", instrument.kind.value),
        ("minutes", str(instrument.minutes)),
        ("pace", instrument.pace.value),
        ("margin", str(instrument.margin)),
        ("variants", " ".join(instrument.variants)),
        ("wording", provenance.wording),
        *(("source", source) for source in provenance.sources),
        ("licence", provenance.licence),
    ]
    if overlay:
        values += [
            (f"overlay_{name}", str(getattr(overlay, name))) for name in ("of", "version", "digest", "permission")
        ]
    yield from ({"key": key, "value": escaped(value)} for key, value in values)
    for key, text in (("title", instrument.title), ("subject", instrument.subject), ("notice", provenance.notice)):
        if text:
            yield {"key": key, **_texts("text", text)}


def _scale(instrument: Instrument, scale: Scale) -> Line:
    line = {"id": scale.id}
    for column in ("title", "description", "low_label", "high_label", "discuss"):
        line |= _texts(column, getattr(scale, column))
    line |= _said(scale, "", "method", "missing", "minimum", "maximum", "positive_from", "margin")
    if scale.reference:
        line |= _said(scale.reference, "reference_", "mean", "sd", "n", "source")
        line |= _texts("reference_population", scale.reference.population)
    asked = [item.id for item in instrument.items if item.id in scale.item_ids]
    return line if asked == list(scale.item_ids) else line | {"item_order": " ".join(scale.item_ids)}


def _said(part: Scale | Reference, prefix: str, *names: str) -> Line:
    values = {f"{prefix}{name}": getattr(part, name) for name in names}
    return {column: escaped(str(value)) for column, value in values.items() if value is not None}


def _equivalences(instrument: Instrument) -> Iterator[Line]:
    for one in instrument.equivalences:
        if not one.items:
            yield {"version": one.version}
        for item, comparability in one.items.items():
            yield {"version": one.version, "item": item, "is": comparability.value}
