"""What has come since something was last told of a round: enough to be told now, or so few that it waits.

Two releases of one round differ by what came between them. With 1 to k-1 answers in all between them every number that
stands in both tells about those few, so such a release is refused as a whole; above that the ledger decides cell by
cell (docs/decisions/0009).
"""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from survey.errors import Refusal
from survey.fieldwork.transitions import reference
from survey.models import LedgerEntry, Release, Response, Round

_WITH_ANSWERS = ("release", "microdata")
"""Kinds of entry that tell of answers; live counts tell of none."""


def told_batch(session: Session, round_id: int) -> int | None:
    """The last batch of the round's answers that anything has told about; None if nothing has."""
    told = select(func.max(LedgerEntry.batch)).where(
        LedgerEntry.round_id == round_id, LedgerEntry.kind.in_(_WITH_ANSWERS)
    )
    batch = session.scalar(told)
    if batch is None and session.scalar(select(Release.id).where(Release.round_id == round_id).limit(1)) is not None:
        # Released by a version that kept no ledger, and took nothing late.
        return 0
    return batch


def last_batch(session: Session, round_id: int) -> int:
    """The number of the round's newest late batch; 0 if nothing came late."""
    return session.scalar(select(func.max(Response.batch)).where(Response.round_id == round_id)) or 0


def late_answers(session: Session, round_id: int) -> int:
    """How many have come since something was last told of the round; 0 where nothing has been told yet."""
    told = told_batch(session, round_id)
    if told is None:
        return 0
    late = select(func.count()).where(Response.round_id == round_id, Response.batch > told)
    return session.scalar(late) or 0


def refuse_too_few(session: Session, round_: Round) -> None:
    """Raises Refusal `late_too_few` where 1 to k-1 answers have come since the last release."""
    if 0 < late_answers(session, round_.id) < round_.study.k:
        message = (
            f"fewer than {round_.study.k} answers have come to {reference(round_)} since its last release, which would"
            " tell about them; wait for more, or leave the release as it is"
        )
        raise Refusal("late_too_few", message, round=reference(round_), k=round_.study.k)


def usable_batch(session: Session, round_: Round) -> int:
    """The last batch of an earlier round that may stand beside a later one: what came late waits, as above."""
    told = told_batch(session, round_.id)
    few = told is not None and 0 < late_answers(session, round_.id) < round_.study.k
    return told if few and told is not None else last_batch(session, round_.id)
