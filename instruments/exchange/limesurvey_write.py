"""Instrument -> the rows of a LimeSurvey survey structure. What each is for: `instruments.exchange.limesurvey`."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping

from instruments.exchange.answers import unique, variables_of
from instruments.exchange.dialects import LIMESURVEY, Variable
from instruments.exchange.expressions import write
from instruments.exchange.markup import marked
from instruments.model import Instrument, Item, ItemType, Localised, Section

COLUMNS = (
    *("id", "related_id", "class", "type/scale", "name", "relevance", "text", "help", "language", "validation"),
    *("mandatory", "other", "default", "same_default", "cssclass", "max_num_value_n", "min_num_value_n"),
    *("num_value_int_only", "prefix", "random_group", "slider_accuracy", "slider_layout", "slider_max", "slider_min"),
    *("slider_separator", "suffix"),
)
SLIDER = "SQ001"
"""LimeSurvey's sliders lie in a question for several numbers; ours has one, and this is its code."""
BREAK = "<br />"
_SPECIAL = '{}|"\t\\'
"""{x} puts in an answer, | parts a slider's words, PHP reads \\ before a quote in a way of its own."""
_RESERVED = frozenset(
    (
        *("id", "sid", "gid", "qid", "token", "language", "other", "comment", "self", "that", "this", "title", "code"),
        *("value", "shown", "time", "and", "or", "not", "eq", "ne", "lt", "le", "gt", "ge", "true", "false", "if"),
        *("count", "sum", "min", "max", "naok", "datestamp", "startdate", "submitdate", "lastpage", "seed"),
    )
)
_TYPES = {
    ItemType.SINGLE_CHOICE: "L",
    ItemType.MULTIPLE_CHOICE: "M",
    ItemType.NUMBER: "N",
    ItemType.YEAR: "N",
    ItemType.SLIDER: "K",
    ItemType.SHORT_TEXT: "S",
    ItemType.LONG_TEXT: "T",
    ItemType.STATEMENT: "X",
}
Line = dict[str, str]


def write_structure(instrument: Instrument) -> bytes:
    """The file: tab-separated, UTF-8 with its mark, every row once for each language."""
    written = io.StringIO(newline="")
    lines = csv.DictWriter(written, COLUMNS, restval="", delimiter="\t", lineterminator="\n")
    lines.writeheader()
    lines.writerows(_survey(instrument))
    for language in instrument.languages:
        lines.writerows(_groups(instrument, language))
    return written.getvalue().encode("utf-8-sig")


def question_codes(instrument: Instrument) -> dict[str, str]:
    """Item id -> question code: letters and digits, a letter first, at most 20."""
    codes: dict[str, str] = {}
    taken: set[str] = set()
    for item in instrument.items:
        code = re.sub(r"[^A-Za-z0-9]", "", item.id)[:20]
        code = f"q{code}"[:20] if code.lower() in _RESERVED else code
        lowered = unique(code.lower(), taken, 20, "x")
        taken.add(lowered)
        codes[item.id] = code if lowered == code.lower() else lowered
    return codes


def answer_code(value: int) -> str:
    """Codes have no minus: -3 is m3."""
    return str(value) if value >= 0 else f"m{-value}"


def _text(text: Localised | None, language: str) -> str:
    return marked(text[language], _SPECIAL, BREAK) if text else ""


def _survey(instrument: Instrument) -> Iterator[Line]:
    base, *more = instrument.languages
    facts = {"sid": "100000", "language": base, "additional_languages": " ".join(more), "format": "G"}
    yield from ({"class": "S", "name": name, "text": text} for name, text in facts.items())
    for language in instrument.languages:
        texts = {
            "surveyls_language": language,
            "surveyls_title": _text(instrument.title, language),
            "surveyls_welcometext": _text(instrument.introduction, language),
        }
        for name, text in texts.items():
            yield {"class": "SL", "name": name, "text": text, "language": language}


