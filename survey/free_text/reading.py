"""A person reads every text before anybody else sees it: lets it through, with names struck out, or withholds it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from survey.accounts import audit
from survey.answering.values import LONG_TEXT_LENGTH
from survey.errors import Refusal
from survey.fieldwork.transitions import FIRST, reference, refuse_state
from survey.free_text.marks import Mark, find_marks, struck
from survey.free_text.names import Names
from survey.models import MIXED, FreeText, Round, RoundState, TextState


@dataclass(frozen=True)
class Reader:
    """Who reads, as the trail of events names them."""

    actor: str
    account_id: int | None


@dataclass(frozen=True)
class Unread:
    """A text that nobody has read. Where it came from is not said: the reader does not need it."""

    id: bytes
    item: str
    text: str
    marks: tuple[Mark, ...]
    proposal: str
    """The text with every marked place struck out."""


def unread_texts(session: Session, round_: Round, names: Names, most: int) -> tuple[list[Unread], int]:
    """At most `most` texts to read, in the order of their random ids, and how many there are in all.

    Raises Refusal `wrong_round_state` before the round is sealed.
    """
    if round_.state not in MIXED:
        raise refuse_state(round_, "have its texts read", FIRST[RoundState(round_.state)])
    waiting = (FreeText.round_id == round_.id, FreeText.state == TextState.UNREAD)
    total = session.scalar(select(func.count()).select_from(FreeText).where(*waiting)) or 0
    found = session.scalars(select(FreeText).where(*waiting).order_by(FreeText.id).limit(most))
    return [_unread(row, names) for row in found], total


def release_text(
    session: Session,
    round_: Round,
    text_id: bytes,
    wording: str,
    names: Names,
    *,
    confirmed: bool,
    reader: Reader,
    now: datetime,
) -> None:
    """Let a text through in the reader's wording. The caller commits.

    Raises Refusal `text_marked` where something in `wording` still may point to a person and the reader has not
    `confirmed` that it may stay; `text_empty`, `text_too_long`, `text_read`.
    """
    wording = wording.strip()
    if not wording:
        raise Refusal("text_empty", "nothing is left of the text; withhold it instead")
    if len(wording) > LONG_TEXT_LENGTH:
        raise Refusal("text_too_long", f"the text is longer than {LONG_TEXT_LENGTH} characters; shorten it")
    row = _waiting(session, round_, text_id)
    if not confirmed and find_marks(wording, names):
        raise Refusal(
            "text_marked", "something marked may point to a person; strike it out, or confirm that it may stay"
        )
    # What was struck out is gone: nobody needs it any more.
    row.state, row.text, row.released_text = TextState.RELEASED, wording, wording
    _leave_trail(session, round_, "release_text", reader, now)


def withhold_text(session: Session, round_: Round, text_id: bytes, *, reader: Reader, now: datetime) -> None:
    """Keep a text back for good: it is emptied. The caller commits. Raises Refusal `text_read`."""
    row = _waiting(session, round_, text_id)
    row.state, row.text = TextState.WITHHELD, ""
    _leave_trail(session, round_, "withhold_text", reader, now)


def _unread(row: FreeText, names: Names) -> Unread:
    marks = find_marks(row.text, names)
    return Unread(row.id, row.item, row.text, marks, struck(row.text, marks))


def _waiting(session: Session, round_: Round, text_id: bytes) -> FreeText:
    """The text, under a lock: of two readers one decides."""
    query = select(FreeText).where(FreeText.id == text_id, FreeText.round_id == round_.id).with_for_update()
    row = session.scalars(query.execution_options(populate_existing=True)).one_or_none()
    if row is None or row.state != TextState.UNREAD:
        raise Refusal("text_read", "somebody has read this text already, or it has been deleted; go on with the next")
    return row


def _leave_trail(session: Session, round_: Round, action: str, reader: Reader, now: datetime) -> None:
    # Which text is not said: the trail outlives the texts.
    audit.record(
        session,
        actor=reader.actor,
        account_id=reader.account_id,
        action=action,
        subject=reference(round_),
        detail={},
        now=now,
    )
    session.flush()
