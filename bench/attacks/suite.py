"""All of it in a row: play, take, attack, pool; then every mutant. What `./run bench --attacks` and the tests run."""

from __future__ import annotations

import gc
import shutil
import tempfile
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.attacks import schema
from bench.attacks.ground import Ground, Taken
from bench.attacks.join import Join
from bench.attacks.mutants import MUTANTS, SCHEMA_MUTANTS, mutate
from bench.attacks.rank import Rank
from bench.attacks.scene import SMALL, UNITS, Unit
from bench.attacks.snapshots import Check, checks, told_by_differences, verdicts
from bench.attacks.stage import Play, Sent, prepare
from bench.attacks.traces import traces
from bench.attacks.verdict import Caught, Verdict
from survey.services import Services, services_from

Tell = Callable[[str], None]
COPIED_SEEDS, MUTANT_SEEDS = 5_001, 7_001
"""Where the seeds of T4 and T5 begin. No two plays on one server may share a seed: one's answers would be found in what
another has left."""


@dataclass(frozen=True)
class Played:
    """A round that is over, what was taken before its sealing (oldest first), and what is left."""

    play: Play
    before: list[Taken]
    after: Taken


@contextmanager
def played(ground: Ground, seed: int, *, units: Mapping[str, Unit] = UNITS, each: bool = False) -> Iterator[Played]:
    """A whole round; every second study is linked. With `each` everything is copied after each submission."""
    home = Path(tempfile.mkdtemp(prefix="tmattack"))
    settings = ground.fresh(home / "home")
    play = prepare(settings, seed, linked=seed % 2 == 1, units=units)
    engine = play.services.engine
    before: list[Taken] = []

    def copy(_: Sent) -> None:
        before.append(ground.take(settings, engine))

    try:
        play.field(copy if each else _nothing)
        if not each:
            before.append(ground.take(settings, engine))
        play.seal()
        play.destroy_keys()
        yield Played(play, before, ground.take(settings, engine))
    finally:
        engine.dispose()
        ground.drop(settings)
        shutil.rmtree(home, ignore_errors=True)


def joins_and_ranks(ground: Ground, seeds: Sequence[int], tell: Tell = lambda _: None) -> tuple[Join, Rank]:
    """T1 and T2, pooled over seeds."""
    join, rank = Join(), Rank()
    for number, seed in enumerate(seeds):
        if number % 10 == 0:
            tell(f"{ground.name}: T1 and T2, {number} of {len(seeds)} seeds")
        with played(ground, seed) as round_:
            _pool(join, rank, round_)
        gc.collect()
    return join, rank


def copies(ground: Ground, seeds: Sequence[int]) -> tuple[list[Verdict], set[str]]:
    """T4: everything copied after each submission. The verdicts, and the checks that failed."""
    found: list[list[Check]] = []
    seen = tried = 0
    for seed in seeds:
        with played(ground, seed, units=SMALL, each=True) as round_:
            found.append(checks(round_.play, round_.before, round_.after))
            told, of = told_by_differences(round_.play, round_.before)
            seen, tried = seen + told, tried + of
    who = Verdict(
        "T4 who has answered",
        ground.name,
        f"{len(seeds)} seeds",
        f"seen in {seen} of {tried} differences, as said",
        None,
        True,
    )
    leaks = {check.what for play in found for check in play if check.found}
    return [*verdicts(found, ground.name, len(seeds)), who], leaks


def tables(ground: Ground) -> Verdict:
    """T3 on the tables as they are."""
    with _services(ground) as services:
        return schema.verdict(services.engine, ground.name)


def caught(ground: Ground, mutant: str, known: Collection[str] = ()) -> Caught:
    """Play the mutant, let all attacks at it, and name the one that sees it best.

    `known`: orders, joins and checks that the real code fails already; they prove nothing about a mutant.
    """
    # Odd, so that the study is linked, and a number that no other play has: its marks are found nowhere else.
    seed = MUTANT_SEEDS + 2 * list(MUTANTS).index(mutant)
    join, rank, leaks = Join(), Rank(), []
    with MUTANTS[mutant](), played(ground, seed) as round_:
        _pool(join, rank, round_)
        leaks += [check for check in checks(round_.play, round_.before, round_.after) if check.found]
    order, p_order = rank.worst(known)
    joined, p_joined = join.worst(known)
    # What cannot happen by chance at all is surer than any p-value, and a pair told surer than a place.
    seen = [(p_joined, "T1", join.told(joined)), (p_order, "T2", rank.told(order))]
    seen += [
        (0.0, check.attack, f"{check.what}: {check.found} of {check.tried}")
        for check in leaks
        if check.what not in known
    ]
    p, by, statistic = min(seen)
    return Caught(mutant, ground.name, by, statistic, p)


def caught_by_schema(ground: Ground, mutant: str) -> Caught:
    """Change the tables and walk them."""
    with _services(ground) as services:
        sound = schema.faults(services.engine)
        mutate(services.engine, SCHEMA_MUTANTS[mutant])
        new = [fault for fault in schema.faults(services.engine) if fault not in sound]
    return Caught(mutant, ground.name, "T3", "; ".join(new) or "nothing seen", 0.0 if new else 1.0)


def attacked(ground: Ground, seeds: int, copied: int, tell: Tell) -> tuple[list[Verdict], list[Caught]]:
    """Everything on one database."""
    join, rank = joins_and_ranks(ground, range(1, seeds + 1), tell)
    tell(f"{ground.name}: T3 and T4")
    followed, leaks = copies(ground, range(COPIED_SEEDS, COPIED_SEEDS + copied))
    found = [join.verdict(ground.name), rank.verdict(ground.name), tables(ground), *followed]
    known = {*join.broken(), *rank.broken(), *leaks}
    mutants = []
    for mutant in MUTANTS:
        tell(f"{ground.name}: {mutant}")
        mutants.append(caught(ground, mutant, known))
    mutants += [caught_by_schema(ground, mutant) for mutant in SCHEMA_MUTANTS]
    return found, mutants


def _pool(join: Join, rank: Rank, round_: Played) -> None:
    orders = traces(round_.play, round_.after)
    join.add(round_.play, round_.before[-1], round_.after, orders)
    rank.add(round_.play, orders)


def _nothing(_: Sent) -> None:
    """No copy yet."""


@contextmanager
def _services(ground: Ground) -> Iterator[Services]:
    home = Path(tempfile.mkdtemp(prefix="tmattack"))
    settings = ground.fresh(home / "home")
    services = services_from(settings)
    try:
        yield services
    finally:
        services.engine.dispose()
        ground.drop(settings)
        shutil.rmtree(home, ignore_errors=True)
