"""From a person's answers to a sealed box in the urn: one transaction, and once."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import bindparam, false, select, true, update

from instruments.model import Answer
from survey.answering import tokens
from survey.answering.box import Submission, box_size, seal
from survey.answering.direct import Direct
from survey.answering.drafts import DROP, drop_seen
from survey.answering.entry import Entry, has_begun, in_urn, round_closed, withdrawn_link
from survey.answering.keys import Keys
from survey.answering.leads import FoundDraft
from survey.answering.statements import Database, dialect_of, insert_for
from survey.answering.values import storable
from survey.models import Base, RoundState, random_id

_ROUND = Base.metadata.tables["round"]
_INVITATION = Base.metadata.tables["invitation"]
_URN = Base.metadata.tables["urn"]

# Shares the round with other submissions, and waits for a sealing that has begun: no box arrives after it.
HOLD_ROUND = (
    select(_ROUND.c.state).where(_ROUND.c.id == bindparam("round_id")).with_for_update(read=True, key_share=True)
)
_THIS_INVITATION = (_INVITATION.c.round_id == bindparam("round"), _INVITATION.c.lookup == bindparam("lookup_hash"))
_HELD = Direct(HOLD_ROUND)
_CLAIM = Direct(
    update(_INVITATION)
    .where(*_THIS_INVITATION, _INVITATION.c.answered == false(), _INVITATION.c.withdrawn == false())
    .values(answered=true())
)
_WITHDRAWN = select(_INVITATION.c.withdrawn).where(*_THIS_INVITATION)
INTO_URN = insert_for(lambda insert: insert(_URN).on_conflict_do_nothing(index_elements=["round_id", "receipt"]))


def submit(
    database: Database,
    keys: Keys,
    entry: Entry,
    answers: Mapping[str, Answer],
    *,
    variant: str,
    language: str,
    order_seed: int | None = None,
    seen: FoundDraft | None = None,
) -> str:
    """Seal the answers into the urn and return the receipt. The caller commits; until then nothing has been sent in.

    The same token again (double click, back, retry, two at once) gets the same receipt and adds nothing: the first
    answers stand. `seen` is the draft that the answers were made from. Raises Refusal `round_closed`,
    `withdrawn_link`, `answer_invalid`; `DraftChanged` if another tab has saved something since `seen`.
    """
    token = entry.the_token()
    receipt = tokens.receipt_of(entry.round_id, token)
    receipt_hash = tokens.receipt_hash(keys, entry.round_id, receipt, entry.way)
    draft_id = tokens.draft_id(keys, entry.round_id, token)
    kept = storable(entry.instrument, answers)

    ((state,),) = _HELD.rows(database, {"round_id": entry.round_id})
    if state != RoundState.OPEN:
        if entry.answered or in_urn(database, keys, entry.round_id, token, entry.way):
            return receipt
        begun = has_begun(database, keys, entry.round_id, token)
        # An entry that was found while the round was open may meet it closed: a moment later is within the hour.
        in_time = entry.in_grace or entry.state is RoundState.OPEN
        if state != RoundState.CLOSED or not (begun and in_time):
            raise round_closed(entry.closes_on)
    if entry.lookup is not None and not _claimed(database, entry):
        return receipt

    submission = Submission(
        unit_id=entry.unit_id,
        way=entry.way,
        variant=variant,
        language=language,
        instrument_digest=entry.instrument_digest,
        link_code=entry.link_code,
        answers=kept,
        order_seed=order_seed,
    )
    box = seal(submission, entry.public_key, box_size(entry.instrument, entry.instrument_digest))
    row = {"id": random_id(), "round_id": entry.round_id, "unit_id": entry.unit_id, "receipt": receipt_hash, "box": box}
    database.execute(INTO_URN[dialect_of(database)], row)
    if seen is None:
        database.execute(DROP, {"draft_id": draft_id})
    else:
        drop_seen(database, draft_id, seen)
    return receipt


def _claimed(database: Database, entry: Entry) -> bool:
    """Turn `answered` from no to yes. False if it was yes before: this submission has been here already."""
    this = {"round": entry.round_id, "lookup_hash": entry.lookup}
    if _CLAIM.changed(database, this) == 1:
        return True
    if database.execute(_WITHDRAWN, this).scalar_one():
        raise withdrawn_link()
    return False
