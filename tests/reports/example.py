"""A small made-up study: two counties, some municipalities, units; answers drawn from a stated model."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from instruments.model import Instrument
from reports.dataset import Node, RoundData, Tree
from reports.findings import NodeKind

STEPS = (1, 2, 3, 4, 5)

_QUESTIONS = {"knowledge": ("K1", "K2", "K3"), "attitude": ("A1", "A2"), "practice": ("P1", "P2", "P3")}
_TITLES = {
    "knowledge": {"sv": "Kunskap", "en": "Knowledge"},
    "attitude": {"sv": "Attityd", "en": "Attitude"},
    "practice": {"sv": "Praktik", "en": "Practice"},
}


def small_instrument(positive_from: int | None = 4) -> Instrument:
    """Eight items in three scales, A2 reversed, and an option that counts as missing on K1."""
    agreement = [{"value": step, "text": {"sv": f"steg {step}", "en": f"step {step}"}} for step in STEPS]
    unsure = {"value": 9, "text": {"sv": "Vet inte", "en": "Do not know"}, "missing": True}
    return Instrument.model_validate(
        {
            "id": "small",
            "version": "2026.1",
            "languages": ["sv", "en"],
            "title": {"sv": "Liten enkät", "en": "Small survey"},
            "introduction": {"sv": "Hej", "en": "Hello"},
            "subject": {"sv": "medarbetare", "en": "staff members"},
            "minutes": 2,
            "provenance": {
                "wording": "own",
                "sources": ["made up for tests"],
                "licence": "CC0",
                "notice": {"sv": "Påhittad", "en": "Made up"},
            },
            "answer_sets": [
                {"id": "agree", "options": agreement},
                {"id": "agree-or-unsure", "options": [*agreement, unsure]},
            ],
            "sections": [
                {
                    "id": scale,
                    "title": _TITLES[scale],
                    "items": [
                        {
                            "id": item,
                            "text": {"sv": f"Påstående {item}", "en": f"Statement {item}"},
                            "answer_set": "agree-or-unsure" if item == "K1" else "agree",
                        }
                        for item in items
                    ],
                }
                for scale, items in _QUESTIONS.items()
            ],
            "scales": [
                {
                    "id": scale,
                    "title": _TITLES[scale],
                    "description": _TITLES[scale],
                    "items": [{"item": item, "reversed": item == "A2"} for item in items],
                    "minimum": 1,
                    "maximum": 5,
                    "missing": "half",
                    "positive_from": positive_from,
                    "discuss": {language: f"{_TITLES[scale][language]}?" for language in ("sv", "en")},
                }
                for scale, items in _QUESTIONS.items()
            ],
        }
    )


def with_backgrounds(instrument: Instrument, *names: str, coarsen: tuple[tuple[int, ...], ...] = ()) -> Instrument:
    """The instrument with background items of five options each, and a sixth, 9, that says nothing."""
    first = instrument.sections[0]
    # Not by id: model_copy would keep what the model has worked out of its old items.
    like = first.items[0]
    asked = [like.model_copy(update={"id": name, "background": True, "coarsen": coarsen}) for name in names]
    section = first.model_copy(update={"items": (*first.items, *asked)})
    return instrument.model_copy(update={"sections": (section, *instrument.sections[1:])})


def tree(units: Mapping[str, int]) -> Tree:
    """Nation SE, counties of the first two digits, municipalities of the first four, units such as 2301-a."""
    counties = sorted({unit[:2] for unit in units})
    municipalities = sorted({unit[:4] for unit in units})
    nodes = [Node("SE", "Riket", "Riket", NodeKind.NATION, None)]
    nodes += [Node(code, f"Län {code}", f"Län {code}", NodeKind.COUNTY, "SE") for code in counties]
    nodes += [Node(code, f"Kommun {code}", f"K {code}", NodeKind.MUNICIPALITY, code[:2]) for code in municipalities]
    nodes += [Node(unit, f"Enhet {unit}", unit, NodeKind.UNIT, unit[:4]) for unit in sorted(units)]
    return Tree(tuple(nodes))


def answers_from(trait: np.ndarray, random: np.random.Generator, gaps: float = 0.03) -> list[dict[str, object]]:
    """One person a row: each answer is the person's trait plus noise, cut into five steps; A2 turned round."""
    given = []
    for level in trait:
        steps = np.clip(np.round(3 + level + random.normal(0, 0.8, 8)), 1, 5).astype(int).tolist()
        items = [item for items in _QUESTIONS.values() for item in items]
        answer: dict[str, object] = dict(zip(items, steps, strict=True))
        answer["A2"] = 6 - steps[items.index("A2")]
        given.append({item: value for item, value in answer.items() if random.random() >= gaps})
    return given


def round_of(
    units: Mapping[str, int],
    *,
    round_id: int = 2,
    name: str = "2026",
    seed: int = 1,
    shift: float = 0.0,
    invited: Mapping[str, int | None] | None = None,
    links: bool = False,
    instrument: Instrument | None = None,
    gaps: float = 0.03,
) -> RoundData:
    """`units`: unit code -> respondents. With `links`, person i of a unit is the same in every round."""
    random = np.random.default_rng(seed)
    codes = [unit for unit, n in units.items() for _ in range(n)]
    persons = [f"{unit}/{person}" for unit, n in units.items() for person in range(n)]
    trait = np.array([np.random.default_rng(sum(person.encode()) * 7919).normal(0, 0.7) for person in persons])
    return RoundData.from_answers(
        round_id=round_id,
        name=name,
        instrument=instrument or small_instrument(),
        digest="d" * 64,
        answers=answers_from(trait.reshape(-1) + shift, random, gaps),
        unit_codes=codes,
        link_codes=[person.encode().ljust(16, b"\0") if links else None for person in persons],
        invited=invited if invited is not None else dict.fromkeys(units),
    )
