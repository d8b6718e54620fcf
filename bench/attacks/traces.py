"""From files to orders: every order, physical or logical, in which the files hold the things that an adversary joins.

An order is a place for each thing by its name. Names of things: an invitation by its lookup hash, a response by its
mark, a text by its words, what was left of a box by its receipt hash and of a draft by its id.
"""

from __future__ import annotations

import json
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from bench.attacks.ground import Taken
from bench.attacks.needles import Needles, encodings
from bench.attacks.postgres_pages import heap_tuples, index_entries
from bench.attacks.sqlite_pages import Cell
from bench.attacks.stage import Play

Place = Any
"""Whatever can be sorted: a number, bytes, a pair."""
Order = dict[Hashable, Place]
NAMES = {
    "response": "mark",
    "invitation": "lookup",
    "text": "words",
    "box": "receipt_hash",
    "draft": "draft_id",
    "person": "person",
}
"""Thing -> what the truth (`Sent`) calls it."""
_TABLES = {
    "response": "response",
    "invitation": "invitation",
    "free_text": "text",
    "urn": "box",
    "draft": "draft",
    "person": "person",
}


@dataclass
class Traces:
    """By thing, then by the order's name."""

    orders: dict[str, dict[str, Order]] = field(default_factory=lambda: {thing: {} for thing in NAMES})

    def put(self, thing: str, order: str, name: Hashable, place: Place) -> None:
        self.orders[thing].setdefault(order, {})[name] = place


def traces(play: Play, taken: Taken) -> Traces:
    """All orders that can be read from what was taken."""
    found = Traces()
    needles = _needles(play)
    _raw(found, needles, taken)
    _rows(found, taken)
    if taken.sqlite:
        _sqlite(found, taken)
    else:
        _postgresql(found, needles, taken)
    return found


def _needles(play: Play) -> Needles[tuple[str, Hashable]]:
    """Byte strings that stand for one thing each, as any program may have written them."""
    named: list[tuple[bytes, str, Hashable]] = []
    for sent in play.sent:
        named += [
            (str(sent.mark).encode(), "response", sent.mark),
            (sent.words.encode(), "text", sent.words),
            (sent.receipt_hash, "box", sent.receipt_hash),
            (sent.draft_id, "draft", sent.draft_id),
        ]
        if sent.lookup is not None:
            named.append((sent.lookup, "invitation", sent.lookup))
        if sent.person is not None:
            named.append((sent.person, "person", sent.person))
    return Needles({form: (thing, name) for value, thing, name in named for form in encodings(value)})


def _raw(found: Traces, needles: Needles[tuple[str, Hashable]], taken: Taken) -> None:
    """Where each thing's bytes lie in each file, live or not: first and last."""
    for file, content in taken.files.items():
        for (thing, name), offsets in needles.find(content).items():
            kept = found.orders[thing].setdefault(f"first in {file}", {})
            kept[name] = min(offsets[0], kept.get(name, offsets[0]))
            kept = found.orders[thing].setdefault(f"last in {file}", {})
            kept[name] = max(offsets[-1], kept.get(name, offsets[-1]))


def _rows(found: Traces, taken: Taken) -> None:
    """The rows as the database gives them, and the order of every column's values."""
    for table, thing in _TABLES.items():
        for number, row in enumerate(taken.rows.get(table, ())):
            name = name_of(table, row)
            found.put(thing, "dump", name, number)
            for column, value in row.items():
                for part, one in _parts(column, value):
                    found.put(thing, f"value of {part}", name, one)


def name_of(table: str, row: Mapping[str, Any]) -> Hashable:
    """What the thing in this row is called: what the truth knows it by."""
    match table:
        case "response":
            return answers_of(row).get("mark")
        case "free_text":
            return str(row["text"])
        case "urn":
            return bytes(row["receipt"])
        case "draft":
            return bytes(row["id"])
        case "person":
            return bytes(row["contact_lookup"])
        case _:
            return bytes(row["lookup"])


def answers_of(row: Mapping[str, Any]) -> dict[str, Any]:
    answers = row["answers"]
    return json.loads(answers) if isinstance(answers, str) else dict(answers)


def _parts(column: str, value: object) -> Iterable[tuple[str, Place]]:
    """A column's value, and for a JSON object each of its values, as something that sorts."""
    if isinstance(value, str) and value.startswith("{"):
        value = json.loads(value)
    if isinstance(value, dict):
        for key, one in value.items():
            # The mark is the thing's own name, and was drawn at random; each order is of one kind of value.
            if isinstance(one, int | float | str) and key != "mark":
                yield f"{column}.{key}", (isinstance(one, str), one)
    elif value is not None:
        yield column, bytes(value) if isinstance(value, memoryview) else value


def _sqlite(found: Traces, taken: Taken) -> None:
    """Rowid, place on the page, and the order of each index, by our own reading of the pages."""
    pages = taken.pages
    for table, thing in _TABLES.items():
        columns = list(taken.rows[table][0]) if taken.rows.get(table) else []
        if not columns:
            continue
        named: dict[int, Hashable] = {}
        for number, cell in enumerate(pages.records(pages.root(table))):
            name = name_of(table, dict(zip(columns, cell.values, strict=False)))
            named[cell.rowid or 0] = name
            found.put(thing, "rowid", name, cell.rowid)
            found.put(thing, "b-tree", name, number)
            found.put(thing, "place on pages", name, (cell.page, cell.offset))
        for index in (one for one in pages.objects if one.kind == "index" and one.table == table):
            _sqlite_index(found, thing, index.name, pages.records(index.root), named)


def _sqlite_index(
    found: Traces, thing: str, index: str, records: Iterable[Cell], named: Mapping[int, Hashable]
) -> None:
    for number, cell in enumerate(records):
        # The last value of an index record is the row's number.
        name = named.get(int(cell.values[-1] or 0))
        if name is not None:
            found.put(thing, f"{index}: keys", name, number)
            found.put(thing, f"{index}: place on pages", name, (cell.page, cell.offset))


def _postgresql(found: Traces, needles: Needles[tuple[str, Hashable]], taken: Taken) -> None:
    """ctid, xmin and the like, and the order of each index, by our own reading of heap and b-tree pages."""
    for table, thing in _TABLES.items():
        rows: dict[tuple[int, int], Hashable] = {}
        items = list(heap_tuples(taken.files.get(f"table {table}", b"")))
        for number, (kind, name) in needles.find_in([item.data for item in items]):
            if kind != thing:
                continue
            item = items[number]
            rows[item.tid] = name
            found.put(thing, "ctid", name, item.tid)
            found.put(thing, "place on pages", name, (item.tid[0], -item.offset))
            found.put(thing, "xmin", name, item.xmin)
            found.put(thing, "xmax", name, item.xmax)
            found.put(thing, "command", name, item.command)
        # By the model's naming convention an index carries its table's name.
        for file, content in taken.files.items():
            if file.startswith("index ") and f"_{table}" in file:
                for entry in index_entries(content):
                    if entry.tid in rows:
                        found.put(thing, f"{file}: keys", rows[entry.tid], entry.place)
                        found.put(thing, f"{file}: place on pages", rows[entry.tid], entry.offset)
