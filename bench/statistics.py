"""The national run: every municipality on every scale, beside the same numbers by pandas and scipy, group by group.

Two rounds of 25,000 answers to 37 items in 290 municipalities, simulated: scores, means with intervals, SDs, alpha with
interval, Welch, Mann-Whitney, and g with the percentile interval of 2,000 resamples. Ours runs in a process of its own,
so that its memory is its own too.
"""

from __future__ import annotations

import multiprocessing
import os
import resource
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from instruments.load import load
from instruments.model import Instrument, Scale
from instruments.scoring import score_scale
from reports.statistics.change import no_overlap, overlap_factor, pooled_sd, welch
from reports.statistics.describe import Sums, mean_interval, moments_from_sums, standard_error
from reports.statistics.effect import hedges_g
from reports.statistics.grouped import Grouping, complete_cases, steps_of
from reports.statistics.multiplicity import holm
from reports.statistics.placements import Counts
from reports.statistics.ranks import mann_whitney_from_counts
from reports.statistics.reliability import alpha_from_variances, feldt
from reports.statistics.resample_groups import Sample, resampled_g
from reports.verdicts import verdict

Floats = NDArray[np.float64]

ANSWERS, MUNICIPALITIES, RESAMPLES, SEED = 25_000, 290, 2_000, 1
INSTRUMENT = "ebp-thermometer"
RUNS = 5
NAIVE_BOOTSTRAPS = 3
"""Municipalities whose resamples the naive version draws; its time for all is that times 290 / 3."""
BUDGET_SECONDS, BUDGET_MB, BUDGET_ONE_MS = 2.0, 500, 30.0
MARGIN = 0.2


@dataclass(frozen=True)
class People:
    """One round: answers (n, items) as asked, nan = none, and each person's municipality."""

    answers: Floats
    grouping: Grouping


@dataclass(frozen=True)
class Cost:
    name: str
    wall: float
    cpu: float
    note: str = ""


@dataclass
class Outcome:
    costs: list[Cost] = field(default_factory=list)
    megabytes: float = 0.0
    difference: float = 0.0
    """The largest between ours and the naive, of all but the resampled interval."""
    difference_resampled: float = 0.0
    """Of g's interval, drawn with the same indices."""


@dataclass(frozen=True)
class Spent:
    wall: float
    cpu: float
    megabytes: float


def run() -> Outcome:
    from bench import naive_statistics

    found = Outcome()
    # The resampling has threads of its own; more of them within each matrix product only wait for each other.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    context = multiprocessing.get_context("spawn")
    with context.Pool(1) as pool:
        spent = pool.apply(_measured)
    found.megabytes = spent.megabytes
    found.costs.append(Cost("the national run", spent.wall, spent.cpu, f"budget {BUDGET_SECONDS:g} s, goal 0.8 s"))
    instrument, rounds = load(INSTRUMENT).instrument, both_rounds()
    numbers, ours = national(instrument, *rounds)
    begun = time.perf_counter(), time.process_time()
    naive = naive_statistics.national(instrument, *rounds)
    wall, cpu = time.perf_counter() - begun[0], time.process_time() - begun[1]
    found.difference = max(largest(numbers[name], naive[name]) for name in numbers)
    begun = time.perf_counter(), time.process_time()
    low, high = naive_statistics.resampled(instrument, *rounds, NAIVE_BOOTSTRAPS, RESAMPLES, SEED)
    share = MUNICIPALITIES / NAIVE_BOOTSTRAPS
    wall += (time.perf_counter() - begun[0]) * share
    cpu += (time.process_time() - begun[1]) * share
    note = f"pandas + scipy; resamples of {NAIVE_BOOTSTRAPS} municipalities, scaled up"
    found.costs.append(Cost("the same, group by group", wall, cpu, note))
    some = slice(NAIVE_BOOTSTRAPS)
    found.difference_resampled = max(largest(ours[0][some], low), largest(ours[1][some], high))
    found.costs.append(_one(instrument, rounds))
    return found