def _groups(instrument: Instrument, language: str) -> Iterator[Line]:
    codes = question_codes(instrument)
    variables = variables_of(instrument, lambda item: _variable(item, codes[item.id]), answer_code)
    ids = {item.id: str(number) for number, item in enumerate(instrument.items, start=1)}
    subquestion = 0
    for number, section in enumerate(instrument.sections, start=1):
        yield {
            "id": str(number),
            "class": "G",
            "name": _text(section.title, language),
            "relevance": _relevance(section, variables),
            "text": _text(section.intro, language),
            "language": language,
        }
        for at, item in enumerate(section.items):
            words = [*(_section_words(section) if at == 0 else ()), *_words(instrument, item, codes[item.id])]
            yield {"id": ids[item.id], "name": codes[item.id], "cssclass": " ".join(words)} | _question(
                section, item, language, variables
            )
            for line in _parts(instrument, item, language):
                subquestion += line["class"] == "SQ"
                own = str(len(ids) + subquestion) if line["class"] == "SQ" else ids[item.id]
                yield {"id": own, "related_id": ids[item.id], "language": language, **line}


def _variable(item: Item, code: str) -> str:
    return f"{code}_{SLIDER}" if item.type is ItemType.SLIDER else code


def _relevance(part: Item | Section, variables: Mapping[str, Variable]) -> str:
    return write(part.visible_if, LIMESURVEY, variables) if part.visible_if else "1"


def _question(section: Section, item: Item, language: str, variables: Mapping[str, Variable]) -> Line:
    line = {
        "class": "Q",
        "type/scale": _TYPES[item.type],
        "relevance": _relevance(item, variables),
        "text": _text(item.text, language),
        "help": _text(item.help, language),
        "language": language,
        "mandatory": "Y" if item.required else "N",
        "other": "N",
    }
    if section.random_order and item.type is not ItemType.STATEMENT:
        line["random_group"] = section.id
    bounds = ["" if bound is None else str(bound) for bound in (item.minimum, item.maximum)]
    if item.type is ItemType.SLIDER:
        line |= {"slider_layout": "1", "slider_accuracy": "1", "slider_separator": "|"}
        line |= {"slider_min": bounds[0], "slider_max": bounds[1]}
    elif item.type in (ItemType.NUMBER, ItemType.YEAR):
        line |= {"min_num_value_n": bounds[0], "max_num_value_n": bounds[1]}
        line |= {"prefix": _text(item.low_label, language), "suffix": _text(item.high_label, language)}
        line["num_value_int_only"] = "1" if item.type is ItemType.YEAR else ""
    return line


def _parts(instrument: Instrument, item: Item, language: str) -> Iterator[Line]:
    """The answers of a question, or its subquestions."""
    if item.type is ItemType.SLIDER:
        ends = f"|{_text(item.low_label, language)}|{_text(item.high_label, language)}"
        yield {"class": "SQ", "type/scale": "0", "name": SLIDER, "relevance": "1", "text": ends}
    for option in instrument.options(item):
        line = {"type/scale": "0", "name": answer_code(option.value), "text": _text(option.text, language)}
        many = item.type is ItemType.MULTIPLE_CHOICE
        yield line | ({"class": "SQ", "relevance": "1"} if many else {"class": "A"})


def _section_words(section: Section) -> Iterator[str]:
    yield f"section-{section.id}"
    if section.random_order:
        yield "random-order"


def _words(instrument: Instrument, item: Item, code: str) -> Iterator[str]:
    """What has no place of its own, as CSS classes: LimeSurvey keeps them, and they change nothing."""
    if code != item.id:
        yield f"id-{item.id}"
    if item.type is ItemType.YEAR:
        yield "year"
    if item.may_decline:
        yield "may-decline"
    if item.background:
        yield "background"
    yield from (f"missing-{answer_code(option.value)}" for option in instrument.options(item) if option.missing)
    yield from ("coarsen-" + "-".join(map(answer_code, group)) for group in item.coarsen)
