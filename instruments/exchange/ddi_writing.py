"""An instrument as DDI-Codebook 2.5. What has an element of its own stands there; the rest is in typed notes.

Order and names of elements follow the published schema, version 2.5 of 2012-01-17
(https://ddialliance.org/Specification/DDI-Codebook/2.5/), whose parts used here are a table in
tests/instruments/ddi_structure.py.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from instruments.columns import Column, columns_of
from instruments.document import Value
from instruments.exchange.ddi_notes import notes_of
from instruments.exchange.gathering import head_data, scale_data, set_data
from instruments.exchange.xml_tree import Element, element, to_bytes
from instruments.model import (
    NUMERIC_TYPES,
    Instrument,
    Item,
    ItemType,
    Localised,
    Method,
    MissingRule,
    Option,
    Rule,
    Scale,
    Section,
)
from instruments.rule_words import rule_in_words

NAMESPACE = "ddi:codebook:2_5"
AGENCY = "termometern"

_NOT_CHOSEN = {"sv": "ej vald", "en": "not chosen"}
_RESPONSE_DOMAINS = {
    ItemType.SINGLE_CHOICE: "code",
    ItemType.MULTIPLE_CHOICE: "multiple",
    ItemType.SHORT_TEXT: "text",
    ItemType.LONG_TEXT: "text",
}


def write(instrument: Instrument) -> bytes:
    """The file. The same instrument gives the same bytes."""
    return to_bytes(
        element(
            "codeBook",
            _document(instrument),
            _study(instrument),
            _data(instrument),
            xmlns=NAMESPACE,
            version="2.5",
            lang=instrument.languages[0],
        )
    )


def _texts(name: str, text: Localised | None, **attributes: str | None) -> Iterator[Element]:
    for language, said in (text or {}).items():
        yield element(name, said, lang=language, **attributes)


def _titles(instrument: Instrument) -> Element:
    """The first language's title; those of the others are parallel titles."""
    first, *others = instrument.languages
    return element(
        "titlStmt",
        element("titl", instrument.title[first], lang=first),
        *(element("parTitl", instrument.title[language], lang=language) for language in others),
        element("IDNo", instrument.id, agency=AGENCY),
    )


def _document(instrument: Instrument) -> Element:
    software = element("prodStmt", element("software", "Termometern"))
    return element("docDscr", element("citation", _titles(instrument), software))


def _study(instrument: Instrument) -> Element:
    provenance = instrument.provenance
    said: dict[str, Value] = {"languages": [*instrument.languages], **head_data(instrument), **set_data(instrument)}
    said |= {"wording": provenance.wording, "notice": {**provenance.notice}}
    return element(
        "stdyDscr",
        element(
            "citation",
            _titles(instrument),
            element("prodStmt", element("copyright", provenance.licence)),
            element("verStmt", element("version", instrument.version)),
        ),
        element("stdyInfo", *_texts("abstract", instrument.introduction)),
        element("othrStdyMat", *(element("relMat", source) for source in provenance.sources)),
        *notes_of(said),
    )


def _data(instrument: Instrument) -> Element:
    columns = columns_of(instrument)
    several = [item for item in instrument.items if item.type is ItemType.MULTIPLE_CHOICE]
    read = [item for item in instrument.items if item.type is ItemType.STATEMENT]
    return element(
        "dataDscr",
        *(_section(instrument, section, columns) for section in instrument.sections),
        *(_several(instrument, item, columns) for item in several),
        *(_statement(instrument, item) for item in read),
        *(_scale(scale) for scale in instrument.scales),
        *(_variable(instrument, column) for column in columns),
    )


def _variable_id(column: Column) -> str:
    if column.scale is not None:
        return f"score-{column.scale.id}"
    item_id = column.item.id if column.item else ""
    return f"item-{item_id}" if column.option is None else f"item-{item_id}-{column.option.value}"


def _references(ids: Sequence[str]) -> str | None:
    return " ".join(ids) or None


def _universe(instrument: Instrument, rule: Rule | None) -> Element | None:
    """Who is asked, in words; the rule itself is a note, because prose does not read back."""
    if rule is None:
        return None
    language = "sv" if "sv" in instrument.languages else "en"
    return element("universe", rule_in_words(instrument, rule, language), lang=language, clusion="I")


def _section(instrument: Instrument, section: Section, columns: Sequence[Column]) -> Element:
    said: dict[str, Value] = section.model_dump(mode="json", exclude_defaults=True)
    rest = {key: value for key, value in said.items() if key not in ("id", "title", "intro", "items")}
    inside = {item.id for item in section.items}
    groups = [item for item in section.items if item.type in (ItemType.MULTIPLE_CHOICE, ItemType.STATEMENT)]
    return element(
        "varGrp",
        *_texts("labl", section.title),
        *_texts("txt", section.intro),
        _universe(instrument, section.visible_if),
        *notes_of({**rest, "items_in_order": " ".join(item.id for item in section.items)}),
        ID=f"section-{section.id}",
        type="section",
        var=_references([_variable_id(column) for column in columns if column.item and column.item.id in inside]),
        varGrp=_references([f"item-{item.id}" for item in groups]),
        name=section.id,
    )


_NATIVE = frozenset({"id", "text", "help", "label", "minimum", "maximum"})


def _item_notes(item: Item, native: frozenset[str] = _NATIVE) -> Iterator[Element]:
    said: dict[str, Value] = item.model_dump(mode="json", exclude_defaults=True)
    rest = {key: value for key, value in said.items() if key not in native}
    if item.type is ItemType.MULTIPLE_CHOICE:
        del rest["type"]
    # Where the short label is the text itself, the label element does not show that it was given.
    given = {"label": said["label"]} if item.label == item.text else {}
    yield from notes_of({**rest, **given})


