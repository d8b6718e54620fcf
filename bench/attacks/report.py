"""The table that `./run bench --attacks` prints, and that docs/privacy.md keeps with its date and version."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import date
from multiprocessing import get_context
from pathlib import Path

import click

from bench.attacks import disclosure
from bench.attacks.ground import SqliteGround, postgresql
from bench.attacks.releasing import through_the_ledger
from bench.attacks.suite import attacked
from bench.attacks.verdict import ALPHA, CERTAIN, MUTANT_HEADER, VERDICT_HEADER, Caught, Verdict, markdown

ROOT = Path(__file__).parents[2]
PRIVACY = ROOT / "docs" / "privacy.md"
BEGIN, END = "<!-- attacks:begin -->", "<!-- attacks:end -->"


@dataclass(frozen=True)
class Length:
    """How long the attacks go on."""

    seeds: int = 50
    """Rounds played on each database for T1 and T2."""
    copied: int = 5
    """Rounds in which everything is copied after each submission (T4)."""
    cases: int = 3_000
    """Random studies with their releases for D1; D2 and D3 take a part of them."""


@dataclass(frozen=True)
class Report:
    verdicts: list[Verdict]
    mutants: list[Caught]

    @property
    def held(self) -> bool:
        return all(verdict.held for verdict in self.verdicts) and all(mutant.caught for mutant in self.mutants)

    def text(self, day: date, version: str) -> str:
        """Two tables with what they mean."""
        broken = sum(not one.held for one in self.verdicts) + sum(not one.caught for one in self.mutants)
        outcome = (
            "Every attack failed and every mutant was caught." if self.held else f"Not as promised: {broken} rows."
        )
        return "\n".join(
            [
                f"Run on {day.isoformat()} against {version} by `./run bench --attacks`. {outcome}",
                "",
                f"`p` is of the best join or order, after Holm over all of them; an attack fails at p >= {ALPHA}.",
                "",
                markdown(VERDICT_HEADER, [one.cells() for one in self.verdicts]),
                "",
                "A mutant is the same code with one promise taken out. An attack that saw none of them would prove",
                f"nothing; one that sees it at p < {CERTAIN} has caught it.",
                "",
                markdown(MUTANT_HEADER, [one.cells() for one in self.mutants]),
            ]
        )


def run(length: Length) -> Report:
    """Everything, on both databases; as many parts at a time as there are cores, each in a process of its own."""
    with ProcessPoolExecutor(os.cpu_count(), mp_context=get_context("spawn")) as pool:
        played = [pool.submit(on, length) for on in (_on_postgresql, _on_sqlite)]
        published = [pool.submit(_published, attack, length.cases // of) for attack, of in DISCLOSURE]
        tested = [pool.submit(_by_tests, *test) for test in TESTS]
        verdicts: list[Verdict] = []
        mutants: list[Caught] = []
        for waiting in played:
            found, caught = waiting.result()
            verdicts += found
            mutants += caught
        return Report([*verdicts, *(waiting.result() for waiting in (*published, *tested))], mutants)


DISCLOSURE: tuple[tuple[Callable[[Iterable[int], disclosure.Publish], disclosure.Attack], int], ...] = (
    (disclosure.adding_and_subtracting, 1),
    # A linear programme for each end of every hidden number.
    (disclosure.bounding, 30),
    (disclosure.listing, 10),
)
"""What is published, against arithmetic; and of how many studies one takes part, for what they cost."""

TESTS = (
    ("D4 all filters, rounds and formats over HTTP", "tests/attacks/test_http_adversary.py"),
    ("Canary: token, address, IP and name planted at the door", "tests/attacks/test_canary.py"),
)
"""Attacks that are tests already: they have no seeds to run more of."""


def _on_postgresql(length: Length) -> tuple[list[Verdict], list[Caught]]:
    with postgresql() as ground:
        return attacked(ground, length.seeds, length.copied, _say)


def _on_sqlite(length: Length) -> tuple[list[Verdict], list[Caught]]:
    with tempfile.TemporaryDirectory(prefix="tmattack") as folder:
        return attacked(SqliteGround(Path(folder)), length.seeds, length.copied, _say)


def _published(attack: Callable[[Iterable[int], disclosure.Publish], disclosure.Attack], cases: int) -> Verdict:
    """No database is needed."""
    _say(f"{attack.__name__}, {max(1, cases)} studies")
    one = attack(range(max(1, cases)), through_the_ledger)
    told = f"{len(one.failures)} told of few; by the plain threshold {one.plain_failures}"
    return Verdict(one.name, "none", f"{one.cases} studies", told, None, not one.failures)


def _by_tests(attack: str, path: str) -> Verdict:
    """Run the test file as it is."""
    _say(attack)
    done = subprocess.run(  # noqa: S603 - our own tests
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", path],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    # Without how long it took: the table is read on another machine.
    last = done.stdout.strip().splitlines()[-1].partition(" in ")[0] if done.stdout.strip() else "no test ran"
    return Verdict(attack, "both", path, last, None, done.returncode == 0)


def _say(step: str) -> None:
    click.echo(step, err=True)


def write(text: str, path: Path = PRIVACY) -> None:
    """Put the tables between the marks. Raises ValueError where the marks are missing."""
    before, begin, rest = path.read_text(encoding="utf-8").partition(BEGIN)
    _, end, after = rest.partition(END)
    if not (begin and end):
        raise ValueError(f"{path} has no place for the table; put {BEGIN} and {END} where it is to stand")
    path.write_text(f"{before}{BEGIN}\n{text}\n{END}{after}", encoding="utf-8")
