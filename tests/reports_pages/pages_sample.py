"""Findings for the pages' tests, made the real way: invented people, the analysis, the gate.

A nation with another county in it, a county, and eight municipalities: one of 3 (never shown), one of 7, one of 15.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from instruments.model import Instrument
from reports.analysis import analyse
from reports.dataset import Node, RoundData, Tree, analysed_items
from reports.disclosure import Disclosed, disclose
from reports.findings import NodeKind

K = 5
DIGEST = "3f9a71c2e0bd" + "5" * 52
NATION, COUNTY, BIG, MEDIUM, SMALL, HIDDEN = "00", "23", "2380", "2305", "2326", "2361"
SIZES = {"2303": 34, "2305": 64, "2309": 7, "2313": 28, "2321": 41, "2326": 15, "2361": 3, "2380": 112, "2260": 60}
NAMES = {
    "00": "Riket",
    "22": "Västernorrlands län",
    "23": "Jämtlands län",
    "2303": "Ragunda kommun",
    "2305": "Bräcke kommun",
    "2309": "Krokoms kommun",
    "2313": "Strömsunds kommun",
    "2321": "Åre kommun",
    "2326": "Bergs kommun",
    "2361": "Härjedalens kommun",
    "2380": "Östersunds kommun",
    "2260": "Ånge kommun",
}


def sample(
    instrument: Instrument,
    *,
    names: Mapping[str, str] = NAMES,
    sizes: Mapping[str, int] = SIZES,
    before: str | None = "hösten 2024",
    simulated: bool = True,
    linked: bool = True,
    k: int = K,
) -> Disclosed:
    """One round's findings (and the one before), through the gate. The same arguments give the same numbers."""
    now = _round(instrument, 2, "hösten 2026", sizes, rise=0.35)
    earlier = _round(instrument, 1, before, sizes, rise=0.0) if before else None
    findings = analyse(
        now, earlier, _tree(names), study="EBP i Jämtland", k=k, seed=20261, simulated=simulated, linked=linked
    )
    return disclose(findings, k)


def _tree(names: Mapping[str, str]) -> Tree:
    nodes = [Node(NATION, names[NATION], names[NATION], NodeKind.NATION, None)]
    for code, name in names.items():
        if code != NATION:
            kind, parent = (NodeKind.COUNTY, NATION) if len(code) == 2 else (NodeKind.MUNICIPALITY, code[:2])
            nodes.append(Node(code, name, name, kind, parent))
    return Tree(tuple(sorted(nodes, key=lambda node: (node.code != NATION, len(node.code), node.code))))


def _round(instrument: Instrument, round_id: int, name: str, sizes: Mapping[str, int], rise: float) -> RoundData:
    """People with a leaning of their own in municipalities with a level of their own; the first scale rises.

    The same person keeps the same leaning and link code in both rounds, and every third stays away from the later one.
    """
    people = np.random.default_rng(7)
    noise = np.random.default_rng(70 + round_id)
    rising = set(instrument.scales[0].item_ids) if instrument.scales else set()
    answers: list[dict[str, object]] = []
    units: list[str] = []
    links: list[bytes | None] = []
    for code, size in sizes.items():
        level = people.normal(0.0, 0.3)
        for person, leaning in enumerate(people.normal(level, 0.6, size)):
            answers.append(_answers(instrument, leaning, rising, rise, noise))
            units.append(code)
            stayed = round_id == 1 or person % 3
            links.append(f"{code}-{person}".encode() if stayed else f"{code}-{person}-new".encode())
    return RoundData.from_answers(
        round_id=round_id,
        name=name,
        instrument=instrument,
        digest="a1" * 32,
        answers=answers,
        unit_codes=units,
        link_codes=links,
        invited={code: int(size * 1.4) + 1 for code, size in sizes.items()},
    )


def _answers(
    instrument: Instrument, leaning: float, rising: set[str], rise: float, noise: np.random.Generator
) -> dict[str, object]:
    given: dict[str, object] = {}
    for item in analysed_items(instrument):
        options = instrument.options(item)
        scored = [option.value for option in options if not option.missing]
        if not scored or noise.random() < 0.04:
            continue
        missing = [option.value for option in options if option.missing]
        if missing and noise.random() < 0.06:
            given[item.id] = missing[0]
            continue
        middle = (len(scored) - 1) / 2
        drawn = middle + leaning + (rise if item.id in rising else 0.0) + noise.normal(0.15, 0.8)
        given[item.id] = scored[int(np.clip(round(drawn), 0, len(scored) - 1))]
    return given
