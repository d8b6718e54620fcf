"""The sheets of an XLSForm -> what a YAML file would hold. Reads what other programs and people write, too."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from instruments.document import Value
from instruments.exchange.answers import (
    IDENTIFIER,
    INTEGER,
    ITEM_ID,
    VERSION,
    Rules,
    identifier,
    read_coarsening,
    values_of,
    yes,
)
from instruments.exchange.contract import Data
from instruments.exchange.expressions import XPATH, Kind, NotUnderstood, Variable
from instruments.exchange.frame import Frame
from instruments.exchange.languages import language_code
from instruments.exchange.tables import MAX_QUESTIONS, Found, Row, Table
from instruments.exchange.workbook import read_workbook
from instruments.exchange.xlsform_write import JOINER
from instruments.faults import suggest

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
_ALIASES = {
    "caption": "label",
    "command": "type",
    "relevance": "relevant",
    "image": "media::image",
    "media:image": "media::image",
    "list name": "list_name",
    "tag": "name",
}
_TRANSLATED = frozenset(
    (
        *("label", "hint", "easy", "easy_hint", "data_label", "alt", "low", "high", "media::image", "text"),
        *("title", "description", "low_label", "high_label", "discuss", "reference_population"),
    )
)
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


class _Form:
    """One file. Rules are read last, when every question and its codes are known."""

    def __init__(self, sheets: Mapping[str, Table], frame: Frame, found: Found) -> None:
        self._sheets = sheets
        self._frame = frame
        self._found = found
        settings = sheets["settings"].rows if "settings" in sheets else ()
        self._settings = settings[0].cells if settings else {}
        self._language = language_code(self._settings.get("default_language", "")) or frame.language
        self._headings = {name: self._read_headings(one) for name, one in sheets.items()}
        self._languages = self._used_languages()
        self._ends: dict[str, dict[str, dict[str, Value]]] = {}
        self._codes: dict[str, dict[str, int]] = {}
        self._set_ids: dict[str, str] = {}
        self._variables: dict[str, Variable] = {}
        self._rules: list[Callable[[], None]] = []
        self._reader = Rules(XPATH)
        self._section_ids: set[str] = set()
        self._group_ids: set[str] = set()
        self._sections: list[_Section] = []
        self._scaled: dict[str, list[tuple[Row, str, bool]]] = {}
        self._introduction: dict[str, Value] = {}

    # Headings and texts

    def _read_headings(self, sheet: Table) -> dict[str, tuple[str, str | None]]:
        """Column as written -> its plain name, and its language if it is one of those that have texts."""
        headings: dict[str, tuple[str, str | None]] = {}
        for column in sheet.header:
            parts = [part.strip() for part in re.split(r"::?", column)]
            media = len(parts) > 1 and parts[0].lower() == "media"
            base = "::".join(parts[:2]).lower() if media else parts[0].lower()
            base = _ALIASES.get(base, base)
            tag = "::".join(parts[2 if media else 1 :])
            if sheet.name == "choices" and (own := re.fullmatch(r"(easy|alt)_([a-z]{2,3})", column)):
                base, tag = own[1], own[2]
            if base not in _TRANSLATED:
                headings[column] = (base, None)
                continue
            language = language_code(tag) if tag else self._language
            if language is None:
                row = Row(sheet.name, sheet.header_line, {}, {name: at for at, name in enumerate(sheet.header)})
                message = f"the column {column!r} does not say which language it is"
                remedy = 'name it with a code, such as "label::Svenska (sv)"'
                self._found.add("unknown_language", sheet.header_line, row.place(column), message, remedy)
            headings[column] = (base, language or self._language)
        return headings

    def _used_languages(self) -> list[str]:
        labels = [
            tag
            for name in ("survey", "choices")
            for base, tag in self._headings.get(name, {}).values()
            if base == "label"
        ]
        found = list(dict.fromkeys(tag for tag in labels if tag))
        return sorted(found or [self._language], key=lambda code: code != self._language)

    def _text(self, row: Row, base: str) -> dict[str, Value]:
        """The texts of a row by language, in the order of the languages."""
        said = {
            language: _unescaped(row.cells[column])
            for column, (name, language) in self._headings[row.table].items()
            if name == base and language and column in row.cells
        }
        return {language: said[language] for language in (*self._languages, *said) if language in said}

    def _word(self, row: Row, base: str) -> str:
        return next(
            (
                row.cells[column]
                for column, (name, _) in self._headings[row.table].items()
                if name == base and column in row.cells
            ),
            "",
        )

    def _place(self, row: Row, base: str) -> str:
        column = next((column for column, (name, _) in self._headings[row.table].items() if name == base), base)
        return row.place(column)

    def _fault(self, code: str, row: Row, base: str, message: str, remedy: str) -> None:
        self._found.add(code, row.number, self._place(row, base), message, remedy)

    def _flag(self, row: Row, base: str) -> bool:
        answer = yes(self._word(row, base))
        if answer is None:
            self._fault("wrong_type", row, base, f"{base} is {self._word(row, base)!r}", "write yes or no")
        return bool(answer)

    def _whole(self, row: Row, base: str) -> Value:
        word = self._word(row, base)
        if word and not INTEGER.fullmatch(word):
            self._fault("wrong_type", row, base, f"{base} is {word!r}", "write a whole number")
        return int(word) if INTEGER.fullmatch(word) else None

    def _decimal(self, row: Row, base: str) -> Value:
        word = self._word(row, base).replace(",", ".")
        if word and not re.fullmatch(r"-?[0-9]{1,9}(\.[0-9]{1,15})?", word):
            self._fault("wrong_type", row, base, f"{base} is {word!r}", "write a number")
            return None
        return float(word) if word else None

    # The whole

    def data(self) -> Data:
        sets = self._answer_sets()
        self._survey()
        for read_rule in self._rules:
            read_rule()
        data = self._frame.head(self._languages)
        data |= self._head(data)
        used = [{"id": section.data.pop("id"), **section.data, "items": section.items} for section in self._sections]
        data |= {"answer_sets": sets, "sections": list(used), "scales": self._scales()}
        data["equivalences"] = self._equivalences()
        return data

    def _answer_sets(self) -> list[Value]:
        lists: dict[str, list[Row]] = {}
        for row in self._sheets["choices"].rows if "choices" in self._sheets else ():
            name, code = self._word(row, "list_name"), self._word(row, "name") or self._word(row, "value")
            if name and code:
                lists.setdefault(name, []).append(row)
            else:
                self._fault("missing_key", row, "list_name", "the choice lacks its list or its name", "fill in both")
        self._found.at_most(len(lists), MAX_QUESTIONS, "lists of choices")
        taken: set[str] = set()
        labels = set(re.findall(r"tick_labelset\s*=\s*([^\s,;]+)", self._parameters()))
        sets: list[Value] = []
        for name, rows in lists.items():
            codes = [self._word(row, "name") or self._word(row, "value") for row in rows]
            if name in labels:
                self._ends[name] = {code: self._text(row, "label") for code, row in zip(codes, rows, strict=True)}
                continue
            values = values_of(codes)
            self._codes[name] = dict(zip(codes, values, strict=True))
            self._set_ids[name] = identifier(name, taken, "choices")
            taken.add(self._set_ids[name])
            options = [self._option(row, value) for row, value in zip(rows, values, strict=True)]
            sets.append({"id": self._set_ids[name], "options": options})
        return sets

    def _parameters(self) -> str:
        return " ".join(self._word(row, "parameters") for row in self._sheets["survey"].rows)

    def _option(self, row: Row, value: int) -> Value:
        text = self._text(row, "label")
        if not text:
            self._fault("missing_text", row, "label", "the choice has no label", "write one")
        option: dict[str, Value] = {"value": value, "text": {**text}}
        if easy := self._text(row, "easy"):
            option["easy"] = easy
        if self._flag(row, "missing"):
            option["missing"] = True
        return option | self._picture(row)

    def _picture(self, row: Row) -> dict[str, Value]:
        files = self._text(row, "media::image")
        if not files:
            return {}
        alt = self._text(row, "alt")
        return {"picture": {"file": next(iter(files.values())), **({"alt": alt} if alt else {})}}

    # Questions

    def _survey(self) -> None:
        groups: list[_Group] = []
        for row in self._sheets["survey"].rows:
            kind = " ".join(self._word(row, "type").split())
            control = re.fullmatch(r"(begin|end)[ _](group|repeat|loop|lgroup).*", kind.lower())
            if control and control[1] == "end":
                groups = groups[:-1]
            elif control:
                groups.append(self._begin(row, control[2], groups))
            elif kind:
                self._ask(row, kind, groups)
            elif any(self._word(row, base) for base in ("name", "label")):
                self._fault("missing_key", row, "type", "the row has no type", "write one, or empty the row")
        if groups:
            self._fault("unclosed_group", groups[-1].row, "type", "the group is not closed", "add a row end_group")

    def _begin(self, row: Row, control: str, groups: list[_Group]) -> _Group:
        if control != "group":
            message = "a repeated group has no counterpart here: everything is asked once"
            self._fault("unknown_item_type", row, "type", message, "ask it as many times as needed, or remove it")
        name = self._word(row, "id") or self._word(row, "name")
        if len(groups) == _DEEPEST:
            raise self._found.stop("too_deep", f"more than {_DEEPEST} groups inside each other", "flatten them")
        outer = groups[-1].relevant if groups else []
        own = [(row, self._word(row, "relevant"))] if self._word(row, "relevant") else []
        title = self._text(row, "label") or dict.fromkeys(self._languages, name or "...")
        random = self._flag(row, "random_order")
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
        section.data["title"] = {**group.title} if group else dict.fromkeys(self._languages, self._frame.id)
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
                self._fault("expression", row, "relevant", f"{text[:200]!r} is not understood: {refused}", remedy)
                continue
            if rule is not None:
                rules.append(rule)
        if rules:
            target["visible_if"] = rules[0] if len(rules) == 1 else {"op": "all", "rules": rules}

    def _ask(self, row: Row, kind: str, groups: list[_Group]) -> None:
        part = self._word(row, "part")
        if kind.lower() in _SILENT:
            return
        if kind.lower() == "note" and part in ("introduction", "section"):
            self._note(row, part, groups)
            return
        item = self._item(row, kind)
        if item is None:
            return
        section = self._section(groups)
        if self._word(row, "relevant"):
            self._rules.append(lambda: self._set_rule(item, [(row, self._word(row, "relevant"))]))
        section.items.append(item)

    def _note(self, row: Row, part: str, groups: list[_Group]) -> None:
        text, easy = self._text(row, "label"), self._text(row, "easy")
        names = ("introduction", "easy_introduction") if part == "introduction" else ("intro", "easy_intro")
        target = self._introduction if part == "introduction" else self._section(groups).data
        target[names[0]] = text
        if easy:
            target[names[1]] = easy

    def _item(self, row: Row, kind: str) -> dict[str, Value] | None:
        name = self._word(row, "name") or (f"note_{row.number}" if kind.lower() == "note" else "")
        if not ITEM_ID.fullmatch(name):
            message = f"{name!r} cannot be a question's name" if name else "the question has no name"
            remedy = "letters, digits and _, a letter first, at most 32 characters"
            self._fault("bad_form", row, "name", message, remedy)
        select = _SELECT.fullmatch(kind)
        typed = self._choice(row, name, select) if select else self._plain(row, name, kind.lower())
        if typed is None:
            return None
        item: dict[str, Value] = {"id": name, **typed, "text": {**self._text(row, "label")}}
        if not item["text"]:
            self._fault("missing_text", row, "label", f"{name or 'the question'} has no label", "write one")
        for base, key in (("easy", "easy"), ("hint", "help"), ("easy_hint", "easy_help"), ("data_label", "label")):
            if text := self._text(row, base):
                item[key] = text
        item |= self._picture(row)
        for key in ("required", "may_decline", "background"):
            if self._flag(row, key):
                item[key] = True
        self._coarsen(row, item)
        self._note_scales(row, name)
        return item

    def _choice(self, row: Row, name: str, select: re.Match[str]) -> dict[str, Value] | None:
        choices, rest = select[2], select[3].strip()
        if rest:
            message = f"{rest!r} after the list has no counterpart here"
            self._fault("unknown_item_type", row, "type", message, "remove it; an option of its own can say 'other'")
        if choices not in self._codes:
            remedy = suggest(choices, self._codes)
            self._fault("unknown_answer_set", row, "type", f"there is no list {choices!r} on the sheet choices", remedy)
            return None
        many = "multiple" in select[1] or "all" in select[1]
        self._variables[name] = Variable(name, name, Kind.MANY if many else Kind.ONE, self._codes[choices])
        return {"type": "multiple_choice" if many else "single_choice", "answer_set": self._set_ids[choices]}

    def _plain(self, row: Row, name: str, kind: str) -> dict[str, Value] | None:
        if kind not in _ASKED:
            known = [*_ASKED, "select_one", "select_multiple", "begin_group", "end_group"]
            message = f"the type {kind!r} has no counterpart here"
            self._fault("unknown_item_type", row, "type", message, f"{suggest(kind, known)}; or remove the row")
            return None
        typed = _ASKED[kind]
        if typed == "short_text" and "multiline" in self._word(row, "appearance").split():
            typed = "long_text"
        if typed == "number" and self._word(row, "item_type").lower() == "year":
            typed = "year"
        # A whole number has no decimals, so `> 3` is 4 and more.
        whole = kind in ("integer", "int")
        self._variables[name] = Variable(name, name, Kind.WHOLE if whole else _KINDS.get(typed, Kind.TEXT))
        data: dict[str, Value] = {"type": typed}
        if typed == "slider":
            data |= self._slider(row)
            return data if {"low_label", "high_label"} <= set(data) else data | {"type": "number"}
        if typed in ("number", "year"):
            data |= self._bounds(row)
            for base, key in (("low", "low_label"), ("high", "high_label")):
                if text := self._text(row, base):
                    data[key] = text
        return data

    def _slider(self, row: Row) -> dict[str, Value]:
        """start, end, and the words at both; without them it is a number. Steps are 1 whatever they are there."""
        said = {"start": "1", "end": "10"} | dict(_PARAMETER.findall(self._word(row, "parameters")))
        data: dict[str, Value] = {}
        for key, bound, label in (("start", "minimum", "low_label"), ("end", "maximum", "high_label")):
            if not INTEGER.fullmatch(said[key]):
                message = f"{key} is {said[key]!r}"
                self._fault("wrong_type", row, "parameters", message, "write a whole number")
                continue
            data[bound] = int(said[key])
            if text := self._ends.get(said.get("tick_labelset", ""), {}).get(said[key]):
                data[label] = {**text}
        return data

    def _bounds(self, row: Row) -> dict[str, Value]:
        """`. >= 1 and . <= 10` -> the range. Any other constraint would be lost, so it is told."""
        text = self._word(row, "constraint")
        data: dict[str, Value] = {}
        for part in re.split(r"\s+and\s+", text.strip("() ")) if text else ():
            bound = _BOUND.fullmatch(part.strip("() "))
            if bound is None:
                message = f"the constraint {text[:200]!r} is not a range of whole numbers"
                self._fault("expression", row, "constraint", message, "write it as . >= 1 and . <= 10, or remove it")
                return {}
            value = int(bound[2]) + {">": 1, "<": -1}.get(bound[1], 0)
            data["minimum" if bound[1][0] == ">" else "maximum"] = value
        return data

    def _coarsen(self, row: Row, item: dict[str, Value]) -> None:
        text = self._word(row, "coarsen")
        groups = read_coarsening(text)
        if groups is None:
            self._fault("wrong_type", row, "coarsen", f"coarsen is {text!r}", "write it as 1 2; 3 4")
        elif groups:
            item["coarsen"] = [[*group] for group in groups]

    # Scales and head

    def _note_scales(self, row: Row, name: str) -> None:
        scales, turned = self._word(row, "scale").split(), self._word(row, "reversed").split()
        if len(turned) not in (len(scales), 0, 1):
            message = f"{len(scales)} scales and {len(turned)} words for reversed"
            self._fault("wrong_type", row, "reversed", message, "write yes or no once for each scale")
            return
        for at, scale in enumerate(scales):
            word = turned[at] if len(turned) == len(scales) else "".join(turned)
            answer = yes(word)
            if answer is None:
                self._fault("wrong_type", row, "reversed", f"reversed is {word!r}", "write yes or no")
            self._scaled.setdefault(scale, []).append((row, name, bool(answer)))

    def _scales(self) -> list[Value]:
        rows = {self._word(row, "id"): row for row in self._sheets["scales"].rows} if "scales" in self._sheets else {}
        for scale, members in self._scaled.items():
            if scale not in rows:
                message = f"there is no scale {scale!r} on the sheet scales"
                self._fault("unknown_scale", members[0][0], "scale", message, suggest(scale, rows))
        return [self._scale(name, row) for name, row in rows.items()]

    def _scale(self, name: str, row: Row) -> Value:
        members = {item: turned for _, item, turned in self._scaled.get(name, [])}
        order = self._word(row, "item_order").split() or list(members)
        if sorted(order) != sorted(members):
            message = "item_order does not name the items that the sheet survey puts into this scale"
            self._fault("item_order", row, "item_order", message, "make the two the same, or empty the cell")
        data: dict[str, Value] = {"id": name}
        for key in ("title", "description", "low_label", "high_label", "discuss"):
            if text := self._text(row, key):
                data[key] = text
        data["items"] = [{"item": item, "reversed": members.get(item, False)} for item in order]
        data |= {key: word for key in ("method", "missing") if (word := self._word(row, key))}
        for key in ("minimum", "maximum", "positive_from"):
            if (number := self._whole(row, key)) is not None:
                data[key] = number
        if (margin := self._decimal(row, "margin")) is not None:
            data["margin"] = margin
        if reference := self._reference(row):
            data["reference"] = reference
        return data

    def _reference(self, row: Row) -> dict[str, Value]:
        found: dict[str, Value] = {key: self._decimal(row, f"reference_{key}") for key in ("mean", "sd")}
        found["n"] = self._whole(row, "reference_n")
        found["population"] = {**self._text(row, "reference_population")} or None
        found["source"] = _unescaped(self._word(row, "reference_source")) or None
        return {key: value for key, value in found.items() if value is not None}

    def _head(self, frame: Mapping[str, Value]) -> dict[str, Value]:
        data: dict[str, Value] = {**self._introduction}
        for key, column, form in (("id", "form_id", IDENTIFIER), ("version", "version", VERSION)):
            if form.fullmatch(self._settings.get(column, "")):
                data[key] = self._settings[column]
        if title := _unescaped(self._settings.get("form_title", "")):
            data["title"] = dict.fromkeys(self._languages, title)
        provenance = frame["provenance"]
        said: dict[str, Value] = {**provenance} if isinstance(provenance, dict) else {}
        sources: list[Value] = []
        overlay: dict[str, Value] = {}
        for row in self._sheets["instrument"].rows if "instrument" in self._sheets else ():
            key, value = self._word(row, "key"), _unescaped(self._word(row, "value"))
            if key in ("kind", "pace"):
                data[key] = value
            elif key == "minutes":
                data[key] = self._whole(row, "value")
            elif key == "margin":
                data[key] = self._decimal(row, "value")
            elif key == "variants":
                data[key] = [*value.split()]
            elif key in ("title", "subject"):
                data[key] = {**self._text(row, "text")}
            elif key == "notice":
                said[key] = {**self._text(row, "text")}
            elif key in ("wording", "licence"):
                said[key] = value
            elif key == "source":
                sources.append(value)
            elif key.startswith("overlay_"):
                overlay[key.removeprefix("overlay_")] = value
            else:
                known = [
                    "kind",
                    "minutes",
                    "pace",
                    "margin",
                    "variants",
                    "title",
                    "subject",
                    "notice",
                    "wording",
                    "licence",
                ]
                self._fault("unknown_key", row, "key", f"{key!r} is not known here", suggest(key, known))
        data["provenance"] = said | ({"sources": sources} if sources else {})
        return data | ({"overlay": overlay} if overlay else {})

    def _equivalences(self) -> list[Value]:
        versions: dict[str, dict[str, Value]] = {}
        for row in self._sheets["equivalences"].rows if "equivalences" in self._sheets else ():
            items = versions.setdefault(self._word(row, "version"), {})
            if item := self._word(row, "item"):
                items[item] = self._word(row, "is")
        return [{"version": version, "items": items} for version, items in versions.items()]


def _unescaped(text: str) -> str:
    return re.sub(rf"\$({JOINER}*){JOINER}(?=\{{)", r"$\1", text)
