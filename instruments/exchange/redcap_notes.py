"""What our own lines in a REDCap field's annotation say: facts for which its data dictionary has no column."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from instruments.exchange.markup import unmarked

_FACT = re.compile(r"([a-z][a-z0-9_ -]*?): (.*)")
_FACTS = frozenset(
    (
        *("part", "id", "version", "title", "section", "section order", "section shown if", "type", "label", "missing"),
        *("may decline", "background", "coarsen", "low", "high", "scale"),
    )
)


@dataclass
class Note:
    """What our own lines in a field's annotation say; lines of other people are passed over."""

    facts: dict[str, str] = field(default_factory=dict)
    scales: list[tuple[str, bool]] = field(default_factory=list)
    definitions: dict[str, dict[str, str]] = field(default_factory=dict)

    def get(self, name: str) -> str:
        return self.facts.get(name, "")


def read_note(text: str) -> Note:
    """The facts in an annotation, one a line."""
    note = Note()
    for line in text.split("\n"):
        fact = _FACT.fullmatch(line.strip())
        if fact is None:
            continue
        name, value = fact[1], unmarked(fact[2])
        words = name.split()
        if name == "scale":
            scale, _, rest = value.partition(";")
            note.scales.append((scale.strip(), rest.strip() == "reversed"))
        elif words[0] == "scale" and len(words) == 3:
            note.definitions.setdefault(words[1], {})[words[2]] = value
        elif name in _FACTS:
            note.facts[name] = value
    return note
