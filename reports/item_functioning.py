"""Whether two kinds of answer use an item alike: variant, language, alone or with help. All answers together only.

The kinds are no groups of the release: nothing is told of them but how many they are, and whether they differ.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from reports.analyst_findings import ItemFunctioning
from reports.dataset import Integers, RoundData, Tree, background_items
from reports.decision import RESPONDENTS
from reports.estimates import SOUGHT, Reason, tidy
from reports.findings import CutFinding
from reports.ledger import Builder, Family, regions
from reports.weak_cuts import weak_cuts
from reports.whole import Whole

VARIANT, LANGUAGE, HELPED = "variant", "language", "helped"
ALONE = "alone"
FEWEST = 100
"""Of each kind."""
NONE = -1
_UNKNOWN = "-"

Kinds = NDArray[np.str_]


@dataclass(frozen=True)
class _Asked:
    """One thing to ask by: everybody's kind, and the two that are held against each other."""

    by: str
    kinds: Kinds
    pair: tuple[str, str]


def functioning_of(whole: Whole, tree: Tree, cuts: Sequence[CutFinding], k: int) -> tuple[ItemFunctioning, ...]:
    """Every item of a scale whose own SD and alpha are shown, by all that there is enough of."""
    found: list[ItemFunctioning] = []
    for asked in _asked(whole, tree, cuts, k):
        found += _adjusted([one for scale in _scales(whole) for one in _of_scale(whole, asked, *scale)])
    return tuple(found)


def _scales(whole: Whole) -> Iterator[tuple[str, tuple[str, ...]]]:
    told = whole.shown.own_spread[whole.place] & whole.shown.alpha[whole.place]
    return (
        (scale.id, scale.item_ids) for scale, shown in zip(whole.data.instrument.scales, told, strict=True) if shown
    )


def _asked(whole: Whole, tree: Tree, cuts: Sequence[CutFinding], k: int) -> Iterator[_Asked]:
    """The most common kind against each other one, where how many there are of each tells of nobody.

    Kinds are one more way to cut the people, beside the tree and each background item: what two ways tell together
    must not speak of 1 to k-1, as of the cuts themselves (`reports.cut_protection`).
    """
    ways = [_places(whole, tree), *_cells(whole, tree, cuts)]
    for by in (VARIANT, LANGUAGE, HELPED):
        kinds = kinds_of(whole.data, by)
        told = _told(kinds, k)
        if not told or (by == HELPED and not _cut_shown(cuts, tree.nodes[whole.place].code)):
            continue
        if by != HELPED:
            own = np.array([told.index(kind) if kind in told else NONE for kind in kinds.tolist()], dtype=np.int64)
            if any(_parts_few(way, own, k) for way in ways):
                continue
            ways.append(own)
        for other in told[1:]:
            yield _Asked(by, kinds, (told[0], other))


def _places(whole: Whole, tree: Tree) -> Integers:
    """(n,) the innermost shown group that each stands in."""
    inner = regions(tree.parents.tolist(), whole.shown.groups[:, None])[:, 0]
    return inner[tree.positions(whole.data.unit_codes)]


def _cells(whole: Whole, tree: Tree, cuts: Sequence[CutFinding]) -> Iterator[Integers]:
    """For each background item (n,): the innermost shown cell that each stands in, NONE for none."""
    places = tree.positions(whole.data.unit_codes)
    for column, item in enumerate(item.id for item in background_items(whole.data.instrument)):
        told = [cut for cut in cuts if cut.item == item]
        categories = list(dict.fromkeys(cell.options for cut in told for cell in cut.cells))
        piece = np.full(len(places), NONE, dtype=np.int64)
        for number, options in enumerate(categories):
            shown = np.zeros((len(tree.nodes), 1), dtype=np.bool_)
            groups = [cut.group for cut in told for cell in cut.cells if cell.options == options and cell.n is not None]
            shown[tree.positions(groups)] = True
            inner = regions(tree.parents.tolist(), shown)[places, 0]
            chose = np.isin(whole.data.backgrounds[:, column], options) & (inner != NONE)
            piece[chose] = inner[chose] * len(categories) + number
        yield piece


def _parts_few(one: Integers, other: Integers, k: int) -> bool:
    """Whether two ways to cut the people tell together of 1 to k-1. (n,) each, NONE for those in no piece."""
    shift = int(one.max(initial=0)) + 1
    pairs, people = np.unique(np.stack([one, np.where(other == NONE, NONE, other + shift)]), axis=1, return_counts=True)
    return bool(weak_cuts(pairs[0], pairs[1], people, k))


