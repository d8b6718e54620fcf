"""Simulated respondents: a stated model, so that what a report finds can be compared with what was put in.

For person p in municipality u, scale s and round t, on a latent scale where the middle answer is 0 and one step is 1:

    trait[p,s,t]  = level[u,s] + shift[u,s]*[t is the later round] + 0.45*general[p] + 0.45*own[p,s,t]
    latent[p,i,t] = trait[p,s,t] + difficulty[i] + 0.75*noise
    answer        = 1 + how many of the thresholds -1.5, -0.5, 0.5, 1.5 the latent value passes; mirrored if reversed

general, own and noise are standard normal; `own` keeps a correlation of 0.7 from one round to the next for a person who
takes part in both. Difficulties are fixed by the item's id, normal with SD 0.3. An item is left out with probability
0.02; a respondent in thirty stops half-way and sends in what there is. Nobody here exists.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from instruments.model import Answer, Instrument, Item

THRESHOLDS = np.array([-1.5, -0.5, 0.5, 1.5])
GENERAL, OWN, NOISE, DIFFICULTY = 0.45, 0.45, 0.75, 0.3
STABILITY = 0.7
LEFT_OUT = 0.02
STOPS = 1 / 30


@dataclass
class Person:
    """One simulated respondent, the same over rounds."""

    general: float
    own: dict[str, float]
    """By scale; moves between rounds."""
    background: dict[str, int]


def new_person(instrument: Instrument, random: np.random.Generator) -> Person:
    return Person(
        general=float(random.normal()),
        own={scale.id: float(random.normal()) for scale in instrument.scales},
        background={item.id: _pick(instrument, item, random) for item in instrument.background_items},
    )


def years_later(person: Person, random: np.random.Generator) -> None:
    """The same person in the next round: partly the same traits."""
    fresh = np.sqrt(1 - STABILITY**2)
    person.own = {scale: STABILITY * value + fresh * float(random.normal()) for scale, value in person.own.items()}


def answers_of(
    person: Person, instrument: Instrument, level: Mapping[str, float], random: np.random.Generator
) -> dict[str, Answer]:
    """What the person sends in. `level` is the group's latent level by scale; a scale without one stands at 0."""
    scale_of = {entry.item: (scale.id, entry.reversed) for scale in instrument.scales for entry in scale.items}
    asked: Sequence[Item] = instrument.items
    if random.random() < STOPS:
        asked = asked[: len(asked) // 2]
    answers: dict[str, Answer] = {}
    for item in asked:
        if random.random() < LEFT_OUT:
            continue
        if item.id in person.background:
            answers[item.id] = person.background[item.id]
        elif item.id in scale_of:
            scale, reverse = scale_of[item.id]
            trait = level.get(scale, 0.0) + GENERAL * person.general + OWN * person.own[scale]
            latent = trait + DIFFICULTY * _difficulty(item.id) + NOISE * float(random.normal())
            values = [option.value for option in instrument.options(item) if not option.missing]
            step = min(int(np.searchsorted(THRESHOLDS, latent)), len(values) - 1)
            answers[item.id] = values[-1 - step] if reverse else values[step]
    return answers


def _difficulty(item_id: str) -> float:
    """Standard normal, the same in every round: it belongs to the item."""
    return float(np.random.default_rng(zlib.crc32(item_id.encode())).normal())


def _pick(instrument: Instrument, item: Item, random: np.random.Generator) -> int:
    values = [option.value for option in instrument.options(item)]
    # The first options are the common ones in real staff, as in the instrument's order.
    weights = np.linspace(3, 1, len(values))
    return int(random.choice(values, p=weights / weights.sum()))
