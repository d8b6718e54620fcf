"""Submissions -> rows of responses: the one place that says what is kept of each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy.orm import Session

from survey.answering.box import Submission
from survey.answering.raising import OPEN
from survey.answering.statements import insert_many
from survey.models import Base, Round, random_id

_RESPONSE = Base.metadata.tables["response"]


def store_responses(
    session: Session,
    round_: Round,
    submissions: Sequence[Submission],
    placed: Mapping[int, int],
    ways: Sequence[str],
    *,
    batch: int = 0,
) -> None:
    """Insert the responses in the order given, each with a fresh random id.

    `placed`: unit -> the node that its answers stand at; `ways`: the way in that is recorded for each submission.
    """
    rows = [
        {
            "id": random_id(),
            "round_id": round_.id,
            "unit_id": placed[one.unit_id],
            "instrument_digest": one.instrument_digest,
            "way": way,
            "variant": one.variant,
            "language": one.language,
            # A link code would tell a card among open links all the same; self-made ones come by every way.
            "link_code": one.link_code if way != OPEN or round_.study.code_questions else None,
            "batch": batch,
            "answers": one.answers,
        }
        for one, way in zip(submissions, ways, strict=True)
    ]
    insert_many(session, _RESPONSE, rows)
