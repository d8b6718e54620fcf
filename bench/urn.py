"""What the sealed urn costs: the CPU that it adds to one submission, and the mixing of ten thousand boxes.

The floor is the same submission in a system that keeps answers as they are: check them against the instrument, look at
the round, claim the card, insert the answers as JSON, commit durably. Sealing adds the receipt and its hash, the
box, and the end of the draft.
"""

from __future__ import annotations

import json
import secrets
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from sqlalchemy import Column, LargeBinary, MetaData, Table, Text, bindparam, insert, update
from sqlalchemy.orm import Session

from bench.field import INSTRUMENT, prepare
from instruments.load import load
from instruments.model import Answer
from survey.answering.box import Submission, box_size, seal
from survey.answering.entry import Entry, find_entry
from survey.answering.mixing import mix
from survey.answering.submit import HOLD_ROUND, submit
from survey.answering.values import storable
from survey.config import settings_from
from survey.models import Base, Invitation, Round, random_id
from survey.services import Services, services_from

BOXES = 10_000
ROUNDS = 5
WARM_UP = 20


@dataclass(frozen=True)
class Cost:
    plain_ms: float
    sealed_ms: float
    box_ms: float
    """Of the sealed submission: writing, padding and sealing the box alone."""
    mixing_s: float
    boxes: int


def run(runs: int = 200, boxes: int = BOXES) -> Cost:
    """Measure in a fresh SQLite database; medians over the rounds."""
    with tempfile.TemporaryDirectory() as folder:
        each = WARM_UP + ROUNDS * runs
        field = prepare(Path(folder), cards=2 * each)
        services = services_from(settings_from({"TERMOMETERN_HOME": folder}))
        now = datetime.now(UTC)
        with services.sessions() as session:
            entries = [find_entry(session, services.keys, code, now) for code in field.cards]
        given = {item.id: entries[0].instrument.options(item)[0].value for item in entries[0].instrument.items}
        plain, sealed = _taking_turns(
            runs, (_plain(services, given), entries[:each]), (_sealed(services, given), entries[each:])
        )
        one = _submission(entries[0], given)
        size = box_size(entries[0].instrument, entries[0].instrument_digest)
        box = _cpu(lambda: [seal(one, entries[0].public_key, size) for _ in range(runs)]) / runs
        mixing = _mixing(services, one, size, boxes)
        services.engine.dispose()
        field.engine.dispose()
    return Cost(plain * 1000, sealed * 1000, box * 1000, mixing, boxes)


def _taking_turns(runs: int, *ways: tuple[Callable[[Entry], None], list[Entry]]) -> list[float]:
    """CPU-seconds of one submission by each way: medians. A busy machine is unfair to none of them."""
    times: list[list[float]] = [[] for _ in ways]
    for number in range(ROUNDS + 1):
        begin, count = (0, WARM_UP) if number == 0 else (WARM_UP + (number - 1) * runs, runs)
        for taken, (work, entries) in zip(times, ways, strict=True):
            these = entries[begin : begin + count]
            taken.append(_cpu(partial(_each, work, these)) / count)
    return [statistics.median(taken[1:]) for taken in times]


def _each(work: Callable[[Entry], None], entries: list[Entry]) -> None:
    for entry in entries:
        work(entry)


def _plain(services: Services, given: Mapping[str, Answer]) -> Callable[[Entry], None]:
    kept = Table("plain", MetaData(), Column("id", LargeBinary, primary_key=True), Column("answers", Text))
    kept.metadata.create_all(services.engine)
    # Built once, as the sealed submission's are.
    keep, invitation = insert(kept), Base.metadata.tables["invitation"]
    claim = update(invitation).where(invitation.c.lookup == bindparam("card")).values(answered=True)

    def one(entry: Entry) -> None:
        with services.sessions.begin() as session:
            session.execute(HOLD_ROUND, {"round_id": entry.round_id}).scalar_one()
            session.execute(claim, {"card": entry.lookup})
            session.execute(
                keep, {"id": secrets.token_bytes(16), "answers": json.dumps(storable(entry.instrument, given))}
            )

    return one


def _sealed(services: Services, given: Mapping[str, Answer]) -> Callable[[Entry], None]:
    def one(entry: Entry) -> None:
        with services.sessions.begin() as session:
            submit(session, services.keys, entry, given, variant="standard", language="sv")

    return one


def _submission(entry: Entry, given: Mapping[str, Answer]) -> Submission:
    return Submission(
        unit_id=entry.unit_id,
        way="card",
        variant="standard",
        language="sv",
        instrument_digest=entry.instrument_digest,
        link_code=None,
        answers=given,
    )


def _mixing(services: Services, one: Submission, size: int, boxes: int) -> float:
    """CPU-seconds of sealing a round with that many cards, all of them answered: mixed, checked, compacted."""
    now = datetime.now(UTC)
    with services.sessions.begin() as session:
        round_id = _closed_round(session, services, one, size, boxes, now)
    with services.sessions() as session:
        return _cpu(lambda: mix(session, services.round_keys, round_id, now))


def _closed_round(session: Session, services: Services, one: Submission, size: int, boxes: int, now: datetime) -> int:
    model = session.get_one(Round, 1)
    loaded = load(INSTRUMENT)
    round_ = Round(study_id=model.study_id, name="urn", instrument_version=loaded.instrument.version)
    session.add(round_)
    session.flush()
    public_key = services.round_keys.make(round_.id)
    round_.public_key, round_.instrument_digest = public_key, loaded.digest
    round_.state, round_.opened_at, round_.closed_at = "closed", now, now - timedelta(hours=2)
    common = {"round_id": round_.id, "unit_id": one.unit_id}
    session.execute(
        insert(Invitation),
        [
            common | {"id": random_id(), "way": "card", "lookup": secrets.token_bytes(32), "answered": True}
            for _ in range(boxes)
        ],
    )
    session.execute(
        insert(Base.metadata.tables["urn"]),
        [
            common | {"id": random_id(), "receipt": secrets.token_bytes(32), "box": seal(one, public_key, size)}
            for _ in range(boxes)
        ],
    )
    return round_.id


def _cpu(work: Callable[[], object]) -> float:
    begun = time.process_time()
    work()
    return time.process_time() - begun


def table(cost: Cost) -> str:
    """The figures as lines of text."""
    rows = (
        ("floor: the same submission, answers kept as they are", cost.plain_ms, "CPU-ms"),
        ("a sealed submission", cost.sealed_ms, "CPU-ms"),
        ("sealing adds", cost.sealed_ms - cost.plain_ms, "CPU-ms"),
        ("of which the box itself", cost.box_ms, "CPU-ms"),
        (f"mixing {cost.boxes} boxes and as many invitations, compacting included", cost.mixing_s, "CPU-s"),
    )
    return "\n".join(f"{label:<66}{figure:>8.2f} {unit}" for label, figure, unit in rows)


if __name__ == "__main__":
    sys.stdout.write(table(run()) + "\n")
