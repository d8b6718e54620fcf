"""The rows of a REDCap data dictionary -> what a YAML file would hold, in one language."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from instruments.document import Value
from instruments.exchange.answers import (
    INTEGER,
    Rules,
    coded_options,
    identifier,
    read_coarsening,
    values_of,
)
from instruments.exchange.contract import Data
from instruments.exchange.dialects import REDCAP, Kind, Variable
from instruments.exchange.expressions import NotUnderstood
from instruments.exchange.found import Found
from instruments.exchange.frame import Frame
from instruments.exchange.gathering import Gathered
from instruments.exchange.markup import unmarked
from instruments.exchange.redcap_notes import Note, read_note
from instruments.exchange.redcap_write import (
    ANNOTATION,
    CHOICES,
    COLUMNS,
    FORM,
    HEADER,
    HIGH,
    LABEL,
    LOGIC,
    LOW,
    NOTE,
    REQUIRED,
    TYPE,
    VALIDATION,
    VARIABLE,
)
from instruments.exchange.scale_facts import scale_data
from instruments.exchange.tables import MAX_OPTIONS, MAX_QUESTIONS, Row, read_delimited
from instruments.faults import suggest
from instruments.names import IDENTIFIER, VERSION_NAME

_API = (
    *("field_name", "form_name", "section_header", "field_type", "field_label", "select_choices_or_calculations"),
    *("field_note", "text_validation_type_or_show_slider_number", "text_validation_min", "text_validation_max"),
    *("identifier", "branching_logic", "required_field", "custom_alignment", "question_number", "matrix_group_name"),
    *("matrix_ranking", "field_annotation"),
)
_NAMES = {name: column for column, api in zip(COLUMNS, _API, strict=True) for name in (column.lower(), api)}
"""Heading in lower case -> column: of the file, and of the metadata that REDCap's API hands out."""
_PAIRS = {
    "yesno": {"sv": ("Ja", "Nej"), "en": ("Yes", "No")},
    "truefalse": {"sv": ("Sant", "Falskt"), "en": ("True", "False")},
}
_CHOICE = {"radio": "single_choice", "dropdown": "single_choice", "checkbox": "multiple_choice"}
_TEXTS = frozenset({"", "email", "phone", "zipcode", "postalcode_australia", "alpha_only"})


@dataclass
class _Section:
    data: dict[str, Value]
    logic: str = ""
    row: Row | None = None
    items: list[tuple[Row, dict[str, Value]]] = field(default_factory=list)


def read_dictionary(content: bytes, frame: Frame) -> Data:
    """Raises NotRead with every fault."""
    found = Found()
    first = content[:5000].replace(b"\x00", b"").partition(b"\n")[0]
    delimiter = max((",", ";", "\t"), key=lambda one: first.count(one.encode()))
    table = read_delimited(content, delimiter, found)
    headings = {
        heading: _NAMES[heading.strip().lower()] for heading in table.header if heading.strip().lower() in _NAMES
    }
    missing = [column for column in (VARIABLE, TYPE, LABEL) if column not in headings.values()]
    if missing or not table.rows:
        message = f"the file lacks {', '.join(map(repr, missing))}" if missing else "the file holds no fields"
        raise found.stop("missing_column", message, "choose a data dictionary as REDCap hands it out")
    # With those that are only read: an introduction to each section, the record's own.
    found.at_most(len(table.rows), 2 * MAX_QUESTIONS, "fields")
    dictionary = _Dictionary(frame, found, {column: heading for heading, column in headings.items()})
    for row in table.rows:
        dictionary.take(row)
    data = dictionary.data()
    found.raise_any()
    return data


