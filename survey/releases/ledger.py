"""The ledger: what every output has told about a round, kept so that the next one can be checked against all of it.

One entry a release and round that it tells about, one a round for its live counts, one an export of microdata. An entry
never changes. What the cells mean, and what follows from them together, is `reports.ledger`'s to say.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from reports.findings import Thresholds
from reports.ledger import Entry, from_text
from survey.models import LedgerEntry, Round, Study


def entries_about(session: Session, round_id: int) -> list[LedgerEntry]:
    """Everything that has been told about the round's answers, oldest first."""
    query = select(LedgerEntry).where(LedgerEntry.round_id == round_id)
    return list(session.scalars(query.order_by(LedgerEntry.id)))


def told_about(session: Session, round_id: int) -> tuple[Entry, ...]:
    """The same, as `reports.ledger_check` compares it."""
    return tuple(from_text(entry.cells) for entry in entries_about(session, round_id))


def entries_of(session: Session, study: Study) -> list[LedgerEntry]:
    """The whole ledger of a study, oldest first."""
    return list(session.scalars(select(LedgerEntry).where(LedgerEntry.study_id == study.id).order_by(LedgerEntry.id)))


def enter(
    session: Session,
    round_: Round,
    *,
    kind: str,
    label: str,
    cells: str,
    batch: int,
    now: datetime,
    release_id: int | None = None,
) -> None:
    """Write what an output tells about `round_`, in the transaction in which it tells it.

    `cells`: text of `reports.ledger`. `batch`: the last of the round's late batches that it tells about. The caller
    holds the study (`hold_study`), so that nothing is told in between.
    """
    session.add(
        LedgerEntry(
            study_id=round_.study_id,
            round_id=round_.id,
            kind=kind,
            release_id=release_id,
            label=label,
            cells=cells,
            batch=batch,
            created_at=now,
        )
    )
    session.flush()


def hold_study(session: Session, study_id: int) -> None:
    """Of two outputs of one study the second waits for the first, and then sees what it has told."""
    session.execute(select(Study.id).where(Study.id == study_id).with_for_update(key_share=True))


def thresholds_of(study: Study) -> Thresholds:
    return Thresholds.of(study.k, study.spread_from, study.sd_from)


def release_label(session: Session, round_: Round, now: datetime) -> str:
    """What a later release calls this one: the round and the day, and a number if it is not the day's first."""
    taken = set(session.scalars(select(LedgerEntry.label).where(LedgerEntry.study_id == round_.study_id)))
    return next(label for label in _labels(f"{round_.name}, {now:%Y-%m-%d}") if label not in taken)


def _labels(stem: str) -> Iterator[str]:
    yield stem
    number = 2
    while True:
        yield f"{stem} ({number})"
        number += 1
