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
    """ "NA" is no number: only among names may it be a country."""
    return np.array([np.nan if value in (None, "", "NA") else float(value) for value in frame[column]], dtype=float)


def names(frame: Frame, column: str) -> NDArray[np.str_]:
    """As texts, "" where nothing is known. A column of whole numbers with gaps comes as 1.0: its names are "1"."""
    return np.array([_name(value) for value in frame[column]], dtype=np.str_)


def grouped(values: Floats, groups: NDArray[np.str_]) -> tuple[Floats, NDArray[np.str_], list[str]]:
    """What is known of whom: values and groups of the rows that have both, and the groups in order."""
    there = ~np.isnan(values) & (groups != "")
    return values[there], groups[there], sorted(set(groups[there].tolist()))


def _name(value: object) -> str:
    if value is None or value != value:
        return ""
    if isinstance(value, bool | np.bool_):
        return str(value).upper()
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


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
    """Rows whose value is `wanted`, a text or a number, or one of several: codes with gaps come as 1.0, or as "1"."""
    several = wanted if isinstance(wanted, list) else [wanted]
    return np.array([any(_same(value, one) for one in several) for value in frame[column]], dtype=bool)


def _same(value: object, wanted: object) -> bool:
    try:
        return float(value) == float(wanted)
    except (TypeError, ValueError):
        return _name(value) == _name(wanted)


def filtered(adapter: Adapter) -> Adapter:
    """The adapter on the rows that the case's `filter` keeps: those with the given value in every named column.

    What it answers comes as plain numbers, None where there is none.
    """

    def on_kept_rows(case: Case, frame: Frame) -> Answer:
        params = dict(case.get("params") or {})
        case = {**case, "params": params}
        if wanted := params.get("filter"):
            rows = np.all([matches(frame, column, value) for column, value in wanted.items()], axis=0)
            frame = {name: [value for value, keep in zip(frame[name], rows, strict=True) if keep] for name in frame}
        return {key: plain(value) for key, value in adapter(case, frame).items()}

    return on_kept_rows


def plain(value: object) -> object:
    """Without arrays and nan, however deep: what a file of expected numbers can hold."""
    if isinstance(value, dict):
        return {key: plain(inner) for key, inner in value.items()}
    if isinstance(value, np.ndarray | np.generic):
        value = value.tolist()
    if isinstance(value, list | tuple):
        return [plain(inner) for inner in value]
    return None if isinstance(value, float) and np.isnan(value) else value


def single(answer: Mapping[str, Floats]) -> Answer:
    """Arrays of one to plain numbers."""
    return {key: float(np.asarray(value).reshape(())) for key, value in answer.items()}
