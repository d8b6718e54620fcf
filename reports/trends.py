"""One line through this round and all earlier ones that may be compared, for all who answered together.

Each round must show its mean with an SD of its own for everybody: the two that the release speaks of already do, and
the earlier ones are decided and held against the ledger here, as if the release told of their whole and nothing else.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from reports.analyst_findings import Trend
from reports.changes import comparable_columns
from reports.dataset import Node, RoundData, Tree
from reports.decision import RESPONDENTS, Question, decide
from reports.estimates import SOUGHT, Estimate, Reason, estimate, nothing, tidy
from reports.findings import NodeKind, Thresholds
from reports.ledger import RELEASE, Builder, Entry
from reports.ledger_check import refused
from reports.near import least_people, scale_range
from reports.residuals import Mask, Nesting
from reports.sums import round_sums

FEWEST_ROUNDS = 3
MIXED, UNITS = "mixed", "units"

Persons = list[NDArray[np.int64]]
"""For each round (n,): a number for each person, -1 for one known from no other round."""


@dataclass(frozen=True)
class Past:
    """An earlier round, and what has been told of it."""

    data: RoundData
    told: tuple[Entry, ...]


def shown_before(past: Past, code: str, limits: Thresholds, label: str) -> tuple[Mask, Entry]:
    """(scales of the round,) where everybody's mean and own SD may be told; and the entry that says so."""
    data, tree = _all_in_one(past.data, code)
    sums = round_sums(data, tree)
    asked = Question(data.instrument, data.items, sums, Nesting.of_tree(tree), limits, {}, {})
    decided = decide(asked, np.ones(1, dtype=np.bool_))
    shown: Mask = decided.means[0] & decided.own_spread[0]
    entry = _entry(past.data, code, limits, label, shown)
    withheld = refused(entry, past.told, limits.k)
    if any(one.cell == RESPONDENTS for one in withheld):
        return np.zeros_like(shown), entry
    gone = {one.cell[1] for one in withheld}
    shown = shown & np.array([scale.id not in gone for scale in data.instrument.scales], dtype=np.bool_)
    return shown, _entry(past.data, code, limits, label, shown)


def inside(data: RoundData, tree: Tree, code: str) -> bool:
    """Whether all of a round's answers stand in the group."""
    here = np.zeros(len(tree.nodes), dtype=np.bool_)
    here[tree.index[code]] = True
    for place, parent in enumerate(tree.parents.tolist()):
        here[place] |= parent >= 0 and here[parent]
    return bool(here[tree.positions(data.unit_codes)].all())


def trends_of(
    chain: Sequence[RoundData], shown: Mapping[int, Mask], linked: bool, limits: Thresholds
) -> tuple[Trend, ...]:
    """One a scale of the last round that every round has and shows. `chain`: oldest first; `shown`: by position."""
    now = chain[-1]
    columns = [comparable_columns(now.instrument, data.instrument) for data in chain]
    found = []
    for column, scale in enumerate(now.instrument.scales):
        there = [int(one[column]) for one in columns]
        if all(at >= 0 and shown[number][at] for number, at in enumerate(there)):
            scores = [data.scores[:, at] for data, at in zip(chain, there, strict=True)]
            found.append(_trend(chain, scale.id, scores, linked, limits))
    return tuple(found)


def _trend(
    chain: Sequence[RoundData], scale: str, scores: Sequence[NDArray[np.float64]], linked: bool, limits: Thresholds
) -> Trend:
    # Loads scipy's optimiser: not when the program starts.
    from reports.statistics.trend import NO_VARIATION, mixed_trend

    persons = _persons(chain, scores, linked, limits)
    codes = {code: number for number, code in enumerate(sorted({code for data in chain for code in data.unit_codes}))}
    method = MIXED if any((one >= 0).any() for one in persons) else UNITS
    found = mixed_trend(
        np.concatenate(scores),
        np.concatenate([np.full(len(one), float(number)) for number, one in enumerate(scores)]),
        np.concatenate(persons),
        np.array([codes[code] for data in chain for code in data.unit_codes], dtype=np.int64),
    )
    line = found.line
    slope: Estimate = nothing(Reason.NO_VARIATION if line.reason == NO_VARIATION else Reason.NO_MODEL, found.answers)
    if not line.reason:
        slope = estimate(line.slope, *line.interval(), found.answers, Reason.NO_MODEL, SOUGHT)
    return Trend(
        scale=scale,
        rounds=tuple(data.name for data in chain),
        slope=slope,
        df=tidy(line.df, SOUGHT),
        p=tidy(line.p, SOUGHT),
        method=method,
    )


