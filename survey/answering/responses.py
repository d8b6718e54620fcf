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
    seeds = _order_seeds(submissions, placed, ways)
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
            "order_seed": seed,
            "answers": one.answers,
        }
        for one, way, seed in zip(submissions, ways, seeds, strict=True)
    ]
    insert_many(session, _RESPONSE, rows)


def _order_seeds(submissions: Sequence[Submission], placed: Mapping[int, int], ways: Sequence[str]) -> list[int | None]:
    """The seed that is kept with each response: of a group of place and recorded way, all of them or none.

    What comes on paper has no order of its own. Where it is recorded as another way in, since it is too few to stand
    alone, the lack of a seed would tell it all the same.
    """
    groups = [(placed[one.unit_id], way) for one, way in zip(submissions, ways, strict=True)]
    lacking = {group for one, group in zip(submissions, groups, strict=True) if one.order_seed is None}
    return [None if group in lacking else one.order_seed for one, group in zip(submissions, groups, strict=True)]
