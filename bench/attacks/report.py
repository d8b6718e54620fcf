"""The table that `./run bench --attacks` prints, and that docs/privacy.md keeps with its date and version."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from bench.attacks import disclosure
from bench.attacks.ground import SqliteGround, postgresql
from bench.attacks.suite import Tell, attacked
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
    """Random studies with their releases (D1 to D3)."""


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


def run(length: Length, tell: Tell) -> Report:
    """Everything, on both databases."""
    verdicts: list[Verdict] = []
    mutants: list[Caught] = []
    with tempfile.TemporaryDirectory(prefix="tmattack") as folder, postgresql() as server:
        for ground in (SqliteGround(Path(folder)), server):
            found, caught = attacked(ground, length.seeds, length.copied, tell)
            verdicts += found
            mutants += caught
    tell(f"D1 to D3, {length.cases} studies")
    verdicts += _disclosure(length.cases)
    tell("D4 and the canary")
    verdicts += [_by_tests(*test) for test in TESTS]
    return Report(verdicts, mutants)


def _disclosure(cases: int) -> list[Verdict]:
    """What is published, against arithmetic: no database is needed."""
    return [
        Verdict(
            one.name,
            "none",
            f"{one.cases} studies",
            f"{len(one.failures)} told of few; by the plain threshold {one.plain_failures}",
            None,
            not one.failures,
        )
        for one in disclosure.run(cases)
    ]


TESTS = (
    ("D4 all filters, rounds and formats over HTTP", "tests/attacks/test_http_adversary.py"),
    ("Canary: token, address, IP and name planted at the door", "tests/attacks/test_canary.py"),
)
"""Attacks that are tests already: they have no seeds to run more of."""


def _by_tests(attack: str, path: str) -> Verdict:
    """Run the test file as it is."""
    done = subprocess.run(  # noqa: S603 - our own tests
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", path],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    last = done.stdout.strip().splitlines()[-1] if done.stdout.strip() else "no test ran"
    return Verdict(attack, "both", path, last, None, done.returncode == 0)


def write(text: str, path: Path = PRIVACY) -> None:
    """Put the tables between the marks. Raises ValueError where the marks are missing."""
    before, begin, rest = path.read_text(encoding="utf-8").partition(BEGIN)
    _, end, after = rest.partition(END)
    if not (begin and end):
        raise ValueError(f"{path} has no place for the table; put {BEGIN} and {END} where it is to stand")
    path.write_text(f"{before}{BEGIN}\n{text}\n{END}{after}", encoding="utf-8")
