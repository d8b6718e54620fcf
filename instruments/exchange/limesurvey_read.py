"""A LimeSurvey survey structure -> what a YAML file would hold."""

from __future__ import annotations

import re
from collections.abc import Callable

from instruments.document import Value
from instruments.exchange.answers import INTEGER, Rules, coded_options, identifier, values_of
from instruments.exchange.contract import Data
from instruments.exchange.dialects import LIMESURVEY, Kind, Variable
from instruments.exchange.expressions import NotUnderstood
from instruments.exchange.found import Found
from instruments.exchange.frame import Frame
from instruments.exchange.gathering import Gathered
from instruments.exchange.limesurvey_rows import Node, SurveyRows, Texts
from instruments.exchange.markup import unmarked
from instruments.exchange.tables import MAX_OPTIONS, Row, read_delimited

_ARRAYS = {"F": 0, "A": 5, "B": 10}
"""Arrays of single choices: with answers of their own, or with so many points."""
_PAIRS = {
    "Y": {"sv": ("Ja", "Nej"), "en": ("Yes", "No")},
    "G": {"sv": ("Kvinna", "Man"), "en": ("Female", "Male")},
}
_PAIR_CODES = {"Y": ("Y", "N"), "G": ("F", "M")}
_PLAIN = {"N": "number", "S": "short_text", "T": "long_text", "U": "long_text", "X": "statement"}
_SILENT = frozenset({"*", "I"})
"""Equations and the choice of a language ask nothing."""
_TOLD = {
    "D": "a date",
    "R": "a ranking",
    "|": "a file",
    "O": "a choice with a comment",
    "P": "choices with comments",
    ":": "an array of numbers",
    ";": "an array of texts",
    "1": "an array with two scales",
    "C": "an array of yes, no and uncertain",
    "E": "an array of increase, same and decrease",
    "H": "an array by column",
}


def read_structure(content: bytes, frame: Frame) -> Data:
    """Raises NotRead with every fault."""
    found = Found()
    table = read_delimited(content, "\t", found)
    missing = [column for column in ("class", "type/scale", "name", "text") if column not in table.header]
    if missing:
        message = f"the file lacks the column {', '.join(map(repr, missing))}"
        raise found.stop("missing_column", message, "choose a survey structure (.txt) as LimeSurvey exports it")
    structure = _Structure(SurveyRows(table.rows, frame.language, found), frame, found)
    data = structure.data()
    found.raise_any()
    return data


