"""Taking an answer back, until the round is sealed: link and receipt together."""

from __future__ import annotations

from sqlalchemy import bindparam, delete, false, true, update

from survey.answering import tokens
from survey.answering.codes import RECEIPT_LENGTH, tidy_code
from survey.answering.drafts import DROP
from survey.answering.entry import Entry, already_sealed
from survey.answering.keys import Keys
from survey.answering.statements import Database, changed_rows
from survey.answering.submit import HOLD_ROUND
from survey.errors import Refusal
from survey.models import Base, RoundState

_INVITATION = Base.metadata.tables["invitation"]
_URN = Base.metadata.tables["urn"]

_TAKE_OUT = delete(_URN).where(
    _URN.c.round_id == bindparam("round_id"),
    _URN.c.unit_id == bindparam("unit_id"),
    _URN.c.receipt == bindparam("receipt"),
)
_MARK = (
    update(_INVITATION)
    .where(
        _INVITATION.c.round_id == bindparam("round"),
        _INVITATION.c.lookup == bindparam("lookup_hash"),
        _INVITATION.c.answered == true(),
    )
    .values(answered=false(), withdrawn=true())
)


def withdraw(database: Database, keys: Keys, entry: Entry, receipt: str) -> None:
    """Remove the box and mark the link as withdrawn. The caller commits.

    `entry` is found with Purpose.WITHDRAW. Raises Refusal `code_mistyped`, `receipt_unknown`, `already_sealed`.
    """
    receipt = tidy_code(receipt, RECEIPT_LENGTH)
    unknown = Refusal(
        "receipt_unknown", "no answer given by this link has that receipt; compare both with the original"
    )
    if entry.way != "open" and receipt != tokens.receipt_of(entry.round_id, entry.the_token()):
        raise unknown
    state = database.execute(HOLD_ROUND, {"round_id": entry.round_id}).scalar_one()
    if state not in (RoundState.OPEN, RoundState.CLOSED):
        raise already_sealed()
    receipt_hash = tokens.receipt_hash(keys, entry.round_id, receipt, entry.way)
    found = {"round_id": entry.round_id, "unit_id": entry.unit_id, "receipt": receipt_hash}
    if changed_rows(database, _TAKE_OUT, found) != 1:
        raise unknown
    if entry.lookup is not None:
        database.execute(_MARK, {"round": entry.round_id, "lookup_hash": entry.lookup})
    if entry.token is not None:
        database.execute(DROP, {"draft_id": tokens.draft_id(keys, entry.round_id, entry.token)})
