"""Instrument -> the rows of a REDCap data dictionary. What each column is for: `instruments.exchange.redcap`."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence

from instruments.exchange.answers import coarsening, unique, variables_of
from instruments.exchange.dialects import REDCAP, Variable
from instruments.exchange.expressions import write
from instruments.exchange.markup import marked
from instruments.exchange.scale_facts import scale_facts
from instruments.model import CHOICE_TYPES, NUMERIC_TYPES, Instrument, Item, ItemType, Section

COLUMNS = (
    "Variable / Field Name",
    "Form Name",
    "Section Header",
    "Field Type",
    "Field Label",
    "Choices, Calculations, OR Slider Labels",
    "Field Note",
    "Text Validation Type OR Show Slider Number",
    "Text Validation Min",
    "Text Validation Max",
    "Identifier?",
    "Branching Logic (Show field only if...)",
    "Required Field?",
    "Custom Alignment",
    "Question Number (surveys only)",
    "Matrix Group Name",
    "Matrix Ranking?",
    "Field Annotation",
)
VARIABLE, FORM, HEADER, TYPE, LABEL, CHOICES, NOTE, VALIDATION, LOW, HIGH = COLUMNS[:10]
LOGIC, REQUIRED, ANNOTATION = COLUMNS[11], COLUMNS[12], COLUMNS[-1]

_SPECIAL = "|[]{}@"
"""Choices are parted by |, [x] and {x} put in an answer or a field, and @ begins an action."""
_TYPES = {
    ItemType.SINGLE_CHOICE: ("radio", ""),
    ItemType.MULTIPLE_CHOICE: ("checkbox", ""),
    ItemType.NUMBER: ("text", "number"),
    ItemType.YEAR: ("text", "integer"),
    ItemType.SLIDER: ("slider", "number"),
    ItemType.SHORT_TEXT: ("text", ""),
    ItemType.LONG_TEXT: ("notes", ""),
    ItemType.STATEMENT: ("descriptive", ""),
}
Line = dict[str, str]


def write_dictionary(instrument: Instrument) -> bytes:
    """The file: UTF-8 with its mark, as REDCap itself hands it out."""
    written = io.StringIO(newline="")
    lines = csv.DictWriter(written, COLUMNS, restval="")
    lines.writeheader()
    lines.writerows(_lines(instrument))
    return written.getvalue().encode("utf-8-sig")


def _lines(instrument: Instrument) -> Iterator[Line]:
    names = variable_names(instrument)
    variables = variables_of(instrument, lambda item: names[item.id])
    form = re.sub(r"[^a-z0-9_]+", "_", instrument.id)
    taken = set(names.values())
    for line in (_record(taken), _introduction(instrument, taken)):
        yield {FORM: form, **line}
    for section in instrument.sections:
        for line in _section(instrument, section, names, variables, taken):
            yield {FORM: form, **line}


def variable_names(instrument: Instrument) -> dict[str, str]:
    """Item id -> variable: lower case, no underscore at its end, no two together."""
    names: dict[str, str] = {}
    for item in instrument.items:
        name = re.sub(r"_+", "_", item.id.lower()).strip("_")
        names[item.id] = unique(name, set(names.values()), 40)
    return names


def _own(name: str, taken: set[str]) -> str:
    chosen = unique(re.sub(r"[^a-z0-9]+", "_", name).strip("_"), taken, 60)
    taken.add(chosen)
    return chosen


def _text(text: str, newline: str = "\n") -> str:
    return marked(text, _SPECIAL, newline)


def _facts(facts: Sequence[tuple[str, str]]) -> str:
    """One fact a line: a name, a colon, and words without @."""
    return "\n".join(f"{name}: {_text(value, '<br>')}" for name, value in facts)


def _record(taken: set[str]) -> Line:
    """REDCap wants its own key first."""
    return {VARIABLE: _own("record_id", taken), TYPE: "text", LABEL: "Record ID", ANNOTATION: "part: record"}


def _introduction(instrument: Instrument, taken: set[str]) -> Line:
    (language,) = instrument.languages
    facts = [("part", "introduction"), ("id", instrument.id), ("version", instrument.version)]
    facts.append(("title", instrument.title[language]))
    for scale in instrument.scales:
        facts += [(f"scale {scale.id} {name}", text) for name, text in scale_facts(scale, language)]
        asked = [item.id for item in instrument.items if item.id in scale.item_ids]
        if asked != list(scale.item_ids):
            facts.append((f"scale {scale.id} items", " ".join(scale.item_ids)))
    name = _own("introduction", taken)
    label = _text(instrument.introduction[language])
    return {VARIABLE: name, TYPE: "descriptive", LABEL: label, ANNOTATION: _facts(facts)}


def _section(
    instrument: Instrument,
    section: Section,
    names: Mapping[str, str],
    variables: Mapping[str, Variable],
    taken: set[str],
) -> Iterator[Line]:
    """The first row carries the section's header, and in its notes what REDCap's sections do not know."""
    (language,) = instrument.languages
    logic = write(section.visible_if, REDCAP, variables) if section.visible_if else ""
    facts = [("section", section.id)]
    facts += [("section order", "random")] if section.random_order else []
    facts += [("section shown if", logic)] if logic else []
    head = {HEADER: _text(section.title[language])}
    if section.intro:
        name = _own(f"{section.id}_intro", taken)
        label = _text(section.intro[language])
        yield {VARIABLE: name, TYPE: "descriptive", LABEL: label, LOGIC: logic, **head} | {
            ANNOTATION: _facts([("part", "section introduction"), *facts])
        }
        head, facts = {}, []
    for item in section.items:
        yield _item(instrument, item, names, variables, logic, facts) | head
        head, facts = {}, []


def _item(
    instrument: Instrument,
    item: Item,
    names: Mapping[str, str],
    variables: Mapping[str, Variable],
    section_logic: str,
    facts: Sequence[tuple[str, str]],
) -> Line:
    (language,) = instrument.languages
    kind, validation = _TYPES[item.type]
    own = write(item.visible_if, REDCAP, variables) if item.visible_if else ""
    line = {
        VARIABLE: names[item.id],
        TYPE: kind,
        VALIDATION: validation,
        LABEL: _text(item.text[language]),
        NOTE: _text(item.help[language]) if item.help else "",
        LOGIC: f"({section_logic}) and ({own})" if section_logic and own else section_logic or own,
        REQUIRED: "y" if item.required else "",
        ANNOTATION: _facts([*facts, *_item_facts(instrument, item, names[item.id])]),
    }
    if item.type in CHOICE_TYPES:
        options = [f"{one.value}, {_text(one.text[language], '<br>')}" for one in instrument.options(item)]
        joined = " | ".join(options)
        line[CHOICES] = f" {joined}" if joined.startswith("-") else joined
    if item.type is ItemType.SLIDER:
        ends = [_text(label[language], "<br>") if label else "" for label in (item.low_label, item.high_label)]
        line[CHOICES] = f"{ends[0]} | | {ends[1]}"
    if item.type in NUMERIC_TYPES:
        line[LOW], line[HIGH] = ("" if bound is None else str(bound) for bound in (item.minimum, item.maximum))
    return line


def _item_facts(instrument: Instrument, item: Item, name: str) -> Iterator[tuple[str, str]]:
    (language,) = instrument.languages
    if name != item.id:
        yield "id", item.id
    if item.type is ItemType.YEAR:
        yield "type", "year"
    if item.label:
        yield "label", item.label[language]
    missing = [str(option.value) for option in instrument.options(item) if option.missing]
    if missing:
        yield "missing", " ".join(missing)
    if item.may_decline:
        yield "may decline", "yes"
    if item.background:
        yield "background", "yes"
    if item.coarsen:
        yield "coarsen", coarsening(item.coarsen)
    if item.type is not ItemType.SLIDER:
        for end, label in (("low", item.low_label), ("high", item.high_label)):
            if label:
                yield end, label[language]
    for scale in instrument.scales:
        if item.id in scale.item_ids:
            yield "scale", f"{scale.id}; reversed" if item.id in scale.reversed_ids else scale.id
