"""Responses from a file into the urn: sealed like any other answer, all of them or none."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from instruments.faults import Fault
from instruments.model import Instrument
from survey.answering import tokens
from survey.answering.box import Submission, box_size, seal
from survey.answering.importing.read import ReadResponse, read_invited, read_responses
from survey.answering.keys import Keys
from survey.answering.linking import link_code_of
from survey.answering.pinned import pinned_instrument
from survey.answering.submit import HOLD_ROUND
from survey.errors import Refusal
from survey.fieldwork.rounds import set_invited
from survey.fieldwork.transitions import refuse_state
from survey.models import Base, Round, RoundState, random_id

_URN = Base.metadata.tables["urn"]
_ROWS_AT_ONCE = 500
WAY = "import"


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
    """Put every response of the file into the urn of an open or closed round. The caller commits.

    Raises FaultyFile with all faults, OSError for a file that cannot be opened, and Refusal `wrong_round_state`,
    `instrument_changed`.
    """
    # Under the same lock as a submission: no box arrives after a sealing that has begun.
    state = session.execute(HOLD_ROUND, {"round_id": round_.id}).scalar_one()
    if state not in (RoundState.OPEN, RoundState.CLOSED):
        raise refuse_state(round_, "take responses", "import them into a round that is open or closed")
    study = round_.study
    digest = round_.instrument_digest or ""
    instrument = pinned_instrument(study.instrument, round_.instrument_version, digest, folders)
    unit_ids = {row.unit.code: row.unit_id for row in round_.units}
    file = read_responses(path, instrument, sorted(unit_ids), mapping=mapping, no_unit=no_unit, linked=study.linked)
    counts, invited_faults = read_invited(invited, sorted(unit_ids)) if invited else ({}, ())
    if file.faults or invited_faults:
        raise FaultyFile(path, [*file.faults, *invited_faults])
    receipts = _receipts(keys, round_.id, file.responses)
    here = select(_URN.c.id).where(_URN.c.round_id == round_.id, _URN.c.receipt == receipts[0])
    if session.execute(here).first() is not None:
        message = "these responses are in the round already"
        remedy = "if they are other people's, put them in one file with the others"
        raise FaultyFile(path, [Fault("already_imported", None, "", message, remedy)])
    _into_urn(session, keys, round_, instrument, unit_ids, zip(file.responses, receipts, strict=True))
    set_invited(session, round_, counts)
    return Imported(len(file.responses), file.notices)


def _into_urn(
    session: Session,
    keys: Keys,
    round_: Round,
    instrument: Instrument,
    unit_ids: dict[str, int],
    received: Iterable[tuple[ReadResponse, bytes]],
) -> None:
    public_key = round_.public_key or b""
    digest = round_.instrument_digest or ""
    size = box_size(instrument, digest)
    link_key = keys.study_pepper(round_.study_id) if round_.study.linked else None
    rows: list[dict[str, Any]] = []
    for response, receipt in received:
        submission = Submission(
            unit_id=unit_ids[response.unit_code],
            way=WAY,
            variant=instrument.variants[0].value,
            language=instrument.languages[0],
            instrument_digest=digest,
            link_code=link_code_of(link_key, response.link_code.encode()) if link_key and response.link_code else None,
            answers=response.answers,
        )
        box = seal(submission, public_key, size)
        row = {"id": random_id(), "round_id": round_.id, "unit_id": submission.unit_id, "receipt": receipt, "box": box}
        rows.append(row)
    for start in range(0, len(rows), _ROWS_AT_ONCE):
        session.execute(insert(_URN), rows[start : start + _ROWS_AT_ONCE])


def _receipts(keys: Keys, round_id: int, responses: Sequence[ReadResponse]) -> list[bytes]:
    """From what the rows say, whatever order, encoding or separator: the urn itself refuses the same rows twice."""
    lines = sorted(json.dumps(asdict(response), sort_keys=True) for response in responses)
    content = hashlib.sha256("\n".join(lines).encode()).digest()
    return [tokens.import_hash(keys, round_id, content, row) for row in range(len(responses))]
