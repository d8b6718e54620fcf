"""What `bench.simulation` found, as the tables of docs/method/simulation.md."""

from __future__ import annotations

import math
from datetime import date
from pathlib import Path

from bench.simulation import SEED, Found, Rates, Row
from reports.pairs import FEWEST_PAIRS

PAGE = Path(__file__).parents[1] / "docs" / "method" / "simulation.md"
DESIGN, RATES = "pairs / only first / only second", ["type I error", "coverage", "width", "outside"]
BEGIN, END = "## What was found", "## What it says"
"""The headings that the tables stand between; a page in the office shows comments as text, so there are none."""


def text(found: Found, when: date, version: str) -> str:
    return "\n".join(
        (
            f"Run on {when} against {version} by `./run bench --simulation`: in each row {found.studies:,} studies",
            f"without a change and as many with one, seed {SEED}. Chance alone: ± {chance(found.studies):.4f}.",
            "",
            "**The test that decides, and REML beside it.** 7 items of 5 steps, alpha .85.",
            "",
            _line([DESIGN, "SD", "r", *RATES, "REML: type I error", *RATES[1:]]),
            "|---" * 11 + "|",
            *(_deciding(row) for row in found.deciding),
            "",
            "**Few pairs.** Type I error and coverage with the link left out, and used: as the product does from",
            f"{FEWEST_PAIRS} pairs on.",
            "",
            _line([DESIGN, "r", "left out", "", "used", "", "REML", ""]),
            "|---" * 8 + "|",
            *(_few(row) for row in found.few),
            "",
            "**Groups of 12 with the SD of 20 like them.** Type I error and coverage where all spread alike; and where",
            "half of them spread less (the trait's SD × 0.75, narrow) and half more (× 1.25, wide).",
            "",
            _line([DESIGN, "r", "alike", "", "narrow", "", "wide", ""]),
            "|---" * 8 + "|",
            *(_few(row) for row in found.small),
        )
    )


def chance(studies: int) -> float:
    """Half the 95 % interval of a rate of .05."""
    return 1.96 * math.sqrt(0.05 * 0.95 / studies)


def write(table: str, path: Path = PAGE) -> None:
    """Put the tables between their headings. Raises ValueError where those are missing."""
    before, begin, rest = path.read_text(encoding="utf-8").partition(BEGIN)
    _, end, after = rest.partition(END)
    if not (begin and end):
        raise ValueError(f"{path} has no place for the tables; put {BEGIN} and {END} where they are to stand")
    path.write_text(f"{before}{BEGIN}\n\n{table}\n\n{END}{after}", encoding="utf-8")


def _deciding(row: Row) -> str:
    spread = "equal" if row.people.sd_ratio == 1 else f"× {row.people.sd_ratio:g}"
    cells = [_design(row), spread, f"{row.people.correlation:g}"]
    for name in ("product", "reml"):
        one = row.rates[name]
        cells += [*_both(one), f"{one.width:.2f}", one.outside]
    return _line(cells)


def _few(row: Row) -> str:
    cells = [_design(row), f"{row.people.correlation:g}"]
    for one in row.rates.values():
        cells += [", ".join(_both(one)), one.outside] if one.computed else ["none", ""]
    return _line(cells)


def _both(rates: Rates) -> list[str]:
    return [f"{share:.3f}".lstrip("0") for share in (rates.type_one, rates.coverage)]


def _design(row: Row) -> str:
    return " / ".join(str(part) for part in row.design)


def _line(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"
