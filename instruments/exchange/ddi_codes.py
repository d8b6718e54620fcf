"""The codes of a DDI variable: its categories as options, those that count as missing, and its range."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from instruments.document import Value
from instruments.exchange.ddi_texts import Texts
from instruments.exchange.gathering import Gathered, put
from instruments.exchange.xml_tree import Element

_WHOLE = re.compile(r"[-+]?[0-9]{1,9}(\.0+)?")
_SYSTEM_MISSING = frozenset({"", ".", "sysmiss", "system missing"})


@dataclass(frozen=True)
class Codes:
    texts: Texts
    gathered: Gathered

    def options(self, variable: Element, place: str) -> list[Value]:
        """One for each category with a whole number; other codes are told as faults, and system missing is none."""
        invalid = _invalid(variable)
        options: list[Value] = []
        for category in variable.all("catgry"):
            said = code_of(category)
            if said.lower() in _SYSTEM_MISSING:
                continue
            if not _WHOLE.fullmatch(said):
                message = f"the code {said[:40]!r} is not a whole number"
                self.gathered.add("code", category.line, place, message, "recode it as a whole number")
                continue
            number = int(float(said))
            missing = category.attributes.get("missing") == "Y" or _within(number, invalid)
            options.append(self.option(category, number, missing=missing))
        return options

    def option(self, category: Element, value: int, *, missing: bool) -> dict[str, Value]:
        self.gathered.make()
        labels = category.all("labl")
        text = self.texts.of([label for label in labels if label.attributes.get("level") != "easy"])
        option: dict[str, Value] = {"value": value, "text": {**(text or {self.texts.language: str(value)})}}
        picture = next((one.text for one in category.all("txt") if one.attributes.get("level") == "picture"), None)
        alt = self.texts.of(category.all("txt"), "alt")
        put(option, {"easy": {**self.texts.of(labels, "easy")}})
        put(option, {"picture": {"file": picture, "alt": {**alt}} if picture else None})
        return option | ({"missing": True} if missing else {})


def bounds(variable: Element) -> dict[str, Value]:
    """`minimum` and `maximum`, where `valrng` says whole numbers."""
    found = variable.first("valrng", "range")
    sides = {"minimum": "min", "maximum": "max"}
    said = {key: found.attributes.get(side, "") for key, side in sides.items()} if found else {}
    return {key: int(float(value)) for key, value in said.items() if _WHOLE.fullmatch(value)}


def code_of(category: Element) -> str:
    value = category.first("catValu")
    return value.text if value else ""


def _invalid(variable: Element) -> list[tuple[int, int]]:
    """The codes that `invalrng` names, as ranges of whole numbers, sorted and apart from each other."""
    items = [(one.attributes.get("VALUE", ""),) * 2 for one in variable.all("invalrng", "item")]
    ranges = [
        (one.attributes.get("min", ""), one.attributes.get("max", "")) for one in variable.all("invalrng", "range")
    ]
    whole = [pair for pair in (*items, *ranges) if all(_WHOLE.fullmatch(side) for side in pair)]
    joined: list[tuple[int, int]] = []
    for low, high in sorted({(int(float(low)), int(float(high))) for low, high in whole}):
        if joined and low <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(high, joined[-1][1]))
        else:
            joined.append((low, high))
    return joined


def _within(number: int, ranges: Sequence[tuple[int, int]]) -> bool:
    """Whether one of the ranges, sorted and apart from each other, holds the number."""
    place = bisect_right(ranges, number, key=lambda one: one[0])
    return place > 0 and number <= ranges[place - 1][1]
