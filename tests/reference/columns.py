"""What every adapter begins and ends with: a case's columns as numbers, and numbers as plain values.

A frame is a mapping from a column's name to its values: texts (as `test_reference` reads them), or a data frame whose
empty cells are nan (as the cases' own runner reads them).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Frame = Mapping[str, Iterable[object]]
Case = Mapping[str, object]
Answer = dict[str, object]
Adapter = Callable[[Case, Frame], Answer]


def numbers(frame: Frame, column: str) -> Floats:
    return np.array([np.nan if value == "" else float(value) for value in frame[column]])


def names(frame: Frame, column: str) -> NDArray[np.str_]:
    return np.array([str(value) for value in frame[column]])


def single(answer: Mapping[str, Floats]) -> Answer:
    """Arrays of one to plain numbers."""
    return {key: float(np.asarray(value).reshape(())) for key, value in answer.items()}