def _several(instrument: Instrument, item: Item, columns: Sequence[Column]) -> Element:
    """A multiple choice: one variable an option, held together by a group that is the question."""
    own = [column for column in columns if column.item is item]
    return element(
        "varGrp",
        *_texts("labl", item.label or item.text),
        _universe(instrument, item.visible_if),
        *_item_notes(item),
        ID=f"item-{item.id}",
        type="multipleResp",
        var=_references([_variable_id(column) for column in own]),
        name=item.id,
    )


def _statement(instrument: Instrument, item: Item) -> Element:
    """Read, not answered: a group without variables."""
    return element(
        "varGrp",
        *_texts("labl", item.label),
        *_texts("txt", item.text),
        _universe(instrument, item.visible_if),
        *_item_notes(item, frozenset({"id", "text", "label", "type"})),
        ID=f"item-{item.id}",
        type="other",
        otherType="statement",
        name=item.id,
    )


def _scale(scale: Scale) -> Element:
    said = scale_data(scale)
    rest = {key: value for key, value in said.items() if key not in ("id", "title", "description", "items", "missing")}
    turned = " ".join(entry.item for entry in scale.items if entry.reversed)
    return element(
        "varGrp",
        *_texts("labl", scale.title),
        *_texts("txt", scale.description),
        *notes_of({**rest, "missing_rule": scale.missing.value, **({"reversed": turned} if turned else {})}),
        ID=f"scale-{scale.id}",
        type="analysis",
        var=_references([f"item-{name}" for name in scale.item_ids]),
        name=scale.id,
    )


def _variable(instrument: Instrument, column: Column) -> Element:
    """One column of the data file. `labl` first and notes last: the schema holds the order."""
    item, scale = column.item, column.scale
    numeric = scale is not None or (item is not None and item.type in NUMERIC_TYPES)
    parts: list[Element | None] = [*_texts("labl", column.label)]
    if item is not None:
        parts += [_question(item), *_ranges(instrument, item, column), _universe(instrument, item.visible_if)]
        parts += _categories(instrument, item, column.option)
        text = item.type in (ItemType.SHORT_TEXT, ItemType.LONG_TEXT)
        parts += [element("varFormat", type="character" if text else "numeric")]
        parts += _item_notes(item) if column.option is None else _option_notes(column.option)
    if scale is not None:
        parts += [_score_range(scale), _derivation(scale), element("varFormat", type="numeric")]
        parts += notes_of({"score": scale.id})
    return element(
        "var",
        *parts,
        ID=_variable_id(column),
        name=column.name,
        intrvl="contin" if numeric else "discrete",
    )


def _question(item: Item) -> Element:
    return element(
        "qstn",
        *_texts("qstnLit", item.text),
        *_texts("ivuInstr", item.help),
        responseDomainType=_RESPONSE_DOMAINS.get(item.type, "numeric"),
    )


def _ranges(instrument: Instrument, item: Item, column: Column) -> Iterator[Element]:
    """Valid values first, then the codes that count as missing."""
    bounds = {"min": item.minimum, "max": item.maximum}
    if item.minimum is not None or item.maximum is not None:
        said = {key: str(value) for key, value in bounds.items() if value is not None}
        yield element("valrng", element("range", UNITS="INT", **said))
    options = instrument.options(item) if column.option is None else ()
    for name, missing in (("valrng", False), ("invalrng", True)):
        values = [str(option.value) for option in options if option.missing is missing]
        if values:
            yield element(name, *(element("item", UNITS="INT", VALUE=value) for value in values))


def _categories(instrument: Instrument, item: Item, chosen: Option | None) -> Iterator[Element]:
    if chosen is not None:
        yield _category("1", chosen)
        no = {language: _NOT_CHOSEN.get(language, _NOT_CHOSEN["en"]) for language in instrument.languages}
        yield element("catgry", element("catValu", "0"), *_texts("labl", no))
        return
    for option in instrument.options(item):
        yield _category(str(option.value), option)


def _category(value: str, option: Option) -> Element:
    picture = option.picture
    return element(
        "catgry",
        element("catValu", value),
        *_texts("labl", option.text),
        *_texts("labl", option.easy, level="easy"),
        *([element("txt", picture.file, level="picture")] if picture else []),
        *(_texts("txt", picture.alt, level="alt") if picture else []),
        missing="Y" if option.missing else None,
    )


def _option_notes(option: Option) -> Iterator[Element]:
    yield from notes_of({"value": option.value, **({"missing": True} if option.missing else {})})


def _score_range(scale: Scale) -> Element:
    times = len(scale.items) if scale.method is Method.SUM else 1
    low, high = str(scale.minimum * times), str(scale.maximum * times)
    if scale.method.value == "positive":
        low, high = "0", "100"
    return element("valrng", element("range", UNITS="REAL", min=low, max=high))


def _derivation(scale: Scale) -> Element:
    """How the score comes about, in words. DDI holds one text here, so it is English."""
    ways = {
        "mean": "Mean of the answered items",
        "sum": "Mean of the answered items times their number",
        "positive": f"Per cent of the answered items at {scale.positive_from} or above",
    }
    rules = {MissingRule.HALF: "at least half of them are", MissingRule.COMPLETE: "all of them are"}
    turned = ", ".join(entry.item for entry in scale.items if entry.reversed)
    reversal = f" Reversed as {scale.maximum + scale.minimum} minus the answer: {turned}." if turned else ""
    words = f"{ways[scale.method.value]}, if {rules[scale.missing]} answered, else missing.{reversal}"
    items = _references([f"item-{name}" for name in scale.item_ids])
    return element("derivation", element("drvdesc", words, lang="en"), var=items)
