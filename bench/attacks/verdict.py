"""What an attack found, as one row of the table in docs/privacy.md."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

ALPHA = 0.001
"""Of a whole attack, its joins or orders together (Holm): one honest run in a thousand looks like a leak by chance."""
CERTAIN = 1e-6
"""A mutant counts as caught below this."""


@dataclass(frozen=True)
class Verdict:
    """One attack on one database. `p` is None where nothing is left to chance: a schema is right or wrong."""

    attack: str
    database: str
    cases: str
    statistic: str
    p: float | None
    held: bool

    def cells(self) -> tuple[str, ...]:
        return self.attack, self.database, self.cases, self.statistic, shown(self.p), "holds" if self.held else "BROKEN"


@dataclass(frozen=True)
class Caught:
    """One mutant: the code with one promise taken out. `by` names the attack that saw it best.

    `p` is 0 where nothing is left to chance.
    """

    mutant: str
    database: str
    by: str
    statistic: str
    p: float

    @property
    def caught(self) -> bool:
        return self.p < CERTAIN

    def cells(self) -> tuple[str, ...]:
        seen = "caught" if self.caught else "MISSED"
        return self.mutant, self.database, self.by, self.statistic, shown(self.p or None), seen


VERDICT_HEADER = ("attack", "database", "cases", "statistic", "p", "verdict")
MUTANT_HEADER = ("mutant", "database", "caught by", "statistic", "p", "verdict")


def shown(p: float | None) -> str:
    """A p-value as it is read in a table; what cannot happen by chance at all is no number."""
    if p is None:
        return "not by chance"
    if p < 1e-12:
        return "< 1e-12"
    return f"{p:.1e}" if p < 0.001 else f"{p:.3f}"


def markdown(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table that is read in a terminal as well as on a page: columns padded."""
    widths = [max(len(row[column]) for row in [header, *rows]) for column in range(len(header))]

    def line(cells: Sequence[str]) -> str:
        return "| " + " | ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)) + " |"

    return "\n".join([line(header), line(["-" * width for width in widths]), *map(line, rows)])