def table(found: Outcome) -> str:
    lines = [f"{'':<40}{'wall s':>10}{'CPU-s':>10}"]
    lines += [f"{one.name:<40}{one.wall:>10.3f}{one.cpu:>10.3f}  {one.note}" for one in found.costs]
    ours, naive = found.costs[0], found.costs[1]
    lines.append(f"{'ratio of the two':<40}{naive.wall / ours.wall:>10.0f}{naive.cpu / ours.cpu:>10.0f}")
    lines.append(f"{'most memory, MB':<40}{found.megabytes:>10.0f}{'':>10}  budget {BUDGET_MB}")
    lines.append(f"{'largest difference':<40}{found.difference:>10.1e}{'':>10}  must be within 1e-10")
    lines.append(f"{'  of g resampled, same indices':<40}{found.difference_resampled:>10.1e}")
    return "\n".join(lines)


def largest(one: Floats, other: Floats) -> float:
    """Difference between two arrays, relative where they are above 1; infinite where only one has a number."""
    if (np.isnan(one) != np.isnan(other)).any():
        return float("inf")
    return float(np.nanmax(np.abs(one - other) / np.maximum(1.0, np.abs(other)), initial=0.0))


def both_rounds() -> tuple[People, People]:
    """Now and before."""
    return simulated(2, 0.1), simulated(1, 0.0)


def simulated(seed: int, shift: float) -> People:
    """Each person leans one way on all items; municipalities differ in size as lognormal, and a little in level."""
    draw = np.random.default_rng(seed)
    instrument = load(INSTRUMENT).instrument
    sizes = np.random.default_rng(0).lognormal(0, 0.6, MUNICIPALITIES)
    of = draw.choice(MUNICIPALITIES, ANSWERS, p=sizes / sizes.sum()).astype(np.int64)
    lean = draw.normal(shift, 0.7, ANSWERS) + np.random.default_rng(3).normal(0, 0.2, MUNICIPALITIES)[of]
    items = len(instrument.scored_items)
    answers = np.clip(np.round(3 + lean[:, None] + draw.normal(0, 0.9, (ANSWERS, items))), 1, 5)
    answers[draw.random(answers.shape) < 0.03] = np.nan
    return People(answers, Grouping(of, MUNICIPALITIES))


def national(instrument: Instrument, now: People, before: People) -> tuple[dict[str, Floats], tuple[Floats, Floats]]:
    """Every number (municipalities, scales), and g's resampled interval."""
    scored = [_scores(instrument, people) for people in (now, before)]
    middle = np.array([(scale.minimum + scale.maximum) / 2 for scale in instrument.scales])
    sums = [people.grouping.sums(scores, middle) for people, scores in zip((now, before), scored, strict=True)]
    first, second = (moments_from_sums(one, middle) for one in sums)
    between = mean_interval(first.mean, standard_error(first.n, first.sd), first.n - 1)
    alpha, interval = _alphas(instrument, now)
    test = welch(first, second)
    ranks = [_mann_whitney(now, before, scored, column) for column in range(len(instrument.scales))]
    resampled = resampled_g(
        Sample(scored[0], now.grouping),
        Sample(scored[1], before.grouping),
        resamples=RESAMPLES,
        seed=SEED,
        centre=middle,
    )
    numbers = {
        "mean": first.mean,
        "sd": first.sd,
        "low": between.low,
        "high": between.high,
        "alpha": alpha,
        "alpha low": interval[0],
        "alpha high": interval[1],
        "t": test.t,
        "p": test.p,
        "U": np.column_stack([one[0] for one in ranks]),
        "U p": np.column_stack([one[1] for one in ranks]),
        "g": resampled.g,
    }
    return numbers, (resampled.low, resampled.high)


def _scores(instrument: Instrument, people: People) -> Floats:
    columns = {item.id: at for at, item in enumerate(instrument.scored_items)}
    return np.column_stack(
        [
            score_scale(instrument, scale.id, people.answers[:, [columns[item] for item in scale.item_ids]])
            for scale in instrument.scales
        ]
    )


def turned(instrument: Instrument, people: People, scale: Scale) -> Floats:
    """(n, items of the scale), reversed where the scale says so."""
    columns = {item.id: at for at, item in enumerate(instrument.scored_items)}
    values = people.answers[:, [columns[item] for item in scale.item_ids]]
    reverse = np.array([entry.reversed for entry in scale.items])
    return np.where(reverse, scale.minimum + scale.maximum - values, values)


