"""DDI-Codebook -> the data of an instrument file. Files of other tools (Nesstar Publisher, R, archives) are read too.

What theirs say otherwise: no namespace or an older one, texts without a language, groups by subject, codes that are
missing by `invalrng` alone, weights, variables without a question. Left alone as harmless: statistics, file
descriptions, notes and universes in prose, system missing values. Told as faults: codes that are no whole numbers,
dates, and everything that our own notes say wrongly.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from instruments.document import Value
from instruments.exchange.contract import Data
from instruments.exchange.ddi_codes import Codes, bounds, code_of
from instruments.exchange.ddi_notes import TYPE, read_notes
from instruments.exchange.ddi_texts import Texts, short_code
from instruments.exchange.ddi_writing import AGENCY
from instruments.exchange.frame import Frame
from instruments.exchange.gathering import ITEM_PARTS, SET_ORDER, SPARE_SETS, Gathered, put
from instruments.exchange.limits import clean, refuse
from instruments.exchange.safe_xml import parse_xml
from instruments.exchange.xml_tree import LANGUAGE, Element
from instruments.model import Instrument, Item, ItemType, Scale, Section

_HEAD_NOTES = frozenset(Instrument.model_fields) | {"wording", "notice", SET_ORDER, SPARE_SETS}
_ITEM_NOTES = frozenset(Item.model_fields)
_OPTION_NOTES = frozenset({"value", "missing"})
_SECTION_NOTES = frozenset(Section.model_fields) | {"items_in_order"}
_SCALE_NOTES = (frozenset(Scale.model_fields) - {"missing"}) | {"missing_rule", "reversed"}
_DATES = frozenset({"date", "time"})


def read(content: bytes, frame: Frame) -> Data:
    """The data of an instrument file. Raises NotRead with every fault."""
    root = parse_xml(content)
    if root.name != "codeBook":
        remedy = "export it as DDI-Codebook (version 2.5 or older)"
        raise refuse("not_ddi", root.line, root.name, "the file is not a DDI codebook", remedy)
    return _Reader(root, frame).data()


@dataclass
class _Group:
    """A section in the making: a varGrp, and the items that it names."""

    part: Element
    items: list[str] = field(default_factory=list)


class _Reader:
    def __init__(self, root: Element, frame: Frame) -> None:
        self.root = root
        self.frame = frame
        self.gathered = Gathered()
        self.groups = root.all("dataDscr", "varGrp")
        self.variables = root.all("dataDscr", "var")
        notes = (note for one in (*root.all("stdyDscr"), *self.groups) for note in one.all("notes"))
        # Our own line ends inside a text mean something; those of other tools are how wide their files are.
        self.own = any(note.attributes.get("type") == TYPE for note in notes)
        self.language = short_code(root.attributes.get(LANGUAGE, "")) or frame.language
        self.texts = Texts(self.language, self.own)
        self.codes = Codes(self.texts, self.gathered)
        self.items: dict[str, dict[str, Value]] = {}
        self.owner: dict[str, str] = {}
        """ID of a variable, or of a group that is a question -> its item."""

    def data(self) -> Data:
        self._read_items()
        study = self.root.first("stdyDscr") or Element("stdyDscr")
        head = read_notes(study, _HEAD_NOTES, "stdyDscr", self.gathered)
        languages = head.get("languages") or self._languages()
        codes = [str(code) for code in languages] if isinstance(languages, list) else [self.language]
        data: dict[str, Value] = {**self.frame.head(codes), **self._identity(study)}
        data["provenance"] = self._provenance(study, data["provenance"], head)
        title = self.texts.of(
            [*study.all("citation", "titlStmt", "titl"), *study.all("citation", "titlStmt", "parTitl")]
        )
        put(data, {"title": self.texts.filled(title, codes)})
        put(data, {"introduction": self.texts.filled(self.texts.of(study.all("stdyInfo", "abstract")), codes)})
        order, spare = head.pop(SET_ORDER, None), head.pop(SPARE_SETS, None)
        put(data, head)
        data["sections"] = self._sections(codes)
        put(data, {"answer_sets": self.gathered.sets(order, spare), "scales": self._scales()})
        if not self.items:
            self.gathered.add("no_items", None, "dataDscr", "the file describes no variable", "add var elements")
        self.gathered.found.raise_any()
        return data

    def _languages(self) -> list[str]:
        said = [language for item in self.items.values() for language in _keys(item.get("text"))]
        return list(dict.fromkeys(said)) or [self.language]

    # --- the study ---

    def _identity(self, study: Element) -> dict[str, Value]:
        """Id and version of a file of ours; another archive's number is not an instrument's id."""
        number = next((one for one in study.all("citation", "titlStmt", "IDNo")), None)
        version = study.first("citation", "verStmt", "version")
        if number is None or number.attributes.get("agency") != AGENCY or version is None:
            return {}
        return {"id": number.text, "version": version.text}

    def _provenance(self, study: Element, known: Value, head: dict[str, Value]) -> Value:
        said: dict[str, Value] = dict(known) if isinstance(known, dict) else {}
        sources = [clean(one.text) for one in study.all("othrStdyMat", "relMat") if one.text]
        right = study.first("citation", "prodStmt", "copyright")
        put(said, {"sources": [*sources], "licence": clean(right.text) if right else None})
        put(said, {"wording": head.pop("wording", None), "notice": head.pop("notice", None)})
        return said

    # --- items ---

    def _read_items(self) -> None:
        several = {
            name: group
            for group in self.groups
            if group.attributes.get("type") == "multipleResp"
            for name in group.attributes.get("var", "").split()
        }
        by_id = {one.attributes["ID"]: one for one in self.variables if "ID" in one.attributes}
        names: dict[str, int] = {}
        for variable in self.variables:
            name, place = variable.attributes.get("name", ""), _place(variable)
            if not name:
                self.gathered.add("unnamed", variable.line, place, "a variable without a name", 'add name="..."')
            elif names.setdefault(name.lower(), variable.line) != variable.line:
                message = f"the variable {name} stands here again, first on line {names[name.lower()]}"
                self.gathered.add("duplicate_name", variable.line, place, message, "give each a name of its own")
            elif variable.attributes.get("wgt") != "wgt" and not _is_score(variable):
                group = several.get(variable.attributes.get("ID", ""))
                if group is None:
                    self._put_item(name, variable.attributes.get("ID", ""), self._variable(variable, place))
                elif group.attributes.get("ID", "") not in self.owner:
                    parts = [by_id[one] for one in group.attributes.get("var", "").split() if one in by_id]
                    self._put_several(group, parts)
        for group in self.groups:
            if group.attributes.get("otherType") == "statement":
                self._put_statement(group)

    def _put_item(self, name: str, identity: str, data: dict[str, Value]) -> str:
        self.gathered.make(ITEM_PARTS)
        item_id = self.gathered.item_id(name)
        self.items[item_id] = {"id": item_id, **data}
        self.owner[identity or f"name {name}"] = item_id
        return item_id

    def _question(self, variable: Element) -> dict[str, Value]:
        """Text, help and label. A variable without a question is called by its label, or else by its name."""
        question = variable.first("qstn") or Element("qstn")
        literal = self.texts.of(question.all("qstnLit"))
        if not literal:
            literal = self.texts.of([] if question.children else [question])
        labels = self.texts.of(variable.all("labl"))
        before = self.texts.of(question.all("preQTxt"))
        text = {key: f"{before[key]}\n{said}" if key in before else said for key, said in literal.items()}
        text = text or labels or {self.language: variable.attributes.get("name", "")}
        help_text = self.texts.of([*question.all("ivuInstr"), *question.all("postQTxt")])
        label = labels if labels and labels != text and set(labels) == set(text) else {}
        data: dict[str, Value] = {"text": {**text}}
        put(data, {"help": {**help_text}, "label": {**label}})
        return data

    def _variable(self, variable: Element, place: str) -> dict[str, Value]:
        data = self._question(variable)
        notes = read_notes(variable, _ITEM_NOTES, place, self.gathered)
        options = self.codes.options(variable, place)
        answered = [option for option in options if isinstance(option, dict) and not option.get("missing")]
        form = variable.first("varFormat")
        if form is not None and form.attributes.get("category") in _DATES:
            remedy = "ask for a year, a number or a text, or leave the variable out"
            self.gathered.add("date", variable.line, place, "there is no item type for dates and times", remedy)
        # What is measured on a continuum keeps its numbers; the labels of its codes have no place there.
        if len(answered) > 1 and variable.attributes.get("intrvl") != "contin":
            data["type"] = ItemType.SINGLE_CHOICE.value
            name = notes.pop("answer_set", None)
            data["answer_set"] = self.gathered.answer_set(options, _word(name), variable.line, place)
        elif form is not None and form.attributes.get("type") == "character":
            data["type"] = ItemType.SHORT_TEXT.value
        else:
            data["type"] = ItemType.NUMBER.value
            put(data, bounds(variable))
        put(data, notes)
        return data

    def _put_several(self, group: Element, variables: list[Element]) -> None:
        """A multiple choice: each variable is an option, called by its category 1 or by its own label."""
        place = _place(group)
        options: list[Value] = []
        data: dict[str, Value] = {}
        for number, variable in enumerate(variables, start=1):
            self.gathered.make()
            said = read_notes(variable, _OPTION_NOTES, _place(variable), self.gathered)
            value = said.get("value")
            chosen = next((one for one in variable.all("catgry") if code_of(one) == "1"), None)
            named: dict[str, Value] = {"value": number}
            if chosen is not None and self.own:
                named = self.codes.option(chosen, number, missing=False)
            if "text" not in named:
                named["text"] = {**self.texts.of(variable.all("labl"))} or {
                    self.language: variable.attributes.get("name") or str(number)
                }
            named["value"] = value if isinstance(value, int) else number
            put(named, {"missing": True if said.get("missing") is True else None})
            options.append(named)
            question = self._question(variable)
            question.pop("label", None)
            data = data or question
        label = self.texts.of(group.all("labl"))
        if not self.own and label:
            data["text"] = {**label}
        elif label != data.get("text"):
            put(data, {"label": {**label}})
        notes = read_notes(group, _ITEM_NOTES, place, self.gathered)
        name = _word(notes.pop("answer_set", None))
        data |= {"type": ItemType.MULTIPLE_CHOICE.value}
        data["answer_set"] = self.gathered.answer_set(options, name, group.line, place)
        put(data, notes)
        called = group.attributes.get("name") or group.attributes.get("ID") or "group"
        item_id = self._put_item(called, group.attributes.get("ID", ""), data)
        self.owner.update({one.attributes["ID"]: item_id for one in variables if "ID" in one.attributes})

    def _put_statement(self, group: Element) -> None:
        data: dict[str, Value] = {"type": ItemType.STATEMENT.value, "text": {**self.texts.of(group.all("txt"))}}
        put(data, {"label": {**self.texts.of(group.all("labl"))}})
        put(data, read_notes(group, _ITEM_NOTES, _place(group), self.gathered))
        self._put_item(group.attributes.get("name", "statement"), group.attributes.get("ID", ""), data)

    # --- sections and scales ---

    def _sections(self, languages: Sequence[str]) -> list[Value]:
        left, places = dict(self.items), {item: place for place, item in enumerate(self.items)}
        sections: list[Value] = []
        for group in self._section_groups():
            notes = read_notes(group, _SECTION_NOTES, _place(group), self.gathered)
            order = str(notes.pop("items_in_order", "")).split()
            references = f"{group.attributes.get('var', '')} {group.attributes.get('varGrp', '')}".split()
            named = {self.owner[one] for one in references if one in self.owner}
            members = [left.pop(one) for one in (order or sorted(named, key=lambda one: places[one])) if one in left]
            if members:
                sections.append(self._section(group, members, notes, languages))
        if left:
            title = dict.fromkeys(languages, self.frame.id)
            section: dict[str, Value] = {"id": self.gathered.section_id("items"), "title": {**title}}
            sections.append(section | {"items": [*left.values()]})
        return sections

    def _section(
        self, group: Element, members: list[dict[str, Value]], notes: dict[str, Value], languages: Sequence[str]
    ) -> dict[str, Value]:
        title = self.texts.of(group.all("labl"))
        name = group.attributes.get("name") or str(next(iter(title.values()), "")) or group.attributes.get("ID", "")
        section: dict[str, Value] = {"id": self.gathered.section_id(name)}
        section["title"] = title if self.own else self.texts.filled(title or {self.language: name}, languages)
        put(section, {"intro": {**self.texts.of(group.all("txt"))}})
        put(section, notes)
        return section | {"items": [*members]}

    def _section_groups(self) -> list[Element]:
        """Groups by section; where a tool groups by subject only, those."""
        by_section = [group for group in self.groups if group.attributes.get("type") == "section"]
        by_subject = [group for group in self.groups if group.attributes.get("type") in ("subject", "display", "grid")]
        return by_section or by_subject

    def _scales(self) -> list[Value]:
        scales: list[Value] = []
        for group in self.groups:
            notes = read_notes(group, _SCALE_NOTES, _place(group), self.gathered) if _is_scale(group) else {}
            if not notes:
                continue
            turned = frozenset(str(notes.pop("reversed", "")).split())
            members = [self.owner[one] for one in group.attributes.get("var", "").split() if one in self.owner]
            self.gathered.make(len(members))
            scale: dict[str, Value] = {
                "id": group.attributes.get("name", ""),
                "missing": notes.pop("missing_rule", None),
            }
            put(
                scale,
                {"title": {**self.texts.of(group.all("labl"))}, "description": {**self.texts.of(group.all("txt"))}},
            )
            scale["items"] = [{"item": name, "reversed": name in turned} for name in members]
            put(scale, notes)
            scales.append(scale)
        return scales


def _place(part: Element) -> str:
    return f"{part.name} {part.attributes.get('name') or part.attributes.get('ID', '')}".strip()


def _keys(value: Value) -> list[str]:
    return list(value) if isinstance(value, dict) else []


def _word(value: Value) -> str | None:
    return value if isinstance(value, str) else None


def _is_scale(group: Element) -> bool:
    return group.attributes.get("type") == "analysis"


def _is_score(variable: Element) -> bool:
    return any(note.attributes.get("subject") == "score" for note in variable.all("notes"))
