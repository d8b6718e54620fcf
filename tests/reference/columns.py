"""What every adapter begins and ends with: a case's columns as numbers, and numbers as plain values.

A frame is a mapping from a column's name to its values: a data frame whose empty cells are nan (as `test_reference` and
the cases' own runner read them), or texts, empty where nothing is known.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

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


def beside(name: str) -> Frame:
    """Another file that a case names: here, or where the cases' own runner keeps its folders."""
    folders = [Path(__file__).parent]
    if runner := sys.modules.get("refcheck"):
        folders += sorted(Path(runner.__file__).parent.iterdir())
    path = next(folder / name for folder in folders if (folder / name).is_file())
    with path.open(newline="", encoding="utf-8") as file:
        rows = list(csv.reader(file))
    return {column: [row[place] for row in rows[1:]] for place, column in enumerate(rows[0])}


def matches(frame: Frame, column: str, wanted: object) -> NDArray[np.bool_]:
    """Rows whose value is `wanted`, a text or a number: a column of codes with gaps comes as 1.0, or as "1"."""
    return np.array([_same(value, wanted) for value in frame[column]], dtype=bool)


def _same(value: object, wanted: object) -> bool:
    try:
        return float(value) == float(wanted)
    except ValueError:
        return str(value) == str(wanted)


def filtered(adapter: Adapter) -> Adapter:
    """The adapter on the rows that the case's `filter` keeps: those with the given value in every named column."""

    def on_kept_rows(case: Case, frame: Frame) -> Answer:
        wanted = case["params"].get("filter", {})
        if not wanted:
            return adapter(case, frame)
        rows = np.all([matches(frame, column, value) for column, value in wanted.items()], axis=0)
        return adapter(
            case, {name: [value for value, keep in zip(frame[name], rows, strict=True) if keep] for name in frame}
        )

    return on_kept_rows


def single(answer: Mapping[str, Floats]) -> Answer:
    """Arrays of one to plain numbers."""
    return {key: float(np.asarray(value).reshape(())) for key, value in answer.items()}