class _Dictionary:
    """One file, row by row. Logic is read last, when every field and its codes are known."""

    def __init__(self, frame: Frame, found: Found, headings: Mapping[str, str]) -> None:
        self._frame = frame
        self._language = frame.language
        self._found = found
        self._headings = headings
        self._gathered = Gathered(found)
        self._variables: dict[str, Variable] = {}
        self._names: dict[str, int] = {}
        self._sections: list[_Section] = []
        self._section_ids: set[str] = set()
        self._rules = Rules(REDCAP)
        self._form = ""
        self._head = Note()
        self._introduction = ""
        self._scaled: dict[str, list[tuple[str, bool]]] = {}

    def _get(self, row: Row, column: str) -> str:
        return row.get(self._headings.get(column, column))

    def _fault(self, code: str, row: Row, column: str, message: str, remedy: str) -> None:
        self._found.add(code, row.number, row.place(self._headings.get(column, column)), message, remedy)

    def take(self, row: Row) -> None:
        note, name = read_note(self._get(row, ANNOTATION)), self._get(row, VARIABLE)
        if not name:
            self._fault("missing_key", row, VARIABLE, "the field has no variable name", "write one")
        elif name.lower() in self._names:
            message = f"the variable {name!r} stands also in row {self._names[name.lower()]}"
            self._fault("duplicate_id", row, VARIABLE, message, "give it a name of its own")
        first = not self._names
        self._names.setdefault(name.lower(), row.number)
        if note.get("part") == "record" or (first and re.fullmatch(r"(record|study|subject|participant)_?id", name)):
            return
        if note.get("part") == "introduction":
            self._head, self._introduction = note, unmarked(self._get(row, LABEL))
            return
        section = self._section(row, note)
        if note.get("part") == "section introduction":
            section.data["intro"] = self._text(row, LABEL)
            return
        item = self._item(row, note, name)
        if item is not None:
            section.items.append((row, item))

    def _text(self, row: Row, column: str) -> Value:
        return {self._language: unmarked(self._get(row, column))}

    # Sections

    def _section(self, row: Row, note: Note) -> _Section:
        """A header begins a section, and so does another form."""
        header, form = unmarked(self._get(row, HEADER)), self._get(row, FORM)
        if self._sections and not header and form == self._form:
            return self._sections[-1]
        self._form = form
        title = header or form.replace("_", " ").strip().capitalize() or self._frame.id
        name = identifier(note.get("section") or title, self._section_ids, "section")
        self._section_ids.add(name)
        section = _Section({"id": name}, row=row)
        section.data["title"] = {self._language: title}
        if note.get("section order") == "random":
            section.data["random_order"] = True
        section.logic = note.get("section shown if")
        self._sections.append(section)
        return section

    # Fields

    def _item(self, row: Row, note: Note, name: str) -> dict[str, Value] | None:
        kind = self._get(row, TYPE).lower()
        if kind == "calc":
            return None
        item_id = note.get("id") or self._gathered.item_id(name)
        item: dict[str, Value] = {"id": item_id, "text": self._text(row, LABEL)}
        if not self._get(row, LABEL):
            self._fault("missing_text", row, LABEL, f"{name} has no label", "write one")
        if kind in _CHOICE or kind in _PAIRS:
            item |= self._choices(row, note, name, item_id, kind)
        elif kind == "slider":
            item |= self._slider(row)
            self._variables[name] = Variable(item_id, name, Kind.WHOLE)
        elif kind in ("text", "notes", "descriptive"):
            item |= self._plain(row, note, name, item_id, kind)
        else:
            known = [*_CHOICE, *_PAIRS, "slider", "text", "notes", "descriptive"]
            message = f"the field type {kind!r} has no counterpart here"
            self._fault("unknown_item_type", row, TYPE, message, f"{suggest(kind, known)}; or remove the row")
            return None
        return item | self._marks(row, note, item_id)

    def _marks(self, row: Row, note: Note, item_id: str) -> dict[str, Value]:
        """What any item may have."""
        marks: dict[str, Value] = {}
        if self._get(row, NOTE):
            marks["help"] = self._text(row, NOTE)
        if note.get("label"):
            marks["label"] = {self._language: note.get("label")}
        if self._get(row, REQUIRED).lower() in ("y", "yes", "1"):
            marks["required"] = True
        for fact, key in (("may decline", "may_decline"), ("background", "background")):
            if note.get(fact) == "yes":
                marks[key] = True
        groups = read_coarsening(note.get("coarsen"))
        if groups is None:
            message = f"coarsen is {note.get('coarsen')!r}"
            self._fault("wrong_type", row, ANNOTATION, message, "write it as coarsen: 1 2; 3 4")
        elif groups:
            marks["coarsen"] = [[*group] for group in groups]
        for scale, turned in note.scales:
            self._scaled.setdefault(scale, []).append((item_id, turned))
        return marks

    def _choices(self, row: Row, note: Note, name: str, item_id: str, kind: str) -> dict[str, Value]:
        if kind in _PAIRS:
            words = _PAIRS[kind].get(self._language, _PAIRS[kind]["en"])
            pairs = list(zip(("1", "0"), words, strict=True))
        else:
            pairs = self._pairs(row)
        values = values_of([code for code, _ in pairs])
        missing = set(note.get("missing").split())
        options = coded_options([(code, {self._language: text}) for code, text in pairs], values, missing)
        many = kind == "checkbox"
        codes = {code: value for (code, _), value in zip(pairs, values, strict=True)}
        self._variables[name] = Variable(item_id, name, Kind.MANY if many else Kind.ONE, codes)
        place = row.place(self._headings.get(CHOICES, CHOICES))
        answer_set = self._gathered.answer_set(options, None, row.number, place)
        return {"type": _CHOICE.get(kind, "single_choice"), "answer_set": answer_set}

    def _pairs(self, row: Row) -> list[tuple[str, str]]:
        """`1, Yes | 2, No` -> code and label. A label may hold commas; its code may not."""
        pairs: list[tuple[str, str]] = []
        parts = [part for part in re.split(r"\||\n", self._get(row, CHOICES)) if part.strip()]
        if len(parts) > MAX_OPTIONS:
            message = f"the field has {len(parts)} choices"
            self._fault("too_large", row, CHOICES, message, f"give it at most {MAX_OPTIONS}")
        for part in parts[:MAX_OPTIONS]:
            code, comma, label = part.partition(",")
            if not comma or not code.strip() or not label.strip():
                message = f"the choice {part.strip()[:60]!r} is not a code, a comma and a label"
                self._fault("bad_form", row, CHOICES, message, "write choices as 1, Yes | 2, No")
            pairs.append((code.strip(), unmarked(label)))
        if not pairs:
            self._fault("missing_key", row, CHOICES, "the field has no choices", "write them as 1, Yes | 2, No")
        return pairs

    def _slider(self, row: Row) -> dict[str, Value]:
        """The words at its ends are the first and the last; without both it is a number."""
        labels = [unmarked(part) for part in self._get(row, CHOICES).split("|")]
        data = self._bounds(row)
        data = {"minimum": 0, "maximum": 100} | data
        if len(labels) < 2 or not labels[0] or not labels[-1]:
            return {"type": "number", **data}
        ends: dict[str, Value] = {"low_label": {self._language: labels[0]}, "high_label": {self._language: labels[-1]}}
        return {"type": "slider", **data, **ends}

    def _bounds(self, row: Row) -> dict[str, Value]:
        bounds: dict[str, Value] = {}
        for column, key in ((LOW, "minimum"), (HIGH, "maximum")):
            written = self._get(row, column)
            if INTEGER.fullmatch(written):
                bounds[key] = int(written)
            elif written:
                self._fault("wrong_type", row, column, f"the limit is {written!r}", "write a whole number")
        return bounds

    def _plain(self, row: Row, note: Note, name: str, item_id: str, kind: str) -> dict[str, Value]:
        validation = self._get(row, VALIDATION).lower() if kind == "text" else ""
        if kind == "text" and (validation in ("integer", "number") or validation.startswith("number_")):
            year = note.get("type") == "year"
            whole = year or validation == "integer"
            self._variables[name] = Variable(item_id, name, Kind.WHOLE if whole else Kind.NUMBER)
            data: dict[str, Value] = {"type": "year" if year else "number", **self._bounds(row)}
            for end in ("low", "high"):
                if note.get(end):
                    data[f"{end}_label"] = {self._language: note.get(end)}
            return data
        if validation not in _TEXTS:
            message = f"the validation {validation!r} has no counterpart here"
            self._fault("unknown_item_type", row, VALIDATION, message, "ask for it as text or number")
        self._variables[name] = Variable(item_id, name, Kind.TEXT)
        return {"type": {"notes": "long_text", "descriptive": "statement"}.get(kind, "short_text")}

    # The whole

    def data(self) -> Data:
        data = self._frame.head([self._language])
        for key, form in (("id", IDENTIFIER), ("version", VERSION_NAME)):
            if form.fullmatch(self._head.get(key)):
                data[key] = self._head.get(key)
        if self._head.get("title"):
            data["title"] = {self._language: self._head.get("title")}
        if self._introduction:
            data["introduction"] = {self._language: self._introduction}
        sections: list[Value] = []
        for section in self._sections:
            if section.items:
                sections.append(self._finished(section))
        data |= {"answer_sets": self._gathered.sets(), "sections": sections}
        data["scales"] = [self._scale(name, facts) for name, facts in self._head.definitions.items()]
        return data

    def _finished(self, section: _Section) -> Value:
        if section.logic and section.row and (rule := self._rule(section.row, ANNOTATION, section.logic)):
            section.data["visible_if"] = rule
        items: list[Value] = []
        for row, item in section.items:
            logic = _own_logic(self._get(row, LOGIC), section.logic)
            if logic and (rule := self._rule(row, LOGIC, logic)):
                item["visible_if"] = rule
            items.append(item)
        return {**section.data, "items": items}

    def _rule(self, row: Row, column: str, logic: str) -> Value:
        try:
            return self._rules.read(logic, self._variables)
        except NotUnderstood as refused:
            remedy = "write it with fields, values, and, or, or remove it"
            self._fault("expression", row, column, f"{logic[:200]!r} is not understood: {refused}", remedy)
            return None

    def _scale(self, name: str, facts: Mapping[str, str]) -> Value:
        members = dict(self._scaled.get(name, []))
        order = facts.get("items", "").split()
        if sorted(order) != sorted(members):
            order = list(members)
        return scale_data(name, facts, [(item, members[item]) for item in order], self._language)


def _own_logic(logic: str, section: str) -> str:
    """A field's logic without its section's, which every field of the section repeats."""
    if not section:
        return logic
    if logic == section:
        return ""
    start = f"({section}) and ("
    return logic[len(start) : -1] if logic.startswith(start) and logic.endswith(")") else logic
