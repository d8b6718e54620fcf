"""From the earlier round to this one: difference, test, effect size and verdict for every group and scale."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from instruments.comparability import scales_comparable
from instruments.model import Comparability, Instrument, Scale
from reports.dataset import RoundData
from reports.decision import LinkedShown
from reports.estimates import estimate, nothing, tidy
from reports.findings import Change, Level, Reason, Verdict
from reports.levels import Levels, level_of
from reports.pairs import FEWEST_PAIRS, RoundPairs
from reports.statistics.change import (
    Difference,
    Overlap,
    overlap_factor,
    pooled_sd,
    prefer,
    t_new1_df,
    t_new2,
    with_pooled,
)
from reports.statistics.describe import Moments, Pooled, divide
from reports.statistics.effect import Effect, hedges_g
from reports.statistics.multiplicity import holm
from reports.verdicts import verdict

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Mask = NDArray[np.bool_]
Entry = TypeVar("Entry", np.bool_, np.float64)


@dataclass(frozen=True)
class Changes:
    """Arrays are (nodes, scales of this round); nan = not computable. See `change_of`."""

    columns: Integers
    """(scales,) the scale's column in the earlier round, -1 where it cannot be compared."""
    pairs: RoundPairs
    n_before: Floats
    n_now: Floats
    difference: Difference
    low: Floats
    high: Floats
    equivalence_low: Floats
    equivalence_high: Floats
    effect: Effect
    p_holm: Floats
    margin: Floats
    used_pairs: Floats
    levels_before: Levels

    @property
    def respondents_before(self) -> Floats:
        """(nodes,)"""
        return self.levels_before.sums.respondents


def changes(
    now: RoundData,
    levels_now: Levels,
    levels_before: Levels,
    columns: Integers,
    pairs: RoundPairs,
    linked: LinkedShown,
) -> Changes:
    """T_new2 on the groups' own SDs where both rounds may use them; else the rounds' pooled SD and correlation.

    Where the number linked may not be told, the link is not used. `columns` as `comparable_columns` gives them.
    """
    used = np.where(linked.used, pairs.pairs, 0.0)
    first, second = levels_now.sums.moments, _taken(levels_before.sums.moments, columns)
    own = levels_now.shown.own_spread & column_of(levels_before.shown.own_spread, columns, False)
    # A p-value is adjusted for the others beside it: one that is not shown must not show through.
    told = levels_now.shown.means & column_of(levels_before.shown.means, columns, False)
    enough = (np.minimum(first.n, second.n) >= levels_now.thresholds.spread_from) & told
    own_overlap, pooled_overlap = overlaps(used, pairs.correlation, pairs.pooled)
    own_pairs = own_overlap.pairs
    spread = both_rounds(levels_now.pooled, levels_before.pooled, columns)
    difference = deciding_test(first, second, (own_overlap, pooled_overlap), spread, own, enough)
    sd = np.where(own, pooled_sd(first, second), spread.sd)
    factor = np.where(
        own,
        overlap_factor(first.n, second.n, own_overlap),
        overlap_factor(first.n, second.n, pooled_overlap),
    )
    df = np.where(own, t_new1_df(first.n, second.n, own_pairs), spread.df)
    low, high = difference.interval(0.95)
    inner_low, inner_high = difference.interval(0.90)
    return Changes(
        columns=columns,
        pairs=pairs,
        n_before=second.n,
        n_now=first.n,
        difference=difference,
        low=low,
        high=high,
        equivalence_low=inner_low,
        equivalence_high=inner_high,
        effect=hedges_g(difference.estimate, np.where(enough, sd, np.nan), factor, df),
        p_holm=holm(difference.p),
        margin=margins(now.instrument) * sd,
        used_pairs=np.where(own, own_pairs, np.where(pairs.pooled != 0, used, 0.0)),
        levels_before=levels_before,
    )


def overlaps(used: Floats, correlation: Floats, pooled: Floats) -> tuple[Overlap, Overlap]:
    """What the two rounds share: with the group's own correlation, from five pairs on, and with the pooled one."""
    own = Overlap(np.where(used >= FEWEST_PAIRS, used, 0.0), correlation)
    return own, Overlap(used, np.broadcast_to(pooled, used.shape))


def deciding_test(
    first: Moments,
    second: Moments,
    shared: tuple[Overlap, Overlap],
    spread: Pooled,
    own: Mask,
    enough: Mask,
) -> Difference:
    """The test that decides a change; docs/method/simulation.md says how often it is wrong.

    `shared` as `overlaps` gives it, `spread` as `both_rounds`; `own` where both rounds may use the group's own SD, and
    `enough` where there is a test at all.
    """
    return prefer(own, enough, t_new2(first, second, shared[0]), with_pooled(first, second, shared[1], spread))


