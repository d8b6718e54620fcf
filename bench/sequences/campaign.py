"""`./run bench --sequences`: plays on both databases for so many seconds, and what was acknowledged in them."""

from __future__ import annotations

import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from bench.postgres import postgresql, sqlite
from bench.sequences.machine import sequences
from bench.sequences.world import World, make_world
from survey.database import open_engine
from survey.migrate import upgrade

STEPS = 40
AT_A_TIME = 20


@dataclass(frozen=True)
class Played:
    database: str
    plays: int
    told: Counter[str]
    """What people were told, by kind."""
    failed: str = ""
    """The end of what the play that failed said, with its steps; empty if none did."""


def run(seconds: int) -> list[Played]:
    """`seconds` on each database."""
    with ExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        databases = {"SQLite": sqlite(home), "PostgreSQL": stack.enter_context(postgresql())}
        played = []
        for name, database in databases.items():
            engine = open_engine(database.url)
            upgrade(engine)
            played.append(_on(name, make_world(home / name, engine), seconds))
            engine.dispose()
        return played


def play(world: World, examples: int, steps: int, number: int | None = None) -> Counter[str]:
    """Play `examples` rounds of at most `steps` steps, by chance or the same ones again with the same `number`.

    Returns what people were told. Raises what the first play that fails raises, with its steps as they were: looking
    for a shorter one takes longer than reading it.
    """
    machine = sequences(world)
    if number is not None:
        machine = seed(number)(machine)
    limits = settings(
        max_examples=examples,
        stateful_step_count=steps,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
        report_multiple_bugs=False,
        phases=(Phase.generate,),
    )
    run_state_machine_as_test(machine, settings=limits)
    return machine.told


def _on(name: str, world: World, seconds: int) -> Played:
    until, told = time.monotonic() + seconds, Counter[str]()
    while time.monotonic() < until:
        try:
            told += play(world, AT_A_TIME, STEPS)
        except Exception as error:  # whatever a play raises is the finding
            notes = "\n".join(getattr(error, "__notes__", ()))
            return Played(name, world.rounds, told, f"{type(error).__name__}: {error}\n{notes}")
    return Played(name, world.rounds, told)


def table(played: Sequence[Played]) -> str:
    kinds = sorted({kind for one in played for kind in one.told})
    lines = [f"{'':16}" + "".join(f"{one.database:>12}" for one in played)]
    lines += [f"{'plays':16}" + "".join(f"{one.plays:>12,}" for one in played)]
    lines += [f"{kind:16}" + "".join(f"{one.told[kind]:>12,}" for one in played) for kind in kinds]
    return "\n".join(lines)
