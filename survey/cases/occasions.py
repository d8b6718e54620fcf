"""What is answered before, during and after: written by holders, read by those who are named, and never unlogged."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import IntEnum
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from instruments.load import LoadedInstrument
from instruments.model import Answer, Instrument
from survey.answering.keys import Keys
from survey.answering.pinned import pinned_instrument
from survey.answering.values import storable
from survey.cases.box import opened, sealed
from survey.cases.desk import current_access, find_case, log, require_open
from survey.days import EARLIEST, has_been
from survey.errors import Refusal
from survey.models import Account, CaseAct, CaseOccasion, CaseRole, ClientCase

OCCASION_ITEM = "occasion"
"""The item of every case instrument that says which occasion it is; its values are those of `Occasion`."""


class Occasion(IntEnum):
    BEFORE = 1
    DURING = 2
    AFTER = 3


@dataclass(frozen=True)
class ReadOccasion:
    occasion: Occasion
    happened_on: date
    written_by: str
    instrument: Instrument
    answers: dict[str, Answer]
    version: str
    """Of what is kept; another after every writing."""


def read(
    sessions: sessionmaker[Session],
    keys: Keys,
    case_id: int,
    *,
    account: Account,
    now: datetime,
    act: CaseAct = CaseAct.READ,
    folders: Sequence[Path] = (),
) -> tuple[ReadOccasion, ...]:
    """Every occasion of the case, in order. The reading stands in the log, and is committed, before a box is opened.

    Access is looked up in that same transaction: one that was just taken away opens nothing. Raises Refusal
    `case_not_yours`, `case_unreadable`, `instrument_changed`.
    """
    with sessions.begin() as session:
        case = find_case(session, case_id)
        require_access(case, account)
        boxes = list(case.occasions)
        if boxes:
            log(session, case, account, act, now)
    return tuple(_opened(keys, box, case.instrument, folders) for box in boxes)


def _opened(keys: Keys, box: CaseOccasion, instrument_id: str, folders: Sequence[Path]) -> ReadOccasion:
    return ReadOccasion(
        Occasion(box.occasion),
        box.happened_on,
        box.written_by,
        pinned_instrument(instrument_id, box.instrument_version, box.instrument_digest, folders),
        opened(keys, box.case_id, box.occasion, box.answers),
        version_of(box),
    )


def version_of(box: CaseOccasion | None) -> str:
    """Tells one writing of an occasion from another; "" where nothing is kept. Tells nothing of the answers.

    A box is sealed under a new nonce each time, so the same bytes are the same writing.
    """
    return "" if box is None else hashlib.sha256(box.answers).hexdigest()[:32]


def write(
    session: Session,
    keys: Keys,
    case: ClientCase,
    occasion: Occasion,
    *,
    instrument: LoadedInstrument,
    happened_on: date,
    answers: Mapping[str, Answer],
    account: Account,
    now: datetime,
    seen: str | None = None,
) -> CaseOccasion:
    """Keep an occasion's answers, or put right what was kept; only a holder, and only while the case is open.

    `seen` is the version that the writer began from: answers that somebody else has kept meanwhile are not written
    over. None for a writer that had no page. `case` is of this session; its row is locked, so that a button pressed
    twice keeps one and the same occasion. Raises Refusal `case_not_yours`, `case_closed`, `not_a_case`, `case_day`,
    `answer_invalid`, `case_occasion_changed`.
    """
    session.execute(select(ClientCase.id).where(ClientCase.id == case.id).with_for_update())
    session.refresh(case, ["closed_at", "access", "occasions"])
    require_access(case, account, CaseRole.HOLDER)
    require_open(case)
    model = instrument.instrument
    if model.id != case.instrument:
        raise Refusal("not_a_case", f"case {case.code} is followed with {case.instrument}, not {model.id}")
    if not has_been(happened_on, now):
        raise Refusal("case_day", f"{happened_on} cannot be; choose a day from {EARLIEST} to today")
    kept = storable(model, {**answers, OCCASION_ITEM: int(occasion)})
    row = next((one for one in case.occasions if one.occasion == occasion), None)
    if seen is not None and version_of(row) != seen:
        if row is not None and row.happened_on == happened_on and opened(keys, case.id, occasion, row.answers) == kept:
            return row  # The button was pressed twice. Nothing of what is kept is told here.
        raise Refusal(
            "case_occasion_changed", f"the occasion of case {case.id} was written meanwhile; look at it again"
        )
    if row is None:
        row = CaseOccasion(case_id=case.id, occasion=int(occasion))
        case.occasions.append(row)
    row.happened_on, row.written_by, row.written_at = happened_on, account.name, now
    row.instrument_version, row.instrument_digest = model.version, instrument.digest
    row.answers = sealed(keys, case.id, occasion, kept)
    log(session, case, account, CaseAct.WROTE, now, occasion.name.lower())
    return row


def require_access(case: ClientCase, account: Account, *roles: CaseRole) -> CaseRole:
    """What the account is to the case. Raises Refusal `case_not_yours` for nothing, or for none of `roles`."""
    role = current_access(case, account)
    if role is None or (roles and role not in roles):
        raise Refusal("case_not_yours", f"{account.email} has no such access to case {case.id}")
    return role
