"""Free text, taken out of the answers at mixing: kept apart, shuffled on its own, joined to nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from survey.answering.box import Submission
from survey.answering.shuffling import Shuffle
from survey.answering.statements import insert_many
from survey.models import Base, TextState, random_id

_FREE_TEXT = Base.metadata.tables["free_text"]


@dataclass(frozen=True)
class Written:
    """What one person wrote to one item."""

    unit_id: int
    """The unit that the answers came from."""
    item: str
    text: str


def set_apart(submissions: Sequence[Submission]) -> tuple[list[Submission], list[Written]]:
    """The submissions without what was written in words, in the same order, and all of that.

    Only items of a text type are answered with a string (`values.storable`).
    """
    without, written = [], []
    for one in submissions:
        texts = {item: answer for item, answer in one.answers.items() if isinstance(answer, str)}
        written += [Written(one.unit_id, item, text) for item, text in texts.items()]
        kept = {item: answer for item, answer in one.answers.items() if item not in texts}
        without.append(replace(one, answers=kept) if texts else one)
    return without, written


def store_apart(
    session: Session,
    round_id: int,
    written: list[Written],
    placed: Mapping[int, int],
    shuffle: Shuffle,
) -> None:
    """Insert the texts in an order of their own, each at the place of its unit's answers (`placed`)."""
    if not written:
        return
    shuffle(written)
    rows = [
        {
            "id": random_id(),
            "round_id": round_id,
            "unit_id": placed[one.unit_id],
            "item": one.item,
            "text": one.text,
            "state": TextState.UNREAD,
        }
        for one in written
    ]
    insert_many(session, _FREE_TEXT, rows)
