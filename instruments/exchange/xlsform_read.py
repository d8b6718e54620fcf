"""The sheets of an XLSForm -> what a YAML file would hold. Reads what other programs and people write, too."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from instruments.document import Value
from instruments.exchange.answers import (
    INTEGER,
    Rules,
    identifier,
    read_coarsening,
    yes,
)
from instruments.exchange.contract import Data
from instruments.exchange.dialects import XPATH, Kind, Variable
from instruments.exchange.expressions import NotUnderstood
from instruments.exchange.found import Found
from instruments.exchange.frame import Frame
from instruments.exchange.tables import MAX_QUESTIONS, Row, Table
from instruments.exchange.workbook import read_workbook
from instruments.exchange.xlsform_cells import Cells
from instruments.exchange.xlsform_choices import picture, read_choices, recordings
from instruments.exchange.xlsform_head import equivalences, head, scales
from instruments.faults import suggest
from instruments.names import ITEM_ID

SHEETS = ("survey", "choices", "settings", "instrument", "scales", "equivalences")

_MOST = {"survey": 2 * MAX_QUESTIONS, "choices": 10 * MAX_QUESTIONS, "scales": 200, "equivalences": 5 * MAX_QUESTIONS}
_DEEPEST = 8
"""Groups inside each other."""
_SELECT = re.compile(
    r"(select[ _]one|select[ _]multiple|select1|select all that apply from|select one from)\s+(\S+)(.*)"
)
_ASKED = {
    "integer": "number",
    "int": "number",
    "decimal": "number",
    "range": "slider",
    "text": "short_text",
    "string": "short_text",
    "note": "statement",
}
_KINDS = {"number": Kind.NUMBER, "slider": Kind.WHOLE, "year": Kind.WHOLE}
_SILENT = frozenset(
    (
        *("start", "end", "today", "deviceid", "device_id", "subscriberid", "simserial", "phonenumber", "phone_number"),
        *("username", "email", "audit", "calculate", "hidden", "start-geopoint", "background-audio"),
    )
)
"""Types that ask nothing: the device or the form fills them in."""
_BOUND = re.compile(r"\.\s*(>=|<=|>|<)\s*(-?[0-9]{1,9})")
_PARAMETER = re.compile(r"([a-z_]+)\s*=\s*([^\s,;]+)")


def read_form(content: bytes, frame: Frame) -> Data:
    """Raises NotRead with every fault."""
    found = Found()
    sheets = read_workbook(content, SHEETS, found)
    if "survey" not in sheets or not sheets["survey"].rows:
        raise found.stop(
            "missing_sheet", "there is no sheet 'survey' with questions", "add one, or choose another file"
        )
    for name, most in _MOST.items():
        found.at_most(len(sheets[name].rows) if name in sheets else 0, most, f"rows on the sheet {name}")
    form = _Form(sheets, frame, found)
    data = form.data()
    found.raise_any()
    return data


@dataclass
class _Group:
    """A group that is open: what a section made of its rows is called and depends on."""

    row: Row
    id: str
    title: dict[str, Value]
    relevant: list[tuple[Row, str]]
    random: bool


@dataclass
class _Section:
    data: dict[str, Value]
    group: _Group | None
    items: list[Value] = field(default_factory=list)


class _Form(Cells):
    """One file. Rules are read last, when every question and its codes are known."""

    def __init__(self, sheets: Mapping[str, Table], frame: Frame, found: Found) -> None:
        super().__init__(sheets, frame, found)
        self._choices = read_choices(self)
        self._variables: dict[str, Variable] = {}
        self._rules: list[Callable[[], None]] = []
        self._reader = Rules(XPATH)
        self._section_ids: set[str] = set()
        self._group_ids: set[str] = set()
        self._sections: list[_Section] = []
        self._scaled: dict[str, list[tuple[Row, str, bool]]] = {}
        self._introduction: dict[str, Value] = {}

    # The whole

    def data(self) -> Data:
        self._survey()
        for read_rule in self._rules:
            read_rule()
        data = self.frame.head(self.languages)
        data |= head(self, self._introduction, data)
        used = [{"id": section.data.pop("id"), **section.data, "items": section.items} for section in self._sections]
        data |= {"answer_sets": self._choices.sets, "sections": list(used), "scales": scales(self, self._scaled)}
        data["equivalences"] = equivalences(self)
        return data

    # Questions

    def _survey(self) -> None:
        groups: list[_Group] = []
        for row in self.rows("survey"):
            kind = " ".join(self.word(row, "type").split())
            control = re.fullmatch(r"(begin|end)[ _](group|repeat|loop|lgroup).*", kind.lower())
            if control and control[1] == "end":
                groups = groups[:-1]
            elif control:
                groups.append(self._begin(row, control[2], groups))
            elif kind:
                self._ask(row, kind, groups)
            elif any(self.word(row, base) for base in ("name", "label")):
                self.fault("missing_key", row, "type", "the row has no type", "write one, or empty the row")
        if groups:
            self.fault("unclosed_group", groups[-1].row, "type", "the group is not closed", "add a row end_group")

    def _begin(self, row: Row, control: str, groups: list[_Group]) -> _Group:
        if control != "group":
            message = "a repeated group has no counterpart here: everything is asked once"
            self.fault("unknown_item_type", row, "type", message, "ask it as many times as needed, or remove it")
        name = self.word(row, "id") or self.word(row, "name")
        if len(groups) == _DEEPEST:
            raise self.found.stop("too_deep", f"more than {_DEEPEST} groups inside each other", "flatten them")
        outer = groups[-1].relevant if groups else []
        own = [(row, self.word(row, "relevant"))] if self.word(row, "relevant") else []
        title = self.text(row, "label") or dict.fromkeys(self.languages, name or "...")
        random = self.flag(row, "random_order")
        group_id = identifier(name, self._group_ids, "section")
        self._group_ids.add(group_id)
        return _Group(row, group_id, title, [*outer, *own], random)

    def _section(self, groups: list[_Group]) -> _Section:
        """The section for the next row: the last one, or a new one where the innermost group has changed."""
        group = groups[-1] if groups else None
        if self._sections and self._sections[-1].group is group:
            return self._sections[-1]
        name = identifier(group.id if group else "items", self._section_ids, "section")
        self._section_ids.add(name)
        section = _Section({"id": name}, group)
        section.data["title"] = {**group.title} if group else dict.fromkeys(self.languages, self.frame.id)
        if group and group.random:
            section.data["random_order"] = True
        if group and group.relevant:
            self._rules.append(lambda: self._set_rule(section.data, group.relevant))
        self._sections.append(section)
        return section

    def _set_rule(self, target: dict[str, Value], relevant: list[tuple[Row, str]]) -> None:
        rules: list[Value] = []
        for row, text in relevant:
            try:
                rule = self._reader.read(text, self._variables)
            except NotUnderstood as refused:
                remedy = "write it with answers, values, and, or and not, or remove it"
                self.fault("expression", row, "relevant", f"{text[:200]!r} is not understood: {refused}", remedy)
                continue
            if rule is not None:
                rules.append(rule)
        if rules:
            target["visible_if"] = rules[0] if len(rules) == 1 else {"op": "all", "rules": rules}

    def _ask(self, row: Row, kind: str, groups: list[_Group]) -> None:
        part = self.word(row, "part")
        if kind.lower() in _SILENT:
            return
        if kind.lower() == "note" and part in ("introduction", "section"):
            self._note(row, part, groups)
            return
        item = self._item(row, kind)
        if item is None:
            return
        section = self._section(groups)
        if self.word(row, "relevant"):
            self._rules.append(lambda: self._set_rule(item, [(row, self.word(row, "relevant"))]))
        section.items.append(item)

    def _note(self, row: Row, part: str, groups: list[_Group]) -> None:
        text, easy = self.text(row, "label"), self.text(row, "easy")
        names = ("introduction", "easy_introduction") if part == "introduction" else ("intro", "easy_intro")
        target = self._introduction if part == "introduction" else self._section(groups).data
        target[names[0]] = text
        if easy:
            target[names[1]] = easy
        target |= recordings(self, row)

    def _item(self, row: Row, kind: str) -> dict[str, Value] | None:
        name = self.word(row, "name") or (f"note_{row.number}" if kind.lower() == "note" else "")
        if not ITEM_ID.fullmatch(name):
            message = f"{name!r} cannot be a question's name" if name else "the question has no name"
            remedy = "letters, digits and _, a letter first, at most 32 characters"
            self.fault("bad_form", row, "name", message, remedy)
        select = _SELECT.fullmatch(kind)
        own = self.word(row, "id")
        item_id = own if ITEM_ID.fullmatch(own) else name
        typed = self._choice(row, item_id, name, select) if select else self._plain(row, item_id, name, kind.lower())
        if typed is None:
            return None
        item: dict[str, Value] = {"id": item_id, **typed, "text": {**self.text(row, "label")}}
        if not item["text"]:
            self.fault("missing_text", row, "label", f"{name or 'the question'} has no label", "write one")
        for base, key in (("easy", "easy"), ("hint", "help"), ("easy_hint", "easy_help"), ("data_label", "label")):
            if text := self.text(row, base):
                item[key] = text
        item |= picture(self, row) | recordings(self, row)
        for key in ("required", "may_decline", "background"):
            if self.flag(row, key):
                item[key] = True
        self._coarsen(row, item)
        self._note_scales(row, item_id)
        return item

    def _choice(self, row: Row, item_id: str, name: str, select: re.Match[str]) -> dict[str, Value] | None:
        choices, rest = select[2], select[3].strip()
        if rest:
            message = f"{rest!r} after the list has no counterpart here"
            self.fault("unknown_item_type", row, "type", message, "remove it; an option of its own can say 'other'")
        if choices not in self._choices.codes:
            remedy = suggest(choices, self._choices.codes)
            self.fault("unknown_answer_set", row, "type", f"there is no list {choices!r} on the sheet choices", remedy)
            return None
        many = "multiple" in select[1] or "all" in select[1]
        self._variables[name] = Variable(item_id, name, Kind.MANY if many else Kind.ONE, self._choices.codes[choices])
        return {"type": "multiple_choice" if many else "single_choice", "answer_set": self._choices.set_ids[choices]}

    def _plain(self, row: Row, item_id: str, name: str, kind: str) -> dict[str, Value] | None:
        if kind not in _ASKED:
            known = [*_ASKED, "select_one", "select_multiple", "begin_group", "end_group"]
            message = f"the type {kind!r} has no counterpart here"
            self.fault("unknown_item_type", row, "type", message, f"{suggest(kind, known)}; or remove the row")
            return None
        typed = _ASKED[kind]
        if typed == "short_text" and "multiline" in self.word(row, "appearance").split():
            typed = "long_text"
        if typed == "number" and self.word(row, "item_type").lower() == "year":
            typed = "year"
        # A whole number has no decimals, so `> 3` is 4 and more.
        whole = kind in ("integer", "int")
        self._variables[name] = Variable(item_id, name, Kind.WHOLE if whole else _KINDS.get(typed, Kind.TEXT))
        data: dict[str, Value] = {"type": typed}
        if typed == "slider":
            data |= self._slider(row)
            return data if {"low_label", "high_label"} <= set(data) else data | {"type": "number"}
        if typed in ("number", "year"):
            data |= self._bounds(row)
            for base, key in (("low", "low_label"), ("high", "high_label")):
                if text := self.text(row, base):
                    data[key] = text
        return data

    def _slider(self, row: Row) -> dict[str, Value]:
        """start, end, and the words at both; without them it is a number. Steps are 1 whatever they are there."""
        said = {"start": "1", "end": "10"} | dict(_PARAMETER.findall(self.word(row, "parameters")))
        data: dict[str, Value] = {}
        for key, bound, label in (("start", "minimum", "low_label"), ("end", "maximum", "high_label")):
            if not INTEGER.fullmatch(said[key]):
                message = f"{key} is {said[key]!r}"
                self.fault("wrong_type", row, "parameters", message, "write a whole number")
                continue
            data[bound] = int(said[key])
            if text := self._choices.ends.get(said.get("tick_labelset", ""), {}).get(said[key]):
                data[label] = {**text}
        return data

    def _bounds(self, row: Row) -> dict[str, Value]:
        """`. >= 1 and . <= 10` -> the range. Any other constraint would be lost, so it is told."""
        text = self.word(row, "constraint")
        data: dict[str, Value] = {}
        for part in re.split(r"\s+and\s+", text.strip("() ")) if text else ():
            bound = _BOUND.fullmatch(part.strip("() "))
            if bound is None:
                message = f"the constraint {text[:200]!r} is not a range of whole numbers"
                self.fault("expression", row, "constraint", message, "write it as . >= 1 and . <= 10, or remove it")
                return {}
            value = int(bound[2]) + {">": 1, "<": -1}.get(bound[1], 0)
            data["minimum" if bound[1][0] == ">" else "maximum"] = value
        return data

    def _coarsen(self, row: Row, item: dict[str, Value]) -> None:
        text = self.word(row, "coarsen")
        groups = read_coarsening(text)
        if groups is None:
            self.fault("wrong_type", row, "coarsen", f"coarsen is {text!r}", "write it as 1 2; 3 4")
        elif groups:
            item["coarsen"] = [[*group] for group in groups]

    # Scales

    def _note_scales(self, row: Row, name: str) -> None:
        scales, turned = self.word(row, "scale").split(), self.word(row, "reversed").split()
        if len(turned) not in (len(scales), 0, 1):
            message = f"{len(scales)} scales and {len(turned)} words for reversed"
            self.fault("wrong_type", row, "reversed", message, "write yes or no once for each scale")
            return
        for at, scale in enumerate(scales):
            word = turned[at] if len(turned) == len(scales) else "".join(turned)
            answer = yes(word)
            if answer is None:
                self.fault("wrong_type", row, "reversed", f"reversed is {word!r}", "write yes or no")
            self._scaled.setdefault(scale, []).append((row, name, bool(answer)))
