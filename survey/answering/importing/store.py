"""Responses from a file into a round, all of them or none.

While the round is open or closed they go into the urn, sealed like any other answer. After sealing there is no key to
seal them to: they become a late batch of responses (`late`).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from instruments.faults import Fault
from instruments.model import Instrument, Variant
from survey.answering import tokens
from survey.answering.box import Submission, box_size, seal
from survey.answering.importing.late import WAY, add_late, next_batch
from survey.answering.importing.read import ReadResponse, read_invited, read_responses
from survey.answering.keys import Keys
from survey.answering.linking import link_code_of
from survey.answering.pinned import pinned_instrument
from survey.answering.statements import dialect_of, insert_for, insert_many
from survey.answering.submit import HOLD_ROUND
from survey.errors import Refusal
from survey.fieldwork.rounds import set_invited
from survey.fieldwork.studies import links_by_key
from survey.fieldwork.transitions import FIRST, refuse_state
from survey.models import MIXED, Base, Round, RoundState, random_id

_ROUND = Base.metadata.tables["round"]
_URN = Base.metadata.tables["urn"]
_FILE = Base.metadata.tables["imported_file"]
_REMEMBER = insert_for(
    lambda insert: insert(_FILE).on_conflict_do_nothing(index_elements=["round_id", "digest"]).returning(_FILE.c.batch)
)


class FaultyFile(Refusal):
    """A file that is not imported; `faults` says everything that is wrong with it."""

    def __init__(self, path: Path, faults: Sequence[Fault]) -> None:
        count = "1 fault" if len(faults) == 1 else f"{len(faults)} faults"
        message = f"{path}: {count}, nothing is stored; correct the file and import it again"
        super().__init__("responses_file_faulty", message, count=len(faults))
        self.faults = tuple(faults)


@dataclass(frozen=True)
class Imported:
    responses: int
    batch: int
    """0 for the urn; else the number of the late batch."""
    notices: tuple[str, ...]


def import_responses(
    session: Session,
    keys: Keys,
    round_: Round,
    path: Path,
    *,
    mapping: Path | None = None,
    invited: Path | None = None,
    no_unit: str | None = None,
    folders: Iterable[Path] = (),
) -> Imported:
    """Put every response of the file into a round that has opened. The caller commits.

    Raises FaultyFile with all faults, OSError for a file that cannot be opened, and Refusal `wrong_round_state`,
    `instrument_changed`.
    """
    state = _held(session, round_.id)
    if state == RoundState.DRAFT:
        raise refuse_state(round_, "take responses", FIRST[RoundState.DRAFT])
    study = round_.study
    digest = round_.instrument_digest or ""
    instrument = pinned_instrument(study.instrument, round_.instrument_version, digest, folders)
    unit_ids = {row.unit.code: row.unit_id for row in round_.units}
    file = read_responses(
        path, instrument, sorted(unit_ids), mapping=mapping, no_unit=no_unit, linked=links_by_key(study)
    )
    counts, invited_faults = read_invited(invited, sorted(unit_ids)) if invited else ({}, ())
    if file.faults or invited_faults:
        raise FaultyFile(path, [*file.faults, *invited_faults])
    content = _content(file.responses)
    submissions = _submissions(keys, round_, instrument, unit_ids, file.responses)
    batch = 0
    if state in (RoundState.OPEN, RoundState.CLOSED):
        _take_once(session, keys, round_.id, content, batch, path)
        _into_urn(session, keys, round_, box_size(instrument, digest), submissions, content)
    else:
        batch = next_batch(session, round_.id)
        _take_once(session, keys, round_.id, content, batch, path)
        add_late(session, round_, submissions, batch)
    if counts:
        set_invited(session, round_, counts)
    return Imported(len(submissions), batch, file.notices)


def _held(session: Session, round_id: int) -> str:
    """The round's state, which stays so until the transaction ends.

    Under the same lock as a submission, so that no box arrives after a sealing that has begun; two late files, though,
    come one after the other, since each needs a number of its own.
    """
    state = select(_ROUND.c.state).where(_ROUND.c.id == round_id)
    if session.scalar(state) in MIXED:
        return session.execute(state.with_for_update()).scalar_one()
    return session.execute(HOLD_ROUND, {"round_id": round_id}).scalar_one()


def _submissions(
    keys: Keys, round_: Round, instrument: Instrument, unit_ids: Mapping[str, int], responses: Iterable[ReadResponse]
) -> list[Submission]:
    link_key = keys.study_pepper(round_.study_id) if links_by_key(round_.study) else None
    return [
        Submission(
            unit_id=unit_ids[response.unit_code],
            way=WAY,
            # What another tool has shown is not known; the easy variant is this form's own.
            variant=Variant.STANDARD.value,
            language=instrument.languages[0],
            instrument_digest=round_.instrument_digest or "",
            link_code=link_code_of(link_key, response.link_code.encode()) if link_key and response.link_code else None,
            answers=response.answers,
        )
        for response in responses
    ]


def _take_once(session: Session, keys: Keys, round_id: int, content: bytes, batch: int, path: Path) -> None:
    """Remember the file. Raises FaultyFile if the round has taken it already, also before it was sealed."""
    row = {"round_id": round_id, "digest": tokens.imported_file(keys, round_id, content), "batch": batch}
    if session.execute(_REMEMBER[dialect_of(session)], row).first() is None:
        message = "these responses are in the round already"
        remedy = "if they are other people's, put them in one file with the others"
        raise FaultyFile(path, [Fault("already_imported", None, "", message, remedy)])


def _into_urn(
    session: Session, keys: Keys, round_: Round, size: int, submissions: Iterable[Submission], content: bytes
) -> None:
    public_key = round_.public_key or b""
    rows = [
        {
            "id": random_id(),
            "round_id": round_.id,
            "unit_id": submission.unit_id,
            "receipt": tokens.import_hash(keys, round_.id, content, number),
            "box": seal(submission, public_key, size),
        }
        for number, submission in enumerate(submissions)
    ]
    insert_many(session, _URN, rows)


def _content(responses: Sequence[ReadResponse]) -> bytes:
    """Digest of what the rows say, whatever order, encoding or separator."""
    lines = sorted(json.dumps(asdict(response), sort_keys=True) for response in responses)
    return hashlib.sha256("\n".join(lines).encode()).digest()
