"""An export of rows in the ledger: its classes are published sets, and a later output is held against them.

The entry says how the classes were made, so that they can be made again from the same responses, which are never stored
with their class. No answer stands in it.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

import numpy as np

from reports.coarsening import NONE, Coarseness
from reports.dataset import Integers, RoundData, Tree
from reports.decision import RESPONDENTS
from reports.ledger import MICRODATA, Builder, Entry, Family
from reports.microdata import planned
from reports.microdata_source import Choice, Published, Source


def entries(source: Source, choice: Choice, label: str) -> tuple[Entry, ...]:
    """What the export of `choice` tells of each round of `source`, in their order."""
    _, found, _ = planned(source, choice)
    recipe = _recipe(found.coarseness, choice.items)
    made = []
    for at, data in enumerate(source.rounds):
        labels = found.labels[source.of_round == at]
        names = _names(source.tree, labels)
        made.append(Entry(label, MICRODATA, data.round_id, (_family(recipe, data, names, source.k),)))
    return tuple(made)


def _family(recipe: str, data: RoundData, names: Sequence[str], k: int) -> Family:
    groups = sorted(set(names))
    builder = Builder(recipe, groups, [NONE] * len(groups))
    builder.place(data.unit_codes, data.batches, names)
    everybody = builder.measure(np.ones(len(names), dtype=np.bool_))
    builder.tell(RESPONDENTS, k, everybody, np.ones(len(groups), dtype=np.bool_))
    number = {name: position for position, name in enumerate(groups)}
    return builder.family({(unit, name): number[name] for unit, name in zip(data.unit_codes, names, strict=True)})


def pieces(entry: Entry, data: RoundData, tree: Tree, last_batch: int) -> tuple[Published, ...]:
    """The classes of an earlier export over the rows of `data`; rows that came after `last_batch` are in none."""
    told = []
    for family in entry.families:
        state, items = _read(family.partition)
        source = Source((data,), tree, k=5)
        labels = state.labels(tree, source.places, source.chosen(items))
        emptied = labels.copy()
        emptied[:, 1:] = NONE
        number = {name: position for position, name in enumerate(family.groups)}
        # A row whose own class did not leave is one of those that lost their background.
        own = [number.get(name, NONE) for name in _names(tree, labels)]
        rest = [number.get(name, NONE) for name in _names(tree, emptied)]
        found = np.array([one if one != NONE else other for one, other in zip(own, rest, strict=True)], dtype=np.int64)
        found[np.array(data.batches, dtype=np.int64) > last_batch] = NONE
        told.append(Published(entry.label, found))
    return tuple(told)


def _names(tree: Tree, labels: Integers) -> list[str]:
    """A name for each row's class: its place, and the number of its group in each item."""
    return [f"{tree.nodes[row[0]].code}/{','.join(map(str, row[1:]))}" for row in labels.tolist()]


def _recipe(state: Coarseness, items: Sequence[str]) -> str:
    # In the order that was asked for: the names of the classes follow it.
    plain = {"depth": state.depth, "items": dict(zip(items, state.groups, strict=True))}
    return f"rows {json.dumps(plain, separators=(',', ':'))}"


def _read(recipe: str) -> tuple[Coarseness, tuple[str, ...]]:
    plain = json.loads(recipe.removeprefix("rows "))
    groups = tuple(tuple(tuple(group) for group in of_item) for of_item in plain["items"].values())
    return Coarseness(plain["depth"], groups), tuple(plain["items"])
