"""A round (and the one before it) to findings: the whole pipeline on one screen. Nothing is hidden here yet."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from reports.changes import Changes, change_of, changes
from reports.comparisons import Comparisons, comparisons, comparisons_of
from reports.dataset import Floats, RoundData, Tree, matrix_digest
from reports.estimates import tidy
from reports.findings import Estimate, Findings, GroupFinding, LinkedBy, NodeKind, ScaleFinding
from reports.levels import Levels, Mask, Spreads, alphas, item_of, level_of, levels, response_rate, spreads
from reports.pooling import shown_means
from reports.sums import round_sums


@dataclass(frozen=True)
class _Parts:
    """All numbers, as arrays over the whole tree."""

    now: Levels
    change: Changes | None
    comparison: tuple[Comparisons, ...]
    alpha: list[list[Estimate]]
    spread: Spreads


def analyse(
    now: RoundData,
    before: RoundData | None,
    tree: Tree,
    *,
    study: str,
    k: int,
    seed: int,
    simulated: bool,
    linked: bool,
    own_code: bool = False,
) -> Findings:
    """Every number of a release, for every group that takes part, before the disclosure gate.

    `linked` False ignores link codes; `own_code` says that persons make theirs themselves.
    Raises ValueError for a unit that is not in the tree.
    """
    tree = tree.around({*now.unit_codes, *now.invited, *(before.unit_codes if before else ())})
    sums_now = round_sums(now, tree)
    places = _taking_part(now, tree, sums_now.respondents)
    groups, shown = shown_means(tree, sums_now.respondents, sums_now.scores.n, _among(tree, places), k)
    levels_now = levels(now, sums_now, tree, shown)
    levels_before = _levels_before(before, tree, groups, k) if before else None
    change = changes(now, before, levels_now, levels_before, tree, linked=linked) if before and levels_before else None
    parts = _Parts(
        now=levels_now,
        change=change,
        comparison=comparisons(now.instrument, levels_now, tree),
        alpha=alphas(levels_now.sums, now.instrument),
        spread=spreads(levels_now.sums, tree),
    )
    return Findings(
        study=study,
        round=now.name,
        round_id=now.round_id,
        before=before.name if before else None,
        instrument=now.instrument.id,
        instrument_version=now.instrument.version,
        instrument_digest=now.digest,
        matrix_digest=matrix_digest(now, before),
        seed=seed,
        k=k,
        simulated=simulated,
        linked_by=(LinkedBy.OWN_CODE if own_code else LinkedBy.LINKS) if linked else LinkedBy.NONE,
        groups=_groups(now, tree, parts, places),
    )


def _levels_before(before: RoundData, tree: Tree, among: Mask, k: int) -> Levels:
    sums = round_sums(before, tree)
    _, shown = shown_means(tree, sums.respondents, sums.scores.n, among, k)
    return levels(before, sums, tree, shown)


def _groups(now: RoundData, tree: Tree, parts: _Parts, taking_part: list[int]) -> tuple[GroupFinding, ...]:
    codes = {tree.nodes[place].code for place in taking_part}
    return tuple(_group(now, tree, parts, place, codes) for place in taking_part)


def _among(tree: Tree, places: list[int]) -> Mask:
    among = np.zeros(len(tree.nodes), dtype=np.bool_)
    among[places] = True
    return among


def _taking_part(now: RoundData, tree: Tree, respondents: Floats) -> list[int]:
    """Those that answered or were asked to, parents before children, level by level."""
    asked = np.zeros((len(tree.nodes), 1))
    asked[tree.positions(now.invited)] = 1
    present = (tree.roll_up(asked)[:, 0] > 0) | (respondents > 0)
    counties = sum(bool(present[place]) for place, node in enumerate(tree.nodes) if node.kind is NodeKind.COUNTY)
    # A study in one county is not the nation, and must not stand there under its name.
    places = [
        place
        for place in np.flatnonzero(present).tolist()
        if not (tree.nodes[place].kind is NodeKind.NATION and counties == 1)
    ]
    return sorted(places, key=lambda place: (int(tree.depths[place]), place))


def _group(now: RoundData, tree: Tree, parts: _Parts, place: int, codes: set[str]) -> GroupFinding:
    node = tree.nodes[place]
    sums = parts.now.sums
    n = int(sums.respondents[place])
    invited, rate = response_rate(sums, place)
    return GroupFinding(
        code=node.code,
        name=node.name,
        kind=node.kind,
        parent=node.parent if node.parent in codes else None,
        n=n,
        n_before=int(parts.change.respondents_before[place]) if parts.change else None,
        n_linked=int(parts.change.pairs.linked[place]) if parts.change else None,
        invited=invited,
        response_rate=rate,
        scales=tuple(_scale(now, tree, parts, place, column) for column in range(len(now.instrument.scales))),
        items=tuple(item_of(now, sums, parts.spread, place, column) for column in range(len(now.items))),
        open_link_share=tidy(sums.open_links[place] / n) if n else None,
    )


def _scale(now: RoundData, tree: Tree, parts: _Parts, place: int, column: int) -> ScaleFinding:
    scale = now.instrument.scales[column]
    before, change = change_of(parts.change, scale, place, column) if parts.change else (None, None)
    return ScaleFinding(
        scale=scale.id,
        level=level_of(parts.now, scale, place, column),
        before=before,
        change=change,
        comparisons=comparisons_of(parts.comparison, tree, place, column),
        alpha=parts.alpha[place][column],
        # The middle of the others is drawn from what may be shown of them: reports.masking fills it in.
        band=None,
    )
