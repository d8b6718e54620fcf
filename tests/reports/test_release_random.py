"""A release never stops: what is decided is what the last look demands. Random small studies, cuts and all."""

from __future__ import annotations

import numpy as np
import pytest

from instruments.model import Instrument
from reports.analysis import About
from reports.dataset import Node, RoundData, Tree
from reports.findings import Findings, LinkedBy, NodeKind, Thresholds
from reports.ledger import Entry
from reports.release import Released, make
from tests.reports.example import small_instrument, with_backgrounds

K = 5
ABOUT = About("random", 1, True, LinkedBy.NONE, Thresholds.of(K))
SCALES = (("K1", "K2", "K3"), ("A1", "A2"), ("P1", "P2", "P3"))
ROLES = ("ROLE", "AREA", "YEARS")
UNSURE = 9
"""An option of K1 that is no answer."""
SIZES = (0, 1, 2, 3, 4, 5, 6, 7, 9, 12, 20, 30)

Row = tuple[str, dict[str, object], int]
"""Where somebody stands, what was answered, and the batch."""


def _instrument(items: int) -> Instrument:
    return with_backgrounds(small_instrument(), *ROLES[:items], coarsen=((1, 2), (3,)))


def _tree(random: np.random.Generator) -> Tree:
    """One or two counties, one to three municipalities in each, one to three units in each of those."""
    nodes = [Node("SE", "", "", NodeKind.NATION, None)]
    level = nodes
    for kind, most in ((NodeKind.COUNTY, 2), (NodeKind.MUNICIPALITY, 3), (NodeKind.UNIT, 3)):
        level = [
            Node(f"{above.code}{number}", "", "", kind, above.code)
            for above in level
            for number in range(int(random.integers(1, most + 1)))
        ]
        nodes = [*nodes, *level]
    return Tree(tuple(nodes))


def _people(random: np.random.Generator, tree: Tree, batch: int, sizes: tuple[int, ...]) -> list[Row]:
    """Some places and some roles answer alike, at an end or in the middle; gaps are few in some studies, many in some.

    Units of fewer than K are placed at the node above, as mixing does.
    """
    gaps, skipped = random.choice([0.0, 0.03, 0.15]), random.choice([0.0, 0.03, 0.1])
    alike = {role: int(random.choice([1, 3, 5])) for role in range(1, 6) if random.random() < 0.3}
    weights = random.dirichlet(np.ones(5))
    rows: list[Row] = []
    for node in tree.nodes:
        if node.kind is not NodeKind.UNIT:
            continue
        size = int(random.choice(sizes))
        place = node.code if size >= K or random.random() < 0.3 else node.parent or ""
        level, width = (5, 0) if random.random() < 0.15 else (int(random.integers(2, 5)), 2)
        for _ in range(size):
            roles = {role: int(random.choice(5, p=weights)) + 1 for role in ROLES if random.random() >= skipped}
            near = alike.get(roles.get("ROLE", 0))
            answers: dict[str, object] = dict(roles)
            for items in SCALES:
                if random.random() >= gaps:
                    for item in items:
                        step = near if near is not None else level + int(random.integers(-width, width + 1))
                        if random.random() >= gaps:
                            answers[item] = int(np.clip(step if item != "A2" else 6 - step, 1, 5))
                        elif item == "K1":
                            answers[item] = UNSURE
            rows.append((place, answers, batch))
    return rows


def _data(rows: list[Row], instrument: Instrument, round_id: int, every: int) -> RoundData:
    """Of each place the first and every `every`th after are the same people in both rounds."""
    seen: dict[str, int] = {}
    links: list[bytes | None] = []
    for place, _, _ in rows:
        seen[place] = number = seen.get(place, -1) + 1
        links.append(f"{place}/{number}".encode() if number % every == 0 else None)
    return RoundData.from_answers(
        round_id=round_id,
        name=str(round_id),
        instrument=instrument,
        digest="d" * 64,
        answers=[{item: value for item, value in row[1].items() if item in instrument.items_by_id} for row in rows],
        unit_codes=[row[0] for row in rows],
        link_codes=links,
        batches=[row[2] for row in rows],
        invited={},
    )


def release_all(seed: int, *, again: bool) -> Findings:
    """One round, some with the next one; `again` also with late paper, each release held against all before it."""
    random = np.random.default_rng(seed)
    tree, instrument, every = _tree(random), _instrument(1 + seed % len(ROLES)), int(random.integers(1, 5))
    first = _people(random, tree, 0, SIZES)
    late = _people(random, tree, 1, (0, 0, 1, 3))
    second = _people(random, tree, 0, SIZES)

    def release(rows: list[Row], number: int, before: RoundData | None, **told: list[Entry]) -> Released:
        data = _data(rows, instrument, number, every)
        return make(data, before, tree, ABOUT, label=f"{len(rows)}", linked=seed % 2 > 0, **told)

    released = release(first, 1, None)
    if again:
        entries = [released.entries[0]]
        entries.append(release(first + late, 1, None, told_now=entries).entries[0])
        released = release(second, 2, _data(first + late, instrument, 1, every), told_before=entries)
    elif seed % 3 == 0:
        released = release(second, 2, _data(first, instrument, 1, every))
    return released.disclosed.findings


@pytest.mark.parametrize("seed", range(40))
def test_no_release_stops(seed: int) -> None:
    release_all(seed, again=False)


@pytest.mark.parametrize("seed", range(6))
def test_no_release_stops_that_has_earlier_ones(seed: int) -> None:
    release_all(seed, again=True)


def test_the_studies_show_and_hide_cuts() -> None:
    """Else nothing stopping would say nothing."""
    cells = [cell for seed in range(20) for cut in release_all(seed, again=False).cuts for cell in cut.cells]
    shown = sum(cell.n is not None for cell in cells)
    assert 0.05 < shown / len(cells) < 0.95
    assert any(cell.n is not None and any(mean.value is None for mean in cell.means) for cell in cells)
