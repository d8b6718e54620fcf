"""What the tabular formats share about items: how an answer is looked at in expressions, codes, names and marks."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet

from instruments.document import Value
from instruments.exchange.dialects import Dialect, Kind, Variable
from instruments.exchange.expressions import NotUnderstood, read
from instruments.model import Instrument, Item, ItemType
from instruments.names import IDENTIFIER

KINDS = {
    ItemType.SINGLE_CHOICE: Kind.ONE,
    ItemType.MULTIPLE_CHOICE: Kind.MANY,
    ItemType.NUMBER: Kind.NUMBER,
    ItemType.YEAR: Kind.WHOLE,
    ItemType.SLIDER: Kind.WHOLE,
    ItemType.SHORT_TEXT: Kind.TEXT,
    ItemType.LONG_TEXT: Kind.TEXT,
    ItemType.STATEMENT: Kind.TEXT,
}
INTEGER = re.compile(r"-?[0-9]{1,9}")
_ALL_RULES = 300_000
"""Characters that all rules of a file may have together."""
_YES = frozenset({"yes", "y", "true", "true()", "1", "x", "ja"})
_NO = frozenset({"", "no", "n", "false", "false()", "0", "nej"})


def variables_of(
    instrument: Instrument, name_of: Callable[[Item], str], code_of: Callable[[int], str] = str
) -> dict[str, Variable]:
    """Item id -> how expressions of a format look at it."""
    return {
        item.id: Variable(
            item.id,
            name_of(item),
            KINDS[item.type],
            {code_of(option.value): option.value for option in instrument.options(item)},
        )
        for item in instrument.items
    }


def values_of(codes: Sequence[str]) -> list[int]:
    """The values of options with these codes: the codes themselves if all are whole numbers, else 1, 2, 3 ..."""
    if all(INTEGER.fullmatch(code) for code in codes):
        return [int(code) for code in codes]
    return list(range(1, len(codes) + 1))


def coded_options(
    pairs: Sequence[tuple[str, Mapping[str, Value]]], values: Sequence[int], missing: AbstractSet[str]
) -> list[Value]:
    """The options as plain data. `pairs`: code and texts by language; `missing`: codes that count as missing."""
    options: list[Value] = []
    for (code, texts), value in zip(pairs, values, strict=True):
        option: dict[str, Value] = {"value": value, "text": {**texts}}
        options.append(option | {"missing": True} if code in missing else option)
    return options


def yes(word: str) -> bool | None:
    """What people write for yes and no; None for anything else."""
    word = word.strip().lower()
    return True if word in _YES else False if word in _NO else None


def identifier(name: str, taken: AbstractSet[str], fallback: str) -> str:
    """A name as an id of this project, and one that is not taken. A right and free one stays as it is."""
    wanted = name if IDENTIFIER.fullmatch(name) else re.sub(r"[^a-z0-9_-]+", "_", name.lower()).strip("_-")
    wanted = wanted.lstrip("0123456789_-")[:40] or fallback
    return unique(wanted, taken, 40)


def unique(wanted: str, taken: AbstractSet[str], length: int, joint: str = "_") -> str:
    """`wanted`, or with the first free number after it."""
    found, number = wanted, 1
    while found in taken:
        number += 1
        ending = f"{joint}{number}"
        found = wanted[: length - len(ending)] + ending
    return found


def coarsening(groups: Sequence[Sequence[int]]) -> str:
    """((1, 2), (3,)) -> "1 2; 3"."""
    return "; ".join(" ".join(map(str, group)) for group in groups)


def read_coarsening(text: str) -> list[list[int]] | None:
    """The groups again; None for what is no such list."""
    groups = [group.split() for group in text.split(";")] if text else []
    if not all(INTEGER.fullmatch(value) for group in groups for value in group):
        return None
    return [[int(value) for value in group] for group in groups]


class Rules:
    """Reads the rules of one file, and no longer than a file's rules may be together."""

    def __init__(self, dialect: Dialect) -> None:
        self._dialect = dialect
        self._length = 0

    def read(self, text: str, variables: Mapping[str, Variable]) -> dict[str, Value] | None:
        """As `expressions.read`. Raises NotUnderstood."""
        self._length += len(text)
        if self._length > _ALL_RULES:
            raise NotUnderstood(f"all rules together are longer than {_ALL_RULES} characters")
        return read(text, self._dialect, variables)
