"""`./run bench --fuzz`: every reader under two engines, with executions counted; the table stands in the docs."""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.fuzz import by_mutation
from bench.fuzz.targets import TARGETS, seeds

HANG_SECONDS = 5
MEMORY_MB = 512
DOCS = Path(__file__).parents[2] / "docs" / "instrument-exchange.md"
_RAISED = "Uncaught Python exception"
MARKS = ("<!-- fuzz -->", "<!-- /fuzz -->")


@dataclass(frozen=True)
class Fuzzed:
    """`executions`: inputs run by each engine; `failed`: the end of what the engine said, empty if nothing happened."""

    target: str
    by_coverage: int
    by_mutation: int
    failed: str = ""


def run(seconds: int, examples: int) -> list[Fuzzed]:
    """`seconds`: of coverage-guided fuzzing for each target; `examples`: of mutated files."""
    return [_one(target, seconds, examples) for target in TARGETS]


def _one(target: str, seconds: int, examples: int) -> Fuzzed:
    started = seeds(target)
    guided, failed = _by_coverage(target, started, seconds)
    try:
        mutated = by_mutation.run(TARGETS[target], started, examples)
    except Exception as error:  # whatever a reader raises is the finding
        return Fuzzed(target, guided, 0, failed or f"{type(error).__name__}: {error}")
    return Fuzzed(target, guided, mutated, failed)


def _by_coverage(target: str, started: Sequence[bytes], seconds: int) -> tuple[int, str]:
    with tempfile.TemporaryDirectory() as folder:
        corpus = Path(folder) / "corpus"
        corpus.mkdir()
        for number, content in enumerate(started):
            (corpus / str(number)).write_bytes(content)
        limits = [f"-max_total_time={seconds}", f"-timeout={HANG_SECONDS}", f"-rss_limit_mb={MEMORY_MB}"]
        limits += ["-max_len=60000", "-print_final_stats=1", f"-artifact_prefix={folder}/"]
        ended = subprocess.run(  # noqa: S603 (our own module)
            [sys.executable, "-m", "bench.fuzz.by_coverage", target, *limits, str(corpus)],
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
        )
    counted = re.search(r"number_of_executed_units:\s+(\d+)", ended.stderr)
    said = ended.stdout + ended.stderr
    shown = said[said.find(_RAISED) :][:3000] if _RAISED in said else said[-3000:]
    failed = "" if ended.returncode == 0 and counted else shown
    return int(counted[1]) if counted else 0, failed


def table(found: Sequence[Fuzzed]) -> str:
    lines = ["| reader | guided by coverage (atheris) | mutated files (hypothesis) | crashes and hangs |"]
    lines += ["|---|---|---|---|"]
    lines += [
        f"| {one.target} | {one.by_coverage:,} | {one.by_mutation:,} | {'found' if one.failed else 'none'} |"
        for one in found
    ]
    return "\n".join(lines)


def write(text: str) -> None:
    """Put the table between the marks of docs/instrument-exchange.md."""
    content = DOCS.read_text(encoding="utf-8")
    before, rest = content.split(MARKS[0])
    _, after = rest.split(MARKS[1])
    DOCS.write_text(f"{before}{MARKS[0]}\n{text}\n{MARKS[1]}{after}", encoding="utf-8")
