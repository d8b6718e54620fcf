"""The ledger: what every output has told about a round, kept so that the next one can be checked against all of it.

One entry a release and round that it tells about, one a round for its live counts, one an export of microdata. An entry
never changes. What the cells mean, and what follows from them together, is `reports.ledger`'s to say.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.models import LedgerEntry, Round, Study


def entries_about(session: Session, round_id: int) -> list[LedgerEntry]:
    """Everything that has been told about the round's answers, oldest first."""
    query = select(LedgerEntry).where(LedgerEntry.round_id == round_id)
    return list(session.scalars(query.order_by(LedgerEntry.id)))


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

    The caller holds the study, so that nothing is told in between (`hold_study`).
    """
    session.add(
        LedgerEntry(
            study_id=round_.study_id,
            round_id=round_.id,
            kind=kind,
            release_id=release_id,
            label=label[:200],
            cells=cells,
            batch=batch,
            created_at=now,
        )
    )
    session.flush()


def hold_study(session: Session, study_id: int) -> None:
    """Of two outputs of one study the second waits for the first, and then sees what it has told."""
    session.execute(select(Study.id).where(Study.id == study_id).with_for_update(key_share=True))
