"""A round (and the one before it) to findings: the whole pipeline on one screen.

First the sums, then what of them may be shown (`reports.decision`), then the numbers: what small groups borrow from
others is cut along what is shown. `reports.disclosure` takes away the rest.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from reports.analyst_findings import AnalystFindings
from reports.changes import Changes, change_of, changes, column_of, comparable_columns
from reports.common_spread import spreads_of
from reports.comparisons import Comparisons, comparisons, comparisons_of
from reports.cuts import cut_findings
from reports.dataset import Floats, RoundData, Tree, matrix_digest
from reports.decision import Hidden, LinkedShown, Question, RoundShown, decide, decide_linked
from reports.estimates import tidy
from reports.findings import (
    CutFinding,
    Estimate,
    Findings,
    GroupFinding,
    LinkedBy,
    NodeKind,
    ScaleFinding,
    Thresholds,
    Withheld,
)
from reports.followed import FollowedShown, decide_followed, flows_of
from reports.followed_twice import followed_twice
from reports.item_functioning import functioning_of
from reports.levels import Levels, Mask, alphas, item_of, level_of, levels, response_rate
from reports.near import ranges_of
from reports.pairs import RoundPairs, round_pairs
from reports.residuals import Nesting
from reports.sensitivities import decide_sensitivities, sensitivities_of
from reports.sums import RoundSums, round_sums
from reports.whole import invariance_of, quality_of, whole_of


@dataclass(frozen=True)
class Earlier:
    """What has been told of a round before, as far as it binds this release; see `reports.ledger`."""

    hidden: Hidden = field(default_factory=dict)
    gap_items: Mapping[str, str] = field(default_factory=dict)
    """Scale -> the item that an earlier release has hidden for the gaps' sake."""


@dataclass(frozen=True)
class Decision:
    """What will be shown of both rounds."""

    now: RoundShown
    before: RoundShown | None
    """In the earlier round's columns."""
    linked: LinkedShown | None
    followed: FollowedShown | None


@dataclass(frozen=True)
class Analysed:
    """All numbers, and what of them may be shown. Only `reports.disclosure.disclose` makes something of it."""

    findings: Findings
    shown: Decision
    columns: NDArray[np.int64]
    """(scales,) each scale's column in the earlier round, -1 where it cannot be compared."""
    codes: tuple[str, ...]
    """The tree's nodes, first axis of all masks."""


@dataclass(frozen=True)
class Summed:
    """Two rounds added up over the tree: all that the decision and the numbers rest on."""

    now: RoundData
    before: RoundData | None
    tree: Tree
    sums: RoundSums
    sums_before: RoundSums | None
    columns: NDArray[np.int64]
    pairs: RoundPairs | None
    places: list[int]
    """Those that take part, parents before children."""
    earlier: tuple[RoundData, ...] = ()
    """The rounds before `before`, oldest first."""

    @property
    def among(self) -> Mask:
        among = np.zeros(len(self.tree.nodes), dtype=np.bool_)
        among[self.places] = True
        return among


@dataclass(frozen=True)
class _Parts:
    """All numbers, as arrays over the whole tree."""

    now: Levels
    change: Changes | None
    comparison: tuple[Comparisons, ...]
    alpha: list[list[Estimate]]


def analyse(
    now: RoundData,
    before: RoundData | None,
    tree: Tree,
    *,
    study: str,
    k: int,
    spread_from: int = 0,
    sd_from: int = 0,
    seed: int,
    simulated: bool,
    linked: bool,
    own_code: bool = False,
) -> Analysed:
    """One round as if nothing had been told of it before; `reports.release` minds the ledger as well.

    `spread_from` and `sd_from` ask for more than the least that the method needs. `linked` False ignores link codes;
    `own_code` says that persons make theirs themselves. Raises ValueError for a unit that is not in the tree.
    """
    summed = add_up(now, before, tree, linked=linked)
    thresholds = Thresholds.of(k, spread_from, sd_from)
    linked_by = (LinkedBy.OWN_CODE if own_code else LinkedBy.LINKS) if linked else LinkedBy.NONE
    about = About(study, seed, simulated, linked_by, thresholds)
    return numbers(summed, decision(summed, thresholds), about)


@dataclass(frozen=True)
class About:
    """What findings say of themselves."""

    study: str
    seed: int
    simulated: bool
    linked_by: LinkedBy
    thresholds: Thresholds
    withheld: tuple[Withheld, ...] = ()


def add_up(
    now: RoundData, before: RoundData | None, tree: Tree, *, linked: bool, earlier: tuple[RoundData, ...] = ()
) -> Summed:
    """Raises ValueError for a unit that is not in the tree."""
    tree = tree.around({*now.unit_codes, *now.invited, *(before.unit_codes if before else ())})
    sums = round_sums(now, tree)
    columns = np.full(len(now.instrument.scales), -1, dtype=np.int64)
    if before:
        columns = comparable_columns(now.instrument, before.instrument)
    return Summed(
        now=now,
        before=before,
        tree=tree,
        sums=sums,
        sums_before=round_sums(before, tree) if before else None,
        columns=columns,
        pairs=round_pairs(now, before, columns, tree, linked=linked) if before else None,
        places=_taking_part(now, tree, sums.respondents),
        earlier=earlier,
    )


