"""Has one person changed more than the scale's own unreliability would make of nothing?

For linked studies and follow-up of single cases. It says nothing of why, and nothing of whether the change matters.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special

from reports.statistics.describe import Floats, moments


@dataclass(frozen=True)
class ReliableChange:
    """nan = not computable: no variation before, or a reliability that is missing, below 0 or not below 1."""

    n: int
    """People with a score both times."""
    sem: float
    """Standard error of measurement: how far one person's score lies from what it would be without chance."""
    s_diff: float
    """The same for the difference of two scores."""
    mdc: float
    """Minimal detectable change of one person: the least that chance alone seldom gives (1 in 20 at 95 %)."""
    mdc_group: float
    """The same for the mean of the n."""
    index: Floats
    """(persons,) change in units of s_diff; nan where a score is missing."""
    direction: NDArray[np.int8]
    """(persons,) 1 up, -1 down, 0 neither (also where it cannot be told)."""

    @property
    def up(self) -> int:
        return int(np.sum(self.direction == 1))

    @property
    def down(self) -> int:
        return int(np.sum(self.direction == -1))

    @property
    def same(self) -> int:
        """People whose change could be chance. Not "unchanged": it was not found."""
        return int(np.sum(~np.isnan(self.index))) - self.up - self.down

    @property
    def mean_index(self) -> float:
        known = self.index[~np.isnan(self.index)]
        return float(known.mean()) if len(known) else float("nan")


def reliable_change(before: Floats, after: Floats, reliability: float, confidence: float = 0.95) -> ReliableChange:
    """Of scores (persons,), nan = missing. Jacobson and Truax 1991, J Consult Clin Psychol 59:12-19.

    SEM = s sqrt(1 - reliability) with s the SD of all scores before (also of those who have none after: they were
    measured by the same scale); s_diff = sqrt(2) SEM; index = (after - before) / s_diff. Up or down where the index is
    beyond the normal quantile (1.96). MDC = that quantile times s_diff (Weir 2005, J Strength Cond Res 19:231-240).
    """
    usable = 0 <= reliability < 1
    sd = float(moments(before[:, None]).sd[0])
    sem = sd * float(np.sqrt(1 - reliability)) if usable and sd > 0 else float("nan")
    s_diff = float(np.sqrt(2)) * sem
    beyond = float(special.ndtri((1 + confidence) / 2))
    change = after - before
    n = int(np.sum(~np.isnan(change)))
    index = change / s_diff
    return ReliableChange(
        n=n,
        sem=sem,
        s_diff=s_diff,
        mdc=beyond * s_diff,
        mdc_group=beyond * s_diff / float(np.sqrt(n)) if n else float("nan"),
        index=index,
        direction=((index > beyond).astype(np.int8) - (index < -beyond).astype(np.int8)).astype(np.int8),
    )