def _persons(
    chain: Sequence[RoundData], scores: Sequence[NDArray[np.float64]], linked: bool, limits: Thresholds
) -> Persons:
    """Each round's people, numbered, -1 for those who are not followed. Nobody is unless `sd_from` are.

    The line weighs those of each set of rounds apart, and those who are not followed: all of them are nobody or k.
    """
    alone = [np.full(len(one), -1, dtype=np.int64) for one in scores]
    if not linked:
        return alone
    times: dict[bytes, tuple[int, ...]] = {}
    own = []
    for at, (data, one) in enumerate(zip(chain, scores, strict=True)):
        twice = Counter(data.link_codes)
        codes = [
            code if code is not None and twice[code] == 1 and known else None
            for code, known in zip(data.link_codes, (~np.isnan(one)).tolist(), strict=True)
        ]
        own.append(codes)
        times |= {code: (*times.get(code, ()), at) for code in codes if code is not None}
    held_by: dict[tuple[int, ...], list[bytes]] = {}
    for code in sorted(times):
        held_by.setdefault(times[code], []).append(code)
    followed = _followed(held_by, [int((~np.isnan(one)).sum()) for one in scores], limits.k)
    if len(followed) < limits.sd_from:
        return alone
    number = {code: place for place, code in enumerate(sorted(followed))}
    return [np.array([number.get(code, -1) if code else -1 for code in codes], dtype=np.int64) for codes in own]


def _followed(held_by: Mapping[tuple[int, ...], Sequence[bytes]], scored: Sequence[int], k: int) -> set[bytes]:
    """Those who are followed: k of each set of rounds or nobody, and k or nobody left in each round beside them.

    Where fewer are left, as many of the largest set of that round are let go that there are k; the codes come in an
    order that says nothing of anybody, and the first are let go.
    """
    kept = {held: list(codes) for held, codes in held_by.items() if len(held) > 1 and len(codes) >= k}
    while True:
        left = [all_ - sum(len(codes) for held, codes in kept.items() if at in held) for at, all_ in enumerate(scored)]
        few = next((at for at, people in enumerate(left) if 0 < people < k), None)
        of_round = [held for held in kept if few in held]
        if few is None or not of_round:
            return set() if few is not None else {code for codes in kept.values() for code in codes}
        largest = max(of_round, key=lambda held: (len(kept[held]), held))
        rest = kept.pop(largest)[k - left[few] :]
        if len(rest) >= k:
            kept[largest] = rest


def _all_in_one(data: RoundData, code: str) -> tuple[RoundData, Tree]:
    """The round as if it had one unit, and the tree of that."""
    tree = Tree((Node(code, code, code, NodeKind.NATION, None),))
    return replace(data, unit_codes=(code,) * len(data.unit_codes), invited={}), tree


def _entry(data: RoundData, code: str, limits: Thresholds, label: str, shown: Mask) -> Entry:
    builder = Builder("", [code], [-1])
    builder.place(data.unit_codes, data.batches)
    everybody = np.ones(len(data.unit_codes), dtype=np.bool_)
    builder.tell(RESPONDENTS, limits.k, builder.measure(everybody), np.array([bool(shown.any())]))
    for column in np.flatnonzero(shown).tolist():
        scale = data.instrument.scales[column]
        scored = builder.measure(~np.isnan(data.scores[:, column]))
        name = ("scale", scale.id)
        builder.tell(name, least_people(scale_range(data.instrument, scale), limits), scored, shown[[column]])
        builder.tell((*name, "own SD"), limits.sd_from, scored, shown[[column]])
    return Entry(label, RELEASE, data.round_id, (builder.family({(unit, ""): 0 for unit in data.unit_codes}),))