def kinds_of(data: RoundData, by: str) -> Kinds:
    """(n,) each one's kind; "" where it is not known."""
    if by in (VARIANT, LANGUAGE):
        return np.array([kind[by == LANGUAGE] for kind in data.kinds], dtype=np.str_)
    items = [item.id for item in background_items(data.instrument)]
    if HELPED not in items or not (coarse := data.instrument.items_by_id[HELPED].coarsen):
        return np.zeros(len(data.unit_codes), dtype="<U1")
    chosen = data.backgrounds[:, items.index(HELPED)]
    return np.where(np.isnan(chosen), "", np.where(np.isin(chosen, coarse[0]), ALONE, HELPED))


def _told(kinds: Kinds, k: int) -> list[str]:
    """The kinds that are enough, most common first (ties by name); none where the others would be too few."""
    names, counts = np.unique(kinds, return_counts=True)
    ranked = sorted(zip(counts.tolist(), names.tolist(), strict=True), key=lambda one: (-one[0], one[1]))
    enough = [name for count, name in ranked if count >= FEWEST and name]
    rest = sum(count for count, name in ranked if name not in enough)
    return enough if len(enough) > 1 and (rest == 0 or rest >= k) else []


def _cut_shown(cuts: Sequence[CutFinding], code: str) -> bool:
    """Whether the release tells how many were helped and how many not."""
    return any(
        cut.group == code and cut.item == HELPED and all(cell.n is not None for cell in cut.cells) for cut in cuts
    )


def _of_scale(whole: Whole, asked: _Asked, scale: str, items: Sequence[str]) -> Iterator[ItemFunctioning]:
    # Loads scipy's optimiser: not when the program starts.
    from reports.statistics.functioning import functioning

    here = np.isin(asked.kinds, asked.pair)
    found = functioning(whole.data.scale_values(scale)[here], asked.kinds[here], minimum=FEWEST)
    for number, item in enumerate(items):
        first, second = sorted(asked.pair)
        bare = ItemFunctioning(scale, item, asked.by, first, second, None, None, None, None, False)
        if not whole.shown.items[whole.place, whole.data.items.index(item)]:
            yield replace(bare, reason=Reason.PROTECTED)
        elif not found.items:
            yield replace(bare, reason=Reason.NO_MODEL)
        elif min(found.items[number].n_first, found.items[number].n_second) < FEWEST:
            yield replace(bare, reason=Reason.TOO_FEW)
        else:
            test = found.items[number]
            p, effect = tidy(test.p, SOUGHT), tidy(round(test.gain, SOUGHT), SOUGHT)
            reason = Reason.NO_MODEL if p is None or effect is None else None
            yield replace(bare, n_first=test.n_first, n_second=test.n_second, p=p, effect=effect, reason=reason)


def _adjusted(items: Sequence[ItemFunctioning]) -> Iterator[ItemFunctioning]:
    """With p adjusted over all items that are asked by the same pair of kinds."""
    from reports.statistics.functioning import LIMIT_P, MODERATE
    from reports.statistics.multiplicity import benjamini_hochberg

    adjusted = benjamini_hochberg(np.array([np.nan if one.p is None else one.p for one in items], dtype=np.float64))
    for one, value in zip(items, adjusted.tolist(), strict=True):
        p = tidy(value, SOUGHT)
        differs = p is not None and p < LIMIT_P and (one.effect or 0.0) >= MODERATE
        yield replace(one, p=p, differs=differs)


def kind_families(data: RoundData, functioning: Sequence[ItemFunctioning], code: str, k: int) -> tuple[Family, ...]:
    """What the ledger remembers: how many there are of each kind that is told. Who was helped stands there as a cut."""
    asked = {one.by: set[str]() for one in functioning if one.by != HELPED}
    for one in functioning:
        if one.by in asked:
            asked[one.by] |= {one.first, one.second}
    return tuple(_family(data, by, sorted(told), code, k) for by, told in asked.items())


def _family(data: RoundData, by: str, told: Sequence[str], code: str, k: int) -> Family:
    kinds = [kind or _UNKNOWN for kind in kinds_of(data, by).tolist()]
    builder = Builder(by, [f"{code} {by}={kind}" for kind in told], [-1] * len(told))
    builder.place(data.unit_codes, data.batches, kinds)
    everybody = builder.measure(np.ones(len(kinds), dtype=np.bool_))
    builder.tell(RESPONDENTS, k, everybody, np.ones(len(told), dtype=np.bool_))
    number = {kind: place for place, kind in enumerate(told)}
    return builder.family(
        {(place, kind): number[kind] for place, kind in zip(data.unit_codes, kinds, strict=True) if kind in number}
    )
