"""The sheet choices of an XLSForm -> answer sets, and what rows of both sheets say of pictures and recordings."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from instruments.document import Value
from instruments.exchange.answers import identifier, values_of
from instruments.exchange.tables import MAX_QUESTIONS, Row
from instruments.exchange.xlsform_cells import Cells


@dataclass(frozen=True)
class Choices:
    """The lists, by the name that questions call them."""

    sets: list[Value] = field(default_factory=list)
    """As the file of an instrument has them."""
    set_ids: dict[str, str] = field(default_factory=dict)
    codes: dict[str, dict[str, int]] = field(default_factory=dict)
    """List -> name of a choice -> value."""
    ends: dict[str, dict[str, dict[str, Value]]] = field(default_factory=dict)
    """Lists that hold the words at a slider's ends: list -> number -> text by language."""


def read_choices(cells: Cells) -> Choices:
    """All lists. Faults are told to `cells`."""
    lists: dict[str, list[Row]] = {}
    for row in cells.rows("choices"):
        name, code = cells.word(row, "list_name"), _code(cells, row)
        if name and code:
            lists.setdefault(name, []).append(row)
        else:
            cells.fault("missing_key", row, "list_name", "the choice lacks its list or its name", "fill in both")
    cells.found.at_most(len(lists), MAX_QUESTIONS, "lists of choices")
    parameters = " ".join(cells.word(row, "parameters") for row in cells.rows("survey"))
    labels = set(re.findall(r"tick_labelset\s*=\s*([^\s,;]+)", parameters))
    found, taken = Choices(), set[str]()
    for name, rows in lists.items():
        codes = [_code(cells, row) for row in rows]
        if name in labels:
            found.ends[name] = {code: cells.text(row, "label") for code, row in zip(codes, rows, strict=True)}
            continue
        values = values_of(codes)
        found.codes[name] = dict(zip(codes, values, strict=True))
        found.set_ids[name] = identifier(name, taken, "choices")
        taken.add(found.set_ids[name])
        options = [_option(cells, row, value) for row, value in zip(rows, values, strict=True)]
        found.sets.append({"id": found.set_ids[name], "options": options})
    return found


def picture(cells: Cells, row: Row) -> dict[str, Value]:
    """The key `picture` of an item or option; nothing where the row names none."""
    files = cells.text(row, "media::image")
    if not files:
        return {}
    alt = cells.text(row, "alt")
    return {"picture": {"file": next(iter(files.values())), **({"alt": alt} if alt else {})}}


def recordings(cells: Cells, row: Row) -> dict[str, Value]:
    """The keys `audio` and `easy_audio`, those that the row has."""
    said = {"audio": cells.text(row, "media::audio"), "easy_audio": cells.text(row, "easy_audio")}
    return {key: files for key, files in said.items() if files}


def _code(cells: Cells, row: Row) -> str:
    return cells.word(row, "name") or cells.word(row, "value")


def _option(cells: Cells, row: Row, value: int) -> Value:
    text = cells.text(row, "label")
    if not text:
        cells.fault("missing_text", row, "label", "the choice has no label", "write one")
    option: dict[str, Value] = {"value": value, "text": {**text}}
    if easy := cells.text(row, "easy"):
        option["easy"] = easy
    if cells.flag(row, "missing"):
        option["missing"] = True
    return option | picture(cells, row) | recordings(cells, row)
