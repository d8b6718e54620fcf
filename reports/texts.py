"""Free texts that may be shown: which groups' texts stand under their name, and the only type that pages accept.

A text is one person's. It is shown under a group only if that group's texts, and what they leave of the groups above,
come from nobody or from at least k people: the residual rule of `reports.residuals`, on how many *wrote*. That number
was fixed when the answers were mixed, so that texts which are read and released later never change what has been shown.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from reports.residuals import published

_TOKEN: Final = object()
"""Known to this module only: without it no ReleasedTexts can be made."""


@dataclass(frozen=True)
class Text:
    """One text that a reader has let through."""

    place: str
    """Code of the group that the answers were placed at."""
    item: str
    text: str


class ReleasedTexts:
    """Texts by group and item, past the gate. Made by `released_texts` only."""

    __slots__ = ("_by_group",)
    _by_group: Mapping[str, Mapping[str, tuple[str, ...]]]

    def __init__(self, by_group: Mapping[str, Mapping[str, tuple[str, ...]]], *, token: object) -> None:
        if token is not _TOKEN:
            raise TypeError("ReleasedTexts is made by reports.texts.released_texts, never by hand")
        object.__setattr__(self, "_by_group", by_group)

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError("ReleasedTexts never changes")

    def of(self, code: str) -> Mapping[str, tuple[str, ...]]:
        """Item -> texts, in alphabetical order: no other order is left. Empty where nothing may be shown."""
        return self._by_group.get(code, {})


def released_texts(
    parents: Mapping[str, str | None],
    written: Mapping[tuple[str, str], int],
    texts: Sequence[Text],
    k: int,
) -> ReleasedTexts:
    """What may be shown under which group.

    `parents`: each group's parent, parents first. `written`: how many wrote to each (place, item), released or not.
    Raises ValueError for a place that is not among the groups.
    """
    strangers = {place for place, _ in written if place not in parents}
    if strangers:
        raise ValueError(f"texts stand at {', '.join(sorted(strangers))}, which is not among the groups")
    by_group: dict[str, dict[str, tuple[str, ...]]] = {}
    for item in sorted({item for _, item in written}):
        counts: Counter[str] = Counter()
        for (place, of), people in written.items():
            if of == item:
                counts.update(dict.fromkeys(_line(place, parents), people))
        for code in published(parents, counts, k):
            here = sorted(one.text for one in texts if one.item == item and code in _line(one.place, parents))
            if here:
                by_group.setdefault(code, {})[item] = tuple(here)
    return ReleasedTexts(by_group, token=_TOKEN)


def _line(code: str, parents: Mapping[str, str | None]) -> list[str]:
    """The group and all above it."""
    line = [code]
    while (parent := parents[line[-1]]) is not None:
        line.append(parent)
    return line
