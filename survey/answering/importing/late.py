"""Answers that come on paper after sealing: a batch of responses beside the mixed ones.

The urn is empty and its key on the way to be destroyed, so they are stored as they are, shuffled, with the number of
their batch. A release can then tell what was added since the last one (docs/decisions/0009).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from survey.answering.box import Submission
from survey.answering.free_text import set_apart, store_apart
from survey.answering.raising import OPEN, late_places
from survey.answering.responses import store_responses
from survey.answering.shuffling import SHUFFLE, Shuffle
from survey.fieldwork.groups import placing_parents
from survey.models import Base, Round

WAY = "import"
_RESPONSE = Base.metadata.tables["response"]
_FILE = Base.metadata.tables["imported_file"]


def next_batch(session: Session, round_id: int) -> int:
    """The number of the round's next batch, 1 for the first. The caller holds the round: nobody gets the same."""
    responses = select(func.max(_RESPONSE.c.batch)).where(_RESPONSE.c.round_id == round_id)
    # Remembered with the file too: an objection may have taken out a whole batch.
    files = select(func.max(_FILE.c.batch)).where(_FILE.c.round_id == round_id)
    return 1 + max(session.scalar(responses) or 0, session.scalar(files) or 0)


def add_late(
    session: Session, round_: Round, received: Sequence[Submission], batch: int, *, shuffle: Shuffle = SHUFFLE
) -> None:
    """Store the responses of one file, placed where their units' answers are; free text apart, as at mixing."""
    submissions, written = set_apart(received)
    shuffle(submissions)
    there = _there(session, round_.id)
    held: Counter[int] = Counter()
    for (place, _), count in there.items():
        held[place] += count
    late = Counter(one.unit_id for one in submissions)
    placed = late_places(late, held, placing_parents(session, round_), round_.study.k)
    ways = _recorded_ways(Counter(placed[one.unit_id] for one in submissions), there, round_.study.k)
    recorded = [ways[placed[one.unit_id]] for one in submissions]
    store_responses(session, round_, submissions, placed, recorded, batch=batch)
    store_apart(session, round_.id, written, placed, shuffle)


def _there(session: Session, round_id: int) -> dict[tuple[int, str], int]:
    """(place, way) -> responses that are there already."""
    query = select(_RESPONSE.c.unit_id, _RESPONSE.c.way, func.count().label("answers"))
    rows = session.execute(query.where(_RESPONSE.c.round_id == round_id).group_by(_RESPONSE.c.unit_id, _RESPONSE.c.way))
    return {(row.unit_id, row.way): row.answers for row in rows}


def _recorded_ways(arrived: Mapping[int, int], there: Mapping[tuple[int, str], int], k: int) -> dict[int, str]:
    """Place -> the way in recorded for its late answers.

    As imported where that makes k of the place, or where nothing else stands. Else they join the open link's answers,
    and where there are none, those of the place's most common way: a form on paper is never counted twice, so the
    open link is not named too seldom by it.
    """
    recorded = {}
    for place, count in arrived.items():
        ways = {way: there[at, way] for at, way in there if at == place}
        if count + ways.get(WAY, 0) >= k or not ways:
            recorded[place] = WAY
        else:
            recorded[place] = OPEN if OPEN in ways else max(ways, key=lambda way: (ways[way], way))
    return recorded
