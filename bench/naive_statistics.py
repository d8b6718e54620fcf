"""The numbers of the national run as one would write them first: pandas, scipy.stats, a loop over municipalities."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy import special, stats

from instruments.model import Instrument
from reports.statistics.intervals import percentile
from reports.statistics.resample import Resampled

if TYPE_CHECKING:
    from bench.statistics import Floats, People


def national(instrument: Instrument, now: People, before: People) -> dict[str, Floats]:
    """(municipalities, scales) each, under the names that `bench.statistics.national` uses."""
    rows: dict[str, list[list[float]]] = {}
    frames = [_frame(instrument, people) for people in (now, before)]
    for municipality in range(now.grouping.groups):
        one, two = (frame[frame["municipality"] == municipality] for frame in frames)
        found = [_scale(instrument, one, two, scale.id) for scale in instrument.scales]
        for name in found[0]:
            rows.setdefault(name, []).append([of_scale[name] for of_scale in found])
    return {name: np.array(values) for name, values in rows.items()}


def _frame(instrument: Instrument, people: People) -> pd.DataFrame:
    frame = pd.DataFrame(people.answers, columns=[item.id for item in instrument.scored_items])
    for scale in instrument.scales:
        for item in scale.reversed_ids:
            frame[item] = scale.minimum + scale.maximum - frame[item]
        items = frame[list(scale.item_ids)]
        frame[scale.id] = items.mean(axis=1).where(items.count(axis=1) >= len(scale.item_ids) / 2)
    frame["municipality"] = people.grouping.of
    return frame


def _scale(instrument: Instrument, one: pd.DataFrame, two: pd.DataFrame, scale_id: str) -> dict[str, float]:
    first, second = one[scale_id].dropna(), two[scale_id].dropna()
    low, high = stats.t.interval(0.95, len(first) - 1, loc=first.mean(), scale=stats.sem(first))
    items = one[list(instrument.scales_by_id[scale_id].item_ids)].dropna()
    k, n = items.shape[1], len(items)
    alpha = k / (k - 1) * (1 - items.var().sum() / items.sum(axis=1).var())
    ends = [1 - (1 - alpha) * stats.f.ppf(share, n - 1, (n - 1) * (k - 1)) for share in (0.975, 0.025)]
    welch = stats.ttest_ind(first, second, equal_var=False)
    ranks = stats.mannwhitneyu(first, second, use_continuity=False, method="asymptotic")
    return {
        "mean": first.mean(),
        "sd": first.std(),
        "low": low,
        "high": high,
        "alpha": alpha,
        "alpha low": ends[0],
        "alpha high": ends[1],
        "t": welch.statistic,
        "p": welch.pvalue,
        "U": ranks.statistic,
        "U p": ranks.pvalue,
        "g": _g(first.to_numpy(), second.to_numpy()),
    }


def _g(first: Floats, second: Floats) -> float:
    df = len(first) + len(second) - 2
    pooled = np.sqrt(((len(first) - 1) * first.var(ddof=1) + (len(second) - 1) * second.var(ddof=1)) / df)
    shrink = np.exp(special.gammaln(df / 2) - np.log(df / 2) / 2 - special.gammaln((df - 1) / 2))
    return float((first.mean() - second.mean()) / pooled * shrink)


def resampled(
    instrument: Instrument, now: People, before: People, municipalities: int, resamples: int, seed: int
) -> tuple[Floats, Floats]:
    """g's interval in the first few municipalities: people drawn one resample after the other, with ours' indices."""
    frames = [_frame(instrument, people) for people in (now, before)]
    ends = np.full((2, municipalities, len(instrument.scales)), np.nan)
    for municipality in range(municipalities):
        rounds = [frame[frame["municipality"] == municipality] for frame in frames]
        drawn = [
            np.random.default_rng((seed, at, len(rows))).integers(0, len(rows), (resamples, len(rows)), dtype=np.int64)
            for at, rows in enumerate(rounds)
        ]
        for column, scale in enumerate(instrument.scales):
            first, second = (rows[scale.id].to_numpy() for rows in rounds)
            found = [
                _g(one[~np.isnan(one)], two[~np.isnan(two)])
                for one, two in ((first[a], second[b]) for a, b in zip(*drawn, strict=True))
            ]
            estimate = _g(first[~np.isnan(first)], second[~np.isnan(second)])
            seen = Resampled(min(map(len, rounds)), np.array([estimate]), np.array(found)[:, None], np.zeros((0, 1)))
            interval = percentile(seen)
            ends[:, municipality, column] = interval.low[0], interval.high[0]
    return ends[0], ends[1]
