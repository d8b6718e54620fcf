"""Signing, correcting and taking back. An entry is never edited: what replaces it is an entry of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, joinedload

from instruments.load import LoadedInstrument, newest_of
from instruments.model import Answer, Instrument, Kind
from survey.answering.pinned import pinned_instrument
from survey.answering.values import storable
from survey.days import EARLIEST, has_been
from survey.errors import Refusal
from survey.models import LARGEST_ID, Account, OrganisationUnit, RecordEntry
from survey.organisation.names import is_name

REASON_LENGTH = 500
TWICE_WITHIN = timedelta(minutes=10)


def record_instruments(folders: Sequence[Path] = ()) -> dict[str, LoadedInstrument]:
    """The newest version of each instrument of kind `record`, by id."""
    return newest_of(Kind.RECORD, folders)


def instrument_of(entry: RecordEntry, folders: Sequence[Path] = ()) -> Instrument:
    """The version that the entry was signed in. Raises Refusal `instrument_changed` where its file is gone."""
    return pinned_instrument(entry.instrument, entry.instrument_version, entry.instrument_digest, folders)


def find_entry(session: Session, entry_id: int) -> RecordEntry:
    """Raises Refusal `unknown_record`."""
    query = select(RecordEntry).options(joinedload(RecordEntry.unit)).where(RecordEntry.id == entry_id)
    entry = session.scalar(query) if entry_id <= LARGEST_ID else None
    if entry is None:
        raise Refusal("unknown_record", f"there is no entry {entry_id}; see ./run records list")
    return entry


def sign(
    session: Session,
    *,
    instrument: LoadedInstrument,
    unit: OrganisationUnit,
    happened_on: date,
    answers: Mapping[str, Answer],
    account: Account,
    now: datetime,
    replaces: RecordEntry | None = None,
    reason: str = "",
) -> RecordEntry:
    """One signed entry; with `replaces` and `reason` it corrects an earlier one of the same instrument.

    The same said twice by the same account within minutes is a button pressed twice: the first entry is returned.

    Raises Refusal: `not_a_record`, `record_day`, `unit_has_ended`, `record_empty`, `answer_invalid`, `record_reason`,
    `record_replaced`.
    """
    model = instrument.instrument
    if model.kind is not Kind.RECORD or (replaces is not None and replaces.instrument != model.id):
        raise Refusal("not_a_record", f"{model.id} cannot be signed here; choose an instrument of kind record")
    if not has_been(happened_on, now):
        raise Refusal("record_day", f"{happened_on} cannot be; choose a day from {EARLIEST} to today")
    if happened_on < unit.valid_from or (unit.valid_to is not None and happened_on >= unit.valid_to):
        message = f"{unit.code} was no part of the organisation on {happened_on}; choose another unit or day"
        raise Refusal("unit_has_ended", message, units=unit.name)
    kept = storable(model, answers)
    if not kept:
        raise Refusal("record_empty", "nothing is answered; write something, then sign")
    entry = RecordEntry(
        unit_id=unit.id,
        instrument=model.id,
        instrument_version=model.version,
        instrument_digest=instrument.digest,
        happened_on=happened_on,
        answers={item: list(value) if isinstance(value, tuple) else value for item, value in kept.items()},
        account_id=account.id,
        signed_name=account.name,
        signed_at=now,
        replaces_id=None if replaces is None else replaces.id,
        reason="" if replaces is None else tidy_reason(reason),
        retracted=False,
    )
    return _twin(session, entry) or _added(session, entry)


def _twin(session: Session, entry: RecordEntry) -> RecordEntry | None:
    """What was signed just now and says the same. The account's row is locked: two posts at once come one by one."""
    session.execute(select(Account.id).where(Account.id == entry.account_id).with_for_update())
    recent = select(RecordEntry).where(
        RecordEntry.account_id == entry.account_id,
        RecordEntry.signed_at > entry.signed_at - TWICE_WITHIN,
        RecordEntry.unit_id == entry.unit_id,
        RecordEntry.instrument_digest == entry.instrument_digest,
        RecordEntry.happened_on == entry.happened_on,
        RecordEntry.replaces_id == entry.replaces_id if entry.replaces_id else RecordEntry.replaces_id.is_(None),
        RecordEntry.retracted.is_(False),
    )
    same = (one for one in session.scalars(recent) if one.answers == entry.answers and one.reason == entry.reason)
    return next((one for one in same if one.replaced_by is None), None)


def retract(session: Session, entry: RecordEntry, *, reason: str, account: Account, now: datetime) -> RecordEntry:
    """Take an entry back, by one that says why. Raises Refusal `record_reason`, `record_replaced`."""
    if entry.retracted:
        raise _replaced(entry)
    return _added(
        session,
        RecordEntry(
            unit_id=entry.unit_id,
            instrument=entry.instrument,
            instrument_version=entry.instrument_version,
            instrument_digest=entry.instrument_digest,
            happened_on=entry.happened_on,
            answers={},
            account_id=account.id,
            signed_name=account.name,
            signed_at=now,
            replaces_id=entry.id,
            reason=tidy_reason(reason),
            retracted=True,
        ),
    )


def tidy_reason(reason: str) -> str:
    """One line. Raises Refusal `record_reason` for none, or one too long."""
    tidied = " ".join(reason.split())
    if not is_name(tidied, REASON_LENGTH):
        raise Refusal("record_reason", f"say why, in 1 to {REASON_LENGTH} characters", most=REASON_LENGTH)
    return tidied


def _added(session: Session, entry: RecordEntry) -> RecordEntry:
    """Refused where the entry that it replaces has been replaced meanwhile: the table holds one for each."""
    try:
        with session.begin_nested():
            session.add(entry)
            session.flush()
    except IntegrityError:
        raise _replaced(entry) from None
    return entry


def _replaced(entry: RecordEntry) -> Refusal:
    return Refusal("record_replaced", f"entry {entry.replaces_id or entry.id} has been replaced; correct the newest")
