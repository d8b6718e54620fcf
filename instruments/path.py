"""Which items a respondent meets, given the answers so far. Pure: nothing is stored, deleted or remembered."""

from __future__ import annotations

from collections.abc import Mapping

from instruments.model import Answer, Instrument, Item, Section
from instruments.order import ordered_items
from instruments.rules import holds


def visible_items(instrument: Instrument, answers: Mapping[str, Answer], seed: int | None = None) -> tuple[Item, ...]:
    """Items on the path, in the order they are asked; `seed` is this person's, where items come in random order.

    An answer counts for a later rule only if its own item is on the path: somebody who goes back and closes a branch
    closes all that hung on it, and opens it again with every answer still there. No rule of a section in random order
    looks at an item of the same section (a fault of the file), so the path is the same whatever the order.
    """
    if not instrument.branches and seed is None:
        return instrument.items
    counted: dict[str, Answer] = {}
    visible: list[Item] = []
    for section in instrument.sections:
        if section.visible_if is not None and not holds(section.visible_if, counted):
            continue
        for item in ordered_items(section, seed):
            if item.visible_if is not None and not holds(item.visible_if, counted):
                continue
            visible.append(item)
            counted[item.id] = answers.get(item.id)
    return tuple(visible)


def visible_sections(
    instrument: Instrument, answers: Mapping[str, Answer], seed: int | None = None
) -> tuple[tuple[Section, tuple[Item, ...]], ...]:
    """Sections with at least one item on the path, each with its visible items."""
    if not instrument.branches:
        return tuple((section, ordered_items(section, seed)) for section in instrument.sections)
    shown = {item.id for item in visible_items(instrument, answers)}
    whole = ((section, ordered_items(section, seed)) for section in instrument.sections)
    pairs = ((section, tuple(item for item in items if item.id in shown)) for section, items in whole)
    return tuple((section, items) for section, items in pairs if items)


def answers_on_path(instrument: Instrument, answers: Mapping[str, Answer]) -> dict[str, Answer]:
    """The answers that count: those to items on the path. What was given off it is not used, and not destroyed."""
    return {item.id: answers[item.id] for item in visible_items(instrument, answers) if item.id in answers}
