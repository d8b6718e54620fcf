"""Answers -> item matrix -> scale scores. Whole rounds at a time, with numpy.

Source of the score: mean of the answered items, reversed as maximum + minimum - x, if at least half of the scale's
items are answered, else missing (the half rule; Fairclough & Cella 1996, Qual Life Res 5:321-329). Half of an
odd number is rounded up: 3 of 5, 7 of 13.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from instruments.model import NUMERIC_TYPES, Answer, Instrument, Item, ItemType, Method, MissingRule
from instruments.path import visible_items

Matrix = npt.NDArray[np.float64]

SCORABLE_TYPES = NUMERIC_TYPES | {ItemType.SINGLE_CHOICE}


def item_matrix(
    instrument: Instrument, answers: Sequence[Mapping[str, object]], items: Sequence[str] | None = None
) -> Matrix:
    """Respondents' answers as numbers.

    `answers`: n mappings from item id to stored answer. `items`: m item ids, by default all scored items.
    Returns float64 (n, m); nan where there is no answer, the person declined, the option counts as missing ("vet
    inte"), the item was not on that person's path, or the value is not one that the item can have.
    Raises ValueError for an item that the instrument does not have or that is not answered with a number.
    """
    wanted = [item.id for item in instrument.scored_items] if items is None else list(items)
    columns = [_number_reader(instrument, item_id) for item_id in wanted]
    branching = any(
        section.visible_if or any(item.visible_if for item in section.items) for section in instrument.sections
    )
    matrix = np.full((len(answers), len(wanted)), np.nan)
    for row, given in enumerate(answers):
        shown = {item.id for item in visible_items(instrument, _as_answers(given))} if branching else None
        for column, (item_id, read) in enumerate(zip(wanted, columns, strict=True)):
            if shown is None or item_id in shown:
                matrix[row, column] = read(given.get(item_id))
    return matrix


class _NumberReader:
    """One item's stored answer -> the number that is scored, or nan."""

    def __init__(self, item: Item, allowed: frozenset[int] | None) -> None:
        self._allowed = allowed
        self._minimum = -np.inf if item.minimum is None else item.minimum
        self._maximum = np.inf if item.maximum is None else item.maximum

    def __call__(self, answer: object) -> float:
        # bool is a kind of int in Python, and no item is answered with one.
        if isinstance(answer, bool) or not isinstance(answer, int | float):
            return float("nan")
        if self._allowed is not None:
            return float(answer) if answer in self._allowed else float("nan")
        return float(answer) if self._minimum <= answer <= self._maximum else float("nan")


def _number_reader(instrument: Instrument, item_id: str) -> _NumberReader:
    item = instrument.items_by_id.get(item_id)
    if item is None:
        raise ValueError(f"instrument {instrument.id} {instrument.version} has no item {item_id!r}")
    if item.type not in SCORABLE_TYPES:
        raise ValueError(f"item {item_id} is of type {item.type}, which is not answered with one number")
    if item.answer_set is None:
        return _NumberReader(item, None)
    return _NumberReader(item, frozenset(instrument.answer_sets_by_id[item.answer_set].scored_values))


def _as_answers(given: Mapping[str, object]) -> dict[str, Answer]:
    """Stored answers as rules read them: JSON has lists where the model has tuples."""
    read: dict[str, Answer] = {}
    for item_id, answer in given.items():
        if isinstance(answer, list | tuple):
            read[item_id] = tuple(value for value in answer if isinstance(value, int))
        elif answer is None or isinstance(answer, int | float | str):
            read[item_id] = answer
    return read


def reverse(matrix: Matrix, minimum: float, maximum: float, reversed_columns: npt.ArrayLike) -> Matrix:
    """A copy of (n, m) `matrix` with the given columns turned round: x -> maximum + minimum - x; nan stays nan.

    `reversed_columns`: m booleans. Reversing twice gives the matrix back.
    """
    flipped = np.asarray(reversed_columns, dtype=bool)
    return np.where(flipped[np.newaxis, :], maximum + minimum - matrix, matrix)


def score(
    matrix: Matrix,
    minimum: float,
    maximum: float,
    reversed_columns: npt.ArrayLike,
    method: Method = Method.MEAN,
    missing: MissingRule = MissingRule.HALF,
    positive_from: int | None = None,
    needed: int | None = None,
) -> Matrix:
    """One scale's score for each respondent.

    `matrix`: (n, m) answers to the scale's m items, nan = missing; `minimum`, `maximum`: range of one item's answers.
    Returns (n,); nan = too few answered (HALF: fewer than ceil(m / 2); COMPLETE: any missing). A SUM with gaps is the
    mean of the answered items times m, so that it has the same range as a complete one. POSITIVE: 0-100, the share of
    the answered items that are at least `positive_from` after reversal. Raises ValueError for POSITIVE without it.
    `needed`: how many items must be answered, in place of what `missing` says (an analyst's own rule).
    """
    turned = reverse(matrix, minimum, maximum, reversed_columns)
    if method is Method.POSITIVE:
        if positive_from is None:
            raise ValueError("per cent in the positive steps needs to know where they begin: positive_from")
        turned = np.where(np.isnan(turned), np.nan, 100.0 * (turned >= positive_from))
    items = matrix.shape[1]
    answered = np.sum(~np.isnan(turned), axis=1)
    if needed is None:
        needed = items if missing is MissingRule.COMPLETE else -(-items // 2)
    enough = (answered >= needed) & (answered > 0)
    means = np.full(matrix.shape[0], np.nan)
    np.divide(np.nansum(turned, axis=1), answered, out=means, where=enough)
    return means * items if method is Method.SUM else means


def score_scale(instrument: Instrument, scale_id: str, matrix: Matrix) -> Matrix:
    """Score one scale from the (n, m) matrix of its items, columns in the scale's own order. Returns (n,)."""
    scale = instrument.scales_by_id[scale_id]
    reversed_columns = [entry.reversed for entry in scale.items]
    return score(
        matrix, scale.minimum, scale.maximum, reversed_columns, scale.method, scale.missing, scale.positive_from
    )


def score_all(instrument: Instrument, answers: Sequence[Mapping[str, object]]) -> dict[str, Matrix]:
    """Scale id -> (n,) scores, straight from stored answers."""
    return {
        scale.id: score_scale(instrument, scale.id, item_matrix(instrument, answers, scale.item_ids))
        for scale in instrument.scales
    }
