"""An instrument as a FHIR Questionnaire, R4B."""

from __future__ import annotations

import json
from collections.abc import Iterator

from instruments.document import Value
from instruments.exchange.fhir_conditions import enable_when
from instruments.exchange.fhir_extensions import (
    CONTROLS,
    INSTRUMENT,
    ITEM_CONTROL,
    MAX_VALUE,
    MIN_VALUE,
    ORDINAL,
    SHORT_TEXT,
    SLIDER_STEP,
    own,
    text_of,
)
from instruments.exchange.gathering import head_data, scale_data, set_data
from instruments.model import Instrument, Item, ItemType, Localised, Option, Rule, Section

TYPES = {
    ItemType.SINGLE_CHOICE: "choice",
    ItemType.MULTIPLE_CHOICE: "choice",
    ItemType.NUMBER: "decimal",
    ItemType.YEAR: "integer",
    ItemType.SLIDER: "integer",
    ItemType.SHORT_TEXT: "string",
    ItemType.LONG_TEXT: "text",
    ItemType.STATEMENT: "display",
}
_NATIVE = frozenset(
    {"id", "type", "text", "label", "answer_set", "minimum", "maximum", "required", "visible_if"}
    | {"help", "low_label", "high_label"}
)


def write(instrument: Instrument) -> bytes:
    """The file, UTF-8. The same instrument gives the same bytes."""
    return (json.dumps(_questionnaire(instrument), ensure_ascii=False, indent=2) + "\n").encode()


def _questionnaire(instrument: Instrument) -> dict[str, Value]:
    provenance, languages = instrument.provenance, instrument.languages
    said: dict[str, Value] = {"languages": [*languages], **head_data(instrument), **set_data(instrument)}
    said |= {"wording": provenance.wording, "notice": {**provenance.notice}, "sources": [*provenance.sources]}
    if instrument.scales:
        said["scales"] = [scale_data(scale) for scale in instrument.scales]
    return {
        "resourceType": "Questionnaire",
        "language": languages[0],
        "extension": own(said),
        "url": INSTRUMENT + instrument.id,
        "version": instrument.version,
        **text_of("title", instrument.title, languages),
        "status": "active",
        **text_of("description", instrument.introduction, languages),
        "copyright": provenance.licence,
        "item": [_section(instrument, section) for section in instrument.sections],
    }


def system_of(instrument: Instrument, answer_set: str) -> str:
    """The code system that an answer set's values are codes of."""
    return f"urn:termometern:{instrument.id}:answer-set:{answer_set}"


def _section(instrument: Instrument, section: Section) -> dict[str, Value]:
    said: dict[str, Value] = section.model_dump(mode="json", exclude_defaults=True)
    rest = {key: value for key, value in said.items() if key in ("random_order", "easy_intro")}
    link = f"section.{section.id}"
    # The extension on the introduction tells it from a statement, which is a display item too.
    intro = _display(instrument, f"{link}.intro", section.intro, own({"role": "intro"}))
    return _with_rule(
        instrument,
        section.visible_if,
        {
            "linkId": link,
            **text_of("text", section.title, instrument.languages),
            "type": "group",
            "extension": own(rest),
            "item": [*intro, *(_item(instrument, item) for item in section.items)],
        },
    )


def _with_rule(instrument: Instrument, rule: Rule | None, fields: dict[str, Value]) -> dict[str, Value]:
    """The item with its rule, and without an empty list of extensions, which FHIR forbids."""
    more = enable_when(instrument, rule, lambda name: system_of(instrument, name)) if rule else {}
    own_ones, others = fields.pop("extension", []), more.pop("extension", [])
    both = [*(own_ones if isinstance(own_ones, list) else []), *(others if isinstance(others, list) else [])]
    return {**({"extension": both} if both else {}), **fields, **more}


def _display(instrument: Instrument, link: str, text: Localised | None, marks: list[Value]) -> Iterator[Value]:
    if text is not None:
        said = text_of("text", text, instrument.languages)
        yield {"extension": marks, "linkId": link, **said, "type": "display"}


def _control(code: str) -> list[Value]:
    coding: Value = {"system": CONTROLS, "code": code}
    return [{"url": ITEM_CONTROL, "valueCodeableConcept": {"coding": [coding]}}]


def _item(instrument: Instrument, item: Item) -> dict[str, Value]:
    said: dict[str, Value] = item.model_dump(mode="json", exclude_defaults=True)
    display = item.type is ItemType.STATEMENT
    # Display items hold no others: their help, if they have one, is an extension.
    native = _NATIVE - {"help", "low_label", "high_label"} if display else _NATIVE
    rest = {key: value for key, value in said.items() if key not in native}
    if item.label is not None and len(instrument.languages) > 1:
        # The published extension holds one language.
        rest["label"] = {**item.label}
    if item.type is ItemType.YEAR:
        rest["type"] = item.type.value
    inside = [] if display else [*_inside(instrument, item)]
    options: list[Value] = [_option(instrument, item, option) for option in instrument.options(item)]
    fields: dict[str, Value] = {
        "linkId": item.id,
        **text_of("text", item.text, instrument.languages),
        "type": TYPES[item.type],
        "extension": [*_published(instrument, item), *own(rest)],
        **({"required": True} if item.required else {}),
        **({"repeats": True} if item.type is ItemType.MULTIPLE_CHOICE else {}),
        **({"answerOption": options} if options else {}),
        **({"item": inside} if inside else {}),
    }
    return _with_rule(instrument, item.visible_if, fields)


def _inside(instrument: Instrument, item: Item) -> Iterator[Value]:
    """Help and the words at a range's ends: display items with the published controls."""
    yield from _display(instrument, f"{item.id}.help", item.help, _control("help"))
    yield from _display(instrument, f"{item.id}.lower", item.low_label, _control("lower"))
    yield from _display(instrument, f"{item.id}.upper", item.high_label, _control("upper"))


def _published(instrument: Instrument, item: Item) -> Iterator[Value]:
    """Extensions that other tools know."""
    if item.label is not None:
        yield {"url": SHORT_TEXT, "valueString": item.label[instrument.languages[0]]}
    if item.minimum is not None:
        yield {"url": MIN_VALUE, "valueInteger": item.minimum}
    if item.maximum is not None:
        yield {"url": MAX_VALUE, "valueInteger": item.maximum}
    if item.type is ItemType.SLIDER:
        yield {"url": SLIDER_STEP, "valueInteger": 1}
        yield from _control("slider")


def _option(instrument: Instrument, item: Item, option: Option) -> dict[str, Value]:
    said: dict[str, Value] = option.model_dump(mode="json", exclude_defaults=True)
    rest = {key: value for key, value in said.items() if key not in ("value", "text")}
    # A number to score with; what counts as missing has none.
    ordinal: list[Value] = [] if option.missing else [{"url": ORDINAL, "valueDecimal": option.value}]
    coding: dict[str, Value] = {
        **({"extension": ordinal} if ordinal else {}),
        "system": system_of(instrument, item.answer_set or ""),
        "code": str(option.value),
        **text_of("display", option.text, instrument.languages),
    }
    return {**({"extension": own(rest)} if rest else {}), "valueCoding": coding}
