"""The rows of a LimeSurvey survey structure -> what a YAML file would hold. Order is meaning there."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from instruments.document import Value
from instruments.exchange.answers import INTEGER, Rules, coded_options, identifier, values_of
from instruments.exchange.contract import Data
from instruments.exchange.dialects import LIMESURVEY, Kind, Variable
from instruments.exchange.expressions import NotUnderstood
from instruments.exchange.found import Found
from instruments.exchange.frame import Frame
from instruments.exchange.gathering import Gathered
from instruments.exchange.languages import language_code
from instruments.exchange.markup import unmarked
from instruments.exchange.tables import MAX_OPTIONS, MAX_QUESTIONS, Row, read_delimited

_ORDERED = ("G", "Q", "SQ", "A")
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

Texts = dict[str, Value]


@dataclass
class _Node:
    """One group, question, subquestion or answer, with its row in every language."""

    row: Row
    rows: dict[str, Row] = field(default_factory=dict)
    parts: list[_Node] = field(default_factory=list)

    def texts(self, column: str) -> Texts:
        said = {language: unmarked(row.get(column)) for language, row in self.rows.items()}
        return {language: text for language, text in said.items() if text}

    def of(self, kind: str) -> list[_Node]:
        return [part for part in self.parts if part.row.get("class").upper() == kind]


def read_structure(content: bytes, frame: Frame) -> Data:
    """Raises NotRead with every fault."""
    found = Found()
    table = read_delimited(content, "\t", found)
    missing = [column for column in ("class", "type/scale", "name", "text") if column not in table.header]
    if missing:
        message = f"the file lacks the column {', '.join(map(repr, missing))}"
        raise found.stop("missing_column", message, "choose a survey structure (.txt) as LimeSurvey exports it")
    structure = _Structure(table.rows, frame, found)
    data = structure.data()
    found.raise_any()
    return data


class _Structure:
    """One file. The first language gives the order; the others must follow it row by row."""

    def __init__(self, rows: Sequence[Row], frame: Frame, found: Found) -> None:
        self._frame = frame
        self._found = found
        self._gathered = Gathered(found)
        self._variables: dict[str, Variable] = {}
        self._rules: list[Callable[[], None]] = []
        self._reader = Rules(LIMESURVEY)
        self._settings = {row.get("name"): row.get("text") for row in rows if row.get("class").upper() == "S"}
        self._languages = self._stated_languages(rows)
        self._survey_texts: dict[str, Texts] = {}
        self._groups = self._nodes(rows)

    def _fault(self, code: str, row: Row, column: str, message: str, remedy: str) -> None:
        self._found.add(code, row.number, row.place(column), message, remedy)

    # Rows -> groups of questions, each with its texts in every language

    def _stated_languages(self, rows: Sequence[Row]) -> list[str]:
        stated = [self._settings.get("language", ""), *self._settings.get("additional_languages", "").split()]
        stated += [row.get("language") for row in rows]
        codes = [code for one in stated if one and (code := language_code(one))]
        return list(dict.fromkeys(codes)) or [self._frame.language]

    def _language(self, row: Row) -> str:
        return language_code(row.get("language")) or self._languages[0]

    def _nodes(self, rows: Sequence[Row]) -> list[_Node]:
        ordered: dict[str, list[Row]] = {language: [] for language in self._languages}
        for row in rows:
            kind = row.get("class").upper()
            if kind == "SL":
                self._survey_texts.setdefault(row.get("name"), {})[self._language(row)] = unmarked(row.get("text"))
            elif kind in _ORDERED:
                ordered[self._language(row)].append(row)
            elif kind not in ("S", "AS", "QTA", "QTALS", "QTAM", "C"):
                message = f"the class {row.get('class')!r} is not known"
                self._fault("unknown_key", row, "class", message, "use S, SL, G, Q, SQ or A")
        nodes = [_Node(row, {self._languages[0]: row}) for row in ordered[self._languages[0]]]
        asked = sum(node.row.get("class").upper() in ("G", "Q", "SQ") for node in nodes)
        self._found.at_most(asked, 2 * MAX_QUESTIONS, "groups, questions and subquestions")
        self._found.at_most(len(self._languages), 30, "languages")
        for language in self._languages[1:]:
            self._follow(nodes, language, ordered[language])
        return self._tree(nodes)

    def _follow(self, nodes: Sequence[_Node], language: str, rows: Sequence[Row]) -> None:
        """Another language says the same, row by row; a group is told by its place, all else also by its name."""
        for node, row in zip(nodes, rows, strict=False):
            same = node.row.get("class").upper() == row.get("class").upper()
            if not same or (same and row.get("class").upper() != "G" and node.row.get("name") != row.get("name")):
                first = self._languages[0]
                message = f"in {language} this row stands where {first} has {node.row.get('name')!r}"
                self._fault("order_differs", row, "name", message, f"give {language} the same rows in the same order")
                return
            node.rows[language] = row
        if len(rows) != len(nodes):
            shorter = rows[-1] if rows else nodes[-1].row if nodes else None
            if shorter:
                message = f"{language} has {len(rows)} rows, and {self._languages[0]} has {len(nodes)}"
                self._fault("order_differs", shorter, "language", message, "give each language the same rows")

    def _tree(self, nodes: Sequence[_Node]) -> list[_Node]:
        groups: list[_Node] = []
        for node in nodes:
            kind = node.row.get("class").upper()
            if kind == "G":
                groups.append(node)
            elif not groups or (kind != "Q" and not groups[-1].parts):
                wanted = "group" if not groups else "question"
                message = f"the row stands before the first {wanted}"
                self._fault("order_differs", node.row, "class", message, f"put it below its {wanted}")
            elif kind == "Q":
                groups[-1].parts.append(node)
            else:
                groups[-1].parts[-1].parts.append(node)
        return groups

    # Groups -> sections

    def data(self) -> Data:
        sections = [self._section(group) for group in self._groups]
        for read_rule in self._rules:
            read_rule()
        data = self._frame.head(self._languages)
        for key, name in (("title", "surveyls_title"), ("introduction", "surveyls_welcometext")):
            texts = self._survey_texts.get(name, {})
            if any(texts.values()):
                data[key] = {language: texts.get(language, "") for language in self._languages}
        asked: list[Value] = [section for section in sections if section["items"]]
        return data | {"answer_sets": self._gathered.sets(), "sections": asked}

    def _section(self, group: _Node) -> dict[str, Value]:
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

    def _items(self, question: _Node) -> list[Value]:
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

    def _item(self, question: _Node, text: Texts, name: str) -> dict[str, Value]:
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

    def _part(self, question: _Node, part: _Node, kind: str) -> Value:
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

    def _typed(self, question: _Node, kind: str, item: dict[str, Value], name: str) -> dict[str, Value]:
        if kind in _PLAIN:
            return self._plain(question, kind, item, name)
        return self._choices(question, kind, item, name)

    def _plain(self, question: _Node, kind: str, item: dict[str, Value], name: str) -> dict[str, Value]:
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

    def _slider(self, question: _Node, item: dict[str, Value]) -> dict[str, Value]:
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

    def _choices(self, question: _Node, kind: str, item: dict[str, Value], name: str) -> dict[str, Value]:
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

    def _pairs(self, question: _Node, kind: str) -> list[tuple[str, Texts]]:
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
