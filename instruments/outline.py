"""A file's parts as far as they can be read, so that what is sound is checked although something else is not.

The model says yes or no to a whole file. To report every fault at once, the checks that hold parts together read the
raw data through here: a value of the wrong type (reported already, by the model) is simply not there.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from instruments.document import Document, Place, Value
from instruments.faults import Fault
from instruments.model import ItemType


@dataclass(frozen=True)
class Part:
    """One group of keys in the file."""

    document: Document
    place: Place

    @cached_property
    def data(self) -> dict[str, Value]:
        value = self.document.value(self.place)
        return value if isinstance(value, dict) else {}

    @property
    def id(self) -> str:
        return self.word("id") or ""

    def has(self, key: str) -> bool:
        return key in self.data

    def word(self, key: str) -> str | None:
        value = self.data.get(key)
        return value if isinstance(value, str) else None

    def number(self, key: str) -> int | None:
        value = self.data.get(key)
        return value if isinstance(value, int) and not isinstance(value, bool) else None

    def flag(self, key: str) -> bool:
        return self.data.get(key) is True

    def values(self, key: str) -> list[Value]:
        value = self.data.get(key)
        return value if isinstance(value, list) else []

    def part(self, key: str) -> Part | None:
        return Part(self.document, (*self.place, key)) if isinstance(self.data.get(key), dict) else None

    def parts(self, key: str) -> tuple[Part, ...]:
        members = enumerate(self.values(key))
        return tuple(Part(self.document, (*self.place, key, n)) for n, value in members if isinstance(value, dict))

    def fault(self, code: str, key: str | None, message: str, remedy: str) -> Fault:
        """A fault at one of this part's keys, or at the part as a whole."""
        place = self.place if key is None or not self.has(key) else (*self.place, key)
        return Fault(code, self.document.line(place), self.document.name(place), message, remedy)


@dataclass(frozen=True)
class Outline:
    """All parts of one file, in order."""

    top: Part

    @cached_property
    def answer_sets(self) -> tuple[Part, ...]:
        return self.top.parts("answer_sets")

    @cached_property
    def sections(self) -> tuple[Part, ...]:
        return self.top.parts("sections")

    @cached_property
    def items(self) -> tuple[Part, ...]:
        return tuple(item for section in self.sections for item in section.parts("items"))

    @cached_property
    def scales(self) -> tuple[Part, ...]:
        return self.top.parts("scales")

    @cached_property
    def items_by_id(self) -> dict[str, Part]:
        return _first_by_id(self.items)

    @cached_property
    def answer_sets_by_id(self) -> dict[str, Part]:
        return _first_by_id(self.answer_sets)

    @cached_property
    def _values(self) -> dict[tuple[Place, bool], list[int]]:
        return {}

    def values_of(self, answer_set: Part, *, scored_only: bool = False) -> list[int]:
        """The option values of an answer set. Kept: thousands of rules may ask for the same."""
        key = (answer_set.place, scored_only)
        if key not in self._values:
            self._values[key] = option_values(answer_set, scored_only=scored_only)
        return self._values[key]

    def answer_set_of(self, item: Part) -> Part | None:
        return self.answer_sets_by_id.get(item.word("answer_set") or "")


def _first_by_id(parts: tuple[Part, ...]) -> dict[str, Part]:
    found: dict[str, Part] = {}
    for part in parts:
        if part.id:
            found.setdefault(part.id, part)
    return found


def outline_of(document: Document) -> Outline:
    return Outline(Part(document, ()))


def type_of(item: Part) -> ItemType | None:
    """An item's type, None if it is written wrongly."""
    if not item.has("type"):
        return ItemType.SINGLE_CHOICE
    word = item.word("type")
    return ItemType(word) if word in set(ItemType) else None


def option_values(answer_set: Part, *, scored_only: bool = False) -> list[int]:
    options = answer_set.parts("options")
    kept = (option for option in options if not (scored_only and option.flag("missing")))
    return [value for option in kept if (value := option.number("value")) is not None]


def nested_rules(rule: Part) -> Iterator[Part]:
    """A rule and every rule inside it."""
    yield rule
    for part in rule.parts("rules"):
        yield from nested_rules(part)
