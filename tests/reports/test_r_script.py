"""docs/analysis/alpha_and_g.R reads an export of rows and gets our alpha and g, with base R alone."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest

from instruments.load import load
from reports.dataset import RoundData
from reports.export import rows
from reports.microdata import coarsened
from reports.microdata_source import Choice, Source
from reports.statistics.change import no_overlap, overlap_factor, pooled_sd
from reports.statistics.describe import moments
from reports.statistics.effect import hedges_g
from reports.statistics.reliability import alpha
from tests.reports.example import tree

SCRIPT = Path(__file__).parents[2] / "docs" / "analysis" / "alpha_and_g.R"
UNITS = {"2301-a": 60, "2309-b": 70}
pytestmark = pytest.mark.skipif(
    shutil.which("Rscript") is None,
    reason="R IS NOT HERE: nothing holds docs/analysis/alpha_and_g.R against our numbers; apt-get install r-base-core",
)


def round_of(name: str, seed: int, instrument_id: str) -> RoundData:
    loaded = load(instrument_id)
    draw = np.random.default_rng(seed)
    codes = [unit for unit, n in UNITS.items() for _ in range(n)]
    answers: list[dict[str, object]] = []
    for _ in codes:
        # What a person has in common over the items, so that alpha is worth something.
        lean = draw.normal(0.15 * seed, 0.8)
        given: dict[str, object] = {}
        for item in loaded.instrument.scored_items:
            options = loaded.instrument.options(item)
            place = int(np.clip(round(len(options) / 2 + lean + draw.normal(0, 0.9)), 0, len(options) - 1))
            if draw.random() > 0.08:
                given[item.id] = options[place].value
        answers.append(given)
    return RoundData.from_answers(
        round_id=seed,
        name=name,
        instrument=loaded.instrument,
        digest=loaded.digest,
        answers=answers,
        unit_codes=codes,
        invited=dict.fromkeys(UNITS),
    )


def expected(now: RoundData, before: RoundData) -> dict[str, list[float]]:
    first, second = moments(now.scores), moments(before.scores)
    n = first.n, second.n
    factor = overlap_factor(*n, no_overlap(first.n.shape))
    found = hedges_g(first.mean - second.mean, pooled_sd(first, second), factor, n[0] + n[1] - 2)
    lines = {}
    for at, scale in enumerate(now.instrument.scales):
        held = alpha(now.scale_values(scale.id))
        lines[scale.id] = [first.n[at], first.mean[at], held.n, held.alpha, second.n[at], found.g[at]]
    return lines


def need_foreign() -> None:
    asked = subprocess.run(["Rscript", "-e", 'quit(status = !requireNamespace("foreign", quietly = TRUE))'])
    if asked.returncode != 0:
        pytest.skip("R'S PACKAGE FOREIGN IS NOT HERE: nothing reads .sav with R; apt-get install r-cran-foreign")


@pytest.mark.parametrize(
    ("instrument_id", "format_"),
    [
        ("ebp-thermometer", rows.Format.CSV),
        ("user-survey-group-home", rows.Format.CSV),
        ("user-survey-group-home", rows.Format.SAV),
    ],
)
def test_r_gets_the_same_alpha_and_g_from_the_exported_rows(
    instrument_id: str, format_: rows.Format, tmp_path: Path
) -> None:
    if format_ is rows.Format.SAV:
        need_foreign()
    now, before = round_of("2026 vår", 2, instrument_id), round_of("2024", 1, instrument_id)
    leaving = coarsened(Source((now, before), tree(UNITS), 5), Choice(None, ()), range)
    for name, content in rows.files(leaving, now.instrument, tree(UNITS), "sv", format_).items():
        (tmp_path / name).write_bytes(content)
    words = ["Rscript", "--vanilla", str(SCRIPT), f"svar.{format_}", "delskalor.csv", "2024", "2026 vår"]
    done = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    said, _, *lines = done.stdout.splitlines()
    assert said.split() == ["round", "2026", "vår", "compared", "with", "2024"]
    told = {line.split()[0]: [float(word) for word in line.split()[1:]] for line in lines}
    wanted = expected(now, before)
    assert told.keys() == wanted.keys()
    for scale, numbers in wanted.items():
        assert told[scale] == pytest.approx(numbers, rel=1e-7)


def test_r_says_which_column_is_not_there(tmp_path: Path) -> None:
    (tmp_path / "svar.csv").write_text("m.round;A1\r\n2024;1\r\n")
    (tmp_path / "delskalor.csv").write_bytes(rows.scales(load("ebp-thermometer").instrument, "sv"))
    done = subprocess.run(
        ["Rscript", str(SCRIPT), "svar.csv", "delskalor.csv"], cwd=tmp_path, capture_output=True, text=True
    )
    assert done.returncode != 0
    assert "do both files come from the same export" in done.stderr