def change_of(changes: Changes, scale: Scale, place: int, column: int) -> tuple[Level, Change]:
    """One group's earlier level on one scale, and its change since then."""
    if changes.columns[column] < 0:
        return _level_not_asked(), change_without(Reason.NOT_ASKED)
    where = place, column
    n_before, n_now = int(changes.n_before[where]), int(changes.n_now[where])
    low, high = changes.low[where], changes.high[where]
    word, overruled = verdict(
        low,
        high,
        changes.p_holm[where],
        changes.equivalence_low[where],
        changes.equivalence_high[where],
        changes.margin[where],
    )
    few = min(n_before, n_now) < changes.levels_before.thresholds.spread_from
    missing = Reason.TOO_FEW if few or np.isnan(changes.margin[where]) else Reason.NO_VARIATION
    effect = changes.effect
    return level_of(changes.levels_before, scale, place, int(changes.columns[column])), Change(
        difference=estimate(changes.difference.estimate[where], low, high, min(n_before, n_now), Reason.TOO_FEW),
        equivalence_low=tidy(changes.equivalence_low[where]),
        equivalence_high=tidy(changes.equivalence_high[where]),
        hedges_g=estimate(effect.g[where], effect.g_low[where], effect.g_high[where], min(n_before, n_now), missing),
        p=tidy(changes.difference.p[where]),
        p_holm=tidy(changes.p_holm[where]),
        method=_method(changes, where),
        n_before=n_before,
        n_after=n_now,
        n_linked=int(changes.pairs.pairs[where]),
        verdict=word,
        holm_overruled=overruled,
    )


def comparable_columns(now: Instrument, before: Instrument) -> Integers:
    """Where each of this round's scales stands in the earlier round's instrument; -1 where it cannot be compared."""
    places = {scale.id: column for column, scale in enumerate(before.scales)}
    comparable = scales_comparable(now, before)
    columns = [-1 if comparable[scale.id] is Comparability.NEW else places[scale.id] for scale in now.scales]
    return np.array(columns, dtype=np.int64)


def margins(instrument: Instrument) -> Floats:
    """(scales,) what counts as unchanged, in SD."""
    return np.array([instrument.margin if scale.margin is None else scale.margin for scale in instrument.scales])


def change_without(reason: Reason) -> Change:
    return Change(
        difference=nothing(reason),
        equivalence_low=None,
        equivalence_high=None,
        hedges_g=nothing(reason),
        p=None,
        p_holm=None,
        method="welch",
        n_before=None,
        n_after=None,
        n_linked=None,
        verdict=Verdict.CANNOT_TELL,
        holm_overruled=False,
    )


def _level_not_asked() -> Level:
    return Level(mean=nothing(Reason.NOT_ASKED), sd=None, interval_from="none", positive=nothing(Reason.NOT_ASKED))


def _method(changes: Changes, where: tuple[int, int]) -> str:
    used = changes.used_pairs[where]
    if used == 0:
        return "welch"
    return "paired" if used == changes.n_now[where] == changes.n_before[where] else "partial_overlap"


def both_rounds(now: Pooled, before: Pooled, columns: Integers) -> Pooled:
    """One SD from both rounds' pooled spread; from one of them where the other has none."""
    earlier = Pooled(column_of(before.sd, columns, np.nan), column_of(before.df, columns, np.nan))
    df = np.nan_to_num(now.df) + np.nan_to_num(earlier.df)
    squares = np.nan_to_num(now.df * now.sd**2) + np.nan_to_num(earlier.df * earlier.sd**2)
    return Pooled(sd=np.sqrt(divide(squares, df)), df=np.where(df > 0, df, np.nan))


def _taken(moments: Moments, columns: Integers) -> Moments:
    return Moments(
        n=column_of(moments.n, columns, 0.0),
        mean=column_of(moments.mean, columns, np.nan),
        variance=column_of(moments.variance, columns, np.nan),
    )


def column_of(array: NDArray[Entry], columns: Integers, missing: float | bool) -> NDArray[Entry]:
    """The earlier round's columns in this round's order."""
    if array.shape[-1] == 0:
        return np.full((*array.shape[:-1], len(columns)), missing, dtype=array.dtype)
    taken = array[..., np.maximum(columns, 0)].copy()
    taken[..., columns < 0] = missing
    return taken
