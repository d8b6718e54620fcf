"""What a reader gathers from a file of another tool: ids of our form, answer sets by their options, and every fault."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice

from instruments.document import MAX_PARTS, Value
from instruments.exchange.found import Found
from instruments.faults import suggest
from instruments.model import Instrument, Scale
from instruments.names import IDENTIFIER, ITEM_ID

_SUGGESTIONS, _CANDIDATES = 50, 1_000
"""How many faults are told with the nearest right word, and among how many it is looked for."""
ITEM_PARTS = 7
"""Keys and values of the shortest item: itself, its id, its type and its text."""
_YES_NO = {"sv": ("Ja", "Nej"), "en": ("Yes", "No")}


@dataclass
class Gathered:
    """Grows while a file is read."""

    found: Found = field(default_factory=Found)
    answer_sets: dict[str, list[Value]] = field(default_factory=dict)
    _item_ids: dict[str, str] = field(default_factory=dict)
    _taken: dict[str, int] = field(default_factory=dict)
    """Ids of items in lower case, and how often each has been asked for: a file may have thousands that are alike."""
    _taken_sections: dict[str, int] = field(default_factory=dict)
    _known_sets: dict[str, str] = field(default_factory=dict)
    """Options as JSON -> name of the set that holds them."""
    _made: int = 0

    def make(self, parts: int = 1) -> None:
        """Count what is made of the file, where one part of it may be meant a thousand times: a value set by many
        questions, a group's rule by all that stand in it. Raises NotRead beyond what an instrument file can hold."""
        self._made += parts
        if self._made > MAX_PARTS:
            message = f"the file makes more than {MAX_PARTS} keys and values"
            raise self.found.stop("too_many_parts", message, "split it into several instruments")

    def add(self, code: str, line: int | None, place: str, message: str, remedy: str) -> None:
        self.found.add(code, line, place, message, remedy)

    def item_id(self, name: str) -> str:
        """An item's id for the name that another tool gave it: the name itself where it has our form.

        Other tools number with points and slashes (`1.2`, `/44250-9`); each becomes `_`, and what does not begin
        with a letter gets a q before it. Two names never share an id, whatever their case.
        """
        if name not in self._item_ids:
            plain = re.sub(r"[^A-Za-z0-9_]+", "_", _ascii(name)).strip("_")
            wanted = name if ITEM_ID.fullmatch(name) else (plain if plain[:1].isalpha() else f"q{plain}")
            self._item_ids[name] = _free(wanted[:32], self._taken, 32, "_")
        return self._item_ids[name]

    def section_id(self, name: str) -> str:
        """An id of our form for a section, by its name or title in another tool."""
        plain = re.sub(r"[^a-z0-9_]+", "-", _ascii(name).lower()).strip("-")[:40].strip("-")
        wanted = name if IDENTIFIER.fullmatch(name) else (plain if plain[:1].isalpha() else f"s{plain}".rstrip("-"))
        return _free(wanted[:40], self._taken_sections, 40, "-")

    def answer_set(self, options: list[Value], name: str | None, line: int | None, place: str) -> str:
        """The name of the set with these options. Unnamed ones are told apart by what they hold: set1, set2, ..."""
        said = json.dumps(options, sort_keys=True)
        name = name or self._known_sets.get(said) or self._free_set()
        self._known_sets.setdefault(said, name)
        held = self.answer_sets.setdefault(name, options)
        if held != options:
            message = f"the answer set {name!r} has other options here than where it first stands"
            self.add("answer_set_differs", line, place, message, "write the same options, or name it otherwise")
        return name

    def _free_set(self) -> str:
        number = len(self.answer_sets) + 1
        while f"set{number}" in self.answer_sets:
            number += 1
        return f"set{number}"

    def suggestion(self, word: str, known: Iterable[str]) -> str:
        """The nearest right word, for the first faults: looking for it takes time, and nobody reads a thousand."""
        if len(self.found) < _SUGGESTIONS:
            return suggest(word, islice(known, _CANDIDATES))
        return "see the first faults"

    def sets(self, order: Value = None, spare: Value = None) -> list[Value]:
        """Every set with its options; `order` and `spare` as `set_data` wrote them."""
        sets: list[Value] = [{"id": name, "options": options} for name, options in self.answer_sets.items()]
        places = {name: place for place, name in enumerate(str(order or "").split())}
        named = [*sets, *(spare if isinstance(spare, list) else [])]
        return sorted(
            named, key=lambda one: places.get(str(one.get("id")) if isinstance(one, dict) else "", len(places))
        )


def _ascii(text: str) -> str:
    return unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()


def _free(wanted: str, taken: dict[str, int], longest: int, joint: str) -> str:
    """`wanted`, with a number after it if it is taken in any case; and from now on taken."""
    number, name = taken.get(wanted.lower(), 0), wanted
    while name.lower() in taken:
        number += 1
        ending = f"{joint}{number}" if number > 1 else f"{joint}2"
        name = wanted[: longest - len(ending)] + ending
    taken[wanted.lower()] = max(number, 1)
    taken.setdefault(name.lower(), 1)
    return name


def yes_and_no(languages: Sequence[str]) -> list[Value]:
    """The options of a question that another tool answers with true or false."""
    texts = [{language: _YES_NO.get(language, _YES_NO["en"])[place] for language in languages} for place in (0, 1)]
    return [{"value": 1, "text": dict(texts[0])}, {"value": 0, "text": dict(texts[1])}]


def scale_data(scale: Scale) -> dict[str, Value]:
    """A scale as a file says it: reversed items and the missing-data rule are never left unsaid."""
    said: dict[str, Value] = scale.model_dump(mode="json", exclude_defaults=True)
    said["missing"] = scale.missing.value
    said["items"] = [{"item": entry.item, "reversed": entry.reversed} for entry in scale.items]
    return said


def head_data(instrument: Instrument) -> dict[str, Value]:
    """What an instrument says of itself and no format has a place for: kind, minutes, pace, variants and the like."""
    said: dict[str, Value] = instrument.model_dump(mode="json", exclude_defaults=True)
    named = {"id", "version", "languages", "title", "introduction", "provenance", "answer_sets", "sections", "scales"}
    return {key: value for key, value in said.items() if key not in named}


SET_ORDER, SPARE_SETS = "answer_set_order", "spare_answer_sets"
"""Keys beside the head's own: the sets' names in the order of the file, and sets that no item uses."""


def set_data(instrument: Instrument) -> dict[str, Value]:
    """What items do not say of answer sets: their order, and those that are there for later."""
    used = {item.answer_set for item in instrument.items}
    spare: list[Value] = [
        one.model_dump(mode="json", exclude_defaults=True) for one in instrument.answer_sets if one.id not in used
    ]
    named = {SET_ORDER: " ".join(one.id for one in instrument.answer_sets)} if instrument.answer_sets else {}
    return {**named, **({SPARE_SETS: spare} if spare else {})}


def put(data: dict[str, Value], read: Mapping[str, Value]) -> None:
    """What is known put over what stands there; nothing where nothing is known."""
    data.update({key: value for key, value in read.items() if value not in (None, {}, [])})
