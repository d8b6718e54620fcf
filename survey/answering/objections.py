"""Objection after mixing: a person asks, by the next link, card or self-made code, that earlier answers are taken out.

The wish goes into the urn as a box like any other, so nobody sees who has it. It is carried out in the transaction
that mixes that round: the response with the same link code goes from every earlier round of the study, and what is left
of those rounds is written anew in a new order. A copy of the database from before and one from after then differ in a
whole round, not in one row. Releases that were frozen before stand as they are; none that comes later counts it.

An objection is no answer. It leaves the link as it was, unused, used or withdrawn, and makes no response.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from survey.answering import tokens
from survey.answering.box import Submission, box_size, seal
from survey.answering.entry import Entry, already_sealed
from survey.answering.keys import Keys
from survey.answering.shuffling import SHUFFLE, Shuffle
from survey.answering.statements import Database, dialect_of, insert_many
from survey.answering.submit import HOLD_ROUND, INTO_URN
from survey.errors import Refusal
from survey.models import Base, Round, RoundState, random_id

_ROUND = Base.metadata.tables["round"]
_RESPONSE = Base.metadata.tables["response"]


def object_(database: Database, keys: Keys, entry: Entry, link_code: bytes | None, token: bytes) -> None:
    """Seal the wish into the urn. The caller commits; the same token again adds nothing.

    `entry` is found with Purpose.OBJECT; `link_code` comes with it, or is what the person has made. Raises Refusal
    `cannot_object` where no earlier answer could be found by it, `already_sealed`.
    """
    if link_code is None:
        raise Refusal("cannot_object", "what comes this way is not linked to earlier answers; none can be found")
    state = database.execute(HOLD_ROUND, {"round_id": entry.round_id}).scalar_one()
    if state not in (RoundState.OPEN, RoundState.CLOSED):
        raise already_sealed()
    wish = Submission(
        unit_id=entry.unit_id,
        way=entry.way,
        variant=entry.instrument.variants[0].value,
        language=entry.languages[0],
        instrument_digest=entry.instrument_digest,
        link_code=link_code,
        answers={},
        objects=True,
    )
    row = {
        "id": random_id(),
        "round_id": entry.round_id,
        "unit_id": entry.unit_id,
        "receipt": tokens.objection_hash(keys, entry.round_id, token),
        "box": seal(wish, entry.public_key, box_size(entry.instrument, entry.instrument_digest)),
    }
    database.execute(INTO_URN[dialect_of(database)], row)


def remove_objected(
    session: Session, round_: Round, submissions: Sequence[Submission], *, shuffle: Shuffle = SHUFFLE
) -> int:
    """Take out the earlier responses of all who object. Returns how many; part of the mixing's transaction.

    A self-made code that two people share takes out both of theirs: the one who objects was promised it, and the
    other one's answer cannot be told from it. Free texts were parted from their answers at sealing and stay.
    """
    codes = {one.link_code for one in submissions if one.objects and one.link_code}
    if not codes:
        return 0
    earlier = select(_ROUND.c.id).where(_ROUND.c.study_id == round_.study_id, _ROUND.c.id != round_.id)
    return sum(_rewritten(session, round_id, codes, shuffle) for round_id in session.scalars(earlier).all())


def without_link_codes(session: Session, round_id: int, shuffle: Shuffle) -> int:
    """Write a round's responses anew, in a new order and with new ids, without link codes. Returns how many had one."""
    rows = _rows(session, round_id)
    had = sum(row["link_code"] is not None for row in rows)
    if had:
        _write_anew(session, round_id, [row | {"link_code": None} for row in rows], shuffle)
    return had


def _rewritten(session: Session, round_id: int, codes: set[bytes], shuffle: Shuffle) -> int:
    rows = _rows(session, round_id)
    kept = [row for row in rows if row["link_code"] not in codes]
    if len(kept) < len(rows):
        _write_anew(session, round_id, kept, shuffle)
    return len(rows) - len(kept)


def _rows(session: Session, round_id: int) -> list[dict[str, Any]]:
    found = session.execute(select(_RESPONSE).where(_RESPONSE.c.round_id == round_id)).mappings()
    return [dict(row) for row in found]


def _write_anew(session: Session, round_id: int, rows: list[dict[str, Any]], shuffle: Shuffle) -> None:
    session.execute(delete(_RESPONSE).where(_RESPONSE.c.round_id == round_id))
    shuffle(rows)
    fresh = [row | {"id": random_id()} for row in rows]
    insert_many(session, _RESPONSE, fresh)
