"""What stands beside the questions of an XLSForm: the instrument's head, its scales, and what is equivalent to what."""

from __future__ import annotations

from collections.abc import Mapping

from instruments.document import Value
from instruments.exchange.tables import Row
from instruments.exchange.xlsform_cells import Cells, unescaped
from instruments.faults import suggest
from instruments.names import IDENTIFIER, VERSION_NAME

_KEYS = (
    *("kind", "minutes", "pace", "margin", "variants", "title", "subject", "notice", "wording", "licence", "source"),
    *("overlay_of", "overlay_version", "overlay_digest", "overlay_permission"),
)
Scaled = Mapping[str, list[tuple[Row, str, bool]]]
"""Scale -> the rows, ids and reversal of its items."""


def scales(cells: Cells, scaled: Scaled) -> list[Value]:
    """Every scale of the sheet, with the items that the sheet survey puts into it."""
    rows = {cells.word(row, "id"): row for row in cells.rows("scales")}
    for scale, members in scaled.items():
        if scale not in rows:
            message = f"there is no scale {scale!r} on the sheet scales"
            cells.fault("unknown_scale", members[0][0], "scale", message, suggest(scale, rows))
    return [_scale(cells, scaled, name, row) for name, row in rows.items()]


def _scale(cells: Cells, scaled: Scaled, name: str, row: Row) -> Value:
    members = {item: turned for _, item, turned in scaled.get(name, [])}
    order = cells.word(row, "item_order").split() or list(members)
    if sorted(order) != sorted(members):
        message = "item_order does not name the items that the sheet survey puts into this scale"
        cells.fault("item_order", row, "item_order", message, "make the two the same, or empty the cell")
    data: dict[str, Value] = {"id": name}
    for key in ("title", "description", "low_label", "high_label", "discuss"):
        if text := cells.text(row, key):
            data[key] = text
    data["items"] = [{"item": item, "reversed": members.get(item, False)} for item in order]
    data |= {key: word for key in ("method", "missing") if (word := cells.word(row, key))}
    for key in ("minimum", "maximum", "positive_from"):
        if (number := cells.whole(row, key)) is not None:
            data[key] = number
    if (margin := cells.decimal(row, "margin")) is not None:
        data["margin"] = margin
    if reference := _reference(cells, row):
        data["reference"] = reference
    return data


def _reference(cells: Cells, row: Row) -> dict[str, Value]:
    found: dict[str, Value] = {key: cells.decimal(row, f"reference_{key}") for key in ("mean", "sd")}
    found["n"] = cells.whole(row, "reference_n")
    found["population"] = {**cells.text(row, "reference_population")} or None
    found["source"] = unescaped(cells.word(row, "reference_source")) or None
    return {key: value for key, value in found.items() if value is not None}


def head(cells: Cells, introduction: Mapping[str, Value], frame: Mapping[str, Value]) -> dict[str, Value]:
    """What is true of the whole instrument. `frame`: what a file must say and this one may not know."""
    data: dict[str, Value] = {**introduction}
    for key, column, form in (("id", "form_id", IDENTIFIER), ("version", "version", VERSION_NAME)):
        if form.fullmatch(cells.settings.get(column, "")):
            data[key] = cells.settings[column]
    if title := unescaped(cells.settings.get("form_title", "")):
        data["title"] = dict.fromkeys(cells.languages, title)
    provenance = frame["provenance"]
    said: dict[str, Value] = {**provenance} if isinstance(provenance, dict) else {}
    sources: list[Value] = []
    overlay: dict[str, Value] = {}
    for row in cells.rows("instrument"):
        key, value = cells.word(row, "key"), unescaped(cells.word(row, "value"))
        if key in ("kind", "pace"):
            data[key] = value
        elif key == "minutes":
            data[key] = cells.whole(row, "value")
        elif key == "margin":
            data[key] = cells.decimal(row, "value")
        elif key == "variants":
            data[key] = [*value.split()]
        elif key in ("title", "subject"):
            data[key] = {**cells.text(row, "text")}
        elif key == "notice":
            said[key] = {**cells.text(row, "text")}
        elif key in ("wording", "licence"):
            said[key] = value
        elif key == "source":
            sources.append(value)
        elif key.startswith("overlay_"):
            overlay[key.removeprefix("overlay_")] = value
        else:
            cells.fault("unknown_key", row, "key", f"{key!r} is not known here", suggest(key, _KEYS))
    data["provenance"] = said | ({"sources": sources} if sources else {})
    return data | ({"overlay": overlay} if overlay else {})


def equivalences(cells: Cells) -> list[Value]:
    """Version by version, in the order of the rows."""
    versions: dict[str, dict[str, Value]] = {}
    for row in cells.rows("equivalences"):
        items = versions.setdefault(cells.word(row, "version"), {})
        if item := cells.word(row, "item"):
            items[item] = cells.word(row, "is")
    return [{"version": version, "items": items} for version, items in versions.items()]