def _alphas(instrument: Instrument, people: People) -> tuple[Floats, tuple[Floats, Floats]]:
    parts = [
        complete_cases(turned(instrument, people, scale), people.grouping.add, (scale.minimum + scale.maximum) / 2)
        for scale in instrument.scales
    ]
    n, variances, total = (
        np.column_stack([getattr(one, name) for one in parts]) for name in ("n", "item_variances", "total_variance")
    )
    items = np.broadcast_to([float(len(scale.items)) for scale in instrument.scales], n.shape)
    alpha = alpha_from_variances(items, variances, total)
    interval = feldt(alpha, n, items)
    return alpha, (interval.low, interval.high)


def _mann_whitney(now: People, before: People, scored: list[Floats], column: int) -> tuple[Floats, Floats]:
    first, second = (scores[:, column] for scores in scored)
    steps = steps_of(first, second)
    found = mann_whitney_from_counts(Counts(now.grouping.counts(first, steps), before.grouping.counts(second, steps)))
    return found.u, found.p


def _measured() -> Spent:
    """In a process of its own: the fastest of some runs, and the most memory that any of them took."""
    instrument, rounds = load(INSTRUMENT).instrument, both_rounds()
    spent = []
    for _ in range(RUNS):
        begun = time.perf_counter(), time.process_time()
        national(instrument, *rounds)
        spent.append((time.perf_counter() - begun[0], time.process_time() - begun[1]))
    wall, cpu = min(spent)
    return Spent(wall, cpu, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


def _one(instrument: Instrument, rounds: tuple[People, People]) -> Cost:
    """One municipality beside the rest of the country, whose sums are known."""
    middle = np.array([(scale.minimum + scale.maximum) / 2 for scale in instrument.scales])
    scores = _scores(instrument, rounds[0])
    everybody = Grouping(np.zeros(len(scores), dtype=np.int64), 1).sums(scores, middle)
    alone = [
        People(people.answers[of], Grouping(np.zeros(int(of.sum()), dtype=np.int64), 1))
        for people, of in ((people, people.grouping.of == 0) for people in rounds)
    ]
    wall, cpu = _median(lambda: one_municipality(instrument, alone[0], alone[1], everybody, middle))
    people = len(alone[0].answers)
    return Cost("one municipality, all scales", wall, cpu, f"{people} people; budget {BUDGET_ONE_MS:g} ms")


def one_municipality(
    instrument: Instrument, now: People, before: People, everybody: Sums, middle: Floats
) -> dict[str, object]:
    """Level, distribution, alpha, change with verdict, comparison with the rest of the country."""
    scored = [_scores(instrument, people) for people in (now, before)]
    sums = [people.grouping.sums(scores, middle) for people, scores in zip((now, before), scored, strict=True)]
    first, second = (moments_from_sums(one, middle) for one in sums)
    level = mean_interval(first.mean, standard_error(first.n, first.sd), first.n - 1)
    steps = np.arange(1.0, 6.0)
    spread = [now.grouping.counts(now.answers[:, column], steps) for column in range(now.answers.shape[1])]
    change = welch(first, second)
    sd = pooled_sd(first, second)
    factor = overlap_factor(first.n, second.n, no_overlap(first.n.shape))
    effect = hedges_g(change.estimate, sd, factor, first.n + second.n - 2)
    (low, high), (inner_low, inner_high), p = change.interval(), change.interval(0.9), holm(change.p)
    told = [
        verdict(low[0, at], high[0, at], p[0, at], inner_low[0, at], inner_high[0, at], MARGIN * sd[0, at])
        for at in range(len(middle))
    ]
    rest = moments_from_sums(everybody - sums[0], middle)
    beside = welch(first, rest)
    return {
        "level": level,
        "spread": spread,
        "alpha": _alphas(instrument, now),
        "change": (change, effect, told),
        "comparison": (beside.interval(), holm(beside.p)),
    }


def _median(work: Callable[[], object]) -> tuple[float, float]:
    work()
    taken = []
    for _ in range(RUNS):
        begun = time.perf_counter(), time.process_time()
        work()
        taken.append((time.perf_counter() - begun[0], time.process_time() - begun[1]))
    return sorted(taken)[RUNS // 2]
