"""FHIR Questionnaire (R4, R4B, R5) -> the data of an instrument file. Those of other tools are read too.

What theirs say otherwise: link ids of any form, groups within groups and questions within questions (each becomes part
of its section, under the rules of all that it stood in), yes/no questions, codes that are no numbers (scored by
ordinalValue, else by their order), answers in a contained value set. Left alone as harmless: hidden, calculated and
read-only items, prefixes, codes of questions, initial values. Told as faults: item types that have no equal here, value
sets kept elsewhere, FHIRPath rules that are not ours, and what our own extensions say wrongly.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from instruments.document import Value
from instruments.exchange.contract import Data
from instruments.exchange.fhir_answers import Answers
from instruments.exchange.fhir_conditions import rule_of
from instruments.exchange.fhir_extensions import (
    ENABLE_EXPRESSION,
    HIDDEN,
    INSTRUMENT,
    MAX_VALUE,
    MIN_VALUE,
    SHORT_TEXT,
    Node,
    control,
    extensions,
    first_value,
    node,
    nodes,
    read_own,
    read_text,
    word,
)
from instruments.exchange.frame import Frame
from instruments.exchange.gathering import ITEM_PARTS, SET_ORDER, SPARE_SETS, Gathered, put, yes_and_no
from instruments.exchange.limits import clean, refuse
from instruments.exchange.safe_json import parse_json
from instruments.model import Instrument, Item, ItemType

_TYPES = {
    "choice": ItemType.SINGLE_CHOICE,
    "coding": ItemType.SINGLE_CHOICE,
    "boolean": ItemType.SINGLE_CHOICE,
    "decimal": ItemType.NUMBER,
    "integer": ItemType.NUMBER,
    "string": ItemType.SHORT_TEXT,
    "text": ItemType.LONG_TEXT,
    "display": ItemType.STATEMENT,
}
_CHOICES = frozenset({"choice", "coding", "boolean"})
_HEAD = frozenset(Instrument.model_fields) | {"wording", "notice", "sources", SET_ORDER, SPARE_SETS}
_BESIDE = {"help": "help", "lower": "low_label", "upper": "high_label"}
_OPERATORS = ("exists", "=", "!=", ">", "<", ">=", "<=")


def read(content: bytes, frame: Frame) -> Data:
    """The data of an instrument file. Raises NotRead with every fault."""
    root = node(parse_json(content))
    if root.get("resourceType") != "Questionnaire":
        message = "the file is not a FHIR Questionnaire"
        raise refuse("not_fhir", None, "$.resourceType", message, "export the Questionnaire itself, as JSON")
    return _Reader(root, frame).data()


@dataclass(frozen=True)
class _Found:
    """An item that was read, and all that it stands in: their rules are its own too."""

    data: dict[str, Value]
    around: tuple[tuple[Node, str], ...]


class _Reader:
    def __init__(self, root: Node, frame: Frame) -> None:
        self.root = root
        self.frame = frame
        self.gathered = Gathered()
        self.head = read_own(root, _HEAD, "$", self.gathered)
        said = self.head.get("languages")
        own = [str(code) for code in said] if isinstance(said, list) else []
        self.language = own[0] if own else word(root.get("language")).split("-")[0].lower() or frame.language
        self.found: dict[str, _Found] = {}
        """By link id."""
        self.codes: dict[str, dict[Value, Value]] = {}
        """By link id: code, or answer as it stands -> value of ours."""
        self.links: dict[str, str] = {}
        """Link id -> where it first stands."""
        # A rule's fault is told where the rule is, whether the item that it looks at could be read or not.
        self.every_link = {word(part.get("linkId")) for part, _ in _walk(nodes(root.get("item")), "$")}
        contained = {f"#{word(one.get('id'))}": one for one in nodes(root.get("contained"))}
        self.answers = Answers(self.language, contained, self.gathered)
        self.languages = own or self._languages()

    def _languages(self) -> list[str]:
        """Those that a title or a question is translated to."""
        asked = [self.root, *(one for one, _ in _walk(nodes(self.root.get("item")), "$"))]
        codes = [code for one in asked for field in ("title", "text") for code in read_text(one, field, self.language)]
        return list(dict.fromkeys([self.language, *codes]))

    def data(self) -> Data:
        data: dict[str, Value] = {**self.frame.head(self.languages), **self._identity()}
        data["provenance"] = self._provenance(data["provenance"])
        put(data, {"title": self._filled(read_text(self.root, "title", self.language))})
        put(data, {"introduction": self._filled(read_text(self.root, "description", self.language))})
        order, spare = self.head.pop(SET_ORDER, None), self.head.pop(SPARE_SETS, None)
        put(data, self.head)
        data["sections"] = self._sections()
        self._read_rules()
        put(data, {"answer_sets": self.gathered.sets(order, spare)})
        if not self.found:
            self.gathered.add("no_items", None, "$.item", "the file asks nothing", "add items")
        self.gathered.found.raise_any()
        return data

    def _filled(self, texts: dict[str, Value]) -> dict[str, Value]:
        """A title in every language: the first stands in where one is not translated."""
        first = next(iter(texts.values()), None)
        return {language: texts.get(language, first) for language in self.languages} if texts else {}

    def _identity(self) -> dict[str, Value]:
        url = word(self.root.get("url"))
        if not url.startswith(INSTRUMENT):
            return {}
        return {"id": url.removeprefix(INSTRUMENT), "version": word(self.root.get("version"))}

    def _provenance(self, known: Value) -> Value:
        said: dict[str, Value] = {**node(known)}
        parts = [clean(word(self.root.get(key))) for key in ("publisher", "url", "version")]
        foreign = ", ".join(part for part in parts if part)
        put(said, {"sources": self.head.pop("sources", None) or ([foreign] if foreign else None)})
        put(said, {"licence": clean(word(self.root.get("copyright"))) or None})
        put(said, {"wording": self.head.pop("wording", None), "notice": self.head.pop("notice", None)})
        return said

    # --- sections and items ---

    def _sections(self) -> list[Value]:
        """Each group at the top is a section; items at the top that stand in none form sections of their own."""
        sections: list[Value] = []
        loose: list[Value] | None = None
        for part, place in _placed(nodes(self.root.get("item")), "$"):
            if part.get("type") != "group":
                if loose is None:
                    title = dict.fromkeys(self.languages, self.frame.id)
                    loose = []
                    sections.append({"id": self.gathered.section_id("items"), "title": {**title}, "items": loose})
                loose += self._items(part, place, ())
                continue
            loose = None
            if items := [
                one for inner, at in _placed(nodes(part.get("item")), place) for one in self._items(inner, at, ())
            ]:
                sections.append(self._section(part, place, items))
        return [section for section in sections if node(section).get("items")]

    def _section(self, part: Node, place: str, items: list[Value]) -> dict[str, Value]:
        link = self._link(part, place)
        name = link.removeprefix("section.")
        title = read_text(part, "text", self.language) or {self.language: name}
        chosen = name if link.startswith("section.") else word(next(iter(title.values()))) or name
        section: dict[str, Value] = {"id": self.gathered.section_id(chosen), "title": self._filled(title)}
        introductions = (one for one in nodes(part.get("item")) if _is_intro(one))
        intro = next((read_text(one, "text", self.language) for one in introductions), {})
        put(section, {"intro": {**intro}})
        put(section, read_own(part, ("random_order", "easy_intro", "visible_if"), place, self.gathered))
        if "visible_if" not in section:
            put(section, {"visible_if": self._rule(part, place)})
        return section | {"items": items}

    def _link(self, part: Node, place: str) -> str:
        link = word(part.get("linkId"))
        if not link:
            self.gathered.add("no_link_id", None, place, "an item without a linkId", 'add "linkId"')
        elif self.links.setdefault(link, place) != place:
            message = f"the linkId {link!r} stands here again, first at {self.links[link]}"
            self.gathered.add("duplicate_link_id", None, place, message, "give each item one of its own")
        return link

    def _items(self, part: Node, place: str, around: tuple[tuple[Node, str], ...]) -> list[Value]:
        """The item and those within it, as one row."""
        if _is_intro(part) or control(part) in _BESIDE or _is_silent(part):
            return []
        link, kind = self._link(part, place), word(part.get("type"))
        about = (*around, (part, place))
        inside = [one for inner, at in _placed(nodes(part.get("item")), place) for one in self._items(inner, at, about)]
        if kind == "group":
            if not word(part.get("text")):
                return inside
            kind = "display"
        if kind not in _TYPES:
            message = f"the item type {kind!r} has no equal here"
            remedy = (
                "split it into a choice and a text"
                if kind == "open-choice"
                else self.gathered.suggestion(kind, [*_TYPES, "group"])
            )
            self.gathered.add("item_type", None, f"{place}.type", message, remedy)
            return inside
        self.gathered.make(ITEM_PARTS)
        data = self._item(part, place, link, kind)
        self.found[link] = _Found(data, about)
        return [data, *inside]

    def _item(self, part: Node, place: str, link: str, kind: str) -> dict[str, Value]:
        data: dict[str, Value] = {"id": self.gathered.item_id(link), "type": _TYPES[kind].value}
        data["text"] = {**(read_text(part, "text", self.language) or {self.language: link})}
        for inner in nodes(part.get("item")):
            if (key := _BESIDE.get(control(inner))) is not None:
                put(data, {key: {**read_text(inner, "text", self.language)}})
        for extension in extensions(part, SHORT_TEXT):
            put(data, {"label": {**read_text(extension, "valueString", self.language)}})
        if kind in _CHOICES:
            self._read_choice(part, place, link, kind, data)
        if kind in ("integer", "decimal"):
            put(data, {"minimum": first_value(part, MIN_VALUE), "maximum": first_value(part, MAX_VALUE)})
            put(data, {"type": ItemType.SLIDER.value if control(part) == "slider" else None})
        put(data, {"required": True if part.get("required") is True and kind != "display" else None})
        put(data, read_own(part, Item.model_fields, place, self.gathered))
        return data

    def _read_choice(self, part: Node, place: str, link: str, kind: str, data: dict[str, Value]) -> None:
        if part.get("repeats") is True:
            data["type"] = ItemType.MULTIPLE_CHOICE.value
        if kind == "boolean":
            self.codes[link] = {True: 1, False: 0}
            data["answer_set"] = self.gathered.answer_set(yes_and_no(self.languages), None, None, place)
            return
        offered = self.answers.of(part, place)
        if offered.options:
            self.codes.setdefault(link, {}).update(offered.codes)
            data["answer_set"] = self.gathered.answer_set(offered.options, offered.name, None, place)
        elif "answerValueSet" not in part:
            self.gathered.add("no_options", None, place, "a choice without answers", "add answerOption")

    # --- rules ---

    def _read_rules(self) -> None:
        for found in self.found.values():
            if "visible_if" in found.data:
                continue
            rules = [rule for part, place in found.around if (rule := self._rule(part, place))]
            if rules:
                found.data["visible_if"] = rules[0] if len(rules) == 1 else {"op": "all", "rules": [*rules]}

    def _rule(self, part: Node, place: str) -> dict[str, Value] | None:
        if any(True for _ in extensions(part, ENABLE_EXPRESSION)) and not read_own(
            part, (*Item.model_fields, "random_order", "easy_intro"), place, Gathered()
        ).get("visible_if"):
            message = "a rule in FHIRPath cannot be read"
            self.gathered.add("expression", None, place, message, "write it as enableWhen")
            return None
        row: list[Node] = []
        for condition, at in _placed(nodes(part.get("enableWhen")), place, "enableWhen"):
            self.gathered.make()
            link, operator = word(condition.get("question")), word(condition.get("operator"))
            if link not in self.found and link not in self.every_link:
                message = f"there is no item {link!r}"
                self.gathered.add("unknown_item", None, at, message, self.gathered.suggestion(link, self.links))
            elif operator not in _OPERATORS:
                self.gathered.add(
                    "operator", None, at, f"the operator {operator!r}", self.gathered.suggestion(operator, _OPERATORS)
                )
            else:
                answer = self._answer(condition, link, at)
                row.append({"question": self.gathered.item_id(link), "operator": operator, "answer": answer})
        behaviour = "any" if part.get("enableBehavior") == "any" else "all"
        return rule_of(row, behaviour, lambda one: one["answer"]) if row else None

    def _answer(self, condition: Node, link: str, place: str) -> Value:
        given = next((value for key, value in condition.items() if key.startswith("answer")), None)
        if condition.get("operator") == "exists":
            return given
        known = self.codes.get(link, {})
        answer = node(given).get("code") if isinstance(given, dict) else given
        # A list or a group of keys is no answer to anything, and cannot be looked up.
        plain = None if isinstance(answer, list | dict) else answer
        if known and plain not in known:
            message = f"{str(answer)[:60]!r} is none of the answers to {link}"
            self.gathered.add(
                "unknown_answer", None, place, message, self.gathered.suggestion(str(answer)[:60], map(str, known))
            )
        return known.get(plain, plain)


def _placed(parts: Sequence[Node], place: str, key: str = "item") -> Iterator[tuple[Node, str]]:
    yield from ((part, f"{place}.{key}[{number}]") for number, part in enumerate(parts))


def _walk(parts: Sequence[Node], place: str) -> Iterator[tuple[Node, str]]:
    for part, at in _placed(parts, place):
        yield part, at
        yield from _walk(nodes(part.get("item")), at)


def _is_intro(part: Node) -> bool:
    return part.get("type") == "display" and read_own(part, ("role",), "", Gathered()).get("role") == "intro"


def _is_silent(part: Node) -> bool:
    """Hidden, calculated and read-only items ask nobody anything."""
    return part.get("readOnly") is True or first_value(part, HIDDEN) is True