class _Structure:
    """One file. Rules are read last, when every question and its codes are known."""

    def __init__(self, rows: SurveyRows, frame: Frame, found: Found) -> None:
        self._frame = frame
        self._found = found
        self._gathered = Gathered(found)
        self._variables: dict[str, Variable] = {}
        self._rules: list[Callable[[], None]] = []
        self._reader = Rules(LIMESURVEY)
        self._rows = rows
        self._languages = rows.languages

    def _fault(self, code: str, row: Row, column: str, message: str, remedy: str) -> None:
        self._found.add(code, row.number, row.place(column), message, remedy)

    # Groups -> sections

    def data(self) -> Data:
        sections = [self._section(group) for group in self._rows.groups]
        for read_rule in self._rules:
            read_rule()
        data = self._frame.head(self._languages)
        for key, name in (("title", "surveyls_title"), ("introduction", "surveyls_welcometext")):
            texts = self._rows.survey_texts.get(name, {})
            if any(texts.values()):
                data[key] = {language: texts.get(language, "") for language in self._languages}
        asked: list[Value] = [section for section in sections if section["items"]]
        return data | {"answer_sets": self._gathered.sets(), "sections": asked}

    def _section(self, group: Node) -> dict[str, Value]:
        title = group.texts("name") or dict.fromkeys(self._languages, self._frame.id)
        words = [word for question in group.parts for word in question.row.get("cssclass").split()]
        named = next((word.removeprefix("section-") for word in words if word.startswith("section-")), "")
        name = named or str(next(iter(title.values())))
        section: dict[str, Value] = {"id": self._gathered.section_id(name) if not named else self._named(named)}
        section["title"] = {**title}
        if intro := group.texts("text"):
            section["intro"] = intro
        if "random-order" in words or any(question.row.get("random_group") for question in group.parts):
            section["random_order"] = True
        self._rules.append(lambda: self._set_rule(section, group.row))
        section["items"] = [item for question in group.parts for item in self._items(question)]
        return section

    def _named(self, name: str) -> str:
        return self._gathered.section_id(identifier(name, frozenset(), "section"))

    def _set_rule(self, target: dict[str, Value], *rows: Row) -> None:
        """What all these rows ask for together."""
        rules: list[Value] = []
        for row in rows:
            text = row.get("relevance")
            try:
                rule = self._reader.read(text, self._variables) if text else None
            except NotUnderstood as refused:
                message = f"{text[:200]!r} is not understood: {refused}"
                self._fault("expression", row, "relevance", message, "write it with answers, values, and, or and !")
                continue
            if rule is not None:
                rules.append(rule)
        if rules:
            target["visible_if"] = rules[0] if len(rules) == 1 else {"op": "all", "rules": rules}

    # Questions -> items

    def _items(self, question: Node) -> list[Value]:
        row = question.row
        kind = row.get("type/scale")
        if kind in _SILENT:
            return []
        if kind in _TOLD or kind not in {*_PLAIN, *_PAIRS, *_ARRAYS, "L", "!", "5", "M", "K", "Q"}:
            message = f"{_TOLD.get(kind, f'the type {kind!r}')} has no counterpart here"
            self._fault("unknown_item_type", row, "type/scale", message, "ask it in another way, or remove the row")
            return []
        if row.get("other").upper() == "Y":
            message = "'other' with a text of its own has no counterpart here"
            self._fault("unknown_item_type", row, "other", message, "make it an answer, and ask for the text apart")
        slider = kind == "K" and row.get("slider_layout") == "1" and len(question.of("SQ")) == 1
        if kind in _ARRAYS or (kind in ("K", "Q") and not slider):
            return [self._part(question, part, kind) for part in question.of("SQ")]
        item = self._item(question, question.texts("text"), row.get("name"))
        item |= self._slider(question, item) if slider else self._typed(question, kind, item, row.get("name"))
        self._rules.append(lambda: self._set_rule(item, row))
        return [item]

    def _item(self, question: Node, text: Texts, name: str) -> dict[str, Value]:
        row = question.row
        words = row.get("cssclass").split()
        own = next((word.removeprefix("id-") for word in words if word.startswith("id-")), "")
        item: dict[str, Value] = {"id": own or self._gathered.item_id(name), "text": {**text}}
        if not name:
            self._fault("missing_key", row, "name", "the question has no code", "write one")
        if not text:
            self._fault("missing_text", row, "text", f"{name} has no text", "write one")
        if help_text := question.texts("help"):
            item["help"] = help_text
        if row.get("mandatory").upper() == "Y":
            item["required"] = True
        for word, key in (("may-decline", "may_decline"), ("background", "background")):
            if word in words:
                item[key] = True
        groups = [word.removeprefix("coarsen-").split("-") for word in words if word.startswith("coarsen-")]
        if groups:
            item["coarsen"] = [[_value(code) for code in group if _is_value(code)] for group in groups]
        return item

    def _part(self, question: Node, part: Node, kind: str) -> Value:
        """One row of an array, or one of several fields: its text after the question's."""
        heads, own = question.texts("text"), part.texts("text")
        text: Texts = {
            language: "\n".join(filter(None, (str(heads.get(language, "")), str(own.get(language, "")))))
            for language in part.rows
        }
        name = f"{question.row.get('name')}_{part.row.get('name')}"
        item = self._item(question, text, name)
        plain = {"K": "N", "Q": "S"}.get(kind)
        item |= self._typed(question, plain, item, name) if plain else self._choices(question, kind, item, name)
        self._rules.append(lambda: self._set_rule(item, question.row, part.row))
        return item

    def _typed(self, question: Node, kind: str, item: dict[str, Value], name: str) -> dict[str, Value]:
        if kind in _PLAIN:
            return self._plain(question, kind, item, name)
        return self._choices(question, kind, item, name)

    def _plain(self, question: Node, kind: str, item: dict[str, Value], name: str) -> dict[str, Value]:
        row = question.row
        if kind != "N":
            self._variables[name] = Variable(str(item["id"]), name, Kind.TEXT)
            return {"type": _PLAIN[kind]}
        year = "year" in row.get("cssclass").split()
        whole = row.get("num_value_int_only") == "1"
        self._variables[name] = Variable(str(item["id"]), name, Kind.WHOLE if whole else Kind.NUMBER)
        data: dict[str, Value] = {"type": "year" if year else "number"}
        data |= self._bounds(row, "min_num_value_n", "max_num_value_n")
        for column, key in (("prefix", "low_label"), ("suffix", "high_label")):
            if text := question.texts(column):
                data[key] = text
        return data

    def _bounds(self, row: Row, low: str, high: str) -> dict[str, Value]:
        data: dict[str, Value] = {}
        for column, key in ((low, "minimum"), (high, "maximum")):
            written = row.get(column)
            if INTEGER.fullmatch(written):
                data[key] = int(written)
            elif written:
                self._fault("wrong_type", row, column, f"the limit is {written!r}", "write a whole number")
        return data

    def _slider(self, question: Node, item: dict[str, Value]) -> dict[str, Value]:
        """The words at its ends stand in the subquestion, after its own text; without both it is a number."""
        row, part = question.row, question.of("SQ")[0]
        name = f"{row.get('name')}_{part.row.get('name')}"
        self._variables[name] = Variable(str(item["id"]), name, Kind.WHOLE)
        data: dict[str, Value] = {"minimum": 0, "maximum": 100} | self._bounds(row, "slider_min", "slider_max")
        parting = row.get("slider_separator") or "|"
        ends: dict[str, Texts] = {"low_label": {}, "high_label": {}}
        for language, said in part.rows.items():
            for key, text in zip(ends, map(unmarked, said.get("text").split(parting)[1:3]), strict=False):
                ends[key] |= {language: text} if text else {}
        if not all(ends.values()):
            return {"type": "number", **data}
        return {"type": "slider", **data, **ends}

    def _choices(self, question: Node, kind: str, item: dict[str, Value], name: str) -> dict[str, Value]:
        many = kind == "M"
        pairs = self._pairs(question, kind)
        if not pairs:
            wanted = "subquestions" if many else "answers"
            self._fault("missing_key", question.row, "name", f"{name} has no {wanted}", f"put its {wanted} below it")
        codes = [code for code, _ in pairs]
        values = [_value(code) for code in codes] if all(map(_is_value, codes)) else values_of(codes)
        missing = {
            word.removeprefix("missing-")
            for word in question.row.get("cssclass").split()
            if word.startswith("missing-")
        }
        options = coded_options(pairs, values, missing)
        by_code = dict(zip(codes, values, strict=True))
        self._variables[name] = Variable(str(item["id"]), name, Kind.MANY if many else Kind.ONE, by_code)
        answer_set = self._gathered.answer_set(options, None, question.row.number, question.row.place("name"))
        return {"type": "multiple_choice" if many else "single_choice", "answer_set": answer_set}

    def _pairs(self, question: Node, kind: str) -> list[tuple[str, Texts]]:
        if kind in _PAIRS:
            words = {language: _PAIRS[kind].get(language, _PAIRS[kind]["en"]) for language in self._languages}
            return [(code, {one: words[one][at] for one in words}) for at, code in enumerate(_PAIR_CODES[kind])]
        points = 5 if kind == "5" else _ARRAYS.get(kind, 0)
        if points:
            return [(str(point), dict.fromkeys(self._languages, str(point))) for point in range(1, points + 1)]
        parts = question.of("SQ" if kind == "M" else "A")
        if len(parts) > MAX_OPTIONS:
            message = f"the question has {len(parts)} answers"
            self._fault("too_large", question.row, "name", message, f"give it at most {MAX_OPTIONS}")
            parts = parts[:MAX_OPTIONS]
        for part in parts:
            if kind == "M" and part.row.get("relevance") not in ("", "1"):
                message = "an option that is shown only sometimes has no counterpart here"
                self._fault("expression", part.row, "relevance", message, "show it always, or ask two questions")
        return [(part.row.get("name"), part.texts("text")) for part in parts]


def _is_value(code: str) -> bool:
    return re.fullmatch(r"m?[0-9]{1,9}", code) is not None


def _value(code: str) -> int:
    return -int(code[1:]) if code.startswith("m") else int(code)