def decision(
    summed: Summed, thresholds: Thresholds, now: Earlier | None = None, before: Earlier | None = None
) -> Decision:
    """What may be shown; `now` and `before`: what was told earlier of this round and of the one before it."""
    nesting = Nesting.of_tree(summed.tree)
    asked = _question(summed.now, summed.sums, nesting, thresholds, now or Earlier())
    shown = decide(asked, summed.among)
    if summed.before is None or summed.sums_before is None or summed.pairs is None:
        return Decision(shown, None, None, None)
    earlier = _question(summed.before, summed.sums_before, nesting, thresholds, before or Earlier())
    there = decide(earlier, shown.groups, _in_before(shown.means, summed)).only_means()
    n, total = _totals(summed.sums)
    n_before, total_before = (column_of(one, summed.columns, 0.0) for one in _totals(summed.sums_before))
    linked = decide_linked(
        asked,
        (summed.pairs.linked, summed.pairs.pairs),
        (summed.sums.respondents, n),
        (summed.sums_before.respondents, n_before),
        (there.groups, column_of(there.means, summed.columns, False)),
    )
    followed = decide_followed(
        asked, summed.pairs, (n, total), (n_before, total_before), linked, summed.before.round_id, _twice(summed)
    )
    return Decision(shown, there, linked, followed)


def _twice(summed: Summed) -> Floats | None:
    """Who is followed to the earlier round and from it; None where the one or the other is nobody."""
    if not (summed.earlier and summed.before and summed.pairs and summed.pairs.codes):
        return None
    earlier = summed.earlier[-1]
    columns = summed.columns, comparable_columns(summed.before.instrument, earlier.instrument)
    return followed_twice(summed.pairs, summed.before, earlier, columns, summed.tree)


def numbers(summed: Summed, shown: Decision, about: About) -> Analysed:
    """Every number of a release, for every group that takes part."""
    now, before, tree = summed.now, summed.before, summed.tree
    levels_now = levels(now, summed.sums, tree, shown.now, about.thresholds)
    change = None
    if before and summed.sums_before and shown.before and shown.linked and summed.pairs:
        there = levels(before, summed.sums_before, tree, shown.before, about.thresholds)
        change = changes(now, levels_now, there, summed.columns, summed.pairs, shown.linked)
    parts = _Parts(
        now=levels_now,
        change=change,
        comparison=comparisons(now.instrument, levels_now, tree),
        alpha=alphas(levels_now.sums, now.instrument, shown.now),
    )
    cuts = cut_findings(now, tree, shown.now.groups, shown.now.means, levels_now.pooled, about.thresholds)
    findings = Findings(
        study=about.study,
        round=now.name,
        round_id=now.round_id,
        before=before.name if before else None,
        instrument=now.instrument.id,
        instrument_version=now.instrument.version,
        instrument_digest=now.digest,
        matrix_digest=matrix_digest(now, before, summed.earlier),
        seed=about.seed,
        thresholds=about.thresholds,
        simulated=about.simulated,
        linked_by=about.linked_by,
        groups=_groups(now, tree, parts, summed.places),
        ranges=ranges_of(now.instrument, now.items),
        withheld=about.withheld,
        cuts=cuts,
        analyst=_analyst(summed, shown, parts, cuts, about.thresholds.k),
    )
    return Analysed(findings, shown, summed.columns, tuple(node.code for node in tree.nodes))


def _analyst(summed: Summed, shown: Decision, parts: _Parts, cuts: tuple[CutFinding, ...], k: int) -> AnalystFindings:
    instrument, tree, pairs, change = summed.now.instrument, summed.tree, summed.pairs, parts.change
    levels_now = parts.now
    scales = tuple(scale.id for scale in instrument.scales)
    alone = AnalystFindings(spreads=spreads_of(scales, tree, levels_now, pairs, shown.linked))
    whole = whole_of(summed.now, summed.sums, shown.now, summed.places)
    if whole:
        quality = quality_of(whole, parts.alpha[whole.place], k)
        alone = replace(alone, quality=quality, functioning=functioning_of(whole, tree, cuts, k))
    if not (summed.before and summed.sums_before and pairs and shown.before and shown.followed and change):
        return alone
    before = whole_of(summed.before, summed.sums_before, shown.before, summed.places)
    own = decide_sensitivities(shown.now, column_of(shown.before.own_spread, summed.columns, False))
    both = summed.now, summed.before
    return replace(
        alone,
        flows=flows_of(instrument, tree, pairs, summed.places),
        sensitivities=sensitivities_of(both, tree, levels_now, change, own, shown.followed, summed.places),
        invariance=invariance_of(whole, before, summed.columns) if whole and before else (),
    )


def _totals(sums: RoundSums) -> tuple[Floats, Floats]:
    """(nodes, scales): how many have a score, and the sum of their scores."""
    return sums.scores.n, sums.scores.total + sums.scores.n * sums.centres


def _question(data: RoundData, sums: RoundSums, nesting: Nesting, thresholds: Thresholds, earlier: Earlier) -> Question:
    return Question(data.instrument, data.items, sums, nesting, thresholds, earlier.hidden, earlier.gap_items)


def _in_before(means: Mask, summed: Summed) -> Mask:
    """(nodes, scales of the earlier round): where the scale that it is compared with is shown."""
    scales = len(summed.before.instrument.scales) if summed.before else 0
    there = np.zeros((len(means), scales), dtype=np.bool_)
    compared = summed.columns >= 0
    there[:, summed.columns[compared]] = means[:, compared]
    return there


def _groups(now: RoundData, tree: Tree, parts: _Parts, taking_part: list[int]) -> tuple[GroupFinding, ...]:
    codes = {tree.nodes[place].code for place in taking_part}
    return tuple(_group(now, tree, parts, place, codes) for place in taking_part)


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
        items=tuple(item_of(now, parts.now, place, column) for column in range(len(now.items))),
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
