"""Random studies for the attacks on what is published: small trees, gaps, late paper, objections, units that move."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache

import numpy as np

from instruments.model import Instrument
from reports.dataset import Node, RoundData, Tree
from reports.findings import NodeKind

K = 5
STEPS = 5
SCALES = {"knowledge": ("K1", "K2"), "practice": ("P1", "P2")}
ITEMS = tuple(item for items in SCALES.values() for item in items)
ROLE = "ROLE"
ROLES = (1, 2, 3)
_KINDS = (NodeKind.NATION, NodeKind.COUNTY, NodeKind.MUNICIPALITY, NodeKind.UNIT)
_SIZES = (0, 1, 2, 3, 4, 5, 6, 7, 9, 12, 20, 30)
_LATE = 7
"""So many late answers at most, spread over the units."""


@dataclass(frozen=True)
class Person:
    """One set of answers in one round."""

    unit: str
    answers: Mapping[str, object]
    batch: int = 0
    """1 for those whose paper came late."""


@dataclass(frozen=True)
class Step:
    """One release: who is in it, and the tree as it stands that day."""

    round_id: int
    people: tuple[int, ...]
    """Positions in the study's people."""
    before: tuple[int, ...] | None
    """Those of the earlier round that it is compared with; None if it is not."""
    tree: Tree


@dataclass(frozen=True)
class Study:
    people: tuple[Person, ...]
    steps: tuple[Step, ...]

    def data(self, step: Step, *, earlier: bool = False) -> RoundData:
        """The rows of a release, or of the earlier round in it."""
        rows = step.people if not earlier else step.before or ()
        there = [self.people[row] for row in rows]
        return RoundData.from_answers(
            round_id=step.round_id - earlier,
            name=f"round {step.round_id - earlier}",
            instrument=instrument(),
            digest="d" * 64,
            answers=[person.answers for person in there],
            unit_codes=[person.unit for person in there],
            batches=[person.batch for person in there],
            invited={},
        )


def random_study(seed: int) -> Study:
    """The same seed gives the same study: one or two rounds, each released once or again after late paper."""
    random = np.random.default_rng(seed)
    tree = _tree(random)
    leaves = [node.code for node in tree.nodes if node.code not in {other.parent for other in tree.nodes}]
    people: list[Person] = []
    steps: list[Step] = []
    earlier: tuple[int, ...] | None = None
    for round_id in range(1, 2 + int(random.integers(2))):
        people_before = len(people)
        people += [_person(random, unit) for unit in leaves for _ in range(int(random.choice(_SIZES)))]
        present = tuple(range(people_before, len(people)))
        steps.append(Step(round_id, present, earlier, tree))
        if random.random() < 0.5:
            arrived = [_person(random, str(random.choice(leaves))) for _ in range(int(random.integers(1, _LATE + 1)))]
            late = [replace(person, batch=1) for person in arrived]
            present += tuple(range(len(people), len(people) + len(late)))
            people += late
            steps.append(Step(round_id, present, earlier, tree))
        # Before the next round some take their answers out, and a unit may move.
        gone = set(random.choice(present, min(len(present), int(random.integers(3))), replace=False).tolist())
        earlier = tuple(row for row in present if row not in gone)
        tree = _moved(random, tree)
    return Study(tuple(people), tuple(steps))


def _tree(random: np.random.Generator) -> Tree:
    """Depth 2 to 4, one to three groups in each."""
    nodes = [Node("n", "n", "n", NodeKind.NATION, None)]
    level = nodes
    for depth in range(1, int(random.integers(2, 5))):
        kind = _KINDS[depth]
        level = [
            Node(f"{parent.code}{child}", f"{parent.code}{child}", f"{parent.code}{child}", kind, parent.code)
            for parent in level
            for child in range(int(random.integers(1, 4)))
        ]
        nodes = [*nodes, *level]
    return Tree(tuple(nodes))


def _moved(random: np.random.Generator, tree: Tree) -> Tree:
    """Half of the time one of the lowest groups stands under another parent of the same kind."""
    lowest = tree.nodes[-1].kind
    parents = sorted({node.parent or "" for node in tree.nodes if node.kind is lowest})
    if len(parents) < 2 or random.random() < 0.5:
        return tree
    movable = [node for node in tree.nodes if node.kind is lowest]
    chosen = movable[int(random.integers(len(movable)))]
    # A parent keeps its children's kind: one that is left without any would become a leaf with another code's answers.
    if sum(node.parent == chosen.parent for node in movable) < 2:
        return tree
    target = str(random.choice([code for code in parents if code != chosen.parent]))
    return Tree(
        tuple(
            Node(node.code, node.name, node.short_name, node.kind, target if node is chosen else node.parent)
            for node in tree.nodes
        )
    )


def _person(random: np.random.Generator, unit: str) -> Person:
    """Now and then everybody in a place thinks alike; one answer in twelve is missing, one in thirty all of a scale."""
    level = 5 if sum(unit.encode()) % 3 == 0 else 3
    answers: dict[str, object] = {ROLE: int(random.choice(ROLES))} if random.random() < 0.95 else {}
    for items in SCALES.values():
        if random.random() < 1 / 30:
            continue
        for item in items:
            if random.random() >= 1 / 12:
                answers[item] = int(np.clip(level + random.integers(-1, 2), 1, STEPS))
    return Person(unit, answers)


@cache
def instrument() -> Instrument:
    """Two scales of two items in five steps, and a role to cut by."""
    steps = [{"value": value, "text": {"sv": str(value)}} for value in range(1, STEPS + 1)]
    sections = [
        {
            "id": scale,
            "title": {"sv": scale},
            "items": [{"id": item, "text": {"sv": item}, "answer_set": "steps"} for item in items],
        }
        for scale, items in SCALES.items()
    ]
    role = {"id": ROLE, "text": {"sv": ROLE}, "answer_set": "role", "background": True}
    return Instrument.model_validate(
        {
            "id": "attacked",
            "version": "2026.1",
            "languages": ["sv"],
            "title": {"sv": "Prov"},
            "introduction": {"sv": "Prov"},
            "minutes": 1,
            "provenance": {
                "wording": "own",
                "sources": ["made up for the attacks"],
                "licence": "CC0",
                "notice": {"sv": "Prov"},
            },
            "answer_sets": [{"id": "steps", "options": steps}, {"id": "role", "options": steps[: len(ROLES)]}],
            "sections": [*sections, {"id": "background", "title": {"sv": "Bakgrund"}, "items": [role]}],
            "scales": [
                {
                    "id": scale,
                    "title": {"sv": scale},
                    "description": {"sv": scale},
                    "items": [{"item": item, "reversed": False} for item in items],
                    "minimum": 1,
                    "maximum": STEPS,
                    "missing": "half",
                    "positive_from": 4,
                }
                for scale, items in SCALES.items()
            ],
        }
    )
