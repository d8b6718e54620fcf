"""Mixing: once, at sealing, the urn is emptied into responses that nobody can tell apart any more.

All of it is one transaction; the second copy of the private key goes after it, the first one later (`destroying`).
Whatever is interrupted can be begun again: before the commit nothing has happened, after it only the copy is left.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, delete, func, select
from sqlalchemy.orm import Session

from survey.answering.box import Submission, open_box
from survey.answering.compact import EMPTIED, compact
from survey.answering.entry import GRACE
from survey.answering.free_text import set_apart, store_apart
from survey.answering.importing.twice import refuse_waiting_paper
from survey.answering.objections import remove_objected
from survey.answering.raising import places, recorded_ways
from survey.answering.responses import store_responses
from survey.answering.round_keys import RoundKeys
from survey.answering.shuffling import SHUFFLE, Shuffle
from survey.answering.statements import ROWS_AT_ONCE, changed_rows, insert_many
from survey.errors import Refusal
from survey.fieldwork.groups import placing_parents
from survey.fieldwork.transitions import FIRST, mark_sealed, reference, refuse_state
from survey.keeping.records import write_record
from survey.models import MIXED, Base, Round, RoundState, random_id
from survey.releases.live import enter_live_counts

_INVITATION = Base.metadata.tables["invitation"]
_DRAFT = Base.metadata.tables["draft"]
_PAPER = Base.metadata.tables["paper_form"]
_URN = Base.metadata.tables["urn"]
_RESPONSE = Base.metadata.tables["response"]

log = logging.getLogger("termometern.answering")


@dataclass(frozen=True)
class Mixed:
    responses: int
    units_raised: int | None
    """Units whose answers were placed at a node above; None when an earlier call had mixed the round already."""
    removed: int = 0
    """Responses of earlier rounds that were taken out because their givers objected."""


def mix(
    session: Session,
    keys: RoundKeys,
    round_id: int,
    now: datetime,
    *,
    shuffle: Shuffle = SHUFFLE,
    drop_drafts: bool = False,
) -> Mixed:
    """Mix a closed round, seal it, commit, and drop the second copy of its key. A second call only drops the copy.

    Drafts are waited for in the hour after closing, unless `drop_drafts` or the study is simulated.
    Raises Refusal `wrong_round_state`, `grace_running`, `paper_waiting`, `key_missing`, `key_wrong`, `key_destroyed`,
    `urn_inconsistent`; the round is then as it was.
    """
    round_ = session.get_one(Round, round_id, with_for_update=True)
    if round_.state in MIXED:
        mixed = Mixed(_count(session, _RESPONSE, round_id), None)
        session.rollback()
    else:
        mixed = _sealed(session, keys, round_, now, shuffle, drop_drafts)
        session.commit()
    # The counts agree: one copy is enough for the hours until `destroying` takes it too.
    keys.drop_copy(round_id)
    engine = session.get_bind()
    if isinstance(engine, Engine):
        tables = (*EMPTIED, _RESPONSE.name) if mixed.removed else EMPTIED
        for notice in compact(engine, tables):
            log.warning("after mixing round %d: %s", round_id, notice)
    return mixed


def _sealed(
    session: Session, keys: RoundKeys, round_: Round, now: datetime, shuffle: Shuffle, drop_drafts: bool
) -> Mixed:
    """Every step of the one transaction."""
    if round_.state != RoundState.CLOSED:
        raise refuse_state(round_, "become sealed", FIRST[RoundState(round_.state)])
    # Where the answers are made up there is nobody to wait for: a demo that somebody looked into can be played on.
    if not (drop_drafts or round_.study.simulated):
        _wait_for_drafts(session, round_, now)
    refuse_waiting_paper(session, round_)
    boxes = _opened(session, round_, keys.private_key(round_.id, fits=round_.public_key))
    removed = remove_objected(session, round_, boxes, shuffle=shuffle)
    submissions = [one for one in boxes if not one.objects]
    _check_answered(session, round_.id, submissions)
    shuffle(submissions)
    units_raised = _store(session, round_, submissions, shuffle)
    contacts = _rewrite_invitations(session, round_.id, shuffle)
    drafts = changed_rows(session, delete(_DRAFT).where(_DRAFT.c.round_id == round_.id), {})
    session.execute(delete(_PAPER).where(_PAPER.c.round_id == round_.id))
    emptied = changed_rows(session, delete(_URN).where(_URN.c.round_id == round_.id), {})
    stored = _count(session, _RESPONSE, round_.id)
    if emptied != len(boxes) or stored != len(submissions):
        raise _inconsistent(f"{len(boxes)} boxes opened, {emptied} taken out and {stored} responses stored")
    # Shown to nobody from here on: what was told last stands in the ledger.
    enter_live_counts(session, round_, now)
    mark_sealed(session, round_, now)
    for what, amount in (("contacts", contacts), ("drafts", drafts), ("boxes", emptied), ("answers", removed)):
        if amount:
            seed, subject = keys.signing_key(), reference(round_)
            write_record(session, seed, at=now, what=what, subject=subject, amount=amount)
    return Mixed(stored, units_raised, removed)


def _wait_for_drafts(session: Session, round_: Round, now: datetime) -> None:
    until = round_.closed_at + GRACE if round_.closed_at else now
    drafts = _count(session, _DRAFT, round_.id)
    if drafts and now < until:
        message = f"{drafts} have begun and not sent in; they have until {until:%H:%M} UTC, seal the round after that"
        raise Refusal("grace_running", message, until=until, drafts=drafts)


def _opened(session: Session, round_: Round, private_key: bytes) -> list[Submission]:
    """Everything in the urn. Raises Refusal for a box that does not belong there: no answer is dropped in silence."""
    boxes = session.execute(
        select(_URN.c.unit_id, _URN.c.box).where(_URN.c.round_id == round_.id),
        execution_options={"yield_per": ROWS_AT_ONCE},
    )
    submissions = []
    for unit_id, box in boxes:
        try:
            submission = open_box(box, private_key, round_.public_key)
        except ValueError as error:
            raise _inconsistent(str(error)) from None
        if submission.unit_id != unit_id or submission.instrument_digest != round_.instrument_digest:
            raise _inconsistent("a box was made for another unit or instrument version")
        submissions.append(submission)
    return submissions


def _check_answered(session: Session, round_id: int, submissions: Sequence[Submission]) -> None:
    answered = session.scalar(
        select(func.count()).where(_INVITATION.c.round_id == round_id, _INVITATION.c.answered.is_(True))
    )
    personal = sum(1 for submission in submissions if submission.way in ("invitation", "card"))
    if answered != personal:
        raise _inconsistent(f"{answered} links have been used and {personal} answers came by them")


def _store(session: Session, round_: Round, submissions: Sequence[Submission], shuffle: Shuffle) -> int:
    """Insert the responses in the order given, and the free texts in another. Returns how many units were raised."""
    submissions, written = set_apart(submissions)
    k = round_.study.k
    placed = places(Counter(submission.unit_id for submission in submissions), placing_parents(session, round_), k)
    ways = recorded_ways([(placed[one.unit_id], one.way) for one in submissions], k)
    store_responses(session, round_, submissions, placed, ways)
    store_apart(session, round_.id, written, placed, shuffle)
    return sum(1 for unit_id, place in placed.items() if place != unit_id)


def _rewrite_invitations(session: Session, round_id: int, shuffle: Shuffle) -> int:
    """All of them, answered or not: new ids in a new order. Returns how many lost a contact or link code.

    A row that kept its place or its age would join answers to invitations by physical order (DESIGN, section 5).
    """
    here = _INVITATION.c.round_id == round_id
    rows = [dict(row) for row in session.execute(select(_INVITATION).where(here)).mappings()]
    shuffle(rows)
    session.execute(delete(_INVITATION).where(here))
    insert_many(session, _INVITATION, [row | {"id": random_id(), "contact": None, "link_code": None} for row in rows])
    return sum(1 for row in rows if row["contact"] is not None or row["link_code"] is not None)


def _count(session: Session, table: Any, round_id: int) -> int:
    return session.scalar(select(func.count()).where(table.c.round_id == round_id)) or 0


def _inconsistent(what: str) -> Refusal:
    return Refusal("urn_inconsistent", f"{what}; nothing has been mixed, restore the last backup or call support")
